"""Every exhibit of the report's chapters, of authorities of every kind: short captions, plain words, no addresses."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from lewisham_study.display.common.exhibit import FigureExhibit, TableExhibit, separate_numbers
from lewisham_study.paths import find_project

AUTHORITIES = ["Lewisham"]
MORE = ["Isles of Scilly", "Cumberland", "Slough", "North Northamptonshire", "Kingston upon Thames", "837"]
"""A tiny one, a new one, one run by a trust, one without an overall grade now, one of a joint return; abolished."""
CHAPTERS = ["01-ratings", "02-caseload", "03-spend", "04-comparison", "05-evidence"]
LONGEST = 25
SOURCES = re.compile(r"\b(?:Sources?): ")
CELL = re.compile(r"![A-Z]{1,3}\d+|[,:] [A-Z]{1,2}\d{2,6}\b|\bcell [A-Z]{1,3}\d+")
DIALECT = re.compile(
    r"\b(anew|nought|naught|heeded|spoilt|lest|lean on|held against|come out as|for want of|stands? for|outturn that"
    r"|bookkeeping|is told|as told|by hand|not of one kind|drawn otherwise|starts unjudged|reached good)\b",
    re.IGNORECASE,
)
"""Words of our own dialect, the left column of the style guide."""
TEXT = re.compile(r"^(30|31) |year|^End of|^When|^Published|number\)$")
"""Headings of days, years and codes, which are text."""
PLAIN = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?|nan")
NUMBER = re.compile(r"^[£+−-]?£?\d[\d,.]*%?( \(.*\))?$")


def run_cells(chapter: str, authority: str) -> list[tuple[bool, Any]]:
    """Run a notebook's cells for an authority; return whether each result is for the annex, and the result."""
    path = Path(find_project().notebooks) / f"{chapter}.ipynb"
    names: dict[str, Any] = {}
    shown = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        tags = cell["metadata"].get("tags", [])
        source = "".join(cell["source"])
        if "parameters" in tags:
            source = source.replace('"Lewisham"', repr(authority))
        body = ast.parse(source).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), chapter, "exec"), names)
        if isinstance(last, ast.Expr):
            result = eval(compile(ast.Expression(last.value), chapter, "eval"), names)
            shown += [("annex" in tags, result)] if result is not None else []
    return shown


@pytest.mark.parametrize("chapter", CHAPTERS)
@pytest.mark.parametrize("authority", [*AUTHORITIES, *(pytest.param(one, marks=pytest.mark.slow) for one in MORE)])
def test_captions_are_short_and_words_plain(chapter: str, authority: str) -> None:
    shown = run_cells(chapter, authority)
    assert any(not annex for annex, _ in shown)
    for annex, exhibit in shown:
        texts = [getattr(exhibit, name) for name in ("title", "caption", "alt", "markdown") if hasattr(exhibit, name)]
        for text in texts:
            assert not DIALECT.search(text), text
        if not isinstance(exhibit, FigureExhibit | TableExhibit):
            assert annex or not CELL.search(exhibit.markdown), exhibit.markdown
            continue
        explained = SOURCES.split(exhibit.caption)[0]
        assert len(explained.split()) <= LONGEST, f"{exhibit.label}: {explained}"
        assert re.search(r"@|https:", exhibit.caption), f"{exhibit.label} names no source"
        assert not CELL.search(exhibit.title + exhibit.caption), exhibit.label
        check_numbers(exhibit)


def check_numbers(exhibit: FigureExhibit | TableExhibit) -> None:
    """Refuse numbers written as text in the file behind an exhibit, where every number is a number."""
    file = exhibit.file if isinstance(exhibit, TableExhibit) else None
    table = separate_numbers(exhibit.table if file is None else file)
    for name in table:
        column = table[name].dropna()
        if TEXT.search(str(name)):
            continue
        found = [value for value in column.astype(str) if NUMBER.match(value) and not PLAIN.fullmatch(value)]
        assert not found, f"{exhibit.label}, {name}: {found[:3]}"
