"""Read ONS mid-year estimates of children, as DfE publishes them with its statistics of children in need."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.releases.education import read_categories


def read_population(path: Path, source_id: str) -> pd.DataFrame:
    """Read the children aged 0 to 17 of each authority, region and England in the middle of each year."""
    return read_categories(path, "age_group", {"Children aged 0 to 17 years": ["population_estimate"]})
