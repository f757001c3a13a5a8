"""What a run is asked for, and the plan of each authority's reports, checked before anything runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lewisham_study import __version__
from lewisham_study.errors import UsageError, suggest
from lewisham_study.paths import Project, shorten
from lewisham_study.report.batch.authorities import Authority, Group, quote
from lewisham_study.report.batch.manifest import (
    BOOK,
    Manifest,
    hash_inputs,
    hash_notebook,
    join_hashes,
    list_inputs,
    read_data_version,
    read_manifest,
)
from lewisham_study.report.document.chapter import BRIEFING, PARTS, REPORT
from lewisham_study.report.run.parameters import (
    check_parameters,
    choose_notebooks,
    list_notebooks,
    name_report,
    read_parameters,
    read_tags,
)
from lewisham_study.vocabulary import FORMATS, USUAL_FORMATS

WORKBOOK = f"{REPORT}.xlsx"
"""The workbook of all figures and tables."""
PAGED, OTHERS = ("html", "pdf", "png"), ("docx", "pptx", "xlsx")
WINDOW = {"start_year": "--from", "end_year": "--to"}
OPTIONS = {**WINDOW, "comparators": "--comparators"}
MAKING = """Version {version} of lewisham-study makes this report with

    lewisham-study {options}

from the tables in `data/processed`. Their checksum is `{hash}`; to work it out, run
`export LC_ALL=C; sha256sum *.csv | sha256sum` in that folder.

In a checkout whose environment is not active the command is `.venv/bin/lewisham-study`. The same version and tables
give the same file, byte for byte.
"""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a run is asked for: reports of which authorities, from which notebooks, in which formats and folder.

    No authority means every one, no notebook means all; `group` names councils to set side by side instead. Parameters
    and `show_code` that are not given are those of the reports that are there, else the notebooks' defaults; `replace`
    ignores what is there, `force` makes it again.
    """

    out: Path
    authorities: Sequence[str] = ()
    group: str = ""
    notebooks: Sequence[str] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    formats: Sequence[str] = USUAL_FORMATS
    show_code: bool | None = None
    force: bool = False
    replace: bool = False


