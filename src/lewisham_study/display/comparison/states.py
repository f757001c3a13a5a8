"""The grade in force at the end of each year, overall or before that for safeguarding: as text and as a strip."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.trajectories import GONE, trace_all_states
from lewisham_study.display.common.style import GRADE_COLOURS, SMALLEST, UNJUDGED, choose_ink
from lewisham_study.vocabulary import GRADE_LETTERS, GRADE_NAMES, GRADES, NO_OVERALL, NOT_YET_JUDGED


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
    own = pd.Series(states.loc[code])
    runs = (own != own.shift()).cumsum()
    return [(str(run.iloc[0]), [int(year) for year in run.index]) for _, run in own.groupby(runs)]


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
