"""Read Ofsted's inspections of local authority children's services: outcomes, visits, and dates on site."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.releases.cells import NEW_LAYOUT, gather_cells, read_delimited, read_heads
from lewisham_study.releases.spreadsheets import read_sheet, read_sheets

NAME = "Local authority name"
CODE = "Local authority area code"
REPORT_COLUMNS = ["framework", "inspection_start", "inspection_end"]
REPORT_COLUMNS += ["publication_date_from_site", "publication_date_printed"]


def read_ofsted_2023(path: Path, source_id: str) -> pd.DataFrame:
    """Read the 2023 underlying data: every inspection 2009-2023, a row for each authority, and visits of 2022-23."""
    sheet, last = "LA_inspections_2009-2023", "LA_level_in_year_2022-23"
    history, year = read_sheets(path, [sheet, last])
    headings = find_headings(history, path, sheet)
    if len(headings) != 2:
        raise DataError(shorten(path), f"two tables in {sheet}", str(len(headings)))
    tables = [unpivot_table(history, row, sheet, skip=4) for row in headings]
    return pd.concat([*tables, read_year(year, path, last)], ignore_index=True)


def read_ofsted_2024(path: Path, source_id: str) -> pd.DataFrame:
    """Read the visits of 2023-24 from the 2024 release; the 2025 release supersedes its judgements."""
    sheet = "Inspections_in_year_2023-24"
    return read_year(read_sheet(path, sheet), path, sheet)


def read_ofsted_2025(path: Path, source_id: str) -> pd.DataFrame:
    """Read the 2025 release: every ILACS inspection 2018-2025 with both dates, and the visits of 2024-25."""
    sheet, last = "ILACS_inspection_history", "In-year_inspections"
    history, year = read_sheets(path, [sheet, last])
    heading = find_headings(history, path, sheet)[0]
    check_headings(history, heading, ["Inspection date", "Publication date", "Overall effectiveness"], path, sheet)
    inspections = unpivot_table(history, heading, sheet, skip=5)
    return pd.concat([inspections, read_year(year, path, last)], ignore_index=True)


def read_year(table: pd.DataFrame, path: Path, sheet: str) -> pd.DataFrame:
    """Read a list of a year's inspections and visits."""
    heading = find_headings(table, path, sheet)[0]
    check_headings(table, heading, ["Inspection/Visit date", "Inspection/Visit type", "Visit Theme"], path, sheet)
    return unpivot_table(table, heading, sheet, skip=read_heads(table, heading).index("Inspection/Visit date"))


def read_ofsted_report_dates(path: Path, source_id: str) -> pd.DataFrame:
    """Read the dates on site and of publication taken from reports; an unreadable scan has only a framework."""
    table = read_delimited(path)
    check_headings(table, 0, ["old_la_code", "la_name_scraped", *REPORT_COLUMNS], path, "")
    cells = unpivot_table(table, 0, "", "old_la_code", "la_name_scraped")
    return cells[cells["measure"].isin(REPORT_COLUMNS)].reset_index(drop=True)


def find_headings(table: pd.DataFrame, path: Path, sheet: str) -> list[int]:
    """Return the rows that name the column of authorities."""
    rows = [int(row) for row in table.index[(table == NAME).any(axis=1)]]
    if not rows:
        raise DataError(shorten(path), f"a heading {NAME!r} in sheet {sheet!r}", "none", hint=NEW_LAYOUT)
    return rows


def check_headings(table: pd.DataFrame, heading: int, names: Sequence[str], path: Path, sheet: str) -> None:
    """Refuse a table that lacks a heading."""
    heads = read_heads(table, heading)
    missing = [name for name in names if name not in heads]
    if missing:
        place = f"{shorten(path)}, sheet {sheet}" if sheet else shorten(path)
        expected, found = f"the headings {', '.join(missing)}", ", ".join(heads)
        raise DataError(place, expected, found, row=heading + 1, hint=NEW_LAYOUT)


def unpivot_table(
    table: pd.DataFrame, heading: int, sheet: str, code: str = CODE, name: str = NAME, skip: int = 0
) -> pd.DataFrame:
    """Return the filled cells below a row of headings, down to the next empty name, from column `skip` on."""
    heads = read_heads(table, heading)
    body = table.loc[heading + 1 :]
    names = body[heads.index(name)].str.strip()
    body = body[(names != "").cumprod().astype(bool)]
    codes = body[heads.index(code)] if code in heads else ""
    areas = pd.DataFrame({"area_code": codes, "area_name": names[body.index]})
    columns = {place: head for place, head in enumerate(heads) if place >= skip}
    cells = gather_cells(body, areas, columns, sheet=sheet)
    filled = cells["value_as_published"].str.strip() != ""
    return cells[filled & (cells["measure"] != "")].reset_index(drop=True)
