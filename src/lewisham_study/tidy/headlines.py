"""Published headlines, each with the recipe that computes it anew or the reason why none can."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.csvfiles import read_csv
from lewisham_study.errors import DataError
from lewisham_study.raw.headlines import read_headlines

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
        raise DataError("data/coding/headline_recipes.csv", expected, ", ".join(odd), mend="mend the row")
    return headlines.merge(recipes, on="headline_id", validate="one_to_one")
