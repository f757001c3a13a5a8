"""docs/performance.md has the results as measured."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
ROW = {"date": "2026-11-26", "code": "a", "side": "ours", "pdf": "Typst", "authorities": 20, "workers": 2}
ROW |= {"load": 2.0, "wall_s": 100.0, "cpu_s": 200.0, "peak_mb": 1500}


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """Import the scripts."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return {name: importlib.import_module(name) for name in ("draw", "run")}


def test_tables_of_the_page_are_up_to_date(benchmarks: dict[str, ModuleType]) -> None:
    page = (BENCHMARKS.parent / "docs" / "performance.md").read_text(encoding="utf-8")
    draw = benchmarks["draw"]
    assert draw.render_page(page, draw.read_results()) == page, "run `python benchmarks/draw.py`"


def test_newest_code_and_median_of_rounds_count(benchmarks: dict[str, ModuleType], tmp_path: Path) -> None:
    rows = [ROW | {"code": None}, *[ROW | {"code": "b", "cpu_s": seconds} for seconds in (100.0, 120.0, 180.0)]]
    rows.append(ROW | {"code": "b", "side": "plain", "cpu_s": 600.0, "wall_s": 450.0})
    pd.DataFrame(rows).to_csv(tmp_path / "results.csv", index=False)
    draw = benchmarks["draw"]
    found = draw.read_results(tmp_path / "results.csv")
    assert found["cpu_each"].tolist() == [30.0, 6.0]
    assert draw.format_ratios(found).splitlines()[-1] == "| papermill and nbconvert | 2 | 20 | 4.50 × | 5.00 × |"


def test_stopped_run_continues_where_it_stopped(
    benchmarks: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = benchmarks["run"]
    monkeypatch.setattr(run, "RESULTS", tmp_path / "results.csv")
    cells = run.list_cells([1, 5, 20], [1, 2], 1, ["ours", "plain"])
    assert cells[:4] == [(20, 2, 1, "ours"), (20, 2, 1, "plain"), (1, 2, 1, "ours"), (1, 2, 1, "plain")]
    assert run.read_done("b") == set()
    for code in ("a", "b"):
        row = {"machine": run.MACHINE, "authorities": 20, "workers": 2, "round": 1, "side": "ours"}
        run.add_result(row | {"code": code})
    run.add_result(row | {"machine": "another", "side": "plain"})
    assert run.read_done("b") == {cells[0]}
