"""How far grades last: the figure, and authorities without three grades."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lewisham_study.analysis.group import open_group
from lewisham_study.display.comparison.persistence import (
    describe_own_type,
    draw_persistence,
    summarise_persistence,
)
from lewisham_study.tidy.tables import Tables


def test_the_own_type_is_marked_and_few_have_no_interval(show: Callable[..., Any], read: Callable[..., Any]) -> None:
    exhibit = show(draw_persistence)
    bold = [label.get_text() for label in exhibit.figure.axes[0].get_yticklabels() if label.get_fontweight() == "bold"]
    assert bold == ["Improved"]
    table = exhibit.table.set_index("Path or grade")
    assert table.loc["Outstanding at the first SIF", ["Authorities", "Of"]].tolist() == [0, 3]
    assert table.loc["Outstanding at the first SIF"].isna().sum() == 3
    assert table.loc["Inadequate at the first SIF", "95% interval, low (per cent)"] == 93
    assert all(read(exhibit))


def test_an_authority_without_three_grades_has_no_type(show: Callable[..., Any]) -> None:
    assert "has no type" in show(describe_own_type, "Bournemouth")
    exhibit = show(draw_persistence, "Bournemouth")
    assert exhibit.figure.axes[0].get_xlabel().endswith("(Bournemouth: no path)")
    labels = exhibit.figure.axes[0].get_yticklabels()
    assert not [label for label in labels if label.get_fontweight() == "bold"]


def test_councils_of_a_group_are_counted_by_type(read: Callable[..., Any]) -> None:
    group = open_group(Tables(), "Lewisham, Leeds, Bournemouth")
    text = summarise_persistence(group).markdown
    assert (
        "Of the 3 councils compared: 1 improved (Lewisham); 1 steadily good (Leeds); 1 without a grade at each." in text
    )
    exhibit = draw_persistence(group)
    read(exhibit)
    counts = [text.get_text() for text in exhibit.figure.axes[0].texts]
    assert {"36 (1)", "57 (1)", "9"} <= set(counts)
    dark = [bar.get_width() for bar in exhibit.figure.axes[0].patches if bar.get_facecolor()[0] < 0.4]
    assert dark == [1, 1]


def test_sentences_compare_with_what_chance_alone_would_give(show: Callable[..., Any]) -> None:
    text = show(summarise_persistence).markdown
    assert "36 were good or better each time and 28 below each time; 21 and 12 would be expected" in text
    assert "About 41%" in text
    assert "14 of 21 by the SIF re-inspection, the two thirds that Ofsted reported in 2018" in text
    assert "**What it does not show.** What any intervention added" in text
