"""Compare published headlines with the values computed from the tidy tables."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from lewisham_study.analysis.recipes import RECIPES
from lewisham_study.errors import DataError, UsageError
from lewisham_study.tidy.coding import parse_key
from lewisham_study.tidy.tables import Frames, once

READS = ["authorities", "judgements", "workforce", "spend", "need", "population", "prices", "revisions"]
"""The tidy tables that recipes read."""
RECIPE_FILE = "data/coding/headline_recipes.csv"
COMPARED = ["headline_id", "measure", "scope", "as_at", "unit", "published", "computed", "difference", "verdict"]
COMPARED += ["accepted", "reason", "source_title", "url"]


def compare_headlines(headlines: pd.DataFrame, tables: Frames) -> pd.DataFrame:
    """Compute every published headline that has a recipe and compare it with the published value.

    published and computed are text, to the precision of the publication; verdict is matches, differs or not_reached;
    accepted is the computed value that `reason` explains.
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


def compute_headline(headline: dict[Hashable, Any], tables: Frames) -> float | str | None:
    """Compute one headline by its recipe; return None if it has none."""
    recipe = headline["recipe"]
    if pd.isna(recipe):
        return None
    try:
        return RECIPES[str(recipe)](tables, **parse_key(str(headline["arguments"])))
    except (KeyError, TypeError, ValueError, UsageError) as error:
        expected = f"a recipe with its arguments for {headline['headline_id']}"
        raise DataError(
            RECIPE_FILE, expected, f"{recipe}: {error}", hint="correct the recipe or its arguments"
        ) from None


def round_like(value: float | str | None, published: str) -> str | None:
    """Round a computed value, halves up, to as many decimals as the published one has."""
    if value is None or isinstance(value, str):
        return value
    digits = len(published.partition(".")[2])
    return str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def list_unexplained(compared: pd.DataFrame) -> list[DataError]:
    """List the headlines whose value differs from the published one without a coded reason for that value."""
    explained = (compared["verdict"] == "not_reached") | (compared["computed"] == compared["accepted"])
    unexplained = compared[(compared["verdict"] != "matches") & ~explained]
    hint = "if the data are right, add the value and the reason there"
    return [
        DataError(RECIPE_FILE, f"{row['published']} for {row['headline_id']}", str(row["computed"]), hint=hint)
        for row in unexplained.to_dict("records")
    ]
