"""What is worked out once for one set of tidy tables, and shared by all who open the same files in this process.

Nothing here goes stale: a set of tables is known by the names, times and sizes of its files, and what is
handed out is a copy on write, so that nobody changes it for others.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

Subject = TypeVar("Subject")
Choices = ParamSpec("Choices")
Result = TypeVar("Result")
Frames = Mapping[str, pd.DataFrame]
Files = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Work:
    """The tables loaded from one set of files, and the results worked out from them."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    results: dict[Any, Any] = field(default_factory=dict)


def share_work(processed: Path) -> Work:
    """Give the work done so far on the files that lie in a folder now."""
    found = [(path.name, path.stat()) for path in sorted(processed.glob("*.*"))]
    return _keep_work(processed.resolve(), tuple((name, state.st_mtime_ns, state.st_size) for name, state in found))


@lru_cache(maxsize=2)
def _keep_work(processed: Path, files: Files) -> Work:
    return Work()


def once(function: Callable[Concatenate[Subject, Choices], Result]) -> Callable[Concatenate[Subject, Choices], Result]:
    """Have a function of the tidy tables worked out once for the same tables and choices.

    Parameters
    ----------
    function : takes the tables by name, or a case that holds them, then choices that can be hashed. Tables
        other than `tidy.tables.Tables` may change unnoticed: with them it is worked out each time.

    Examples
    --------
    >>> from lewisham_study.tidy.tables import Tables
    >>> calls = []
    >>> @once
    ... def count_rows(tables, name):
    ...     calls.append(name)
    ...     return len(tables[name])
    >>> count_rows(Tables(), "authorities") == count_rows(Tables(), "authorities"), calls
    (True, ['authorities'])
    """

    @wraps(function)
    def recall(subject: Subject, /, *choices: Choices.args, **named: Choices.kwargs) -> Result:
        work: Work | None = getattr(subject, "work", None)
        if work is None:
            return function(subject, *choices, **named)
        about = getattr(subject, "choices", None)
        key = (function.__module__, function.__qualname__, about, choices, tuple(sorted(named.items())))
        if key not in work.results:
            work.results[key] = function(subject, *choices, **named)
        result: Result = copy_on_write(work.results[key])
        return result

    return recall


def copy_on_write(result: Any) -> Any:
    """Give a frame that shares its cells until one of them is written to; of anything else, a copy."""
    return result.copy(deep=False) if isinstance(result, pd.DataFrame | pd.Series) else copy.deepcopy(result)
