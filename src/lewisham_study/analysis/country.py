"""What the reports of all authorities have in common, worked out before any is asked for.

A process that forks many kernels calls `prepare` first; no report depends on it, it only saves their time.
"""

from __future__ import annotations

from typing import Any

from lewisham_study.analysis.headlines import compare_measure
from lewisham_study.analysis.models.association import SPECIFICATIONS, build_sample, estimate_all
from lewisham_study.analysis.models.intervals import estimate_waits
from lewisham_study.analysis.models.rank_tests import compare_spend, list_spend_by_grade
from lewisham_study.analysis.moves import trace_country, trace_region
from lewisham_study.analysis.trajectories import list_all_patterns, trace_all_states
from lewisham_study.tidy.tables import Tables
from lewisham_study.vocabulary import Basis

MEASURE = "Overall effectiveness: good or outstanding"


def prepare(start_year: int = 2012, end_year: int = 2022, basis: Basis = "inspected", **_: Any) -> Tables:
    """Load every table and work out what is the same for all authorities.

    Parameters
    ----------
    start_year, end_year, basis : as the notebooks are to be run.
    **_ : their other parameters, on which nothing here depends.

    Returns
    -------
    Tables
        The tables; whoever opens the same files in this process shares what was worked out.
    """
    tables = Tables()
    for name in tables:
        tables[name]
    compare_measure(tables, MEASURE)
    trace_country(tables, start_year, end_year, basis)
    regions = tables["authorities"]["region"].unique()
    for region in (None, *regions):
        trace_region(tables, region, start_year, end_year, basis)
    list_all_patterns(tables)
    list_all_patterns(tables, joined=True)
    trace_all_states(tables, start_year, end_year, basis)
    estimate_waits(tables, basis)
    estimate_all(tables)
    build_sample(tables, SPECIFICATIONS[0])
    list_spend_by_grade(tables)
    compare_spend(tables)
    return tables
