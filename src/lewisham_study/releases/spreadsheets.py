"""Check that a published spreadsheet is safe to open, then read its sheets as grids of text."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from functools import reduce
from pathlib import Path
from xml.parsers import expat

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.releases.cells import FETCH

LARGEST = 200_000_000
"""Bytes that a spreadsheet may unpack to; the largest held unpacks to 40 million."""
MOST_MEMBERS = 5_000
MOST_CELLS = 5_000_000
"""Cells that a file may hold, empty ones within its rectangle included; the most held is 323,996."""
MOST_TEXT = 200_000_000
"""Characters that its cells may hold together: one long text can be repeated in many cells."""
LAYOUTS = {"content.xml", "xl/workbook.xml"}
"""The member that makes an archive a spreadsheet: of ods, of xlsx."""
ENCODINGS = ("utf-8", "utf-16")
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
"""A cell as spreadsheets name it."""
SPREADSHEET = "a spreadsheet (xlsx or ods)"
BINARY = bytes.fromhex("d0cf11e0a1b11ae1")
"""The first bytes of a spreadsheet of the format before 2007 (xls), which is no archive."""
LARGEST_BINARY = 5_000_000
"""Bytes; the largest xls held has 1.7 million. Its cells cannot be repeated, so its size bounds their number."""


class Meter:
    """Measure what a reader would make of the XML files of a spreadsheet, without building anything from them.

    `cells` counts each sheet's rectangle from the first cell to the last filled one, `own` the characters in the
    cells themselves (repeats included), `shared` the cells that show one of the workbook's shared texts, and
    `longest` the characters of the longest of these.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.cells = self.own = self.shared = self.longest = 0
        self.height = self.width = self.row = self.column = 0
        self.rows = self.columns = 1
        self.length = 0

    @property
    def text(self) -> int:
        """The most characters that all cells can hold together."""
        return self.own + self.shared * self.longest

    def measure(self, data: bytes, member: str) -> None:
        """Measure one XML file, of xlsx or ods.

        Markup is refused that is malformed or in another encoding, that declares a document type (which can name
        entities and other files), or that has an impossible cell or an error in one (which would be read as empty).
        """
        parser = expat.ParserCreate()

        def refuse_doctype(doctype: str, *_: object) -> None:
            raise self.refuse(f"no document type in {member}", f"<!DOCTYPE {doctype}>")

        # The reader of spreadsheets must decode the text as this parser did, or it would read what was not checked.
        def refuse_encoding(version: str, encoding: str | None, standalone: int) -> None:
            if (encoding or "utf-8").lower() not in ENCODINGS:
                raise self.refuse(f"UTF-8 or UTF-16 in {member}", str(encoding))

        parser.XmlDeclHandler = refuse_encoding
        parser.StartDoctypeDeclHandler = refuse_doctype
        parser.StartElementHandler = self.open
        parser.EndElementHandler = self.close
        parser.CharacterDataHandler = self.read
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            raise self.refuse(f"well-formed XML in {member}", str(error)) from None
        self.end_sheet()

    def refuse(self, expected: str, found: str) -> DataError:
        """Return the error for markup that no release has."""
        return DataError(self.file, expected, found, hint=FETCH)

    def end_sheet(self) -> None:
        """Count the rectangle of a sheet, of which ods has several in a file."""
        self.cells += self.height * self.width
        self.height = self.width = self.row = self.column = 0

    def open(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Record the start of a sheet, row, cell or shared text, of either format."""
        kind = tag.rpartition(":")[2]
        if kind == "c":
            self.place(attributes.get("r"))
            self.shared += attributes.get("t") == "s"
            if attributes.get("t") == "e":
                raise self.refuse(f"a value in cell {attributes.get('r', '')}".rstrip(), "an error, such as #REF!")
        elif kind == "row":
            self.row, self.column = self.read_count(attributes, "r", self.row + 1), 0
        elif kind in ("table-cell", "covered-table-cell"):
            self.columns = self.read_count(attributes, "number-columns-repeated", 1)
            self.column += self.columns
            if any(name.rpartition(":")[2] == "value-type" for name in attributes):
                self.height, self.width = self.row, max(self.width, self.column)
        elif kind == "table-row":
            self.rows = self.read_count(attributes, "number-rows-repeated", 1)
            self.row, self.column = self.row + self.rows, 0
        elif kind == "table":
            self.end_sheet()
        elif kind == "si":
            self.length = 0

    def close(self, tag: str) -> None:
        """Record the end of a row, a cell or a shared text."""
        kind = tag.rpartition(":")[2]
        if kind == "table-row":
            self.rows = 1
        elif kind in ("table-cell", "covered-table-cell"):
            self.columns = 1
        elif kind == "si":
            self.longest = max(self.longest, self.length)

    def read(self, text: str) -> None:
        """Count text, as often as its cell is repeated."""
        self.length += len(text)
        self.own += len(text) * self.rows * self.columns

    def place(self, reference: str | None) -> None:
        """Record a cell of xlsx, which names its place or follows the one before."""
        if reference is None:
            self.column += 1
        elif named := REFERENCE.fullmatch(reference):
            self.row = int(named[2])
            self.column = reduce(lambda number, letter: number * 26 + ord(letter) - ord("A") + 1, named[1], 0)
        else:
            raise self.refuse("a cell such as C2", repr(reference))
        self.height, self.width = max(self.height, self.row), max(self.width, self.column)

    def read_count(self, attributes: Mapping[str, str], name: str, default: int) -> int:
        """Read a number from an element's attributes, by name without prefix."""
        for key, value in attributes.items():
            if key.rpartition(":")[2] == name:
                if not re.fullmatch("[0-9]{1,7}", value):
                    raise self.refuse(f"a number in {name}", repr(value))
                return int(value)
        return default


def read_sheet(path: Path, sheet: str) -> pd.DataFrame:
    """Read one sheet of a spreadsheet, as `read_sheets` does."""
    return read_sheets(path, [sheet])[0]


def read_sheets(path: Path, sheets: Sequence[str]) -> list[pd.DataFrame]:
    """Read sheets of a spreadsheet (xlsx, ods, xls) as grids of text; rows and columns from 0 (A1 is 0, 0)."""
    from python_calamine import CalamineError, CalamineWorkbook

    name, checked = shorten(path), open_checked(path)
    try:
        book = CalamineWorkbook.from_filelike(checked)
        for sheet in sheets:
            if sheet not in book.sheet_names:
                hint = "is this the release that was named?"
                raise DataError(name, f"a sheet {sheet!r}", ", ".join(book.sheet_names), hint=hint)
        chosen = [book.get_sheet_by_name(sheet) for sheet in sheets]
        check_size(name, sum(page.total_height * page.total_width for page in chosen))
        grids = [page.to_python(skip_empty_area=False) for page in chosen]
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise DataError(name, SPREADSHEET, str(error), hint=FETCH) from None
    except BaseException as error:
        # The reader stops in this way, under a name that it does not export, at a damaged xls.
        if type(error).__name__ != "PanicException":
            raise
        raise DataError(name, SPREADSHEET, str(error), hint=FETCH) from None
    return [pd.DataFrame([[format_cell(cell) for cell in row] for row in rows], dtype=str) for rows in grids]


def open_checked(path: Path) -> io.BytesIO:
    """Return the content of a spreadsheet that is safe to open: an xls by its size, another as `repack` checks it."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_BINARY + 1) if stream.read(len(BINARY)) == BINARY else b""
    except OSError as error:
        raise DataError(shorten(path), SPREADSHEET, str(error), hint=FETCH) from None
    if len(data) > LARGEST_BINARY:
        raise DataError(shorten(path), f"an xls of at most {LARGEST_BINARY:,} bytes", "a larger one", hint=FETCH)
    return io.BytesIO(BINARY + data) if data else repack(path)


def repack(path: Path) -> io.BytesIO:
    """Unpack and check a spreadsheet, and return what was checked as a new archive in memory.

    An archive's directory can differ from its content, so the reader of spreadsheets never opens the file itself.
    """
    name, packed = shorten(path), io.BytesIO()
    meter = Meter(name)
    try:
        with zipfile.ZipFile(path) as archive, zipfile.ZipFile(packed, "w") as copy:
            check_directory(archive, name)
            for member in archive.infolist():
                data = archive.read(member)
                if member.filename.endswith((".xml", ".rels")):
                    meter.measure(data, member.filename)
                    check_size(name, meter.cells, meter.text)
                copy.writestr(member.filename, data)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, NotImplementedError) as error:
        raise DataError(name, f"{SPREADSHEET}, whole", str(error), hint=FETCH) from None
    packed.seek(0)
    return packed


def check_directory(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse an archive that is not a spreadsheet, or that would unpack to more than any release does."""
    members = archive.infolist()
    size, names = sum(member.file_size for member in members), {member.filename for member in members}
    if size > LARGEST or len(members) > MOST_MEMBERS:
        found = f"{size:,} in {len(members):,} files"
        raise DataError(name, f"a spreadsheet of at most {LARGEST:,} bytes when unpacked", found, hint=FETCH)
    if len(names) != len(members) or not names & LAYOUTS:
        found = "another archive" if len(names) == len(members) else "an archive that holds a file twice"
        raise DataError(name, SPREADSHEET, found, hint=FETCH)


def check_size(name: str, cells: int, text: int = 0) -> None:
    """Refuse sheets that would fill the memory: a few bytes can stand for billions of cells."""
    if cells > MOST_CELLS:
        raise DataError(name, f"at most {MOST_CELLS:,} cells", f"{cells:,}", hint=FETCH)
    if text > MOST_TEXT:
        raise DataError(name, f"at most {MOST_TEXT:,} characters in its cells", f"{text:,}", hint=FETCH)


def format_cell(value: object) -> str:
    """Format a cell's content as text: ISO dates, whole numbers without a decimal point.

    Examples
    --------
    >>> format_cell(462.0), format_cell(15.9), format_cell(datetime.datetime(2016, 1, 20))
    ('462', '15.9', '2016-01-20')
    """
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
