"""The version of the data, and which reports are up to date.

``manifest.json`` in each folder keeps what its files were made from, and their hashes.

Any change of the package, the tables, the lock, a notebook or its parameters makes a report again. That is often more
than needed, costs minutes, and leaves no doubt.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import lewisham_study
from lewisham_study.errors import StudyError
from lewisham_study.files import PACKAGE, read_package, read_text, refuse_other_build, write_text
from lewisham_study.paths import Project, shorten
from lewisham_study.report.batch.authorities import read_columns
from lewisham_study.vocabulary import NO_OVERALL_FRAMEWORKS

NAME = "manifest.json"
BOOK = "report"
"""The name of the documents that all chapters make together."""
EPOCH = "SOURCE_DATE_EPOCH"
CARRIED = ("data", "notebooks", "reports")
"""Folders of an installed package without code."""
LIBRARIES = ("numpy", "pandas", "scipy", "pyarrow")
"""What results depend on besides code and tables."""
SERIES = (
    ("grades to", "judgements", "start_date"),
    ("caseloads to", "workforce", "time_period"),
    ("spend to", "spend", "time_period"),
)
"""Words, table and column of the series whose last day or year a reader needs to know."""


@dataclass(frozen=True)
class DataVersion:
    """The data that reports are made from: day of the newest source, a line about it, hash of each table."""

    date: datetime.date
    line: str
    tables: Mapping[str, str]


def read_data_version(project: Project) -> DataVersion:
    """Read the version of the data in a copy of the study."""
    return DataVersion(find_data_date(project), describe_data(project), hash_tables(project))


def find_data_date(project: Project) -> datetime.date:
    """Return the day on which the newest registered source was published; 2025 counts as 1 January 2025."""
    return max(first_day(published) for (published,) in read_columns(project.raw / "sources.csv", ["published"]))


def first_day(published: str) -> datetime.date:
    """Return the first day that an EDTF date may mean.

    Examples
    --------
    >>> first_day("2018-10/2018-12").isoformat(), first_day("2025").isoformat()
    ('2018-10-01', '2025-01-01')
    """
    parts = [int(part) for part in published.partition("/")[0].split("-")]
    return datetime.date(*[*parts, 1, 1][:3])


def describe_data(project: Project) -> str:
    """Describe how recent the data are, with the last day or year of grades, caseloads and spend."""
    ends = []
    for words, table, column in SERIES:
        path = project.processed / f"{table}.csv"
        last = find_last(path, column) if path.is_file() else ""
        if last:
            ends.append(f"{words} {format_day(datetime.date.fromisoformat(last)) if len(last) == 10 else last}")
        if table == "judgements" and last:
            ends += describe_ended(path)
    return format_data_line(find_data_date(project)) + (f": {', '.join(ends)}" if ends else "")


def find_last(path: Path, column: str) -> str:
    """Find the last day or year of a table's column, "" if it has no rows; tables of spend have many."""
    import pandas as pd

    try:
        values = pd.read_csv(path, usecols=[column], dtype=str, keep_default_na=False)[column]
    except ValueError:
        # The slow reader says what is wrong.
        values = pd.Series([value for (value,) in read_columns(path, [column])], dtype=str)
    return max(values, default="")


def describe_ended(judgements: Path) -> list[str]:
    """Say to which month there are overall grades, if inspections give none any more."""
    given = list(read_columns(judgements, ["strand", "framework", "start_date"]))
    if not any(framework in NO_OVERALL_FRAMEWORKS for _, framework, _ in given):
        return []
    last = max((start for strand, _, start in given if strand == "overall"), default="")
    return [f"overall grades to {datetime.date.fromisoformat(last):%B %Y}"] if last else []


def format_data_line(date: datetime.date) -> str:
    """Format the day of the newest source as a line.

    Examples
    --------
    >>> format_data_line(datetime.date(2026, 4, 8))
    'Data published up to 8 April 2026'
    """
    return f"Data published up to {format_day(date)}"


