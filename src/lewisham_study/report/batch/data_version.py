"""The version of the data: the day of the newest source, the last period of each series, the hash of each table."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lewisham_study.errors import StudyError
from lewisham_study.files import PACKAGE, read_package, refuse_other_build
from lewisham_study.paths import Project, shorten
from lewisham_study.report.batch.authorities import read_columns
from lewisham_study.vocabulary import NO_OVERALL_FRAMEWORKS

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
        last = max((value for (value,) in read_columns(path, [column])), default="") if path.is_file() else ""
        if last:
            ends.append(f"{words} {format_day(datetime.date.fromisoformat(last)) if len(last) == 10 else last}")
        if table == "judgements" and last:
            ends += describe_ended(path)
    return format_data_line(find_data_date(project)) + (f": {', '.join(ends)}" if ends else "")


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