@dataclass(frozen=True)
class ChapterPlan:
    """One notebook to run for one authority; it can go to another process."""

    notebook: Path
    label: str
    home: Path
    parameters: dict[str, Any]
    formats: tuple[str, ...]
    inputs: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of its notebook."""
        return name_report(self.notebook)

    def list_files(self) -> list[str]:
        """List the files to make that the formats name: the notebook. Pictures are among what it is made from."""
        return [f"{self.name}.ipynb"] if "ipynb" in self.formats else []


@dataclass(frozen=True)
class ReportPlan:
    """The reports of one authority: the notebooks to run, and the documents to make of them.

    `parts` are the documents: report, and briefing and annex if cells are tagged for them. `replaces` describes the
    reports of another window, or of other choices, that these replace: "of 2012 to 2022".
    """

    authority: Authority
    folder: Path
    chapters: tuple[ChapterPlan, ...]
    details: dict[str, Any]
    formats: tuple[str, ...]
    parts: tuple[str, ...] = (REPORT,)
    replaces: str = ""

    @property
    def documents(self) -> dict[str, list[str]]:
        """The files to make of all chapters by the step that makes them, the first of them; the longest steps first.

        Page and PDF of a document are one step, as are a PDF and the picture of it.
        """
        steps: dict[str, list[str]] = {}
        for part in reversed(self.parts):
            files = [f"{part}.{form}" for form in PAGED if form in self.formats and (form != "png" or part == BRIEFING)]
            steps |= {files[0]: files} if files else {}
        return steps | {f"{REPORT}.{form}": [f"{REPORT}.{form}"] for form in OTHERS if form in self.formats}

    @property
    def inputs(self) -> dict[str, Any]:
        """What the documents are made from."""
        return {"chapters": {chapter.name: hash_inputs(chapter.inputs) for chapter in self.chapters}}


class Planner:
    """Plans the reports of one authority after another, from the same notebooks and data."""

    def __init__(self, project: Project, request: Request) -> None:
        self.project, self.request = project, request
        for name in request.formats or [""]:
            if name not in FORMATS:
                raise UsageError(f"no format is called {name!r}; {suggest(name, FORMATS)}")
        chosen = choose_notebooks(project, request.notebooks)
        self.declared = {path.resolve(): read_parameters(path) for path in chosen}
        self.hashes = {path: hash_notebook(path) for path in self.declared}
        tagged = {REPORT}.union(*[read_tags(path) for path in self.declared])
        self.parts = tuple(part for part in PARTS if part in tagged)
        self.names = [name_report(path) for path in self.declared]
        self.is_whole = chosen == list_notebooks(project)
        self.refuse_unknown()
        self.data = read_data_version(project)
        self.inputs = list_inputs(project, self.data)
        found = project.reports.glob("references.*")
        self.bibliographies = tuple(sorted(path.resolve() for path in found if path.suffix in {".json", ".bib"}))

    def refuse_unknown(self) -> None:
        """Refuse a parameter that no notebook declares."""
        known = {name for declared in self.declared.values() for name in declared}
        for name in self.request.parameters:
            if name not in known:
                raise UsageError(f"no notebook has a parameter {name!r}; {suggest(name, sorted(known))}")

    def plan_report(self, authority: Authority) -> ReportPlan:
        """Plan the reports of one authority; what the request leaves open is as in the reports that are there."""
        folder = self.request.out / authority.slug
        there = read_manifest(folder)
        kept = Manifest() if self.request.replace else there
        others = [name for name in kept.reports if name != BOOK]
        recalled = [name for name in others if name in self.names] or others
        choices = {**self.recall_parameters(kept, recalled, folder), "authority": authority.parameter}
        shown = self.request.show_code
        if shown is None:
            shown = any(kept.list_inputs(name).get("show_code") for name in recalled)
        formats = self.add_formats(kept)
        chapters = tuple(self.plan_chapter(path, choices, shown, formats) for path in self.declared)
        changed = {name: value for one in chapters for name, value in self.list_changed(one.notebook, choices).items()}
        details = self.describe(authority, [] if self.is_whole else self.names, chapters[0].parameters, changed, shown)
        replaces = describe_replaced(there, chapters)
        return ReportPlan(authority, folder, chapters, details, formats, self.parts, replaces)

    def plan_chapter(
        self, notebook: Path, choices: Mapping[str, Any], shown: bool, formats: tuple[str, ...]
    ) -> ChapterPlan:
        """Plan one chapter: settle its parameters, and list what it is made from."""
        declared = self.declared[notebook]
        values = check_parameters(notebook, {key: choices[key] for key in declared if key in choices}, declared)
        made_from = {"notebook": self.hashes[notebook], "parameters": values, "show_code": shown}
        made_from |= {"pictures": "png" in formats}
        home = self.project.root.resolve()
        return ChapterPlan(notebook, shorten(notebook), home, values, formats, {**self.inputs, **made_from})

    def recall_parameters(self, kept: Manifest, chapters: Sequence[str], folder: Path) -> dict[str, Any]:
        """Return the parameters given, and for others those of chapters that are there, if these agree."""
        found = dict(self.request.parameters)
        for name in chapters:
            for parameter, value in kept.list_parameters(name).items():
                if parameter in self.request.parameters or parameter == "authority":
                    continue
                if found.setdefault(parameter, value) != value:
                    option = OPTIONS.get(parameter, f"--parameter {parameter}=")
                    raise UsageError(
                        f"{shorten(folder)} has reports with {parameter} {found[parameter]} and {value}; "
                        f"choose one with {option} and --replace, or another folder with --out"
                    )
        return found

    def add_formats(self, kept: Manifest) -> tuple[str, ...]:
        """Return the formats asked for, with those of the files that are there."""
        files = [Path(file) for name in kept.reports for file in kept.list_files(name)]
        there = {path.suffix[1:] for path in files if path.parent == Path() or path.suffix == ".png"}
        return tuple(form for form in FORMATS if form in self.request.formats or form in there)

    def list_changed(self, notebook: Path, choices: Mapping[str, Any]) -> dict[str, Any]:
        """List the choices, besides authority and window, that differ from a notebook's defaults."""
        declared = {name: one for name, one in self.declared[notebook].items() if name not in {*WINDOW, "authority"}}
        return {name: choices[name] for name, one in declared.items() if choices.get(name, one.default) != one.default}

    def describe(
        self,
        authority: Authority,
        names: Sequence[str],
        values: Mapping[str, Any],
        changed: Mapping[str, Any],
        shown: bool,
    ) -> dict[str, Any]:
        """Describe a report on its pages: authority, years, data, how to make it again."""
        years = f", {values['start_year']} to {values['end_year']}" if set(WINDOW) <= set(values) else ""
        named = [] if isinstance(authority, Group) else [f"--notebook {name}" for name in names]
        options = [authority.command, *named]
        options += [f"{option} {values[name]}" for name, option in WINDOW.items() if name in values]
        options += [
            f"{OPTIONS[name]} {quote(str(value))}" if name in OPTIONS else f"--parameter {quote(f'{name}={value}')}"
            for name, value in changed.items()
        ]
        options += ["--show-code"] if shown else []
        made = {"version": __version__, "options": " ".join(options), "hash": join_hashes(self.data.tables)}
        return {
            "subtitle": f"{authority.title}{years}",
            "data": self.data.line,
            "date": self.data.date,
            "closing": MAKING.format(**made),
            "bibliographies": self.bibliographies,
            "show_code": shown,
            "official": authority.official,
        }


def describe_replaced(there: Manifest, chapters: Sequence[ChapterPlan]) -> str:
    """Describe how a report that chapters replace was made: "of 2012 to 2022", "with comparators=London", or ""."""
    lost = set(there.list_inputs(BOOK).get("chapters", ())) - {chapter.name for chapter in chapters}
    if lost:
        return f"with {', '.join(sorted(lost))}"
    for chapter in chapters:
        before, now = there.list_parameters(chapter.name), chapter.parameters
        differ = [name for name in before if name in now and name != "authority" and before[name] != now[name]]
        if differ:
            window = set(differ) & set(WINDOW)
            others = ", ".join(f"{name}={before[name]}" for name in differ if name not in WINDOW)
            parts = ["of " + " to ".join(str(before.get(name)) for name in WINDOW)] if window else []
            return " ".join([*parts, f"with {others}"] if others else parts)
    return ""
