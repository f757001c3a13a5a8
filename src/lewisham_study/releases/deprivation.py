"""Read the share of children in low-income families from DfE's Local Authority Interactive Tool."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.releases.spend import read_lait_measures

LOW_INCOME = "ChildPov"


def read_low_income(path: Path, source_id: str) -> pd.DataFrame:
    """Read the percentage of children under 16 in low-income families (before housing costs).

    The table of April 2025 is the last that starts in the year ending March 2015; the next one starts in 2022.
    """
    return read_lait_measures(path, [LOW_INCOME])
