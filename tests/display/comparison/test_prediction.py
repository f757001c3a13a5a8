"""What predicts the grade: figures, sentences, and authorities without a figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lewisham_study.analysis.group import open_group
from lewisham_study.display.comparison.prediction import (
    describe_own,
    draw_prediction,
    draw_prediction_odds,
    summarise_prediction,
)
from lewisham_study.tidy.tables import Tables


def test_sentences_say_what_was_found_how_sure_and_what_it_does_not_show(show: Callable[..., Any]) -> None:
    text = show(summarise_prediction).markdown
    assert "**0.84 times the odds** of a higher grade (95% interval 0.74 to 0.93)" in text
    assert "16 odds ratios were estimated" in text
    assert "**What it does not show.** That fewer cases bring a higher grade" in text


def test_lewishams_inspections_are_marked(show: Callable[..., Any], read: Callable[..., Any]) -> None:
    exhibit = show(draw_prediction)
    labels = [text.get_text() for axes in exhibit.figure.axes for text in axes.texts]
    assert labels.count("2019") == labels.count("2023") == 4
    assert "14.4 cases per worker and 30% agency workers on 30 September 2018" in exhibit.alt
    assert all(read(exhibit))
    for name in ("Poole", "Isles of Scilly"):
        caption = show(draw_prediction, name).caption
        assert "Diamonds" not in caption
        assert "can be marked." in caption


def test_years_of_marks_that_are_close_share_a_label(show: Callable[..., Any]) -> None:
    first, second, *_ = show(draw_prediction, "Slough").figure.axes
    assert {"2019", "2023"} <= {text.get_text() for text in first.texts}
    assert "2019, ’23" in {text.get_text() for text in second.texts}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Isles of Scilly", "Returns of fewer than five workers are left out."),
        ("Kingston upon Thames", "Its return is shared with another authority."),
        ("Poole", "Poole has had no graded ILACS inspection."),
        ("Cumberland", "Cumberland had"),
    ],
)
def test_odd_authorities_say_what_cannot_be_said(show: Callable[..., Any], name: str, text: str) -> None:
    assert text in show(describe_own, name)


def test_a_few_councils_have_marks_of_their_own_and_many_have_one(read: Callable[..., Any]) -> None:
    few, many = (draw_prediction(open_group(Tables(), name)) for name in ("Leeds, Bristol", "region London"))
    assert [text.get_text() for text in few.figure.legends[0].get_texts()] == ["Leeds", "Bristol"]
    assert "The 2 councils had 5 graded ILACS inspections" in few.alt
    assert not many.figure.legends
    assert "Diamonds: the councils compared." in many.caption
    for exhibit in (few, many, summarise_prediction(open_group(Tables(), "England"))):
        read(exhibit)


def test_every_version_is_drawn_and_counted(show: Callable[..., Any], read: Callable[..., Any]) -> None:
    exhibit = show(draw_prediction_odds)
    assert len(exhibit.table) == 16
    assert "16 intervals, none adjusted" in exhibit.caption
    assert exhibit.title.startswith("Cases per worker, agency workers and vacancies before an inspection predict")
    assert "1.13 (0.74–1.77)" in exhibit.alt
    assert all(read(exhibit))
