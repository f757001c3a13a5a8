"""How old the data is, and which tables it is: what a report says of its own making."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lewisham_study.errors import StudyError
from lewisham_study.files import PACKAGE, read_package, refuse_other_build
from lewisham_study.paths import Project, shorten
from lewisham_study.report.batch.authorities import read_columns
from lewisham_study.report.batch.table_reads import list_tables

REACH = (
    ("grades to", "judgements", "start_date"),
    ("caseloads to", "workforce", "time_period"),
    ("spend to", "spend", "time_period"),
)
"""Words, table and column of the series whose last day or year a reader must know."""


@dataclass(frozen=True)
class Vintage:
    """Which data reports are made from.

    Parameters
    ----------
    date : the day of the newest source, see `find_data_date`.
    reach : up to when its series go, see `describe_reach`.
    tables : by notebook, the checksum of each table that it can read, see `table_reads.list_tables`.
    """

    date: datetime.date
    reach: str = ""
    tables: Mapping[Path, Mapping[str, str]] = field(default_factory=dict)

    @property
    def line(self) -> str:
        """How old the data is, as a report says it."""
        return format_data_line(self.date, self.reach)

    def join_tables(self, notebooks: Iterable[Path]) -> dict[str, str]:
        """Give the checksum of each table that any of some notebooks can read, in order of name."""
        found = {name: digest for notebook in notebooks for name, digest in self.tables[notebook].items()}
        return dict(sorted(found.items()))


def read_vintage(project: Project, notebooks: Sequence[Path]) -> Vintage:
    """Find out which data a copy of the study holds, and what of it some notebooks can read."""
    hashes = hash_tables(project)
    tables = {notebook: {name: hashes[name] for name in list_tables(notebook, hashes)} for notebook in notebooks}
    return Vintage(find_data_date(project), describe_reach(project), tables)


def find_data_date(project: Project) -> datetime.date:
    """Find the day on which the newest of the registered sources was published.

    Returns
    -------
    datetime.date
        The latest of the first possible days; a source dated ``2025`` counts as 1 January 2025.
    """
    return max(first_day(published) for (published,) in read_columns(project.raw / "sources.csv", ["published"]))


def first_day(published: str) -> datetime.date:
    """Give the first day an EDTF date may mean.

    Examples
    --------
    >>> first_day("2018-10/2018-12").isoformat(), first_day("2025").isoformat()
    ('2018-10-01', '2025-01-01')
    """
    parts = [int(part) for part in published.partition("/")[0].split("-")]
    return datetime.date(*[*parts, 1, 1][:3])


def describe_reach(project: Project) -> str:
    """Tell up to when the grades, caseloads and spend go that are held, for the newest source may be of one alone."""
    told = []
    for words, table, column in REACH:
        path = project.processed / f"{table}.csv"
        last = max((value for (value,) in read_columns(path, [column])), default="") if path.is_file() else ""
        if last:
            told.append(f"{words} {format_day(datetime.date.fromisoformat(last)) if len(last) == 10 else last}")
    return ", ".join(told)


def format_day(day: datetime.date) -> str:
    """Write a day as a sentence has it: 8 April 2026."""
    return f"{day.day} {day:%B %Y}"


def format_data_line(date: datetime.date, reach: str = "") -> str:
    """Say how old the data is.

    Examples
    --------
    >>> format_data_line(datetime.date(2026, 4, 8))
    'Data published up to 8 April 2026'
    >>> format_data_line(datetime.date(2026, 4, 8), "grades to 24 March 2025, spend to 2024-25")
    'Data published up to 8 April 2026: grades to 24 March 2025, spend to 2024-25'
    """
    return f"Data published up to {format_day(date)}" + (f": {reach}" if reach else "")


def hash_tables(project: Project) -> dict[str, str]:
    """Give the SHA-256 of each processed table, by name and in order of name.

    Raises
    ------
    StudyError
        Where there is no processed table, or one is not that of the last build: a build was stopped midway.
    """
    tables = sorted(project.processed.glob("*.csv"))
    if not tables:
        raise StudyError(f"{shorten(project.processed)} holds no tables: run `make data`")
    package = read_package(project.processed) if (project.processed / PACKAGE).is_file() else {}
    hashes = {}
    for table in tables:
        data = table.read_bytes()
        if table.stem in package:
            refuse_other_build(table, data, package[table.stem])
        hashes[table.stem] = hashlib.sha256(data).hexdigest()
    return hashes


def join_hashes(hashes: Mapping[str, str]) -> str:
    r"""Give one SHA-256 over tables, which is that of what `sha256sum` says of their files.

    Examples
    --------
    >>> join_hashes({"need": "ab", "prices": "cd"}) == hashlib.sha256(b"ab  need.csv\ncd  prices.csv\n").hexdigest()
    True
    """
    return hashlib.sha256("".join(f"{digest}  {name}.csv\n" for name, digest in hashes.items()).encode()).hexdigest()
