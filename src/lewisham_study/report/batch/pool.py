"""Processes that make reports side by side on this machine, replaced when one of them dies."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from lewisham_study.report.batch.dependencies import list_preloads
from lewisham_study.report.run.kernels.provisioner import LONGEST_ADDRESS, SOCKET, serve
from lewisham_study.report.run.kernels.settings import steady_environment, use_server

INLINE = "module://matplotlib_inline.backend_inline"
PREFIX = "lewisham-study-"
SYSTEM_SCRATCH = ("/tmp", "/var/tmp")  # noqa: S108 -- above a folder of our own that nobody else may enter


class Executor(Protocol):
    """Whoever makes reports: processes of this machine, or of a cluster."""

    @property
    def width(self) -> int:
        """How many steps to hand out at once, so that nobody waits."""
        ...

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Hand out one step."""
        ...

    def renew(self) -> None:
        """Stand ready again after a process died."""
        ...


class Workers:
    """Worker processes of this machine; leaving the block stops them and deletes what they left behind.

    Parameters
    ----------
    count : how many.
    notebooks : what they will run: on Linux its imports are done once, in the process that all kernels are
        forked from.
    common : parameters for all of them, where there are many to run: what depends on these alone is worked out
        once, in that process too; None: by each kernel.
    """

    def __init__(self, count: int, notebooks: Sequence[Path] = (), common: Mapping[str, Any] | None = None) -> None:
        self.count, self.notebooks, self.common = count, notebooks, common

    @property
    def width(self) -> int:
        """Two steps for each, so that the next one lies ready."""
        return 2 * self.count

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            scratch = tempfile.TemporaryDirectory(prefix=PREFIX, dir=choose_scratch(), ignore_cleanup_errors=True)
            self.folder = Path(opened.enter_context(scratch))
            surroundings = {**os.environ, **steady_environment(), "MPLBACKEND": INLINE}
            modules = list_preloads(self.notebooks)
            self.server = opened.enter_context(serve(self.folder, modules, surroundings, self.common))
            self.pool = self._open()
            self.opened = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close(at_once=kind is not None)
        self.opened.close()

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Hand out one step; where a process died meanwhile, its future says so."""
        try:
            return self.pool.submit(function, *arguments)
        except BrokenExecutor as error:
            broken: Future[Any] = Future()
            broken.set_exception(error)
            return broken

    def renew(self) -> None:
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


def choose_scratch() -> str:
    """Choose the folder for temporary files: the usual one, or one whose path leaves room for a socket's address."""
    usual = tempfile.gettempdir()
    room = LONGEST_ADDRESS - len(f"/{PREFIX}12345678/{SOCKET}")
    places = [p for p in (usual, *SYSTEM_SCRATCH) if len(os.fsencode(p)) <= room and os.access(p, os.W_OK)]
    return places[0] if places else usual


def begin_worker(folder: str, server: str) -> None:
    """Begin a worker: Ctrl-C is for the main process, and what is left behind lies where that one deletes it."""
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
