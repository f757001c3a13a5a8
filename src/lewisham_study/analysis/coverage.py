"""How far the ledger reaches: the places it codes, the claims that documents share, the figures that releases hold."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from lewisham_study.raw.facts import parse_locator
from lewisham_study.tidy.once import Frames, once

FIGURE_TABLES = ["workforce", "spend", "need", "population", "deprivation"]
"""The tidy tables of official figures by authority and year."""


def cover_places(facts: pd.DataFrame) -> pd.DataFrame:
    """Tell how much of each document is coded: the places at which a claim begins.

    A place is a paragraph (p) or, in a hard-wrapped letter, a line (l), where a sentence that runs on
    leaves lines at which none begins. Only locators are needed, not the documents.

    Parameters
    ----------
    facts : the table `facts`.

    Returns
    -------
    pandas.DataFrame
        One row per source_id: kind (p or l), last (the last place coded), coded (how many of the places
        up to it), gap (the longest run of places without a claim), and how many claims have a period that
        is stated, inferred or none.

    Examples
    --------
    >>> facts = pd.DataFrame({"source_id": "a", "locator": ["l1", "l2-l3", "l7"], "period_basis": "none"})
    >>> cover_places(facts)[["last", "coded", "gap"]].iloc[0].tolist()
    [7, 4, 3]
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
    """Count the claims that two documents share, for such claims are no independent witnesses.

    Parameters
    ----------
    facts : the table `facts`.

    Returns
    -------
    pandas.DataFrame
        One row per pair of documents that share a claim: one and other (source_ids, in order), shared, and
        same_words (how many print the value letter for letter, capitals and punctuation aside).
    """
    first = facts.set_index("fact_id")[["source_id", "value_as_stated"]].add_suffix("_first")
    pairs = facts[facts["same_as"].notna()].join(first, on="same_as")
    pairs = pairs[pairs["source_id"] != pairs["source_id_first"]]
    words = pairs[["value_as_stated", "value_as_stated_first"]].fillna("").map(strip_words)
    both = [sorted(pair) for pair in zip(pairs["source_id"], pairs["source_id_first"], strict=True)]
    named = pd.DataFrame(both, columns=["one", "other"], index=pairs.index)
    named["same_words"] = words["value_as_stated"] == words["value_as_stated_first"]
    counts = named.groupby(["one", "other"])["same_words"].agg(shared="size", same_words="sum").reset_index()
    return counts.sort_values(["shared", "one"], ascending=[False, True], ignore_index=True)


def strip_words(text: str) -> str:
    """Give a text without capitals and punctuation.

    Examples
    --------
    >>> strip_words("Director, Sara Williams")
    'director sara williams'
    """
    return " ".join(re.findall(r"[\w£.]+", text.casefold()))


@once
def count_holdings(tables: Frames, la_code: str) -> pd.DataFrame:
    """Count what the official releases hold on one authority.

    Parameters
    ----------
    tables : the tidy tables by name.
    la_code : the authority.

    Returns
    -------
    pandas.DataFrame
        One row per table, source_id and year that has rows: table, source_id, year (the first of a financial
        year; of publication for judgements), rows, and valued (rows that hold a value; a judgement always does).
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
