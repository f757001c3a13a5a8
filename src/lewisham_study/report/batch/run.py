"""Reports of many authorities in one run: plan, skip what stands, make the rest side by side, tell what came of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from rich.console import Console

from lewisham_study.errors import StudyError
from lewisham_study.files import lock_folder
from lewisham_study.paths import Project
from lewisham_study.report.batch.authorities import list_authorities, read_authority
from lewisham_study.report.batch.data_version import Vintage, read_vintage
from lewisham_study.report.batch.index import write_index
from lewisham_study.report.batch.inputs import list_inputs, list_sources, list_surroundings
from lewisham_study.report.batch.manifest import read_manifest, start_job, write_manifest
from lewisham_study.report.batch.notebooks import choose_notebooks
from lewisham_study.report.batch.plan import ReportPlan, plan_report, prepare_folder
from lewisham_study.report.batch.pool import Executor
from lewisham_study.report.batch.progress import ShownProgress
from lewisham_study.report.batch.render import write_files
from lewisham_study.report.batch.replacement import describe_before
from lewisham_study.report.batch.request import Request, Summary, keep_failures
from lewisham_study.report.batch.schedule import Job, run_jobs
from lewisham_study.report.run.parameters import read_parameters


def render_all(
    project: Project,
    request: Request,
    out: Path,
    crew: AbstractContextManager[Executor],
    *,
    force: bool = False,
    console: Console | None = None,
) -> Summary:
    """Make the reports of several authorities side by side; those that stand as they should are left.

    Parameters
    ----------
    request : whose, which and how.
    out : the folder above the authorities' own.
    crew : who makes them; entered when there is something to make.
    force : make everything again.
    console : where the progress bar is drawn; None: nowhere.

    Returns
    -------
    Summary
        What was made and what failed; the failures are kept for a retry, see `read_failures`.

    Raises
    ------
    UsageError
        Where a name or parameter is wrong; before anything runs.
    StudyError
        Where a folder cannot be written to, or another run is writing there.
    """
    begun = time.monotonic()
    vintage, plans = plan_all(project, request, out)
    prepare_folder(out)
    with lock_folder(out):
        summary = make_reports(project, request, out, plans, vintage, crew, force=force, console=console)
    summary.seconds = time.monotonic() - begun
    return summary


def make_reports(
    project: Project,
    request: Request,
    out: Path,
    plans: list[ReportPlan],
    vintage: Vintage,
    crew: AbstractContextManager[Executor],
    *,
    force: bool,
    console: Console | None,
) -> Summary:
    """Make what of the plans is not there yet, then the index; keep what failed."""
    surroundings = list_surroundings(project, vintage)
    sources = {notebook: list_sources(project, notebook, vintage) for notebook in vintage.tables}
    inputs = {plan.authority.slug: list_inputs(plan, surroundings, sources) for plan in plans}
    with ThreadPoolExecutor() as readers:
        found = readers.map(lambda plan: start_job(plan, inputs[plan.authority.slug], force=force), plans)
        orders = [order for order in found if order is not None]
    summary = Summary(unchanged=len(plans) - len(orders))
    if orders:
        with crew as makers, ShownProgress(console, sum(order.count_steps() for order in orders)) as progress:
            for order in run_jobs(orders, makers, progress.tell):
                finish(order, inputs[order.plan.authority.slug], summary)
    summary.made.append(write_index(project, out, vintage.line))
    keep_failures(request, summary, out)
    return summary


def plan_all(project: Project, request: Request, out: Path) -> tuple[Vintage, list[ReportPlan]]:
    """Find out the data and plan the reports of every authority asked for."""
    notebooks = [notebook.resolve() for notebook in choose_notebooks(project, request.notebooks)]
    names = request.authorities
    places = [read_authority(project.processed, name) for name in names] or list_authorities(project.processed)
    vintage, declared = read_vintage(project, notebooks), [read_parameters(notebook) for notebook in notebooks]
    return vintage, [
        plan_report(
            project,
            notebooks,
            place,
            request.parameters,
            request.formats,
            out,
            vintage,
            show_code=request.show_code,
            declared=declared,
        )
        for place in dict.fromkeys(places)
    ]


def finish(order: Job, inputs: Mapping[str, Any], summary: Summary) -> None:
    """Write an order's files, all or none, and its manifest last; then let go of them."""
    try:
        if not order.failures:
            before = describe_before(order.plan, read_manifest(order.plan.folder))
            summary.made += write_files(order.files, order.plan.folder)
            summary.deleted += write_manifest(order, inputs)
            summary.rendered += 1
            if before:
                summary.replaced[order.plan.authority.title] = before
    except StudyError as error:
        order.failures.append(str(error))
    if order.failures:
        summary.failures[order.plan.authority.la_code] = [f"{order.plan.authority.title}: {f}" for f in order.failures]
    order.files.clear()
    order.made.clear()
