"""A changed number in a table, colour in a figure or line of code makes validation of the notebooks fail."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lewisham_study.paths import HOME_VARIABLE, find_project

PROJECT = find_project()
NOTEBOOK = "01-ratings.ipynb"
SETUP = (2, 3)
"""The cells with parameters and imports; of the cells below, each depends on one of the changes or on none."""
PROSE, DRAWN, COMPARED, MOVED = 4, 5, 13, 18
CHANGES = {
    "data/processed/headlines.csv": (
        COMPARED,
        "R019,Overall effectiveness: good or outstanding,England,2017-10-31,36,",
        "R019,Overall effectiveness: good or outstanding,England,2017-10-31,37,",
    ),
    "src/lewisham_study/display/ratings/path.py": (DRAWN, "color=FAINT, lw=0.5", "color=FAINT, lw=0.6"),
    "src/lewisham_study/analysis/trajectories.py": (MOVED, "table = pd.crosstab(", "table = 1 + pd.crosstab("),
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy code, data and the cells of one notebook that the changes affect, with their outputs."""
    ignored = shutil.ignore_patterns("__pycache__")
    for part in ("src", "data/processed"):
        shutil.copytree(PROJECT.root / part, tmp_path / part, ignore=ignored)
    content = json.loads((PROJECT.notebooks / NOTEBOOK).read_text(encoding="utf-8"))
    kept = [content["cells"][number - 1] for number in (*SETUP, PROSE, DRAWN, COMPARED, MOVED)]
    for count, cell in enumerate(kept, start=1):
        cell["execution_count"] = count
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / NOTEBOOK).write_text(json.dumps({**content, "cells": kept}), encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_each_change_fails_its_own_cell(copy: Path, update_hashes: Callable[[Path], None]) -> None:
    for name, (_, was, becomes) in CHANGES.items():
        text = (copy / name).read_text(encoding="utf-8")
        assert was in text, name
        (copy / name).write_text(text.replace(was, becomes, 1), encoding="utf-8")
    update_hashes(copy / "data" / "processed")
    environment = {**os.environ, "PYTHONPATH": str(copy / "src"), HOME_VARIABLE: str(copy)}
    command = [sys.executable, "-m", "lewisham_study", "validate", "notebooks"]
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    failed = re.findall(r", cell \d+ `(.*?)`: ", done.stderr)
    sources = [cell["source"] for cell in json.loads((PROJECT.notebooks / NOTEBOOK).read_text("utf-8"))["cells"]]
    changed = sorted(number for number, *_ in CHANGES.values())
    assert failed == [sources[number - 1][0].strip() for number in changed]
    assert re.findall(r"mismatch '(.*?)/", done.stderr) == ["image", "text", "image"]
