"""The sheets of a workbook: lines of text and one table below them, as wide, as high and as plain as they should be."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet
NUMBER = re.compile(
    r"(?P<sign>[-−+]?)(?P<pound>£?)(?P<digits>0|[1-9]\d*|[1-9]\d{0,2}(,\d{3})+)(?P<part>\.\d+)?(?P<per>%?)"
)
SCIENTIFIC = re.compile(r"-?\d(\.\d+)?[eE][-+]?\d+")


@dataclass(frozen=True)
class Number:
    """A number, and the format in which a spreadsheet shows it as it was written.

    Parameters
    ----------
    value : the number; of 12% it is 0.12.
    form : the format's code, such as ``0.0%``.
    """

    value: float
    form: str


def read_number(text: str) -> Number | None:
    """Read a number as tables write it: with thousands, pounds, a percentage, a sign; None where it is none.

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
    digits = len(part) - 1 if part else 0
    plain = f"{'-' if sign in ('-', '−') else ''}{found['digits'].replace(',', '')}{part}"
    value = round(float(plain) / 100, digits + 2) if found["per"] else float(plain)
    whole = "#,##0" if "," in found["digits"] or found["pound"] else "0"
    form = f"{found['pound']}{whole}{'.' + '0' * digits if digits else ''}{found['per']}"
    if sign == "+" or (found["per"] and sign):
        return Number(value, f"+{form};−{form};{form}")
    return Number(value, "General" if form == "0" else form)


def read_column(head: str, texts: Iterable[str]) -> list[Number | str]:
    """Read the cells of a column: numbers where all that are filled are numbers; codes are texts though they look it.

    Examples
    --------
    >>> [cell.value for cell in read_column("cases", ["462", "1,284"])], read_column("la_code", ["209"])
    ([462.0, 1284.0], ['209'])
    """
    texts = list(texts)
    read = [read_number(text) for text in texts]
    if "code" in head.lower() or any(text and cell is None for text, cell in zip(texts, read, strict=True)):
        return list(texts)
    return [text if cell is None else cell for text, cell in zip(texts, read, strict=True)]


MISSING = "[x]"
WIDEST, WIDENING, NARROWING = 60, 1.25, 1.12
"""The widest column; a wide letter of Arial 12, and a usual one; in the spreadsheet's own letters."""
WIDE = 100
"""The width of the cover."""
LINE = 16
"""Points: the height of a line."""
NOTE = 120
"""Letters in a row of a note."""
LONG = 30
"""Rows from which on a table scrolls, so that its head has to stay."""


def fill_sheet(sheet: Worksheet, title: str, lines: Sequence[str]) -> None:
    """Write lines of text down the first column, the first as a heading."""
    from openpyxl.styles import Alignment, Font

    sheet.title = title
    sheet.sheet_view.showGridLines = False
    for row, line in enumerate(lines, start=1):
        format_cell(sheet, row, 1, line)
        sheet.cell(row, 1).font = Font(name="Arial", size=14 if row == 1 else 12, bold=row == 1)
        sheet.cell(row, 1).alignment = Alignment(vertical="top", wrap_text=title == "Cover")
    sheet.column_dimensions["A"].width = WIDE
    set_page(sheet)


def add_table(book: Workbook, title: str, lines: Sequence[str], rows: Sequence[Sequence[str]]) -> Worksheet:
    """Add a sheet with some lines of text and one table below them, its first row the headings."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.table import Table, TableStyleInfo

    sheet: Worksheet = book.create_sheet()
    fill_sheet(sheet, title, lines)
    top, heads = len(lines) + 1, name_columns(rows[0])
    lines_in_row = [1] * len(rows)
    for column, head in enumerate(heads, start=1):
        texts = [row[column - 1] for row in rows[1:]]
        cells, width = read_column(head, texts), choose_width(head, texts)
        right = any(isinstance(cell, Number) for cell in cells)
        place = {"horizontal": "right"} if right else {"horizontal": "left", "indent": int(column > 1)}
        for row, value in enumerate([head, *cells], start=top):
            format_cell(sheet, row, column, value or MISSING)
            sheet.cell(row, column).alignment = Alignment(vertical="top", wrap_text=True, **place)
            sheet.cell(row, column).font = Font(name="Arial", size=12, bold=row == top)
        sheet.column_dimensions[get_column_letter(column)].width = width
        counts = [count_lines(text, width) for text in (head, *texts)]
        lines_in_row = [max(pair) for pair in zip(lines_in_row, counts, strict=True)]
    for row, count in enumerate(lines_in_row, start=top):
        sheet.row_dimensions[row].height = LINE * count
    reference = f"A{top}:{get_column_letter(len(heads))}{top + max(len(rows) - 1, 1)}"
    table = Table(displayName=title.lower().replace(" ", "_") + "_data", ref=reference)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    sheet.add_table(table)
    if len(rows) > LONG:
        sheet.freeze_panes = f"A{top + 1}"
    sheet.print_title_rows = f"{top}:{top}"
    return sheet


def split_sentences(text: str) -> list[str]:
    """Split a caption into its sentences, a row each, and one that would run off the screen into several.

    Examples
    --------
    >>> split_sentences("Grey: ten neighbours. Source: Ofsted 2025, p. 4.")
    ['Grey: ten neighbours.', 'Source: Ofsted 2025, p. 4.']
    """
    sentences = [sentence for sentence in re.split(r"(?<=[a-z0-9)%]\.)(?<!\bSt\.) (?=[A-Z×=])", text) if sentence]
    return [line for sentence in sentences for line in textwrap.wrap(sentence, NOTE)]


def count_lines(text: str, width: float) -> int:
    """Count the lines that a text takes in a column of a width, for a row does not grow by itself everywhere."""
    return len(textwrap.wrap(text, max(int(width / NARROWING) - 1, 4))) or 1


def choose_width(head: str, texts: Sequence[str]) -> float:
    """Choose the width of a column: its longest value, and its heading on two lines."""
    words = max(len(word) for word in head.split()) if head.split() else 0
    longest = max([words, len(head) // 2, *map(len, texts)])
    return min(max(longest * WIDENING + 3, 12), WIDEST)


def set_page(sheet: Worksheet) -> None:
    """Set how a sheet prints: across, as wide as the page."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def format_cell(sheet: Worksheet, row: int, column: int, value: str | Number) -> None:
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
