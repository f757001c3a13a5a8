"""From grids of text to cells: the text that stands in each, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten

CELL_COLUMNS = ["sheet", "row", "column", "area_code", "area_name", "time_period", "measure", "value_as_published"]
"""What a reader gives for each figure: its locator, its area and time as published, its column's heading, its text."""
SHOWN = 4
"""Headings that a message names one by one."""


def letter_column(index: int) -> str:
    """Give a column's letters as spreadsheets name it, counting from 0.

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


def find_columns(table: pd.DataFrame, names: Iterable[str], path: Path, heading: int = 0) -> dict[str, int]:
    """Give the place of each named heading in a row of headings; white space in headings counts as one space.

    Raises
    ------
    DataError
        Where a heading is missing or stands twice: a layout that the reader does not know.
    """
    heads = [" ".join(str(head).split()) for head in table.loc[heading]]
    wrong = [name for name in names if heads.count(name) != 1]
    if wrong:
        shown, more = wrong[:SHOWN], f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        got = "; ".join(f"{name!r} {heads.count(name)} times" for name in shown) + (", and so on" if more else "")
        hint = "is this the release that was named? a new layout needs its reader changed"
        expected = f"one heading each of {', '.join(shown)}{more}"
        raise DataError(shorten(path), expected, got, row=heading + 1, hint=hint)
    return {name: heads.index(name) for name in names}


def gather_cells(
    table: pd.DataFrame, areas: pd.DataFrame, columns: Mapping[str, int], period: pd.Series | str, sheet: str = ""
) -> pd.DataFrame:
    """Give the cells of some columns as rows of `CELL_COLUMNS`.

    Parameters
    ----------
    table : the rows below the headings; row labels count from 0 at the sheet's first cell.
    areas : area_code and area_name of each row.
    columns : measure and place of each column.
    period : the time period, one for all or one for each row.
    sheet : the sheet's name.

    Examples
    --------
    >>> table = pd.DataFrame([["209", "15.9"]], index=[7])
    >>> areas = pd.DataFrame({"area_code": ["209"], "area_name": ["Lewisham"]}, index=[7])
    >>> gather_cells(table, areas, {"caseload": 1}, "2017").iloc[0].tolist()
    ['', '8', 'B', '209', 'Lewisham', '2017', 'caseload', '15.9']
    """
    place = areas.assign(sheet=sheet, row=(table.index + 1).astype(str), time_period=period)
    blocks = [
        place.assign(column=letter_column(column), measure=measure, value_as_published=table[column])
        for measure, column in columns.items()
    ]
    return pd.concat(blocks, ignore_index=True)[CELL_COLUMNS]


def name_areas(rows: pd.DataFrame, code: int, name: int) -> pd.DataFrame:
    """Give the code and the name of the area on each row, from the columns that hold them."""
    return pd.DataFrame({"area_code": rows[code], "area_name": rows[name]})
