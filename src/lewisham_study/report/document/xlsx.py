"""Write the data behind a report's figures and tables to an accessible workbook.

It follows the UK Analysis Function's guidance on statistics in spreadsheets: a cover sheet, a table of contents,
notes, and one marked-up table on each sheet, without merged or empty cells.
"""

from __future__ import annotations

import csv
import io
import re
import textwrap
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from lewisham_study.report.document.exhibits import Exhibit
from lewisham_study.report.document.pandoc import ATTRIBUTION, Report, render_plain

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet
NUMBER = re.compile(
    r"(?P<sign>[-−+]?)(?P<pound>£?)(?P<digits>0|[1-9]\d*|[1-9]\d{0,2}(,\d{3})+)(?P<part>\.\d+)?(?P<per>%?)"
)
SCIENTIFIC = re.compile(r"-?\d(\.\d+)?[eE][-+]?\d+")
MISSING = "[x]"
NOTES = {
    MISSING: "No value: it was not published, was suppressed, or does not apply. It is not a zero.",
    "Numbers": "Rounded as in the report; 12% is stored as 0.12.",
    "Grades": "Grades of different inspection frameworks are not on one scale.",
}
FONT, BLUE = "Arial", "12436D"
COVER_WIDTH, MOST_WIDTH = 100, 60
WIDE_LETTER, USUAL_LETTER = 1.25, 1.12
"""Widths of letters of Arial 12, in the unit of column widths."""
LINE = 16
"""Height of a line in points."""
NOTE = 120
"""Characters in a line of a note."""
FREEZE = 30
"""Rows above which a table's header stays in view."""


class Number(NamedTuple):
    """A number and its number format, such as ``0.0%``; 12% has the value 0.12."""

    value: float
    form: str


