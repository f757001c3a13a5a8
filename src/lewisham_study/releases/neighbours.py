"""DfE's statistical neighbours of each authority: the models of 2021 and 2025."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.releases.cells import find_columns, gather_cells, name_areas
from lewisham_study.releases.delimited import read_delimited

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
