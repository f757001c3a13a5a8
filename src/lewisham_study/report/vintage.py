"""How old the data is, and which data it is: what a report says of its own making."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass

from lewisham_study.built import PACKAGE, read_package, refuse_other_build
from lewisham_study.errors import StudyError
from lewisham_study.paths import Project, shorten
from lewisham_study.report.tables import read_columns

REACH = (
    ("grades to", "judgements", "start_date"),
    ("caseloads to", "workforce", "time_period"),
    ("spend to", "spend", "time_period"),
)
"""Words, table and column of the series whose last day or year a reader must know."""


@dataclass(frozen=True)
class Vintage:
    """Which data a report is made from.

    Parameters
    ----------
    date : the day of the newest source, see `find_data_date`.
    hash : the checksum of the processed tables, see `hash_data`.
    reach : up to when its series go, see `tell_reach`.
    """

    date: datetime.date
    hash: str
    reach: str = ""


def read_vintage(project: Project) -> Vintage:
    """Find out which data a copy of the study holds."""
    return Vintage(find_data_date(project), hash_data(project), tell_reach(project))


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


def tell_reach(project: Project) -> str:
    """Tell up to when the grades, caseloads and spend go that are held, for the newest source may be of one alone."""
    told = []
    for words, table, column in REACH:
        path = project.processed / f"{table}.csv"
        last = max((value for (value,) in read_columns(path, [column])), default="") if path.is_file() else ""
        if last:
            told.append(f"{words} {write_day(datetime.date.fromisoformat(last)) if len(last) == 10 else last}")
    return ", ".join(told)


def write_day(day: datetime.date) -> str:
    """Write a day as a sentence has it: 8 April 2026."""
    return f"{day.day} {day:%B %Y}"


def write_data_line(date: datetime.date, reach: str = "") -> str:
    """Say how old the data is.

    Examples
    --------
    >>> write_data_line(datetime.date(2026, 4, 8))
    'Data published up to 8 April 2026'
    >>> write_data_line(datetime.date(2026, 4, 8), "grades to 24 March 2025, spend to 2024-25")
    'Data published up to 8 April 2026: grades to 24 March 2025, spend to 2024-25'
    """
    return f"Data published up to {write_day(date)}" + (f": {reach}" if reach else "")


def hash_data(project: Project) -> str:
    """Give the SHA-256 over the processed tables, their names and contents, in order of name.

    Raises
    ------
    StudyError
        Where there is no processed table, or one is not that of the last build: a build was stopped midway.
    """
    tables = sorted(project.processed.glob("*.csv"))
    if not tables:
        raise StudyError(f"{shorten(project.processed)} holds no tables: run `make data`")
    package = read_package(project.processed) if (project.processed / PACKAGE).is_file() else {}
    digest = hashlib.sha256()
    for table in tables:
        data = table.read_bytes()
        if table.stem in package:
            refuse_other_build(table, data, package[table.stem])
        digest.update(f"{table.name} {hashlib.sha256(data).hexdigest()}\n".encode())
    return digest.hexdigest()
