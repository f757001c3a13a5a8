"""Make reports again from what their manifest says of them; tell which file differs, and why."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from rich.console import Console

from lewisham_study.errors import StudyError
from lewisham_study.paths import Project, shorten
from lewisham_study.report.batch.dependencies import hash_file
from lewisham_study.report.batch.inputs import hash_inputs
from lewisham_study.report.batch.manifest import NAME, Manifest, read_manifest
from lewisham_study.report.batch.notebooks import choose_notebooks
from lewisham_study.report.batch.pool import Executor
from lewisham_study.report.batch.render import BOOK
from lewisham_study.report.batch.request import Request
from lewisham_study.report.batch.run import render_all
from lewisham_study.report.run.parameters import read_parameters
from lewisham_study.vocabulary import FORMATS

CHANGES = {
    "version": "lewisham-study was {old} and is {new}",
    "python": "Python was {old} and is {new}",
    "lock": "requirements.lock changed",
    "data": "it told of {old!r}, now of {new!r}",
    "schemas": "the columns of its tables changed",
    "references": "the references changed",
    "source_date_epoch": "SOURCE_DATE_EPOCH was {old!r} and is {new!r}",
    "notebook": "its notebook changed",
    "code": "the code behind it changed",
    "parameters": "the parameters changed: {old} to {new}",
    "show_code": "whether it shows code changed",
}
UNEXPLAINED = (
    "though the manifest says it was made from the very same; was the manifest changed, "
    "or do the packages installed differ from requirements.lock?"
)
Make = Callable[[Sequence[Path]], AbstractContextManager[Executor]]


def verify_reports(
    project: Project, folder: Path, hire: Make, console: Console | None = None
) -> tuple[int, dict[str, str]]:
    """Make the reports in an authority's folder again, elsewhere, and compare them byte for byte.

    Parameters
    ----------
    project : the copy of the study to make them from.
    folder : the folder of an authority, such as ``reports/lewisham``; nothing in it is touched.
    hire : gives those who make reports from some notebooks.
    console : where the progress bar is drawn; None: nowhere.

    Returns
    -------
    int, dict of str to str
        How many files the manifest names; and of those that are not as they should be, by name, what is
        wrong: changed since they were made, or come out otherwise now, and what changed to make them so.

    Raises
    ------
    StudyError
        Where the folder has no manifest.
    """
    manifest = read_record(folder)
    found = find_strays(folder, manifest)
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as name:
        for number, names in enumerate(group_reports(manifest)):
            out = Path(name) / str(number)
            try:
                request = repeat_request(project, manifest, names)
                crew = hire(choose_notebooks(project, request.notebooks))
                failures = render_all(project, request, out, crew, console=console).failures
            except StudyError as error:
                failures = {manifest.la_code: [str(error)]}
            made, why = next(out.glob(f"*/{NAME}"), None), "; ".join(failures.get(manifest.la_code, []))
            now = read_manifest(made.parent) if made else Manifest()
            found |= {file: told for report in names for file, told in compare(folder, report, manifest, now, why)}
    return sum(len(manifest.list_files(report)) for report in manifest.reports), dict(sorted(found.items()))


def read_record(folder: Path) -> Manifest:
    """Read the manifest of a folder that must have one."""
    manifest = read_manifest(folder)
    if not manifest.reports:
        mend = "`lewisham-study report` makes it; name the folder of an authority, such as reports/lewisham"
        raise StudyError(f"{shorten(folder)} has no {NAME} to verify against; {mend}")
    for name, one in manifest.reports.items():
        asked = one["inputs"].get("chapters" if name == BOOK else "parameters")
        if not isinstance(asked, Mapping):
            raise StudyError(f"{shorten(folder / NAME)} is spoilt at {name!r}; make the reports again with --force")
    return manifest


def find_strays(folder: Path, manifest: Manifest) -> dict[str, str]:
    """Find the files that no report in the manifest owns."""
    known = {NAME, *[file for name in manifest.reports for file in manifest.list_files(name)]}
    lying = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return dict.fromkeys(lying - known, "is of no run that the manifest knows; is it left from an earlier one?")


def group_reports(manifest: Manifest) -> list[list[str]]:
    """Group reports by the request that made them: a book with its chapters, any other chapter alone."""
    chapters = {name: hash_inputs(one["inputs"]) for name, one in manifest.reports.items() if name != BOOK}
    bound = dict(manifest.reports.get(BOOK, {"inputs": {}})["inputs"].get("chapters", {}))
    if not bound or any(chapters.get(name) != digest for name, digest in bound.items()):
        return [[name] for name in manifest.reports]
    return [[*bound, BOOK], *[[name] for name in chapters if name not in bound]]


def repeat_request(project: Project, manifest: Manifest, names: Sequence[str]) -> Request:
    """Put together what was asked for when reports were made.

    Raises
    ------
    StudyError
        Where the manifest does not say it, or a notebook is no longer there.
    """
    if [*names] == [BOOK]:
        raise StudyError("its chapters were made anew since, by another request")
    chapters = [name for name in names if name != BOOK]
    given: dict[str, Any] = {}
    for name, notebook in zip(chapters, choose_notebooks(project, chapters), strict=True):
        declared = read_parameters(notebook)
        values = manifest.reports[name]["inputs"]["parameters"]
        given |= {n: v for n, v in values.items() if n not in declared or declared[n].default != v}
    files = [Path(file) for name in names for file in manifest.list_files(name)]
    formats = {path.suffix[1:] for path in files if path.parent == Path()}
    given.pop("authority", None)
    shown = bool(manifest.reports[chapters[0]]["inputs"].get("show_code"))
    return Request([manifest.la_code], chapters, given, [form for form in FORMATS if form in formats], shown)


def compare(folder: Path, report: str, then: Manifest, now: Manifest, failure: str) -> Iterator[tuple[str, str]]:
    """Compare the files of one report as recorded, as they lie there, and as they come out now."""
    recorded, made = then.list_files(report), now.list_files(report)
    why = failure or explain(then, now, report)
    for file in dict.fromkeys([*recorded, *made]):
        lies = hash_file(folder / file) if (folder / file).is_file() else ""
        told = []
        if file not in recorded:
            told = [f"comes out now, but the manifest does not name it: {why}"]
        elif not lies:
            told = ["is missing"]
        elif lies != recorded[file]:
            told = ["was changed after it was made"]
        if file in recorded and not made.get(file):
            told.append(f"cannot be made again: {why}" if failure else f"does not come out any more: {why}")
        elif file in recorded and made[file] != recorded[file]:
            told.append(f"comes out otherwise now: {why}")
        if told:
            yield file, ", and ".join(told)


def explain(then: Manifest, now: Manifest, report: str) -> str:
    """Explain what changed of that which a report, or any chapter of a book, is made from."""
    chapters = then.reports[report]["inputs"]["chapters"] if report == BOOK else [report]
    reasons: dict[str, list[str]] = {}
    for name in chapters:
        for reason in list_changes(then, now, name):
            reasons.setdefault(reason, []).append(name)
    said = [why if len(of) == len(chapters) else f"{why} ({', '.join(of)})" for why, of in reasons.items()]
    return "; ".join(said) or UNEXPLAINED


def list_changes(then: Manifest, now: Manifest, chapter: str) -> list[str]:
    """List what changed of that which a chapter is made from."""
    before, after = (manifest.reports.get(chapter, {"inputs": {}})["inputs"] for manifest in (then, now))
    then_read, now_read = before.get("tables", {}), after.get("tables", {})
    tables = [name for name in sorted({*then_read, *now_read}) if then_read.get(name) != now_read.get(name)]
    return [f"data/processed/{name}.csv changed" for name in tables] + [
        text.format(old=show(before.get(key)), new=show(after.get(key)))
        for key, text in CHANGES.items()
        if before.get(key) != after.get(key)
    ]


def show(value: Any) -> Any:
    """Show what a report was made from, on one line."""
    return ", ".join(f"{name}={one}" for name, one in value.items()) if isinstance(value, Mapping) else value
