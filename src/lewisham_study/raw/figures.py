"""Read and write official figures as published: one row per cell of a release, in our columns."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv, write_csv
from lewisham_study.paths import shorten
from lewisham_study.releases.cells import CELL_COLUMNS

FIGURE_COLUMNS = ["source_id", "sha256", *CELL_COLUMNS]
FIGURE_KEY = ["source_id", "sheet", "row", "column"]


def figures_path(raw: Path, topic: str) -> Path:
    """Return the path of a topic's figures."""
    return raw / "figures" / f"{topic}.csv"


def read_figures(raw: Path, topic: str) -> pd.DataFrame:
    """Read the figures of one topic, all text.

    `value_as_published` is the content of the cell, suppression codes included; `sha256` holds the first twelve
    digits of the file's checksum (the rest is in sources.csv).
    """
    return read_csv(figures_path(raw, topic), FIGURE_COLUMNS, FIGURE_KEY)


def write_figures(figures: pd.DataFrame, raw: Path, topic: str) -> None:
    """Write the figures of one topic, ordered by release and place in it."""
    order = figures.assign(_row=figures["row"].astype(int), _place=figures["column"].str.len())
    order = order.sort_values(["source_id", "sheet", "_row", "_place", "column"])
    write_csv(order[FIGURE_COLUMNS], figures_path(raw, topic))


def locate(figures: pd.DataFrame) -> pd.Series:
    """Return each figure's cell as a spreadsheet names it.

    Examples
    --------
    >>> locate(pd.DataFrame({"sheet": ["Table A1", ""], "row": ["7", "2"], "column": ["C", "AB"]})).tolist()
    ['Table A1!C7', 'AB2']
    """
    cell = figures["column"] + figures["row"]
    return cell.where(figures["sheet"] == "", figures["sheet"] + "!" + cell)


def name_cell(figure: pd.Series) -> str:
    """Return one figure's place for a message: its cell, or its row if the column is unknown.

    Examples
    --------
    >>> name_cell(pd.Series({"sheet": "Table A1", "row": "7", "column": "C"})), name_cell(pd.Series({"row": "7"}))
    ('Table A1!C7', '7')
    """
    if "locator" in figure:
        return str(figure["locator"])
    cell = f"{figure.get('column', '')}{figure['row']}"
    return f"{figure['sheet']}!{cell}" if figure.get("sheet") else cell


def refuse_first(wrong: pd.DataFrame, expected: str, hint: str = "", found: str = "{value_as_published!r}") -> None:
    """Raise an error for the first wrong figure, if there is one, in the release that holds it.

    `found` is a format that the figure's columns fill.
    """
    if len(wrong):
        odd = wrong.iloc[0]
        raise DataError(str(odd["source_id"]), expected, found.format_map(odd), row=name_cell(odd), hint=hint)


def find_line(error: DataError, raw: Path) -> DataError:
    """Return an error about a cell of a release as one about its line in the file of figures; others unchanged."""
    for path in sorted((raw / "figures").glob("*.csv")):
        figures = read_figures(raw, path.stem)
        own = figures[figures["source_id"] == str(error.file)]
        lines = own.index[(locate(own) == error.row) | (own["row"] == str(error.row))]
        if len(lines):
            found = f"{error.found} from {error.file} {error.row}"
            return DataError(shorten(path), error.expected, found, row=int(lines[0]) + 2, hint=error.hint)
    return error
