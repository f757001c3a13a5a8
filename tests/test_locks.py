"""One run at a time in a folder; what a dead run left behind stops nobody."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lewisham_study.errors import StudyError
from lewisham_study.files import lock_data, lock_folder
from lewisham_study.paths import Project

HOLD = """
import sys
from pathlib import Path
from lewisham_study.locks import lock_folder
with lock_folder(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path):
    """Another run that holds the folder until its standard input closes."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "out")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout.readline() == "held\n"
        yield run


def test_a_second_run_is_refused_in_one_line(other, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = r"^another run is writing to out; wait until it has ended$"
    with pytest.raises(StudyError, match=told), lock_folder(Path("out")):
        pytest.fail("both have it")
    other.communicate()
    with lock_folder(Path("out")):
        pass
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="kills by SIGKILL, which Windows does not know")
def test_a_lock_that_a_killed_run_left_stops_nobody(other, tmp_path):
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    assert (tmp_path / "out" / ".lock").exists()
    with lock_folder(tmp_path / "out"):
        pass
    assert not (tmp_path / "out" / ".lock").exists()


def test_a_failure_lets_go(tmp_path):
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), lock_folder(tmp_path):
            _ = 1 / 0


def test_where_nothing_can_be_locked_the_work_goes_on(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with lock_folder(tmp_path / "file"):
        done = True
    assert done


def test_data_are_changed_by_one_run_at_a_time(tmp_path):
    @lock_data
    def change(project: Project, depth: int) -> int:
        return change(project, depth - 1) if depth else 0

    assert change(Project(tmp_path), 0) == 0
    with pytest.raises(StudyError, match=r"another run is writing to .*data"):
        change(Project(tmp_path), 1)
