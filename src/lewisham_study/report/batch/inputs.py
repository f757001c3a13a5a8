"""What reports are made from: tables, notebook, code, parameters, packages; what changes of it makes them anew."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lewisham_study import __version__
from lewisham_study.files import PACKAGE, read_package
from lewisham_study.paths import Project
from lewisham_study.report.batch.data_version import Vintage
from lewisham_study.report.batch.dependencies import hash_file, hash_sources
from lewisham_study.report.batch.plan import ReportPlan
from lewisham_study.report.batch.render import BOOK

LOCK = "requirements.lock"


def list_surroundings(project: Project, vintage: Vintage) -> dict[str, Any]:
    """List what every report depends on, whatever its notebook."""
    lock = project.root / LOCK
    references = sorted(path for path in project.reports.glob("references.*") if path.is_file())
    return {
        "version": __version__,
        "python": platform.python_version(),
        "lock": hash_file(lock) if lock.is_file() else "",
        "data": vintage.line,
        "references": [hash_file(path) for path in references],
        "source_date_epoch": os.environ.get("SOURCE_DATE_EPOCH", ""),
    }


def list_sources(project: Project, notebook: Path, vintage: Vintage) -> dict[str, Any]:
    """List what reports depend on by their notebook: its code, the tables that can read, and how these are typed."""
    tables = dict(vintage.tables[notebook])
    package = read_package(project.processed) if (project.processed / PACKAGE).is_file() else {}
    schemas = {name: package[name]["schema"] for name in tables if name in package}
    return {**hash_sources(notebook), "tables": tables, "schemas": hash_inputs(schemas)}


def list_inputs(
    plan: ReportPlan, surroundings: Mapping[str, Any], sources: Mapping[Path, Mapping[str, Any]]
) -> dict[str, Any]:
    """List what each report of a plan is made from, by name; a book from its chapters.

    Parameters
    ----------
    plan : the plan.
    surroundings : see `list_surroundings`.
    sources : by notebook, see `list_sources`.
    """
    found: dict[str, Any] = {
        chapter.name: {
            **surroundings,
            **sources[chapter.notebook],
            "parameters": chapter.parameters,
            "show_code": chapter.details["show_code"],
        }
        for chapter in plan.chapters
    }
    if plan.has_book:
        found[BOOK] = {"chapters": {name: hash_inputs(one) for name, one in found.items()}}
    return found


def hash_inputs(inputs: Mapping[str, Any]) -> str:
    """Give the SHA-256 over what a report is made from."""
    return hashlib.sha256(json.dumps(inputs).encode()).hexdigest()
