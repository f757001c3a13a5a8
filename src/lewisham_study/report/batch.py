"""Reports of many authorities in one run: plan, skip what stands, make the rest side by side, tell what came of it."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from lewisham_study.csvfiles import write_text
from lewisham_study.errors import StudyError, UsageError
from lewisham_study.locks import lock_folder
from lewisham_study.paths import Project
from lewisham_study.report.authorities import find_authority, list_authorities
from lewisham_study.report.index import write_index
from lewisham_study.report.manifest import (
    begin_order,
    list_inputs,
    list_sources,
    list_surroundings,
    read_manifest,
    write_manifest,
)
from lewisham_study.report.notebooks import choose_notebooks
from lewisham_study.report.parameters import read_parameters
from lewisham_study.report.plan import ReportPlan, plan_report, prepare_folder
from lewisham_study.report.progress import ShownProgress
from lewisham_study.report.render import write_files
from lewisham_study.report.replacement import describe_before
from lewisham_study.report.schedule import Order, make_orders
from lewisham_study.report.vintage import Vintage, read_vintage
from lewisham_study.report.workers import Crew

FAILURES = "failures.json"


@dataclass(frozen=True)
class Request:
    """What a run is asked for; a retry asks for the same again, of those that failed.

    Parameters
    ----------
    authorities : names or codes; none means every authority.
    notebooks : names such as ``ratings``; none means all.
    parameters, formats, show_code : see `render.render_report`.
    """

    authorities: Sequence[str]
    notebooks: Sequence[str]
    parameters: Mapping[str, Any]
    formats: Collection[str]
    show_code: bool = False


@dataclass
class Summary:
    """What came of a run.

    Parameters
    ----------
    made : the files made, the index page at the end.
    deleted : documents of earlier runs in whose place these stand, in formats not asked for now.
    replaced : by authority's name, what its reports of before were made with otherwise, see `describe_replaced`.
    unchanged : how many authorities had all they should have.
    failures : by authority's code, a message for each notebook that failed.
    seconds : how long it took.
    """

    made: list[Path] = field(default_factory=list)
    deleted: list[Path] = field(default_factory=list)
    replaced: dict[str, str] = field(default_factory=dict)
    rendered: int = 0
    unchanged: int = 0
    failures: dict[str, list[str]] = field(default_factory=dict)
    seconds: float = 0.0

    def __str__(self) -> str:
        counts = f"{self.rendered} made, {self.unchanged} unchanged, {len(self.failures)} failed"
        return f"{counts}, in {self.seconds:.1f} s"

    def describe_replaced(self) -> list[str]:
        """Say which reports of another window or choice were replaced: a line for each window or choice.

        Examples
        --------
        >>> Summary(replaced={"Leeds": "of 2012 to 2022"}).describe_replaced()
        ['Leeds: replaced the report of 2012 to 2022; to keep both, name another folder with --out']
        """
        named: dict[str, list[str]] = {}
        for authority, report in self.replaced.items():
            named.setdefault(report, []).append(authority)
        return [
            f"{whose[0] if len(whose) == 1 else f'{len(whose)} authorities'}: replaced the report {report}; "
            "to keep both, name another folder with --out"
            for report, whose in named.items()
        ]


def render_all(
    project: Project,
    request: Request,
    out: Path,
    crew: AbstractContextManager[Crew],
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
    crew: AbstractContextManager[Crew],
    *,
    force: bool,
    console: Console | None,
) -> Summary:
    """Make what of the plans is not there yet, then the index; keep what failed."""
    surroundings = list_surroundings(project, vintage)
    sources = {notebook: list_sources(project, notebook, vintage) for notebook in vintage.tables}
    inputs = {plan.authority.slug: list_inputs(plan, surroundings, sources) for plan in plans}
    with ThreadPoolExecutor() as readers:
        found = readers.map(lambda plan: begin_order(plan, inputs[plan.authority.slug], force=force), plans)
        orders = [order for order in found if order is not None]
    summary = Summary(unchanged=len(plans) - len(orders))
    if orders:
        with crew as makers, ShownProgress(console, sum(order.count_steps() for order in orders)) as progress:
            for order in make_orders(orders, makers, progress.tell):
                finish(order, inputs[order.plan.authority.slug], summary)
    summary.made.append(write_index(project, out, vintage.line))
    keep_failures(request, summary, out)
    return summary


def plan_all(project: Project, request: Request, out: Path) -> tuple[Vintage, list[ReportPlan]]:
    """Find out the data and plan the reports of every authority asked for."""
    notebooks = [notebook.resolve() for notebook in choose_notebooks(project, request.notebooks)]
    names = request.authorities
    places = [find_authority(project.processed, name) for name in names] or list_authorities(project.processed)
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


def finish(order: Order, inputs: Mapping[str, Any], summary: Summary) -> None:
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


def keep_failures(request: Request, summary: Summary, out: Path) -> None:
    """Keep what failed for a retry; where nothing did, keep nothing."""
    path = out / FAILURES
    if not summary.failures:
        path.unlink(missing_ok=True)
        return
    again = {**vars(request), "authorities": list(summary.failures), "formats": list(request.formats)}
    content = {"request": again, "failures": summary.failures}
    write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", path)


def read_failures(out: Path) -> Request:
    """Read what to ask for again.

    Raises
    ------
    UsageError
        Where the last run into the folder left no failure.
    """
    try:
        return Request(**json.loads((out / FAILURES).read_bytes())["request"])
    except FileNotFoundError:
        raise UsageError("nothing failed in the last run: there is nothing to retry") from None
    except (ValueError, KeyError, TypeError):
        raise StudyError(f"{FAILURES} is spoilt: delete it and run the whole again") from None
