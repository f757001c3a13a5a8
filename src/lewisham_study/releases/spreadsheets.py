"""Spreadsheets as published: made safe to open, then read as grids of text."""

from __future__ import annotations

import datetime
import io
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.releases.markup import Extent, MarkupError, measure_markup

LARGEST = 200_000_000
"""Bytes that a spreadsheet may unpack to; the largest held unpacks to 40 million."""
MOST_MEMBERS = 5_000
MOST_CELLS = 5_000_000
"""Cells that a file may hold, those between its first and its last counted too; the most held is 323,996."""
MOST_TEXT = 200_000_000
"""Characters that its cells may hold together: one long text can stand in each of many cells."""
FETCH = "fetch the file again"
LAYOUTS = {"content.xml", "xl/workbook.xml"}
"""The member that makes an archive a spreadsheet: of ods, of xlsx."""


def read_sheet(path: Path, sheet: str) -> pd.DataFrame:
    """Read one sheet of a spreadsheet, as `read_sheets` does."""
    return read_sheets(path, [sheet])[0]


def read_sheets(path: Path, sheets: Sequence[str]) -> list[pd.DataFrame]:
    """Read sheets of a spreadsheet (xlsx, ods) as text.

    Parameters
    ----------
    path : the file as published.
    sheets : their names.

    Returns
    -------
    list of pandas.DataFrame
        One `str` per cell; row and column labels count from 0 at the sheet's first cell (A1 is 0, 0).

    Raises
    ------
    DataError
        Where the file is not a spreadsheet, is not safe to open, or has no such sheet.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    name, checked = shorten(path), repack(path)
    try:
        book = CalamineWorkbook.from_filelike(checked)
        for sheet in sheets:
            if sheet not in book.sheet_names:
                got = ", ".join(book.sheet_names)
                raise DataError(name, f"a sheet {sheet!r}", got, mend="is this the release that was named?")
        grids = [book.get_sheet_by_name(sheet).to_python(skip_empty_area=False) for sheet in sheets]
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise DataError(name, "a spreadsheet (xlsx or ods)", str(error), mend=FETCH) from None
    return [pd.DataFrame([[write_cell(cell) for cell in row] for row in rows], dtype=str) for rows in grids]


def repack(path: Path) -> io.BytesIO:
    """Give a spreadsheet as an archive in memory of nothing but what was checked.

    An archive can say one thing in its directory and hold another, so what was unpacked and checked here
    is what the reader of spreadsheets is given, not the file.

    Raises
    ------
    DataError
        Where it is no archive or a damaged one, unpacks to too much, or holds markup that `measure_markup` refuses.
    """
    name, packed, total = shorten(path), io.BytesIO(), Extent()
    try:
        with zipfile.ZipFile(path) as archive, zipfile.ZipFile(packed, "w") as copy:
            check_directory(archive, name)
            for member in archive.infolist():
                data = archive.read(member)
                if member.filename.endswith((".xml", ".rels")):
                    total += measure_markup(data, member.filename)
                    check_extent(total, name)
                copy.writestr(member.filename, data)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, NotImplementedError) as error:
        raise DataError(name, "a spreadsheet (xlsx or ods), whole", str(error), mend=FETCH) from None
    except MarkupError as error:
        raise DataError(name, error.expected, error.got, mend=FETCH) from None
    packed.seek(0)
    return packed


def check_directory(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse an archive that is no spreadsheet, or would unpack to more than any release does."""
    members = archive.infolist()
    size, names = sum(member.file_size for member in members), {member.filename for member in members}
    if size > LARGEST or len(members) > MOST_MEMBERS:
        got = f"{size:,} in {len(members):,} files"
        raise DataError(name, f"a spreadsheet of at most {LARGEST:,} bytes when unpacked", got, mend=FETCH)
    if len(names) != len(members) or not names & LAYOUTS:
        got = "another archive" if len(names) == len(members) else "an archive that holds a file twice"
        raise DataError(name, "a spreadsheet (xlsx or ods)", got, mend=FETCH)


def check_extent(extent: Extent, name: str) -> None:
    """Refuse sheets that would fill the memory: a few bytes can stand for billions of cells."""
    if extent.cells > MOST_CELLS:
        raise DataError(name, f"at most {MOST_CELLS:,} cells", f"{extent.cells:,}", mend=FETCH)
    if extent.text > MOST_TEXT:
        raise DataError(name, f"at most {MOST_TEXT:,} characters in its cells", f"{extent.text:,}", mend=FETCH)


def write_cell(value: object) -> str:
    """Give a cell's content as text: dates in ISO form, whole numbers without a point.

    Examples
    --------
    >>> write_cell(462.0), write_cell(15.9), write_cell(datetime.datetime(2016, 1, 20))
    ('462', '15.9', '2016-01-20')
    """
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
