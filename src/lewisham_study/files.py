"""Read and write the study's CSV files: strictly, and never by halves.

Every file is UTF-8 without a byte-order mark, with LF line ends, a header, and one row a line of text.
"""

from __future__ import annotations

import contextlib
import csv
import glob
import hashlib
import io
import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from lewisham_study.errors import DataError, StudyError, UsageError
from lewisham_study.paths import Project, shorten

LONGEST_CELL = 100_000
FORMULA = re.compile(r"[=+\-@\t\r]")
SIGNED = re.compile(r"[-+]£?\d[\d,.]*( ?[a-z%]+)?")
"""A number with its sign, of pounds or not, with a unit or not: no formula."""


def read_csv(path: Path, columns: Sequence[str], key: Sequence[str] = ()) -> pd.DataFrame:
    """Read a CSV file as text, cell for cell.

    Parameters
    ----------
    path : the file.
    columns : the columns it must have, in this order.
    key : columns whose values together must differ from row to row.

    Returns
    -------
    pandas.DataFrame
        All values are `str`; an empty cell is the empty string. Row `i` stands on line `i + 2`.

    Raises
    ------
    DataError
        Where the file is missing, is not UTF-8, or its header, a row's length or its key is wrong.
    """
    rows = list(parse_rows(path, read_text(path)))
    header = rows[0] if rows else []
    if header != list(columns):
        missing = [c for c in columns if c not in header]
        extra = [c for c in header if c not in columns]
        got = f"missing {missing}, unknown {extra}" if missing or extra else f"the order {header}"
        raise DataError(shorten(path), f"columns {', '.join(columns)}", got, row=1, hint="mend the header")
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(columns):
            fewer = "an empty cell needs its comma too, also at the end"
            hint = "a comma inside a value needs quotes round it" if len(row) > len(columns) else fewer
            raise DataError(shorten(path), f"{len(columns)} cells", f"{len(row)}", row=number, hint=hint)
    frame = pd.DataFrame(rows[1:], columns=list(columns), dtype=str)
    check_key(frame, key, path)
    return frame


def read_text(path: Path) -> str:
    """Read a text file, refusing what no file of the study may hold."""
    name = shorten(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise DataError(name, "a file", "none", hint="restore it from git, or run `make data`") from None
    except OSError as error:
        raise StudyError(f"cannot read {name}: {error.strerror}") from None
    for found, what in ((b"\xef\xbb\xbf", "a byte-order mark"), (b"\r", "CRLF line ends"), (b"\0", "a NUL byte")):
        place = data.find(found)
        if place >= 0 and (place == 0 or found != b"\xef\xbb\xbf"):
            row = data.count(b"\n", 0, place) + 1
            raise DataError(name, "UTF-8 text with LF line ends", what, row=row, hint="save it as plain UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        got = f"the byte {data[error.start]:#04x}"
        raise DataError(name, "UTF-8 text", got, row=row, hint="save it as UTF-8") from None


def parse_rows(path: Path, text: str) -> Iterable[list[str]]:
    """Split CSV text into rows of cells; a quote that never closes is an error with its row."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise DataError(shorten(path), "well-formed CSV", str(error), row=reader.line_num) from None


def check_key(frame: pd.DataFrame, key: Sequence[str], path: Path) -> None:
    """Refuse two rows with the same key."""
    if not key:
        return
    repeated = frame.duplicated(list(key))
    if repeated.any():
        row = int(repeated.to_numpy().argmax())
        got = " ".join(str(frame[column].iloc[row]) for column in key)
        hint = "delete one of the two rows, or give it another key"
        raise DataError(shorten(path), f"a new {' + '.join(key)}", f"{got!r} again", row=row + 2, hint=hint)


def guard(value: Any) -> Any:
    """Put an apostrophe before text that is a formula to a spreadsheet.

    Examples
    --------
    >>> guard("=1+1"), guard("-£3m"), guard(-3)
    ("'=1+1", '-£3m', -3)
    """
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) and not SIGNED.fullmatch(value) else value


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as CSV, whole or not at all; an unchanged file is left untouched."""
    write_text(frame.to_csv(index=False, lineterminator="\n"), path)


def write_text(text: str, path: Path) -> None:
    """Write a text file, whole or not at all; an unchanged file is left untouched."""
    write_bytes(text.encode("utf-8"), path)


def write_bytes(data: bytes, path: Path) -> None:
    """Write a file whole or not at all: into a temporary neighbour first, which then takes its name.

    A neighbour that a killed run left is deleted; no other run is writing here, see `locks`.

    Raises
    ------
    StudyError
        Where the folder cannot be written to, or the disk is full; the old file then still stands.
    """
    try:
        if path.is_file() and path.read_bytes() == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
            left.unlink(missing_ok=True)
        # Named before it is there, for a signal may come as soon as it is.
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
        try:
            with temporary.open("xb") as file:
                file.write(data)
            temporary.chmod(0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StudyError(f"cannot write {shorten(path)}: {error.strerror}") from None


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


PACKAGE = "datapackage.json"
BUILD = "run `make data` (or `lewisham-study build`)"


def read_package(processed: Path) -> dict[str, dict[str, Any]]:
    """Read what the data package says of each table, by name.

    Raises
    ------
    StudyError
        Where there is none, for nothing has been built, or it cannot be read.
    """
    path = processed / PACKAGE
    if not path.is_file():
        raise StudyError(f"{shorten(path)} is missing: {BUILD}")
    try:
        return {resource["name"]: resource for resource in json.loads(path.read_bytes())["resources"]}
    except (OSError, ValueError, LookupError, TypeError) as error:
        got = f"{type(error).__name__}: {error}"
        raise DataError(shorten(path), "the data package of a build", got, hint=BUILD) from None


def read_table(processed: Path, name: str) -> tuple[bytes, dict[str, Any]]:
    """Read a table's file as the build wrote it, and what the data package says of it.

    Raises
    ------
    UsageError
        Where no table has that name.
    StudyError
        Where the tables have not been built, or the file is not that of the build: it was edited, or a build
        was stopped between two files.
    """
    package, path = read_package(processed), processed / f"{name}.csv"
    if name not in package:
        raise UsageError(f"no table is called {name!r}; there are: {', '.join(package)}")
    if not path.is_file():
        raise StudyError(f"{shorten(path)} is missing: {BUILD}")
    data = path.read_bytes()
    refuse_other_build(path, data, package[name])
    return data, package[name]


def refuse_other_build(path: Path, data: bytes, resource: dict[str, Any]) -> None:
    """Refuse a file that is not the one the data package describes."""
    found = f"sha256:{hashlib.sha256(data).hexdigest()}"
    if found != resource.get("hash"):
        expected = f"the table that {PACKAGE} describes, {str(resource.get('hash'))[:19]}…"
        hint = f"it was edited, or a build was stopped midway: {BUILD}"
        raise DataError(shorten(path), expected, f"{found[:19]}…", hint=hint)
