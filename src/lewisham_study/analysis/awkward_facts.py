"""Ten facts that are awkward to turn into numbers, and rival claims: what is printed, and what it means."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

Bounds = tuple[object, object]
MONEY = ["news-shopper-2018-004", "news-shopper-2018-008", "news-shopper-2018-010"]
DATES = ["news-shopper-2020-002", "news-shopper-2020-003", "london-news-online-2024-011"]
NUMBERS = ["news-shopper-2019-007", "ofsted-letter-2021-048", "news-shopper-2020-001", "news-shopper-2020-020"]
"""The ten awkward facts of the exercise: sums of money, dates, and numbers with bounds."""
RIVALS = ["C1", "C11", "C12"]
"""The conflicts of the exercise."""


def read_facts(facts: pd.DataFrame, fact_ids: list[str]) -> dict[str, Bounds]:
    """Give the first and last value that each fact allows: pounds, days (ISO) or numbers; None where it is open.

    Examples
    --------
    >>> facts = pd.DataFrame({"fact_id": ["a"], "unit": ["cases"], "value_low": [200.0], "value_high": [None]})
    >>> read_facts(facts, ["a"])
    {'a': (200.0, None)}
    """
    chosen = facts.set_index("fact_id").loc[fact_ids]
    dated = set(fact_ids) & set(DATES)
    pairs = {
        name: ("period_start", "period_end") if name in dated else ("value_low", "value_high") for name in fact_ids
    }
    return {name: (give(chosen.loc[name, low]), give(chosen.loc[name, high])) for name, (low, high) in pairs.items()}


def give(value: object) -> object:
    """Give a value as an answer is written: a day as ISO text, a missing one as None."""
    if pd.isna(value):  # type: ignore[call-overload]
        return None
    return str(value.date()) if isinstance(value, pd.Timestamp) else float(str(value))


def show_printed(tables: Mapping[str, pd.DataFrame], fact_ids: list[str]) -> pd.DataFrame:
    """Show facts as printed, with the document and when it came out, and none of our readings."""
    facts = tables["facts"].set_index("fact_id").loc[fact_ids].reset_index()
    sources = tables["sources"].set_index("source_id")
    shown = facts[["fact_id", "quote", "value_as_stated", "period_as_stated", "note"]].drop(columns="note")
    return shown.assign(published=facts["source_id"].map(sources["published"]))


def show_rivals(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Show the rival claims of the exercise's conflicts, and the official source that speaks on each, unweighed."""
    rows = tables["conflicts"].set_index("conflict_id").loc[RIVALS]
    told = []
    for name, row in rows.iterrows():
        claims = tables["facts"].set_index("fact_id").loc[str(row["fact_ids"]).split()]
        told += [[name, row["question"], fact, str(claim["value_as_stated"])] for fact, claim in claims.iterrows()]
        if pd.notna(row["chosen_source_id"]):
            told.append([name, row["question"], row["chosen_source_id"], "the official record"])
    return pd.DataFrame(told, columns=["conflict", "question", "claim_or_source", "printed"])


def list_choices(conflicts: pd.DataFrame) -> dict[str, str | None]:
    """Give, for each conflict of the exercise, the source or claim chosen; None where nothing can be chosen."""
    rows = conflicts.set_index("conflict_id").loc[RIVALS]
    chosen = rows["chosen_source_id"].fillna(rows["chosen_fact_id"])
    return {str(name): None if pd.isna(one) else str(one) for name, one in chosen.items()}
