"""Our decisions, as rows of `data/coding`: read them, and apply corrections to a table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.raw.headlines import read_headlines

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
            hint = "the release has changed: look again, then change or delete the correction"
            place = Path("data/coding/corrections.csv")
            raise DataError(place, f"{row['was']!r} in {row['column']}", got, row=int(str(number)) + 2, hint=hint)
        corrected.loc[chosen, row["column"]] = row["becomes"]
    return corrected


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


RECIPE_COLUMNS = ["headline_id", "recipe", "arguments", "accepted", "reason"]


def tidy_headlines(raw: Path, coding: Path) -> pd.DataFrame:
    """Give every published headline with its recipe.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`.

    Returns
    -------
    pandas.DataFrame
        The table `headlines` of the data dictionary; no recipe where the data cannot reach the number.

    Raises
    ------
    DataError
        Where a headline has no row in `headline_recipes.csv`, a row there has no headline, or a row
        has neither recipe nor reason.
    """
    headlines = read_headlines(raw)
    recipes = read_csv(coding / "headline_recipes.csv", RECIPE_COLUMNS, ["headline_id"])
    odd = sorted(set(headlines["headline_id"]) ^ set(recipes["headline_id"]))
    odd += recipes.loc[(recipes["recipe"] == "") & (recipes["reason"] == ""), "headline_id"].tolist()
    if odd:
        expected = "for each row of data/raw/headlines.csv a recipe, or the reason why there is none"
        raise DataError("data/coding/headline_recipes.csv", expected, ", ".join(odd), hint="mend the row")
    return headlines.merge(recipes, on="headline_id", validate="one_to_one")
