"""Published CSV files are read cell for cell; other kinds of file and damaged ones are refused with the row."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lewisham_study.errors import DataError
from lewisham_study.releases import cells
from lewisham_study.releases.cells import read_delimited


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [b"a,b\n1,2\n", b"\xef\xbb\xbfa,b\r\n1,2\r\n", b"a,b\r1,2", b'"a","b"\n1,2\n'],
    ids=["plain", "byte-order mark and CRLF", "CR", "quotes"],
)
def test_line_ends_quotes_and_byte_order_marks_make_no_difference(tmp_path: Path, data: bytes) -> None:
    assert read_delimited(write(tmp_path / "r.csv", data)).to_numpy().tolist() == [["a", "b"], ["1", "2"]]


def test_empty_lines_count_as_rows(tmp_path: Path) -> None:
    table = read_delimited(write(tmp_path / "r.csv", b"a,b\n\n1,2\n,,\n\n"))
    assert table.to_numpy().tolist() == [["a", "b"], ["", ""], ["1", "2"], ["", ""], ["", ""]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("a,b\n1,2\n".encode("utf-16"), "expected a CSV file in utf-8, found UTF-16"),
        (b"a,b\n1,K\xf6ln\n", "row 2: expected a CSV file in utf-8, found the byte 0xf6"),
        (b"\xef\xbb\xbf\xef\xbb\xbfa,b\n", r"row 1: expected text, found the character U\+FEFF"),
        (b"a,b\n1,2\x00\n", r"row 2: expected text, found the character U\+0000"),
        (b"a,b\n1,2\n1,\xef\xbf\xbd\n", r"row 3: expected text, found the character U\+FFFD"),
        (b"a,b\n1,2,3\n", "row 2: expected 2 cells as in the headings, found 3; a comma inside"),
        (b"a,b\n1,2\n1\n", "row 3: expected 2 cells as in the headings, found 1; .* cut off"),
        (b'a,b\n1,"2\n', "expected well-formed CSV, found unexpected end of data; is the file cut off"),
        (b"a,b\n1," + b"x" * 100_001 + b"\n", "expected well-formed CSV, found field larger than field limit"),
        (b"", "expected a row of headings, found an empty file"),
        (b"\na,b\n1,2\n", "expected a row of headings, found an empty line"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "found a PDF; fetch the file again"),
        (b"PK\x03\x04\x14\x00\x06\x00", "found an archive or a spreadsheet"),
        (gzip.compress(b"a,b\n", mtime=0), "found a gzip archive"),
        (b"\n<!DOCTYPE html><html><body>Not found</body></html>", "found a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:aa\n", "found a pointer to a file kept elsewhere"),
    ],
)
def test_another_kind_of_file_or_a_damaged_one_is_refused_by_name(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_delimited(write(tmp_path / "r.csv", data))


@pytest.mark.slow
@pytest.mark.parametrize("cell", [b"x", b"x,"], ids=["one cell", "many cells"])
def test_a_line_of_100_megabytes_is_refused_before_it_is_split(tmp_path: Path, cell: bytes) -> None:
    path = write(tmp_path / "r.csv", b"a,b\n" + cell * (100_000_000 // len(cell)) + b"\n")
    with pytest.raises(
        DataError, match="row 2: expected lines of at most 1,000,000 characters, found one of 100,000,00"
    ):
        read_delimited(path)


def test_a_row_of_many_lines_is_refused_by_its_width(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "LONGEST_LINE", 10)
    path = write(tmp_path / "r.csv", b"a,b\n" + b'1,"\n",' * 1000 + b"2\n")
    with pytest.raises(DataError, match="row 2: expected 2 cells as in the headings, found 2001"):
        read_delimited(path)


def test_a_file_that_cannot_be_opened_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="found Is a directory"):
        read_delimited(tmp_path)


@given(data=st.binary(max_size=200), encoding=st.sampled_from(["utf-8-sig", "latin-1"]))
def test_any_bytes_make_a_grid_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, encoding: str
) -> None:
    path = write(tmp_path_factory.getbasetemp() / "any.csv", data)
    try:
        table = read_delimited(path, encoding)
    except DataError:
        return
    assert len(table)
    assert table.map(lambda cell: isinstance(cell, str)).to_numpy().all()
