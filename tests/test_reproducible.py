"""A report made again by another user in another place, with other seeds and workers: the same bytes."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lewisham_study.paths import HOME_VARIABLE, find_project

STUDY = find_project()
HERE = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1", "USER": "here"}
THERE = {"TZ": "Pacific/Auckland", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR", "PYTHONHASHSEED": "2", "USER": "there"}
OLD = {"OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": "X86_V3,X86_V4,AVX512_ICL,AVX512_SPR"}
"""What has numpy and OpenBLAS take a processor of this kind for one of 2008; elsewhere nothing heeds it."""


def run(folder: Path, surroundings: dict[str, str], *words: str, prefix: tuple[str, ...] = ()) -> str:
    """Run a command of the study in a folder of its own, which is home and scratch as well."""
    folder.mkdir()
    own = {
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "COLUMNS": str(40 + len(folder.name)),
        HOME_VARIABLE: str(STUDY.root),
    }
    done = subprocess.run(
        [*prefix, sys.executable, "-m", "lewisham_study", *words],
        cwd=folder,
        env={**os.environ, **surroundings, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_another_user_elsewhere_makes_the_same_bytes(tmp_path: Path, another_user: tuple[str, ...]) -> None:
    formats = "html,pdf,ipynb,xlsx"
    asked = ("report", "--notebook", "evidence", "--format", formats, "--quiet", "--workers", "1", "--out", "out")
    run(tmp_path / "here", HERE, *asked)
    made = tmp_path / "here" / "out" / "lewisham"
    told = run(tmp_path / "there, is ü", THERE | OLD, "verify", str(made), "--workers", "3", prefix=another_user)
    files = [path for path in made.rglob("*") if path.is_file() and path.name != "manifest.json"]
    assert len(files) == 14
    assert told.endswith(f"lewisham: {len(files)} files, each comes out as it stands\n")
    text = b"".join(path.read_bytes() for path in files)
    assert str(tmp_path).encode() not in text


def test_what_is_sorted_by_one_column_keeps_the_order_of_equals():
    """Without `stable` numpy sorts with the processor's own instructions: equals come out otherwise elsewhere."""
    calls = [
        (path.name, node.lineno, node)
        for path in (STUDY.root / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sort_values"
    ]
    named = [call for call in calls if not call[2].args or isinstance(call[2].args[0], ast.Constant)]
    assert len(named) > 20
    unsure = [call[:2] for call in named if "kind" not in {word.arg for word in call[2].keywords}]
    assert not unsure
