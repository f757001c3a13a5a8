"""Make the teaching case: hand-outs, instructor's papers, and exercises with and without their solutions."""

from __future__ import annotations

import datetime
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console

from lewisham_study import __version__
from lewisham_study.errors import StudyError, UsageError
from lewisham_study.files import lock_folder, write_bytes
from lewisham_study.paths import Project
from lewisham_study.report.batch.authorities import Authority
from lewisham_study.report.batch.data_version import find_data_date, format_data_line, hash_tables, join_hashes
from lewisham_study.report.batch.notebooks import name_report
from lewisham_study.report.batch.progress import open_progress
from lewisham_study.report.document.chapter import Chapter, read_chapter
from lewisham_study.report.document.pandoc import Report, render_html
from lewisham_study.report.document.pdf import render_pdf
from lewisham_study.report.run.execute import execute_notebook
from lewisham_study.report.run.parameters import read_parameters
from lewisham_study.teaching.nbgrader import make_exercises, refuse_work

LAYOUTS = {"slides": "slides", "board-plan": "sheet"}
"""How a paper is laid out that is no report of A4 pages; of these there is a PDF alone."""
MAKING = """Version {version} of lewisham-study makes it by `lewisham-study teaching`, from the processed tables whose
checksum (SHA-256) is `{hash}`."""
KNOWN = "known_by"
"""The parameter of a hand-out that shows only what was public on a day."""


PAGE = "explore.ipynb"
"""The notebook that is no paper but a page to work with."""


def make_teaching(project: Project, authority: Authority, folder: Path, console: Console) -> list[Path]:
    """Make the whole teaching case.

    Parameters
    ----------
    project : the copy of the study.
    authority : the council that the exercises are about; the case itself is always Lewisham's.
    folder : where to: ``handouts``, ``instructor``, ``students``, and ``course`` for nbgrader.
    console : where progress is shown.

    Raises
    ------
    UsageError
        Where the teaching extra is not installed.
    StudyError
        Where a notebook fails, a paper cannot be made, a solution fails its own checks, or somebody worked in
        the student versions that would be made anew.
    """
    if find_spec("nbgrader") is None:
        raise UsageError("nbgrader is not installed: run `make setup`, or install lewisham-study[teaching]")
    if not (project.raw / "figures").is_dir():
        mend = "clone the project, for an installed package has the tables alone"
        raise StudyError(f"hand-outs are made from the figures as published, and there are none; {mend}")
    with lock_folder(folder), open_progress(console) as progress:
        refuse_work(folder)
        # First the exercises: they refuse a council of which too little is held, before there is a pack without them.
        made = make_exercises(project, authority, folder)
        for notebook in progress.track(list_papers(project), description="papers"):
            room = "handouts" if KNOWN in read_parameters(notebook) else "instructor"
            made += write_paper(project, notebook, folder / room)
        return made


def list_papers(project: Project) -> list[Path]:
    """List the notebooks that become papers: the case's parts and the instructor's."""
    return sorted(path for path in (project.notebooks / "teaching").glob("*.ipynb") if path.name != PAGE)


def make_paper(project: Project, notebook: Path) -> dict[str, bytes]:
    """Run one notebook of the case and make its documents.

    Returns
    -------
    dict
        Documents by name: a PDF, and a page where the paper is a report.
    """
    executed = execute_notebook(notebook, {}, home=project.root)
    report = describe_paper(project, notebook, read_chapter(executed, notebook.name))
    name = name_report(notebook)
    files = {f"{name}.pdf": render_pdf(report)}
    return files if name in LAYOUTS else files | {f"{name}.html": render_html(report)}


def describe_paper(project: Project, notebook: Path, chapter: Chapter) -> Report:
    """Say what a paper says of itself; one that looks back from a day is dated on that day and names none later."""
    declared = read_parameters(notebook)
    about = f"A teaching case on {declared['authority'].default}" if "authority" in declared else "A teaching case"
    day = find_data_date(project)
    data = format_data_line(day)
    if KNOWN in declared:
        day = datetime.date.fromisoformat(declared[KNOWN].default)
        data = f"Only what was public on {day.day} {day:%B %Y}"
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


def write_paper(project: Project, notebook: Path, folder: Path) -> list[Path]:
    """Make one paper and write its documents into a folder, each whole."""
    made = make_paper(project, notebook)
    for name, data in made.items():
        write_bytes(data, folder / name)
    return [folder / name for name in made]
