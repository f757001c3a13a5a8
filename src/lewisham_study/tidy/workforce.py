"""The table `workforce`: social workers, cases and caseload at 30 September, of every authority."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.raw.figures import read_figures
from lewisham_study.tidy.editions import settle_figures
from lewisham_study.tidy.figures import TABLE_COLUMNS, type_figures

COLUMNS = [*TABLE_COLUMNS[:-2], "joint_la_codes", *TABLE_COLUMNS[-2:]]


def tidy_workforce(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `workforce`.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.

    Returns
    -------
    pandas.DataFrame
        One row for each area, year, measure and series, as `columns.csv` describes them. Rates are in per
        cent. To 2016 councils sent totals, from 2017 a row for each worker: no series crosses that line.
        Two authorities with one return have the joint value each, with the status `joint_return`.
    """
    return settle_figures(type_figures(read_figures(raw, "workforce"), "workforce", coding), "workforce", coding)[
        COLUMNS
    ]
