"""What a report is to be made of, settled and checked before anything runs."""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lewisham_study import __version__
from lewisham_study.errors import StudyError, UsageError, suggest
from lewisham_study.paths import Project, shorten
from lewisham_study.report.batch.authorities import Authority, check_comparators
from lewisham_study.report.batch.data_version import Vintage, join_hashes
from lewisham_study.report.run.parameters import Parameter, check_parameters, read_parameters
from lewisham_study.vocabulary import FORMATS

OPTIONS = {"start_year": "--from", "end_year": "--to"}
MAKING = """Version {version} of lewisham-study makes it by

    lewisham-study report {options}

from these tables of `data/processed`: {tables}. Their checksum, worked out as `sha256sum FILES | sha256sum` in that
order, is `{hash}`.

In a checkout whose environment is not active the command is `.venv/bin/lewisham-study`. The same version and tables
give the same file, byte for byte.
"""


def describe(
    project: Project,
    authority: Authority,
    names: Sequence[str],
    values: Mapping[str, Any],
    others: Mapping[str, Any],
    vintage: Vintage,
    notebooks: Sequence[Path],
) -> dict[str, Any]:
    """Say what a report says of itself: whose, which years, which data, and how to make it again."""
    years = f", {values['start_year']} to {values['end_year']}" if {"start_year", "end_year"} <= set(values) else ""
    return {
        "subtitle": f"{authority.title}{years}",
        "data": vintage.line,
        "date": vintage.date,
        "closing": explain_making(authority, names, values, others, vintage.join_tables(notebooks)),
        "bibliographies": tuple(
            sorted(p.resolve() for p in project.reports.glob("references.*") if p.suffix in {".json", ".bib"})
        ),
    }


def explain_making(
    authority: Authority,
    names: Sequence[str],
    values: Mapping[str, Any],
    others: Mapping[str, Any],
    tables: Mapping[str, str],
) -> str:
    """Explain how to make a report again, to the byte; without names it is made of every notebook."""
    options = [f"--authority {quote(authority.parameter)}", *[f"--notebook {name}" for name in names]]
    options += [f"{option} {values[name]}" for name, option in OPTIONS.items() if name in values]
    options += [f"--parameter {quote(f'{name}={value}')}" for name, value in others.items()]
    about = {"tables": ", ".join(tables), "hash": join_hashes(tables)}
    return MAKING.format(version=__version__, options=" ".join(options), **about)


def quote(text: str) -> str:
    r"""Quote a word of a command, so that whoever pastes it runs nothing else.

    Examples
    --------
    >>> print(quote("Kingston upon Hull, City of"), quote("$(reboot)"), quote("a\n; b"))
    "Kingston upon Hull, City of" '$(reboot)' "a ; b"
    """
    line = " ".join(text.split())
    return shlex.quote(line) if re.search(r'["\\$`!%]', line) else f'"{line}"'


@dataclass(frozen=True)
class ChapterPlan:
    """One notebook to run for one authority, and the documents to make of it; it can go to another process.

    Parameters
    ----------
    notebook : path of the notebook.
    label : the notebook as messages name it.
    home : root of the copy of the study whose data it reads.
    parameters : values for its parameters, checked.
    details : what its documents say of themselves, see `describe`.
    formats : which documents to make.
    """

    notebook: Path
    label: str
    home: Path
    parameters: dict[str, Any]
    details: dict[str, Any]
    formats: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of its documents."""
        return name_report(self.notebook)


@dataclass(frozen=True)
class ReportPlan:
    """The reports of one authority to be made: a chapter for each notebook, and what they make together.

    Parameters
    ----------
    authority : whom they are about.
    folder : where they go.
    chapters : one for each notebook.
    details : what the book says of itself.
    formats : which documents to make.
    """

    authority: Authority
    folder: Path
    chapters: tuple[ChapterPlan, ...]
    details: dict[str, Any]
    formats: tuple[str, ...]

    @property
    def has_book(self) -> bool:
        """Whether the chapters together make a file as well."""
        return "xlsx" in self.formats or ("pdf" in self.formats and len(self.chapters) > 1)


def plan_report(
    project: Project,
    notebooks: Sequence[Path],
    authority: Authority,
    parameters: Mapping[str, Any],
    formats: Collection[str],
    out: Path,
    vintage: Vintage,
    *,
    show_code: bool = False,
    declared: Sequence[Mapping[str, Parameter]] | None = None,
) -> ReportPlan:
    """Plan the reports of one authority; arguments and errors are those of `render.render_report`.

    What the notebooks declare need not be read again for each of many authorities. The vintage must know them all.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UsageError(f"unknown format {unknown[0]!r}; {suggest(unknown[0], FORMATS)}")
    declared = [read_parameters(notebook) for notebook in notebooks] if declared is None else declared
    if isinstance(named := parameters.get("comparators"), str):
        check_comparators(project.processed, named)
    values = plan_runs(notebooks, authority, parameters, declared)
    wanted = tuple(name for name in FORMATS if name in formats)
    names = [name_report(notebook) for notebook in notebooks]
    every = names == [name_report(notebook) for notebook in list_notebooks(project)]
    code = {"show_code": show_code}
    chapters = tuple(
        ChapterPlan(
            notebook.resolve(),
            shorten(notebook),
            project.root.resolve(),
            given,
            describe(project, authority, [name], given, list_changed(parameters, [own]), vintage, [notebook]) | code,
            wanted,
        )
        for notebook, name, given, own in zip(notebooks, names, values, declared, strict=True)
    )
    changed = list_changed(parameters, declared)
    whole = describe(project, authority, [] if every else names, values[0], changed, vintage, notebooks) | code
    return ReportPlan(authority, out / authority.slug, chapters, whole, wanted)


def plan_runs(
    notebooks: Sequence[Path],
    authority: Authority,
    parameters: Mapping[str, Any],
    declared: Sequence[Mapping[str, Parameter]],
) -> list[dict[str, Any]]:
    """Share the parameters out among the notebooks and check them."""
    known = {name for one in declared for name in one}
    for name in parameters:
        if name not in known:
            raise UsageError(f"no notebook has a parameter {name!r}; {suggest(name, sorted(known))}")
    given = {**parameters, "authority": authority.parameter}
    return [
        check_parameters(notebook, {name: given[name] for name in one if name in given}, one)
        for notebook, one in zip(notebooks, declared, strict=True)
    ]


def list_changed(parameters: Mapping[str, Any], declared: Sequence[Mapping[str, Parameter]]) -> dict[str, Any]:
    """List what must be said, beside authority and window, to make reports again: what some notebook has otherwise."""
    said = {*OPTIONS, "authority"}
    defaults = {name: [one[name].default for one in declared if name in one] for name in parameters}
    return {
        name: value
        for name, value in parameters.items()
        if name not in said and any(value != default for default in defaults[name])
    }


def prepare_folder(folder: Path) -> Path:
    """Make a folder and see that it can be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        mend = "choose another folder with --out"
        why = "it is a file, not a folder" if folder.is_file() else error.strerror
        raise StudyError(f"cannot write to {shorten(folder)}: {why}; {mend}") from None


def list_notebooks(project: Project) -> list[Path]:
    """List the notebooks that make reports, in their order."""
    return sorted(project.notebooks.glob("[0-9]*.ipynb"))


def name_report(notebook: Path) -> str:
    """Name a report after its notebook, without the number.

    Examples
    --------
    >>> name_report(Path("notebooks/01-ratings.ipynb"))
    'ratings'
    """
    return re.sub(r"^\d+-", "", notebook.stem)
