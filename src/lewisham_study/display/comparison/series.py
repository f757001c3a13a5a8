"""The grades, caseload and real spend of one authority over time, with the medians of its comparators."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.caseload import RETURNED, compute_median, list_few, select_others, trace_caseload
from lewisham_study.analysis.cautions import select_sound
from lewisham_study.analysis.group import Group
from lewisham_study.analysis.spend import list_years, trace_spend
from lewisham_study.analysis.trajectories import GONE, trace_all_states
from lewisham_study.display.common.phrases import format_day, list_words
from lewisham_study.display.common.style import GRADE_COLOURS, SMALLEST, UNJUDGED, choose_ink
from lewisham_study.display.ratings.path import find_last_day, list_steps
from lewisham_study.tidy.tables import once
from lewisham_study.vocabulary import GRADE_LETTERS, GRADE_NAMES, GRADES, NO_OVERALL, NOT_YET_JUDGED

Subject = Case | Group
"""An authority or a group of councils: what a figure of all authorities marks are its `members`."""
MOST_NAMED = 10
"""More councils of a group than these are counted, not named."""
STRANDS = ["safeguarding", "overall", "leadership"]
"""The strands that cover the whole service and, where the overall grade has ended, that of leaders, which goes on."""
ENTRIES = {"caseload": "Cases per social worker", "spend": "Spend per child"}
MARGIN = pd.Timedelta(days=75)
"""Space to the right of a last value that would otherwise lie on the edge."""


@dataclass(frozen=True)
class Panel:
    """The rating steps, each series of the authority and its comparators' median, and the days to draw between.

    `lead` are the window's comparable values of each series, see `select_lead`.
    """

    steps: pd.DataFrame
    own: dict[str, pd.DataFrame]
    lead: dict[str, pd.DataFrame]
    others: dict[str, pd.DataFrame]
    first: pd.Timestamp
    last: pd.Timestamp


def hide_inner_ticks(panels: np.ndarray) -> None:
    """Hide the ticks of a grid of panels on shared scales except at its left and its foot, each of which costs time."""
    for axes in panels[:-1].flat:
        axes.xaxis.set_visible(False)
    for axes in panels[:, 1:].flat:
        axes.yaxis.set_visible(False)


@once
def gather_panel(case: Case) -> Panel:
    """Gather the steps and series, from the window's first day to the last outcome after it."""
    steps = list_steps(case)
    ended = ((steps["grade"] == NO_OVERALL) & (steps["window"] != "after")).any()
    steps = steps[steps["strand"].isin(STRANDS if ended else STRANDS[:2])]
    first, last = pd.Timestamp(case.start_year, 1, 1), find_last_day(case, steps)
    steps = steps[steps["until"].isna() | (steps["until"] > first)]
    own, others = trace_both(case, [case.la_code]), trace_both(case, list_comparators(case))
    others["caseload"] = select_others(others["caseload"], case.la_code)
    known = {name: clip_series(frame, first, last) for name, frame in own.items()}
    median = {name: clip_series(compute_median(frame), first, last) for name, frame in others.items()}
    edge = max([last, *(frame["date"].max() + MARGIN for frame in known.values() if len(frame))])
    lead = {name: select_lead(series, case) for name, series in known.items()}
    return Panel(steps, known, lead, median, first, edge)


def trace_both(case: Case, codes: list[str]) -> dict[str, pd.DataFrame]:
    """Trace the caseload and the real spend per child of some authorities; returns of few workers have no caseload."""
    caseload = trace_caseload(case.tables["workforce"], codes)
    years = caseload["date"].dt.year
    few = list_few(case.tables)
    small = pd.MultiIndex.from_arrays([caseload["la_code"], years]).isin(few.set_index(["la_code", "year"]).index)
    caseload = caseload[~small].assign(time_period=years.astype(str))
    return {"caseload": caseload, "spend": trace_real_spend(case, codes).assign(series="spend")}


def trace_real_spend(case: Case, codes: list[str]) -> pd.DataFrame:
    """Trace the real spend per child of some authorities, from the window's first financial year."""
    spend = trace_spend(case.tables, codes, base=case.price_base, index=case.deflator)
    return spend[spend["time_period"] >= list_years(case.start_year, case.end_year)[0]]


