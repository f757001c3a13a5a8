"""Make the teaching case: hand-outs, instructor's papers, and exercises with and without solutions."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.console import Console

from lewisham_study import __version__
from lewisham_study.analysis.case import open_case
from lewisham_study.errors import StudyError, UsageError
from lewisham_study.files import lock_folder
from lewisham_study.paths import Project
from lewisham_study.report.batch.authorities import Authority
from lewisham_study.report.batch.manifest import find_data_date, format_data_line, format_day, hash_tables, join_hashes
from lewisham_study.report.batch.pool import open_progress
from lewisham_study.report.batch.render import write_files
from lewisham_study.report.document.chapter import Chapter, read_chapter
from lewisham_study.report.document.pandoc import Report, render_html
from lewisham_study.report.document.pdf import render_pdf
from lewisham_study.report.run.execute import execute_notebook
from lewisham_study.report.run.parameters import name_report, read_parameters
from lewisham_study.teaching.answers import load_exercise, open_exercise
from lewisham_study.teaching.council import choose_days
from lewisham_study.teaching.explorer import PAGE
from lewisham_study.teaching.forecasts import PARTS
from lewisham_study.teaching.nbgrader import make_exercises, refuse_work
from lewisham_study.teaching.office import render_office
from lewisham_study.teaching.questions import list_questions, write_gift, write_qti
from lewisham_study.teaching.workbook import render_exercise
from lewisham_study.tidy.as_of import load_known_tables
from lewisham_study.tidy.tables import Tables

LAYOUTS = {"slides": "slides", "board-plan": "sheet"}
"""Papers with a layout other than A4 pages; these have a PDF only."""
MAKING = """Made by version {version} of lewisham-study with `lewisham-study teaching`, from the processed tables with
checksum (SHA-256) `{hash}`."""
KNOWN = "known_by"
"""The parameter of a hand-out that shows only what was public on a day."""


def make_teaching(project: Project, authority: Authority, folder: Path, console: Console) -> list[Path]:
    """Make the whole teaching case: ``handouts``, ``instructor``, ``students``, and ``course`` for nbgrader.

    The exercises are about `authority`; the case itself is always Lewisham's.
    """
    if find_spec("nbgrader") is None:
        raise UsageError("nbgrader is not installed: run `make setup`, or install lewisham-study[teaching]")
    if not (project.raw / "figures").is_dir():
        fix = "clone the project, as an installed package has only the tables"
        raise StudyError(f"expected the figures as published in data/raw/figures, found none; {fix}")
    with lock_folder(folder), open_progress(console) as progress:
        refuse_work(folder)
        # The exercises come first, because they refuse a council with too little data.
        made = make_exercises(project, authority, folder)
        for notebook in progress.track(list_papers(project), description="papers"):
            room = "handouts" if KNOWN in read_parameters(notebook) else "instructor"
            made += write_files(make_paper(project, notebook), folder / room)
        for notebook, chosen in progress.track(plan_council(project, authority), description="council"):
            made += write_files(make_paper(project, notebook, chosen), folder / "council")
        case_day, council_day = PARTS["C"], choose_days(Tables(project.processed), authority.la_code)[0]
        made += write_files(make_questions(project, "209", case_day), folder / "instructor")
        made += write_files(make_questions(project, authority.la_code, council_day), folder / "council")
        return made + write_sheets(authority, folder)


def make_questions(project: Project, la_code: str, day: datetime.date) -> dict[str, bytes]:
    """Make the questions for a learning platform on a council as known on a day: GIFT and QTI."""
    known = open_case(load_known_tables(day, project), la_code, 2012, day.year, comparators="region", basis="published")
    questions, title = list_questions(known, day), f"{known.label} on {format_day(day)}"
    return {
        "questions.gift.txt": write_gift(questions, title).encode("utf-8"),
        "questions-qti.zip": write_qti(questions, title),
    }


def write_sheets(authority: Authority, folder: Path) -> list[Path]:
    """Write the exercise in a spreadsheet about the class's council: blank for students, solved for the teacher."""
    case = open_exercise(load_exercise(PARTS["D"].isoformat()), authority.la_code)
    made = []
    for room, name, solved in (("council", "exercise", False), ("instructor", "exercise-solved", True)):
        made += write_files({f"{name}.xlsx": render_exercise(case, PARTS["D"], solved=solved)}, folder / room)
    return made


def plan_council(project: Project, authority: Authority) -> list[tuple[Path, dict[str, Any]]]:
    """List the notebooks of the case from data alone, with their parameters for a council."""
    made, ending = (day.isoformat() for day in choose_days(Tables(project.processed), authority.la_code))
    place, council = project.notebooks / "teaching" / "council", {"authority": authority.parameter}
    return [
        (place / "situation.ipynb", council | {KNOWN: made}),
        (place / "ending.ipynb", council | {"made": made, KNOWN: ending}),
    ]


def list_papers(project: Project) -> list[Path]:
    """List the notebooks that become papers: the parts of the case and the instructor's."""
    return sorted(path for path in (project.notebooks / "teaching").glob("*.ipynb") if path.name != PAGE)


def make_paper(project: Project, notebook: Path, chosen: Mapping[str, Any] | None = None) -> dict[str, bytes]:
    """Run one notebook of the case and make its documents: PDF, DOCX or PPTX, and an HTML page for a report."""
    executed = execute_notebook(notebook, chosen or {}, home=project.root)
    report = describe_paper(project, notebook, read_chapter(executed, notebook.name), chosen or {})
    name = name_report(notebook)
    kind = "pptx" if name == "slides" else "docx"
    files = {f"{name}.pdf": render_pdf(report), f"{name}.{kind}": render_office(executed, report, kind)}
    return files if name in LAYOUTS else files | {f"{name}.html": render_html(report)}


def describe_paper(project: Project, notebook: Path, chapter: Chapter, chosen: Mapping[str, Any]) -> Report:
    """Describe a paper: a hand-out has the date of its day and names no later one."""
    declared = {name: one.default for name, one in read_parameters(notebook).items()} | dict(chosen)
    about = f"A teaching case on {declared['authority']}" if "authority" in declared else "A teaching case"
    day = find_data_date(project)
    data = format_data_line(day)
    if KNOWN in declared:
        day = datetime.date.fromisoformat(declared[KNOWN])
        data = f"Only what was public on {format_day(day)}"
    return Report(
        title=chapter.title,
        subtitle=about,
        data=data,
        date=day,
        chapters=(chapter,),
        closing=MAKING.format(version=__version__, hash=join_hashes(hash_tables(project))),
        bibliographies=tuple(sorted(project.reports.glob("references.json"))),
        layout=LAYOUTS.get(name_report(notebook), "report"),
    )
