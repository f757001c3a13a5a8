"""The layout of DfE's Explore education statistics: a row per area, year and category, headings in the first line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.releases.cells import find_columns, gather_cells
from lewisham_study.releases.csv import read_delimited

AREA_HEADINGS = ["old_la_code", "la_name", "region_code", "region_name", "country_code", "country_name"]


def read_categories(path: Path, column: str, headings: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Read the figures of some categories of a release.

    Parameters
    ----------
    path : the CSV file as published.
    column : heading of the column that names the category.
    headings : the columns to read of each category; rows of other categories are left out.

    Returns
    -------
    pandas.DataFrame
        `cells.CELL_COLUMNS`; `measure` is category and heading, as in `Children in Need | At31_episodes`.

    Raises
    ------
    DataError
        Where a heading is missing, or the file has none of the categories.
    """
    table = read_delimited(path)
    places = find_columns(table, ["time_period", *AREA_HEADINGS, column], path)
    rows = table.loc[1:]
    category = rows[places[column]]
    found = [name for name in headings if (category == name).any()]
    if not found:
        got = ", ".join(repr(name) for name in category.unique()[:5])
        hint = "is this the release that was named? a new layout needs its reader changed"
        raise DataError(shorten(path), f"{column} {' or '.join(map(repr, headings))}", got or "no rows", hint=hint)
    blocks = []
    for name in found:
        chosen = rows[category == name]
        columns = find_columns(table, headings[name], path)
        areas = list_row_areas(chosen, [places[heading] for heading in AREA_HEADINGS])
        measures = {f"{name} | {heading}": place for heading, place in columns.items()}
        blocks.append(gather_cells(chosen, areas, measures, chosen[places["time_period"]]))
    return pd.concat(blocks, ignore_index=True)


def list_row_areas(rows: pd.DataFrame, places: list[int]) -> pd.DataFrame:
    """Give the smallest area that each row names: the authority, else the region, else the country.

    Parameters
    ----------
    rows : the rows of a release.
    places : columns of the code and name of the authority, of the region and of the country.

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
