"""How poor the children of an area are: the share in low-income families, from DfE's interactive tool."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.releases.spend import read_lait_measures

LOW_INCOME = "ChildPov"


def read_low_income(path: Path, source_id: str) -> pd.DataFrame:
    """Read the percentage of children under 16 in low-income families (before housing costs).

    Parameters
    ----------
    path : the Local Authority Interactive Tool's parquet file as published.
    source_id : the release. The table of April 2025 is the last that reaches back to the year ending
        March 2015; the next one holds the years from 2022 alone.

    Returns
    -------
    pandas.DataFrame
        `cells.CELL_COLUMNS`, a row for each authority, region and England, and year.

    Raises
    ------
    DataError
        Where the file is not parquet, or lacks a column or the measure.
    """
    return read_lait_measures(path, [LOW_INCOME])
