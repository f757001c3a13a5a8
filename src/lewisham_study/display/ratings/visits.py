"""Inspections without a grade: focused and monitoring visits, and joint area inspections."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.display.common.citations import cite_releases, link
from lewisham_study.display.common.phrases import format_count, format_day, format_start, list_words, lower_first
from lewisham_study.vocabulary import VISIT_NAMES

TIMES = {1: "once", 2: "twice"}
HELD = {
    "focused_visit": "all focused visits from",
    "joint_targeted": "all joint area inspections from",
    "monitoring_visit": "the monitoring visits in Ofsted’s yearly lists, from",
}


def list_visits(case: Case, first: pd.Timestamp | None = None) -> pd.DataFrame:
    """List the authority's visits without a grade, from a first day on."""
    inspections = case.own("inspections")
    visits = inspections[~inspections["graded"]].sort_values("start_date", kind="stable")
    return visits if first is None else visits[visits["start_date"] >= first]


def summarise_visits(case: Case) -> str:
    """List the inspections without a grade, which leave the grade in force unchanged, and say which are held."""
    visits, held = list_visits(case), describe_held(case.tables["inspections"])
    if visits.empty:
        return f"No inspection of {case.spoken} without a grade is held. {held}"
    times = TIMES.get(len(visits), f"{format_count(len(visits)).lower()} times")
    head = (
        f"**Inspected without a grade:** {times}; the grade in force did not change "
        f"{cite_releases(visits['source_id'])}. {held}"
    )
    return "\n".join([head, "", *(f"- {summarise_visit(visit, case)}" for visit in visits.to_dict("records"))])


def describe_held(inspections: pd.DataFrame) -> str:
    """Say from when to when the inspections without a grade are held, kind by kind."""
    days = inspections[~inspections["graded"]].groupby("kind")["start_date"].agg(["min", "max"])
    parts = []
    for kind, words in HELD.items():
        if kind in days.index:
            first, last = days.loc[kind]
            parts.append(f"{words} {first:%B %Y} to {last:%B %Y}")
    return f"This study holds {list_words(parts)}." if parts else ""


def summarise_visit(visit: dict[Hashable, Any], case: Case) -> str:
    """Describe one inspection without a grade: kind, days, theme, letter and whether it asks for priority action."""
    days = format_days(visit["start_date"], visit["end_date"], visit["start_precision"])
    after = " (after the window)" if visit["start_date"] > case.window_end else ""
    theme = f": {lower_first(visit['theme'])}" if pd.notna(visit["theme"]) else ""
    asked = "; it asks for **priority action**" if visit["priority_action"] is True else ""
    letter = ""
    if pd.notna(visit["published_date"]):
        dated = f"letter of {format_day(visit['published_date'])}"
        letter = f"; {link(dated, visit['report_url'])}"
    return f"{VISIT_NAMES[visit['kind']]}, {days}{after}{theme}{letter}{asked}."


def format_days(start: pd.Timestamp, end: pd.Timestamp, precision: str) -> str:
    """Format the days on site, as precisely as they are known.

    Examples
    --------
    >>> format_days(pd.Timestamp("2018-09-05"), pd.Timestamp("2018-09-06"), "day")
    '5 to 6 September 2018'
    """
    if pd.isna(end) or end <= start or precision != "day":
        return format_start(start, precision)
    first = f"{start.day}" if (start.year, start.month) == (end.year, end.month) else format_day(start)
    return f"{first} to {format_day(end)}"
