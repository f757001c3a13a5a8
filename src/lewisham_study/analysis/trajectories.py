"""Which authorities took the same path through the grades: same first grades, or few years of difference."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from lewisham_study.analysis.moves import rank_judgements
from lewisham_study.analysis.ratings import date_judgements, date_lapses, list_existing
from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import GOOD_OR_BETTER, NOT_YET_JUDGED, Basis

STAGES = {"SLAC": ("SLAC", "safeguarding"), "SIF": ("SIF", "overall"), "ILACS": ("ILACS", "overall")}
"""The stages of a path: the framework, whose first inspection counts, and the strand that is read."""
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
    """List the grades of each authority's first inspection under each framework.

    Parameters
    ----------
    judgements : pandas.DataFrame
        The tidy table.

    Returns
    -------
    pandas.DataFrame
        A row for each la_code, a column for each of three stages: SLAC (safeguarding grade), SIF and ILACS (overall
        grade). A grade is missing where the authority was not judged under that framework.
    """
    firsts = {}
    for stage, (framework, strand) in STAGES.items():
        ranked = rank_judgements(judgements, framework, strand)
        firsts[stage] = ranked[ranked["rank"] == 1].set_index("la_code")["grade"]
    return pd.DataFrame(firsts)


@once
def list_all_patterns(tables: Frames, *, joined: bool = False) -> pd.DataFrame:
    """List the patterns of all authorities, optionally with namesakes joined; see `join_namesakes`."""
    judgements = tables["judgements"]
    return list_patterns(join_namesakes(judgements, tables["authorities"]) if joined else judgements)


def match_pattern(patterns: pd.DataFrame, la_code: str | int) -> list[str]:
    """List the other authorities with the same grades at the stages at which this one has a grade.

    Stages at which this authority has no grade are not compared, so a match is not always of all three.

    Parameters
    ----------
    patterns : pandas.DataFrame
        As `list_patterns` returns it.
    la_code : str or int
        The authority's three-digit code; `find_authority` gives the code of a name.

    Returns
    -------
    list of str
        The `la_code` of each match. Empty where there is none, or the authority has no grade at any stage.

    Raises
    ------
    UsageError
        If `la_code` is not a three-digit code.

    Examples
    --------
    >>> patterns = pd.DataFrame({"SLAC": ["good", "good", "adequate"], "SIF": ["good", "good", "good"]},
    ...                         index=["208", "209", "210"])
    >>> match_pattern(patterns, "209")
    ['208']
    """
    code = _read_code(la_code)
    if code not in patterns.index:
        return []
    own = patterns.loc[code].dropna()
    same = (patterns[own.index] == own).all(axis=1)
    return [str(other) for other in patterns.index[same] if other != code]


def _read_code(la_code: str | int) -> str:
    """Return an authority's code as text; a name is an error, or it would pass for an authority without matches."""
    code = str(la_code)
    if not re.fullmatch("[0-9]{3}", code):
        raise UsageError(f"expected an authority's three-digit code, found {la_code!r}; find_authority gives the code")
    return code


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
    judgements, authorities : pandas.DataFrame
        The tidy tables.
    years : range
        The calendar years.
    basis : {"inspected", "published"}
        Which date counts: the first day on site, or the day of publication.

    Returns
    -------
    pandas.DataFrame
        A row for each la_code, a column for each year, with values such as `overall good`, `safeguarding adequate`,
        `not_yet_judged` and `did_not_exist`. The strand is part of the state: the two are not on one scale.
    """
    dated = date_judgements(judgements, basis)
    dated = dated.assign(until=date_lapses(dated))
    states = {}
    for year in years:
        day = pd.Timestamp(year, 12, 31)
        state = pd.Series(GONE, index=sorted(authorities["la_code"]))
        existing = list_existing(authorities, day)["la_code"]
        state[existing] = NOT_YET_JUDGED
        known = dated[(dated["date"] <= day) & (dated["until"].isna() | (dated["until"] > day))]
        for strand in ("safeguarding", "overall"):
            last = known[(known["strand"] == strand) & known["la_code"].isin(existing)]
            last = last.drop_duplicates("la_code", keep="last")
            state[last["la_code"]] = (strand + " " + last["grade"]).to_numpy()
        states[year] = state
    return pd.DataFrame(states)


@once
def trace_all_states(tables: Frames, start_year: int, end_year: int, basis: Basis) -> pd.DataFrame:
    """Return the state of every authority at the end of each year of a window; see `trace_annual_states`."""
    years = range(start_year, end_year + 1)
    return trace_annual_states(tables["judgements"], tables["authorities"], years, basis=basis)


def measure_distances(states: pd.DataFrame, la_code: str | int) -> pd.DataFrame:
    """Count the years in which each other authority's state differs from this one's (Hamming distance).

    Parameters
    ----------
    states : pandas.DataFrame
        As `trace_annual_states` returns it.
    la_code : str or int
        The authority's three-digit code. Years in which it did not exist are not compared.

    Returns
    -------
    pandas.DataFrame
        la_code, differing (years) and of (years compared), nearest first. Authorities that did not exist in all of
        these years are left out.

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
    code = _read_code(la_code)
    if code not in states.index:
        raise UsageError(f"expected the code of an authority in the states, found {code!r}; find_authority gives it")
    own = states.loc[code]
    lived = [year for year in states.columns if own[year] != GONE]
    others = states.loc[states.index != code, lived]
    others = others[(others != GONE).all(axis=1)]
    differing = (others != own[lived]).sum(axis=1)
    table = pd.DataFrame({"la_code": others.index, "differing": differing.to_numpy(), "of": len(lived)})
    return table.sort_values(["differing", "la_code"], ignore_index=True)
