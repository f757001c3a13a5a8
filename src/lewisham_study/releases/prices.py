"""Read price indices: HM Treasury's GDP deflator, and the consumer price indices published with it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.releases.cells import find_columns, gather_cells
from lewisham_study.releases.csv import read_delimited

AREA = "United Kingdom"


def read_deflator(path: Path, source_id: str) -> pd.DataFrame:
    """Read the indices by financial year; whether an index is a forecast is a cell of its own."""
    return read_indices(path, "fiscal_year", ["gdp_deflator", "cpi_index", "cpih_index", "is_forecast"])


def read_deflator_calendar(path: Path, source_id: str) -> pd.DataFrame:
    """Read the deflator by calendar year, which checks the other and is never applied to financial years."""
    return read_indices(path, "year", ["value"])


def read_indices(path: Path, period: str, headings: list[str]) -> pd.DataFrame:
    """Read some columns of a file with a row for each period; empty cells are left out."""
    table = read_delimited(path)
    places = find_columns(table, [period, *headings], path)
    rows = table.loc[1:]
    areas = pd.DataFrame({"area_code": "", "area_name": AREA}, index=rows.index)
    cells = gather_cells(rows, areas, {heading: places[heading] for heading in headings}, rows[places[period]])
    return cells[cells["value_as_published"] != ""].reset_index(drop=True)
