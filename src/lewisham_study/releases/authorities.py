"""Authorities by number and code: DfE's list for the interactive tool, and Ofsted's provider numbers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.releases.cells import find_columns, gather_cells, name_areas
from lewisham_study.releases.delimited import read_delimited
from lewisham_study.releases.spreadsheets import read_sheet

SHEET = "Sheet1"


def read_authority_codes(path: Path, source_id: str) -> pd.DataFrame:
    """Read DfE's list of authority numbers, with the region and kind of each.

    Parameters
    ----------
    path : the spreadsheet as published.
    source_id : the release.

    Returns
    -------
    pandas.DataFrame
        `cells.CELL_COLUMNS`: a row for the region and the type of each authority and region.

    Raises
    ------
    DataError
        Where the sheet or a heading is missing.
    """
    table = read_sheet(path, SHEET)
    places = find_columns(table, ["LA Number", "LA Name", "Region", "Type"], path)
    measures = {name: places[name] for name in ("Region", "Type")}
    areas = name_areas(table.loc[1:], places["LA Number"], places["LA Name"])
    return gather_cells(table.loc[1:], areas, measures, "", SHEET)


def read_provider_numbers(path: Path, source_id: str) -> pd.DataFrame:
    """Read Ofsted's provider number and the ONS code of each authority, abolished ones too."""
    table = read_delimited(path)
    places = find_columns(table, ["urn", "la_code", "la_code_new", "local_authority_ons_name"], path)
    measures = {name: places[name] for name in ("urn", "la_code_new")}
    areas = name_areas(table.loc[1:], places["la_code"], places["local_authority_ons_name"])
    return gather_cells(table.loc[1:], areas, measures, "")
