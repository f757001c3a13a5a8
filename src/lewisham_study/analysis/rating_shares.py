"""Grades counted: how many authorities hold each at a day, and the share that is good or better, over time."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lewisham_study.analysis.ratings import GOOD_OR_BETTER, GRADES, NO_LONGER_JUDGED, NOT_YET_JUDGED, Basis, state_at


def count_grades(state: pd.DataFrame) -> pd.Series:
    """Count the authorities in each grade, those without one last; grades nobody holds count 0.

    Examples
    --------
    >>> count_grades(pd.DataFrame({"grade": ["good", "good", "not_yet_judged"]}))["good"]
    np.int64(2)
    """
    return state["grade"].value_counts().reindex([*GRADES, NOT_YET_JUDGED, NO_LONGER_JUDGED], fill_value=0)


def share_good(state: pd.DataFrame) -> float:
    """Give the share of judged authorities that are good or outstanding: a plain count, for it is a census.

    Examples
    --------
    >>> share_good(pd.DataFrame({"grade": ["good", "inadequate", "not_yet_judged"]}))
    0.5
    """
    judged = state[state["grade"].isin(GRADES)]
    return float(judged["grade"].isin(GOOD_OR_BETTER).mean())


def trace_shares(
    judgements: pd.DataFrame, authorities: pd.DataFrame, dates: list[pd.Timestamp], **choices: object
) -> pd.DataFrame:
    """Count the grades in force over time.

    Parameters
    ----------
    judgements, authorities : the tidy tables; leave out authorities to count a region.
    dates : the days asked about.
    **choices : strand, basis and published_by of `state_at`.

    Returns
    -------
    pandas.DataFrame
        date, grade, authorities (count), share (of all that existed, not yet judged included).
    """
    states = {day: state_at(judgements, authorities, day, **choices) for day in dates}  # type: ignore[arg-type]
    return count_shares(states)


def count_shares(states: Mapping[pd.Timestamp, pd.DataFrame]) -> pd.DataFrame:
    """Count the grades of states by their days; see `trace_shares`.

    Examples
    --------
    >>> state = pd.DataFrame({"grade": ["good", "good", "inadequate", "not_yet_judged"]})
    >>> counted = count_shares({pd.Timestamp("2022-03-31"): state}).set_index("grade")
    >>> int(counted.loc["good", "authorities"]), float(counted.loc["good", "share"])
    (2, 0.5)
    """
    counts = {day: count_grades(state) for day, state in states.items()}
    long = pd.DataFrame(counts).rename_axis("grade").melt(ignore_index=False, var_name="date", value_name="authorities")
    long = long.reset_index()[["date", "grade", "authorities"]]
    long["share"] = long["authorities"] / long.groupby("date")["authorities"].transform("sum")
    return long


def trace_states(
    judgements: pd.DataFrame,
    authorities: pd.DataFrame,
    years: range,
    *,
    strand: str = "overall",
    basis: Basis = "inspected",
) -> pd.DataFrame:
    """Give the grade in force in every authority at the end of each year.

    Returns
    -------
    pandas.DataFrame
        Rows la_code, columns the years, values grades; missing where the authority did not exist.
    """
    ends = {year: pd.Timestamp(year, 12, 31) for year in years}
    states = {
        year: state_at(judgements, authorities, day, strand=strand, basis=basis).set_index("la_code")["grade"]
        for year, day in ends.items()
    }
    return pd.DataFrame(states)
