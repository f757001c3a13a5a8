"""Read published CSV files as grids of text; refuse other kinds of file and damaged ones."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten

LONGEST_LINE = 1_000_000
"""Characters; the longest line held has 9,015."""
LONGEST_CELL = 100_000
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffd]")
"""Characters that no text has; they show that a file is binary, or was written or decoded in another encoding."""
SIGNATURES = {
    b"PK\x03\x04": "an archive or a spreadsheet",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"\xd0\xcf\x11\xe0": "an old Office file (xls, doc)",
    b"PAR1": "a parquet file",
    b"<": "a web page",
    b"version https://git-lfs": "a pointer to a file kept elsewhere (Git LFS)",
}
"""The first bytes of files that are often mistaken for CSV files."""
FETCH = "fetch the file again"


def read_delimited(path: Path, encoding: str = "utf-8-sig") -> pd.DataFrame:
    """Read a CSV file, headings included, as a grid of text (A1 is 0, 0); an empty line is a row of empty cells."""
    name, text = shorten(path), decode(path, encoding)
    check_text(text, name)
    rows = list(split_rows(text, name))
    if not rows or not rows[0]:
        raise DataError(name, "a row of headings", "an empty line" if rows else "an empty file", hint=FETCH)
    return pd.DataFrame(rows, dtype=str)


def decode(path: Path, encoding: str) -> str:
    """Return a file's text; raise an error that names the kind of file if it is not a CSV file."""
    name, expected = shorten(path), f"a CSV file in {encoding.removesuffix('-sig')}"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(name, expected, str(error.strerror), hint=FETCH) from None
    kind = next((kind for signature, kind in SIGNATURES.items() if data.lstrip().startswith(signature)), None)
    if kind:
        raise DataError(name, expected, kind, hint=FETCH)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row, found = data.count(b"\n", 0, error.start) + 1, f"the byte {data[error.start]:#04x}"
        raise DataError(name, expected, found, row=row, hint="is it in another encoding, or cut off?") from None


def check_text(text: str, name: str) -> None:
    """Refuse text with control characters or with a line longer than `LONGEST_LINE`."""
    if odd := CONTROL.search(text):
        row, found = text.count("\n", 0, odd.start()) + 1, f"the character U+{ord(odd[0]):04X}"
        raise DataError(name, "text", found, row=row, hint="is it in another encoding, or damaged?")
    for row, line in enumerate(io.StringIO(text, newline=None), start=1):
        if len(line) > LONGEST_LINE:
            expected = f"lines of at most {LONGEST_LINE:,} characters"
            raise DataError(name, expected, f"one of {len(line):,}", row=row, hint=FETCH)


def split_rows(text: str, name: str) -> Iterator[list[str]]:
    """Split text into rows, all as wide as the first."""
    csv.field_size_limit(LONGEST_CELL)
    width = None
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            width = width or len(row)
            if len(row) != width and any(row):
                hint = "a comma inside a value needs quotes round it; or is the file cut off?"
                raise DataError(name, f"{width} cells as in the headings", f"{len(row)}", row=number, hint=hint)
            yield row if len(row) == width else [""] * width
    except csv.Error as error:
        raise DataError(name, "well-formed CSV", str(error), hint="is the file cut off?") from None
