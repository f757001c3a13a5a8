"""The table `population`: children aged 0 to 17 in the middle of each year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.raw.codes import read_status_codes
from lewisham_study.raw.figures import locate, read_figures
from lewisham_study.tidy.figures import attach_areas, parse_periods, parse_values

COLUMNS = [
    "la_code",
    "new_la_code",
    "la_name",
    "geographic_level",
    "time_period",
    "value",
    "unit",
    "status",
    "value_as_published",
    "source_id",
    "locator",
]


def tidy_population(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `population`.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.

    Returns
    -------
    pandas.DataFrame
        One row for each area and year; mid-2012 is `2012`. Estimates are rebased to the Census of 2021.
        Bournemouth, Poole and Dorset have none on the boundaries abolished in 2019.
    """
    figures = read_figures(raw, "population")
    parsed = parse_values(figures, read_status_codes(coding))
    typed = figures.assign(
        time_period=parse_periods(figures),
        value=parsed["value"],
        unit="children",
        status=parsed["status"],
        locator=locate(figures),
    )
    return attach_areas(typed, coding)[COLUMNS].sort_values(["new_la_code", "time_period"], ignore_index=True)
