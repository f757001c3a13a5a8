"""How any command ends: the lines it prints, and the exit code."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from lewisham_study import __version__
from lewisham_study.paths import HOME_VARIABLE, Project, find_project


def test_version_and_help(run):
    code, printed, _ = run("--version")
    assert code == 0
    assert re.fullmatch(rf"lewisham-study {re.escape(__version__)}, Python 3\.\d+, \w+ \w+\n", printed)
    code, printed, _ = run("--help")
    assert code == 0
    for command in ("build", "check", "report", "validate", "verify", "import", "authorities", "teaching", "explore"):
        assert command in printed


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["report", "--authority", "Lewishm"], "Lewisham"),
        (["teaching", "--authority", "Lewishm"], "Lewisham"),
        pytest.param(["report", "--authority", "../../etc"], "../../etc", marks=pytest.mark.slow),
        (["report", "--from", "2022", "--to", "2012"], "empty"),
        (["report", "--from", "1901"], "1901"),
        pytest.param(["report", "--to", "2099"], "2099", marks=pytest.mark.slow),
        (["report", "--notebook", "rating"], "ratings"),
        (["report", "--format", "rtf"], "html, pdf, png, ipynb"),
        pytest.param(["report", "--format", ","], "html, pdf, png, ipynb", marks=pytest.mark.slow),
        (["import", "dfe-workforce-1999", __file__], "dfe-workforce-2015"),
        (["authorities", "--region", "Wessex"], "Wessex"),
        (["report", "--parameter", "comparator=London"], "comparators"),
        pytest.param(["report", "--parameter", "comparators"], "NAME=VALUE", marks=pytest.mark.slow),
        pytest.param(["report", "--parameter", "basis=3"], "basis: expected str, found 3", marks=pytest.mark.slow),
        (["report", "--parameter", "basis=inspect"], "no basis is called 'inspect'; there are: inspected, published"),
        pytest.param(
            ["report", "--parameter", "deflator=rpi"],
            "no deflator is called 'rpi'; there are: gdp_deflator, cpi, cpih",
            marks=pytest.mark.slow,
        ),
        pytest.param(["report", "--parameter", "price_base=2021"], "price_base", marks=pytest.mark.slow),
        (["report", "--parameter", "price_base=1899-00"], "gdp_deflator has no value for '1899-00'"),
        (["report", "--parameter", "comparators=Londn"], "did you mean London"),
        pytest.param(["report", "--parameter", "end_year=2099"], "2099", marks=pytest.mark.slow),
    ],
)
def test_wrong_usage_gets_one_line_and_exit_code_2(run, monkeypatch, tmp_path, words, message):
    # Nothing was made here before, and nothing runs.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Project, "output", tmp_path / "reports")
    monkeypatch.setattr("lewisham_study.report.batch.render.execute_notebook", lambda *_, **__: pytest.fail("runs"))
    code, printed, error = run(*words)
    assert code == 2
    assert printed == ""
    assert message in error
    assert "Traceback" not in error
    assert len(error.strip().splitlines()) == 1


def test_an_unknown_option_is_wrong_usage(run):
    code, _, error = run("report", "--colour", "red")
    assert code == 2
    assert "--colour" in error


def test_a_folder_that_cannot_be_written_to_fails_before_anything_runs(run, tmp_path):
    (tmp_path / "file").write_text("in the way")
    code, _, error = run("report", "--out", str(tmp_path / "file" / "reports"))
    assert code == 1
    assert "cannot write" in error
    assert "Traceback" not in error


def test_without_processed_data_it_says_what_to_do(run, monkeypatch, tmp_path):
    shutil.copytree(find_project().notebooks, tmp_path / "notebooks")
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    code, _, error = run("report")
    assert code == 1
    assert "make data" in error


def test_an_interruption_gets_one_line(run, monkeypatch):
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lewisham_study.report.batch.run.render_all", interrupt)
    code, _, error = run("report")
    assert code == 130
    assert "interrupted" in error


STOPPED_AT = """
import os, signal, sys

class Stop:
    def find_spec(self, name, *rest):
        if name == sys.argv[0]:
            os.kill(os.getpid(), signal.SIGINT)

sys.argv.pop(0)
from lewisham_study.cli import main
sys.meta_path.insert(0, Stop())
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT that a program could send itself")
@pytest.mark.parametrize(
    ("module", "printed"), [("typer", ""), ("rich.console", ""), ("pandas", "interrupted; no partial files")]
)
def test_ctrl_c_while_a_command_is_still_being_imported_leaves_no_traceback(module, printed):
    words = [sys.executable, "-c", STOPPED_AT, module, "authorities"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.startswith(printed)
    assert len(done.stderr.splitlines()) == bool(printed)


@pytest.mark.slow
def test_a_file_in_the_current_folder_is_never_imported(tmp_path):
    for name in ("random", "pandas", "lewisham_study"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported')")
    script = shutil.which("lewisham-study", path=Path(sys.executable).parent)
    assert script is not None
    words = ["report", "--authority", "Rutland", "--notebook", "spend", "--format", "ipynb", "--out", "made", "--quiet"]
    done = subprocess.run([script, *words], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("1 made, ")
    assert len(done.stderr.splitlines()) == 1
    assert (tmp_path / "made" / "rutland" / "spend.ipynb").is_file()


def test_sigterm_ends_a_run_as_an_interruption_does(run, monkeypatch):
    before, undone = signal.getsignal(signal.SIGTERM), []

    def terminate(*_: object, **__: object) -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
        finally:
            undone.append(True)

    monkeypatch.setattr("lewisham_study.tidy.build.build", terminate)
    code, _, error = run("build")
    assert (code, undone) == (143, [True])
    assert "interrupted; no partial files were left" in error
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (MemoryError(), "out of memory; no partial files were left"),
        (OSError(28, "No space left on device", "/elsewhere/x"), "No space left on device: /elsewhere/x"),
        (OSError(28, "No space left on device"), f"for temporary files in {tempfile.gettempdir()}: make room there"),
        (OSError("odd"), "odd"),
        (ImportError("libfoo.so: failed to map segment"), "could not be loaded (libfoo.so: failed to map segment)"),
    ],
)
def test_a_machine_too_small_gets_one_line(run, monkeypatch, fault, message):
    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("lewisham_study.tidy.build.build", fail)
    code, _, error = run("build")
    assert code == 1
    assert message in error
    assert len(error.strip().splitlines()) == 1
