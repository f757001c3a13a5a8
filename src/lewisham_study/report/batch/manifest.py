"""What a folder of reports was made from, file by file, so that only what changed need be made again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lewisham_study.errors import StudyError
from lewisham_study.files import write_text
from lewisham_study.paths import shorten
from lewisham_study.report.batch.dependencies import hash_file
from lewisham_study.report.batch.plan import ReportPlan
from lewisham_study.report.batch.render import BOOK, MadeChapter
from lewisham_study.report.batch.schedule import Job
from lewisham_study.report.document.chapter import read_chapter
from lewisham_study.report.run.execute import read_notebook

NAME = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What an authority's folder holds, and what that was made from.

    Parameters
    ----------
    reports : by report name: ``inputs`` (what it was made from) and ``files`` (SHA-256 by name).
    la_code, authority : whose they are.
    """

    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    la_code: str = ""
    authority: str = ""

    def list_files(self, name: str) -> dict[str, str]:
        """List the files of a report with their checksums."""
        return dict(self.reports.get(name, {}).get("files", {}))

    def holds(self, folder: Path, name: str, inputs: Mapping[str, Any], wanted: list[str]) -> bool:
        """Tell whether a report was made from these inputs, and each of its files lies there as it was made."""
        entry = self.reports.get(name, {"inputs": None})
        if entry["inputs"] != inputs or not set(wanted) <= set(entry["files"]):
            return False
        return all(is_same(folder / file, digest) for file, digest in entry["files"].items())


def read_manifest(folder: Path) -> Manifest:
    """Read a folder's manifest; one that is missing or spoilt vouches for nothing."""
    try:
        content = json.loads((folder / NAME).read_bytes())
        reports = {
            name: {key: dict(one[key]) for key in ("inputs", "files")} for name, one in content["reports"].items()
        }
        if not all(is_inside(file) for one in reports.values() for file in one["files"]):
            return Manifest()
        return Manifest(reports, str(content["la_code"]), str(content["authority"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Manifest()


def is_inside(file: str) -> bool:
    r"""Tell whether the name of a file cannot lead out of its folder, on any system.

    Examples
    --------
    >>> [is_inside(name) for name in ("tables/a.csv", "../a.csv", "/etc/passwd", "C:a", "a/..\\b")]
    [True, False, False, False, False]
    """
    return all(re.fullmatch(r"\w[\w.-]*", part) for part in file.split("/"))


def write_manifest(order: Job, inputs: Mapping[str, Any]) -> list[Path]:
    """Write what an order's files were made from, beside those of the folder's reports that still stand.

    Returns
    -------
    list of Path
        The documents of earlier runs that stand no more and were deleted, see `delete_superseded`.
    """
    plan = order.plan
    before = read_manifest(plan.folder)
    reports = dict(before.reports)
    own = {plan.chapters[number].name: list(made.files) for number, made in order.made.items() if made.files}
    rest = set(order.files).difference(*own.values())
    for name, files in (own | ({BOOK: sorted(rest)} if rest else {})).items():
        entry = reports.get(name, {"inputs": None, "files": {}})
        kept = entry["files"] if entry["inputs"] == inputs[name] else {}
        made_now = {file: hashlib.sha256(order.files[file]).hexdigest() for file in files}
        reports[name] = {"inputs": inputs[name], "files": dict(sorted({**kept, **made_now}.items()))}
    deleted = delete_superseded(plan.folder, before, Manifest(reports))
    about = {"authority": plan.authority.la_name, "la_code": plan.authority.la_code}
    text = json.dumps(about | {"reports": dict(sorted(reports.items()))}, ensure_ascii=False, indent=1)
    write_text(text + "\n", plan.folder / NAME)
    return deleted


def delete_superseded(folder: Path, before: Manifest, now: Manifest) -> list[Path]:
    """Delete what a manifest named before and names no more: made from other data, parameters or code than what stands.

    A file that it never named, or that was changed since, is not deleted.

    Raises
    ------
    StudyError
        Where a file cannot be deleted.
    """
    named = {file: digest for name in before.reports for file, digest in before.list_files(name).items()}
    stands = {file for name in now.reports for file in now.list_files(name)}
    old = [folder / file for file, digest in named.items() if file not in stands and is_same(folder / file, digest)]
    for path in old:
        try:
            path.unlink()
        except OSError as error:
            mend = "close what has it open, and run again"
            raise StudyError(f"cannot delete {shorten(path)}: {error.strerror}; {mend}") from None
    return old


def start_job(plan: ReportPlan, inputs: Mapping[str, Any], *, force: bool) -> Job | None:
    """Job what of a plan is not there yet; None where all of it is.

    A chapter that stands is read from its executed notebook, where a book must be made again; without
    that notebook it is run again.
    """
    if force:
        return Job(plan)
    manifest = read_manifest(plan.folder)
    held = {
        chapter.name: manifest.holds(plan.folder, chapter.name, inputs[chapter.name], name_files(plan, chapter.name))
        for chapter in plan.chapters
    }
    book = not plan.has_book or manifest.holds(plan.folder, BOOK, inputs[BOOK], name_files(plan, BOOK))
    if book and all(held.values()):
        return None
    made = {
        number: MadeChapter(read_chapter(read_notebook(path), chapter.label), {})
        for number, chapter in enumerate(plan.chapters)
        if held[chapter.name]
        and (path := plan.folder / f"{chapter.name}.ipynb").name in manifest.list_files(chapter.name)
    }
    return Job(plan, made)


def name_files(plan: ReportPlan, name: str) -> list[str]:
    """Name the documents that a report is asked to be."""
    if name != BOOK:
        return [f"{name}.{form}" for form in plan.formats if form != "xlsx"]
    return [f"{BOOK}.{form}" for form in plan.formats if form == "xlsx" or (form == "pdf" and len(plan.chapters) > 1)]


def is_same(path: Path, digest: str) -> bool:
    """Tell whether a file has a checksum."""
    try:
        return hash_file(path) == digest
    except OSError:
        return False
