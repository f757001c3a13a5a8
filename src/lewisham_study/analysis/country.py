"""Compute in advance what the reports of all authorities share.

A process that forks many kernels calls `prepare` first. No report depends on it: it only saves time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from lewisham_study.analysis import case, caseload, rates, ratings, spend, statements, summary, trajectories
from lewisham_study.analysis.models import (
    association,
    event_study,
    headlines,
    intervals,
    persistence,
    prediction,
    provision,
    rank_tests,
    replication,
    specification,
)
from lewisham_study.disk_cache import place_kept, share
from lewisham_study.tidy.tables import Frames, Tables
from lewisham_study.vocabulary import Basis

MEASURE = "Overall effectiveness: good or outstanding"


OF_GRADES: tuple[Callable[[Frames], object], ...] = (
    case.find_last_year,
    case.list_labels,
    caseload.list_few,
    trajectories.list_all_patterns,
    trajectories.date_last_stage,
    prediction.estimate_prediction,
    prediction.list_prediction_sources,
    prediction.measure_means,
    persistence.measure_persistence,
    persistence.count_reinspected,
)
OF_SPEND: tuple[Callable[[Frames], object], ...] = (
    association.list_steps,
    specification.trace_curve,
    event_study.estimate_events,
    event_study.list_event_sources,
    provision.list_provision_sources,
    provision.trace_prevention,
    statements.grade_documents,
    statements.share_themes,
    statements.compare_next,
    rank_tests.compare_spend,
    rates.measure_need,
    replication.replicate_claims,
)
"""What depends on the tables alone, in two halves; what these functions compute on their way is kept too."""


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
    for compute in OF_GRADES:
        compute(tables)
    case.find_last_judgement(tables, basis)
    headlines.compare_measure(tables, MEASURE)
    for strand in ("overall", "leadership"):
        trajectories.trace_country(tables, start_year, end_year, basis, strand)
    last_stated = trajectories.find_last_stated(tables, end_year)
    trajectories.trace_country(tables, start_year, last_stated, basis, "overall")
    for region in (None, *tables["authorities"]["region"].unique()):
        trajectories.trace_region(tables, region, start_year, end_year, basis)
    trajectories.list_all_patterns(tables, joined=True)
    trajectories.trace_all_states(tables, start_year, end_year, basis)
    intervals.model_waits(tables, basis)
    persistence.check_promise(tables, basis)
    ends = [pd.Timestamp(year, 12, 31) for year in (end_year, case.find_last_year(tables) - 1)]
    ends += [intervals.find_cutoff(tables["judgements"], basis), persistence.find_last_day(tables, basis)]
    for day in ends:
        ratings.list_graded_sources(tables, basis, day)
    ratings.list_graded_sources(tables, "inspected", trajectories.date_last_stage(tables))


def prepare_comparison(
    tables: Tables, start_year: int, end_year: int, basis: Basis, price_base: str, deflator: str
) -> None:
    """Compute what the reports share about spend, need and documents, and how grades go with them."""
    for compute in OF_SPEND:
        compute(tables)
    spend.measure_england_mix(tables, tuple(spend.list_years(start_year, end_year)), price_base, deflator)
    shared = case.Case(tables, "", "", "", start_year, end_year, "", price_base, deflator, basis)
    prepare_figures(shared)


def prepare_figures(shared: case.Case) -> None:
    """Compute the figures of all authorities that each is compared with, by a case without an authority."""
    tables, window = shared.tables, (shared.start_year, shared.end_year)
    caseload.count_span(tables, *window)
    for measure in (caseload.CASELOAD, *caseload.RATES, "inpost_fte"):
        caseload.spread_measure(tables, measure, *window)
    spend.express_every(shared)
    for place in ("England", *tables["authorities"]["region"].unique()):
        caseload.average_place(tables, place, *window)
        spend.sum_area(shared, place)
    for name in summary.TABLES:
        summary.select_figures(summary.reach_today(shared), name)
