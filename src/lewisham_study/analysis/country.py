"""Compute in advance what the reports of all authorities share.

A process that forks many kernels calls `prepare` first. No report depends on it: it only saves time.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from lewisham_study.analysis.case import find_last_judgement, find_last_year, list_labels
from lewisham_study.analysis.caseload import list_few
from lewisham_study.analysis.models.association import SPECIFICATIONS, build_sample, estimate_all, list_steps
from lewisham_study.analysis.models.event_study import estimate_events, list_event_sources, list_first_judgements
from lewisham_study.analysis.models.headlines import compare_measure
from lewisham_study.analysis.models.intervals import estimate_waits, find_cutoff, model_waits
from lewisham_study.analysis.models.persistence import count_reinspected, list_stages, measure_persistence
from lewisham_study.analysis.models.prediction import (
    estimate_prediction,
    list_predicted,
    list_prediction_sources,
    measure_means,
)
from lewisham_study.analysis.models.provision import compare_provision, list_provision_sources, trace_prevention
from lewisham_study.analysis.models.rank_tests import compare_spend, list_spend_by_grade
from lewisham_study.analysis.models.replication import replicate_claims
from lewisham_study.analysis.models.specification import trace_curve
from lewisham_study.analysis.models.starts import check_promise, find_last_day, list_spells
from lewisham_study.analysis.rates import measure_need
from lewisham_study.analysis.ratings import list_graded_sources
from lewisham_study.analysis.spend import list_years, measure_england_mix
from lewisham_study.analysis.statements import compare_next, grade_documents, share_themes
from lewisham_study.analysis.trajectories import (
    date_last_stage,
    find_last_stated,
    list_all_patterns,
    trace_all_states,
    trace_country,
    trace_region,
)
from lewisham_study.disk_cache import place_kept, share
from lewisham_study.tidy.tables import Tables
from lewisham_study.vocabulary import Basis

MEASURE = "Overall effectiveness: good or outstanding"


def prepare(
    start_year: int = 2012,
    end_year: int = 2022,
    basis: Basis = "inspected",
    price_base: str = "2021-22",
    deflator: str = "gdp_deflator",
    *,
    key: str = "",
    is_asked: bool = True,
    **_: Any,
) -> Tables:
    """Load every table and compute what does not depend on the authority, for the notebooks' window, basis and prices.

    Their other parameters are ignored. Code that opens the same files in this process reuses the results. With a key
    of tables and code, results kept by an earlier run are used; without any, nothing is done unless `is_asked`.
    """
    tables, window = Tables(), (start_year, end_year, basis)
    path = place_kept(key, *window, price_base, deflator) if key else None
    if (path and tables.work.recall(path)) or not is_asked:
        return tables
    for name in tables:
        tables[name]
    with share(tables.work.results, partial(prepare_ratings, tables, *window), path):
        prepare_comparison(tables, *window, price_base, deflator)
    if path:
        tables.work.keep(path)
    return tables


def prepare_ratings(tables: Tables, start_year: int, end_year: int, basis: Basis) -> None:
    """Compute what the reports share about grades, waits and inspections to come."""
    find_last_year(tables)
    list_labels(tables)
    find_last_judgement(tables, basis)
    compare_measure(tables, MEASURE)
    for strand in ("overall", "leadership"):
        trace_country(tables, start_year, end_year, basis, strand)
    trace_country(tables, start_year, find_last_stated(tables, end_year), basis, "overall")
    for region in (None, *tables["authorities"]["region"].unique()):
        trace_region(tables, region, start_year, end_year, basis)
    list_all_patterns(tables)
    list_all_patterns(tables, joined=True)
    date_last_stage(tables)
    trace_all_states(tables, start_year, end_year, basis)
    estimate_waits(tables, basis)
    model_waits(tables, basis)
    list_spells(tables, basis)
    ends = [pd.Timestamp(year, 12, 31) for year in (end_year, find_last_year(tables) - 1)]
    for day in (*ends, find_cutoff(tables["judgements"], basis), find_last_day(tables, basis)):
        list_graded_sources(tables, basis, day)
    list_graded_sources(tables, "inspected", date_last_stage(tables))
    check_promise(tables, basis)
    list_few(tables)
    list_predicted(tables)
    estimate_prediction(tables)
    list_prediction_sources(tables)
    measure_means(tables)
    list_stages(tables)
    measure_persistence(tables)
    count_reinspected(tables)
    replicate_claims(tables)


def prepare_comparison(
    tables: Tables, start_year: int, end_year: int, basis: Basis, price_base: str, deflator: str
) -> None:
    """Compute what the reports share about spend, need and documents, and how grades go with them."""
    estimate_all(tables)
    build_sample(tables, SPECIFICATIONS[0])
    list_steps(tables)
    trace_curve(tables)
    estimate_events(tables)
    list_event_sources(tables)
    list_first_judgements(tables)
    compare_provision(tables)
    list_provision_sources(tables)
    trace_prevention(tables)
    grade_documents(tables)
    share_themes(tables)
    compare_next(tables)
    list_spend_by_grade(tables)
    compare_spend(tables)
    measure_need(tables)
    measure_england_mix(tables, tuple(list_years(start_year, end_year)), price_base, deflator)
