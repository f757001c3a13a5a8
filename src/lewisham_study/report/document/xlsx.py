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
from typing import TYPE_CHECKING

from lewisham_study.report.document.exhibits import Exhibit
from lewisham_study.report.document.pandoc import ATTRIBUTION, Report, render_plain
from lewisham_study.report.document.sheets import (
    LINE,
    MISSING,
    WIDE,
    add_table,
    count_lines,
    fill_sheet,
    split_sentences,
)

if TYPE_CHECKING:
    from openpyxl import Workbook
NOTES = {
    MISSING: "No value: it was not published, was suppressed, or does not apply. It is not a zero.",
    "Numbers": "As the report shows them, rounded alike; 12% is held as 0.12.",
    "Grades": "Grades of different inspection frameworks are not one scale.",
}


def render_workbook(report: Report) -> bytes:
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
    cover = book.worksheets[0]
    captions, references = render_plain(report)
    exhibits = number_exhibits(report)
    fill_sheet(cover, "Cover", [report.title, report.subtitle, report.data, ATTRIBUTION, report.plain_closing])
    cover.row_dimensions[5].height = LINE * count_lines(report.plain_closing, WIDE)
    sheets = {"Notes": "Signs and words"}
    sheets |= {"Sources": "What is cited, with edition and licence"} if references else {}
    sheets |= {name: exhibit.title for name, exhibit in exhibits}
    contents = add_table(book, "Contents", ["Table of contents"], [["Sheet", "Title"], *map(list, sheets.items())])
    for row, name in enumerate(sheets, start=3):
        cell = contents.cell(row, 1)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!A1")
        cell.font = Font(name="Arial", size=12, underline="single", color="12436D")
    add_table(book, "Notes", ["Notes"], [["Sign or word", "Meaning"], *[[*note] for note in NOTES.items()]])
    if references:
        cited = [["Cited as", "Source"], *map(split_reference, references)]
        add_table(book, "Sources", ["Sources", ATTRIBUTION], cited)
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


def split_reference(reference: str) -> list[str]:
    """Split a reference into how it is cited and what it is.

    Examples
    --------
    >>> split_reference("Department for Education (2026a). Children’s social work workforce. Published 2026.")
    ['Department for Education 2026a', 'Children’s social work workforce. Published 2026.']
    """
    author, _, rest = reference.partition(" (")
    year, _, source = rest.partition("). ")
    return [f"{author} {year}", source]


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
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + format_moment(moment), data)
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return settled.getvalue()


def format_moment(moment: datetime.datetime) -> bytes:
    """Write a moment as the file's properties do."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
