"""Authorities by number and code: DfE's list for the interactive tool, and Ofsted's provider numbers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.releases.cells import find_columns, gather_cells, name_areas
from lewisham_study.releases.csv import read_delimited
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


RANKS = range(1, 11)


def read_neighbours_2021(path: Path, source_id: str) -> pd.DataFrame:
    """Read the model of April 2021: 152 authorities, and below a gap the four that it replaced.

    Parameters
    ----------
    path : the CSV file as published.
    source_id : the release.

    Returns
    -------
    pandas.DataFrame
        `cells.CELL_COLUMNS`: `SN1` to `SN10` hold the neighbours' numbers; the ten columns named `SNP`, each
        after its neighbour, hold how close it is and are called `SN1 | SNP` to `SN10 | SNP`.

    Raises
    ------
    DataError
        Where a heading is not where this layout has it.
    """
    table = read_delimited(path)
    places = find_columns(table, ["LA num", "LA Name", *(f"SN{rank}" for rank in RANKS)], path)
    columns: dict[str, int] = {}
    for rank in RANKS:
        place = places[f"SN{rank}"]
        right = table.loc[0].get(place + 1, "")
        if right != "SNP":
            raise DataError(shorten(path), f"the heading 'SNP' right of 'SN{rank}'", repr(right), row=1)
        columns |= {f"SN{rank}": place, f"SN{rank} | SNP": place + 1}
    rows = table.loc[1:]
    rows = rows[rows[places["LA num"]] != ""]
    return gather_cells(rows, name_areas(rows, places["LA num"], places["LA Name"]), columns, "2021")


def read_neighbours_2025(path: Path, source_id: str) -> pd.DataFrame:
    """Read the model of 2025: 153 authorities; `SN_1` to `SN_10` and how close each is, `SN_1P` to `SN_10P`."""
    table = read_delimited(path)
    headings = [heading for rank in RANKS for heading in (f"SN_{rank}", f"SN_{rank}P")]
    places = find_columns(table, ["old_la_code", "la_name", *headings], path)
    rows = table.loc[1:]
    areas = name_areas(rows, places["old_la_code"], places["la_name"])
    return gather_cells(rows, areas, {heading: places[heading] for heading in headings}, "2025")
