"""The same steps on an existing Dask cluster, whose workers need only the installed package and the same data.

A worker runs one step at a time in its own process, whatever its number of threads: papermill is not safe in several.
"""

from __future__ import annotations

import atexit
import logging
import os
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import lewisham_study
from lewisham_study.errors import StudyError, UsageError
from lewisham_study.paths import Project, find_project
from lewisham_study.report.batch.manifest import EPOCH, hash_package, hash_tables, join_hashes
from lewisham_study.report.batch.plan import ChapterPlan, ReportPlan
from lewisham_study.report.batch.pool import PREFIX, open_server
from lewisham_study.report.document.pandoc import Report
from lewisham_study.report.run.kernels.provisioner import encode_call
from lewisham_study.report.run.kernels.settings import use_server

PATIENCE = 60
DASK_LOGS = ("distributed", "distributed.client")
LOCK = threading.Lock()


@dataclass(frozen=True)
class Payload:
    """What a step needs on another machine besides its plan.

    The hashes of tables and code must be those of the worker; `call` is made once in its fork server, see
    `provisioner.encode_call`; `files` are notebook and bibliographies by name; `epoch` is SOURCE_DATE_EPOCH or None.
    """

    tables: str
    code: str
    call: str
    files: dict[str, bytes]
    epoch: str | None


class Cluster:
    """A Dask cluster that makes reports, given by its scheduler's address or by a client that is connected already."""

    def __init__(self, address: Any, project: Project, prepare: partial[Any] | None = None) -> None:
        self.address, self.project, self.call = address, project, encode_call(prepare)

    def __enter__(self) -> Self:
        try:
            from distributed import Client
        except ImportError:
            raise UsageError("--scheduler needs dask: pip install 'lewisham-study[cluster]'") from None
        # When the scheduler dies, Dask would tell it in many lines; a step that is lost says so in one.
        for name in DASK_LOGS:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        try:
            own = isinstance(self.address, str)
            connect: Any = Client
            self.client = connect(self.address, timeout=PATIENCE, set_as_default=False) if own else self.address
            self.client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            raise StudyError(f"no cluster with a worker at {self.address}: {type(error).__name__} {error}") from None
        self.executor = self.client.get_executor()
        self.tables, self.code = join_hashes(hash_tables(self.project)), hash_package()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.executor.shutdown(wait=False)
        self.client.close()

    @property
    def width(self) -> int:
        """Two steps for each worker there is now."""
        running = self.client.status == "running"
        return 2 * max(1, len(self.client.nthreads()) if running else 1)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Submit one step; the scheduler runs it again elsewhere if its worker dies."""
        _, plan, *_ = arguments
        paths = [plan.notebook] if isinstance(plan, ChapterPlan) else plan.details["bibliographies"]
        files = {path.name: path.read_bytes() for path in paths}
        payload = Payload(self.tables, self.code, self.call, files, os.environ.get(EPOCH))
        try:
            submitted: Future[Any] = self.executor.submit(run_step, payload, function, *arguments)
        except Exception:
            # The scheduler was lost, which cancels the steps that it has; this one as well.
            submitted = Future()
            submitted.cancel()
            submitted.set_running_or_notify_cancel()
        return submitted

    def restart(self) -> None:
        """Do nothing: the scheduler replaces workers itself."""


def run_step(payload: Payload, function: Callable[..., Any], make: Callable[..., Any], plan: Any, *rest: Any) -> Any:
    """Run a step on a worker; an error comes back as a message."""
    try:
        with LOCK, tempfile.TemporaryDirectory(prefix=PREFIX) as name:
            root = find_root(plan, payload)
            for file, data in payload.files.items():
                (Path(name) / file).write_bytes(data)
            use_server(open_worker_server(payload.call, root))
            os.environ.pop(EPOCH, None)
            os.environ |= {} if payload.epoch is None else {EPOCH: payload.epoch}
            if isinstance(plan, ChapterPlan):
                return function(make, move_plan(plan, root, Path(name)))
            step, reports = rest
            return function(make, plan, step, [move_report(report, Path(name)) for report in reports])
    except StudyError as error:
        return str(error)


def find_root(plan: ChapterPlan | ReportPlan, payload: Payload) -> Path:
    """Find the worker's copy of the study; refuse other data, and another version of the package."""
    home = plan.home if isinstance(plan, ChapterPlan) else plan.chapters[0].home
    root = home if (home / "data" / "processed").is_dir() else find_project().root
    for what, here, there in (
        ("tables", join_hashes(hash_tables(Project(root))), payload.tables),
        (f"code of lewisham-study {lewisham_study.__version__}", hash_package(), payload.code),
    ):
        if here != there:
            raise StudyError(f"a worker has other {what}: install the same there as here")
    return root


def move_plan(plan: ChapterPlan, root: Path, folder: Path) -> ChapterPlan:
    """Return the plan of a chapter with the paths that its files have on this machine."""
    return replace(plan, notebook=folder / plan.notebook.name, home=root)


def move_report(report: Report, folder: Path) -> Report:
    """Return a document with the paths that its bibliographies have on this machine."""
    return replace(report, bibliographies=tuple(folder / path.name for path in report.bibliographies))


@cache
def open_worker_server(call: str, root: Path) -> str:
    """Run one fork server for the kernels of this worker until it ends; return its address."""
    opened = ExitStack()
    atexit.register(opened.close)
    return opened.enter_context(open_server(call, root))[1]
