"""The study's CSV files: read strictly, written whole."""

import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lewisham_study.errors import DataError, StudyError
from lewisham_study.files import LONGEST_CELL, read_csv, write_bytes, write_csv

COLUMNS = ["key", "value"]


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
def test_what_is_wrong_is_named_with_its_row(tmp_path, data, message):
    with pytest.raises(DataError, match=message):
        read_csv(write(tmp_path / "t.csv", data), COLUMNS, ["key"])


def test_a_cell_as_long_as_a_book_is_refused(tmp_path):
    path = write(tmp_path / "t.csv", b"key,value\n1," + b"x" * (LONGEST_CELL + 1) + b"\n")
    with pytest.raises(DataError, match="field limit"):
        read_csv(path, COLUMNS)


def test_a_missing_file_says_how_to_get_it_back(tmp_path):
    with pytest.raises(DataError, match="restore it from git"):
        read_csv(tmp_path / "none.csv", COLUMNS)


# What no file of the study may hold is refused on reading: line ends other than LF, NUL, halves of characters.
CELLS = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]))


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1))
def test_what_is_written_is_read_again(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    frame = pd.DataFrame(rows, columns=COLUMNS, dtype=str)
    write_csv(frame, path)
    pd.testing.assert_frame_equal(read_csv(path, COLUMNS), frame)


def test_an_unchanged_file_is_left_untouched(tmp_path):
    path = tmp_path / "t.bin"
    write_bytes(b"same", path)
    os.utime(path, (0, 0))
    write_bytes(b"same", path)
    assert path.stat().st_mtime == 0
    write_bytes(b"other", path)
    assert path.read_bytes() == b"other"


def test_a_failure_while_writing_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "t.bin"
    write_bytes(b"old", path)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(StudyError, match="No space left"):
        write_bytes(b"new", path)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["t.bin"]


def test_an_interruption_while_writing_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    path = tmp_path / "t.bin"
    write_bytes(b"old", path)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_bytes(b"new", path)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["t.bin"]


def test_what_a_killed_run_left_is_deleted_by_the_next(tmp_path):
    path = tmp_path / "t.bin"
    (tmp_path / ".t.bin.abc123.tmp").write_bytes(b"hal")
    (tmp_path / ".other.bin.abc123.tmp").write_bytes(b"being written")
    write_bytes(b"whole", path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".other.bin.abc123.tmp", "t.bin"]
