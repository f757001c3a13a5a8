"""Read numbers that others published about ratings, caseload and spend, as they printed them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.files import read_csv

HEADLINE_COLUMNS = ["headline_id", "measure", "scope", "as_at", "value", "unit", "source_title", "url"]
ESTIMATE_COLUMNS = ["estimate_id", "specification", "term", "odds_ratio", "low", "high"]
ESTIMATE_COLUMNS += ["inspections", "source_title", "url", "note"]


def read_headlines(raw: Path) -> pd.DataFrame:
    """Read the published headlines: one number a row, as text with its printed decimals."""
    return read_csv(raw / "headlines.csv", HEADLINE_COLUMNS, ["headline_id"])


def read_estimates(raw: Path) -> pd.DataFrame:
    """Read the published estimates to compare with, all text."""
    return read_csv(raw / "estimates.csv", ESTIMATE_COLUMNS, ["estimate_id"])
