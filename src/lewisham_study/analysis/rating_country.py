"""Ratings of the whole country and of its regions: the same in every authority's report, so worked out once."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.rating_moves import pair_judgements
from lewisham_study.analysis.rating_shares import count_shares, trace_states
from lewisham_study.analysis.ratings import Basis, state_at
from lewisham_study.tidy.once import Frames, once


@once
def trace_country(tables: Frames, start_year: int, end_year: int, basis: Basis) -> pd.DataFrame:
    """Give the grades in force at the end of each year of a window; see `rating_shares.trace_states`."""
    years = range(start_year, end_year + 1)
    return trace_states(tables["judgements"], tables["authorities"], years, basis=basis)


@once
def trace_region(tables: Frames, region: str | None, start_year: int, end_year: int, basis: Basis) -> pd.DataFrame:
    """Count the grades in force at each 31 March of a window, in a region or (None) in England.

    Returns
    -------
    pandas.DataFrame
        date, grade, authorities, share; see `rating_shares.trace_shares`.
    """
    states = list_states(tables, start_year, end_year, basis)
    if region is not None:
        states = {day: state[state["region"] == region] for day, state in states.items()}
    return count_shares(states)


@once
def list_states(tables: Frames, start_year: int, end_year: int, basis: Basis) -> dict[pd.Timestamp, pd.DataFrame]:
    """Give the grade in force in every authority at each 31 March of a window; see `ratings.state_at`."""
    days = [pd.Timestamp(year, 3, 31) for year in range(start_year, end_year + 1)]
    return {day: state_at(tables["judgements"], tables["authorities"], day, basis=basis) for day in days}


@once
def pair_frameworks(tables: Frames, first: str, second: str, strands: tuple[str, str]) -> pd.DataFrame:
    """Pair the grades of each authority under two frameworks; see `rating_moves.pair_judgements`."""
    return pair_judgements(tables["judgements"], first, second, strands=strands)
