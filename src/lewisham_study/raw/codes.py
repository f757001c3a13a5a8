"""What may stand in a cell of figures: a number, or a code that says why there is none."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.csvfiles import read_csv
from lewisham_study.errors import DataError

COUNTED_TOPICS = ["workforce", "spend", "need", "population", "deprivation"]
"""Topics with nothing but numbers and codes in their cells; others hold words, dates and marks too."""
NUMBER = r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?:[eE][+-]?\d+)?"


def read_status_codes(coding: Path) -> pd.DataFrame:
    """Read what the codes in place of a figure mean, in each release: source_id, code, status, value, note."""
    codes = read_csv(coding / "status_codes.csv", ["family", "code", "status", "value", "note"], ["family", "code"])
    releases = read_csv(coding / "releases.csv", ["source_id", "topic", "family"], ["source_id"])
    return releases.merge(codes, on="family")[["source_id", "code", "status", "value", "note"]]


def refuse_unknown_codes(figures: pd.DataFrame, status_codes: pd.DataFrame) -> None:
    """Refuse figures whose cells do not all hold a number or a code of their release.

    Parameters
    ----------
    figures : rows with source_id, row and value_as_published.
    status_codes : as `read_status_codes` gives them.

    Raises
    ------
    DataError
        At the first cell that holds anything else.
    """
    text = figures["value_as_published"].str.strip()
    known = pd.MultiIndex.from_frame(status_codes[["source_id", "code"]])
    coded = pd.MultiIndex.from_arrays([figures["source_id"], text]).isin(known)
    unknown = ~(text.str.fullmatch(NUMBER) | coded)
    if unknown.any():
        odd = figures[unknown].iloc[0]
        mend = "if it is a new code, say what it means in data/coding/status_codes.csv"
        got = repr(odd["value_as_published"])
        raise DataError(str(odd["source_id"]), "a number or a known code", got, row=odd["row"], mend=mend)
