"""The columns of a table that a report needs, as text, whatever other columns it has."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lewisham_study.csvfiles import parse_rows, read_text
from lewisham_study.errors import DataError
from lewisham_study.paths import shorten


def read_columns(path: Path, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Read some columns of a CSV file, in the order asked for.

    Raises
    ------
    DataError
        Where the file is missing or lacks a column.
    """
    header, *rows = [*parse_rows(path, read_text(path))] or [[]]
    missing = [column for column in columns if column not in header]
    if missing:
        wanted, got = f"columns {', '.join(columns)}", f"no {', '.join(missing)}"
        raise DataError(shorten(path), wanted, got, row=1, mend="run `make data`")
    places = [header.index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in rows]
