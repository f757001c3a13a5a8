"""Readers of the outturn of children's services."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.figures import read_figures
from lewisham_study.raw.sources import read_sources
from lewisham_study.releases.cells import CELL_COLUMNS
from lewisham_study.releases.spend import (
    LAIT_COLUMNS,
    LAIT_MEASURES,
    LINES_2016,
    RO3_LINE,
    RO3_MEASURES,
    SECTION_251_LAYOUTS,
    read_lait,
    read_ro3,
    read_section_251,
)

PROJECT = find_project()
HEADINGS = ["LA", "LA Name", "Description", "TotalExpenditure", "Income", "NetCurrentExpenditure"]


def write_book(path: Path, sheet: str, rows: Sequence[Sequence[object]]) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def list_lines(authorities: Sequence[tuple[int, str]] = ((209, "Lewisham"), (208, "Lambeth"))) -> list[list[object]]:
    """Return the lines of 2018-19 for each authority, with one that is not a total."""
    lines = [*LINES_2016.split(), "3.1.1"]
    return [[code, name, f"{line}  A  line", 100.5, 20, 80.5] for code, name in authorities for line in lines]


def test_category_totals_are_read_gross_and_net(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a1.xlsx", "Table A1", [HEADINGS, *list_lines()])
    cells = read_section_251(path, "dfe-s251-2018-19")
    assert list(cells.columns) == CELL_COLUMNS
    assert len(cells) == 2 * 8 * 2
    assert not cells["measure"].str.startswith("3.1.1 ").any()
    first = cells.iloc[0].tolist()
    assert first == ["Table A1", "2", "D", "209", "Lewisham", "2018-19", "3.0.5 A line | TotalExpenditure", "100.5"]
    assert set(cells.loc[cells["measure"].str.endswith("NetCurrentExpenditure"), "value_as_published"]) == {"80.5"}


def test_titles_above_the_headings_and_numbered_lines_are_allowed(tmp_path: Path) -> None:
    sheet, lines = SECTION_251_LAYOUTS["2011-12"]
    headings = ["LA", "LA Name", "LineNumber", "CYPServiceDescription", "TotalExpenditure", "NetCurrentExpenditure"]
    rows = [[209, "Lewisham", int(line), "Total", 1, 1] for line in lines.split()]
    path = write_book(tmp_path / "a1.xlsx", sheet, [["S251 Outturn 2011-12"], [], headings, *rows])
    cells = read_section_251(path, "dfe-s251-2011-12")
    assert cells["row"].astype(int).min() == 4
    assert set(cells["measure"]) == {"Total | TotalExpenditure", "Total | NetCurrentExpenditure"}


@pytest.mark.parametrize(
    ("source_id", "sheet", "expected"),
    [
        ("dfe-s251-2019-20", "Table A1", "an outturn of 2011-12"),
        ("dfe-s251-2017-18", "Sheet1", "a sheet 'Table A1', found Sheet1"),
    ],
)
def test_an_unknown_year_or_sheet_is_refused(tmp_path: Path, source_id: str, sheet: str, expected: str) -> None:
    path = write_book(tmp_path / "a1.xlsx", sheet, [HEADINGS, *list_lines()])
    with pytest.raises(DataError, match=expected):
        read_section_251(path, source_id)


def test_a_missing_column_is_refused(tmp_path: Path) -> None:
    renamed = ["Net" if heading == "NetCurrentExpenditure" else heading for heading in HEADINGS]
    path = write_book(tmp_path / "a1.xlsx", "Table A1", [renamed, *list_lines()])
    with pytest.raises(DataError, match="'NetCurrentExpenditure' 0 times"):
        read_section_251(path, "dfe-s251-2018-19")


def test_headings_must_be_near_the_top(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a1.xlsx", "Table A1", [["title"]] * 8 + [HEADINGS, *list_lines()])
    with pytest.raises(DataError, match="a heading 'LA Name' in the first six rows, found 0 of them"):
        read_section_251(path, "dfe-s251-2018-19")


@pytest.mark.parametrize("change", ["lost", "twice", "all lost"])
def test_each_authority_must_have_each_line_once(tmp_path: Path, change: str) -> None:
    rows = list_lines()
    rows = {"lost": rows[1:], "twice": [rows[0], *rows], "all lost": rows[8:9]}[change]
    path = write_book(tmp_path / "a1.xlsx", "Table A1", [HEADINGS, *rows])
    with pytest.raises(DataError, match="once for each authority"):
        read_section_251(path, "dfe-s251-2018-19")


def test_a_file_that_is_not_a_spreadsheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a1.xlsx"
    path.write_text("<html>")
    with pytest.raises(DataError, match="expected a spreadsheet"):
        read_section_251(path, "dfe-s251-2018-19")


def make_lait(measures: Sequence[str]) -> pd.DataFrame:
    rows = [[m, "2021-22 (OT)", "Lewisham", "82772797", 209.0] for m in ["RTA", *measures]]
    return pd.DataFrame(rows, columns=LAIT_COLUMNS)


def test_finance_measures_are_read_from_lait(tmp_path: Path) -> None:
    make_lait(LAIT_MEASURES).to_parquet(tmp_path / "lait.parquet")
    cells = read_lait(tmp_path / "lait.parquet", "dfe-lait-2026")
    assert list(cells.columns) == CELL_COLUMNS
    assert cells["measure"].tolist() == LAIT_MEASURES
    first = cells.iloc[0].tolist()
    assert first == ["", "2", "D", "209", "Lewisham", "2021-22 (OT)", "C&YPExpenditure", "82772797"]


def test_lait_without_a_measure_or_a_column_is_refused(tmp_path: Path) -> None:
    make_lait(LAIT_MEASURES[1:]).to_parquet(tmp_path / "lait.parquet")
    with pytest.raises(DataError, match="the measures C&YPExpenditure"):
        read_lait(tmp_path / "lait.parquet", "dfe-lait-2026")
    make_lait(LAIT_MEASURES).drop(columns="Years").to_parquet(tmp_path / "lait.parquet")
    with pytest.raises(DataError, match="'Years' 0 times"):
        read_lait(tmp_path / "lait.parquet", "dfe-lait-2026")


def test_a_file_that_is_not_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lait.parquet").write_text("Short Desc,Years")
    with pytest.raises(DataError, match="expected a parquet file"):
        read_lait(tmp_path / "lait.parquet", "dfe-lait-2026")


@pytest.mark.parametrize(("separator", "code"), [(" | ", "E-code"), (" - ", "ONS Code")])
def test_ro3_is_read_under_either_form_of_heading(tmp_path: Path, separator: str, code: str) -> None:
    measures = [f"{RO3_LINE}{separator}{measure}" for measure in RO3_MEASURES]
    path = tmp_path / "ro3.csv"
    pd.DataFrame([["E5018", "Lewisham", "[x]", "75200"]], columns=[code, "Local authority", *measures]).to_csv(
        path, index=False
    )
    cells = read_ro3(path, "mhclg-ro3-2018-19")
    assert cells["value_as_published"].tolist() == ["[x]", "75200"]
    assert cells["measure"].tolist() == measures
    assert set(cells["time_period"]) == {"2018-19"}
    assert set(cells["area_code"]) == {"E5018"}


def test_ro3_without_its_total_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ro3.csv"
    path.write_text("E-code,Local authority,TOTAL SOCIAL CARE | Employees (C1)\nE5018,Lewisham,1\n")
    with pytest.raises(DataError, match="TOTAL CHILDREN SOCIAL CARE"):
        read_ro3(path, "mhclg-ro3-2018-19")


@pytest.mark.shared
@pytest.mark.parametrize(
    "source_id",
    [
        *(f"dfe-s251-{year}" for year in SECTION_251_LAYOUTS),
        "dfe-lait-2025",
        "dfe-lait-2026",
        "mhclg-ro3-2012-13",
        "mhclg-ro3-2024-25",
    ],
)
def test_the_official_file_gives_the_figures_in_the_project(official: Path, source_id: str) -> None:
    reader = {"dfe-s251": read_section_251, "dfe-lait": read_lait, "mhclg-ro": read_ro3}[source_id[:8]]
    read = reader(official / read_sources(PROJECT.raw).set_index("source_id")["file"][source_id], source_id)
    held = read_figures(PROJECT.raw, "spend")
    held = held[held["source_id"] == source_id]
    place = ["sheet", "row", "column"]
    pd.testing.assert_frame_equal(
        read.sort_values(place, ignore_index=True), held[CELL_COLUMNS].sort_values(place, ignore_index=True)
    )