def render_workbook(report: Report, annex: Report | None = None) -> bytes:
    """Convert the figures and tables of a report and its annex to an XLSX file; they are numbered as in the PDF."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    book = Workbook()
    documents = [one for one in (report, annex) if one is not None]
    read = [render_plain(one) for one in documents]
    captions = {label: caption for found, _ in read for label, caption in found.items()}
    references = sorted({reference for _, found in read for reference in found}, key=str.casefold)
    exhibits = [pair for one in documents for pair in number_exhibits(one)]
    closing = " ".join(report.closing.replace("`", "").split())
    cover = book.worksheets[0]
    write_lines(cover, "Cover", [report.title, report.subtitle, report.data, ATTRIBUTION, closing])
    cover.row_dimensions[5].height = LINE * count_lines(closing, COVER_WIDTH)
    sheets = {"Notes": "Signs and words"}
    sheets |= {"Sources": "Sources cited, with edition and licence"} if references else {}
    sheets |= {name: exhibit.title for name, exhibit in exhibits}
    contents = add_table(book, "Contents", ["Table of contents"], [["Sheet", "Title"], *map(list, sheets.items())])
    for row, name in enumerate(sheets, start=3):
        cell = contents.cell(row, 1)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!A1")
        cell.font = Font(name=FONT, size=12, underline="single", color=BLUE)
    add_table(book, "Notes", ["Notes"], [["Sign or word", "Meaning"], *map(list, NOTES.items())])
    if references:
        cited = [["Cited as", "Source"], *map(split_reference, references)]
        add_table(book, "Sources", ["Sources", ATTRIBUTION], cited)
    for name, exhibit in exhibits:
        rows = list(csv.reader(io.StringIO(exhibit.csv.decode("utf-8"))))
        notes = ["This worksheet contains one table.", *split_sentences(captions[exhibit.label])]
        add_table(book, name, [f"{name}: {exhibit.title}", *notes], rows)
    return save_workbook(book, report)


def number_exhibits(report: Report) -> list[tuple[str, Exhibit]]:
    """Name each exhibit as in the PDF: ``Figure 1``, ``Table 1``, ``Figure 2``."""
    exhibits = [exhibit for chapter in report.chapters for exhibit in chapter.exhibits]
    return [(report.numbers[exhibit.label], exhibit) for exhibit in exhibits]


def split_reference(reference: str) -> list[str]:
    """Split a reference, "Author (2026a). Source.", into the citation "Author 2026a" and the source."""
    author, _, rest = reference.partition(" (")
    year, _, source = rest.partition("). ")
    return [f"{author} {year}", source]


def split_sentences(text: str) -> list[str]:
    """Split a caption into lines: its sentences, wrapped where they are too long for the screen.

    Examples
    --------
    >>> split_sentences("Grey: ten neighbours. Source: Ofsted 2025, p. 4.")
    ['Grey: ten neighbours.', 'Source: Ofsted 2025, p. 4.']
    """
    sentences = re.split(r"(?<=[a-z0-9)%]\.)(?<!\bSt\.) (?=[A-Z×=])", text)
    return [line for sentence in sentences for line in textwrap.wrap(sentence, NOTE)]


def write_lines(sheet: Worksheet, title: str, lines: Sequence[str]) -> None:
    """Write lines of text down the first column, the first as a heading, and set the page to landscape A4."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.title = title
    sheet.sheet_view.showGridLines = False
    for row, line in enumerate(lines, start=1):
        write_cell(sheet, row, 1, line)
        sheet.cell(row, 1).font = Font(name=FONT, size=14 if row == 1 else 12, bold=row == 1)
        sheet.cell(row, 1).alignment = Alignment(vertical="top", wrap_text=title == "Cover")
    sheet.column_dimensions["A"].width = COVER_WIDTH
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def add_table(book: Workbook, title: str, lines: Sequence[str], rows: Sequence[Sequence[str]]) -> Worksheet:
    """Add a sheet with lines of text and a table below them; the first row holds the headings."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.table import Table, TableStyleInfo

    sheet: Worksheet = book.create_sheet()
    write_lines(sheet, title, lines)
    top, heads = len(lines) + 1, name_columns(rows[0])
    heights = [1] * len(rows)
    for column, head in enumerate(heads, start=1):
        texts = [row[column - 1] for row in rows[1:]]
        width = choose_width(head, texts)
        write_column(sheet, top, column, [head, *read_column(head, texts)])
        sheet.column_dimensions[get_column_letter(column)].width = width
        counts = [count_lines(text, width) for text in (head, *texts)]
        heights = [max(pair) for pair in zip(heights, counts, strict=True)]
    for row, count in enumerate(heights, start=top):
        sheet.row_dimensions[row].height = LINE * count
    reference = f"A{top}:{get_column_letter(len(heads))}{top + max(len(rows) - 1, 1)}"
    table = Table(displayName=title.lower().replace(" ", "_") + "_data", ref=reference)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    sheet.add_table(table)
    if len(rows) > FREEZE:
        sheet.freeze_panes = f"A{top + 1}"
    sheet.print_title_rows = f"{top}:{top}"
    return sheet


def write_column(sheet: Worksheet, top: int, column: int, cells: Sequence[str | Number]) -> None:
    """Write a column, its heading first; columns of numbers are aligned right."""
    from openpyxl.styles import Alignment, Font

    right = any(isinstance(cell, Number) for cell in cells)
    place = {"horizontal": "right"} if right else {"horizontal": "left", "indent": int(column > 1)}
    for row, value in enumerate(cells, start=top):
        write_cell(sheet, row, column, value or MISSING)
        sheet.cell(row, column).alignment = Alignment(vertical="top", wrap_text=True, **place)
        sheet.cell(row, column).font = Font(name=FONT, size=12, bold=row == top)


def write_cell(sheet: Worksheet, row: int, column: int, value: str | Number) -> None:
    """Write a value; text is never run as a formula."""
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


def read_number(text: str) -> Number | None:
    """Read a number with thousands separators, pounds, a percentage or a sign; return None for other text.

    Examples
    --------
    >>> read_number("1,284.5"), read_number("£1,062")
    (Number(value=1284.5, form='#,##0.0'), Number(value=1062.0, form='£#,##0'))
    >>> read_number("+44.0%"), read_number("2012")
    (Number(value=0.44, form='+0.0%;−0.0%;0.0%'), Number(value=2012.0, form='General'))
    >>> read_number("2012-13"), read_number("007")
    (None, None)
    """
    if SCIENTIFIC.fullmatch(text):
        return Number(float(text), "General")
    found = NUMBER.fullmatch(text)
    if found is None:
        return None
    sign, part = found["sign"], found["part"] or ""
    decimals = len(part) - 1 if part else 0
    plain = float(f"{'-' if sign in ('-', '−') else ''}{found['digits'].replace(',', '')}{part}")
    value = round(plain / 100, decimals + 2) if found["per"] else plain
    whole = "#,##0" if "," in found["digits"] or found["pound"] else "0"
    form = f"{found['pound']}{whole}{'.' + '0' * decimals if decimals else ''}{found['per']}"
    if sign == "+" or (found["per"] and sign):
        return Number(value, f"+{form};−{form};{form}")
    return Number(value, "General" if form == "0" else form)


def read_column(head: str, texts: Sequence[str]) -> list[Number | str]:
    """Read a column's cells as numbers, if all that are not empty are numbers and it does not hold codes."""
    numbers = [read_number(text) for text in texts]
    if "code" in head.lower() or any(text and not number for text, number in zip(texts, numbers, strict=True)):
        return list(texts)
    return [number or text for text, number in zip(texts, numbers, strict=True)]


def count_lines(text: str, width: float) -> int:
    """Count the lines of a text in a column, as not every program adjusts the height of rows by itself."""
    return len(textwrap.wrap(text, max(int(width / USUAL_LETTER) - 1, 4))) or 1


def choose_width(head: str, texts: Sequence[str]) -> float:
    """Return the width of a column: its longest value, or its heading on two lines."""
    words = max(map(len, head.split()), default=0)
    longest = max([words, len(head) // 2, *map(len, texts)])
    return min(max(longest * WIDE_LETTER + 3, 12), MOST_WIDTH)


def name_columns(heads: Sequence[str]) -> list[str]:
    """Make headings unique and non-empty, as a spreadsheet's table requires: year, Column 2, year (3)."""
    named: list[str] = []
    for place, head in enumerate(heads, start=1):
        name = head or f"Column {place}"
        named.append(f"{name} ({place})" if name in named else name)
    return named


def save_workbook(book: Workbook, report: Report) -> bytes:
    """Return a workbook's bytes, dated by the data instead of the clock, so that the same report gives the same."""
    moment = report.moment.replace(tzinfo=None)
    properties = book.properties
    properties.title, properties.subject, properties.language = report.title, report.subtitle, "en-GB"
    properties.creator, properties.created = "lewisham-study", moment
    modified = rb"\g<1>" + f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    saved, dated = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(dated, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", modified, data)
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return dated.getvalue()
