"""The markup within a spreadsheet, measured before anything is made of it: no entities, and so many cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
"""A cell as spreadsheets name it."""
ENCODINGS = ("utf-8", "utf-16")


class MarkupError(Exception):
    """Markup that no release has: what was expected and what stands there."""

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected, self.got = expected, got


@dataclass(frozen=True)
class Extent:
    """How much a reader would make of some markup.

    Attributes
    ----------
    cells : in the rectangles from the first cell of each sheet to the last that holds something.
    own : characters that stand in the cells themselves, repeats counted.
    shared : cells that show a text of the workbook's list of texts.
    longest : characters of the longest text in that list.

    Examples
    --------
    >>> (Extent(cells=4, own=10, shared=2) + Extent(longest=30)).text
    70
    """

    cells: int = 0
    own: int = 0
    shared: int = 0
    longest: int = 0

    @property
    def text(self) -> int:
        """Characters in all cells together, at most."""
        return self.own + self.shared * self.longest

    def __add__(self, other: Extent) -> Extent:
        longest = max(self.longest, other.longest)
        return Extent(self.cells + other.cells, self.own + other.own, self.shared + other.shared, longest)


def measure_markup(data: bytes, name: str) -> Extent:
    """Measure one XML file of a spreadsheet, xlsx or ods, without building anything from it.

    Raises
    ------
    MarkupError
        Where it is not well-formed, in another encoding, declares a document type (only that can
        name entities, and other files), or a cell is one that no sheet has, or an error (which would be read as empty).

    Examples
    --------
    >>> measure_markup(b'<worksheet><row r="2"><c r="C2" t="s"><v>0</v></c></row></worksheet>', "sheet1.xml").cells
    6
    >>> measure_markup(b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "sheet1.xml")
    Traceback (most recent call last):
    lewisham_study.releases.markup.MarkupError: expected no document type in sheet1.xml, got <!DOCTYPE x>
    """
    meter, parser = Meter(), expat.ParserCreate()

    def refuse_doctype(doctype: str, *_: object) -> None:
        raise MarkupError(f"no document type in {name}", f"<!DOCTYPE {doctype}>")

    # What is read in one encoding here and in another by the reader would not be what was checked.
    def refuse_encoding(version: str, encoding: str | None, standalone: int) -> None:
        if (encoding or "utf-8").lower() not in ENCODINGS:
            raise MarkupError(f"UTF-8 or UTF-16 in {name}", str(encoding))

    parser.XmlDeclHandler = refuse_encoding
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = meter.open
    parser.EndElementHandler = meter.close
    parser.CharacterDataHandler = meter.read
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise MarkupError(f"well-formed XML in {name}", str(error)) from None
    return Extent(meter.cells + meter.height * meter.width, meter.own, meter.shared, meter.longest)


class Meter:
    """What has been seen of a sheet so far: the last row and column that hold something, and the text."""

    def __init__(self) -> None:
        self.cells = self.own = self.shared = self.longest = 0
        self.height = self.width = self.row = self.column = 0
        self.rows = self.columns = 1
        self.length = 0

    def open(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take note of the start of a sheet, row, cell or text, of either format."""
        kind = tag.rpartition(":")[2]
        if kind == "c":
            self.place(attributes.get("r"))
            self.shared += attributes.get("t") == "s"
            if attributes.get("t") == "e":
                raise MarkupError(f"a value in cell {attributes.get('r', '')}".rstrip(), "an error, such as #REF!")
        elif kind == "row":
            self.row = read_count(attributes, "r", self.row + 1)
            self.column = 0
        elif kind in ("table-cell", "covered-table-cell"):
            self.columns = read_count(attributes, "number-columns-repeated", 1)
            self.column += self.columns
            if any(name.rpartition(":")[2] == "value-type" for name in attributes):
                self.height, self.width = self.row, max(self.width, self.column)
        elif kind == "table-row":
            self.rows = read_count(attributes, "number-rows-repeated", 1)
            self.row, self.column = self.row + self.rows, 0
        elif kind == "table":
            self.cells += self.height * self.width
            self.height = self.width = self.row = self.column = 0
        elif kind == "si":
            self.length = 0

    def close(self, tag: str) -> None:
        """Take note of the end of a cell or of a text of the list."""
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
        """Take note of a cell of xlsx, which names its place or follows the one before."""
        if reference is None:
            self.column += 1
        elif named := REFERENCE.fullmatch(reference):
            self.row, self.column = int(named[2]), count_column(named[1])
        else:
            raise MarkupError("a cell such as C2", repr(reference))
        self.height, self.width = max(self.height, self.row), max(self.width, self.column)


def read_count(attributes: Mapping[str, str], name: str, otherwise: int) -> int:
    """Give a number among the attributes of an element, by its name without prefix."""
    for key, value in attributes.items():
        if key.rpartition(":")[2] == name:
            if not re.fullmatch("[0-9]{1,7}", value):
                raise MarkupError(f"a number in {name}", repr(value))
            return int(value)
    return otherwise


def count_column(letters: str) -> int:
    """Give the number of a column, from 1, by its letters.

    Examples
    --------
    >>> count_column("A"), count_column("AA"), count_column("XFD")
    (1, 27, 16384)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
