"""Inspections without a grade are listed with theme, letter and priority action, and leave the grade unchanged."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display.ratings.path import list_visits
from lewisham_study.display.ratings.words import describe_held, format_days, summarise_visits
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_lewisham_was_inspected_four_times_without_a_grade() -> None:
    text = summarise_visits(open_case(TABLES, "Lewisham"))
    assert text.startswith("**Inspected without a grade:** four times; the grade in force did not change [@")
    assert "- Focused visit, 5 to 6 September 2018: front door; letter of 28 September 2018." in text
    assert "- Focused visit, 21 to 22 July 2021: children in care; letter of 31 August 2021." in text
    assert "- Joint area inspection, 21 to 25 November 2022: identification of initial need and risk;" in text
    assert (
        "- Focused visit, 30 April 2025 to 1 May 2025 (after the window): children in need/subject to a plan;" in text
    )


def test_priority_action_is_named_where_a_letter_asks_for_it() -> None:
    text = summarise_visits(open_case(TABLES, "North East Lincolnshire"))
    line = next(line for line in text.splitlines() if "14 March 2019" in line)
    assert line == (
        "- Focused visit, 14 March 2019: front door; letter of 8 May 2019; it asks for **priority action**."
    )
    asked = [line for line in text.splitlines() if "priority action" in line]
    assert len(asked) == int(list_visits(open_case(TABLES, "North East Lincolnshire"))["priority_action"].sum())


def test_the_years_held_are_stated_kind_by_kind() -> None:
    assert describe_held(TABLES["inspections"]) == (
        "This study holds all focused visits from January 2018 to December 2025, all joint area inspections from "
        "February 2016 to January 2025 and the monitoring visits in Ofsted’s yearly lists, from March 2022 to "
        "March 2025."
    )
    assert describe_held(TABLES["inspections"].head(0)) == ""


def test_none_and_one_read_as_sentences() -> None:
    case = open_case(TABLES, "Lewisham")
    inspections = TABLES["inspections"]
    own = inspections[(inspections["la_code"] == "209") & ~inspections["graded"]]
    for keep, start in (
        (0, "No inspection of Lewisham without a grade is held."),
        (1, "**Inspected without a grade:** once;"),
    ):
        fewer = inspections.drop(own.index[keep:])
        assert summarise_visits(open_case({**TABLES, "inspections": fewer}, "Lewisham")).startswith(start)
    assert case.la_code == "209"


@pytest.mark.parametrize(
    ("start", "end", "precision", "text"),
    [
        ("2018-09-05", "2018-09-06", "day", "5 to 6 September 2018"),
        ("2025-04-30", "2025-05-01", "day", "30 April 2025 to 1 May 2025"),
        ("2022-03-10", None, "day", "10 March 2022"),
        ("2018-09-01", "2018-09-30", "month", "September 2018"),
    ],
)
def test_days_are_as_precise_as_they_are_known(start: str, end: str | None, precision: str, text: str) -> None:
    assert format_days(pd.Timestamp(start), pd.Timestamp(end), precision) == text
