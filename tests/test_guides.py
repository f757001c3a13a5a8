"""The guides: their code runs, their row is a real row, and the commands, options and files they name exist."""

from __future__ import annotations

import csv
import doctest
import re
import sys
import types
from pathlib import Path

import pytest
from typer.main import get_command

import lewisham_study as study
from lewisham_study.cli.app import app
from lewisham_study.paths import find_project
from lewisham_study.raw.facts import FACT_COLUMNS

ROOT = find_project().root
PACKAGE = ROOT / "src" / "lewisham_study"
GUIDES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "REPRODUCING.md", "SECURITY.md", "CHANGES.md")]
GUIDES += sorted(path for path in (ROOT / "docs").rglob("*.md") if not {"_build", "api", "project"} & set(path.parts))
MADE_BY_READER = ("analysis/gaps", "display/ratings/gaps", "analysis/test_gaps", "ratings/test_gaps", "need", "06-need")
"""Files that a guide asks its reader to write."""


def read_blocks(path: Path, language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [re.sub(f"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def test_the_worked_analysis_runs_as_printed(monkeypatch):
    computed, shown = read_blocks(ROOT / "CONTRIBUTING.md", "python")
    module = types.ModuleType("lewisham_study.analysis.gaps")
    exec(computed, module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    assert doctest.testmod(module) == (0, 3)
    names: dict = {}
    exec(shown, names)
    exhibit = names["show_gaps"](study.open_case(study.Tables(), "Cumbria"))
    assert exhibit.table["Later inspection"].tolist() == ["SIF re-inspection", "ILACS"]


def test_the_worked_fact_is_a_real_row():
    (text,) = [block for block in read_blocks(ROOT / "CONTRIBUTING.md", "") if block.startswith("news-shopper-")]
    (row,) = csv.reader([text.strip()])
    held = (find_project().raw / "facts" / "news-shopper-2018.csv").read_text(encoding="utf-8").splitlines()
    (same,) = csv.reader([line for line in held if line.startswith(row[0])])
    assert len(row) == len(FACT_COLUMNS)
    assert row[:-1] == same[:-1]


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", ROOT / "docs" / "how-to" / "use-the-library.md"], ids=lambda p: p.stem
)
def test_the_librarys_examples_run(path, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    names: dict = {}
    blocks = read_blocks(path, "python")
    assert blocks
    for block in blocks:
        exec(block, names)


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_options_and_targets_exist(path):
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for words in re.findall(r"(?:^|`)make ([a-z -]+?)(?: +#| +[A-Z]+=|`|$)", text, re.MULTILINE):
        assert set(words.split()) <= targets, words
    commands = get_command(app).commands
    for name, rest in re.findall(r"lewisham-study(?:\.exe)? ([a-z]+)\b([^`\n#]*)", text):
        assert name in commands, name
        options = {option for one in commands[name].params for option in one.opts}
        assert set(re.findall(r"(?<=\s)--[a-z-]+", rest)) <= options | {"--help"}, rest


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_exist(path):
    """Check paths in backticks, from the root or from the package, and every test that a reader is asked to run."""
    text = path.read_text(encoding="utf-8")
    rooms = "tests|src|docs|benchmarks|data|notebooks|[.]ci|analysis|cli|display|raw|releases|report|teaching|tidy"
    named = {*re.findall(rf"`((?:{rooms})/[\w./-]+)`", text), *re.findall(r"\btests/[\w/]+(?:[.]py)?", text)}
    wanted = [name for name in sorted(named) if not re.sub(r"[.]\w+$", "", name).rstrip("/").endswith(MADE_BY_READER)]
    assert not [name for name in wanted if not ((ROOT / name).exists() or (PACKAGE / name).exists())]
