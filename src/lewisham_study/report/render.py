"""Make the reports of one authority: run its notebooks, write the documents."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from lewisham_study.csvfiles import write_bytes
from lewisham_study.errors import StudyError, UsageError
from lewisham_study.paths import Project, shorten
from lewisham_study.report.authorities import Authority
from lewisham_study.report.convert import Details, write_html, write_pdf
from lewisham_study.report.document import Chapter, read_chapter
from lewisham_study.report.execute import execute_notebook, write_notebook
from lewisham_study.report.parameters import check_parameters, read_parameters, suggest
from lewisham_study.report.vintage import find_data_date

FORMATS = ("ipynb", "html", "pdf")


def render_report(
    project: Project,
    notebooks: Sequence[Path],
    authority: Authority,
    parameters: Mapping[str, Any],
    formats: Collection[str] = FORMATS,
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
    formats : which of ``ipynb``, ``html``, ``pdf`` to make.
    out : the folder above the authority's own; ``reports`` unless given.
    show_code : whether the code stands in the PDF, and unfolded in the HTML.

    Returns
    -------
    list of Path
        ``<out>/<slug>/<name>.<format>`` and ``<out>/<slug>/tables/<label>.csv``, and with several
        notebooks ``<out>/<slug>/report.pdf``. Nothing is written unless all of it could be made.

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
    folder = prepare_folder((out or project.reports) / authority.slug)
    details = [describe(project, authority, given) for given in values]
    files: dict[str, bytes] = {}
    chapters = []
    for notebook, given in zip(notebooks, values, strict=True):
        executed = execute_notebook(notebook, given, home=project.root)
        chapters.append(read_chapter(executed, shorten(notebook)))
        files[f"{name_report(notebook)}.ipynb"] = write_notebook(executed)
    files |= write_documents([name_report(n) for n in notebooks], chapters, details, project, formats, show_code)
    kept = {name: data for name, data in files.items() if name.rpartition(".")[2] in {*formats, "csv"}}
    for name, data in kept.items():
        write_bytes(data, folder / name)
    return [folder / name for name in kept]


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


def describe(project: Project, authority: Authority, values: Mapping[str, Any]) -> dict[str, Any]:
    """Say what stands under a report's title: whose, which years, which data."""
    years = f", {values['start_year']} to {values['end_year']}" if {"start_year", "end_year"} <= set(values) else ""
    date = find_data_date(project)
    data = f"Data published up to {date.day} {date:%B %Y}"
    return {"subtitle": f"{authority.title}{years}", "data": data, "date": date}


def write_documents(
    names: Sequence[str],
    chapters: Sequence[Chapter],
    details: Sequence[Mapping[str, Any]],
    project: Project,
    formats: Collection[str],
    show_code: bool,
) -> dict[str, bytes]:
    """Write every document asked for; by file name."""
    references = next((p for p in sorted(project.reports.glob("references.*")) if p.suffix in {".bib", ".json"}), None)
    files: dict[str, bytes] = {}
    for name, chapter, detail in zip(names, chapters, details, strict=True):
        named = Details(title=chapter.title, **detail)
        if "html" in formats:
            files[f"{name}.html"] = write_html(chapter, named, references, show_code=show_code)
        if "pdf" in formats:
            files[f"{name}.pdf"] = write_pdf([chapter], named, references, show_code=show_code)
        files |= {f"tables/{label}.csv": data for label, data in chapter.tables.items()}
    if len(chapters) > 1 and "pdf" in formats:
        whole = Details(title="Children’s services", **details[0])
        files["report.pdf"] = write_pdf(chapters, whole, references, show_code=show_code)
    return files
