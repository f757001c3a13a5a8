"""How any command ends: the lines it leaves, and the exit code."""

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
from lewisham_study.paths import HOME_VARIABLE, find_project


def test_version_and_help(run):
    code, told, _ = run("--version")
    assert code == 0
    assert re.fullmatch(rf"lewisham-study {re.escape(__version__)}, Python 3\.\d+, \w+ \w+\n", told)
    code, told, _ = run("--help")
    assert code == 0
    for command in ("build", "check", "report", "validate", "verify", "import", "authorities", "teaching", "explore"):
        assert command in told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["report", "--authority", "Lewishm"], "Lewisham"),
        (["teaching", "--authority", "Lewishm"], "Lewisham"),
        (["report", "--authority", "../../etc"], "../../etc"),
        (["report", "--from", "2022", "--to", "2012"], "empty"),
        (["report", "--from", "1901"], "1901"),
        (["report", "--to", "2099"], "2099"),
        (["report", "--notebook", "rating"], "ratings"),
        (["report", "--format", "docx"], "html, pdf, ipynb"),
        (["report", "--format", ","], "html, pdf, ipynb"),
        (["import", "dfe-workforce-1999", __file__], "dfe-workforce-2015"),
        (["authorities", "--region", "Wessex"], "Wessex"),
        (["report", "--parameter", "comparator=London"], "comparators"),
        (["report", "--parameter", "comparators"], "NAME=VALUE"),
        (["report", "--parameter", "basis=3"], "basis"),
    ],
)
def test_wrong_usage_gets_one_line_and_exit_code_2(run, words, message):
    code, told, error = run(*words)
    assert code == 2
    assert told == ""
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


def test_an_interruption_is_told(run, monkeypatch):
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
    ("module", "told"), [("typer", ""), ("rich.console", ""), ("pandas", "interrupted; every file is as it was")]
)
def test_ctrl_c_while_a_command_is_still_being_imported_leaves_no_traceback(module, told):
    words = [sys.executable, "-c", STOPPED_AT, module, "authorities"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.startswith(told)
    assert len(done.stderr.splitlines()) == bool(told)


@pytest.mark.slow
def test_a_file_of_the_folder_one_stands_in_is_never_taken_for_a_module(tmp_path):
    for name in ("random", "pandas", "lewisham_study"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('taken for a module')")
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
    assert "interrupted; every file is as it was before or as it should be" in error
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (MemoryError(), "the memory is full"),
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
