"""The numbers behind the figures and tables of one report as an accessible spreadsheet.

It follows the UK Analysis Function's guidance on releasing statistics in spreadsheets: a cover sheet,
a table of contents, notes, and one marked-up table a sheet, without merged or empty cells.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lewisham_study.report.cells import Number, read_column
from lewisham_study.report.convert import Report, write_captions
from lewisham_study.report.exhibits import Exhibit

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MISSING = "[x]"
NOTES = {
    MISSING: "No value: it was not published, was suppressed, or does not apply. It is not a zero.",
    "Numbers": "As computed or published, not rounded for display.",
    "Grades": "Grades of different inspection frameworks are not one scale.",
}
WIDEST = 60
LONG = 30
"""Rows from which on a table scrolls, so that its head has to stay."""


def write_workbook(report: Report) -> bytes:
    """Write a report's figures and tables as an XLSX file.

    Parameters
    ----------
    report : the report; its exhibits are numbered as in its PDF.

    Returns
    -------
    bytes
        The workbook. Every text is a text: none is taken for a formula. The same report gives the same bytes.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    book = Workbook()
    cover = book.active
    assert cover is not None
    captions = write_captions(report)
    exhibits = number_exhibits(report)
    fill_sheet(cover, "Cover", [report.title, report.subtitle, report.data, report.plain_closing])
    listed = [["Sheet", "Title"], *[[name, exhibit.title] for name, exhibit in exhibits]]
    contents = add_table(book, "Contents", ["Table of contents"], listed)
    for row, (name, _) in enumerate(exhibits, start=3):
        cell = contents.cell(row, 1)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!A1")
        cell.font = Font(name="Arial", size=12, underline="single", color="12436D")
    add_table(book, "Notes", ["Notes"], [["Sign or word", "Meaning"], *[[*note] for note in NOTES.items()]])
    for name, exhibit in exhibits:
        rows = list(csv.reader(io.StringIO(exhibit.csv.decode("utf-8"))))
        head = [
            f"{name}: {exhibit.title}",
            "This worksheet contains one table.",
            *split_sentences(captions[exhibit.label]),
        ]
        add_table(book, name, [line for line in head if line], rows)
    return settle(book, report)


def number_exhibits(report: Report) -> list[tuple[str, Exhibit]]:
    """Name each exhibit as its PDF does: ``Figure 1``, ``Table 1``, ``Figure 2``."""
    counts = {"figure": 0, "table": 0}
    named = []
    for exhibit in (exhibit for chapter in report.chapters for exhibit in chapter.exhibits):
        counts[exhibit.kind] += 1
        named.append((f"{exhibit.kind.capitalize()} {counts[exhibit.kind]}", exhibit))
    return named


def fill_sheet(sheet: Worksheet, title: str, lines: Sequence[str]) -> None:
    """Write lines of text down the first column, the first as a heading."""
    from openpyxl.styles import Alignment, Font

    sheet.title = title
    sheet.sheet_view.showGridLines = False
    for row, line in enumerate(lines, start=1):
        write_cell(sheet, row, 1, line)
        sheet.cell(row, 1).font = Font(name="Arial", size=14 if row == 1 else 12, bold=row == 1)
        sheet.cell(row, 1).alignment = Alignment(vertical="top", wrap_text=title == "Cover")
    sheet.column_dimensions["A"].width = 100 if title == "Cover" else 30


def add_table(book: Workbook, title: str, lines: Sequence[str], rows: Sequence[Sequence[str]]) -> Worksheet:
    """Add a sheet with some lines of text and one table below them, its first row the headings."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.table import Table, TableStyleInfo

    sheet: Worksheet = book.create_sheet()
    fill_sheet(sheet, title, lines)
    top, heads = len(lines) + 1, name_columns(rows[0])
    for column, head in enumerate(heads, start=1):
        texts = [row[column - 1] for row in rows[1:]]
        cells = read_column(head, texts)
        align = "right" if any(isinstance(cell, Number) for cell in cells) else "left"
        for row, value in enumerate([head, *cells], start=top):
            write_cell(sheet, row, column, value or MISSING)
            sheet.cell(row, column).alignment = Alignment(horizontal=align, vertical="top", wrap_text=True)
            sheet.cell(row, column).font = Font(name="Arial", size=12, bold=row == top)
        sheet.column_dimensions[get_column_letter(column)].width = choose_width(head, texts)
    reference = f"A{top}:{get_column_letter(len(heads))}{top + max(len(rows) - 1, 1)}"
    table = Table(displayName=title.lower().replace(" ", "_") + "_data", ref=reference)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    sheet.add_table(table)
    if len(rows) > LONG:
        sheet.freeze_panes = f"A{top + 1}"
    set_page(sheet, top)
    return sheet


def split_sentences(text: str) -> list[str]:
    """Split a caption into its sentences, a row each, for a long line runs off the screen.

    Examples
    --------
    >>> split_sentences("Grey: ten neighbours. Source: Ofsted 2025, p. 4.")
    ['Grey: ten neighbours.', 'Source: Ofsted 2025, p. 4.']
    """
    return [sentence for sentence in re.split(r"(?<=[a-z0-9)%]\.)(?<!\bSt\.) (?=[A-Z×=])", text) if sentence]


def choose_width(head: str, texts: Sequence[str]) -> float:
    """Choose the width of a column: its longest value, and its heading on two lines."""
    words = max(len(word) for word in head.split()) if head.split() else 0
    longest = max([words, len(head) // 2, *map(len, texts)])
    return min(max(longest * 1.25 + 3, 12), WIDEST)


def set_page(sheet: Worksheet, top: int) -> None:
    """Set how a sheet prints: across, as wide as the page, the table's head on each."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{top}:{top}"


def write_cell(sheet: Worksheet, row: int, column: int, value: str | Number) -> None:
    """Write a value; a text that looks like a formula stays the text it is."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell = sheet.cell(row, column)
    if isinstance(value, Number):
        cell.value = int(value.value) if value.value.is_integer() else value.value
        cell.number_format = value.form
        return
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.data_type = "s"
    if value[:1] in ("=", "+", "-", "@"):
        cell.quotePrefix = True


def name_columns(heads: Sequence[str]) -> list[str]:
    """Give every column a name of its own, as a spreadsheet's table needs.

    Examples
    --------
    >>> name_columns(["year", "", "year"])
    ['year', 'Column 2', 'year (3)']
    """
    named: list[str] = []
    for place, head in enumerate(heads, start=1):
        name = head or f"Column {place}"
        named.append(f"{name} ({place})" if name in named else name)
    return named


def settle(book: Workbook, report: Report) -> bytes:
    """Save a workbook with the day of the data in place of the time of day, so that its bytes do not change."""
    properties = book.properties
    properties.title, properties.creator, properties.language = report.title, "lewisham-study", "en-GB"
    properties.subject = report.subtitle
    moment = report.moment.replace(tzinfo=None)
    properties.created = moment
    saved, settled = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + write_moment(moment), data)
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return settled.getvalue()


def write_moment(moment: datetime.datetime) -> bytes:
    """Write a moment as the file's properties do."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
