"""Read DfE's Explore education statistics: a row for each area, year and category, headings in the first line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.releases.cells import NEW_LAYOUT, find_columns, gather_cells, list_row_areas
from lewisham_study.releases.csv import read_delimited

AREA_HEADINGS = ["old_la_code", "la_name", "region_code", "region_name", "country_code", "country_name"]


def read_categories(path: Path, column: str, headings: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Read some columns of some categories; `column` is the heading above the categories.

    The measure is category and heading, as in `Children in Need | At31_episodes`.
    """
    table = read_delimited(path)
    places = find_columns(table, ["time_period", *AREA_HEADINGS, column], path)
    rows = table.loc[1:]
    category = rows[places[column]]
    known = [name for name in headings if (category == name).any()]
    if not known:
        found = ", ".join(repr(name) for name in category.unique()[:5]) or "no rows"
        raise DataError(shorten(path), f"{column} {' or '.join(map(repr, headings))}", found, hint=NEW_LAYOUT)
    areas = list_row_areas(rows, [places[heading] for heading in AREA_HEADINGS])
    blocks = []
    for name in known:
        chosen, columns = category == name, find_columns(table, headings[name], path)
        measures = {f"{name} | {heading}": place for heading, place in columns.items()}
        blocks.append(gather_cells(rows[chosen], areas[chosen], measures, rows[places["time_period"]]))
    return pd.concat(blocks, ignore_index=True)
