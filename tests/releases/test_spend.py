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
from lewisham_study.raw.imports import READERS
from lewisham_study.raw.sources import read_releases, read_sources
from lewisham_study.releases.cells import CELL_COLUMNS
from lewisham_study.releases.spend import (
    HEADINGS_2012,
    LAIT_COLUMNS,
    LAIT_MEASURES,
    LINES_2016,
    RO3_LINE,
    RO3_MEASURES,
    RSX_TOTAL,
    SECTION_251_LAYOUTS,
    read_deflator,
    read_deflator_calendar,
    read_lait,
    read_ro3,
    read_ro3_workbook,
    read_rsx,
    read_section_251,
)

PROJECT = find_project()
PROVIDERS = list(HEADINGS_2012.providers)
HEADINGS = ["LA", "LA Name", "Description", "TotalExpenditure", "Income", "NetCurrentExpenditure", *PROVIDERS]


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
    return [
        [code, name, f"{line}  A  line", 100.5, 20, 80.5, 50, 30.5, 15, 5]
        for code, name in authorities
        for line in lines
    ]


def test_category_totals_are_read_gross_and_net(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a1.xlsx", "Table A1", [HEADINGS, *list_lines()])
    cells = read_section_251(path, "dfe-s251-2018-19")
    assert list(cells.columns) == CELL_COLUMNS
    assert len(cells) == 2 * (8 * 2 + 2 * 4)
    assert not cells["measure"].str.startswith("3.1.1 ").any()
    first = cells.iloc[0].tolist()
    assert first == ["Table A1", "2", "D", "209", "Lewisham", "2018-19", "3.0.5 A line | TotalExpenditure", "100.5"]
    assert set(cells.loc[cells["measure"].str.endswith("NetCurrentExpenditure"), "value_as_published"]) == {"80.5"}


def test_titles_above_the_headings_and_numbered_lines_are_allowed(tmp_path: Path) -> None:
    layout = SECTION_251_LAYOUTS["2011-12"]
    amounts = [*layout.headings.measures, *PROVIDERS]
    headings = ["LA", "LA Name", "LineNumber", "CYPServiceDescription", *amounts]
    rows = [[209, "Lewisham", int(line), "Total", 1, 1, 1, 0, 0, 0] for line in layout.lines.split()]
    path = write_book(tmp_path / "a1.xlsx", layout.sheet, [["S251 Outturn 2011-12"], [], headings, *rows])
    cells = read_section_251(path, "dfe-s251-2011-12")
    assert cells["row"].astype(int).min() == 4
    assert set(cells["measure"]) == {f"Total | {amount}" for amount in amounts}


@pytest.mark.parametrize("year", ["2008-09", "2009-10", "2010-11"])
def test_the_years_before_have_headings_of_their_own(tmp_path: Path, year: str) -> None:
    sheet, lines, provided, names = SECTION_251_LAYOUTS[year]
    amounts = [*names.measures, *names.providers]
    numbered = year != "2008-09"
    headings = [names.code, names.name, *(["Line"] if numbered else []), "S52 Line Reference" + ":" * (not numbered)]
    rows = [
        [209, "Lewisham  ", *([int(line), "Total"] if numbered else [f"{line} Total"]), *range(len(amounts))]
        for line in lines.split()
    ]
    path = write_book(tmp_path / "a1.xlsx", sheet, [["S251 Outturn"], [], [], [*headings, *amounts], *rows])
    cells = read_section_251(path, f"dfe-s251-{year}")
    assert len(cells) == 2 * len(lines.split()) + len(names.providers) * len(provided.split())
    assert set(cells["area_name"]) == {"Lewisham"}
    voluntary = cells[cells["measure"].str.contains("(?i)voluntary")]
    assert set(voluntary["value_as_published"]) == {"3" if year == "2008-09" else "5"}


def test_lines_without_a_description_are_refused(tmp_path: Path) -> None:
    renamed = ["Line text" if heading == "Description" else heading for heading in HEADINGS]
    path = write_book(tmp_path / "a1.xlsx", "Table A1", [renamed, *list_lines()])
    with pytest.raises(DataError, match="one heading of CYPServiceDescription, Description"):
        read_section_251(path, "dfe-s251-2018-19")


@pytest.mark.parametrize(
    ("source_id", "sheet", "expected"),
    [
        ("dfe-s251-2019-20", "Table A1", "an outturn of 2008-09"),
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
    with pytest.raises(DataError, match="a heading 'LA Name' in the first 6 rows, found 0 of them"):
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


def write_ro3(path: Path, year: str, line: str, title: int = 7) -> Path:
    """Write a workbook of RO3: the line above its columns, an authority, a district and the sum of a class."""
    heads = ["E-code", "Local authority", "Class", *RO3_MEASURES]
    rows = [["E5018", "Lewisham", "L", 362, 362], ["E3831", "Adur", "SD", 0, 0], ["", "LONDON BOROUGHS", "L", 9, 9]]
    top = [["RO3"]] * title
    return write_book(path, f"RO3 LA Data {year}", [*top, ["", "", "", line], [], heads, *rows])


def test_ro3_as_a_workbook_is_read_for_authorities_with_the_service(tmp_path: Path) -> None:
    cells = read_ro3_workbook(write_ro3(tmp_path / "ro3.xlsx", "2011-12", RO3_LINE), "mhclg-ro3-2011-12")
    assert list(cells.columns) == CELL_COLUMNS
    assert cells["measure"].tolist() == [f"{RO3_LINE} | {measure}" for measure in RO3_MEASURES]
    assert cells.iloc[0].tolist()[:6] == ["RO3 LA Data 2011-12", "11", "D", "E5018", "Lewisham", "2011-12"]
    assert cells["value_as_published"].tolist() == ["362", "362"]


@pytest.mark.parametrize(
    ("source_id", "line", "title", "expected"),
    [
        ("mhclg-ro3-2009-10", RO3_LINE, 7, "an outturn of 2010-11, 2011-12"),
        ("mhclg-ro3-2011-12", "TOTAL SOCIAL CARE", 7, "one heading each of TOTAL CHILDREN SOCIAL CARE"),
        ("mhclg-ro3-2011-12", RO3_LINE, 20, "a heading 'E-code' in the first 12 rows"),
    ],
)
def test_another_workbook_of_ro3_is_refused(
    tmp_path: Path, source_id: str, line: str, title: int, expected: str
) -> None:
    path = write_ro3(tmp_path / "ro3.xlsx", "2011-12", line, title)
    with pytest.raises(DataError, match=expected):
        read_ro3_workbook(path, source_id)


def test_total_service_expenditure_is_read_by_ons_code(tmp_path: Path) -> None:
    heads = [
        "E-code",
        "ONS Code",
        "Local authority",
        "Class",
        *(f"{RSX_TOTAL} - {measure}" for measure in RO3_MEASURES),
    ]
    rows = [
        ["E5018", "E09000023", "Lewisham", "LB", 990170.89, 777910.82],
        ["E4601", "E08000025", "Birmingham", "MD", "[x]", "[x]"],
        ["E3831", "E07000223", "Adur", "SD", 1, 1],
        ["[Y]", "E09", "London Boroughs", "LB", 2, 2],
    ]
    path = write_book(tmp_path / "rsx.xlsx", "RSX_LA_Data_202425", [["RSX"], [], heads, *rows])
    cells = read_rsx(path, "mhclg-rsx-2024-25")
    assert cells["area_code"].tolist() == ["E09000023", "E08000025"] * 2
    assert cells["value_as_published"].tolist() == ["990170.89", "[x]", "777910.82", "[x]"]
    assert set(cells["time_period"]) == {"2024-25"}


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize(
    "source_id",
    [
        *(f"dfe-s251-{year}" for year in SECTION_251_LAYOUTS),
        "dfe-lait-2025",
        "dfe-lait-2026",
        "mhclg-ro3-2010-11",
        "mhclg-ro3-2011-12",
        "mhclg-ro3-2012-13",
        "mhclg-ro3-2024-25",
        "mhclg-rsx-2024-25",
    ],
)
def test_the_official_file_gives_the_figures_in_the_project(source_id: str) -> None:
    official = PROJECT.root.parent / "shared" / "data" / "official"
    if not official.is_dir():
        pytest.skip(
            "no official releases in ../shared/data/official: data/raw/sources.csv says where each is published"
        )
    reader = READERS[read_releases(PROJECT.coding).set_index("source_id")["family"][source_id]]
    read = reader(official / read_sources(PROJECT.raw).set_index("source_id")["file"][source_id], source_id)
    held = read_figures(PROJECT.raw, "spend")
    held = held[held["source_id"] == source_id]
    place = ["sheet", "row", "column"]
    pd.testing.assert_frame_equal(
        read.sort_values(place, ignore_index=True), held[CELL_COLUMNS].sort_values(place, ignore_index=True)
    )


INDEX_HEAD = "fiscal_year_start,fiscal_year,gdp_deflator,cpi_index,cpih_index,is_forecast"


def test_a_year_without_an_index_has_no_cell(tmp_path: Path) -> None:
    path = tmp_path / "deflator.csv"
    path.write_text(f"{INDEX_HEAD}\n2024,2024-25,100.0000,134.7833,134.0417,false\n2025,2025-26,103.2388,,,true\n")
    cells = read_deflator(path, "hmt-deflator-2026-03")
    assert set(cells["area_name"]) == {"United Kingdom"}
    assert cells[["row", "column", "time_period", "measure", "value_as_published"]].to_numpy().tolist() == [
        ["2", "C", "2024-25", "gdp_deflator", "100.0000"],
        ["3", "C", "2025-26", "gdp_deflator", "103.2388"],
        ["2", "D", "2024-25", "cpi_index", "134.7833"],
        ["2", "E", "2024-25", "cpih_index", "134.0417"],
        ["2", "F", "2024-25", "is_forecast", "false"],
        ["3", "F", "2025-26", "is_forecast", "true"],
    ]


def test_a_deflator_by_calendar_year_is_not_read_as_one_by_financial_year(tmp_path: Path) -> None:
    path = tmp_path / "deflator.csv"
    path.write_text('"year","value"\n2024,100\n')
    with pytest.raises(DataError, match="'fiscal_year' 0 times"):
        read_deflator(path, "hmt-deflator-2026-03")
    cells = read_deflator_calendar(path, "hmt-deflator-calendar-2025-12")
    assert cells.loc[0, ["time_period", "value_as_published"]].tolist() == ["2024", "100"]
