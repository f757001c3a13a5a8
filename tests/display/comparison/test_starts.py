"""Authorities with the same start: figure, sentences and the worked example."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from lewisham_study.analysis.group import open_group
from lewisham_study.display.comparison.starts import compare_starts, draw_starts, place_dots, summarise_starts
from lewisham_study.tidy.tables import Tables

RARE = "Trafford"
"""One of four that were good at the first SIF and inadequate at the first ILACS."""


def test_lewishams_own_place_is_marked_and_described(show: Callable[..., Any], read: Callable[..., Any]) -> None:
    exhibit = show(draw_starts)
    assert exhibit.title.startswith("Of 22 authorities graded requires improvement at the first SIF and again")
    assert len(exhibit.table) == 23
    texts = [text.get_text() for text in exhibit.figure.axes[0].texts]
    assert "Lewisham" in texts
    assert "9 of 22\n41% (23–62%)" in texts
    assert any("judged good 4.4 years after its first ILACS" in text for text in read(exhibit))
    assert "10 good or outstanding** (95% interval 26% to 66%)" in show(summarise_starts).markdown


def test_an_authority_without_both_grades_is_shown_lewishams_start(show: Callable[..., Any]) -> None:
    text = show(summarise_starts, "Cumberland").markdown
    assert text.startswith("**What was found.** Cumberland was created on 1 April 2023 and has no overall grade under ")
    exhibit = show(draw_starts, "Cumberland")
    assert exhibit.figure.axes[0].get_title(loc="left").endswith("(Lewisham’s start, without Cumberland)")


def test_a_start_shared_by_few_has_no_shares(show: Callable[..., Any], read: Callable[..., Any]) -> None:
    exhibit = show(draw_starts, RARE)
    assert len(exhibit.table) < 5
    assert "Shares are left out: too few." in exhibit.caption
    assert not [text for text in exhibit.figure.axes[0].texts if "%" in text.get_text()]
    assert "interval" not in show(summarise_starts, RARE).markdown.partition("After any")[0]
    assert all(read(exhibit))


def test_an_abolished_authority_has_no_next_inspection(show: Callable[..., Any]) -> None:
    assert "abolished before it was inspected again" in show(summarise_starts, "Bournemouth").markdown


def test_dots_of_one_time_are_put_above_each_other() -> None:
    assert place_dots(pd.Series([1.0, 1.05, 3.0, 1.1])).tolist() == [0, 1, 0, 2]
    assert np.ptp(place_dots(pd.Series([1.0, 2.0, 3.0]))) == 0


@pytest.mark.parametrize("name", ["City of London", "Leeds", "Lewisham", "Richmond upon Thames"])
def test_a_name_hides_no_other_dot(show: Callable[..., Any], name: str) -> None:
    figure = show(draw_starts, name).figure
    axes, renderer = figure.axes[0], FigureCanvasAgg(figure).get_renderer()
    own = next(text for text in axes.texts if text.get_text() == name).get_window_extent(renderer)
    dots = [line for line in axes.lines if line.get_marker() == "o" and line.get_markeredgewidth() < 1]
    assert not [line for line in dots if own.contains(*axes.transData.transform(line.get_xydata()[0]))]


def test_councils_of_a_group_are_listed_by_their_start(read: Callable[..., Any]) -> None:
    exhibit = compare_starts(open_group(Tables(), "Leeds, Lewisham, Cumberland"))
    read(exhibit)
    rows = exhibit.table.set_index("Councils compared")
    assert rows.index.tolist() == ["Leeds", "Lewisham"]
    assert rows.loc["Lewisham"].tolist() == [*["Requires improvement"] * 2, 23, 22, "10 (26% to 66%)"]
    assert "No such start: 1 of 3 compared." in exhibit.caption


def test_of_england_every_start_is_shown_and_small_counts_have_no_share(read: Callable[..., Any]) -> None:
    exhibit = compare_starts(open_group(Tables(), "England"))
    read(exhibit)
    assert len(exhibit.table) == 12
    shares = exhibit.table["Of these good or outstanding"].str.contains("%")
    assert (shares == (exhibit.table["Graded again"] >= 5)).all()
    assert "Councils compared" not in exhibit.table
