"""One writer at a time in a folder; a run that dies, however it dies, lets go of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from lewisham_study.errors import StudyError
from lewisham_study.paths import Project, shorten

NAME = ".lock"
PATIENCE = 0.5
"""Seconds to wait for a run that is just ending."""
P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder for as long as the block lasts.

    The operating system holds the lock, not the file ``.lock``: one that a killed run left behind
    stops nobody. Where nothing can be locked, in a folder that only may be read or on a file system
    without locks, the block runs all the same: every file is written whole or not at all.

    Parameters
    ----------
    folder : the folder; made if it is not there.

    Raises
    ------
    StudyError
        Where another run has it.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / NAME, timeout=PATIENCE, fallback_to_soft=False, is_singleton=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise StudyError(f"another run is writing to {shorten(folder)}; wait until it has ended") from None
    except OSError:
        lock.release()
    try:
        yield
    finally:
        if lock.is_locked:
            # Windows lets nobody delete an open file; there it stays.
            with contextlib.suppress(OSError):
                (folder / NAME).unlink()
            lock.release()


def lock_data(function: Callable[Concatenate[Project, P], R]) -> Callable[Concatenate[Project, P], R]:
    """Have a function that changes a study's data run alone."""

    @wraps(function)
    def run_alone(project: Project, /, *arguments: P.args, **options: P.kwargs) -> R:
        with lock_folder(project.root / "data"):
            return function(project, *arguments, **options)

    return run_alone
