"""Ofsted's readers: cells with their place; an unknown layout is refused."""

from pathlib import Path

import openpyxl
import pytest

from lewisham_study.errors import DataError
from lewisham_study.releases import ofsted

HISTORY = [
    ["ILACS inspection history"],
    [None],
    [
        "Web link",
        "Local authority area code",
        "Local authority name",
        "Local authority status",
        "Ofsted region",
        "Inspection date",
        "Publication date",
        "Inspection type",
        "Overall\neffectiveness",
    ],
    [
        "x",
        "E09000023",
        "Lewisham",
        "Current",
        "London",
        "2019-07-08",
        "2019-08-19",
        "ILACS Standard Inspection",
        "Good",
    ],
    ["x", "E09000024", "Merton", "Current", "London", "2017-01-01", "", "", " -"],
]
YEAR = [
    ["Inspections in year"],
    [None],
    ["Web link", "Local authority name", "Region", "Inspection/Visit date", "Inspection/Visit type", "Visit Theme"],
    ["x", "Bexley", "London", "2024-05-07", "ILACS Focused Visit", "Front door"],
]


def write_book(path: Path, **sheets: list[list[str | None]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_each_filled_cell_of_the_history_is_read_with_its_place(tmp_path):
    path = write_book(tmp_path / "o.xlsx", **{"ILACS_inspection_history": HISTORY, "In-year_inspections": YEAR})
    cells = ofsted.read_ofsted_2025(path, "ofsted-2025")
    grade = cells[(cells["area_name"] == "Lewisham") & (cells["measure"] == "Overall effectiveness")].iloc[0]
    assert (grade["sheet"], grade["row"], grade["column"]) == ("ILACS_inspection_history", "4", "I")
    assert grade["value_as_published"] == "Good"
    assert grade["area_code"] == "E09000023"
    assert set(cells.loc[cells["area_name"] == "Merton", "measure"]) == {"Inspection date", "Overall effectiveness"}


def test_a_missing_heading_is_refused_with_the_headings_found(tmp_path):
    moved = [HISTORY[0], HISTORY[1], [h if h != "Publication date" else "Published" for h in HISTORY[2]], HISTORY[3]]
    path = write_book(tmp_path / "o.xlsx", **{"ILACS_inspection_history": moved, "In-year_inspections": YEAR})
    with pytest.raises(DataError, match=r"Publication date.*found.*Published"):
        ofsted.read_ofsted_2025(path, "ofsted-2025")


def test_a_missing_sheet_is_refused_with_the_sheets_found(tmp_path):
    path = write_book(tmp_path / "o.xlsx", Other=YEAR)
    with pytest.raises(DataError, match=r"Inspections_in_year_2023-24.*found Other"):
        ofsted.read_ofsted_2024(path, "ofsted-2024")


def test_a_file_that_is_not_a_spreadsheet_is_refused(tmp_path):
    path = tmp_path / "o.ods"
    path.write_text("not a spreadsheet")
    with pytest.raises(DataError, match="expected a spreadsheet"):
        ofsted.read_ofsted_2024(path, "ofsted-2024")


def test_report_dates_without_their_columns_are_refused(tmp_path):
    path = tmp_path / "dates.csv"
    path.write_text("old_la_code,la_name_scraped,framework\n209,lewisham,SIF\n")
    with pytest.raises(DataError, match="inspection_start"):
        ofsted.read_ofsted_report_dates(path, "ofsted-report-dates")
