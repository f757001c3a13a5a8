"""Read the registers of sources (one row per document or official release) and of importable releases."""

from __future__ import annotations

import calendar
import re
from datetime import date
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.paths import shorten

SOURCE_COLUMNS = ["source_id", "kind", "publisher", "title", "published", "published_basis"]
SOURCE_COLUMNS += ["url", "licence", "sha256", "vintage", "file", "note"]
RELEASE_COLUMNS = ["source_id", "topic", "family"]
KINDS = ["news", "letter", "inspection_report", "statistics", "minutes"]
BASES = ["printed", "inferred", "official"]
FORMS = {
    "source_id": (r"[a-z0-9]+(?:-[a-z0-9]+)*", "lower-case words and numbers joined by hyphens"),
    "kind": ("|".join(KINDS), f"one of {', '.join(KINDS)}"),
    "published_basis": ("|".join(BASES), f"one of {', '.join(BASES)}"),
    "sha256": ("[0-9a-f]{64}", "64 hexadecimal digits"),
    "publisher": (".+", "a name"),
    "title": (".+", "a title"),
    "licence": (".+", "a licence"),
    "file": (".+", "the name of the file held"),
}


def read_sources(raw: Path) -> pd.DataFrame:
    """Read the register of documents and releases, all text; `published` is a date or an interval in EDTF."""
    path = raw / "sources.csv"
    sources = read_csv(path, SOURCE_COLUMNS, ["source_id"])
    for column, (pattern, form) in FORMS.items():
        wrong = sources.loc[~sources[column].str.fullmatch(pattern), column]
        refuse_row(wrong, shorten(path), f"{form} in {column}", f"correct {column}")
    for row, published in enumerate(sources["published"], start=2):
        try:
            parse_published(published)
        except ValueError as error:
            raise DataError(shorten(path), "a date in published", str(error), row=row, hint="use 2020-01-24") from None
    return sources


def refuse_row(wrong: pd.Series, file: str, expected: str, hint: str = "") -> None:
    """Raise an error for the first wrong cell of a CSV file, if there is one; its label counts the rows from 0."""
    if len(wrong):
        raise DataError(file, expected, repr(wrong.iloc[0]), row=int(wrong.index[0]) + 2, hint=hint)


def read_releases(coding: Path) -> pd.DataFrame:
    """Read the topic of each official release, and its family, which has one layout."""
    return read_csv(coding / "releases.csv", RELEASE_COLUMNS, ["source_id"])


def parse_published(published: str) -> tuple[date, date]:
    """Return the first and last day on which a source can have been published.

    `published` is a day, month or year, or two of them with a slash between (EDTF, ISO 8601-2).

    Examples
    --------
    >>> parse_published("2018-10/2018-12")
    (datetime.date(2018, 10, 1), datetime.date(2018, 12, 31))
    """
    opening, _, closing = published.partition("/")
    try:
        first, last = bound_date(opening)[0], bound_date(closing or opening)[1]
    except ValueError:
        last, first = date.min, date.max
    if last < first or published.endswith("/"):
        raise ValueError(f"{published!r}, not a day, month, year or interval (2020-01-24, 2024-01, 2018-10/2018-12)")
    return first, last


def bound_date(text: str) -> tuple[date, date]:
    """Return the first and last day of an ISO day, month or year."""
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", text):
        raise ValueError(text)
    year, month, day = (int(part) for part in [*text.split("-"), "0", "0"][:3])
    last_month = month or 12
    last_day = day or calendar.monthrange(year, last_month)[1]
    return date(year, month or 1, day or 1), date(year, last_month, last_day)


def select_known(sources: pd.DataFrame, day: date) -> pd.DataFrame:
    """Select the sources that were certainly published by a day: an interval counts from its last day.

    Examples
    --------
    >>> sources = pd.DataFrame({"source_id": ["a", "b"], "published": ["2015", "2016"]})
    >>> select_known(sources, date(2016, 1, 31))["source_id"].tolist()
    ['a']
    """
    known = sources["published"].map(lambda published: parse_published(published)[1] <= day)
    return sources[known].reset_index(drop=True)
