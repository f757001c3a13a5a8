"""Ratings: the grade in force at a date, the path of an authority, shares of a country, moves between frameworks.

Grades of different frameworks are not one scale: every result keeps the framework beside the grade.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import get_args

import pandas as pd

from lewisham_study.errors import UsageError
from lewisham_study.vocabulary import ERA, GOOD_OR_BETTER, GRADES, NO_LONGER_JUDGED, NOT_YET_JUDGED, STRANDS, Basis


def read_day(day: str | datetime.date) -> pd.Timestamp:
    """Read a day: a date, or a text that has the year first, for 06/05/2022 is two days.

    Raises
    ------
    UsageError
        Where a text is no date of the form 2022-05-06.

    Examples
    --------
    >>> read_day("2022-05-06")
    Timestamp('2022-05-06 00:00:00')
    >>> read_day("06/05/2022")
    Traceback (most recent call last):
    ...
    lewisham_study.errors.UsageError: '06/05/2022' is no day; write it as 2022-05-06: year, month, day
    """
    try:
        return pd.Timestamp(datetime.date.fromisoformat(day) if isinstance(day, str) else day)
    except ValueError:
        raise UsageError(f"{day!r} is no day; write it as 2022-05-06: year, month, day") from None


def date_judgements(judgements: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """Give each judgement the day it counts from, in a column `date`.

    Parameters
    ----------
    judgements : the tidy table.
    basis : 'inspected' (what was true: first day on site) or 'published' (what was known). Where no
        source gives the days on site, publication stands in: the latest day it can have been true.

    Returns
    -------
    pandas.DataFrame
        The judgements, ordered by date; of one day, the later framework comes last, then the later publication.

    Raises
    ------
    UsageError
        Where the basis is neither of the two.
    """
    if basis not in get_args(Basis):
        raise UsageError(f"no basis is called {basis!r}; there are: {', '.join(get_args(Basis))}")
    date = judgements["published_date"]
    if basis == "inspected":
        date = judgements["start_date"].fillna(date)
    dated = judgements.assign(date=date, era=judgements["framework"].map(ERA))
    ordered = dated.sort_values(["date", "era", "published_date", "inspection_id"], ignore_index=True)
    return ordered.drop(columns="era")


def date_lapses(dated: pd.DataFrame) -> pd.Series:
    """Give the day each judgement stopped standing: judged again, or inspected under a later framework.

    A later framework's inspection ends the grades of strands that it does not judge: a care-leavers grade
    of 2015 does not stand beside an inspection of 2019 that judged care leavers together with children in care.

    Parameters
    ----------
    dated : judgements of all strands, from `date_judgements`.

    Returns
    -------
    pandas.Series
        Days, missing where the grade is still in force; same index as `dated`.
    """
    again = dated.groupby(["la_code", "strand"])["date"].shift(-1)
    era = dated["framework"].map(ERA)
    overall = dated[dated["strand"] == "overall"].assign(era=era).groupby(["la_code", "era"])["date"].min()
    ends = [overall.xs(later, level="era") for later in overall.index.unique("era")]
    for later, first in zip(overall.index.unique("era"), ends, strict=True):
        replaced = dated["la_code"].map(first).where(era < later)
        again = again.fillna(replaced).where(~(replaced < again), replaced)
    return again


def list_existing(authorities: pd.DataFrame, date: str | datetime.date) -> pd.DataFrame:
    """List the authorities that existed on a day.

    Examples
    --------
    >>> authorities = pd.DataFrame({"la_code": ["928", "940"], "valid_from": pd.to_datetime([None, "2021-04-01"]),
    ...                             "valid_to": pd.to_datetime(["2021-03-31", None])})
    >>> list_existing(authorities, "2021-03-31")["la_code"].tolist()
    ['928']
    """
    day = read_day(date)
    begun = authorities["valid_from"].isna() | (authorities["valid_from"] <= day)
    ended = authorities["valid_to"].notna() & (authorities["valid_to"] < day)
    return authorities[begun & ~ended]


def state_at(
    judgements: pd.DataFrame,
    authorities: pd.DataFrame,
    date: str | datetime.date,
    *,
    strand: str = "overall",
    basis: Basis = "inspected",
    published_by: str | datetime.date | None = None,
) -> pd.DataFrame:
    """Give the grade in force in every authority at a date.

    A grade stands until the next judgement of the same strand. An authority that was abolished before
    the date is left out; its successor starts unjudged and inherits nothing. Visits give no grade, so
    they change nothing.

    Parameters
    ----------
    judgements, authorities : the tidy tables.
    date : the day asked about, as a date or a text such as 2022-05-06. Of a day after the last judgement held,
        the grades are given that stood then: later ones are not known.
    strand : the strand of the service.
    basis : 'inspected' (what was true) or 'published' (what was known); see `date_judgements`.
    published_by : leave out what was published after this day, as a statistical release must.

    Returns
    -------
    pandas.DataFrame
        One row per authority: la_code, la_name, region, grade ('not_yet_judged' where there was none yet,
        'no_longer_judged' where a later framework has ended the strand), framework, inspection_id,
        start_date, published_date.

    Raises
    ------
    UsageError
        Where strand or basis is none that there is, or a text is no day: a slip must not pass for 'not yet judged'.
    """
    if strand not in STRANDS:
        raise UsageError(f"no strand is called {strand!r}; there are: {', '.join(STRANDS)}")
    dated = date_judgements(judgements, basis)
    known = dated[dated["date"] <= read_day(date)]
    if published_by is not None:
        known = known[known["published_date"] <= read_day(published_by)]
    known = known.assign(until=date_lapses(known))
    last = known[known["strand"] == strand].drop_duplicates("la_code", keep="last")
    last["grade"] = last["grade"].mask(last["until"].notna(), NO_LONGER_JUDGED)
    columns = ["la_code", "grade", "framework", "inspection_id", "start_date", "published_date"]
    state = list_existing(authorities, date)[["la_code", "la_name", "region"]].merge(last[columns], how="left")
    return state.fillna({"grade": NOT_YET_JUDGED})


def trace_path(
    judgements: pd.DataFrame, la_code: str, *, basis: Basis = "inspected", strand: str | None = None
) -> pd.DataFrame:
    """Give the steps of one authority: each grade of each strand, and how long it stood.

    Returns
    -------
    pandas.DataFrame
        strand, framework, grade, date (from), until (see `date_lapses`; missing: still in force),
        inspection_id, start_date, published_date, source_id, locator; ordered by strand and date. No rows where
        the authority was never judged.

    Raises
    ------
    UsageError
        Where it is no authority's code: a name must not pass for an authority never judged.
    """
    if not re.fullmatch("[0-9]{3}", la_code):
        raise UsageError(f"{la_code!r} is no code of an authority, which has three digits; find_authority gives it")
    steps = date_judgements(judgements[judgements["la_code"] == la_code], basis)
    steps["until"] = date_lapses(steps)
    if strand is not None:
        steps = steps[steps["strand"] == strand]
    columns = ["strand", "framework", "grade", "date", "until", "inspection_id", "start_date"]
    columns += ["start_precision", "published_date", "domain", "source_id", "locator"]
    return steps[columns].sort_values(["strand", "date"], ignore_index=True)


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
