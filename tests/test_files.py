"""Files: read strictly, written atomically, locked, and checked against the last build."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lewisham_study.errors import DataError, StudyError
from lewisham_study.files import (
    LONGEST_CELL,
    PACKAGE,
    lock_data,
    lock_folder,
    read_csv,
    read_package,
    read_table,
    write_bytes,
    write_csv,
)
from lewisham_study.paths import Project, find_project
from lewisham_study.report.batch.manifest import hash_tables
from lewisham_study.tidy.tables import load_table

COLUMNS = ["key", "value"]
HOLD_LOCK = """
import sys
from pathlib import Path
from lewisham_study.files import lock_folder
with lock_folder(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xef\xbb\xbfkey,value\n1,a\n", "row 1: .*byte-order mark"),
        (b"key,value\r\n1,a\r\n", "row 1: .*CRLF"),
        (b"key,value\n1,a\x00\n", "row 2: .*NUL"),
        (b"key,value\n1,caf\xe9\n", "row 2: .*byte 0xe9"),
        (b"key\n1\n", "row 1: .*missing \\['value'\\]"),
        (b"key,value,note\n1,a,b\n", "row 1: .*unknown \\['note'\\]"),
        (b"value,key\na,1\n", "row 1: .*the order"),
        (b"key,value\n1,a\n1,000,b\n", "row 3: expected 2 cells, found 3; a comma inside"),
        (b"key,value\n1\n", "row 2: expected 2 cells, found 1; an empty cell"),
        (b"key,value\n1,a\n2,b\n1,c\n", "row 4: .*'1' again"),
        (b'key,value\n1,"a\n', "well-formed CSV"),
        (b"", "missing \\['key', 'value'\\]"),
    ],
)
def test_fault_is_reported_with_its_row(tmp_path, data, message):
    with pytest.raises(DataError, match=message):
        read_csv(write(tmp_path / "t.csv", data), COLUMNS, ["key"])


def test_very_long_cell_is_refused(tmp_path):
    path = write(tmp_path / "t.csv", b"key,value\n1," + b"x" * (LONGEST_CELL + 1) + b"\n")
    with pytest.raises(DataError, match="field limit"):
        read_csv(path, COLUMNS)


def test_missing_file_says_how_to_restore_it(tmp_path):
    with pytest.raises(DataError, match="restore it from git"):
        read_csv(tmp_path / "none.csv", COLUMNS)


# Reading refuses CR, NUL and lone surrogates.
CELLS = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]))


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1))
def test_written_frame_is_read_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    frame = pd.DataFrame(rows, columns=COLUMNS, dtype=str)
    write_csv(frame, path)
    pd.testing.assert_frame_equal(read_csv(path, COLUMNS), frame)


def test_unchanged_file_is_left_untouched(tmp_path):
    path = tmp_path / "t.bin"
    write_bytes(b"same", path)
    os.utime(path, (0, 0))
    write_bytes(b"same", path)
    assert path.stat().st_mtime == 0
    write_bytes(b"other", path)
    assert path.read_bytes() == b"other"


@pytest.mark.parametrize(
    ("error", "raised", "message"),
    [
        (OSError(28, "No space left on device"), StudyError, "No space left"),
        (KeyboardInterrupt("stopped"), KeyboardInterrupt, "stopped"),
    ],
)
def test_stopped_write_leaves_the_old_file_alone(tmp_path, monkeypatch, error, raised, message):
    path = tmp_path / "t.bin"
    write_bytes(b"old", path)

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(raised, match=message):
        write_bytes(b"new", path)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["t.bin"]


def test_next_write_deletes_the_temporary_files_of_a_killed_run(tmp_path):
    path = tmp_path / "t.bin"
    (tmp_path / ".t.bin.abc123.tmp").write_bytes(b"hal")
    (tmp_path / ".other.bin.abc123.tmp").write_bytes(b"being written")
    write_bytes(b"whole", path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".other.bin.abc123.tmp", "t.bin"]


@pytest.fixture
def other(tmp_path):
    """Start another run that locks the folder until its standard input closes."""
    command = [sys.executable, "-c", HOLD_LOCK, str(tmp_path / "out")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout.readline() == "locked\n"
        yield run


def test_second_run_is_refused_in_one_line(other, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    message = r"^another run is writing to out; wait until it has ended$"
    with pytest.raises(StudyError, match=message), lock_folder(Path("out")):
        pytest.fail("both have locked it")
    other.communicate()
    with lock_folder(Path("out")):
        pass
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_lock_file_of_a_killed_run_locks_nothing(other, tmp_path):
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    assert (tmp_path / "out" / ".lock").exists()
    with lock_folder(tmp_path / "out"):
        pass
    assert not (tmp_path / "out" / ".lock").exists()


def test_failure_releases_the_lock(tmp_path):
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), lock_folder(tmp_path):
            _ = 1 / 0


def test_block_runs_where_locking_is_impossible(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with lock_folder(tmp_path / "file"):
        done = True
    assert done


def test_one_run_at_a_time_changes_the_data(tmp_path):
    @lock_data
    def change(project: Project, depth: int) -> int:
        return change(project, depth - 1) if depth else 0

    assert change(Project(tmp_path), 0) == 0
    with pytest.raises(StudyError, match=r"another run is writing to .*data"):
        change(Project(tmp_path), 1)


@pytest.fixture
def built(tmp_path: Path) -> Project:
    """Copy one table of the last build with the data package."""
    project = Project(tmp_path)
    project.processed.mkdir(parents=True)
    for name in ("prices.csv", PACKAGE):
        shutil.copy(find_project().processed / name, project.processed)
    return project


def test_table_is_read_with_its_description(built):
    data, resource = read_table(built.processed, "prices")
    assert data == (built.processed / "prices.csv").read_bytes()
    assert resource["path"] == "prices.csv"


def test_table_of_another_build_is_refused(built):
    hash_tables(built)
    path = built.processed / "prices.csv"
    path.write_text(path.read_text().replace("2012-13", "2012-31", 1))
    for read in (lambda: load_table("prices", built.processed), lambda: hash_tables(built)):
        with pytest.raises(DataError, match=r"prices\.csv: expected .* stopped midway: run `make data`"):
            read()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"resources": [7]}', '{"resources": [{"title": "no name"}]}', "\0"])
def test_broken_data_package_is_refused(built, text):
    (built.processed / PACKAGE).write_text(text)
    with pytest.raises(DataError, match=r"expected the data package of a build, found .*; run `make data`"):
        read_package(built.processed)


def test_missing_data_package_says_how_to_build_it(built):
    (built.processed / PACKAGE).unlink()
    with pytest.raises(StudyError, match=r"datapackage\.json is missing: run `make data`"):
        read_table(built.processed, "prices")