def clip_series(series: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """Select the known values between two days, with the year of each."""
    known = series[series["date"].between(first, last)].dropna(subset="value")
    return known.assign(year=known["date"].dt.year)


def select_within(series: pd.DataFrame, case: Case) -> pd.DataFrame:
    """Select the values in the window, of the series that its last value belongs to."""
    within = series[series["date"] <= case.window_end]
    return within[within["series"] == within["series"].iloc[-1]] if len(within) else within


def select_lead(series: pd.DataFrame, case: Case) -> pd.DataFrame:
    """Select the window's comparable values: no level shift under a caution lies between, and both ends are sure.

    Where no two are left, it is the last value alone.
    """
    within = select_within(series, case)
    spend = within["time_period"].str.contains("-").any()
    measures = ["total_gross"] if spend else RETURNED
    return select_sound(case.tables["cautions"], case.la_code, within, measures)


def find_ends(panel: Panel, name: str) -> tuple[pd.Series, pd.Series] | None:
    """Return the first and last comparable value in the window; None if there are fewer than two."""
    lead = panel.lead[name]
    return None if len(lead) < 2 else (lead.iloc[0], lead.iloc[-1])


def explain_lack(case: Case, name: str) -> str:
    """State why a series has no value in the window."""
    if case.valid_from is not None and case.valid_from > case.window_end:
        window = f"the window of {case.start_year} to {case.end_year}"
        return f"{case.opening} was created on {format_day(case.valid_from)}, after {window}."
    few = list_few(case.tables)
    few = few[few["year"].between(case.start_year, case.end_year)]
    if name == "caseload" and (few["la_code"] == case.la_code).any():
        return (
            "No caseload is given: it has fewer than five social workers. In so small a council one child’s placement "
            "shows in spend per child."
        )
    words = {"caseload": "caseload", "spend": "spend per child"}
    return f"No {words[name]} from {case.start_year} to {case.end_year} is held."


def find_next(own: pd.DataFrame, date: pd.Timestamp) -> float:
    """Return the value that follows a day, or precedes it where the line ends there."""
    later, earlier = own.loc[own["date"] > date, "value"], own.loc[own["date"] < date, "value"]
    return float(later.iloc[0] if len(later) else earlier.iloc[-1] if len(earlier) else -1)


def format_value(value: float, name: str) -> str:
    """Format a value of a series: £1,284 or 14.8."""
    return f"£{value:,.0f}" if name == "spend" else f"{value:.1f}"


def describe_change(ends: tuple[pd.Series, pd.Series], name: str) -> str:
    """Describe the change between two points of a series: `fell from 15.9 to 14.8`."""
    first, last = (format_value(end["value"], name) for end in ends)
    if first == last:
        return f"was {first} in the first and last year"
    return f"{'rose' if ends[1]['value'] > ends[0]['value'] else 'fell'} from {first} to {last}"


def gather_states(case: Case, codes: list[str]) -> pd.DataFrame:
    """Return the state of some authorities at the end of each year of the window; see `trace_annual_states`."""
    return trace_all_states(case.tables, case.start_year, case.end_year, case.basis).loc[codes]


def split_state(state: str) -> tuple[str, str] | None:
    """Split a state into strand and grade; None where there is no grade.

    Examples
    --------
    >>> split_state("overall requires_improvement"), split_state("not_yet_judged")
    (('overall', 'requires_improvement'), None)
    """
    strand, _, grade = state.partition(" ")
    return (strand, grade) if grade in GRADES else None


def has_grades(states: pd.DataFrame) -> bool:
    """Return whether any of the states is a grade."""
    return any(split_state(state) for state in states.to_numpy().ravel())


def list_runs(states: pd.DataFrame, code: str) -> list[tuple[str, list[int]]]:
    """List the unbroken runs of one state of an authority, with their years.

    Examples
    --------
    >>> list_runs(pd.DataFrame({2012: ["a"], 2013: ["a"], 2014: ["b"]}, index=["209"]), "209")
    [('a', [2012, 2013]), ('b', [2014])]
    """
    own = zip(states.columns, states.loc[code], strict=True)
    runs = groupby(own, key=itemgetter(1))
    return [(str(state), [int(year) for year, _ in run]) for state, run in runs]


def format_state(state: str) -> str:
    """Format a state for a table: `requires improvement (overall)`, or `none` without a grade."""
    parts = split_state(state)
    if state == NO_OVERALL:
        return GRADE_NAMES[state]
    return f"{GRADE_NAMES[parts[1]]} ({parts[0]})" if parts else "none"


def describe_grades(states: pd.DataFrame, code: str) -> str:
    """Describe the grades of one authority, each with the first year of its run."""
    runs = [
        f"{format_state(state)} from {years[0]}"
        for state, years in list_runs(states, code)
        if split_state(state) or state == NO_OVERALL
    ]
    return ", ".join(runs) or "no grade"


def draw_strip(axes: Axes, states: pd.DataFrame, code: str, bottom: float, height: float) -> None:
    """Draw the grades of one authority as a strip: a bar for each run of years in one state, with its letter."""
    for state, years in list_runs(states, code):
        if state == GONE:
            continue
        parts, left = split_state(state), years[0] - 0.5
        look: dict[str, Any] = {
            "facecolor": "#FFFFFF",
            **UNJUDGED[NO_OVERALL if state == NO_OVERALL else NOT_YET_JUDGED],
        }
        if parts:
            look = {"facecolor": GRADE_COLOURS[parts[1]], "edgecolor": "white"}
            letter = GRADE_LETTERS[parts[1]].lower() if parts[0] == "safeguarding" else GRADE_LETTERS[parts[1]]
            middle = (left + len(years) / 2, bottom + height / 2)
            centred: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": SMALLEST}
            axes.text(*middle, letter, color=choose_ink(look["facecolor"]), **centred)
        axes.add_patch(Rectangle((left, bottom), len(years), height, lw=0.6, **look))


def bracket(names: list[str]) -> str:
    """Write up to ten names in brackets, after a space."""
    return f" ({list_words(names)})" if 0 < len(names) <= MOST_NAMED else ""
