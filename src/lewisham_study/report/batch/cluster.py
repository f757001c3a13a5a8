"""The same steps on an existing Dask cluster, whose workers need the installed package and the same data, no more."""

from __future__ import annotations

import atexit
import json
import os
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import lewisham_study
from lewisham_study.errors import StudyError, UsageError
from lewisham_study.paths import Project, find_project
from lewisham_study.report.batch.data_version import hash_tables, join_hashes
from lewisham_study.report.batch.dependencies import hash_package, list_preloads
from lewisham_study.report.batch.plan import ChapterPlan, ReportPlan
from lewisham_study.report.batch.pool import INLINE, PREFIX, choose_scratch
from lewisham_study.report.batch.step import run_apart
from lewisham_study.report.run.kernels.provisioner import serve
from lewisham_study.report.run.kernels.settings import SERVER_VARIABLE, steady_environment

PATIENCE = 60
EPOCH = "SOURCE_DATE_EPOCH"
LOCK = threading.Lock()


@dataclass(frozen=True)
class Payload:
    """What a step needs on another machine beside its plan.

    Parameters
    ----------
    data, code : checksums of the tables and of the package that a worker must have.
    modules, common : what its kernels will import, and the parameters they share as JSON, see `forking.serve`.
    files : notebook and bibliographies by name.
    epoch : SOURCE_DATE_EPOCH, where it is set here.
    """

    data: str
    code: str
    modules: tuple[str, ...]
    common: str
    files: dict[str, bytes]
    epoch: dict[str, str]


class Cluster:
    """A Dask cluster that makes reports.

    Parameters
    ----------
    address : of its scheduler, such as ``tcp://10.0.0.1:8786``, or a client that is connected already.
    project : the copy of the study to report from.
    notebooks, common : what it will run and with which parameters, see `workers.Workers`; each worker does once
        what depends on these alone.
    """

    def __init__(
        self, address: Any, project: Project, notebooks: Sequence[Path], common: Mapping[str, Any] | None = None
    ) -> None:
        self.address, self.project, self.notebooks = address, project, notebooks
        self.common = json.dumps(common)

    def __enter__(self) -> Self:
        try:
            from distributed import Client
        except ImportError:
            raise UsageError("--scheduler needs dask: pip install 'lewisham-study[cluster]'") from None
        try:
            own = isinstance(self.address, str)
            connect: Any = Client
            self.client = connect(self.address, timeout=PATIENCE, set_as_default=False) if own else self.address
            self.client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            raise StudyError(f"no cluster with a worker at {self.address}: {type(error).__name__} {error}") from None
        self.executor = self.client.get_executor()
        self.modules = tuple(list_preloads(self.notebooks))
        self.data, self.code = join_hashes(hash_tables(self.project)), hash_package()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.executor.shutdown(wait=False)
        self.client.close()

    @property
    def width(self) -> int:
        """Two steps for each thread of the workers there are now."""
        threads: dict[str, int] = self.client.nthreads()
        return 2 * max(1, sum(threads.values()))

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Send one step; a worker that dies has it run again elsewhere by the scheduler."""
        _, plan, *_ = arguments
        paths = [*plan.details["bibliographies"], *([plan.notebook] if isinstance(plan, ChapterPlan) else [])]
        files = {path.name: path.read_bytes() for path in paths}
        epoch = {EPOCH: os.environ[EPOCH]} if EPOCH in os.environ else {}
        parcel = Payload(self.data, self.code, self.modules, self.common, files, epoch)
        sent: Future[Any] = self.executor.submit(unpack, parcel, function, *arguments)
        return sent

    def renew(self) -> None:
        """Leave it to the scheduler, which replaces workers itself."""


def unpack(parcel: Payload, function: Callable[..., Any], make: Callable[..., Any], plan: Any, *rest: Any) -> Any:
    """Run a step on a worker; what goes wrong comes back as a message."""
    try:
        root = find_root(plan, parcel)
        with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
            folder = Path(name)
            for file, data in parcel.files.items():
                (folder / file).write_bytes(data)
            with LOCK:
                server = open_server(parcel.modules, parcel.common, root)
            surroundings = {key: value for key, value in os.environ.items() if key != EPOCH} | parcel.epoch
            surroundings |= {"TMPDIR": name, SERVER_VARIABLE: server}
            return run_apart(surroundings, function, make, move(plan, root, folder), *rest)
    except StudyError as error:
        return str(error)


def find_root(plan: ChapterPlan | ReportPlan, parcel: Payload) -> Path:
    """Find the worker's copy of the study; refuse one with other data, and another version of the package."""
    home = plan.home if isinstance(plan, ChapterPlan) else plan.chapters[0].home
    root = home if (home / "data" / "processed").is_dir() else find_project().root
    for what, here, there in (
        ("tables", join_hashes(hash_tables(Project(root))), parcel.data),
        (f"code of lewisham-study {lewisham_study.__version__}", hash_package(), parcel.code),
    ):
        if here != there:
            raise StudyError(f"a worker has other {what}: install the same there as here")
    return root


def move(plan: ChapterPlan | ReportPlan, root: Path, folder: Path) -> ChapterPlan | ReportPlan:
    """Give a plan the places its files have on this machine."""
    paths = tuple(folder / path.name for path in plan.details["bibliographies"])
    details = {**plan.details, "bibliographies": paths}
    if isinstance(plan, ChapterPlan):
        return replace(plan, details=details, notebook=folder / plan.notebook.name, home=root)
    return replace(plan, details=details)


@cache
def open_server(modules: tuple[str, ...], common: str, root: Path) -> str:
    """Run one server for the kernels of this worker, for as long as it lives."""
    opened = ExitStack()
    atexit.register(opened.close)
    folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix=PREFIX, dir=choose_scratch())))
    surroundings = {**os.environ, **steady_environment(root), "MPLBACKEND": INLINE}
    return opened.enter_context(serve(folder, modules, surroundings, json.loads(common)))
