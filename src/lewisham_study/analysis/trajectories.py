"""Which authorities took the same path through the grades: same first grades, or few years of difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from lewisham_study.analysis.case import find_last_year
from lewisham_study.analysis.ratings import (
    count_shares,
    date_judgements,
    mark_ungraded,
    read_code,
    read_state,
    trace_states,
)
from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import GOOD_OR_BETTER, GRADES, NO_OVERALL, NO_OVERALL_SINCE, NOT_YET_JUDGED, Basis


@once
def pair_frameworks(tables: Frames, first: str, second: str, strands: tuple[str, str]) -> pd.DataFrame:
    """Pair each authority's first judgement under one framework with its first under another.

    The same framework twice pairs its first judgement with its second; `strands` gives the strand to read under each.
    Returns la_code, grade_from, grade_to, date_from and date_to, for authorities judged under both.
    """
    before, after = (
        rank_judgements(tables["judgements"], name, strand)
        for name, strand in zip((first, second), strands, strict=True)
    )
    before, after = before[before["rank"] == 1], after[after["rank"] == (2 if first == second else 1)]
    pairs = before.merge(after, on="la_code", suffixes=("_from", "_to"), validate="one_to_one")
    return pairs[["la_code", "grade_from", "grade_to", "date_from", "date_to"]]


def rank_judgements(judgements: pd.DataFrame, framework: str, strand: str) -> pd.DataFrame:
    """Number each authority's judgements of a strand under one framework, in order of time."""
    chosen = (judgements["framework"] == framework) & (judgements["strand"] == strand)
    dated = date_judgements(judgements[chosen], "inspected")
    return dated.assign(rank=dated.groupby("la_code").cumcount() + 1)


def count_moves(pairs: pd.DataFrame) -> pd.DataFrame:
    """Count the moves between grades: a matrix, rows from, columns to, best grade first."""
    table = pd.crosstab(pairs["grade_from"], pairs["grade_to"])
    rows = [grade for grade in GRADES if grade in table.index]
    columns = [grade for grade in GRADES if grade in table.columns]
    return table.reindex(index=rows, columns=columns)


def estimate_moves(moves: pd.DataFrame) -> pd.DataFrame:
    """Return each move's share of its row, with a Jeffreys interval.

    Columns are grade_from, grade_to, authorities, of (row total), share, low and high.
    """
    long = moves.rename_axis(columns="grade_to").melt(ignore_index=False, value_name="authorities").reset_index()
    return add_shares(long.assign(of=long.groupby("grade_from")["authorities"].transform("sum")))


def add_shares(table: pd.DataFrame, count: str = "authorities", of: str = "of") -> pd.DataFrame:
    """Add to counts and their totals the share, and low and high, the ends of its interval; see `estimate_share`."""
    low, high = estimate_share(table[count], table[of])
    return table.assign(share=table[count] / table[of], low=low, high=high)


def estimate_share(count: ArrayLike, total: ArrayLike, level: float = 0.95) -> tuple[Any, Any]:
    """Return the ends of the Jeffreys interval of a share (Brown, Cai and DasGupta 2001, Stat. Sci. 16: 101-133).

    The ends are 0 at a count of 0, and 1 where all are counted.

    Examples
    --------
    >>> [end.round(2) for end in estimate_share([26], [65])]
    [array([0.29]), array([0.52])]
    """
    from scipy.special import betaincinv

    some, every, tail = np.asarray(count), np.asarray(total), (1 - level) / 2
    low, high = (betaincinv(some + 0.5, every - some + 0.5, end) for end in (tail, 1 - tail))
    return np.where(some == 0, 0.0, low), np.where(some == every, 1.0, high)


@once
def trace_country(
    tables: Frames, start_year: int, end_year: int, basis: Basis, strand: str = "overall"
) -> pd.DataFrame:
    """Return the grade in force in every authority at the end of each year of a window; see `ratings.trace_states`."""
    years = range(start_year, end_year + 1)
    return trace_states(tables["judgements"], tables["authorities"], years, strand=strand, basis=basis)


def find_last_stated(tables: Frames, end_year: int) -> int:
    """Return the last year at whose end every overall grade can be stated, or the last of a later window.

    Inspections since April 2026 give no overall grade.
    """
    return max(end_year, min(find_last_year(tables), NO_OVERALL_SINCE.year - 1))


@once
def trace_region(tables: Frames, region: str | None, start_year: int, end_year: int, basis: Basis) -> pd.DataFrame:
    """Count the grades in force at each 31 March of a window, in a region or (None) in England.

    Columns are those of `ratings.trace_shares`: date, grade, authorities and share.
    """
    states = list_states(tables, start_year, end_year, basis)
    if region is not None:
        states = {day: state[state["region"] == region] for day, state in states.items()}
    return count_shares(states)


