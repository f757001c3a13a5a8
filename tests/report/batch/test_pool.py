"""Stopped in the middle, even by being killed, a run leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lewisham_study.paths import HOME_VARIABLE
from lewisham_study.report.run.kernels.provisioner import LAUNCHER, SERVER

ROOT = Path(__file__).parents[3]
PATIENCE = 120
"""Seconds after which a machine is not busy but stuck."""


def find_processes(mark: str) -> list[str]:
    """Find the processes whose environment contains a mark."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (place / "environ").read_bytes():
                found.append((place / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def has_kernel(commands: list[str]) -> bool:
    """Say whether a kernel is among some commands: one that was forked has the command of its server."""
    return sum(SERVER in one for one in commands) > 1 or any(LAUNCHER in one for one in commands)


def wait_until(met: Callable[[], bool]) -> bool:
    """Wait for something that is to come; say whether it came."""
    end = time.monotonic() + PATIENCE
    while not met() and time.monotonic() < end:
        time.sleep(0.1)
    return met()


@pytest.fixture
def own_scratch() -> Iterator[Path]:
    """Make a folder for temporary files with a short path, and delete it with everything left in it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc, which Linux alone has")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_nothing_is_left_of_a_run_that_was_stopped(tmp_path: Path, own_scratch: Path, number: int, code: int) -> None:
    # So long a path leaves no room for a socket's address. A run that is killed leaves a folder
    # of temporary files, which must belong to this test.
    scratch, out = own_scratch / ("scratch" * 12 if number == signal.SIGINT else "s"), tmp_path / "out"
    scratch.mkdir()
    environment = {**os.environ, "TMPDIR": str(scratch), HOME_VARIABLE: str(ROOT)}
    command = [sys.executable, "-m", "lewisham_study", "report", "--out", str(out), "--quiet"]
    run = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
    assert wait_until(lambda: has_kernel(find_processes(str(scratch))) or run.poll() is not None)
    assert run.poll() is None
    os.kill(run.pid, number)
    assert run.wait(PATIENCE) == code
    assert wait_until(lambda: not find_processes(str(scratch))), find_processes(str(scratch))
    assert not list(out.rglob("*.tmp"))
    if number == signal.SIGINT:
        assert not list(scratch.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(
    ("limits", "expected"), [((64, 4096), "(256, 4096)"), ((64, 64), "open 64 files, and reports need 256")]
)
def test_few_open_files_are_raised_or_refused_before_anything_starts(limits: tuple[int, int], expected: str) -> None:
    call = (
        f"import resource as r; r.setrlimit(r.RLIMIT_NOFILE, {limits})\n"
        "from lewisham_study.report.batch.pool import allow_files; allow_files()\n"
        "print(r.getrlimit(r.RLIMIT_NOFILE))"
    )
    done = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=False)
    assert expected in (done.stdout + done.stderr).strip().splitlines()[-1]
