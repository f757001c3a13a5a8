"""Workbooks: accessible, without formulas, and the same bytes every time."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from lewisham_study.report.document.pandoc import Report
from lewisham_study.report.document.xlsx import render_workbook

Make = Callable[..., bytes]
HOSTILE = ["=1+1", "+1", "-1+x", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x")', "\tx", "a\x00b\x0bc"]


@pytest.fixture
def make_workbook(make: Callable[..., Report], build: SimpleNamespace) -> Make:
    """Make the workbook of a report with these outputs."""

    def make_from(*outputs: Any) -> bytes:
        cells = [build.code("x", output, count=n) for n, output in enumerate(outputs, start=1)]
        about = {"title": "Reports", "subtitle": "Lewisham", "data": "Data published up to then", "closing": "By `x`."}
        return render_workbook(make(*cells, **about))

    return make_from


def read(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def test_every_table_has_its_own_sheet(make_workbook: Make, build: SimpleNamespace) -> None:
    cited = build.figure("fig-two", caption="See *@fig-steps* [@ofsted-2025, p4].")
    book = read(make_workbook(build.figure(), build.table(), cited))
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Sources", "Figure 1", "Table 1", "Figure 2"]
    attribution = "Contains public sector information licensed under the Open Government Licence v3.0."
    lines = ["Reports", "Lewisham", "Data published up to then", attribution, "By x."]
    assert [cell.value for cell in book["Cover"]["A"]] == lines
    sources = [[cell.value for cell in row] for row in book["Sources"].iter_rows()]
    assert sources[1][0] == attribution
    assert [row[0] for row in sources[2:]] == ["Cited as", "Ofsted 2025"]
    assert "Licence: OGL-UK-3.0" in sources[3][1]
    assert [cell.value for cell in book["Figure 2"]["A"]] == [
        "Figure 2: Two steps",
        "This worksheet contains one table.",
        "See Figure 1 (Ofsted 2025, p4).",
        "year",
        2012,
    ]
    assert [link.hyperlink.location for (link,) in book["Contents"]["A3:A7"]] == [
        "'Notes'!A1",
        "'Sources'!A1",
        "'Figure 1'!A1",
        "'Table 1'!A1",
        "'Figure 2'!A1",
    ]


def test_sheets_are_accessible(make_workbook: Make, build: SimpleNamespace) -> None:
    book = read(make_workbook(build.figure(), build.table()))
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        rows = list(sheet[table.ref])
        heads = [cell.value for cell in rows[0]]
        assert len(set(heads)) == len(heads)
        assert all(isinstance(head, str) and head for head in heads)
        assert all(cell.value not in (None, "") for row in rows for cell in row)
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes is None
        assert sheet.print_title_rows == f"${rows[0][0].row}:${rows[0][0].row}"
    assert (book.properties.title, book.properties.language) == ("Reports", "en-GB")


def test_numbers_are_numbers_and_codes_are_texts(make_workbook: Make, build: SimpleNamespace) -> None:
    output = build.figure()
    output.data["text/csv"] = (
        "la_code,year,rate,share,note\n209,2012,15.9,12%,\n210,2013,,13%,x\n211,2014,1e-05,14%,y\n"
    )
    sheet = read(make_workbook(output))["Figure 1"]
    rows = [[cell.value for cell in row] for row in sheet["A5:E7"]]
    assert rows == [
        ["209", 2012, 15.9, 0.12, "[x]"],
        ["210", 2013, "[x]", 0.13, "x"],
        ["211", 2014, 1e-05, 0.14, "y"],
    ]
    assert [cell.number_format for cell in sheet[5]] == ["General", "General", "0.0", "0%", "General"]


def test_header_of_a_long_table_stays_in_view(make_workbook: Make, build: SimpleNamespace) -> None:
    output = build.figure()
    output.data["text/csv"] = "year\n" + "".join(f"{year}\n" for year in range(1990, 2025))
    assert read(make_workbook(output))["Figure 1"].freeze_panes == "A5"


def test_no_text_becomes_a_formula(make_workbook: Make, build: SimpleNamespace) -> None:
    lines = "".join('"' + text.replace('"', '""') + '"\n' for text in HOSTILE)
    output = build.figure(title="=1+1", caption="\\=2+2")
    output.data["text/csv"] = f"=head\n{lines}"
    book = read(make_workbook(output))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    values = [cell.value for cell in book["Figure 1"]["A"]][3:]
    assert values == ["=head", *HOSTILE[:-1], "abc"]
    with zipfile.ZipFile(io.BytesIO(make_workbook(output))) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def test_columns_get_unique_names(make_workbook: Make, build: SimpleNamespace) -> None:
    output = build.figure()
    output.data["text/csv"] = "year,,year\n1,2,3\n"
    sheet = read(make_workbook(output))["Figure 1"]
    assert [cell.value for cell in sheet[4]] == ["year", "Column 2", "year (3)"]


def test_same_report_gives_the_same_bytes(
    make_workbook: Make, build: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = make_workbook(build.figure(), build.table())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    later = datetime.datetime(2031, 1, 1, tzinfo=datetime.UTC)

    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            return later.astimezone(tz)

    monkeypatch.setattr("openpyxl.writer.excel.datetime.datetime", Clock)
    second = make_workbook(build.figure(), build.table())
    assert second == first
    with zipfile.ZipFile(io.BytesIO(second)) as archive:
        assert archive.read("docProps/core.xml").count(b"2025-09-25T00:00:00Z") == 2
