"""Make the reports of one authority: run its notebooks, write the documents."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from lewisham_study import __version__
from lewisham_study.csvfiles import write_bytes
from lewisham_study.errors import StudyError, UsageError
from lewisham_study.paths import Project, shorten
from lewisham_study.report.authorities import Authority
from lewisham_study.report.convert import Report, write_html
from lewisham_study.report.document import Chapter, read_chapter
from lewisham_study.report.execute import execute_notebook, write_notebook
from lewisham_study.report.parameters import check_parameters, read_parameters, suggest
from lewisham_study.report.typeset import write_pdf
from lewisham_study.report.vintage import find_data_date, hash_data, write_data_line
from lewisham_study.report.workbook import write_workbook

FORMATS = ("ipynb", "html", "pdf", "xlsx")
USUAL = ("ipynb", "html", "pdf")
BOOK_TITLE = "Children’s services"
OPTIONS = {"start_year": "--from", "end_year": "--to"}
MAKING = """Version {version} of lewisham-study makes it, from the processed tables whose checksum (SHA-256) is
`{hash}`, by

    lewisham-study report {options}

The same version and tables give the same file, byte for byte.
"""


def render_report(
    project: Project,
    notebooks: Sequence[Path],
    authority: Authority,
    parameters: Mapping[str, Any],
    formats: Collection[str] = USUAL,
    out: Path | None = None,
    *,
    show_code: bool = False,
) -> list[Path]:
    """Make the reports of one authority.

    Parameters
    ----------
    project : the copy of the study to report from.
    notebooks : paths of the notebooks, in the order of their chapters.
    authority : whom to report on, see `find_authority`.
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
        Where the folder cannot be written to (before anything runs), a cell fails, or a document cannot be made.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UsageError(f"unknown format {unknown[0]!r}; {suggest(unknown[0], list(FORMATS))}")
    values = plan_runs(notebooks, authority, parameters)
    names = [name_report(notebook) for notebook in notebooks]
    details = [
        describe(project, authority, [name], given) | {"show_code": show_code}
        for name, given in zip(names, values, strict=True)
    ]
    folder = prepare_folder((out or project.reports) / authority.slug)
    files: dict[str, bytes] = {}
    chapters = []
    for notebook, given in zip(notebooks, values, strict=True):
        executed = execute_notebook(notebook, given, home=project.root)
        chapters.append(read_chapter(executed, shorten(notebook)))
        if "ipynb" in formats:
            files[f"{name_report(notebook)}.ipynb"] = write_notebook(executed)
    files |= write_documents(names, chapters, details, formats)
    whole = describe(project, authority, names, values[0]) | {"show_code": show_code}
    book = Report(title=BOOK_TITLE, chapters=tuple(chapters), **whole)
    if len(chapters) > 1 and "pdf" in formats:
        files["report.pdf"] = write_pdf(book)
    if "xlsx" in formats:
        files["report.xlsx"] = write_workbook(book)
    for name, data in files.items():
        write_bytes(data, folder / name)
    return [folder / name for name in files]


def plan_runs(notebooks: Sequence[Path], authority: Authority, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Share the parameters out among the notebooks and check them."""
    declared = [read_parameters(notebook) for notebook in notebooks]
    known = {name for one in declared for name in one}
    for name in parameters:
        if name not in known:
            raise UsageError(f"no notebook has a parameter {name!r}; {suggest(name, sorted(known))}")
    given = {**parameters, "authority": authority.parameter}
    return [
        check_parameters(notebook, {name: given[name] for name in one if name in given})
        for notebook, one in zip(notebooks, declared, strict=True)
    ]


def prepare_folder(folder: Path) -> Path:
    """Make a folder and see that it can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        mend = "choose another folder with --out"
        raise StudyError(f"cannot write to {shorten(folder)}: {error.strerror}; {mend}") from None


def name_report(notebook: Path) -> str:
    """Name a report after its notebook, without the number.

    Examples
    --------
    >>> name_report(Path("notebooks/01-ratings.ipynb"))
    'ratings'
    """
    return re.sub(r"^\d+-", "", notebook.stem)


def describe(project: Project, authority: Authority, names: Sequence[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """Say what a report says of itself: whose, which years, which data, and how to make it again."""
    years = f", {values['start_year']} to {values['end_year']}" if {"start_year", "end_year"} <= set(values) else ""
    date = find_data_date(project)
    return {
        "subtitle": f"{authority.title}{years}",
        "data": write_data_line(date),
        "date": date,
        "closing": explain_making(project, authority, names, values),
        "bibliographies": tuple(
            sorted(p for p in project.reports.glob("references.*") if p.suffix in {".json", ".bib"})
        ),
    }


def explain_making(project: Project, authority: Authority, names: Sequence[str], values: Mapping[str, Any]) -> str:
    """Explain how to make a report again, to the byte."""
    options = [f'--authority "{authority.parameter}"', *[f"--notebook {name}" for name in names]]
    options += [f"{option} {values[name]}" for name, option in OPTIONS.items() if name in values]
    return MAKING.format(version=__version__, options=" ".join(options), hash=hash_data(project))


def write_documents(
    names: Sequence[str],
    chapters: Sequence[Chapter],
    details: Sequence[Mapping[str, Any]],
    formats: Collection[str],
) -> dict[str, bytes]:
    """Write every document asked for; by file name."""
    files: dict[str, bytes] = {}
    for name, chapter, detail in zip(names, chapters, details, strict=True):
        report = Report(title=chapter.title, chapters=(chapter,), **detail)
        if "html" in formats:
            files[f"{name}.html"] = write_html(report)
        if "pdf" in formats:
            files[f"{name}.pdf"] = write_pdf(report)
        files |= {f"tables/{exhibit.label}.csv": exhibit.csv for exhibit in chapter.exhibits}
    return files
