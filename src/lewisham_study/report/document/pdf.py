"""Convert a report to a tagged PDF with pandoc and Typst; a book's cover shows the grades and the main findings."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import warnings
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lewisham_study.errors import StudyError
from lewisham_study.report.document.chapter import Chapter
from lewisham_study.report.document.pandoc import ATTRIBUTION, Report, run_pandoc
from lewisham_study.report.run.kernels.settings import find_matplotlib

NO_FIGURE = "No figure for these years"
# The fonts of the figures. Matplotlib's other fonts are left out: one draws a box for any letter it lacks.
FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSans-BoldOblique.ttf")
TYPST_HEAD = '#import "template.typ": *\n{more}#show: {layout}.with(json("details.json"))\n'


def render_pdf(report: Report) -> bytes:
    """Convert a report to a PDF that meets PDF/UA-1 and PDF/A-2a."""
    import typst

    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as name:
        folder = Path(name)
        body = run_pandoc(report, "typst-citations", {}, folder)
        for font in FONTS:
            shutil.copy(find_matplotlib() / "mpl-data" / "fonts" / "ttf" / font, folder)
        (folder / "details.json").write_text(json.dumps(list_details(report)), encoding="utf-8")
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


def list_details(report: Report) -> dict[str, Any]:
    """List the values that the Typst templates need."""
    details: dict[str, Any] = {"title": report.title, "subtitle": report.subtitle, "data": report.data}
    details |= {"book": report.is_book, "licence": ATTRIBUTION}
    if report.is_book:
        details |= {"grades": list_grades(report.chapters), "findings": list_findings(report.chapters)}
        details["official"] = report.official
    return details


def list_findings(chapters: Sequence[Chapter]) -> list[dict[str, str]]:
    """List each chapter's main finding, the title of its first figure, with the figure's label to link to."""
    found = []
    for chapter in chapters:
        figure = next((one for one in chapter.exhibits if one.kind == "figure"), None)
        finding, label = (figure.title, figure.label) if figure else (NO_FIGURE, "")
        found.append({"chapter": chapter.title, "finding": finding, "label": label})
    return found


def list_grades(chapters: Sequence[Chapter]) -> list[Mapping[str, str]]:
    """Return the grades for the cover, which one exhibit carries, or none."""
    exhibits = (exhibit for chapter in chapters for exhibit in chapter.exhibits)
    return next((list(exhibit.grades) for exhibit in exhibits if exhibit.grades), [])


def explain_typst(message: str, report: Report) -> str:
    """Explain an error of Typst; a letter missing from the fonts is traced to its cell."""
    missing = re.search(r"""the text `"(.+?)"` could""", message)
    for chapter in report.chapters if missing else ():
        before, letter, _ = chapter.markdown.partition(missing[1] if missing else "")
        if letter:
            cell = re.findall(r'cell="(\d+)"', before)[-1]
            return f"{chapter.notebook}, cell {cell}: the PDF's fonts do not have {letter!r}; use another letter"
    return f"{report.names}: the PDF cannot be made: {message}"


def mark_ends(pdf: bytes) -> bytes:
    """Add a carriage return before `endstream` where a stream's data end with one.

    Typst ends a stream with a line feed. After data ending with a carriage return, the two look like one line end,
    and strict checkers count the stream as one byte too short. The cross-reference table is shifted to match.
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
