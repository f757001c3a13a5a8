"""Official figures as published: one row per cell of a release, in our columns."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv, read_text, write_csv
from lewisham_study.paths import shorten
from lewisham_study.raw.sources import read_sources
from lewisham_study.releases.cells import CELL_COLUMNS

FIGURE_COLUMNS = ["source_id", "sha256", *CELL_COLUMNS]
AGAIN = "an import was stopped midway, or the file edited: import the release again, or restore it from git"
FIGURE_KEY = ["source_id", "sheet", "row", "column"]


def figures_path(raw: Path, topic: str) -> Path:
    """Give the file that holds the figures of a topic."""
    return raw / "figures" / f"{topic}.csv"


def read_figures(raw: Path, topic: str) -> pd.DataFrame:
    """Read the figures of one topic.

    Parameters
    ----------
    raw : the folder `data/raw`.
    topic : inspections, workforce, spend, need, population, prices, neighbours or deprivation.

    Returns
    -------
    pandas.DataFrame
        `FIGURE_COLUMNS`, all text: `value_as_published` is what stood in the cell, suppression codes
        too; `sha256` the first twelve digits of the file's checksum (whole in sources.csv).
    """
    return read_csv(figures_path(raw, topic), FIGURE_COLUMNS, FIGURE_KEY)


def refuse_other_edition(raw: Path) -> None:
    """Refuse figures of another file than the register names: an import was stopped between writing the two.

    Raises
    ------
    DataError
        At the first row of a release whose digits of the checksum are not those in `sources.csv`.
    """
    registered = read_sources(raw).set_index("source_id")["sha256"].str[:12].to_dict()
    for path in sorted((raw / "figures").glob("*.csv")):
        rows: dict[str, int] = {}
        for row, line in enumerate(read_text(path).splitlines(), start=1):
            rows.setdefault(line[: line.find(",", line.find(",") + 1)], row)
        for edition, row in list(rows.items())[1:]:
            source_id, _, found = edition.partition(",")
            if found != registered.get(source_id):
                expected = f"figures of {source_id} with sha256 {registered.get(source_id, 'in sources.csv')}…"
                raise DataError(shorten(path), expected, f"{found}…", row=row, hint=AGAIN)


def write_figures(figures: pd.DataFrame, raw: Path, topic: str) -> None:
    """Write the figures of one topic, ordered by release and place in it."""
    place = figures["column"].str.len()
    order = figures.assign(_row=figures["row"].astype(int), _place=place)
    order = order.sort_values(["source_id", "sheet", "_row", "_place", "column"])
    write_csv(order[FIGURE_COLUMNS], figures_path(raw, topic))


def locate(figures: pd.DataFrame) -> pd.Series:
    """Give each figure's locator, as a spreadsheet names a cell.

    Examples
    --------
    >>> locate(pd.DataFrame({"sheet": ["Table A1", ""], "row": ["7", "2"], "column": ["C", "AB"]})).tolist()
    ['Table A1!C7', 'AB2']
    """
    cell = figures["column"] + figures["row"]
    return cell.where(figures["sheet"] == "", figures["sheet"] + "!" + cell)


def name_cell(figure: pd.Series) -> str:
    """Give one figure's place for a message: its cell, or its row where the column is not known.

    Examples
    --------
    >>> name_cell(pd.Series({"sheet": "Table A1", "row": "7", "column": "C"})), name_cell(pd.Series({"row": "7"}))
    ('Table A1!C7', '7')
    """
    cell = f"{figure.get('column', '')}{figure['row']}"
    return f"{figure['sheet']}!{cell}" if figure.get("sheet") else cell


def find_line(error: DataError, raw: Path) -> DataError:
    """Give an error in a cell of a release as one in the file of figures that holds it, with its line.

    Parameters
    ----------
    error : its file is a `source_id`, its row the cell; any other is given back as it is.
    raw : the folder `data/raw`.
    """
    for path in sorted((raw / "figures").glob("*.csv")):
        figures = read_figures(raw, path.stem)
        own = figures[figures["source_id"] == str(error.file)]
        lines = own.index[(locate(own) == error.row) | (own["row"] == str(error.row))]
        if len(lines):
            place = f"{error.found} from {error.file} {error.row}"
            return DataError(shorten(path), error.expected, place, row=int(lines[0]) + 2, hint=error.hint)
    return error