def format_day(day: datetime.date) -> str:
    """Format a day as in a sentence: 8 April 2026."""
    return f"{day.day} {day:%B %Y}"


def hash_tables(project: Project) -> dict[str, str]:
    """Return the SHA-256 of each processed table by name; refuse a table that is not from the last build."""
    tables = sorted(project.processed.glob("*.csv"))
    if not tables:
        raise StudyError(f"{shorten(project.processed)} has no tables: run `make data`")
    package = read_package(project.processed) if (project.processed / PACKAGE).is_file() else {}
    hashes = {}
    for table in tables:
        data = table.read_bytes()
        if table.stem in package:
            refuse_other_build(table, data, package[table.stem])
        hashes[table.stem] = hashlib.sha256(data).hexdigest()
    return hashes


def join_hashes(hashes: Mapping[str, str]) -> str:
    """Return one SHA-256 over tables, the same as `sha256sum *.csv | sha256sum` in their folder (in locale C)."""
    return hashlib.sha256("".join(f"{digest}  {name}.csv\n" for name, digest in hashes.items()).encode()).hexdigest()


def list_inputs(project: Project, data: DataVersion) -> dict[str, Any]:
    """List what every report is made from: code, data, references, Python and the locked packages."""
    paths = {"lock": project.root / "requirements.lock", "package": project.processed / PACKAGE}
    references = sorted(path for path in project.reports.glob("references.*") if path.is_file())
    return {
        "version": lewisham_study.__version__,
        "python": platform.python_version(),
        "code": hash_package(),
        "data": data.line,
        "tables": dict(data.tables),
        **{name: hash_file(path) if path.is_file() else "" for name, path in paths.items()},
        "references": [hash_file(path) for path in references],
        "source_date_epoch": os.environ.get(EPOCH, ""),
    }


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def hash_package() -> str:
    """Return one SHA-256 over every file of this package, without the data and notebooks that a wheel carries."""
    folder = Path(lewisham_study.__file__).parent
    files = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    code = [path for path in files if path.parts[0] not in CARRIED and "__pycache__" not in path.parts]
    return hash_inputs({path.as_posix(): hash_file(folder / path) for path in code})


def hash_shared(project: Project) -> str:
    """Return a short hash of all that results shared by every authority are computed from: code, tables, libraries."""
    package = project.processed / PACKAGE
    made_from = {
        "code": hash_package(),
        "tables": hash_file(package) if package.is_file() else "",
        "libraries": [[name, find_version(name)] for name in LIBRARIES],
        "machine": [platform.python_version(), platform.machine(), platform.system()],
    }
    return hash_inputs(made_from)[:16]


