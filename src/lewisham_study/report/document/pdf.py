"""What stands on the title page of a book: the grades in their order, and what each chapter finds."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import tempfile
import warnings
from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from lewisham_study.errors import StudyError
from lewisham_study.report.document.chapter import Chapter
from lewisham_study.report.document.pandoc import ATTRIBUTION, Report, run_pandoc
from lewisham_study.report.run.kernels.settings import find_matplotlib

PATH = "fig-rating-path"
"""The figure whose table holds the grades."""
NO_FIGURE = "No figure for these years"
"""What a chapter finds that has nothing to draw."""
STRANDS = ("Overall", "Safeguarding", "Looked-after children")
"""The strands that have been the whole service's, or halves of it."""
LETTERS = {
    "outstanding": "O",
    "good": "G",
    "requires improvement": "RI",
    "adequate": "A",
    "inadequate": "I",
}


def list_findings(chapters: Sequence[Chapter]) -> list[dict[str, str]]:
    """List what each chapter finds: the title of its first figure, which states it.

    Returns
    -------
    list of dict
        chapter, finding and the label of the figure; a chapter without a figure says so and has no label.
    """
    found = []
    for chapter in chapters:
        figure = next((one for one in chapter.exhibits if one.kind == "figure"), None)
        finding, label = (figure.title, figure.label) if figure else (NO_FIGURE, "")
        found.append({"chapter": chapter.title, "finding": finding, "label": label})
    return found


def list_grades(chapters: Sequence[Chapter]) -> list[dict[str, str]]:
    """List the grades of the whole service, oldest first, from the table behind the path of the ratings.

    Returns
    -------
    list of dict
        strand, framework, grade, letter, year (on site, or of the report where that is not known) and window
        ('before', 'within' or 'after'); empty where no chapter has that figure.
    """
    tables = [one.csv.decode("utf-8") for chapter in chapters for one in chapter.exhibits if one.label == PATH]
    rows = [row for table in tables for row in csv.DictReader(io.StringIO(table)) if row["Strand"] in STRANDS]
    rows.sort(key=lambda row: (datetime.strptime(row["Published"], "%d %B %Y"), STRANDS.index(row["Strand"])))
    return [
        {
            "strand": row["Strand"],
            "framework": row["Framework"],
            "grade": row["Grade"],
            "letter": LETTERS[row["Grade"]],
            "year": (row["Inspected from"] or row["Published"])[-4:],
            "window": row["Window"],
        }
        for row in rows
    ]


# Figures are drawn with it. The rest of matplotlib's fonts stay out: one draws a box for any letter it lacks.
FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSans-BoldOblique.ttf")
TYPST_HEAD = '#import "template.typ": *\n{more}#show: {layout}.with(json("details.json"))\n'


def render_pdf(report: Report) -> bytes:
    """Write a report as a tagged PDF, to PDF/UA-1 and PDF/A-2a.

    Raises
    ------
    StudyError
        As `render_html`; or where Typst cannot set the report to these standards.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as name:
        folder = Path(name)
        body = run_pandoc(report, "typst-citations", {}, folder)
        facts: dict[str, Any] = {"title": report.title, "subtitle": report.subtitle, "data": report.data}
        facts |= {"book": report.is_book, "licence": ATTRIBUTION}
        if report.is_book:
            facts |= {"grades": list_grades(report.chapters), "findings": list_findings(report.chapters)}
            facts["official"] = report.official
        for font in FONTS:
            shutil.copy(find_matplotlib() / "mpl-data" / "fonts" / "ttf" / font, folder)
        (folder / "details.json").write_text(json.dumps(facts), encoding="utf-8")
        more = "" if report.layout == "report" else f'#import "{report.layout}.typ": *\n'
        head = TYPST_HEAD.format(more=more, layout=report.layout)
        (folder / "main.typ").write_bytes(head.encode() + body)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", typst.TypstWarning)
                data = typst.compile(
                    folder / "main.typ",
                    root=folder,
                    font_paths=[folder],
                    ignore_system_fonts=True,
                    pdf_standards=["a-2a", "ua-1"],
                    timestamp=report.moment,
                )
        except (typst.TypstError, typst.TypstWarning) as error:
            raise StudyError(explain_typst(str(error), report)) from None
    return mark_ends(data)


def explain_typst(message: str, report: Report) -> str:
    """Say which cell holds the letter that Typst has no font for; other complaints name the notebooks alone."""
    letter = re.search(r"""the text `"(.+?)"` could""", message)
    for chapter in report.chapters if letter else ():
        before, found, _ = chapter.markdown.partition(letter[1] if letter else "")
        if found:
            cell = re.findall(r'cell="(\d+)"', before)[-1]
            return f"{chapter.notebook}, cell {cell}: no font of the PDF has {found!r}; write it otherwise"
    return f"{report.names}: the PDF cannot be set: {message}"


def mark_ends(pdf: bytes) -> bytes:
    """Tell the end of a PDF's streams from their data.

    Typst ends a stream with a line feed. Where the data happen to end with a carriage return, the two
    read as one line end, and a strict checker finds the stream a byte too short; so these get both.

    Parameters
    ----------
    pdf : a file with a classical cross-reference table.

    Returns
    -------
    bytes
        The file, its table put right.
    """
    ends = [found.start() for found in re.finditer(rb"\r\nendstream", pdf)]
    start = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    table = re.sub(
        rb"(\d{10})(?= \d{5} n)",
        lambda entry: b"%010d" % (int(entry[1]) + bisect_left(ends, int(entry[1]))),
        pdf[start:],
    )
    body = pdf[:start].replace(b"\r\nendstream", b"\r\r\nendstream")
    return body + table.replace(b"startxref\n%d" % start, b"startxref\n%d" % (start + len(ends)))
