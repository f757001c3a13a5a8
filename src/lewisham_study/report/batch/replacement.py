"""Which reports of another window, or of other choices, a plan's reports replace in their folder."""

from __future__ import annotations

from typing import Any

from lewisham_study.report.batch.manifest import Manifest
from lewisham_study.report.batch.plan import OPTIONS, ChapterPlan, ReportPlan


def describe_before(plan: ReportPlan, before: Manifest) -> str:
    """Say what the replaced reports were made with: "of 2012 to 2022", "with comparators=London"; "" if the same.

    Parameters
    ----------
    plan : the reports to be made.
    before : the manifest of their folder before they are written.
    """
    for chapter in plan.chapters:
        given = before.reports.get(chapter.name, {}).get("inputs", {}).get("parameters")
        if isinstance(given, dict) and given != chapter.parameters:
            return describe_difference(given, chapter)
    return ""


def describe_difference(given: dict[str, Any], chapter: ChapterPlan) -> str:
    """Say with which values of the parameters that differ an earlier chapter was made."""
    differ = [name for name, value in given.items() if chapter.parameters.get(name) != value]
    window = "of " + " to ".join(str(given.get(name)) for name in OPTIONS) if set(differ) & set(OPTIONS) else ""
    others = ", ".join(f"{name}={given[name]}" for name in differ if name not in OPTIONS)
    return " ".join(part for part in (window, f"with {others}" if others else "") if part)
