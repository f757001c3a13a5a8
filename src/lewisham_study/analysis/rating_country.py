"""Ratings of the whole country and of its regions: the same in every authority's report, so worked out once."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.rating_moves import pair_judgements
from lewisham_study.analysis.ratings import Basis, trace_shares, trace_states
from lewisham_study.tidy.once import Frames, once


@once
def trace_country(tables: Frames, start_year: int, end_year: int, basis: Basis) -> pd.DataFrame:
    """Give the grade in force in every authority at the end of each year of a window; see `ratings.trace_states`."""
    years = range(start_year, end_year + 1)
    return trace_states(tables["judgements"], tables["authorities"], years, basis=basis)


@once
def trace_region(tables: Frames, region: str | None, start_year: int, end_year: int, basis: Basis) -> pd.DataFrame:
    """Count the grades in force at each 31 March of a window, in a region or (None) in England.

    Returns
    -------
    pandas.DataFrame
        date, grade, authorities, share; see `ratings.trace_shares`.
    """
    authorities = tables["authorities"]
    chosen = authorities if region is None else authorities[authorities["region"] == region]
    days = [pd.Timestamp(year, 3, 31) for year in range(start_year, end_year + 1)]
    return trace_shares(tables["judgements"], chosen, days, basis=basis)


@once
def pair_frameworks(tables: Frames, first: str, second: str, strands: tuple[str, str]) -> pd.DataFrame:
    """Pair the grades of each authority under two frameworks; see `rating_moves.pair_judgements`."""
    return pair_judgements(tables["judgements"], first, second, strands=strands)
