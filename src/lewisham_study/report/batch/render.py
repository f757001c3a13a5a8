"""Make the reports of one authority: run its notebooks, write the documents."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console

from lewisham_study.errors import StudyError
from lewisham_study.files import lock_folder, write_bytes
from lewisham_study.paths import Project, shorten
from lewisham_study.report.batch.authorities import Group
from lewisham_study.report.batch.plan import WORKBOOK, ChapterPlan, ReportPlan
from lewisham_study.report.batch.pool import open_progress
from lewisham_study.report.document.chapter import ANNEX, BRIEFING, REPORT, Chapter, read_chapter
from lewisham_study.report.document.office import render_docx, render_pptx
from lewisham_study.report.document.pandoc import Report, render_html
from lewisham_study.report.document.pdf import render_both, render_pdf, render_pictures, render_png
from lewisham_study.report.document.xlsx import render_workbook
from lewisham_study.report.run.execute import execute_notebook, write_notebook
from lewisham_study.report.run.parameters import SIDE_BY_SIDE, list_notebooks

NAMES = {BRIEFING: "Briefing", REPORT: "Report", ANNEX: "Technical annex"}
TITLES = {BRIEFING: "Children’s services in brief", REPORT: "Children’s services", ANNEX: "Technical annex"}
FIGURES = "figures"
OFFICE = {"docx": render_docx, "pptx": render_pptx}


@dataclass(frozen=True)
class MadeChapter:
    """A chapter read from its executed notebook, and its files by name; `is_new` if the notebook was run just now."""

    chapter: Chapter
    files: dict[str, bytes] = field(repr=False)
    is_new: bool = True


def make_chapter(plan: ChapterPlan) -> MadeChapter:
    """Run one notebook; its files are the notebook, and the figures and tables on their own.

    Figures of the annex alone have no PNG, which nobody prints and which takes as long as drawing them.
    """
    executed = execute_notebook(plan.notebook, plan.parameters, home=plan.home, label=plan.label)
    chapter = read_chapter(executed, plan.label)
    files = {f"{plan.name}.ipynb": write_notebook(executed)} if "ipynb" in plan.formats else {}
    files |= {f"tables/{one.label}.csv": one.csv for one in chapter.exhibits}
    figures = {name: data for name, data in chapter.files.items() if name.endswith(".svg")}
    files |= {f"{FIGURES}/{name}": data for name, data in figures.items()}
    if "png" in plan.formats:
        shown = [one.label for piece in chapter.pieces if piece.part != ANNEX for one in piece.exhibits]
        pictures = render_pictures({name: data for name, data in figures.items() if name[:-4] in shown})
        files |= {f"{FIGURES}/{name.removesuffix('.svg')}.png": data for name, data in pictures.items()}
    return MadeChapter(chapter, files)


def make_document(plan: ReportPlan, step: str, reports: Sequence[Report]) -> dict[str, bytes]:
    """Make the files of one step of a plan: a document as page, PDF and picture, or in an office format."""
    if step == WORKBOOK:
        return {step: render_workbook(*reports)}
    part, _, form = step.partition(".")
    if form in OFFICE:
        return {step: OFFICE[form](reports[0])}
    forms = {name.partition(".")[2] for name in plan.documents[step]}
    if forms == {"html"}:
        made = {"html": render_html(reports[0])}
    elif "html" in forms:
        made = dict(zip(("html", "pdf"), render_both(reports[0]), strict=True))
    else:
        made = {"pdf": render_pdf(reports[0])}
    if "png" in forms:
        made["png"] = render_png(made["pdf"])
    return {f"{part}.{one}": data for one, data in made.items() if one in forms}


def describe_documents(plan: ReportPlan, chapters: Sequence[Chapter], step: str) -> list[Report]:
    """Describe what a step makes: a document or, for the workbook, the report and its annex."""
    parts = {part: [chapter.select(part) for chapter in chapters] for part in plan.parts}
    described = {
        part: describe_document(plan, part, tuple(chapter for chapter in found if chapter.pieces))
        for part, found in parts.items()
    }
    if step == WORKBOOK:
        return [described[part] for part in (REPORT, ANNEX) if part in described]
    wanted = step.partition(".")[0]
    others = {
        label: (name.replace(" ", "\u00a0"), f"{part}.html")
        for part, report in described.items()
        if part not in (wanted, BRIEFING)
        for label, name in report.numbers.items()
    }
    return [replace(described[wanted], elsewhere=others)]


def describe_document(plan: ReportPlan, part: str, chapters: tuple[Chapter, ...]) -> Report:
    """Describe one document: its title, and the links to the others."""
    pages = [(NAMES[one], f"{one}.html") for one in plan.parts if one != part and "html" in plan.formats]
    pages += [("This page as PDF", f"{part}.pdf")] if "pdf" in plan.formats else []
    alone = part == REPORT and len(chapters) == 1 and not isinstance(plan.authority, Group)
    details = plan.details | ({"subtitle": plan.authority.title} if part == BRIEFING else {})
    return Report(
        title=chapters[0].title if alone else TITLES[part],
        chapters=chapters,
        layout=BRIEFING if part == BRIEFING else "report",
        prefix="A" if part == ANNEX else "",
        floats=part == ANNEX or isinstance(plan.authority, Group),
        links=(*pages, ("All councils", "../index.html")),
        images=FIGURES if "png" in plan.formats and part != ANNEX else "",
        **details,
    )


def refresh_notebooks(project: Project, console: Console) -> list[Path]:
    """Run the committed notebooks again with their default parameters, in place; return those that changed."""
    changed = []
    every = [*list_notebooks(project), *project.notebooks.glob(f"{SIDE_BY_SIDE}.ipynb")]
    with lock_folder(project.notebooks), open_progress(console) as progress:
        for notebook in progress.track(every, description="notebooks"):
            data = write_notebook(execute_notebook(notebook, {}, home=project.root))
            if data != notebook.read_bytes():
                write_bytes(data, notebook)
                changed.append(notebook)
    return changed


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
