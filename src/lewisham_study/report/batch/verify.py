"""Make reports again from their manifest; name each file that differs, and the reason."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from rich.console import Console

from lewisham_study.errors import StudyError
from lewisham_study.paths import Project, shorten
from lewisham_study.report.batch.manifest import BOOK, NAME, Manifest, hash_file, read_manifest
from lewisham_study.report.batch.plan import Request
from lewisham_study.report.batch.pool import Executor
from lewisham_study.report.batch.run import render_all
from lewisham_study.report.run.parameters import SIDE_BY_SIDE, choose_notebooks, read_parameters
from lewisham_study.vocabulary import FORMATS

CHANGES = {
    "version": "lewisham-study was {old} and is {new}",
    "python": "Python was {old} and is {new}",
    "code": "the code of lewisham-study changed",
    "lock": "requirements.lock changed",
    "data": "its line about the data was {old!r} and is {new!r}",
    "package": "data/processed/datapackage.json changed",
    "references": "the references changed",
    "source_date_epoch": "SOURCE_DATE_EPOCH was {old!r} and is {new!r}",
    "notebook": "its notebook changed",
    "parameters": "the parameters changed: {old} to {new}",
    "show_code": "whether it shows code changed",
}
UNEXPLAINED = (
    "though the manifest lists the same inputs; was the manifest changed, "
    "or do the installed packages differ from requirements.lock?"
)


def verify_reports(
    project: Project,
    folder: Path,
    open_executor: Callable[[], AbstractContextManager[Executor]],
    console: Console | None = None,
) -> tuple[int, dict[str, str]]:
    """Make an authority's reports again elsewhere and compare them byte for byte; nothing in the folder is touched.

    Returns the number of files in the manifest and, by name of each file that differs, what is wrong and why.
    """
    manifest = read_record(folder)
    found = find_strays(folder, manifest)
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as name:
        out = Path(name)
        try:
            request = repeat_request(project, manifest, out)
            failures = render_all(project, request, open_executor(), console=console).failures
        except StudyError as error:
            failures = {manifest.la_code: [str(error)]}
        made, failure = (
            next(out.glob(f"*/{NAME}"), None),
            "; ".join(message for found in failures.values() for message in found),
        )
        now = read_manifest(made.parent) if made else Manifest()
        for report in manifest.reports:
            found |= dict(compare(folder, report, manifest, now, failure))
    return sum(len(manifest.list_files(report)) for report in manifest.reports), dict(sorted(found.items()))


def read_record(folder: Path) -> Manifest:
    """Read the manifest of a folder that must have one."""
    manifest = read_manifest(folder)
    if not manifest.reports:
        hint = "`lewisham-study report` makes it; name the folder of an authority, such as reports/lewisham"
        raise StudyError(f"{shorten(folder)} has no {NAME} to verify against; {hint}")
    for name in {BOOK: None, **manifest.reports}:
        if not manifest.is_sound(name):
            raise StudyError(f"{shorten(folder / NAME)} is corrupt at {name!r}; make the reports again with --force")
    return manifest


def find_strays(folder: Path, manifest: Manifest) -> dict[str, str]:
    """Find the files that no report in the manifest lists."""
    known = {NAME, *[file for name in manifest.reports for file in manifest.list_files(name)]}
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return dict.fromkeys(present - known, "is not in the manifest; is it left from an earlier run?")


def repeat_request(project: Project, manifest: Manifest, out: Path) -> Request:
    """Reconstruct the request that made a report, for another folder."""
    chapters = list(manifest.list_inputs(BOOK)["chapters"])
    given: dict[str, Any] = {}
    for name, notebook in zip(chapters, choose_notebooks(project, chapters), strict=True):
        declared = read_parameters(notebook)
        values = manifest.list_parameters(name)
        given |= {n: v for n, v in values.items() if n not in declared or declared[n].default != v}
    given.pop("authority", None)
    files = [Path(file) for name in manifest.reports for file in manifest.list_files(name)]
    formats = {path.suffix[1:] for path in files if path.parent == Path() or path.suffix == ".png"}
    group = str(manifest.list_parameters(SIDE_BY_SIDE).get("authority") or "")
    return Request(
        out=out,
        authorities=[manifest.la_code] if not group else [],
        group=group,
        notebooks=chapters,
        parameters=given,
        formats=[form for form in FORMATS if form in formats],
        show_code=bool(manifest.list_inputs(chapters[0]).get("show_code")),
    )


def compare(folder: Path, report: str, then: Manifest, now: Manifest, failure: str) -> Iterator[tuple[str, str]]:
    """Compare the files of one report: as recorded, as they are in the folder, and as made again."""
    recorded = then.list_files(report)
    made = now.list_files(report)
    why = failure or explain_difference(then, now, report)
    for file in dict.fromkeys([*recorded, *made]):
        digest = hash_file(folder / file) if (folder / file).is_file() else ""
        wrong = []
        if file not in recorded:
            wrong = [f"is made now, but is not in the manifest: {why}"]
        elif not digest:
            wrong = ["is missing"]
        elif digest != recorded[file]:
            wrong = ["was changed after it was made"]
        if file in recorded and not made.get(file):
            wrong.append(f"cannot be made again: {why}" if failure else f"is no longer made: {why}")
        elif file in recorded and made[file] != recorded[file]:
            wrong.append(f"is different when made again: {why}")
        if wrong:
            yield file, ", and ".join(wrong)


def explain_difference(then: Manifest, now: Manifest, report: str) -> str:
    """Explain what changed of the inputs of a report, or of any chapter of a book."""
    chapters = then.list_inputs(report)["chapters"] if report == BOOK else [report]
    reasons: dict[str, list[str]] = {}
    for name in chapters:
        for reason in list_changes(then.list_inputs(name), now.list_inputs(name)):
            reasons.setdefault(reason, []).append(name)
    named = [why if len(of) == len(chapters) else f"{why} ({', '.join(of)})" for why, of in reasons.items()]
    return "; ".join(named) or UNEXPLAINED


def list_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """List what differs between the inputs of a chapter then and now."""
    old, new = before.get("tables", {}), after.get("tables", {})
    tables = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    return [f"data/processed/{name}.csv changed" for name in tables] + [
        text.format(old=format_value(before.get(key)), new=format_value(after.get(key)))
        for key, text in CHANGES.items()
        if before.get(key) != after.get(key)
    ]


def format_value(value: Any) -> Any:
    """Format parameters on one line."""
    return ", ".join(f"{name}={one}" for name, one in value.items()) if isinstance(value, Mapping) else value
