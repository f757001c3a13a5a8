"""Official figures as published: one row per cell of a release, in our columns."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.csvfiles import read_csv, write_csv
from lewisham_study.releases.cells import CELL_COLUMNS

FIGURE_COLUMNS = ["source_id", "sha256", *CELL_COLUMNS]
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
