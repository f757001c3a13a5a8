"""The guides: their code runs, their example row is in the data, and their commands exist."""

from __future__ import annotations

import csv
import doctest
import re
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import lewisham_study as study
from lewisham_study.cli.app import app
from lewisham_study.paths import find_project
from lewisham_study.raw.facts import FACT_COLUMNS

ROOT = find_project().root
GUIDES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "REPRODUCING.md")]
GUIDES += sorted(path for folder in ("", "how-to", "explanation") for path in (ROOT / "docs" / folder).glob("*.md"))


def read_blocks(path: Path, language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [re.sub(f"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def test_the_worked_analysis_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    computed, shown = read_blocks(ROOT / "CONTRIBUTING.md", "python")
    module = types.ModuleType("lewisham_study.analysis.gaps")
    exec(computed, module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    assert doctest.testmod(module) == (0, 3)
    names: dict[str, Any] = {}
    exec(shown, names)
    exhibit = names["show_gaps"](study.open_case(study.Tables(), "Cumbria"))
    assert exhibit.table["Later inspection"].tolist() == ["SIF re-inspection", "ILACS"]


def test_the_worked_fact_is_in_the_data() -> None:
    (text,) = [block for block in read_blocks(ROOT / "CONTRIBUTING.md", "") if block.startswith("news-shopper-")]
    (row,) = csv.reader([text.strip()])
    held = (find_project().raw / "facts" / "news-shopper-2018.csv").read_text(encoding="utf-8").splitlines()
    (same,) = csv.reader([line for line in held if line.startswith(row[0])])
    assert len(row) == len(FACT_COLUMNS)
    assert row[:-1] == same[:-1]


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", ROOT / "docs" / "how-to" / "use-the-library.md"], ids=lambda p: p.stem
)
def test_the_examples_of_the_library_run(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    blocks = read_blocks(path, "python")
    assert blocks
    for block in blocks:
        exec(block, names)


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_named_commands_and_targets_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for words in re.findall(r"(?:^|`)make ([a-z ]+?)(?: +#| +[A-Z]+=|`|$)", text, re.MULTILINE):
        assert set(words.split()) <= targets, words
    for name in re.findall(r"lewisham-study ([a-z]+)\b", text):
        assert name in get_command(app).commands, name
