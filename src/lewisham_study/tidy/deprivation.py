"""The table `deprivation`: the share of children in low-income families, on the boundaries of 2024."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.raw.figures import read_figures
from lewisham_study.tidy.coding import apply_corrections
from lewisham_study.tidy.editions import WITH_VALUE
from lewisham_study.tidy.figures import TABLE_COLUMNS, type_figures


def tidy_deprivation(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `deprivation`.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.

    Returns
    -------
    pandas.DataFrame
        One row for each area, year and measure. The release gives every year on the boundaries of its
        own day: authorities created since have figures for the years before, abolished ones have none.
    """
    figures = type_figures(read_figures(raw, "deprivation"), "deprivation", coding)
    figures = apply_corrections(figures, "deprivation", coding)
    figures["value"] = figures["value"].where(figures["status"].isin(WITH_VALUE))
    return figures[TABLE_COLUMNS].sort_values(["new_la_code", "time_period", "measure"], ignore_index=True)
