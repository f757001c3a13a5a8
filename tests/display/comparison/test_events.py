"""The figure, table and sentences about the years around a judgement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lewisham_study.analysis.group import open_group
from lewisham_study.display.comparison.events import draw_events, format_difference, show_events, summarise_events
from lewisham_study.tidy.tables import Tables


def test_the_summary_gives_the_finding_its_doubt_and_its_limits(show: Callable[..., Any], read: Any) -> None:
    (text,) = read(show(summarise_events))
    assert "+11.9% (+7.3 to +16.6)" in text
    assert "Of 10 averages, corrected for their number, 1 is clear of zero" in text
    assert "is not given at random" in text
    assert "Lewisham was judged requires improvement (SIF, 2016) and requires improvement (ILACS, 2019)" in text


def test_the_figure_marks_the_authority_in_its_own_panels(show: Callable[..., Any], read: Any) -> None:
    exhibit = show(draw_events)
    read(exhibit)
    inadequate, improvement = exhibit.figure.axes[:2]
    assert inadequate.get_legend() is None
    assert [text.get_text() for text in improvement.get_legend().get_texts()] == ["Lewisham, 2016", "Lewisham, 2019"]
    own = exhibit.table[["Lewisham, judged January 2016", "Lewisham, judged August 2019"]]
    assert own.notna().to_numpy().sum() > 20
    assert set(own.dtypes.astype(str)) == {"float64"}
    assert len(exhibit.caption.partition(" Source")[0].split()) <= 25


def test_each_panel_shows_its_number_of_authorities(show: Callable[..., Any]) -> None:
    exhibit = show(draw_events)
    table = exhibit.table
    for axes, (_, rows) in zip(exhibit.figure.axes, table.groupby(["Measure", "Judged"], sort=False), strict=True):
        judged = rows["Authorities judged so"]
        assert [text.get_text() for text in axes.texts] == [f"n {judged.min():.0f} to {judged.max():.0f}"]


def test_the_bands_have_a_gap_in_the_year_before_the_judgement(show: Callable[..., Any]) -> None:
    for axes in show(draw_events, "Leeds").figure.axes:
        line = next(line for line in axes.lines if len(line.get_xdata()) == 9)
        assert np.isnan(line.get_ydata()[3])
        assert np.isfinite(line.get_ydata()[4:]).all()


def test_councils_of_a_group_are_counted_and_none_is_drawn(read: Callable[..., Any]) -> None:
    group = open_group(Tables(), "Lewisham, Slough, Richmond upon Thames")
    (text,) = read(summarise_events(group))
    assert (
        "Of the 3 councils, at a first inspection under SIF or ILACS, 1 was judged inadequate (Slough), 2 were judged "
        "requires improvement (Lewisham and Slough) and 1 only good or outstanding" in text
    )
    exhibit = draw_events(group)
    read(exhibit)
    assert "Blue" not in exhibit.caption
    assert exhibit.table.filter(like="Slough, judged ").notna().to_numpy().any()
    assert "Every council of England" in summarise_events(open_group(Tables(), "England")).markdown


@pytest.mark.slow
@pytest.mark.parametrize(
    ("authority", "words"),
    [
        ("Northamptonshire", "inadequate (ILACS, 2019): its own years are drawn in blue"),
        ("Kingston upon Thames", "among the authorities judged good. Its workforce is in a joint return"),
        ("Poole", "Poole was judged"),
        ("835", "requires improvement (SIF, 2016): of its own years there are no figures to draw"),
        ("Cumberland", "was judged good (ILACS, 2024)"),
    ],
)
def test_odd_authorities_are_placed(show: Callable[..., Any], read: Any, authority: str, words: str) -> None:
    (text,) = read(show(summarise_events, authority))
    assert words in text
    read(show(draw_events, authority))


@pytest.mark.parametrize(
    ("authority", "words"),
    [
        ("Slough", "Blue: Slough, partly off the scale."),
        ("Cumbria", "Blue: Cumbria."),
        ("Leeds", "Leeds is among those judged good."),
        ("835", "Nothing of Dorset can be drawn."),
    ],
)
def test_the_caption_says_where_the_authority_is(show: Callable[..., Any], authority: str, words: str) -> None:
    assert words in show(draw_events, authority).caption


def test_the_table_tests_every_outcome_and_shows_the_years_before(show: Callable[..., Any], read: Any) -> None:
    exhibit = show(show_events)
    read(exhibit)
    assert exhibit.title.startswith("Of 10 averages after a judgement, 1 is clear of zero")
    assert len(exhibit.table) == 16
    assert exhibit.table["Before: p"].notna().all()


def test_a_difference_has_sign_unit_and_interval() -> None:
    row = {"estimate": 0.1, "low": -0.05, "high": 0.2}
    assert format_difference(row, "spend") == "+10.5% (−4.9 to +22.1)"
    assert format_difference(row, "agency") == "+0.1 points (−0.1 to +0.2)"
