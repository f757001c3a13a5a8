"""The briefing's grades, numbers, chart and sentences."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num

from lewisham_study.analysis.case import open_case
from lewisham_study.analysis.summary import Standing
from lewisham_study.display import summary
from lewisham_study.display.common.style import HERE, PHONE_WIDTH, SMALLEST
from lewisham_study.display.summary.numbers import format_place, name_quarter
from lewisham_study.display.summary.words import describe_compared, shorten_caution
from lewisham_study.tidy.tables import Tables

PARTS = [summary.summarise_position, summary.draw_grades, summary.show_numbers, summary.draw_changes]
PARTS += [summary.list_cautions, summary.summarise_asked]
KINDS = ["Isles of Scilly", "Lewisham", "Cumberland", "Brent", "Slough", "City of London", "Cumbria", "Kent"]


def make_standing(lower: int, same: int, higher: int) -> Standing:
    return Standing("caseload_fte", "2025", 14.2, 13.5, 15.2, lower, same, higher, (6, 0, 4))


@pytest.mark.parametrize("authority", KINDS)
def test_every_part_reads_well_for_any_authority(show, read, authority):
    for part in PARTS:
        exhibit = show(part, authority)
        read(exhibit)
        caption = re.sub(r" Sources?: .*", "", getattr(exhibit, "caption", ""))
        assert len(caption.split()) <= 25, caption
        assert not re.search(r"[A-Z]+[0-9]+:[A-Z]+[0-9]+|![A-Z]+[0-9]", getattr(exhibit, "caption", ""))


def test_a_grade_is_dated_by_its_inspection(show):
    assert "Lewisham was judged **good** overall when inspected in December 2023" in show(PARTS[0]).markdown
    figure = show(summary.draw_grades)
    assert figure.title == "Lewisham: good overall, inspected in December 2023, after requires improvement in 2019"
    assert "latest report held: 20 August 2026" in figure.caption
    assert figure.table["Grade"].tolist() == ["outstanding", "requires improvement", "requires improvement", "good"]


def test_without_an_overall_grade_the_last_one_and_the_leaders_are_given(show):
    text = show(PARTS[0], "Brent").markdown
    assert "was given no overall grade: none has been since April 2026. Its leadership was judged **good**" in text
    assert "The last overall grade, of February 2023, was good." in text
    assert show(summary.draw_grades, "Brent").table["Leadership"].iloc[-1] == "good"


def test_each_number_has_its_comparison_and_place(show):
    table = show(summary.show_numbers).table
    assert table.shape == (4, 6)
    assert table.iloc[0].tolist() == [
        "Cases per worker, Sep 2025",
        "14.2",
        "13.5",
        "15.2",
        "joint 41st lowest of 148",
        "second lowest",
    ]
    assert list(table.columns) == [
        "Latest figure",
        "Lewisham",
        "Neighbours",
        "England",
        "Among all councils",
        "Quarter",
    ]


def test_missing_numbers_say_why(show):
    table = show(summary.show_numbers, "Isles of Scilly").table
    assert table["Isles of Scilly"].isna().tolist() == [True, True, True, False]
    assert table["England"].notna().all(), "what it would be compared with is there"
    assert table["Neighbours"].notna().all()
    assert set(table["Among all councils"].head(3)) == {"fewer than five: no rate"}


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ((0, 1, 147), "lowest of 148, lowest"),
        ((147, 1, 0), "highest of 148, highest"),
        ((36, 1, 111), "37th lowest of 148, lowest"),
        ((37, 1, 110), "38th lowest of 148, second lowest"),
        ((120, 2, 26), "joint 27th highest of 148, highest"),
        ((87, 1, 60), "61st highest of 148, second highest"),
    ],
)
def test_places_count_from_the_nearer_end(counts, text):
    standing = make_standing(*counts)
    assert f"{format_place(standing)}, {name_quarter(standing)}" == text


@pytest.mark.parametrize(
    ("compared", "text"),
    [
        ((0, 0, 0), "no comparator has a figure"),
        ((10, 0, 0), "all ten comparators had fewer"),
        ((0, 0, 1), "the one comparator had more"),
        ((0, 2, 0), "both comparators had as many"),
        ((1, 0, 9), "one of ten comparators had fewer and nine more"),
    ],
)
def test_comparators_in_words(compared, text):
    standing = Standing("caseload_fte", "2025", 14.2, 13.5, 15.2, 1, 1, 1, compared)
    assert describe_compared(standing, "had", "fewer") == text


def test_the_chart_holds_every_line_as_numbers(show):
    table = show(summary.draw_changes).table
    assert set(table["Unit"]) == {"cases", "£, 2021-22 prices"}
    for name in ("Lewisham", "Neighbours", "England"):
        assert pd.api.types.is_numeric_dtype(table[name])
    assert table[table["Unit"] == "cases"]["Period"].tolist() == [str(year) for year in range(2017, 2026)]


@pytest.mark.slow
def test_comparators_are_named(show):
    text = show(summary.list_cautions, "Leeds", comparators="Bristol, Newcastle upon Tyne").markdown
    assert "- Compared with Bristol and Newcastle upon Tyne." in text
    cities = show(summary.list_cautions, "Leeds", comparators="core cities").markdown
    assert "Compared with the 7 other core cities: Birmingham, Liverpool, Manchester, Sheffield, Newcastle" in cities
    assert show(summary.show_numbers, "Leeds", comparators="core cities").table.columns[2] == "Core cities"
    assert show(summary.show_numbers, "Leeds", comparators="region").table.columns[2] == "Region"


def test_comparators_have_grades(show):
    assert "All ten comparators were good or outstanding when last given an overall grade." in show(PARTS[0]).markdown
    assert "Eight of ten comparators were good or outstanding" in show(PARTS[0], "Slough").markdown


def test_points_to_improve_are_quoted_and_further_ones_named(show):
    lines = show(summary.summarise_asked, "Slough").markdown.splitlines()
    assert lines[0] == "The report of 17 March 2023 lists seven points to improve, quoted here by their first words:"
    assert len(lines) == 2 + 3 + 1
    assert lines[2] == (
        "- Leadership and partners: “The scrutiny by senior leaders of the council and the governance arrangements…”"
    )
    assert lines[-1] == "- Four more, on permanence, quality assurance and data, and named groups of children."
    assert "no list of points to improve" in show(summary.summarise_asked, "Cumbria").markdown


@pytest.mark.parametrize("authority", ["Lewisham", "Isles of Scilly", "Brent"])
def test_no_name_of_a_grade_is_on_the_line_that_ends_the_window(show, authority):
    case = open_case(Tables(), authority)
    exhibit = show(summary.draw_grades, authority)
    exhibit._repr_mimebundle_()  # lays the figures out
    for figure in (exhibit.figure, exhibit.narrow):
        axes = figure.axes[0]
        end = axes.transData.transform((date2num(case.window_end), 0))[0]
        names = [text for text in axes.texts if text.get_weight() == "bold"]
        assert names
        for name in names:
            box = name.get_window_extent()
            assert not box.x0 < end < box.x1, name.get_text()


@pytest.mark.parametrize("authority", ["Lewisham", "Slough", "Leeds"])
def test_the_first_value_is_on_no_line(show, authority):
    exhibit = show(summary.draw_changes, authority)
    exhibit._repr_mimebundle_()
    for axes in exhibit.figure.axes:
        # The name at the line's end is written first.
        label = [text for text in axes.texts if text.get_weight() == "bold" and text.get_color() == HERE][-1]
        box = label.get_window_extent()
        for line in axes.lines:
            places = axes.transData.transform(line.get_xydata())
            if len(places) > 2:
                heights = np.interp(np.linspace(box.x0, box.x1, 9), places[:, 0], places[:, 1])
                assert not ((heights > box.y0) & (heights < box.y1)).any()


def test_figures_are_drawn_for_a_phone_too(show):
    for part in (summary.draw_grades, summary.draw_changes):
        exhibit = show(part)
        assert exhibit.narrow.get_figwidth() == PHONE_WIDTH
        exhibit._repr_mimebundle_()
        width = exhibit.narrow.bbox.width
        for axes in exhibit.narrow.axes:
            for text in [*axes.texts, *axes.get_xticklabels()]:
                box = text.get_window_extent()
                assert text.get_fontsize() >= SMALLEST
                assert not text.get_text() or (box.x0 > -2 and box.x1 < width + 2), text.get_text()


def test_a_long_caution_is_cut_at_a_clause():
    text = (
        "provisional: up by 32 per cent in a year, children looked after by 49 per cent, while RO3 rises by 10 per cent"
    )
    assert shorten_caution(text) == "provisional: up by 32 per cent in a year, children looked after by 49 per cent"


@pytest.mark.slow
def test_the_chart_explains_hatching_only_where_there_is_some():
    captions = [summary.draw_changes(open_case(Tables(), "Leeds", 2012, end)).caption for end in (2022, 2025)]
    assert ["Hatched" in caption for caption in captions] == [True, False]


@pytest.mark.parametrize(("name", "clause"), [("Slough", "(SLAC: publication)"), ("Lewisham", "By first day on site;")])
def test_a_grade_without_a_day_on_site_is_by_publication_and_the_caption_says_so(name, clause):
    assert clause in summary.draw_grades(open_case(Tables(), name)).caption


def test_a_provisional_year_is_named_and_hollow():
    case = open_case(Tables(), "Leeds", 2012, 2025)
    assert "per child in 2024-25 (provisional), in real terms 7% less" in summary.summarise_position(case).markdown
    exhibit = summary.draw_changes(case)
    assert "Hollow: provisional." in exhibit.caption
    hollow = [line for line in exhibit.figure.axes[1].lines if line.get_markerfacecolor() == "white"]
    assert [list(line.get_xdata()) for line in hollow] == [[2024]]
