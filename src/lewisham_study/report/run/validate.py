"""Run notebooks again with nbval and compare every output.

pytest also loads this module as a plugin, so that nbval compares what it ignores by default: pictures in pixels
and metadata, from which a report takes its downloads, titles, captions and alternative texts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from lewisham_study.errors import StudyError
from lewisham_study.paths import shorten
from lewisham_study.report.run.execute import CELL_SECONDS, first_line, read_notebook
from lewisham_study.report.run.kernels.settings import steady_environment

if TYPE_CHECKING:
    import pytest
    from nbformat import NotebookNode
MARKERS = ("nbval_ignore_output", "nbval_skip", "nbval_raises_exception", "raises_exception", "validate_ignore_output")
"""Comments and tags with which a cell could avoid being compared."""
SKIPPED = ("output_type", "name", "execution_count", "traceback", "prompt_number")
"""Parts of an output that need no comparison; `list_code` checks the execution counts."""
DIFFERENCES = ("mismatch", "dissimilar", "Missing output", "Unexpected output")
ISOLATED = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "PYTHONDONTWRITEBYTECODE": "1"}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Set which parts of a cell's outputs nbval skips."""
    vars(item.parent)["skip_compare"] = SKIPPED


def validate_reports(folder: Path, home: Path | None = None) -> str:
    """Run every notebook in a folder again on the study in `home` and compare each output; return a summary."""
    notebooks = sorted(folder.glob("*.ipynb"))
    if not notebooks:
        raise StudyError(f"{shorten(folder)} holds no notebook: make one with `lewisham-study report`")
    cells = {path: list_code(path) for path in notebooks}
    with tempfile.TemporaryDirectory(prefix="lewisham-study-") as name:
        results = run_nbval(notebooks, Path(name), home)
    failed = [describe_case(case, cells) for case in results if len(case)]
    if failed:
        raise StudyError("\n".join(failed))
    expected = sum(len(code) for code in cells.values())
    if len(results) != expected:
        raise StudyError(f"nbval ran {len(results)} of {expected} cells; find out what skipped the others")
    books = "1 notebook" if len(notebooks) == 1 else f"{len(notebooks)} notebooks"
    return f"{books}, {expected} cells: every output is the same"


def list_code(path: Path) -> list[tuple[int, NotebookNode]]:
    """List a notebook's code cells with their numbers; it must have been run from top to bottom."""
    name = shorten(path)
    cells = [(n, c) for n, c in enumerate(read_notebook(path).cells, start=1) if c.cell_type == "code"]
    run = [(number, cell) for number, cell in cells if cell.source.strip()]
    if not run:
        raise StudyError(f"{name} has no code: there is nothing to validate")
    if not any(cell.outputs for _, cell in run):
        raise StudyError(f"{name} has no outputs: they were stripped; make it again with `lewisham-study report`")
    for expected, (number, cell) in enumerate(run, start=1):
        place, count = f"{name}, cell {number}", cell.execution_count
        if count != expected:
            found = f"was run as number {count}" if count else "was not run"
            raise StudyError(f"{place} {found}, expected {expected}; run the notebook from top to bottom")
        text = " ".join([cell.source, *cell.metadata.get("tags", [])]).lower().replace("-", "_")
        if any(marker in text for marker in MARKERS):
            raise StudyError(f"{place} opts out of validation; remove the marker")
    return cells


def run_nbval(notebooks: list[Path], folder: Path, home: Path | None) -> list[ElementTree.Element]:
    """Run nbval in a process without the user's configuration; return its results, one for each cell."""
    results, settings = folder / "results.xml", folder / "pytest.ini"
    settings.write_text("[pytest]\n", encoding="utf-8")
    own = {"IPYTHONDIR": str(folder), "JUPYTER_RUNTIME_DIR": str(folder / "runtime")}
    with as_file(files("lewisham_study.report.run").joinpath("nbval.cfg")) as patterns:
        command = [sys.executable, "-m", "pytest", "-p", "nbval.plugin", "-p", __name__, "-p", "no:cacheprovider"]
        command += ["--nbval", "--nbval-current-env", f"--nbval-cell-timeout={CELL_SECONDS}"]
        command += [f"--nbval-sanitize-with={patterns}", "-c", str(settings), "--noconftest", "--color=no"]
        command += [f"--rootdir={notebooks[0].parent.resolve()}", f"--junitxml={results}"]
        command += [str(path.resolve()) for path in notebooks]
        environment = {**os.environ, **steady_environment(home), **ISOLATED, **own}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if not results.is_file():
        raise StudyError(f"nbval did not run: {first_line(done.stderr or done.stdout)}")
    return list(ElementTree.parse(results).iter("testcase"))  # noqa: S314 -- pytest has just written it


def describe_case(case: ElementTree.Element, cells: dict[Path, list[tuple[int, NotebookNode]]]) -> str:
    """Describe a failed case: its notebook, its cell and the difference."""
    lines = [line.strip() for line in (case[0].text or case[0].get("message") or "").splitlines()]
    reason = next((line.partition(": ")[2] for line in lines if line.startswith("Cell ")), first_line("\n".join(lines)))
    difference = next((f" ({line})" for line in lines if line.startswith(DIFFERENCES)), "")
    for path, code in cells.items():
        place = case.get("name", "").removeprefix("Cell ")
        if path.name == case.get("classname") and place.isdecimal():
            number, cell = code[int(place)]
            return f"{shorten(path)}, cell {number} `{first_line(cell.source)}`: {reason}{difference}"
    return f"{case.get('classname')}: {reason}"
