"""Read lists of authorities: DfE's numbers, Ofsted's provider numbers and statistical neighbours."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.releases.cells import find_columns, gather_cells, list_row_areas, read_columns, read_delimited
from lewisham_study.releases.spreadsheets import read_sheet

SHEET = "Sheet1"
RANKS = range(1, 11)


def read_authority_codes(path: Path, source_id: str) -> pd.DataFrame:
    """Read DfE's list of authority numbers: the region and type of each authority and region."""
    return read_columns(read_sheet(path, SHEET), path, ["LA Number", "LA Name"], ["Region", "Type"], sheet=SHEET)


def read_provider_numbers(path: Path, source_id: str) -> pd.DataFrame:
    """Read Ofsted's provider number and the ONS code of each authority, including abolished ones."""
    return read_columns(read_delimited(path), path, ["la_code", "local_authority_ons_name"], ["urn", "la_code_new"])


def read_neighbours_2021(path: Path, source_id: str) -> pd.DataFrame:
    """Read the model of April 2021: 152 authorities and, below an empty row, the four that it replaced.

    The ten closeness columns are all headed `SNP`; they are returned as `SN1 | SNP` to `SN10 | SNP`.
    """
    table = read_delimited(path)
    places = find_columns(table, ["LA num", "LA Name", *(f"SN{rank}" for rank in RANKS)], path)
    columns: dict[int, str] = {}
    for rank in RANKS:
        place = places[f"SN{rank}"]
        right = table.loc[0].get(place + 1, "")
        if right != "SNP":
            raise DataError(shorten(path), f"the heading 'SNP' right of 'SN{rank}'", repr(right), row=1)
        columns |= {place: f"SN{rank}", place + 1: f"SN{rank} | SNP"}
    rows = table.loc[1:]
    rows = rows[rows[places["LA num"]] != ""]
    return gather_cells(rows, list_row_areas(rows, [places["LA num"], places["LA Name"]]), columns, "2021")


def read_neighbours_2025(path: Path, source_id: str) -> pd.DataFrame:
    """Read the model of 2025: 153 authorities, their neighbours (`SN_1`) and how close each is (`SN_1P`)."""
    headings = [heading for rank in RANKS for heading in (f"SN_{rank}", f"SN_{rank}P")]
    return read_columns(read_delimited(path), path, ["old_la_code", "la_name"], headings, "2025")
