"""Ofsted's inspections of local authority children's services: outcomes, visits, and dates on site."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.releases.cells import CELL_COLUMNS, letter_column
from lewisham_study.releases.csv import read_delimited
from lewisham_study.releases.spreadsheets import read_sheets

NAME = "Local authority name"
REPORT_COLUMNS = [
    "framework",
    "inspection_start",
    "inspection_end",
    "publication_date_from_site",
    "publication_date_printed",
]


def read_ofsted_2023(path: Path, source_id: str) -> pd.DataFrame:
    """Read the 2023 underlying data: every inspection 2009–2023, a row an authority, and the visits of 2022-23.

    Parameters
    ----------
    path : the ODS file as published.
    source_id : the release, for messages.

    Returns
    -------
    pandas.DataFrame
        `cells.CELL_COLUMNS`, one row per cell that holds something; dates in ISO form.

    Raises
    ------
    DataError
        Where a sheet or a heading is not where this layout has it.
    """
    sheet, last = "LA_inspections_2009-2023", "LA_level_in_year_2022-23"
    history, year = read_sheets(path, [sheet, last])
    headings = find_headings(history, path, sheet)
    if len(headings) != 2:
        raise DataError(shorten(path), f"two tables in {sheet}", str(len(headings)))
    tables = [unpivot_table(history, row, sheet, skip=4) for row in headings]
    return pd.concat([*tables, read_year(year, path, last)], ignore_index=True)


def read_ofsted_2024(path: Path, source_id: str) -> pd.DataFrame:
    """Read the 2024 release: the visits of 2023-24; its judgements are superseded by the 2025 release."""
    sheet = "Inspections_in_year_2023-24"
    return read_year(read_sheets(path, [sheet])[0], path, sheet)


def read_ofsted_2025(path: Path, source_id: str) -> pd.DataFrame:
    """Read the 2025 release: every ILACS inspection 2018–2025 with both dates, and the visits of 2024-25."""
    sheet, last = "ILACS_inspection_history", "In-year_inspections"
    history, year = read_sheets(path, [sheet, last])
    headings = find_headings(history, path, sheet)
    require(history, headings[0], ["Inspection date", "Publication date", "Overall effectiveness"], path, sheet)
    inspections = unpivot_table(history, headings[0], sheet, skip=5)
    return pd.concat([inspections, read_year(year, path, last)], ignore_index=True)


def read_year(table: pd.DataFrame, path: Path, sheet: str) -> pd.DataFrame:
    """Read a list of a year's inspections and visits."""
    heading = find_headings(table, path, sheet)[0]
    require(table, heading, ["Inspection/Visit date", "Inspection/Visit type", "Visit Theme"], path, sheet)
    first = read_heads(table, heading).index("Inspection/Visit date")
    return unpivot_table(table, heading, sheet, skip=first)


def read_ofsted_report_dates(path: Path, source_id: str) -> pd.DataFrame:
    """Read the dates on site and of publication that were read off the reports' first pages.

    Returns
    -------
    pandas.DataFrame
        `cells.CELL_COLUMNS`; scans that could not be read have no dates and so no rows but their framework's.
    """
    table = read_delimited(path)
    require(table, 0, ["old_la_code", "la_name_scraped", *REPORT_COLUMNS], path, "")
    heads = read_heads(table, 0)
    cells = unpivot_cells(table, 0, "", heads.index("old_la_code"), heads.index("la_name_scraped"))
    return cells[cells["measure"].isin(REPORT_COLUMNS)].reset_index(drop=True)


def find_headings(table: pd.DataFrame, path: Path, sheet: str) -> list[int]:
    """Find the rows of headings: those that name the column of authorities."""
    rows = [int(row) for row in table.index[(table == NAME).any(axis=1)]]
    if not rows:
        hint = "has the release's layout changed? then its reader must change too"
        raise DataError(shorten(path), f"a heading {NAME!r} in sheet {sheet!r}", "none", hint=hint)
    return rows


def require(table: pd.DataFrame, heading: int, names: Sequence[str], path: Path, sheet: str) -> None:
    """Refuse a table that lacks a heading."""
    heads = read_heads(table, heading)
    missing = [name for name in names if name not in heads]
    if missing:
        place = f"{shorten(path)}, sheet {sheet}" if sheet else shorten(path)
        hint = "has the release's layout changed? then its reader must change too"
        raise DataError(place, f"the headings {', '.join(missing)}", ", ".join(heads), row=heading + 1, hint=hint)


def unpivot_table(table: pd.DataFrame, heading: int, sheet: str, skip: int) -> pd.DataFrame:
    """Give the cells of a table of authorities, from the column `skip` on, as rows."""
    heads = read_heads(table, heading)
    code = heads.index("Local authority area code") if "Local authority area code" in heads else None
    return unpivot_cells(table, heading, sheet, code, heads.index(NAME), skip)


def unpivot_cells(
    table: pd.DataFrame, heading: int, sheet: str, code: int | None, name: int, skip: int = 0
) -> pd.DataFrame:
    """Give the filled cells below a row of headings, down to the next empty name, as rows of `CELL_COLUMNS`."""
    heads = read_heads(table, heading)
    body = table.loc[heading + 1 :]
    empty = body.index[body[name].str.strip() == ""]
    body = body.loc[: empty[0] - 1] if len(empty) else body
    long = body.loc[:, skip:].melt(ignore_index=False, var_name="place", value_name="value_as_published")
    place = long["place"].astype(int)
    cells = pd.DataFrame(
        {
            "sheet": sheet,
            "row": (long.index + 1).astype(str),
            "column": place.map(letter_column),
            "area_code": body[code].reindex(long.index) if code is not None else "",
            "area_name": body[name].reindex(long.index).str.strip(),
            "time_period": "",
            "measure": place.map(dict(enumerate(heads))),
            "value_as_published": long["value_as_published"],
        }
    )
    filled = cells["value_as_published"].str.strip() != ""
    return cells.loc[filled & (cells["measure"] != ""), CELL_COLUMNS].reset_index(drop=True)


def read_heads(table: pd.DataFrame, row: int) -> list[str]:
    """Give the headings that stand in a row."""
    return [squeeze(str(head)) for head in table.loc[row]]


def squeeze(text: str) -> str:
    r"""Give a heading with its line breaks and double spaces made one space.

    Examples
    --------
    >>> squeeze("First SIF Overall  Judgement\n(OE)")
    'First SIF Overall Judgement (OE)'
    """
    return " ".join(text.split())
