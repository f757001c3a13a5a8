"""The grade in force at the end of each year, overall or, before, for safeguarding."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.trajectories import trace_all_states
from lewisham_study.vocabulary import GRADE_NAMES, GRADES


def gather_states(case: Case, codes: list[str]) -> pd.DataFrame:
    """Give the grade in force at the end of each year of the window, overall or, before, for safeguarding."""
    return trace_all_states(case.tables, case.start_year, case.end_year, case.basis).loc[codes]


def select_states(states: pd.DataFrame, code: str) -> pd.Series:
    """Take the states of one authority, by year."""
    return pd.Series(states.loc[code])


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
    """Tell whether any of the states is a grade."""
    return any(split_state(state) for state in states.to_numpy().ravel())


def list_runs(states: pd.Series) -> list[tuple[str, list[int]]]:
    """List the unbroken runs of one state, with their years.

    Examples
    --------
    >>> list_runs(pd.Series({2012: "a", 2013: "a", 2014: "b"}))
    [('a', [2012, 2013]), ('b', [2014])]
    """
    runs = (states != states.shift()).cumsum()
    return [(str(run.iloc[0]), [int(year) for year in run.index]) for _, run in states.groupby(runs)]


def render_state(state: str) -> str:
    """Write a state for a table.

    Examples
    --------
    >>> render_state("overall requires_improvement"), render_state("not_yet_judged")
    ('requires improvement (overall)', 'none')
    """
    parts = split_state(state)
    return f"{GRADE_NAMES[parts[1]]} ({parts[0]})" if parts else "none"
