"""Spreadsheets are read only if they are intact, harmless and of a size that fits into memory."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from lewisham_study.errors import DataError
from lewisham_study.releases import spreadsheets
from lewisham_study.releases.spreadsheets import Meter, read_sheet

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


def write_xls(path: Path, rows: Sequence[Sequence[str | float]], height: int = 0) -> Path:
    """Write a sheet in the format before 2007: BIFF records in a compound file of one stream."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def cell(row: int, column: int, value: str | float) -> bytes:
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, str):
            return record(0x204, place + struct.pack("<HB", len(value), 0) + value.encode("latin-1"))
        return record(0x203, place + struct.pack("<d", value))

    start = [record(0x809, struct.pack("<HHHHII", 0x600, kind, 0xDBB, 0x7CC, 0, 6)) for kind in (5, 16)]
    end = record(0x0A, b"")
    named = record(0x85, struct.pack("<IBBBB", len(start[0]) + 13 + len(end), 0, 0, 1, 0) + b"S")
    cells = [cell(row, column, value) for row, line in enumerate(rows) for column, value in enumerate(line)]
    cells += [cell(height - 1, 255, 1.0)] if height else []
    stream = start[0] + named + end + start[1] + b"".join(cells) + end
    sectors = max(8, -(-len(stream) // 512))
    table = [-3, -2, *range(3, sectors + 2), -2]
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIiIiI", 0, 1, 1, 0, 4096, -2, 0, -2, 0) + struct.pack("<i", 0) + b"\xff" * 432

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        text = name.encode("utf-16-le").ljust(64, b"\0")
        links = struct.pack("<HBBiii", 2 * len(name) + 2, kind, 1, -1, -1, child)
        return text + links + bytes(36) + struct.pack("<iQ", first, size)

    entries = entry("Root Entry", 5, 1, -2, 0) + entry("Workbook", 2, -1, 2, sectors * 512)
    chain = struct.pack(f"<{len(table)}i", *table).ljust(512, b"\xff")
    path.write_bytes(header + chain + entries.ljust(512, b"\0") + stream.ljust(sectors * 512, b"\0"))
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


def test_a_sheet_of_the_old_format_is_read_cell_for_cell(tmp_path: Path) -> None:
    grid = read_sheet(write_xls(tmp_path / "b.xls", [["LA", "Name"], [209, "Lewisham"]]), "S")
    assert grid.to_numpy().tolist() == [["LA", "Name"], ["209", "Lewisham"]]


@pytest.mark.parametrize("length", [8, 40, 600, 1100, 1600])
def test_an_incomplete_sheet_of_the_old_format_is_refused(tmp_path: Path, length: int) -> None:
    path = write_xls(tmp_path / "b.xls", [["LA"]])
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(DataError, match=r"b\.xls: expected a spreadsheet"):
        read_sheet(path, "S")


def test_a_large_sheet_of_the_old_format_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="at most 5,000,000 cells, found 10,199,745"):
        read_sheet(write_xls(tmp_path / "b.xls", [["LA"]], height=40_000), "S")
    monkeypatch.setattr(spreadsheets, "LARGEST_BINARY", 1_000)
    with pytest.raises(DataError, match="an xls of at most 1,000 bytes"):
        read_sheet(write_xls(tmp_path / "b.xls", [["LA"]]), "S")


@pytest.mark.parametrize("length", [0, 3, 40, 2000, -30])
def test_an_incomplete_spreadsheet_is_refused(tmp_path: Path, length: int) -> None:
    path = write_xlsx(tmp_path / "b.xlsx")
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(DataError, match=r"b\.xlsx: expected a spreadsheet \(xlsx or ods\), whole, found "):
        read_sheet(path, "S")


def test_a_changed_byte_is_refused_or_changes_nothing(tmp_path: Path) -> None:
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


def test_an_archive_that_would_unpack_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "b.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("content.xml", "w") as member:
        for _ in range(250):
            member.write(b" " * 1_000_000)
    assert path.stat().st_size < 300_000
    with pytest.raises(DataError, match="at most 200,000,000 bytes when unpacked, found 250,000,000 in 1 files"):
        read_sheet(path, "S")


def test_an_archive_that_understates_its_size_is_refused(tmp_path: Path) -> None:
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
def test_a_few_bytes_that_stand_for_billions_of_cells_are_refused(
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


def test_another_kind_of_archive_is_refused(tmp_path: Path) -> None:
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


def test_a_formula_is_read_as_its_saved_value(tmp_path: Path) -> None:
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


def test_a_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.ods"
    path.write_bytes(b"%PDF-1.7\n" + io.BytesIO(b"1 0 obj\n<<>>\nendobj\n").read() * 9)
    with pytest.raises(DataError, match="whole, found File is not a zip file"):
        read_sheet(path, "S")


def measure(*texts: str | bytes) -> Meter:
    meter = Meter("b.ods")
    for text in texts:
        meter.measure(text.encode() if isinstance(text, str) else text, "m.xml")
    return meter


MARKUP_CELL = '<t:table-cell o:value-type="string" {repeat}><x:p>{text}</x:p></t:table-cell>'
MARKUP = '<o:d xmlns:o="o" xmlns:t="t" xmlns:x="x"><t:table>{rows}</t:table>{more}</o:d>'


def render_row(cells: str, rows: int = 1) -> str:
    return f'<t:table-row t:number-rows-repeated="{rows}">{cells}</t:table-row>'


def format_cells(text: str, columns: int = 1) -> str:
    return MARKUP_CELL.format(repeat=f't:number-columns-repeated="{columns}"', text=text)


def test_ods_repeats_are_counted_as_cells_and_text() -> None:
    extent = measure(MARKUP.format(rows=render_row(format_cells("abc", 5), 7), more=""))
    assert (extent.cells, extent.text) == (35, 105)


def test_ods_empty_cells_count_only_before_the_last_filled_one() -> None:
    empty = '<t:table-cell t:number-columns-repeated="16384"/>'
    assert (
        measure(MARKUP.format(rows=render_row(format_cells("a") + empty) + render_row(empty, 1_048_575), more="")).cells
        == 1
    )
    assert (
        measure(MARKUP.format(rows=render_row(empty, 1_048_575) + render_row(format_cells("a")), more="")).cells
        == 1_048_576
    )


def test_every_sheet_of_an_ods_counts() -> None:
    row = render_row(format_cells("a", 3))
    assert measure(MARKUP.format(rows=row, more=f"<t:table>{row * 2}</t:table>")).cells == 9


def test_xlsx_cells_are_measured_with_and_without_references() -> None:
    assert measure('<worksheet><row r="3"><c r="A3"/><c r="XFD3"/></row></worksheet>').cells == 3 * 16384
    assert measure("<worksheet><row><c/><c/></row><row><c/></row></worksheet>").cells == 4
    assert measure('<x:worksheet xmlns:x="x"><x:row r="2"><x:c r="B2"/></x:row></x:worksheet>').cells == 4


def test_xlsx_shared_text_counts_for_each_cell_that_shows_it() -> None:
    cells = '<worksheet><row r="1">' + '<c t="s"><v>0</v></c>' * 10 + "</row></worksheet>"
    texts = "<sst><si><t>a</t></si><si><r><t>abc</t></r><r><t>def</t></r></si></sst>"
    assert measure(cells, texts).text == 10 * 6 + 10 + 7


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><s>&x;</s>',
            "no document type in m.xml, found <!DOCTYPE s>",
        ),
        ('<!DOCTYPE s [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><s>&b;</s>', "no document type"),
        ('<!DOCTYPE s SYSTEM "http://127.0.0.1/x.dtd"><s/>', "no document type"),
        ('<?xml version="1.0" encoding="utf-2"?><s/>', "UTF-8 or UTF-16 in m.xml, found utf-2"),
        ('<?xml version="1.0" encoding="utf-7"?><s/>', "UTF-8 or UTF-16 in m.xml, found utf-7"),
        ("<s>&x;</s>", "well-formed XML in m.xml, found undefined entity"),
        ("<s><row>", "well-formed XML in m.xml, found no element found"),
        ("", "well-formed XML"),
        ('<s><c r="ZZZZ1"/></s>', "a cell such as C2, found 'ZZZZ1'"),
        ('<s><c r="B7" t="e"><v>#REF!</v></c></s>', "a value in cell B7, found an error"),
        ('<s><c r="A0"/></s>', "a cell such as C2, found 'A0'"),
        ('<s><row r="99999999999"/></s>', "a number in r, found '99999999999'"),
        ('<s><table-row number-rows-repeated="-1"/></s>', "a number in number-rows-repeated, found '-1'"),
    ],
)
def test_markup_that_no_release_has_is_refused(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        measure(text)


def test_utf_16_is_measured() -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><s><c r="B2"/></s>'
    assert measure(text.encode("utf-16")).cells == 4
    with pytest.raises(DataError, match="encoding specified in XML declaration is incorrect"):
        measure(text)


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: f"<s><c r='A1'>{text}</c></s>".encode()))
def test_any_bytes_are_measured_or_refused(data: bytes) -> None:
    try:
        assert measure(data).cells >= 0
    except DataError as error:
        assert error.expected
