"""Price indices: HM Treasury's GDP deflator and, beside it, the consumer price indices."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.releases.cells import find_columns, gather_cells
from lewisham_study.releases.csv import read_delimited

AREA = "United Kingdom"


def read_deflator(path: Path, source_id: str) -> pd.DataFrame:
    """Read the indices by financial year.

    Parameters
    ----------
    path : the CSV file as held.
    source_id : the release.

    Returns
    -------
    pandas.DataFrame
        `cells.CELL_COLUMNS`; `is_forecast` is a cell like the others. Years without an index have no cell of it.

    Raises
    ------
    DataError
        Where a heading is missing.
    """
    return read_indices(path, "fiscal_year", ["gdp_deflator", "cpi_index", "cpih_index", "is_forecast"])


def read_deflator_calendar(path: Path, source_id: str) -> pd.DataFrame:
    """Read the deflator by calendar year: a check, never to be used on financial years."""
    return read_indices(path, "year", ["value"])


def read_indices(path: Path, period: str, headings: list[str]) -> pd.DataFrame:
    """Read some columns of a file with a row a period."""
    table = read_delimited(path)
    places = find_columns(table, [period, *headings], path)
    rows = table.loc[1:]
    areas = pd.DataFrame({"area_code": "", "area_name": AREA}, index=rows.index)
    cells = gather_cells(rows, areas, {heading: places[heading] for heading in headings}, rows[places[period]])
    return cells[cells["value_as_published"] != ""].reset_index(drop=True)
