"""Executing notebooks: the same bytes every time, and one clear error for every failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from lewisham_study.errors import StudyError
from lewisham_study.report.run import execute
from lewisham_study.report.run.execute import (
    execute_notebook,
    normalise,
    read_notebook,
    refuse_warnings,
    write_notebook,
)

FIGURE = """
import matplotlib.pyplot as plt
plt.plot([1, 2])
"""


@pytest.fixture(autouse=True)
def _kill_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill kernels as usual even while coverage is measured: these tests are about how they end."""
    monkeypatch.setattr(execute, "SHUTDOWN", "immediate")


@pytest.fixture
def run(save: Callable[..., Path], build: SimpleNamespace, tmp_path: Path) -> Callable[..., Path]:
    """Execute a notebook of one code cell; return the path of the saved notebook."""

    def run_source(source: str, out: str = "out.ipynb", **options: int) -> Path:
        parameters = build.code(build.PARAMETERS, tags=["parameters"])
        path = save(build.text("# Title"), parameters, build.code(source))
        execute_notebook(path, {"authority": "Dorset"}, tmp_path / out, **options)
        return tmp_path / out

    return run_source


def test_two_runs_give_the_same_bytes(run: Callable[..., Path]) -> None:
    source = "print(authority, object())\nobject()"
    first, second = run(source, "first.ipynb"), run(source, "second.ipynb")
    assert first.read_bytes() == second.read_bytes()
    saved = json.loads(first.read_text(encoding="utf-8"))
    assert saved["cells"][2]["id"] == "injected-parameters"
    assert saved["metadata"]["kernelspec"]["name"] == "python3"
    written = first.read_text(encoding="utf-8")
    assert "Dorset <object object at 0x0>" in written
    assert "papermill" not in written
    assert str(first.parent) not in written


@pytest.mark.slow
def test_environment_does_not_matter(run: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "import os, time, matplotlib as mpl\nprint(time.tzname, hash('a'), mpl.rcParams['font.size'], greeting())"
    home = tmp_path / "home"
    (home / ".ipython" / "profile_default" / "startup").mkdir(parents=True)
    (home / ".ipython" / "profile_default" / "startup" / "00.py").write_text("def greeting(): return 'hello'\n")
    (home / ".config" / "matplotlib").mkdir(parents=True)
    (home / ".config" / "matplotlib" / "matplotlibrc").write_text("font.size: 40\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    with pytest.raises(StudyError, match="NameError: name 'greeting'"):
        run(source)
    there = run(source.replace(", greeting()", ""), "there.ipynb").read_bytes()
    monkeypatch.undo()
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    assert run(source.replace(", greeting()", ""), "here.ipynb").read_bytes() == there


@pytest.mark.slow
def test_no_installed_kernel_is_needed(save: Callable[..., Path], build: SimpleNamespace, tmp_path: Path) -> None:
    path = save(build.text("# Title"), build.code("1 + 1"))
    program = (
        "import sys; from pathlib import Path; from lewisham_study.report.run.execute import execute_notebook;"
        "execute_notebook(Path(sys.argv[1]), {}, Path(sys.argv[2]))"
    )
    empty = {"HOME": str(tmp_path / "empty"), "JUPYTER_PATH": "", "JUPYTER_PREFER_ENV_PATH": "0"}
    environment = {**os.environ, **empty, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", program, str(path), str(tmp_path / "out.ipynb")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert '"2"' in (tmp_path / "out.ipynb").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1\n1 / 0", "cell 3, line 2 `1 / 0`: ZeroDivisionError: division by zero"),
        ("x = )", "cell 3, line 1 `x = )`: SyntaxError"),
        ("import warnings\nwarnings.warn('mind this')", "cell 3 warned: line 2: UserWarning: mind this"),
        ("import sys\nprint('oh', file=sys.stderr)", "cell 3 warned: oh"),
        ("input('name?')", "cell 3, line 1 `input('name?')`: StdinNotImplementedError"),
        pytest.param("while True: pass", "cell 3 took more than 2 s; look for an endless loop", marks=pytest.mark.slow),
        ("import os\nos._exit(3)", "cell 3: the kernel died"),
        ("import os\nos.kill(os.getpid(), 9)", "cell 3: the kernel died"),
        pytest.param(
            "while True: print('x' * 1_000_000)",
            "cell 3: the notebook shows more than 5 million letters; show less",
            marks=pytest.mark.slow,
        ),
        ("print('x' * 6_000_000)", "cell 3: the notebook shows more than 5 million letters; show less"),
        ("raise SystemExit('stop')", "cell 3, line 1 `raise SystemExit('stop')`: SystemExit: stop"),
    ],
)
def test_failing_cell_is_named_and_nothing_is_saved(
    run: Callable[..., Path],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    message: str,
) -> None:
    monkeypatch.setattr("lewisham_study.report.run.kernels.client.MOST_LETTERS", 5_000_000)
    with pytest.raises(StudyError) as caught:
        run(source, cell_seconds=2 if "pass" in source else 60)
    assert f"01-ratings.ipynb, {message}" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.glob("*out*"))
    assert capfd.readouterr().err == ""


def test_cells_without_ids_are_numbered(tmp_path: Path) -> None:
    cell = {"cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "text"]}
    content = {"cells": [cell, cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (tmp_path / "old.ipynb").write_text(json.dumps(content), encoding="utf-8")
    found = read_notebook(tmp_path / "old.ipynb")
    assert [cell.id for cell in found.cells] == ["cell-1", "cell-2"]
    assert found.cells[0].source == "# Title\ntext"


@pytest.mark.parametrize("content", ["", "[]", '{"cells": [3], "nbformat": 4, "nbformat_minor": 5}', '{"nbformat": 4}'])
def test_other_file_is_not_a_notebook(tmp_path: Path, content: str) -> None:
    (tmp_path / "n.ipynb").write_text(content, encoding="utf-8")
    with pytest.raises(StudyError, match="is not a notebook"):
        read_notebook(tmp_path / "n.ipynb")


def test_normalising_removes_differences_between_runs(build: SimpleNamespace) -> None:
    output = nbformat.v4.new_output("display_data", {"text/plain": "<A at 0x7f5b2c1d3e40>", "image/png": "0xabcdef12"})
    cell = build.code("a", output, count=1, tags=["hide"], papermill={"duration": 0.1}, execution={"at": "now"})
    found = build.notebook(cell)
    found.metadata["papermill"] = {"start_time": "2026-01-01"}
    same = normalise(found)
    assert set(same.metadata) == {"kernelspec", "language_info"}
    assert same.cells[0].metadata == {"tags": ["hide"]}
    assert same.cells[0].outputs[0].data == {"text/plain": "<A at 0x0>", "image/png": "0xabcdef12"}
    assert write_notebook(same).endswith(b"}\n")


def test_warning_is_reported_without_paths(build: SimpleNamespace) -> None:
    text = "/tmp/ipykernel_12/3456.py:3: FutureWarning: soon\n  x\n"
    cell = build.code("a", nbformat.v4.new_output("stream", name="stderr", text=text), count=1)
    with pytest.raises(StudyError, match=r"^n, cell 2 warned: line 3: FutureWarning: soon; change the code"):
        refuse_warnings(build.notebook(build.text("# T"), cell), "n")
