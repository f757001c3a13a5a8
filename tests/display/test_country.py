"""What the exhibits common to all authorities need is made in advance."""

from __future__ import annotations

import json

import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display.common.shared_exhibits import Kept
from lewisham_study.display.country import list_shared, prepare
from lewisham_study.paths import find_project
from lewisham_study.tidy.tables import Tables


@pytest.mark.slow
def test_every_shared_exhibit_is_drawn_and_written_in_advance() -> None:
    prepare(start_year=2012, end_year=2022, comparators="region", other="ignored")
    tables = Tables()
    before = len(tables.work.results)
    for make in list_shared():
        exhibit = make(open_case(tables, "Leeds"))
        assert isinstance(exhibit, Kept)
        assert vars(exhibit)["bundle"]
    assert len(tables.work.results) == before


def test_every_shared_exhibit_is_in_a_notebook() -> None:
    notebook = json.loads((find_project().notebooks / "04-comparison.ipynb").read_text(encoding="utf-8"))
    sources = "".join("".join(cell["source"]) for cell in notebook["cells"])
    assert all(f".{make.__name__}(case)" in sources for make in list_shared())
