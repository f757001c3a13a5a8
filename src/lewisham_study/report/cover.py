"""What stands on the title page of a book: the grades in their order, and what each chapter finds."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from lewisham_study.report.document import Chapter

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
