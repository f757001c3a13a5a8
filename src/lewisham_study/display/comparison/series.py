"""The series of one authority on one time axis: its grades, caseload and spend, beside its comparators’ medians."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.comparison import compute_median, select_others, trace_caseload, trace_spend
from lewisham_study.analysis.spend import list_years, name_year
from lewisham_study.display.ratings.path import find_last_day, list_steps
from lewisham_study.tidy.tables import once

STRANDS = ["safeguarding", "overall"]
ENTRIES = {"caseload": "Cases per social worker", "spend": "Spend per child"}
BESIDE = pd.Timedelta(days=75)
"""What is left free beside a last value that would else lie on the edge."""
YEARLY = pd.Timedelta(days=400)
"""Points further apart than this have a missing year between them."""


@dataclass(frozen=True)
class Panel:
    """What the panels hold: the rating steps, and each series of the authority and its comparators' median."""

    steps: pd.DataFrame
    own: dict[str, pd.DataFrame]
    others: dict[str, pd.DataFrame]
    first: pd.Timestamp
    last: pd.Timestamp


@once
def gather_panel(case: Case) -> Panel:
    """Gather what the panels hold, from the window's first day to the last outcome after it."""
    steps = list_steps(case)
    steps = steps[steps["strand"].isin(STRANDS)]
    first, last = pd.Timestamp(case.start_year, 1, 1), find_last_day(case, steps)
    steps = steps[steps["until"].isna() | (steps["until"] > first)]
    own, others = trace_both(case, [case.la_code]), trace_both(case, list_comparators(case))
    others["caseload"] = select_others(others["caseload"], case.la_code)
    known = {name: clip_series(frame, first, last) for name, frame in own.items()}
    median = {name: compute_median(clip_series(frame, first, last)) for name, frame in others.items()}
    edge = max([last, *(frame["date"].max() + BESIDE for frame in known.values() if len(frame))])
    return Panel(steps, known, median, first, edge)


def trace_both(case: Case, codes: list[str]) -> dict[str, pd.DataFrame]:
    """Trace the caseload of some authorities, and their real spend per child from the window’s first financial year."""
    tables = case.tables
    spend = trace_spend(
        tables["spend"], tables["population"], tables["prices"], codes, base=case.price_base, index=case.deflator
    )
    begun = spend["time_period"] >= list_years(case.start_year, case.end_year)[0]
    return {"caseload": trace_caseload(tables["workforce"], codes), "spend": spend[begun]}


def clip_series(series: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """Keep what is known between two days."""
    return series[series["date"].between(first, last)].dropna(subset="value")


def split_series(series: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Split a series where it breaks or a year is missing: no line is drawn across."""
    if series.empty:
        return
    ordered = series.sort_values("date", kind="stable")
    starts = ordered["date"].diff() > YEARLY
    if "series" in ordered:
        starts |= ordered["series"] != ordered["series"].shift()
    for _, run in ordered.groupby(starts.cumsum()):
        yield run


def find_ends(series: pd.DataFrame, case: Case) -> tuple[pd.Series, pd.Series] | None:
    """Find the first and last value of a series in the window, of its last unbroken kind; None if fewer than two."""
    within = select_within(series, case)
    return None if len(within) < 2 else (within.iloc[0], within.iloc[-1])


def select_within(series: pd.DataFrame, case: Case) -> pd.DataFrame:
    """Take the values of a series in the window, of its last unbroken kind."""
    within = series[series["date"] <= case.window_end]
    if "series" in within and len(within):
        within = within[within["series"] == within["series"].iloc[-1]]
    return within


def format_value(value: float, name: str) -> str:
    """Write a value as its unit asks.

    Examples
    --------
    >>> format_value(1284.4, "spend"), format_value(14.8, "caseload")
    ('£1,284', '14.8')
    """
    return f"£{value:,.0f}" if name == "spend" else f"{value:.1f}"


def format_period(point: pd.Series, name: str) -> str:
    """Write the year of a caseload, or the financial year of a spend."""
    year = point["date"].year
    return name_year(year - 1) if name == "spend" else str(year)
