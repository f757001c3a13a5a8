"""Every exhibit of need, for authorities of every kind and windows of every length."""

from __future__ import annotations

import re

import pytest

from lewisham_study.display import need
from lewisham_study.display.common.exhibit import FigureExhibit, draw_svg

# Tiny, long-lived, abolished without children; joint, abolished with children, new; by DfE number.
KINDS = ["420", "209", "837", "314", "928", "943"]
WINDOWS = [(2022, 2022), *(pytest.param(one, marks=pytest.mark.slow) for one in ((2012, 2012), (2012, 2025)))]


@pytest.mark.parametrize("la_code", KINDS)
@pytest.mark.parametrize("function", [getattr(need, name) for name in need.__all__])
def test_texts_and_tables_are_complete(show, read, la_code, function):
    exhibit = show(function, la_code)
    read(exhibit)
    if isinstance(exhibit, FigureExhibit):
        assert not exhibit.table.empty
        assert exhibit.figure.get_figheight() <= 5


@pytest.mark.parametrize("window", WINDOWS)
def test_short_and_long_windows(show, read, window):
    read(show(need.draw_need, "Lewisham", *window))
    read(show(need.summarise_need, "Lewisham", *window))


def test_nine_panels_from_zero_with_the_authority_its_peers_and_england(show):
    exhibit = show(need.draw_need)
    panels = exhibit.figure.axes
    assert len(panels) == 9
    assert all(axes.get_ylim()[0] == 0 and len(axes.texts) == 3 for axes in panels)
    assert exhibit.title == (
        "Lewisham had 72 children looked after per 10,000 children in 2022 (England 70, median of its comparators 69)"
    )


@pytest.mark.slow
def test_no_label_is_lost_above_a_panel_and_no_type_is_small(show):
    figure = show(need.draw_need, "Isles of Scilly").figure
    for axes in figure.axes:
        low, high = axes.get_ylim()
        assert all(low <= text.xy[1] <= high for text in axes.texts)
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", draw_svg(figure))]
    assert min(sizes) >= 7


def test_the_table_has_every_line_with_units_and_the_place_of_each_count(show):
    table = show(need.draw_need).table
    last = table[(table["Measure"] == "Children looked after") & (table["31 March"] == "2022")].iloc[0]
    assert last["Lewisham, count"] == 462
    assert last["Unit"] == "per 10,000 children"
    assert last["Source, Lewisham"].startswith("dfe-looked-after-")
    assert {"Median of comparators, in that unit", "England, in that unit"} <= set(table)


def test_counts_that_are_missing_have_their_reason(show):
    text = show(need.summarise_missing, "Isles of Scilly").markdown
    assert "- children looked after, 2021, 2022: not applicable." in text
    assert "No count of Lewisham is missing" in show(need.summarise_missing).markdown


def test_a_council_without_need_says_why(show):
    assert show(need.draw_need, "Cumberland") is None
    assert "did not exist before 1 April 2023" in show(need.summarise_need, "Cumberland").markdown
