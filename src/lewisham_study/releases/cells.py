"""Read published CSV files as grids of text, and turn grids into located cells: text with sheet, row and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten

LONGEST_LINE = 1_000_000
"""Characters; the longest line held has 9,015."""
LONGEST_CELL = 100_000
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffd]")
"""Characters that no text has; they show that a file is binary, or was written or decoded in another encoding."""
SIGNATURES = {
    b"PK\x03\x04": "an archive or a spreadsheet",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"\xd0\xcf\x11\xe0": "an old Office file (xls, doc)",
    b"PAR1": "a parquet file",
    b"<": "a web page",
    b"version https://git-lfs": "a pointer to a file kept elsewhere (Git LFS)",
}
"""The first bytes of files that are often mistaken for CSV files."""
FETCH = "fetch the file again"
CELL_COLUMNS = ["sheet", "row", "column", "area_code", "area_name", "time_period", "measure", "value_as_published"]
"""What every reader returns, all text: place, area and time as published, the column's heading, the cell's content."""
SHOWN = 4
"""Headings that a message names one by one."""
NEW_LAYOUT = "is this the release that was named? a new layout needs its reader changed"


def read_delimited(path: Path, encoding: str = "utf-8-sig") -> pd.DataFrame:
    """Read a CSV file, headings included, as a grid of text (A1 is 0, 0); an empty line is a row of empty cells."""
    name, text = shorten(path), decode(path, encoding)
    if odd := CONTROL.search(text):
        row, found = text.count("\n", 0, odd.start()) + 1, f"the character U+{ord(odd[0]):04X}"
        raise DataError(name, "text", found, row=row, hint="is it in another encoding, or damaged?")
    for row, line in enumerate(io.StringIO(text, newline=None), start=1):
        if len(line) > LONGEST_LINE:
            expected = f"lines of at most {LONGEST_LINE:,} characters"
            raise DataError(name, expected, f"one of {len(line):,}", row=row, hint=FETCH)
    rows = list(split_rows(text, name))
    if not rows or not rows[0]:
        raise DataError(name, "a row of headings", "an empty line" if rows else "an empty file", hint=FETCH)
    return pd.DataFrame(rows, dtype=str)


def decode(path: Path, encoding: str) -> str:
    """Return a file's text; raise an error that names the kind of file if it is not a CSV file."""
    name, expected = shorten(path), f"a CSV file in {encoding.removesuffix('-sig')}"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(name, expected, str(error.strerror), hint=FETCH) from None
    for signature, kind in SIGNATURES.items():
        if data.lstrip().startswith(signature):
            raise DataError(name, expected, kind, hint=FETCH)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row, found = data.count(b"\n", 0, error.start) + 1, f"the byte {data[error.start]:#04x}"
        raise DataError(name, expected, found, row=row, hint="is it in another encoding, or cut off?") from None


def split_rows(text: str, name: str) -> Iterator[list[str]]:
    """Split text into rows, all as wide as the first."""
    csv.field_size_limit(LONGEST_CELL)
    width = None
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            width = width or len(row)
            if len(row) != width and any(row):
                hint = "a comma inside a value needs quotes round it; or is the file cut off?"
                raise DataError(name, f"{width} cells as in the headings", f"{len(row)}", row=number, hint=hint)
            yield row if len(row) == width else [""] * width
    except csv.Error as error:
        raise DataError(name, "well-formed CSV", str(error), hint="is the file cut off?") from None


def letter_column(index: int) -> str:
    """Return a column's letters as spreadsheets name it, counting from 0.

    Examples
    --------
    >>> letter_column(0), letter_column(25), letter_column(26), letter_column(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def read_heads(table: pd.DataFrame, heading: int = 0) -> list[str]:
    """Read a row of headings; line breaks and double spaces become one space."""
    return [" ".join(str(head).split()) for head in table.loc[heading]]


def find_columns(table: pd.DataFrame, names: Iterable[str], path: Path, heading: int = 0) -> dict[str, int]:
    """Return the place of each named heading; a heading that is missing or repeated is an error."""
    heads = read_heads(table, heading)
    wrong = [name for name in names if heads.count(name) != 1]
    if wrong:
        shown, more = wrong[:SHOWN], f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        found = "; ".join(f"{name!r} {heads.count(name)} times" for name in shown) + (", and so on" if more else "")
        expected = f"one heading each of {', '.join(shown)}{more}"
        raise DataError(shorten(path), expected, found, row=heading + 1, hint=NEW_LAYOUT)
    return {name: heads.index(name) for name in names}


def list_row_areas(rows: pd.DataFrame, places: Sequence[int]) -> pd.DataFrame:
    """Return the smallest area that each row names; `places` holds pairs of code and name, the smallest area first.

    Examples
    --------
    >>> rows = pd.DataFrame([["209", "Lewisham", "E12000007", "London"], ["", "", "E12000007", "London"]])
    >>> list_row_areas(rows, [0, 1, 2, 3])["area_code"].tolist()
    ['209', 'E12000007']
    """
    code, name = rows[places[0]], rows[places[1]]
    for code_place, name_place in zip(places[2::2], places[3::2], strict=True):
        larger = code == ""
        code, name = code.mask(larger, rows[code_place]), name.mask(larger, rows[name_place])
    return pd.DataFrame({"area_code": code.str.strip(), "area_name": name.str.strip()})


def gather_cells(
    rows: pd.DataFrame,
    areas: pd.DataFrame,
    columns: Mapping[int, str],
    period: pd.Series | str = "",
    sheet: str = "",
    within: pd.Series | str = "",
) -> pd.DataFrame:
    """Return the cells of some columns (place: heading), one column after another, as rows of `CELL_COLUMNS`.

    Rows are labelled from 0 at the sheet's first row. The measure is the heading, after the category or line that a
    row is `within`, as in `Children in Need | At31_episodes`.
    """
    period, within = (part if isinstance(part, str) else part[rows.index] for part in (period, within))
    place = areas.assign(sheet=sheet, row=(rows.index + 1).astype(str), time_period=period)
    blocks = [
        place.assign(column=letter_column(column), measure=within + " | " + heading, value_as_published=rows[column])
        for column, heading in columns.items()
    ]
    cells = pd.concat(blocks, ignore_index=True)[CELL_COLUMNS]
    return cells.assign(measure=cells["measure"].astype("str").str.removeprefix(" | "))


def read_columns(
    table: pd.DataFrame,
    path: Path,
    area: Sequence[str],
    headings: Sequence[str],
    period: pd.Series | str = "",
    sheet: str = "",
    *,
    heading: int = 0,
    chosen: pd.Series | None = None,
    within: pd.Series | str = "",
) -> pd.DataFrame:
    """Return the cells below some headings, for the areas below the headings `area`: of all rows or those chosen."""
    places = find_columns(table, [*area, *headings], path, heading)
    rows = table.loc[heading + 1 :]
    rows = rows if chosen is None else rows[chosen[rows.index]]
    areas = list_row_areas(rows, [places[name] for name in area])
    return gather_cells(rows, areas, {places[name]: name for name in headings}, period, sheet, within)
