"""Processes that make reports side by side on this machine, replaced when one of them dies, and their progress."""

from __future__ import annotations

import contextlib
import errno
import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from lewisham_study.errors import StudyError
from lewisham_study.report.run.kernels.provisioner import LONGEST_ADDRESS, SOCKET, encode_call, serve
from lewisham_study.report.run.kernels.settings import steady_environment, use_server

INLINE = "module://matplotlib_inline.backend_inline"
LEAST_FILES = 256
"""Open files that a process needs at least: a kernel has about 100."""
NO_PROCESSES = (errno.EAGAIN, errno.ENOMEM, errno.EROFS, errno.EACCES, errno.ENOSYS)
PREFIX = "lewisham-study-"
SYSTEM_SCRATCH = ("/tmp", "/var/tmp")  # noqa: S108 -- for a private folder in it


class Executor(Protocol):
    """Something that runs steps: processes of this machine, or of a cluster."""

    @property
    def width(self) -> int:
        """How many steps to submit at once, so that no process waits."""
        ...

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Submit one step."""
        ...

    def restart(self) -> None:
        """Replace the processes after one died."""
        ...


ROOM = "it needs room for more processes (ulimit -u) and, on Linux, a /dev/shm that can be written to"
"""What a machine lacks that starts no further process or thread."""


class Workers:
    """Worker processes of this machine; leaving the block stops them and deletes their temporary files.

    `prepare` is called once, on Linux, in the process that all kernels are forked from; None: nothing is.
    """

    def __init__(self, count: int, prepare: partial[Any] | None = None) -> None:
        self.count, self.prepare = count, prepare

    @property
    def width(self) -> int:
        """Two steps for each process, so that the next one is ready."""
        return 2 * self.count

    def __enter__(self) -> Self:
        allow_files()
        try:
            with ExitStack() as opened:
                self.folder, self.server = opened.enter_context(open_server(encode_call(self.prepare)))
                self.pool = self._open()
                self.opened = opened.pop_all()
        except OSError as error:
            if error.errno not in NO_PROCESSES or error.filename is not None:
                raise
            raise StudyError(f"this machine starts no further processes: {error.strerror}; {ROOM}") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close(at_once=kind is not None)
        self.opened.close()

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Submit one step; if a process died meanwhile, the future holds that error."""
        try:
            return self.pool.submit(function, *arguments)
        except BrokenExecutor as error:
            broken: Future[Any] = Future()
            broken.set_exception(error)
            return broken

    def restart(self) -> None:
        """Replace every process."""
        self._close(at_once=True)
        self.pool = self._open()

    def _open(self) -> ProcessPoolExecutor:
        # A process is never forked from this one, which may run threads; multiprocessing's fork server
        # would fail under a long TMPDIR, where its socket's address does not fit.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.count, context, begin_worker, (str(self.folder), self.server))

    def _close(self, *, at_once: bool) -> None:
        # Python 3.14 has `kill_workers` for it.
        processes = list((getattr(self.pool, "_processes", None) or {}).values())
        if at_once:
            for process in processes:
                process.kill()
        self.pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def open_server(call: str, home: Path | None = None) -> Iterator[tuple[Path, str]]:
    """Run a server that forks kernels; yield a folder for temporary files, and the server's address."""
    scratch = tempfile.TemporaryDirectory(prefix=PREFIX, dir=choose_scratch(), ignore_cleanup_errors=True)
    environment = {**os.environ, **steady_environment(home), "MPLBACKEND": INLINE}
    with scratch as folder, serve(Path(folder), environment, call) as address:
        yield Path(folder), address


def allow_files() -> None:
    """Let this process and its children open enough files, where the system allows it; refuse to start with too few."""
    with contextlib.suppress(ImportError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < LEAST_FILES:
            raise StudyError(
                f"this machine lets a process open {hard} files, and reports need {LEAST_FILES}: see ulimit -n"
            )
        if soft != resource.RLIM_INFINITY and soft < LEAST_FILES:
            resource.setrlimit(resource.RLIMIT_NOFILE, (LEAST_FILES, hard))


def choose_scratch() -> str:
    """Choose the folder for temporary files: the usual one, or one whose path leaves room for a socket's address."""
    usual = tempfile.gettempdir()
    room = LONGEST_ADDRESS - len(f"/{PREFIX}12345678/{SOCKET}")
    places = [p for p in (usual, *SYSTEM_SCRATCH) if len(os.fsencode(p)) <= room and os.access(p, os.W_OK)]
    return places[0] if places else usual


def begin_worker(folder: str, server: str) -> None:
    """Set up a worker: ignore Ctrl-C, which the main process handles, and use the main process's folder and server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = folder
    use_server(server)
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    """Wait until the main process ends, even by being killed, then end too."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def count_cores() -> int:
    """Count the cores this process may use."""
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class RateColumn(ProgressColumn):
    """Steps per minute."""

    def render(self, task: Task) -> Text:
        """Show the rate once it is known."""
        return Text(f"{task.speed * 60:.0f}/min" if task.speed else "–/min", style="cyan")


class RunProgress:
    """A progress bar over the steps of a run; silent without a terminal, or with no console."""

    def __init__(self, console: Console | None, total: int) -> None:
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("[red]{task.fields[failed]} failed"),
            RateColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=console is None or not console.is_terminal,
        )
        self.task = self.bar.add_task("chapters", total=total, failed=0)
        self.failed = 0

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.bar.stop()

    def advance(self, title: str, succeeded: bool) -> None:
        """Count a step of the authority with this title."""
        self.failed += not succeeded
        self.bar.update(self.task, advance=1, description=title, failed=self.failed)


def open_progress(console: Console) -> Progress:
    """Open a plain progress bar, silent without a terminal."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