@once
def list_states(tables: Frames, start_year: int, end_year: int, basis: Basis) -> dict[pd.Timestamp, pd.DataFrame]:
    """Return the grade in force in every authority at each 31 March of a window; see `ratings.state_at`."""
    days = [pd.Timestamp(year, 3, 31) for year in range(start_year, end_year + 1)]
    dated = date_judgements(mark_ungraded(tables["judgements"]), basis)
    return {day: read_state(dated, tables["authorities"], day) for day in days}


STAGES = {"SLAC": ("SLAC", "safeguarding", 1), "SIF": ("SIF", "overall", 1), "ILACS": ("ILACS", "overall", 1)}
"""The stages of a path, see `grade_stages`: the first inspection under each framework."""
GONE = "did_not_exist"


@dataclass(frozen=True)
class Falls:
    """Counts of authorities that fell from good.

    `judged` have a grade at every stage; of those, `good` were good or outstanding for safeguarding under SLAC; of
    those, `fell` were below good at the first SIF; of those, `stayed` were still below good at the first ILACS.
    """

    judged: int
    good: int
    fell: int
    stayed: int


def list_patterns(judgements: pd.DataFrame) -> pd.DataFrame:
    """Return the grade of each authority's first inspection under each framework.

    Parameters
    ----------
    judgements : pandas.DataFrame
        The table `judgements`.

    Returns
    -------
    pandas.DataFrame
        One row per `la_code`, with columns SLAC (safeguarding), SIF and ILACS (overall); missing where the authority
        was not judged under that framework.

    Examples
    --------
    >>> import lewisham_study as study
    >>> study.list_patterns(study.load_table("judgements")).loc["209"].tolist()
    ['outstanding', 'requires_improvement', 'requires_improvement']
    """
    return grade_stages(judgements, STAGES)


def grade_stages(judgements: pd.DataFrame, stages: Mapping[str, tuple[str, str, int]]) -> pd.DataFrame:
    """Return the grade of each authority at some stages: a framework, the strand that is read, and the rank in time."""
    grades = {}
    for stage, (framework, strand, rank) in stages.items():
        ranked = rank_judgements(judgements, framework, strand)
        grades[stage] = ranked[ranked["rank"] == rank].set_index("la_code")["grade"]
    return pd.DataFrame(grades)


@once
def list_all_patterns(tables: Frames, *, joined: bool = False) -> pd.DataFrame:
    """List the patterns of all authorities, optionally with namesakes joined; see `join_namesakes`."""
    judgements = tables["judgements"]
    return list_patterns(join_namesakes(judgements, tables["authorities"]) if joined else judgements)


@once
def date_last_stage(tables: Frames) -> pd.Timestamp:
    """Return the day of the latest inspection that any pattern reads."""
    ranked = [rank_judgements(tables["judgements"], *stage[:2]) for stage in STAGES.values()]
    last: pd.Timestamp = max(judged.loc[judged["rank"] == 1, "date"].max() for judged in ranked)
    return last


def match_pattern(patterns: pd.DataFrame, la_code: str | int) -> list[str]:
    """Return the other authorities with the same grade at every stage at which this one was judged.

    Stages at which this authority has no grade are not compared, so the others may differ there.

    Parameters
    ----------
    patterns : pandas.DataFrame
        Grades by stage, as `list_patterns` returns them.
    la_code : str or int
        DfE number of the authority; `find_authority` gives the number of a name.

    Returns
    -------
    list of str
        The `la_code` of each; empty if the authority was judged at no stage.

    Raises
    ------
    UsageError
        If `la_code` is not a three-digit code: a name must not look like an authority without matches.

    Examples
    --------
    >>> patterns = pd.DataFrame({"SLAC": ["good", "good", "adequate"], "SIF": ["good", "good", "good"]},
    ...                         index=["208", "209", "210"])
    >>> match_pattern(patterns, "209")
    ['208']
    """
    code = read_code(la_code)
    if code not in patterns.index:
        return []
    own = patterns.loc[code].dropna()
    same = (patterns[own.index] == own).all(axis=1)
    return [str(other) for other in patterns.index[same] if other != code]


def count_falls(patterns: pd.DataFrame) -> Falls:
    """Count the authorities that fell from good; see `Falls`."""
    judged = patterns.dropna()
    good = judged.isin(GOOD_OR_BETTER)
    fell = good["SLAC"] & ~good["SIF"]
    return Falls(len(judged), int(good["SLAC"].sum()), int(fell.sum()), int((fell & ~good["ILACS"]).sum()))


