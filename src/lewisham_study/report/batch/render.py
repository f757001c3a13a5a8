"""Make the reports of one authority: run its notebooks, write the documents."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lewisham_study.files import lock_folder, write_bytes
from lewisham_study.paths import Project
from lewisham_study.report.batch.authorities import Authority
from lewisham_study.report.batch.data_version import read_vintage
from lewisham_study.report.batch.plan import ChapterPlan, ReportPlan, plan_report, prepare_folder
from lewisham_study.report.document.chapter import Chapter, read_chapter
from lewisham_study.report.document.pandoc import Report, render_html
from lewisham_study.report.document.pdf import render_pdf
from lewisham_study.report.document.xlsx import render_workbook
from lewisham_study.report.run.execute import execute_notebook, write_notebook
from lewisham_study.vocabulary import USUAL_FORMATS

BOOK_TITLE = "Children’s services"
BOOK = "report"


@dataclass(frozen=True)
class MadeChapter:
    """What a notebook became.

    Parameters
    ----------
    chapter : its text and exhibits.
    files : its documents by name.
    """

    chapter: Chapter
    files: dict[str, bytes] = field(repr=False)


def render_report(
    project: Project,
    notebooks: Sequence[Path],
    authority: Authority,
    parameters: Mapping[str, Any],
    formats: Collection[str] = USUAL_FORMATS,
    out: Path | None = None,
    *,
    show_code: bool = False,
) -> list[Path]:
    """Make the reports of one authority, one notebook after another.

    Parameters
    ----------
    project : the copy of the study to report from.
    notebooks : paths of the notebooks, in the order of their chapters.
    authority : whom to report on, see `read_authority`.
    parameters : values for the notebooks' parameters beside the authority, such as
        ``{"start_year": 2012}``; each notebook gets those it declares, one that none declares is refused.
    formats : which of ``ipynb``, ``html``, ``pdf``, ``xlsx`` to make.
    out : the folder above the authority's own; ``reports`` unless given.
    show_code : whether the code stands in the PDF, and unfolded in the HTML.

    Returns
    -------
    list of Path
        ``<out>/<slug>/<name>.<format>`` and ``<out>/<slug>/tables/<label>.csv``; with several
        notebooks ``<out>/<slug>/report.pdf``; the workbook is ``<out>/<slug>/report.xlsx``. Nothing is
        written unless all of it could be made.

    Raises
    ------
    UsageError
        Where a parameter or format is wrong; before anything runs.
    StudyError
        Where the folder cannot be written to or another run is writing there (before anything runs), a cell
        fails, or a document cannot be made.
    """
    vintage = read_vintage(project, notebooks)
    folder = out or project.output
    plan = plan_report(project, notebooks, authority, parameters, formats, folder, vintage, show_code=show_code)
    prepare_folder(plan.folder)
    with lock_folder(folder):
        made = [make_chapter(chapter) for chapter in plan.chapters]
        files = {name: data for one in made for name, data in one.files.items()}
        return write_files(files | make_book(plan, [one.chapter for one in made]), plan.folder)


def make_chapter(plan: ChapterPlan) -> MadeChapter:
    """Run one notebook and make its documents."""
    executed = execute_notebook(plan.notebook, plan.parameters, home=plan.home, label=plan.label)
    chapter = read_chapter(executed, plan.label)
    report = Report(title=chapter.title, chapters=(chapter,), **plan.details)
    files: dict[str, bytes] = {}
    if "ipynb" in plan.formats:
        files[f"{plan.name}.ipynb"] = write_notebook(executed)
    if "html" in plan.formats:
        files[f"{plan.name}.html"] = render_html(report)
    if "pdf" in plan.formats:
        files[f"{plan.name}.pdf"] = render_pdf(report)
    return MadeChapter(chapter, files | {f"tables/{one.label}.csv": one.csv for one in chapter.exhibits})


def make_book(plan: ReportPlan, chapters: Sequence[Chapter]) -> dict[str, bytes]:
    """Make what the chapters are together: one PDF, one workbook."""
    if not plan.has_book:
        return {}
    book = Report(title=BOOK_TITLE, chapters=tuple(chapters), official=plan.authority.official, **plan.details)
    files: dict[str, bytes] = {}
    if "pdf" in plan.formats and book.is_book:
        files[f"{BOOK}.pdf"] = render_pdf(book)
    if "xlsx" in plan.formats:
        files[f"{BOOK}.xlsx"] = render_workbook(book)
    return files


def write_files(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write files by name into a folder, each whole."""
    for name, data in files.items():
        write_bytes(data, folder / name)
    return [folder / name for name in files]
