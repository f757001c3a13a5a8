"""Turn a grid of text into located cells: each figure's text with its sheet, row and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten

CELL_COLUMNS = ["sheet", "row", "column", "area_code", "area_name", "time_period", "measure", "value_as_published"]
"""What every reader returns, all text: place, area and time as published, the column's heading, the cell's content."""
SHOWN = 4
"""Headings that a message names one by one."""
NEW_LAYOUT = "is this the release that was named? a new layout needs its reader changed"


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


def gather_cells(
    table: pd.DataFrame, areas: pd.DataFrame, columns: Mapping[str, int], period: pd.Series | str, sheet: str = ""
) -> pd.DataFrame:
    """Return the cells of some columns (measure: place) as rows of `CELL_COLUMNS`.

    The rows of `table` and `areas` are labelled from 0 at the sheet's first row.
    """
    place = areas.assign(sheet=sheet, row=(table.index + 1).astype(str), time_period=period)
    blocks = [
        place.assign(column=letter_column(column), measure=measure, value_as_published=table[column])
        for measure, column in columns.items()
    ]
    return pd.concat(blocks, ignore_index=True)[CELL_COLUMNS]


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


def read_columns(
    table: pd.DataFrame,
    path: Path,
    area: Sequence[str],
    headings: Sequence[str],
    period: pd.Series | str = "",
    sheet: str = "",
) -> pd.DataFrame:
    """Return the cells below some headings of the first row, for the areas below the headings `area`."""
    places = find_columns(table, [*area, *headings], path)
    rows = table.loc[1:]
    areas = list_row_areas(rows, [places[heading] for heading in area])
    return gather_cells(rows, areas, {heading: places[heading] for heading in headings}, period, sheet)
