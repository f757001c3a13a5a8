"""Estimates that others made, as they printed them, with their intervals."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.csvfiles import read_csv

ESTIMATE_COLUMNS = ["estimate_id", "specification", "term", "odds_ratio", "low", "high"]
ESTIMATE_COLUMNS += ["inspections", "source_title", "url", "note"]


def read_estimates(raw: Path) -> pd.DataFrame:
    """Read the estimates to compare with: the table `estimates`, all text."""
    return read_csv(raw / "estimates.csv", ESTIMATE_COLUMNS, ["estimate_id"])
