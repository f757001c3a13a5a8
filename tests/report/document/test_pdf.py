"""The title page of a book: the grades of the whole service in their order, and what each chapter finds."""

from __future__ import annotations

from types import SimpleNamespace

from lewisham_study.report.document.chapter import Chapter, read_chapter
from lewisham_study.report.document.pdf import list_findings, list_grades

STEPS = """Strand,Framework,Grade,Inspected from,Published,Window,Source
Adoption,SIF,good,26 October 2015,20 January 2016,within,a
Overall,ILACS,good,4 December 2023,31 January 2024,after,a
Overall,SIF,requires improvement,26 October 2015,20 January 2016,within,a
Looked-after children,SLAC,good,February 2012,23 March 2012,within,a
Safeguarding,SLAC,outstanding,,23 March 2012,within,a
"""


def read(build: SimpleNamespace, title: str, *outputs: object) -> Chapter:
    cells = [build.code("x", output, count=number) for number, output in enumerate(outputs, start=1)]
    return read_chapter(build.notebook(build.text(f"# {title}"), *cells), "n.ipynb")


def test_grades_stand_in_the_order_of_their_reports(build: SimpleNamespace) -> None:
    path = build.figure("fig-rating-path")
    path.data["text/csv"] = STEPS
    grades = list_grades([read(build, "Caseload", build.figure()), read(build, "Ratings", path)])
    assert [(grade["strand"], grade["letter"], grade["year"], grade["window"]) for grade in grades] == [
        ("Safeguarding", "O", "2012", "within"),
        ("Looked-after children", "G", "2012", "within"),
        ("Overall", "RI", "2015", "within"),
        ("Overall", "G", "2023", "after"),
    ]
    assert list_grades([read(build, "Caseload", build.figure())]) == []


def test_a_chapter_finds_what_its_first_figure_states(build: SimpleNamespace) -> None:
    chapters = [read(build, "Ratings", build.table(), build.figure(), build.figure("fig-two")), read(build, "Empty")]
    assert list_findings(chapters) == [
        {"chapter": "Ratings", "finding": "Two steps", "label": "fig-steps"},
        {"chapter": "Empty", "finding": "No figure for these years", "label": ""},
    ]
