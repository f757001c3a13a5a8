"""ONS mid-year estimates of children, as DfE publishes them with its statistics of children in need."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.releases.education import read_categories


def read_population(path: Path, source_id: str) -> pd.DataFrame:
    """Read children aged 0 to 17 in the middle of each year.

    Parameters
    ----------
    path : the CSV file as published.
    source_id : the release.

    Returns
    -------
    pandas.DataFrame
        `cells.CELL_COLUMNS`: a row for each authority, region and England, and year.

    Raises
    ------
    DataError
        Where a heading or the age group is missing.
    """
    return read_categories(path, "age_group", {"Children aged 0 to 17 years": ["population_estimate"]})
