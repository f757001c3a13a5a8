"""The register of sources: one row per document or official release."""

from __future__ import annotations

import calendar
import re
from datetime import date
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.paths import shorten

SOURCE_COLUMNS = [
    "source_id",
    "kind",
    "publisher",
    "title",
    "published",
    "published_basis",
    "url",
    "licence",
    "sha256",
    "vintage",
    "file",
    "note",
]
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
    """Read the register of documents and releases.

    Parameters
    ----------
    raw : the folder `data/raw`.

    Returns
    -------
    pandas.DataFrame
        `SOURCE_COLUMNS`, all text, one row per source; `published` is a date or an interval in EDTF.

    Raises
    ------
    DataError
        Where a key, kind, basis, checksum or date is not of its form; it names file and row.
    """
    path = raw / "sources.csv"
    sources = read_csv(path, SOURCE_COLUMNS, ["source_id"])
    for column, (pattern, form) in FORMS.items():
        wrong = sources.index[~sources[column].str.fullmatch(pattern)]
        if len(wrong):
            got = f"{sources.loc[wrong[0], column]!r}"
            raise DataError(shorten(path), f"{form} in {column}", got, row=int(wrong[0]) + 2, hint=f"mend {column}")
    for row, published in enumerate(sources["published"], start=2):
        try:
            parse_published(published)
        except ValueError as error:
            raise DataError(shorten(path), "a date in published", str(error), row=row, hint="use 2020-01-24") from None
    return sources


def parse_published(published: str) -> tuple[date, date]:
    """Give the first and last day on which a source can have come out.

    Parameters
    ----------
    published : a day, month or year, or two of them with a stroke between (EDTF, ISO 8601-2).

    Raises
    ------
    ValueError
        Where it is none of these, or ends before it begins.

    Examples
    --------
    >>> parse_published("2018-10/2018-12")
    (datetime.date(2018, 10, 1), datetime.date(2018, 12, 31))
    >>> parse_published("2020-01-24")
    (datetime.date(2020, 1, 24), datetime.date(2020, 1, 24))
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
    """Give the first and last day of an ISO day, month or year."""
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", text):
        raise ValueError(text)
    year, month, day = (int(part) for part in [*text.split("-"), "0", "0"][:3])
    first = date(year, month or 1, day or 1)
    last_month = month or 12
    return first, date(year, last_month, day or calendar.monthrange(year, last_month)[1])


def select_known(sources: pd.DataFrame, day: date) -> pd.DataFrame:
    """Select the sources that were surely out by a day: an interval counts from its last day on.

    Examples
    --------
    >>> sources = pd.DataFrame({"source_id": ["a", "b"], "published": ["2015", "2016"]})
    >>> select_known(sources, date(2016, 1, 31))["source_id"].tolist()
    ['a']
    """
    out = sources["published"].map(lambda published: parse_published(published)[1] <= day)
    return sources[out].reset_index(drop=True)
