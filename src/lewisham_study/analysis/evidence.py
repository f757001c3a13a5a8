"""What the coded facts add up to: how many there are, what was known when, and what a breakdown leaves over."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd

from lewisham_study.raw.sources import select_known
from lewisham_study.tidy.tokens import parse_money, round_half

BOUNDS = ["value", "low", "high"]
PART_COLUMNS = ["part", "area", "value", "low", "high", "share", "basis", "fact_id", "source_id", "locator"]


def count_facts(facts: pd.DataFrame) -> pd.DataFrame:
    """Count the claims of each source by type.

    Parameters
    ----------
    facts : the table `facts`.

    Returns
    -------
    pandas.DataFrame
        One row per source_id and claim_type that occurs, with `facts` (all rows), and how many of
        them are accepted, disputed or repeat: a repeated claim is one claim.
    """
    keys = [facts["source_id"], facts["claim_type"]]
    counts = pd.crosstab(keys, facts["status"]).reindex(columns=["accepted", "disputed", "repeat"], fill_value=0)
    counts.insert(0, "facts", counts.sum(axis="columns"))
    return counts.rename_axis(columns=None).reset_index()


def known_by(facts: pd.DataFrame, sources: pd.DataFrame, day: date) -> pd.DataFrame:
    """Give the facts that were surely published by a day.

    A source whose date is an interval counts from its last day on, so nothing is known too early.

    Parameters
    ----------
    facts, sources : the tables of those names.
    day : the day to look back from.
    """
    return facts[facts["source_id"].isin(select_known(sources, day)["source_id"])]


def reconcile_overspend(facts: pd.DataFrame) -> pd.DataFrame:
    """Set the printed parts of the overspend against its total.

    Each amount is printed to some decimal place, so it may lie half of that place off; the residual
    gathers the half places of all. It equals the part without an amount only if the list is whole,
    which the source does not say.

    Parameters
    ----------
    facts : the table `facts`.

    Returns
    -------
    pandas.DataFrame
        `PART_COLUMNS`, in pounds: part is total, component or residual; share is of the total; basis
        is printed, missing (a component without an amount) or derived.

    Raises
    ------
    ValueError
        Where the facts state no overspend, or more than one.
    """
    stated = facts[facts["status"] == "accepted"]
    totals, components = (stated[stated["measure"] == name] for name in ("overspend", "overspend_component"))
    if len(totals) != 1:
        raise ValueError(f"the facts state {len(totals)} overspends, not one")
    printed = pd.concat([totals.assign(part="total"), components.assign(part="component")], ignore_index=True)
    printed[BOUNDS] = printed["value_as_stated"].map(bound_amount).tolist()
    printed["basis"] = printed["value"].notna().map({True: "printed", False: "missing"})
    total, inside = printed.loc[0, BOUNDS], printed.loc[1:, BOUNDS].sum()
    residual = dict(zip(BOUNDS, total - inside[["value", "high", "low"]].to_numpy(), strict=True))
    rest = pd.DataFrame([{"part": "residual", "basis": "derived", **residual}])
    parts = pd.concat([printed, rest], ignore_index=True)
    return parts.assign(share=parts["value"] / total["value"])[PART_COLUMNS]


def bound_amount(text: str) -> tuple[float, float, float]:
    """Give a printed amount, and the least and most that its rounding allows, in pounds; missing if none is printed.

    Examples
    --------
    >>> bound_amount("£2.0m")
    (2000000.0, 1950000.0, 2050000.0)
    """
    if pd.isna(text) or not text:
        return (float("nan"),) * 3
    value, half = Decimal(parse_money(text).value or 0), round_half(text)
    return float(value), float(value - half), float(value + half)