def join_namesakes(judgements: pd.DataFrame, authorities: pd.DataFrame) -> pd.DataFrame:
    """Give an abolished authority the code of its successor of the same name, as a match by name would.

    Only Dorset has such a successor. This breaks the rule that a successor starts without a grade, to show how much
    depends on it.
    """
    ended = authorities[authorities["valid_to"].notna()].set_index("la_name")["la_code"]
    present = authorities[authorities["valid_to"].isna()].set_index("la_name")["la_code"]
    shared = ended.index.intersection(present.index)
    renumbered = dict(zip(ended[shared], present[shared], strict=True))
    return judgements.assign(la_code=judgements["la_code"].replace(renumbered))


def trace_annual_states(
    judgements: pd.DataFrame, authorities: pd.DataFrame, years: range, *, basis: Basis = "inspected"
) -> pd.DataFrame:
    """Return each authority's state at the end of each year: its overall grade or, before one, its safeguarding grade.

    Parameters
    ----------
    judgements : pandas.DataFrame
        The table `judgements`.
    authorities : pandas.DataFrame
        The table `authorities`.
    years : range
        The years, such as ``range(2012, 2023)``.
    basis : {'inspected', 'published'}, optional
        Whether a grade counts from the first day on site (what was true) or from publication (what was known).

    Returns
    -------
    pandas.DataFrame
        One row per `la_code`, one column per year: `overall good`, `safeguarding adequate`, `not_yet_judged`,
        `no_overall_grade` (inspected since April 2026) or `did_not_exist`. The strand is part of the state, because
        the two strands are not on one scale.

    Examples
    --------
    >>> import lewisham_study as study
    >>> tables = study.Tables()
    >>> states = study.trace_annual_states(tables["judgements"], tables["authorities"], range(2014, 2016))
    >>> states.loc["209"].tolist()
    ['safeguarding outstanding', 'overall requires_improvement']
    """
    overall, safeguarding = (
        trace_states(judgements, authorities, years, strand=strand, basis=basis).reindex(sorted(authorities["la_code"]))
        for strand in ("overall", "safeguarding")
    )
    named = overall.where(~overall.isin(GRADES), "overall " + overall)
    before = (overall == NOT_YET_JUDGED) & safeguarding.isin(GRADES)
    return named.mask(before, "safeguarding " + safeguarding).fillna(GONE).rename_axis(index=None)


@once
def trace_all_states(tables: Frames, start_year: int, end_year: int, basis: Basis) -> pd.DataFrame:
    """Return the state of every authority at the end of each year of a window; see `trace_annual_states`."""
    years = range(start_year, end_year + 1)
    return trace_annual_states(tables["judgements"], tables["authorities"], years, basis=basis)


def list_compared(states: pd.DataFrame) -> list[Any]:
    """List the years of which the states can be compared: those in which every overall grade was still given."""
    return [year for year in states.columns if not (states[year] == NO_OVERALL).any()]


def measure_distances(states: pd.DataFrame, la_code: str | int) -> pd.DataFrame:
    """Count the years in which each other authority's state differs from this one's (Hamming distance).

    Parameters
    ----------
    states : pandas.DataFrame
        States by year, as `trace_annual_states` returns them.
    la_code : str or int
        DfE number of the authority; years in which it did not exist, and years in which any authority has no
        overall grade any more, are left out.

    Returns
    -------
    pandas.DataFrame
        Columns la_code, differing (years) and of (years compared); nearest first. Authorities that did not exist in
        every year compared are left out.

    Raises
    ------
    UsageError
        If `la_code` is not the code of an authority in `states`.

    Examples
    --------
    >>> states = pd.DataFrame({2012: ["a", "a", "b"], 2013: ["a", "b", "b"]}, index=["208", "209", "210"])
    >>> measure_distances(states, "208").to_dict("list")
    {'la_code': ['209', '210'], 'differing': [1, 2], 'of': [2, 2]}
    """
    code = read_code(la_code)
    if code not in states.index:
        raise UsageError(f"la_code: expected an authority in the states, found {code!r}; find_authority gives its code")
    own = states.loc[code]
    lived = [year for year in list_compared(states) if own[year] != GONE]
    others = states.loc[states.index != code, lived]
    others = others[(others != GONE).all(axis=1)]
    differing = (others != own[lived]).sum(axis=1)
    table = pd.DataFrame({"la_code": others.index, "differing": differing.to_numpy(), "of": len(lived)})
    return table.sort_values(["differing", "la_code"], ignore_index=True)
