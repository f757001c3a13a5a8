"""The tables of published claims and of tests of no difference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from lewisham_study.analysis.case import open_case
from lewisham_study.display.comparison.claims import (
    describe_trend,
    format_p,
    show_claims,
    show_nulls,
    show_promise,
    summarise_claims,
    summarise_nulls,
)
from lewisham_study.tidy.tables import Tables

CASE = open_case(Tables(), "209")


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


def test_the_number_of_tests_is_stated() -> None:
    exhibit = show_nulls(CASE)
    assert "none of four categories differs between the grades; the clearest trend" in exhibit.title
    assert "149 authorities" in exhibit.caption
    assert "corrected for 8 tests. No return carries a caution." in exhibit.caption
    assert "Of four tests **none** finds any difference" in summarise_nulls(CASE).markdown


def test_a_trend_test_stands_beside_the_test_of_any_difference() -> None:
    table = show_nulls(CASE).table.set_index("Grade or test")
    assert list(table.index[:2]) == ["Outstanding (3)", "Good (51)"]
    assert table.loc[["Trend (ρ)", "Trend p, Holm"], "Preventative"].tolist() == ["+0.16", "0.048"]
    text = summarise_nulls(CASE).markdown
    assert (
        "preventative spend, which was higher at higher grades (rank correlation +0.16; p < 0.01, or 0.05 after" in text
    )


def test_a_falling_trend_has_a_minus_sign() -> None:
    tests = pd.DataFrame(
        {"category": ["All services"], "trend": [-0.1], "trend_shuffled": [0.3], "trend_adjusted": [0.6]}
    )
    assert "was lower at higher grades (rank correlation −0.10; p = 0.30, or 0.60 after" in describe_trend(tests)


def test_every_source_of_the_tests_is_cited_from_the_rows() -> None:
    assert show_nulls(CASE).caption.endswith(
        "Sources: [@hmt-deflator-2026-03; @ofsted-2023; @ons-population-2024], "
        "each edition from [@dfe-s251-2013-14] to [-@dfe-s251-2017-18]."
    )


def test_p_values_are_formatted() -> None:
    assert (format_p(0.0581), format_p(0.0004)) == ("0.06", "<0.01")
