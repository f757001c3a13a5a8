"""Validation: every change is found, and a notebook that could not be compared is an error."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbval.plugin import get_sanitize_patterns

from lewisham_study.errors import StudyError
from lewisham_study.report.run import validate
from lewisham_study.report.run.execute import ADDRESS, execute_notebook
from lewisham_study.report.run.validate import list_code, validate_reports

SHOW = """\
from IPython.display import display
svg = '<svg xmlns="http://www.w3.org/2000/svg"><text>15.9</text></svg>'
data = {"image/svg+xml": svg, "image/png": "aWNvbg==", "text/plain": "Figure: steps"}
display(data, raw=True, metadata={"exhibit": {"caption": "Counted."}})"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Execute a notebook as a report would."""
    folder = tmp_path_factory.mktemp("executed")
    cells = [nbformat.v4.new_code_cell(source) for source in ("share = 0.5", "f'{share:.0%}'", SHOW, "object()")]
    found = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title"), *cells])
    nbformat.write(found, folder / "bare.ipynb")
    execute_notebook(folder / "bare.ipynb", {}, folder / "ratings.ipynb")
    return folder / "ratings.ipynb"


@pytest.fixture
def report(executed: Path, tmp_path: Path) -> Path:
    """Copy the executed notebook; return its folder."""
    (tmp_path / "report").mkdir()
    shutil.copy(executed, tmp_path / "report")
    return tmp_path / "report"


def change(folder: Path, edit: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change the code cells of the saved notebook."""
    path = folder / "ratings.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    edit([cell for cell in content["cells"] if cell["cell_type"] == "code"])
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.slow
def test_unchanged_report_passes(report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    (report / "conftest.py").write_text("raise RuntimeError('not to be imported')\n")
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("PYTEST_ADDOPTS", "--nbval-lax -k nothing")
    monkeypatch.setenv("HOME", str(elsewhere))
    assert validate_reports(report) == "1 notebook, 4 cells: every output is the same"
    assert not (report / ".pytest_cache").exists()


def test_each_changed_output_fails(report: Path) -> None:
    path = report / "ratings.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    title, setup, share, show, plain = content["cells"]
    changes = [(share, "'50%'", "'51%'"), (show, "<text>15.9<", "<text>15.8<"), (show, "aWNvbg==", "aWNvbm==")]
    changes += [(show, "Counted.", "Guessed.")]
    changed = [{**one, "outputs": json.loads(json.dumps(one["outputs"]).replace(*texts))} for one, *texts in changes]
    code = [setup, *changed, {**share, "outputs": []}, plain]
    numbered = [{**one, "id": f"c{count}", "execution_count": count} for count, one in enumerate(code, start=1)]
    path.write_text(json.dumps({**content, "cells": [title, *numbered]}), encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        validate_reports(report)
    found = str(caught.value).splitlines()
    for line, expected in zip(
        found,
        [
            r"cell 3 `f'{share:.0%}'`: Cell outputs differ \(mismatch 'text/plain'\)",
            r"cell 4 .*\(mismatch 'image/svg\+xml'\)",
            r"cell 5 .*\(mismatch 'image/png'\)",
            r"cell 6 .*\(mismatch 'metadata'\)",
            r"cell 7 .*Unexpected output fields",
        ],
        strict=True,
    ):
        assert re.search(expected, line), line


@pytest.mark.slow
def test_changed_code_fails(report: Path) -> None:
    change(report, lambda cells: cells[0].update(source="share = 0.25"))
    with pytest.raises(StudyError, match="cell 3"):
        validate_reports(report)


@pytest.mark.slow
def test_failing_code_is_reported(report: Path) -> None:
    change(report, lambda cells: cells[0].update(source="1 / 0"))
    with pytest.raises(StudyError, match="cell 2 `1 / 0`: Cell execution caused an exception"):
        validate_reports(report)


def test_stripped_outputs_fail(report: Path) -> None:
    def strip(cells: list[dict[str, Any]]) -> None:
        for cell in cells:
            cell.update(outputs=[])

    change(report, strip)
    with pytest.raises(StudyError, match="has no outputs: they were stripped"):
        list_code(report / "ratings.ipynb")


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([None, None, None, None], "cell 2 was not run, expected 1; run the notebook from top"),
        ([2, 1, 3, 4], "cell 2 was run as number 2, expected 1;"),
        ([1, 2, 4, 5], "cell 4 was run as number 4, expected 3;"),
    ],
)
def test_notebook_must_be_run_from_top_to_bottom(report: Path, counts: list[int | None], message: str) -> None:
    def count(cells: list[dict[str, Any]]) -> None:
        for cell, number in zip(cells, counts, strict=True):
            cell.update(execution_count=number)

    change(report, count)
    with pytest.raises(StudyError, match=message):
        list_code(report / "ratings.ipynb")


@pytest.mark.parametrize(
    "source", ["# NBVAL_IGNORE_OUTPUT\n1", "# NBVAL_SKIP\n1", "# PYTEST_VALIDATE_IGNORE_OUTPUT\n1"]
)
def test_comment_may_not_opt_out(report: Path, source: str) -> None:
    change(report, lambda cells: cells[1].update(source=source))
    with pytest.raises(StudyError, match="cell 3 opts out of validation"):
        list_code(report / "ratings.ipynb")


@pytest.mark.parametrize("tag", ["nbval-ignore-output", "nbval-skip", "raises-exception"])
def test_tag_may_not_opt_out(report: Path, tag: str) -> None:
    change(report, lambda cells: cells[1].update(metadata={"tags": [tag]}))
    with pytest.raises(StudyError, match="cell 3 opts out of validation"):
        list_code(report / "ratings.ipynb")


def test_nothing_to_validate_is_an_error(tmp_path: Path, save: Callable[..., Path], build: SimpleNamespace) -> None:
    with pytest.raises(StudyError, match="holds no notebook"):
        validate_reports(tmp_path)
    with pytest.raises(StudyError, match="has no code"):
        list_code(save(build.text("# Title")))


def test_fewer_results_than_cells_is_an_error(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validate, "run_nbval", lambda *_: [])
    with pytest.raises(StudyError, match="nbval ran 0 of 4 cells"):
        validate_reports(report)


def test_every_ignored_difference_has_a_reason() -> None:
    text = files("lewisham_study.report.run").joinpath("nbval.cfg").read_text(encoding="utf-8")
    assert get_sanitize_patterns(text) == [(ADDRESS.pattern, "0x0")]
    reasons = re.findall(r"\n\n(\w.+(?:\n.+)*)\n\[\w+\]\nregex: ", text)
    assert len(reasons) == 1


def test_nbval_must_start(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validate.sys, "executable", "/bin/false")
    with pytest.raises(StudyError, match="nbval did not run"):
        validate_reports(report)
