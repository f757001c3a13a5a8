"""A report made again by another user in another place, with other seeds and workers, has the same bytes."""

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
"""Makes numpy and OpenBLAS use only the instructions of a processor of 2008; ignored on other processors."""


def run(folder: Path, environment: dict[str, str], *words: str, prefix: tuple[str, ...] = ()) -> str:
    """Run a command of the study in a new folder, which is also its home and temporary folder."""
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
        env={**os.environ, **environment, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_another_user_makes_the_same_bytes(tmp_path: Path, another_user: tuple[str, ...]) -> None:
    formats = "html,pdf,ipynb,xlsx"
    request = ("report", "--notebook", "evidence", "--format", formats, "--quiet", "--workers", "1", "--out", "out")
    run(tmp_path / "here", HERE, *request)
    made = tmp_path / "here" / "out" / "lewisham"
    output = run(tmp_path / "there, is ü", THERE | OLD, "verify", str(made), "--workers", "3", prefix=another_user)
    files = [path for path in made.rglob("*") if path.is_file() and path.name != "manifest.json"]
    assert len(files) > 20
    assert output.endswith(f"lewisham: {len(files)} files, each the same when made again\n")
    text = b"".join(path.read_bytes() for path in files)
    assert str(tmp_path).encode() not in text


def test_sorting_by_one_column_is_stable():
    """By default numpy sorts with the processor's own instructions: the order of equal rows depends on the machine."""
    sources = {path: path.read_text(encoding="utf-8") for path in (STUDY.root / "src").rglob("*.py")}
    calls = [
        (path.name, node.lineno, node)
        for path, source in sources.items()
        if "sort_values" in source
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "sort_values"
    ]
    named = [call for call in calls if not call[2].args or isinstance(call[2].args[0], ast.Constant)]
    assert len(named) > 20
    unsure = [call[:2] for call in named if "kind" not in {word.arg for word in call[2].keywords}]
    assert not unsure