def find_version(library: str) -> str:
    """Return the version of an installed library, or "" if it is missing."""
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def hash_notebook(notebook: Path) -> str:
    """Return the SHA-256 of a notebook without its outputs."""
    cells = json.loads(read_text(notebook))["cells"]
    kept = [[cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags", [])] for cell in cells]
    return hashlib.sha256(json.dumps(kept).encode()).hexdigest()


def hash_inputs(inputs: Mapping[str, Any]) -> str:
    """Return one SHA-256 over the inputs of a report."""
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()


@dataclass(frozen=True)
class Manifest:
    """The reports in an authority's folder by name, each with its `inputs` and `files` (SHA-256 by file name)."""

    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    la_code: str = ""
    authority: str = ""

    def list_inputs(self, name: str) -> dict[str, Any]:
        """List what a report was made from."""
        return dict(self.reports.get(name, {}).get("inputs", {}))

    def list_files(self, name: str) -> dict[str, str]:
        """List the files of a report with their hashes."""
        return dict(self.reports.get(name, {}).get("files", {}))

    def is_sound(self, name: str) -> bool:
        """Return whether the inputs of a report have their shapes; a manifest may come from somebody else."""
        inputs = self.list_inputs(name)
        made_from = inputs.get("chapters" if name == BOOK else "parameters")
        named = isinstance(made_from, Mapping) and (name != BOOK or bool(made_from))
        return named and isinstance(inputs.get("tables", {}), Mapping)

    def list_parameters(self, name: str) -> dict[str, Any]:
        """List the parameters that a report was made with."""
        found = self.list_inputs(name).get("parameters")
        return dict(found) if isinstance(found, Mapping) else {}

    def is_current(self, folder: Path, name: str, inputs: Mapping[str, Any], wanted: Sequence[str]) -> bool:
        """Return whether a report was made from these inputs, with all wanted files and none changed since."""
        if name not in self.reports or self.list_inputs(name) != inputs:
            return False
        files = self.list_files(name)
        return set(wanted) <= set(files) and all(is_same(folder / file, digest) for file, digest in files.items())

    def list_stale(self, folder: Path, inputs: Mapping[str, Any], steps: Mapping[str, Sequence[str]]) -> list[str]:
        """List the steps of whose documents one is missing, was changed, or was made from other inputs."""
        files = self.list_files(BOOK) if self.list_inputs(BOOK) == inputs else {}
        return [
            step
            for step, wanted in steps.items()
            if not all(file in files and is_same(folder / file, files[file]) for file in wanted)
        ]


def read_manifest(folder: Path) -> Manifest:
    """Read a folder's manifest; a missing or corrupt one counts as empty."""
    try:
        content = json.loads((folder / NAME).read_bytes())
        reports = {
            name: {key: dict(one[key]) for key in ("inputs", "files")} for name, one in content["reports"].items()
        }
        if not all(is_inside(file) for one in reports.values() for file in one["files"]):
            return Manifest()
        return Manifest(reports, str(content["la_code"]), str(content["authority"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Manifest()


def is_inside(file: str) -> bool:
    r"""Return whether a file name stays inside its folder on any system.

    Examples
    --------
    >>> [is_inside(name) for name in ("tables/a.csv", "../a.csv", "/etc/passwd", "C:a", "a/..\\b")]
    [True, False, False, False, False]
    """
    return all(re.fullmatch(r"\w[\w.-]*", part) for part in file.split("/"))


def is_same(path: Path, digest: str) -> bool:
    """Return whether a file has this hash."""
    try:
        return hash_file(path) == digest
    except OSError:
        return False


def update_manifest(folder: Path, made: Manifest) -> list[Path]:
    """Add the reports just made to a folder's manifest; delete and return the files that they supersede.

    Only the notebooks of the report just made stay in it.
    """
    before = read_manifest(folder)
    chapters = made.list_inputs(BOOK)["chapters"]
    reports = {name: one for name, one in before.reports.items() if name in chapters or name == BOOK}
    for name, one in made.reports.items():
        kept = before.list_files(name) if before.list_inputs(name) == one["inputs"] else {}
        reports[name] = {"inputs": one["inputs"], "files": dict(sorted({**kept, **one["files"]}.items()))}
    deleted = delete_superseded(folder, before, Manifest(reports))
    content = {"authority": made.authority, "la_code": made.la_code, "reports": dict(sorted(reports.items()))}
    write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", folder / NAME)
    return deleted


def delete_superseded(folder: Path, before: Manifest, now: Manifest) -> list[Path]:
    """Delete the files that only the earlier manifest lists, unless they were changed since; return their paths."""
    listed = {file for name in now.reports for file in now.list_files(name)}
    earlier = {file: digest for name in before.reports for file, digest in before.list_files(name).items()}
    old = [folder / file for file, digest in earlier.items() if file not in listed and is_same(folder / file, digest)]
    for path in old:
        try:
            path.unlink()
        except OSError as error:
            hint = "close the program that has it open, and run again"
            raise StudyError(f"cannot delete {shorten(path)}: {error.strerror}; {hint}") from None
    return old
