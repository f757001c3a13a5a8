"""Published headlines against what the tidy tables give: published, computed, difference, reason."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from lewisham_study.analysis.recipes import FIGURE_RECIPES, RATING_RECIPES, Tables
from lewisham_study.errors import DataError, UsageError
from lewisham_study.tidy.coding import parse_key
from lewisham_study.tidy.tables import Frames, once

RECIPES: dict[str, Callable[..., float | str]] = {
    recipe.__name__: recipe for recipe in (*RATING_RECIPES, *FIGURE_RECIPES)
}
"""The recipes by the name that `headline_recipes.csv` calls them."""
READS = ["authorities", "judgements", "workforce", "spend", "need", "population", "prices", "revisions"]
"""The tidy tables that the recipes read."""
RECIPE_FILE = "data/coding/headline_recipes.csv"
COMPARED = ["headline_id", "measure", "scope", "as_at", "unit", "published", "computed", "difference", "verdict"]
COMPARED += ["accepted", "reason", "source_title", "url"]


def compare_headlines(headlines: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Compute every published headline that the data can reach, and hold it against what was published.

    Parameters
    ----------
    headlines : the tidy table.
    tables : the other tidy tables by name.

    Returns
    -------
    pandas.DataFrame
        headline_id, measure, scope, as_at, unit, published and computed (text, to the precision of the
        publication), difference (computed less published), verdict (matches, differs, not_reached),
        accepted (the computed value that `reason` explains), reason, source_title, url.

    Raises
    ------
    DataError
        Where a recipe is unknown or its arguments fit no row.
    """
    compared = headlines.rename(columns={"value": "published"}).copy()
    computed = [compute_headline(row, tables) for row in headlines.to_dict("records")]
    compared["computed"] = [
        round_like(value, published) for value, published in zip(computed, compared["published"], strict=True)
    ]
    same = compared["computed"] == compared["published"]
    compared["verdict"] = same.map({True: "matches", False: "differs"}).mask(compared["computed"].isna(), "not_reached")
    numbers = compared[["published", "computed"]].apply(pd.to_numeric, errors="coerce")
    compared["difference"] = (numbers["computed"] - numbers["published"]).round(6)
    return compared[COMPARED]


@once
def compare_measure(tables: Frames, measure: str) -> pd.DataFrame:
    """Compare the headlines on one measure that have a recipe; see `compare_headlines`."""
    headlines = tables["headlines"]
    chosen = (headlines["measure"] == measure) & headlines["recipe"].notna()
    return compare_headlines(headlines[chosen], tables)


def compute_headline(headline: dict[Hashable, Any], tables: Tables) -> float | str | None:
    """Compute one headline by its recipe; None where it has none."""
    recipe = headline["recipe"]
    if pd.isna(recipe):
        return None
    try:
        return RECIPES[str(recipe)](tables, **parse_key(str(headline["arguments"])))
    except (KeyError, TypeError, ValueError, UsageError) as error:
        expected = f"a recipe with its arguments for {headline['headline_id']}"
        raise DataError(RECIPE_FILE, expected, f"{recipe}: {error}", hint="mend the recipe") from None


def round_like(value: float | str | None, published: str) -> str | None:
    """Write a computed value to as many decimals as the published one has, halves up.

    Examples
    --------
    >>> round_like(35.526, "36"), round_like(15.85, "15.9"), round_like("good", "good")
    ('36', '15.9', 'good')
    """
    if value is None or isinstance(value, str):
        return value
    digits = len(published.partition(".")[2])
    return str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def list_unexplained(compared: pd.DataFrame) -> list[DataError]:
    """List the headlines that come out otherwise than published, and otherwise than the coded reason explains."""
    explained = (compared["verdict"] == "not_reached") | (compared["computed"] == compared["accepted"])
    odd = compared[(compared["verdict"] != "matches") & ~explained]
    hint = "if the data are right, state the value and the reason there"
    return [
        DataError(RECIPE_FILE, f"{row['published']} for {row['headline_id']}", str(row["computed"]), hint=hint)
        for row in odd.to_dict("records")
    ]
