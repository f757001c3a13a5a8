"""Many authorities' reports in one run: plan, skip what is up to date, make the rest side by side, sum up."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from lewisham_study.errors import StudyError, UsageError
from lewisham_study.files import lock_folder, write_text
from lewisham_study.paths import Project, shorten
from lewisham_study.report.batch.authorities import Authority, list_authorities, name_group, read_authority
from lewisham_study.report.batch.index import write_index
from lewisham_study.report.batch.manifest import BOOK, Manifest, read_manifest, update_manifest
from lewisham_study.report.batch.plan import Planner, ReportPlan, Request
from lewisham_study.report.batch.pool import Executor, RunProgress
from lewisham_study.report.batch.render import MadeChapter, prepare_folder, write_files
from lewisham_study.report.batch.schedule import Job, run_jobs
from lewisham_study.report.document.chapter import read_chapter
from lewisham_study.report.run.execute import read_notebook

FAILURES = "failures.json"


@dataclass
class Summary:
    """The result of a run.

    `made` lists the files made, with the index page at the end; `deleted` those that they supersede; `replaced` says
    by authority how reports that were replaced had been made; `failures` holds messages by the authority's code.
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


def render_all(
    project: Project,
    request: Request,
    executor: AbstractContextManager[Executor],
    *,
    check: Callable[[Mapping[str, Any]], None] | None = None,
    console: Console | None = None,
) -> Summary:
    """Make the reports of a request; those that are up to date are left alone, and failures are kept for a retry.

    `check` is called with the parameters of each notebook before anything runs, and may raise a UsageError. The
    executor is entered only if there is something to make.
    """
    begun = time.monotonic()
    planner = Planner(project, request)
    plans = [planner.plan_report(one) for one in choose_authorities(project, request)]
    if check is not None:
        for parameters in list_choices(plans):
            check(parameters)
    if not request.replace:
        refuse_replacement(plans)
    prepare_folder(request.out)
    with lock_folder(request.out):
        summary = make_reports(plans, executor, force=request.force, console=console)
        summary.made.append(write_index(project, request.out, planner.data.line))
        keep_failures(request, summary)
    summary.seconds = time.monotonic() - begun
    return summary


def choose_authorities(project: Project, request: Request) -> list[Authority]:
    """Find the authorities asked for, each once; all of them if none is named."""
    if request.group:
        return [name_group(project.processed, request.group)]
    found = [read_authority(project.processed, name) for name in request.authorities]
    return list(dict.fromkeys(found)) or list_authorities(project.processed)


def list_choices(plans: Sequence[ReportPlan]) -> list[dict[str, Any]]:
    """List the different sets of parameters that notebooks are to run with, without the authority."""
    every = [chapter.parameters for plan in plans for chapter in plan.chapters]
    sets = {json.dumps({**one, "authority": ""}): one for one in every}
    return list(sets.values())


def refuse_replacement(plans: Sequence[ReportPlan]) -> None:
    """Refuse to replace reports of another window, or of other choices."""
    found = [plan for plan in plans if plan.replaces]
    if found:
        others = f", and {len(found) - 1} more {'folder' if len(found) == 2 else 'folders'}" if len(found) > 1 else ""
        raise UsageError(
            f"{shorten(found[0].folder)} has the report {found[0].replaces}{others}; "
            "add --replace to replace it, or choose another folder with --out"
        )


def make_reports(
    plans: Sequence[ReportPlan], executor: AbstractContextManager[Executor], *, force: bool, console: Console | None
) -> Summary:
    """Make the reports of all plans that are not up to date."""
    with ThreadPoolExecutor() as readers:
        jobs = [job for job in readers.map(lambda plan: start_job(plan, force=force), plans) if job is not None]
    summary = Summary(unchanged=len(plans) - len(jobs))
    if jobs:
        with executor as entered, RunProgress(console, sum(job.count_steps() for job in jobs)) as progress:
            for job in run_jobs(jobs, entered, progress.advance):
                finish_job(job, summary)
    return summary


def start_job(plan: ReportPlan, *, force: bool) -> Job | None:
    """Return a job for what is not up to date, or None if everything is.

    If only documents must be made, chapters are read from their executed notebooks; one without is run again.
    """
    if force:
        return Job(plan, list(plan.documents))
    manifest = read_manifest(plan.folder)
    current = {
        one.name: manifest.is_current(plan.folder, one.name, one.inputs, one.list_files()) for one in plan.chapters
    }
    stale = manifest.list_stale(plan.folder, plan.inputs, plan.documents)
    if not stale and all(current.values()):
        return None
    executed = {number: f"{one.name}.ipynb" for number, one in enumerate(plan.chapters) if current[one.name]}
    made = {
        number: MadeChapter(
            read_chapter(read_notebook(plan.folder / name), plan.chapters[number].label), {}, is_new=False
        )
        for number, name in executed.items()
        if name in manifest.list_files(plan.chapters[number].name)
    }
    return Job(plan, stale, made)


def finish_job(job: Job, summary: Summary) -> None:
    """Write a job's files, all or none, and its manifest last; release their memory."""
    plan = job.plan
    try:
        if not job.failures:
            summary.made += write_files(dict(sorted(job.files.items())), plan.folder)
            summary.deleted += update_manifest(plan.folder, list_made(job))
            summary.rendered += 1
            if plan.replaces:
                summary.replaced[plan.authority.title] = plan.replaces
    except StudyError as error:
        job.failures.append(str(error))
    if job.failures:
        summary.failures[plan.authority.la_code or plan.authority.slug] = [
            f"{plan.authority.title}: {failure}" for failure in job.failures
        ]
    job.files.clear()
    job.made.clear()


def list_made(job: Job) -> Manifest:
    """List the reports that a job made, with the inputs and hashes of their files."""
    plan, hashes = job.plan, {name: hashlib.sha256(data).hexdigest() for name, data in job.files.items()}
    reports = {
        plan.chapters[number].name: {
            "inputs": plan.chapters[number].inputs,
            "files": {name: hashes.pop(name) for name in made.files},
        }
        for number, made in job.made.items()
        if made.is_new
    }
    return Manifest(
        {**reports, BOOK: {"inputs": plan.inputs, "files": hashes}}, plan.authority.la_code, plan.authority.la_name
    )


def keep_failures(request: Request, summary: Summary) -> None:
    """Write what failed to disk for a retry; delete an earlier record if nothing did."""
    path = request.out / FAILURES
    if not summary.failures:
        path.unlink(missing_ok=True)
        return
    failed = [] if request.group else list(summary.failures)
    again = {**vars(request), "authorities": failed, "formats": list(request.formats)}
    del again["out"]
    content = {"request": again, "failures": summary.failures}
    write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", path)


def read_failures(out: Path) -> Request:
    """Read the request for what failed in the last run into a folder."""
    try:
        return Request(out=out, **json.loads((out / FAILURES).read_bytes())["request"])
    except FileNotFoundError:
        raise UsageError("nothing failed in the last run: there is nothing to retry") from None
    except (ValueError, KeyError, TypeError):
        raise StudyError(f"{FAILURES} is corrupt: delete it and run the whole again") from None
