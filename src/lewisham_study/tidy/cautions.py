"""The table `cautions`: what a reader should know of a figure that is missing, or that stands but bears little."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.csvfiles import read_csv
from lewisham_study.tidy.coding import CORRECTION_COLUMNS, parse_key

CAUTION_COLUMNS = [
    "caution_id",
    "table",
    "geographic_level",
    "la_code",
    "time_period",
    "measure",
    "caution",
    "source_id",
]
TOPICS = ["workforce", "spend", "need"]


def tidy_cautions(coding: Path) -> pd.DataFrame:
    """Gather the reasons of the corrections that take a figure away, and the cautions on figures that stand.

    Parameters
    ----------
    coding : the folder `data/coding`.

    Returns
    -------
    pandas.DataFrame
        The table `cautions` of the data dictionary; an empty la_code or measure means every one.
    """
    corrections = read_csv(coding / "corrections.csv", CORRECTION_COLUMNS, ["correction_id"])
    taken = corrections[corrections["table"].isin(TOPICS) & (corrections["column"] == "status")]
    blank = dict.fromkeys(["la_code", "time_period", "measure"], "")
    keys = pd.DataFrame([blank | parse_key(key) for key in taken["key"]], index=taken.index, columns=list(blank))
    named = {"correction_id": "caution_id", "becomes": "status", "reason": "caution"}
    reasons = taken.rename(columns=named).join(keys).assign(geographic_level="local_authority")
    standing = read_csv(coding / "cautions.csv", CAUTION_COLUMNS, ["caution_id"]).assign(status="published")
    columns = [*CAUTION_COLUMNS[:6], "status", *CAUTION_COLUMNS[6:]]
    return pd.concat([reasons[columns], standing[columns]], ignore_index=True)
