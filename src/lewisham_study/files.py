"""Read CSV strictly, write files atomically, lock folders, and check tables against their build.

Every CSV file is UTF-8 without a byte-order mark, with LF line ends and a header row.
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
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from lewisham_study.errors import DataError, StudyError, UsageError
from lewisham_study.paths import Project, shorten

LONGEST_CELL = 100_000
FORMULA = re.compile(r"[=+\-@\t\r]")
SIGNED_NUMBER = re.compile(r"[-+]£?\d[\d,.]*( ?[a-z%]+)?")
FORBIDDEN = ((b"\xef\xbb\xbf", 3, "a byte-order mark"), (b"\r", None, "CRLF line ends"), (b"\0", None, "a NUL byte"))
"""Bytes that no file of the study may have, and up to where."""
PACKAGE = "datapackage.json"
BUILD = "run `make data` (or `lewisham-study build`)"
LOCK = ".lock"
LOCK_SECONDS = 0.5
"""How long to wait for a run that is about to end."""
P = ParamSpec("P")
R = TypeVar("R")


def read_csv(path: Path, columns: Sequence[str], key: Sequence[str] = ()) -> pd.DataFrame:
    """Read a CSV file as text, checking its columns and the uniqueness of its key; row `i` is line `i + 2`."""
    header, *rows = parse_rows(path, read_text(path)) or [[]]
    if header != list(columns):
        missing = [column for column in columns if column not in header]
        unknown = [column for column in header if column not in columns]
        got = f"missing {missing}, unknown {unknown}" if missing or unknown else f"the order {header}"
        raise DataError(shorten(path), f"columns {', '.join(columns)}", got, row=1, hint="correct the header")
    for number, row in enumerate(rows, start=2):
        if len(row) != len(columns):
            few = "an empty cell needs its comma too, also at the end"
            hint = "a comma inside a value needs quotes round it" if len(row) > len(columns) else few
            raise DataError(shorten(path), f"{len(columns)} cells", f"{len(row)}", row=number, hint=hint)
    frame = pd.DataFrame(rows, columns=list(columns), dtype=str)
    if key and (repeated := frame.duplicated(list(key))).any():
        place = int(repeated.to_numpy().argmax())
        got = f"{' '.join(map(str, frame.loc[place, list(key)]))!r} again"
        hint = "delete one of the two rows, or give it another key"
        raise DataError(shorten(path), f"a new {' + '.join(key)}", got, row=place + 2, hint=hint)
    return frame


def read_text(path: Path) -> str:
    """Read a UTF-8 text file; a byte-order mark, CRLF line ends or a NUL byte is an error."""
    name = shorten(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise DataError(name, "a file", "none", hint="restore it from git, or run `make data`") from None
    except OSError as error:
        raise StudyError(f"cannot read {name}: {error.strerror}") from None
    for byte, end, fault in FORBIDDEN:
        place = data.find(byte, 0, end)
        if place >= 0:
            row = data.count(b"\n", 0, place) + 1
            raise DataError(name, "UTF-8 text with LF line ends", fault, row=row, hint="save it as plain UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        row, got = data.count(b"\n", 0, error.start) + 1, f"the byte {data[error.start]:#04x}"
        raise DataError(name, "UTF-8 text", got, row=row, hint="save it as UTF-8") from None


def parse_rows(path: Path, text: str) -> list[list[str]]:
    """Parse CSV text into rows of cells."""
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        raise DataError(shorten(path), "well-formed CSV", str(error), row=reader.line_num) from None


def guard(value: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    Examples
    --------
    >>> guard("=1+1"), guard("-£3m"), guard(-3)
    ("'=1+1", '-£3m', -3)
    """
    is_formula = isinstance(value, str) and FORMULA.match(value) and not SIGNED_NUMBER.fullmatch(value)
    return f"'{value}" if is_formula else value


def escape_markdown(text: str) -> str:
    r"""Escape text for Markdown, on one line.

    Examples
    --------
    >>> print(escape_markdown("(1) a *price* tag for <b>Q&A</b> {.x}"))
    \(1) a \*price\* tag for \<b\>Q\&A\</b\> \{.x\}
    """
    # "-", "+" and "(" mark a list only at the start of a line.
    return re.sub(r"([\\`*_{}\[\]<>#|$@^~&]|^[-+(])", r"\\\1", " ".join(text.split()))


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame to disk as CSV, atomically; leave an unchanged file untouched."""
    write_text(frame.to_csv(index=False, lineterminator="\n"), path)


def write_text(text: str, path: Path) -> None:
    """Write text to disk, atomically; leave an unchanged file untouched."""
    write_bytes(text.encode("utf-8"), path)


def write_bytes(data: bytes, path: Path) -> None:
    """Write bytes to disk by renaming a temporary file, so that a failure leaves the old file as it was."""
    try:
        if path.is_file() and path.read_bytes() == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        # Only a killed run can have left these: nobody else writes here, see `lock_folder`.
        for left in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
            left.unlink(missing_ok=True)
        # Named before it is created: a signal may arrive as soon as it exists.
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
        try:
            with temporary.open("xb") as file:
                file.write(data)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StudyError(f"cannot write {shorten(path)}: {error.strerror}") from None


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Lock a folder against other runs while the block lasts, creating it if needed.

    The operating system holds the lock, so a file that a killed run left behind locks nothing. Where locking
    is impossible (a read-only folder, some network drives) the block still runs: writes are atomic anyway.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK, timeout=LOCK_SECONDS, fallback_to_soft=False, is_singleton=False)
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
            # Windows cannot delete an open file, which then remains.
            with contextlib.suppress(OSError):
                (folder / LOCK).unlink()
            lock.release()


def lock_data(function: Callable[Concatenate[Project, P], R]) -> Callable[Concatenate[Project, P], R]:
    """Decorate a function that changes a study's data, so that it runs alone."""

    @wraps(function)
    def run_alone(project: Project, /, *arguments: P.args, **options: P.kwargs) -> R:
        with lock_folder(project.root / "data"):
            return function(project, *arguments, **options)

    return run_alone


def read_package(processed: Path) -> dict[str, dict[str, Any]]:
    """Read the data package's description of each table, by name."""
    path = processed / PACKAGE
    if not path.is_file():
        raise StudyError(f"{shorten(path)} is missing: {BUILD}")
    try:
        return {resource["name"]: resource for resource in json.loads(path.read_bytes())["resources"]}
    except (OSError, ValueError, LookupError, TypeError) as error:
        got = f"{type(error).__name__}: {error}"
        raise DataError(shorten(path), "the data package of a build", got, hint=BUILD) from None


def read_table(processed: Path, name: str) -> tuple[bytes, dict[str, Any]]:
    """Read a table's file and its description in the data package; they must be of the same build."""
    package, path = read_package(processed), processed / f"{name}.csv"
    if name not in package:
        raise UsageError(f"no table is called {name!r}; there are: {', '.join(package)}")
    if not path.is_file():
        raise StudyError(f"{shorten(path)} is missing: {BUILD}")
    data = path.read_bytes()
    refuse_other_build(path, data, package[name])
    return data, package[name]


def refuse_other_build(path: Path, data: bytes, resource: dict[str, Any]) -> None:
    """Raise an error if a file differs from the one that the data package describes."""
    digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
    if digest != resource.get("hash"):
        expected = f"the table that {PACKAGE} describes, {str(resource.get('hash'))[:19]}…"
        hint = f"it was edited, or a build was stopped midway: {BUILD}"
        raise DataError(shorten(path), expected, f"{digest[:19]}…", hint=hint)
