"""Totals of the coded claims: counts by document, what was known when, overlaps, and the parts of the overspend."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd

from lewisham_study.raw.facts import parse_locator
from lewisham_study.raw.sources import select_known
from lewisham_study.tidy.parsing.numbers import parse_money, round_half
from lewisham_study.tidy.tables import Frames, once

BOUNDS = ["value", "low", "high"]
PART_COLUMNS = ["part", "area", "value", "low", "high", "share", "basis", "fact_id", "source_id", "locator"]
FIGURE_TABLES = ["workforce", "spend", "need", "population", "deprivation"]
"""The tidy tables of official figures by authority and year."""


def count_facts(facts: pd.DataFrame) -> pd.DataFrame:
    """Count the claims of each source by type: all (`facts`), accepted, disputed and repeat."""
    keys = [facts["source_id"], facts["claim_type"]]
    counts = pd.crosstab(keys, facts["status"]).reindex(columns=["accepted", "disputed", "repeat"], fill_value=0)
    counts.insert(0, "facts", counts.sum(axis="columns"))
    return counts.rename_axis(columns=None).reset_index()


def known_by(facts: pd.DataFrame, sources: pd.DataFrame, day: date) -> pd.DataFrame:
    """Select the claims certainly published by a day; a source dated by an interval counts from its last day."""
    return facts[facts["source_id"].isin(select_known(sources, day)["source_id"])]


def reconcile_overspend(facts: pd.DataFrame) -> pd.DataFrame:
    """Compare the printed parts of the overspend with its total; returns `PART_COLUMNS`, in pounds.

    `part` is total, component or residual; `share` is of the total; `basis` is printed, missing (a component without
    an amount) or derived. The bounds of the residual add up the rounding of every amount. The residual is the component
    without an amount only if the list is complete, which the source does not say.
    """
    stated = facts[facts["status"] == "accepted"]
    totals, components = (stated[stated["measure"] == name] for name in ("overspend", "overspend_component"))
    if len(totals) != 1:
        raise ValueError(f"the facts state {len(totals)} overspends, expected one")
    printed = pd.concat([totals.assign(part="total"), components.assign(part="component")], ignore_index=True)
    printed[BOUNDS] = printed["value_as_stated"].map(bound_amount).tolist()
    printed["basis"] = printed["value"].notna().map({True: "printed", False: "missing"})
    total, inside = printed.loc[0, BOUNDS], printed.loc[1:, BOUNDS].sum()
    residual = dict(zip(BOUNDS, total - inside[["value", "high", "low"]].to_numpy(), strict=True))
    rest = pd.DataFrame([{"part": "residual", "basis": "derived", **residual}])
    parts = pd.concat([printed, rest], ignore_index=True)
    return parts.assign(share=parts["value"] / total["value"])[PART_COLUMNS]


def bound_amount(text: str) -> tuple[float, float, float]:
    """Return a printed amount in pounds, and the least and most that its rounding allows; missing if none is printed.

    Examples
    --------
    >>> bound_amount("£2.0m")
    (2000000.0, 1950000.0, 2050000.0)
    """
    if pd.isna(text) or not text:
        return (float("nan"),) * 3
    value, half = Decimal(parse_money(text).value or 0), round_half(text)
    return float(value), float(value - half), float(value + half)


def cover_places(facts: pd.DataFrame) -> pd.DataFrame:
    """Count the places of each document at which a claim begins: paragraphs (p), or lines (l) of a hard-wrapped letter.

    Returns source_id, kind (p or l), last (the last place coded), coded (places up to it with a claim), gap (the
    longest run of places without one), and the claims whose period is stated, inferred or none. A sentence that runs
    on leaves lines at which no claim begins.
    """
    rows = []
    for source_id, coded in facts.groupby("source_id"):
        spans = [parse_locator(str(locator)) for locator in coded["locator"].unique()]
        places = sorted({place for _, first, last in spans for place in range(first, last + 1)})
        gap = int(np.diff([0, *places]).max()) - 1
        rows.append({"source_id": source_id, "kind": spans[0][0], "last": places[-1], "coded": len(places), "gap": gap})
    bases = pd.crosstab(facts["source_id"], facts["period_basis"])
    bases = bases.reindex(columns=["stated", "inferred", "none"], fill_value=0)
    return pd.DataFrame(rows).join(bases, on="source_id")


def count_shared(facts: pd.DataFrame) -> pd.DataFrame:
    """Count the claims that two documents share, which are not independent evidence.

    Returns one and other (source_ids, in order), shared, and same_words (how many print the value in the same words,
    ignoring capitals and punctuation).
    """
    first = facts.set_index("fact_id")[["source_id", "value_as_stated"]].add_suffix("_first")
    pairs = facts[facts["same_as"].notna()].join(first, on="same_as")
    pairs = pairs[pairs["source_id"] != pairs["source_id_first"]]
    words = pairs[["value_as_stated", "value_as_stated_first"]].fillna("").map(normalise_words)
    both = [sorted(pair) for pair in zip(pairs["source_id"], pairs["source_id_first"], strict=True)]
    named = pd.DataFrame(both, columns=["one", "other"], index=pairs.index)
    named["same_words"] = words["value_as_stated"] == words["value_as_stated_first"]
    counts = named.groupby(["one", "other"])["same_words"].agg(shared="size", same_words="sum").reset_index()
    return counts.sort_values(["shared", "one"], ascending=[False, True], ignore_index=True)


def normalise_words(text: str) -> str:
    """Remove capitals and punctuation from a text."""
    return " ".join(re.findall(r"[\w£.]+", text.casefold()))


@once
def count_holdings(tables: Frames, la_code: str) -> pd.DataFrame:
    """Count the rows of the official releases on one authority, by table, source_id and year.

    Columns are table, source_id, year (the first of a financial year; of publication for judgements), rows, and valued
    (rows with a value; a judgement always has one).
    """
    judged = tables["judgements"]
    judged = judged[judged["la_code"] == la_code]
    grades = pd.DataFrame({"table": "judgements", "source_id": judged["source_id"], "valued": True})
    parts = [grades.assign(year=judged["published_date"].dt.year)]
    for name in FIGURE_TABLES:
        figures = tables[name]
        figures = figures[figures["la_code"] == la_code]
        held = pd.DataFrame({"table": name, "source_id": figures["source_id"], "valued": figures["value"].notna()})
        parts.append(held.assign(year=figures["time_period"].str[:4].astype(int)))
    grouped = pd.concat(parts, ignore_index=True).groupby(["table", "source_id", "year"])["valued"]
    return grouped.agg(rows="size", valued="sum").reset_index()
