"""Moves of authorities from one judgement to the next, and the grades of the country over time."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import find_last_year
from lewisham_study.analysis.ratings import (
    count_shares,
    date_judgements,
    mark_ungraded,
    read_state,
    trace_states,
)
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import GRADES, NO_OVERALL_SINCE, Basis


def pair_judgements(judgements: pd.DataFrame, first: str, second: str, *, strands: tuple[str, str]) -> pd.DataFrame:
    """Pair each authority's first judgement under one framework with its first under another.

    The same framework twice pairs its first judgement with its second; `strands` gives the strand to read under each.
    Returns la_code, grade_from, grade_to, date_from and date_to, for authorities judged under both.
    """
    before = rank_judgements(judgements, first, strands[0])
    after = rank_judgements(judgements, second, strands[1])
    wanted = 2 if first == second else 1
    pairs = before[before["rank"] == 1].merge(
        after[after["rank"] == wanted], on="la_code", suffixes=("_from", "_to"), validate="one_to_one"
    )
    return pairs[["la_code", "grade_from", "grade_to", "date_from", "date_to"]]


def rank_judgements(judgements: pd.DataFrame, framework: str, strand: str) -> pd.DataFrame:
    """Number each authority's judgements of a strand under one framework, in order of time."""
    chosen = (judgements["framework"] == framework) & (judgements["strand"] == strand)
    dated = date_judgements(judgements[chosen], "inspected")
    return dated.assign(rank=dated.groupby("la_code").cumcount() + 1)


def count_moves(pairs: pd.DataFrame) -> pd.DataFrame:
    """Count the moves between grades: a matrix, rows from, columns to, best grade first.

    Examples
    --------
    >>> pairs = pd.DataFrame({"grade_from": ["good", "good"], "grade_to": ["good", "inadequate"]})
    >>> count_moves(pairs).loc["good", "inadequate"]
    np.int64(1)
    """
    table = pd.crosstab(pairs["grade_from"], pairs["grade_to"])
    rows = [grade for grade in GRADES if grade in table.index]
    columns = [grade for grade in GRADES if grade in table.columns]
    return table.reindex(index=rows, columns=columns)


def estimate_moves(moves: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Return each move's share of its row, with a Jeffreys interval.

    Columns are grade_from, grade_to, authorities, of (row total), share, low and high.
    """
    long = moves.rename_axis(columns="grade_to").melt(ignore_index=False, value_name="authorities").reset_index()
    long["of"] = long.groupby("grade_from")["authorities"].transform("sum")
    long["share"] = long["authorities"] / long["of"]
    low, high = estimate_share(long["authorities"], long["of"], level)
    return long.assign(low=low, high=high)


def estimate_share(count: pd.Series, total: pd.Series, level: float = 0.95) -> tuple[pd.Series, pd.Series]:
    """Return the ends of the Jeffreys interval of a share (Brown, Cai and DasGupta 2001, Stat. Sci. 16: 101-133).

    The ends are 0 at a count of 0, and 1 where all are counted.

    Examples
    --------
    >>> low, high = estimate_share(pd.Series([26]), pd.Series([65]))
    >>> round(low[0], 2), round(high[0], 2)
    (np.float64(0.29), np.float64(0.52))
    """
    from scipy.special import betaincinv

    tail, shape = (1 - level) / 2, (count + 0.5, total - count + 0.5)
    low = pd.Series(betaincinv(*shape, tail), index=count.index).mask(count == 0, 0.0)
    high = pd.Series(betaincinv(*shape, 1 - tail), index=count.index).mask(count == total, 1.0)
    return low, high


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


@once
def pair_frameworks(tables: Frames, first: str, second: str, strands: tuple[str, str]) -> pd.DataFrame:
    """Pair the grades of each authority under two frameworks; see `pair_judgements`."""
    return pair_judgements(tables["judgements"], first, second, strands=strands)
