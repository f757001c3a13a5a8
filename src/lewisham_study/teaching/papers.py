"""Make the teaching case: papers as PDF, page, DOCX or PPTX, and exercises with and without solutions."""

from __future__ import annotations

import datetime
import re
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from lewisham_study import __version__
from lewisham_study.errors import StudyError
from lewisham_study.files import lock_folder
from lewisham_study.paths import Project
from lewisham_study.report.batch.authorities import Authority
from lewisham_study.report.batch.manifest import find_data_date, format_data_line, format_day, hash_tables, join_hashes
from lewisham_study.report.batch.pool import open_progress
from lewisham_study.report.batch.render import write_files
from lewisham_study.report.document.chapter import Chapter, read_chapter
from lewisham_study.report.document.office import (
    drop_file_names,
    make_reference,
    rewrite_xml,
    style_document,
    style_slides,
)
from lewisham_study.report.document.pandoc import ATTRIBUTION, Report, run_pandoc
from lewisham_study.report.document.pdf import render_both, render_pdf
from lewisham_study.report.run.execute import execute_notebook
from lewisham_study.report.run.kernels.settings import find_matplotlib
from lewisham_study.report.run.parameters import name_report, read_parameters
from lewisham_study.teaching.answers import load_exercise, open_exercise
from lewisham_study.teaching.council import choose_days, open_known
from lewisham_study.teaching.explorer import PAGE
from lewisham_study.teaching.forecasts import PARTS
from lewisham_study.teaching.nbgrader import make_exercises, refuse_work
from lewisham_study.teaching.questions import list_questions, write_gift, write_qti
from lewisham_study.teaching.workbook import render_exercise
from lewisham_study.tidy.tables import Tables

if TYPE_CHECKING:
    from nbformat import NotebookNode

LAYOUTS = {"slides": "slides", "board-plan": "sheet"}
"""Papers with a layout other than A4 pages; these have a PDF only."""
MAKING = """Made by version {version} of lewisham-study with `lewisham-study teaching`, from the processed tables with
checksum (SHA-256) `{hash}`."""
KNOWN = "known_by"
"""The parameter of a hand-out that shows only what was public on a day."""
READER = "markdown-implicit_figures-yaml_metadata_block+lists_without_preceding_blankline"
PIXELS = 200
"""Pixels per inch of a figure."""
STYLE_TALK = partial(style_slides, points=28)
"""Titles of slides here are short, so they are larger than in a report's."""
DRAWING = "#set page(width: auto, height: auto, margin: 0pt)\n#image({name})\n"
WIDTH = "16cm"
LONGEST = 45
"""The letters that the widest column of a table counts for."""
SHORTEST = 20
"""The letters that a column with words counts for at least."""
PADDING = 4
"""The letters that the margins of a narrow column count for."""
SMALL = '<w:sz w:val="18" />'
"""Nine points, as in the PDF: larger words do not fit into a table of seven columns."""
NAMED = re.compile(r"(: |from |to )(\[-?@[^\]]+\])")
"""A citation that is part of its sentence: marked for brackets.lua, which removes its brackets."""
ELSEWHERE = "The hand-outs give the sources in full."
Exhibits = dict[str, dict[str, Any]]


def make_teaching(project: Project, authority: Authority, folder: Path, console: Console) -> list[Path]:
    """Make the whole teaching case: ``handouts``, ``instructor``, ``students``, and ``course`` for nbgrader.

    The exercises are about `authority`; the case itself is always Lewisham's.
    """
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
        made += write_files(make_questions("209", case_day), folder / "instructor")
        made += write_files(make_questions(authority.la_code, council_day), folder / "council")
        return made + write_sheets(authority, folder)


def make_questions(la_code: str, day: datetime.date) -> dict[str, bytes]:
    """Make the questions for a learning platform on a council as known on a day: GIFT and QTI."""
    known = open_known(la_code, day.isoformat())
    questions, title = list_questions(known, day), f"{known.label} on {format_day(day)}"
    return {
        "questions.gift.txt": write_gift(questions, title).encode("utf-8"),
        "questions-qti.zip": write_qti(questions, title),
    }


def write_sheets(authority: Authority, folder: Path) -> list[Path]:
    """Write the exercise in a spreadsheet about the class's council: blank for students, solved for the teacher."""
    case = open_exercise(load_exercise(PARTS["D"].isoformat()), authority.la_code)
    blank, solved = (render_exercise(case, PARTS["D"], solved=solved) for solved in (False, True))
    made = write_files({"exercise.xlsx": blank}, folder / "council")
    return made + write_files({"exercise-solved.xlsx": solved}, folder / "instructor")


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
    office = {f"{name}.{kind}": render_office(executed, report, kind)}
    if name in LAYOUTS:
        return {f"{name}.pdf": render_pdf(report), **office}
    page, pdf = render_both(report)
    return {f"{name}.pdf": pdf, **office, f"{name}.html": page}


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


def render_office(executed: NotebookNode, report: Report, kind: str) -> bytes:
    """Convert an executed notebook to DOCX, or to PPTX with a slide for each second-level heading."""
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as name:
        folder = Path(name)
        text = write_markdown(executed, kind, folder)
        (folder / "reference").write_bytes(make_reference(kind, style_document if kind == "docx" else STYLE_TALK))
        run_pandoc(report, kind, list_settings(report, kind), folder, text)
        return rewrite_xml((folder / "out").read_bytes(), set_tables if kind == "docx" else drop_file_names)


