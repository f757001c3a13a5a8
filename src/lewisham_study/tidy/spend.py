"""The table `spend`: outturn of children's and young people's services, in pounds, nominal, of every authority."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.raw.figures import read_figures
from lewisham_study.tidy.editions import settle_figures
from lewisham_study.tidy.figures import TABLE_COLUMNS, type_figures


def tidy_spend(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `spend`.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.

    Returns
    -------
    pandas.DataFrame
        One row for each area, financial year, measure and series, as `columns.csv` describes them. Section
        251 comes from its outturn to 2018-19, gross and net, and from LAIT, gross alone, since 2019-20;
        its categories of 2011-12 are drawn otherwise than those since. RO3 is a series apart.
    """
    return settle_figures(type_figures(read_figures(raw, "spend"), "spend", coding), "spend", coding)[TABLE_COLUMNS]
