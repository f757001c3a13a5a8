"""Read the share of children in low-income families (DfE) and the Indices of Deprivation (MHCLG)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.releases.cells import NEW_LAYOUT, find_columns, gather_cells, list_row_areas, read_heads
from lewisham_study.releases.csv import read_delimited
from lewisham_study.releases.spend import read_lait_measures
from lewisham_study.releases.spreadsheets import read_sheets

LOW_INCOME = "ChildPov"
SHEETS = {"IMD": ["Average score", "Rank of average score"], "IDACI": ["Average score"]}
"""What is read of each sheet of the upper-tier summaries: the ends of headings."""
DOMAINS = {
    "Index of Multiple Deprivation": ["average_score", "rank_average_score"],
    "Income Deprivation Affecting Children": ["average_score"],
}
"""What is read of each domain of the summary for districts."""


def read_low_income(path: Path, source_id: str) -> pd.DataFrame:
    """Read the percentage of children under 16 in low-income families (before housing costs).

    The table of April 2025 is the last that starts in the year ending March 2015; the next one starts in 2022.
    """
    return read_lait_measures(path, [LOW_INCOME])


def read_upper_tier(path: Path, source_id: str) -> pd.DataFrame:
    """Read average scores, and the rank of the first, from an index's summary for upper-tier authorities.

    `source_id` ends in the year of the index. The code and the name stand in the first two columns.
    """
    parts = []
    for (sheet, ends), table in zip(SHEETS.items(), read_sheets(path, list(SHEETS)), strict=True):
        heads = read_heads(table)
        found = {end: [head for head in heads if head.endswith(f" - {end}")] for end in ends}
        wrong = [end for end, names in found.items() if len(names) != 1]
        if wrong:
            expected = f"one heading that ends in {wrong[0]!r} in sheet {sheet}"
            raise DataError(shorten(path), expected, f"{len(found[wrong[0]])} of them", row=1, hint=NEW_LAYOUT)
        columns = {names[0]: heads.index(names[0]) for names in found.values()}
        rows = table.loc[1:]
        parts.append(gather_cells(rows, list_row_areas(rows, [0, 1]), columns, source_id[-4:], sheet))
    return pd.concat(parts, ignore_index=True)


def read_districts(path: Path, source_id: str) -> pd.DataFrame:
    """Read average scores, and the rank of the first, from an index's summary for districts.

    `source_id` ends in the year of the index.
    """
    table = read_delimited(path)
    names = [*dict.fromkeys(name for names in DOMAINS.values() for name in names)]
    places = find_columns(table, ["area_code", "area_name", "index_domain", *names], path)
    parts = []
    for domain, headings in DOMAINS.items():
        rows = table.loc[1:][(table[places["index_domain"]] == domain).loc[1:]]
        if rows.empty:
            raise DataError(shorten(path), f"rows of {domain!r}", "none", hint=NEW_LAYOUT)
        areas = list_row_areas(rows, [places["area_code"], places["area_name"]])
        cells = gather_cells(rows, areas, {name: places[name] for name in headings}, source_id[-4:])
        parts.append(cells.assign(measure=domain + " | " + cells["measure"]))
    return pd.concat(parts, ignore_index=True)
