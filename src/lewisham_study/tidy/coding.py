"""Our decisions, as rows of `data/coding`: read them, and apply corrections to a table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.csvfiles import read_csv
from lewisham_study.errors import DataError

CORRECTION_COLUMNS = ["correction_id", "table", "key", "column", "was", "becomes", "reason", "source_id"]


def read_corrections(coding: Path, table: str) -> pd.DataFrame:
    """Read the corrections of one table, in the order they are applied."""
    corrections = read_csv(coding / "corrections.csv", CORRECTION_COLUMNS, ["correction_id"])
    return corrections[corrections["table"] == table]


def parse_key(key: str) -> dict[str, str]:
    """Split a correction's key into column and value.

    Examples
    --------
    >>> parse_key("la_code=209; time_period=2022")
    {'la_code': '209', 'time_period': '2022'}
    """
    pairs = (part.split("=", 1) for part in key.split(";"))
    return {column.strip(): value.strip() for column, value in pairs}


def apply_corrections(frame: pd.DataFrame, table: str, coding: Path) -> pd.DataFrame:
    """Replace what is known to be wrong in a table of text by what it should be.

    Parameters
    ----------
    frame : the table, its key and corrected columns as text.
    table : its name in `corrections.csv`.
    coding : the folder `data/coding`.

    Returns
    -------
    pandas.DataFrame
        A copy, corrected; `was` empty means that the cell was empty.

    Raises
    ------
    DataError
        Where a correction finds no row, or the old value is no longer what the correction says.
    """
    corrected = frame.copy()
    for number, row in read_corrections(coding, table).iterrows():
        chosen = pd.Series(True, index=frame.index)
        for column, value in parse_key(str(row["key"])).items():
            chosen &= frame[column] == value
        found = sorted(set(corrected.loc[chosen, row["column"]].fillna("")))
        if found != [row["was"]]:
            got = " and ".join(map(repr, found)) if found else f"no row with {row['key']}"
            mend = "the release has changed: look again, then change or delete the correction"
            place = Path("data/coding/corrections.csv")
            raise DataError(place, f"{row['was']!r} in {row['column']}", got, row=int(str(number)) + 2, mend=mend)
        corrected.loc[chosen, row["column"]] = row["becomes"]
    return corrected
