"""Make the reports of one authority: run its notebooks, write the documents."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lewisham_study.errors import StudyError
from lewisham_study.files import write_bytes
from lewisham_study.paths import shorten
from lewisham_study.report.batch.cache import BOOK
from lewisham_study.report.batch.plan import ChapterPlan, ReportPlan
from lewisham_study.report.document.chapter import Chapter, read_chapter
from lewisham_study.report.document.pandoc import Report, render_html
from lewisham_study.report.document.pdf import render_pdf
from lewisham_study.report.document.xlsx import render_workbook
from lewisham_study.report.run.execute import execute_notebook, write_notebook

BOOK_TITLE = "Children’s services"


@dataclass(frozen=True)
class MadeChapter:
    """A chapter read from its executed notebook, and its documents by name."""

    chapter: Chapter
    files: dict[str, bytes] = field(repr=False)


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
    """Make the documents that the chapters make together: one PDF, one workbook."""
    book = Report(title=BOOK_TITLE, chapters=tuple(chapters), official=plan.authority.official, **plan.details)
    renderers = {f"{BOOK}.pdf": render_pdf, f"{BOOK}.xlsx": render_workbook}
    return {name: renderers[name](book) for name in plan.documents}


def prepare_folder(folder: Path) -> Path:
    """Make a folder if there is none, and check that it can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        why = "it is a file, not a folder" if folder.is_file() else error.strerror
        raise StudyError(f"cannot write to {shorten(folder)}: {why}; choose another folder with --out") from None


def write_files(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write files by name into a folder, each completely or not at all."""
    for name, data in files.items():
        write_bytes(data, folder / name)
    return [folder / name for name in files]
