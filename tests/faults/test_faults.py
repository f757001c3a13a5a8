"""Faults while a command runs: a small sample of `interrupt.py`, a full disk, a full memory."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from lewisham_study.paths import HOME_VARIABLE

SCRIPT = Path(__file__).with_name("interrupt.py")
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (450_000_000, 450_000_000))
from lewisham_study.cli import main
sys.argv = ["lewisham-study", "build"]
main()
"""


@pytest.fixture(scope="module")
def interrupt() -> ModuleType:
    spec = importlib.util.spec_from_file_location("interrupt", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["interrupt"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 64 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no mount: a disk to fill can only be mounted on Linux")
    if done.returncode:
        pytest.skip(f"no small disk could be mounted, which root on Linux may: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, HOME_VARIABLE: str(folder), "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="signals are sent to forked processes, which Windows does not have")
def test_an_import_stopped_at_any_moment_is_completed_by_the_next() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "import", "--times", "2"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("import 2 {'SIGINT': {")
    assert "FAULT" not in done.stdout


@pytest.mark.slow
def test_a_full_disk_gets_one_line_and_leaves_every_file_as_it_was(interrupt: ModuleType, disk: Path) -> None:
    folder = disk / "study"
    folder.mkdir()
    interrupt.prepare_import(folder)
    with (disk / "filler").open("wb", buffering=0) as filler, pytest.raises(OSError, match="No space left"):
        while True:
            filler.write(b"0" * 65536)
    before = interrupt.read_tree(folder)
    done = run(["-m", "lewisham_study", *interrupt.COMMANDS["import"].words], folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == "error: cannot write data/raw/figures/population.csv: No space left on device"
    assert interrupt.read_tree(folder) == before


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits the memory that a process may take")
def test_a_full_memory_gets_one_line_and_leaves_every_file_as_it_was(interrupt: ModuleType, tmp_path: Path) -> None:
    interrupt.prepare_build(tmp_path)
    before = interrupt.read_tree(tmp_path)
    done = run(["-c", LIMITED], tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(("error: out of memory", "error: a library could not be loaded"))
    assert len(done.stderr.strip().splitlines()) == 1
    assert interrupt.read_tree(tmp_path) == before
