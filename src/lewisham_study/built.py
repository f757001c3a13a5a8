"""The tables of the last build, as its data package vouches for them: each by its checksum."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from lewisham_study.errors import DataError, StudyError, UsageError
from lewisham_study.paths import shorten

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
        raise DataError(shorten(path), "the data package of a build", got, mend=BUILD) from None


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
        mend = f"it was edited, or a build was stopped midway: {BUILD}"
        raise DataError(shorten(path), expected, f"{found[:19]}…", mend=mend)
