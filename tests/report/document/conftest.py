"""Reports made of a few cells, for the tests of each format."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from lewisham_study.paths import Project
from lewisham_study.report.document.chapter import read_chapter
from lewisham_study.report.document.pandoc import Report


@pytest.fixture
def make(build: SimpleNamespace, study: Project) -> Callable[..., Report]:
    """Make a report of one chapter from cells, or of several from lists of cells."""

    def make_report(*cells: Any, **changes: Any) -> Report:
        lists = cells if isinstance(cells[0], list) else [list(cells)]
        chapters = tuple(
            read_chapter(build.notebook(build.text(f"# Part {n}\n\nIntroduction."), *cells), f"0{n}-part.ipynb")
            for n, cells in enumerate(lists, start=1)
        )
        details: dict[str, Any] = {
            "title": chapters[0].title,
            "subtitle": "Lewisham, 2012 to 2022",
            "data": "Data published up to 25 September 2025",
            "date": datetime.date(2025, 9, 25),
            "chapters": chapters,
            "closing": "By `lewisham-study report`.",
            "bibliographies": (study.reports / "references.json",),
        }
        return Report(**(details | changes))

    return make_report


@pytest.fixture
def full(build: SimpleNamespace) -> list[Any]:
    """Return cells with everything that a report can contain."""
    return [
        build.text("## Steps\n\nSee @fig-steps and [@tbl-judgements; @fig-steps].[^1] Judged [@ofsted-2025, p. 4].\n"),
        build.code("plot", build.figure(), count=1),
        build.text("### Detail\n\n- one\n- two\n\n> quoted\n\nA rate $r = 100 c / n$ and\n\n$$p = \\frac{1}{2}$$"),
        build.code("rows", build.table(rows=60), count=2),
        build.code("say", build.prose("Judged **good**."), count=3),
        build.text("[^1]: A note.\n\n`code` and\n\n    a block\n\nSee <https://www.gov.uk>."),
    ]


@pytest.fixture(scope="session")
def hostile() -> str:
    """Return text with the special characters of every format."""
    return "<script>alert(1)</script> $(rm) #panic() \\input{x} & \"quoted\" 'single' | pipe [x](javascript:x) *"
