"""The table `need`: children looked after, in need and on protection plans, of every authority: counts alone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.raw.figures import read_figures
from lewisham_study.tidy.editions import settle_figures
from lewisham_study.tidy.figures import TABLE_COLUMNS, type_figures


def tidy_need(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `need`.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.

    Returns
    -------
    pandas.DataFrame
        One row for each area, year and measure, as `columns.csv` describes them. Rates are left to
        `analysis.population`, for those published with one edition rest on populations since rebased.
        The file of 2012 says that it counts the children of enquiries and conferences, later ones count
        the enquiries and conferences: no series crosses that line.
    """
    return settle_figures(type_figures(read_figures(raw, "need"), "need", coding), "need", coding)[TABLE_COLUMNS]
