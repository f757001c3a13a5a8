"""The table of published claims."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lewisham_study.display.comparison.claims import show_claims, show_promise, summarise_claims


def test_the_title_counts_the_verdicts(show: Callable[..., Any], read: Any) -> None:
    exhibit = show(show_claims)
    read(exhibit)
    assert exhibit.title == (
        "Of 19 published claims: 5 match, 6 close, 5 same direction, 1 differing, 2 not reproduced"
    )
    assert exhibit.table["Verdict"].notna().all()
    assert exhibit.table.loc[exhibit.table["Here"].isna(), "Why"].notna().all()


def test_the_summary_names_what_differs(show: Callable[..., Any], read: Any) -> None:
    (text,) = read(show(summarise_claims, "Leeds"))
    assert "**16** match, come close or point in the same direction" in text
    assert "One differs (MaicyMxtim" in text
    assert "Two cannot be computed from official data." in text


def test_the_worked_example_answers_its_four_questions(show: Callable[..., Any], read: Callable[..., Any]) -> None:
    assert show(show_promise, "Slough") is None
    exhibit = show(show_promise)
    answers = exhibit.table.set_index("Question")["Answer"]
    assert answers.index.str.endswith("?").all()
    assert len(answers) == 4
    assert "not one was inspected again by 24 January 2022" in answers.iloc[1]
    assert "14 February 2022" in answers.iloc[1]
    assert "9 good or outstanding" in answers.iloc[2]
    assert "4 December 2023" in answers.iloc[3]
    assert all(read(exhibit))
