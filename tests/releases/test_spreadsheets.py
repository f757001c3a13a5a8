"""Spreadsheets as published: nothing is opened that is damaged, dangerous or would fill the memory."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from lewisham_study.errors import DataError
from lewisham_study.releases import spreadsheets
from lewisham_study.releases.spreadsheets import read_sheet

SHEET = "xl/worksheets/sheet1.xml"
SPACES = ("office", "table", "text")
ODS = (
    "<office:document-content "
    + " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in SPACES)
    + '><office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet>'
    "</office:body></office:document-content>"
)
CELL = '<table:table-cell office:value-type="string" {repeat}><text:p>{text}</text:p></table:table-cell>'
ROW = f"<table:table-row>{CELL}</table:table-row>"


def write_xlsx(path: Path) -> Path:
    book = Workbook()
    assert book.active is not None
    book.active.title = "S"
    book.active.append(["LA", "Name"])
    book.active.append([209, "Lewisham"])
    book.save(path)
    return path


def write_ods(path: Path, rows: str, declaration: str = "", compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", declaration + ODS.format(rows=rows))
    return path


def replace_member(path: Path, member: str, change: tuple[bytes, bytes]) -> Path:
    """Write an archive again with one member changed."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    old, new = change
    assert old in members[member]
    members[member] = members[member].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_a_sheet_is_read_cell_for_cell(tmp_path: Path) -> None:
    assert read_sheet(write_xlsx(tmp_path / "b.xlsx"), "S").to_numpy().tolist() == [["LA", "Name"], ["209", "Lewisham"]]
    ods = write_ods(tmp_path / "b.ods", ROW.format(repeat="", text="LA"))
    assert read_sheet(ods, "S").to_numpy().tolist() == [["LA"]]


@pytest.mark.parametrize("length", [0, 3, 40, 2000, -30])
def test_a_spreadsheet_cut_off_is_refused(tmp_path: Path, length: int) -> None:
    path = write_xlsx(tmp_path / "b.xlsx")
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(DataError, match=r"b\.xlsx: expected a spreadsheet \(xlsx or ods\), whole, found "):
        read_sheet(path, "S")


def test_bytes_changed_anywhere_are_refused_or_change_nothing(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "b.xlsx")
    data, sound = path.read_bytes(), read_sheet(path, "S")
    for place in range(0, len(data), 97):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :])
        try:
            assert read_sheet(path, "S").equals(sound), place
        except DataError:
            continue


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/evil.dtd">',
        '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
    ],
    ids=["file", "address", "billion laughs"],
)
def test_an_entity_is_refused(tmp_path: Path, declaration: str) -> None:
    path = write_ods(tmp_path / "b.ods", ROW.format(repeat="", text="a"), declaration)
    with pytest.raises(DataError, match=r"b\.ods: expected no document type in content\.xml, found <!DOCTYPE d>"):
        read_sheet(path, "S")
    book = write_xlsx(tmp_path / "b.xlsx")
    replace_member(book, SHEET, (b"<worksheet", declaration.encode() + b"<worksheet"))
    with pytest.raises(DataError, match=r"b\.xlsx: expected no document type in xl/worksheets/sheet1\.xml"):
        read_sheet(book, "S")


def test_an_archive_that_unpacks_to_gigabytes_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "b.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("content.xml", "w") as member:
        for _ in range(250):
            member.write(b" " * 1_000_000)
    assert path.stat().st_size < 300_000
    with pytest.raises(DataError, match="at most 200,000,000 bytes when unpacked, found 250,000,000 in 1 files"):
        read_sheet(path, "S")


def test_an_archive_that_understates_its_size_gives_no_more_than_it_says(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "b.ods", ROW.format(repeat="", text="x" * 1_000_000))
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("content.xml")
    for header in (b"PK\x03\x04", b"PK\x01\x02"):
        place = data.rindex(header)
        offset = place + (22 if header == b"PK\x03\x04" else 24)
        assert struct.unpack_from("<I", data, offset)[0] == member.file_size
        struct.pack_into("<I", data, offset, 2_000)
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"whole, found Bad CRC-32 for file 'content\.xml'"):
        read_sheet(path, "S")


@pytest.mark.parametrize(
    ("repeat", "text", "message"),
    [
        (16_384, "a", "at most 5,000,000 cells, found 16,384,000,000"),
        (4, "a" * 100_000, "at most 200,000,000 characters in its cells, found 400,000,000,000"),
    ],
    ids=["cells", "text"],
)
def test_a_few_bytes_that_mean_billions_of_cells_are_refused(
    tmp_path: Path, repeat: int, text: str, message: str
) -> None:
    row = ROW.format(repeat=f'table:number-columns-repeated="{repeat}"', text=text)
    path = write_ods(tmp_path / "b.ods", row.replace("row>", 'row table:number-rows-repeated="1000000">', 1))
    with pytest.raises(DataError, match=message):
        read_sheet(path, "S")


def test_a_cell_at_the_far_corner_is_refused(tmp_path: Path) -> None:
    path = replace_member(write_xlsx(tmp_path / "b.xlsx"), SHEET, (b'r="B2"', b'r="XFD1048576"'))
    with pytest.raises(DataError, match="at most 5,000,000 cells, found 17,179,869,184"):
        read_sheet(path, "S")


def test_what_is_another_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<d/>")
    with pytest.raises(DataError, match=r"expected a spreadsheet \(xlsx or ods\), found another archive"):
        read_sheet(path, "S")
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", "<d/>")
        archive.writestr("content.xml", "<e/>")
    with pytest.raises(DataError, match="found an archive that holds a file twice"):
        read_sheet(path, "S")


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_MEMBERS", 2)
    with pytest.raises(DataError, match="in 3 files"):
        read_sheet(write_ods(tmp_path / "b.ods", ""), "S")


def test_a_formula_gives_the_value_it_was_saved_with(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "b.xlsx")
    replace_member(path, SHEET, (b"<v>209</v>", b"<f>100+109</f><v>209</v>"))
    assert read_sheet(path, "S").loc[1, 0] == "209"


def test_a_formula_without_a_value_is_empty_and_an_error_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "b.xlsx")
    replace_member(path, SHEET, (b"<v>209</v>", b"<f>100+109</f>"))
    assert read_sheet(path, "S").loc[1, 0] == ""
    path = write_xlsx(tmp_path / "b.xlsx")
    replace_member(path, SHEET, (b'<c r="A2" t="n"><v>209</v>', b'<c r="A2" t="e"><v>#REF!</v>'))
    with pytest.raises(DataError, match="expected a value in cell A2, found an error, such as #REF!"):
        read_sheet(path, "S")


def test_a_pdf_is_no_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "b.ods"
    path.write_bytes(b"%PDF-1.7\n" + io.BytesIO(b"1 0 obj\n<<>>\nendobj\n").read() * 9)
    with pytest.raises(DataError, match="whole, found File is not a zip file"):
        read_sheet(path, "S")
