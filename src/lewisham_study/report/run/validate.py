"""Run notebooks again with nbval and compare every output, so that nothing stale or stripped passes."""

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
    from nbformat import NotebookNode
ESCAPES = ("nbval_ignore_output", "nbval_skip", "nbval_raises_exception", "raises_exception", "validate_ignore_output")

TOLD = ("mismatch", "dissimilar", "Missing output", "Unexpected output")


def validate_reports(folder: Path, home: Path | None = None) -> str:
    """Validate every notebook in a folder, strictly: each output must come out again as it stands.

    Parameters
    ----------
    folder : a folder with notebooks, such as ``reports/lewisham``.
    home : the copy of the study whose data they read; None: the one they find themselves.

    Returns
    -------
    str
        One line: how many notebooks and cells were compared.

    Raises
    ------
    StudyError
        Where there is no notebook, one was not run from top to bottom, a cell opts out, nbval ran
        another number of cells than there are, or an output differs: with notebook and cell.
    """
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
        raise StudyError(f"nbval ran {len(results)} cells of {expected}; something kept it from the rest")
    books = "1 notebook" if len(notebooks) == 1 else f"{len(notebooks)} notebooks"
    return f"{books}, {expected} cells: every output came out as it stands"


def list_code(path: Path) -> list[tuple[int, NotebookNode]]:
    """List a notebook's code cells with their numbers; refuse one that was not run from top to bottom."""
    name = shorten(path)
    cells = [(n, c) for n, c in enumerate(read_notebook(path).cells, start=1) if c.cell_type == "code"]
    run = [(number, cell) for number, cell in cells if cell.source.strip()]
    if not run:
        raise StudyError(f"{name} has no code: there is nothing to validate")
    if not any(cell.outputs for _, cell in run):
        raise StudyError(f"{name} has no outputs: they were stripped; make it again with `lewisham-study report`")
    for expected, (number, cell) in enumerate(run, start=1):
        if cell.execution_count != expected:
            got = f"was run as {cell.execution_count}" if cell.execution_count else "was not run"
            raise StudyError(f"{name}, cell {number} {got}, not as {expected}: run it from top to bottom")
        written = " ".join([cell.source, *cell.metadata.get("tags", [])]).lower().replace("-", "_")
        if any(escape in written for escape in ESCAPES):
            raise StudyError(f"{name}, cell {number} opts out of validation: take the marker away")
    return cells


def run_nbval(notebooks: list[Path], folder: Path, home: Path | None) -> list[ElementTree.Element]:
    """Run nbval in a process of its own, away from any configuration; give its results, one a cell."""
    results, settings = folder / "results.xml", folder / "pytest.ini"
    settings.write_text("[pytest]\n", encoding="utf-8")
    quiet = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "", "PYTHONDONTWRITEBYTECODE": "1"}
    own = {"IPYTHONDIR": str(folder), "JUPYTER_RUNTIME_DIR": str(folder / "runtime")}
    with as_file(files("lewisham_study.report.run").joinpath("nbval.cfg")) as patterns:
        command = [sys.executable, "-m", "pytest", "-p", "nbval.plugin", "-p", "lewisham_study.report.run.strict"]
        command += ["--nbval", "--nbval-current-env"]
        command += [f"--nbval-cell-timeout={CELL_SECONDS}", f"--nbval-sanitize-with={patterns}"]
        command += [
            "-c",
            str(settings),
            f"--rootdir={notebooks[0].parent.resolve()}",
            "--noconftest",
            "-p",
            "no:cacheprovider",
        ]
        command += ["--color=no", f"--junitxml={results}", *[str(path.resolve()) for path in notebooks]]
        environment = {**os.environ, **steady_environment(home), **quiet, **own}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if not results.is_file():
        raise StudyError(f"nbval did not run: {first_line(done.stderr or done.stdout)}")
    return list(ElementTree.parse(results).iter("testcase"))  # noqa: S314 -- pytest wrote it, just now


def describe_case(case: ElementTree.Element, cells: dict[Path, list[tuple[int, NotebookNode]]]) -> str:
    """Say which cell of which notebook failed, and in what."""
    lines = [line.strip() for line in (case[0].text or case[0].get("message") or "").splitlines()]
    said = next((line for line in lines if line.startswith(TOLD)), "")
    reason = next((line.partition(": ")[2] for line in lines if line.startswith("Cell ")), first_line("\n".join(lines)))
    for path, code in cells.items():
        place = case.get("name", "").removeprefix("Cell ")
        if path.name == case.get("classname") and place.isdecimal():
            number, cell = code[int(place)]
            return f"{shorten(path)}, cell {number} `{first_line(cell.source)}`: {reason}" + (
                f" ({said})" if said else ""
            )
    return f"{case.get('classname')}: {reason}"