def list_settings(report: Report, kind: str) -> dict[str, Any]:
    """List pandoc's settings that differ from those of a report."""
    return {
        "from": READER,
        "syntax-highlighting": "default",
        "fail-if-warnings": False,
        "output-file": "out",
        "reference-doc": "reference",
        "filters": ["citeproc", "brackets.lua"],
        "slide-level": 2,
        "metadata": {
            "title": report.title,
            "subtitle": f"{report.subtitle}. {report.data}.",
            "lang": "en-GB",
            "reference-section-title": "Sources",
            "suppress-bibliography": kind == "pptx",
        },
    }


def write_markdown(executed: NotebookNode, kind: str, folder: Path) -> str:
    """Write a notebook's text, tables and figures as Markdown, and its figures as pictures into a folder."""
    exhibits = number_exhibits(executed)
    parts = []
    for cell in executed.cells:
        if cell.cell_type == "markdown":
            parts.append(re.sub(r"\A# .*\n?", "", cell.source))
        for output in cell.get("outputs", []):
            details = output.get("metadata", {}).get("exhibit", {})
            if details.get("kind") == "prose":
                parts.append(output["data"]["text/markdown"])
            elif details:
                parts.append(write_exhibit(output["data"], exhibits[details["label"]], kind, folder))
    parts.append(f"## Sources\n\n{ATTRIBUTION} {ELSEWHERE}" if kind == "pptx" else ATTRIBUTION)
    return re.sub(r"@((?:fig|tbl)-[\w-]+)", lambda found: exhibits[found[1]]["number"], "\n\n".join(parts))


def number_exhibits(executed: NotebookNode) -> Exhibits:
    """Number the figures and tables of a notebook, by label."""
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    found = [output.get("metadata", {}).get("exhibit", {}) for output in outputs]
    counts = {"figure": 0, "table": 0}
    exhibits = {}
    for details in found:
        if details.get("kind") in counts:
            counts[details["kind"]] += 1
            number = f"{details['kind'].capitalize()} {counts[details['kind']]}"
            exhibits[details["label"]] = {**details, "number": number}
    return exhibits


def write_exhibit(data: dict[str, str], details: dict[str, Any], kind: str, folder: Path) -> str:
    """Write a figure or table with its title above and its caption below; on a slide the caption is a note."""
    caption = NAMED.sub(r"\1[\2]{.bare}", details["caption"])
    if details["kind"] == "figure":
        name = f"{details['label']}.png"
        (folder / name).write_bytes(draw_picture(data["image/svg+xml"], folder))
        alt = re.sub(r'["\[\]]', "", details["alt"])
        # On a slide a description would be printed below the picture; a title is read out only.
        body = f'![]({name} "{alt}")' if kind == "pptx" else f"![{alt}]({name}){{width={WIDTH}}}"
    else:
        body = fit_table(data["text/markdown"])
    if kind == "pptx":
        return f"{body}\n\n::: notes\n{details['number']}. {details['title']}. {caption}\n:::"
    title = f'::: {{custom-style="Table Caption"}}\n**{details["number"]}. {details["title"]}**\n:::'
    return f"{title}\n\n{body}\n\n*{caption}*"


def fit_table(table: str) -> str:
    """Give the columns of a pipe table widths by their longest cells."""
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table.strip().splitlines()]
    head, marks, body = rows[0], rows[1], rows[2:]
    sizes = [max(map(len, column)) for column in zip(head, *body, strict=True)]
    longest = [min(LONGEST, max(SHORTEST, size)) if size > 3 else size + PADDING for size in sizes]
    rules = [mark[:1] + "-" * max(3, size) + mark[-1:] for mark, size in zip(marks, longest, strict=True)]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, rules, *body])


def set_tables(name: str, text: str) -> str:
    """Set the tables of a document in small type; no row goes on over the page."""
    return re.sub(r"<w:tbl>.*?</w:tbl>", set_table, text, flags=re.DOTALL) if name == "word/document.xml" else text


def set_table(found: re.Match[str]) -> str:
    """Set one table in small type, with rows that stay on a page."""
    table = re.sub(r"<w:tr>(?:<w:trPr>)?", "<w:tr><w:trPr><w:cantSplit />", found[0])
    table = table.replace("<w:cantSplit /><w:tc>", "<w:cantSplit /></w:trPr><w:tc>")
    plain, marked = f"<w:r><w:rPr>{SMALL}</w:rPr><w:t", f"{SMALL}</w:rPr><w:t"
    return table.replace("</w:rPr><w:t", marked).replace("<w:r><w:t", plain)


def draw_picture(svg: str, folder: Path) -> bytes:
    """Convert a drawing to a PNG picture with the fonts of the figures."""
    import typst

    (folder / "drawing.svg").write_text(svg, encoding="utf-8")
    (folder / "drawing.typ").write_text(DRAWING.format(name='"drawing.svg"'), encoding="utf-8")
    place = find_matplotlib() / "mpl-data" / "fonts" / "ttf"
    picture: Any = typst.compile(
        folder / "drawing.typ", root=folder, font_paths=[place], ignore_system_fonts=True, format="png", ppi=PIXELS
    )
    return bytes(picture)
