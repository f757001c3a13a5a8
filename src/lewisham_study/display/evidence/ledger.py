"""The ledger of claims: how many each document makes, of which type, and in what standing."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.evidence import count_facts
from lewisham_study.display.common.citations import cite_releases
from lewisham_study.display.common.exhibit import FigureExhibit, TableExhibit
from lewisham_study.display.common.style import INK, MUTED, PAGE_WIDTH, SMALLEST, clear_axes, drawing
from lewisham_study.display.evidence.words import CERTAINTY_NAMES, format_span, has_documents, list_documents

SHADES = [(30, "#12436D"), (15, "#3B6A98"), (6, "#A5C3DD"), (1, "#E3EDF6")]
"""Least count and shade of a cell; the count itself stands in it."""


def draw_ledger(case: Case) -> FigureExhibit | None:
    """Draw how many claims of each type each document makes, and how many are repeats or disputed.

    Returns
    -------
    FigureExhibit or None
        Rows are types of claim, columns documents in the order in which they came out; None for an
        authority on which no document is coded.
    """
    if not has_documents(case):
        return None
    documents, counts = list_documents(case), count_facts(case.tables["facts"])
    types = counts.groupby("claim_type")["facts"].sum().sort_values(ascending=False, kind="stable")
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 0.75 + 0.39 * len(types)), layout="constrained")
        axes = figure.subplots()
        for column, source_id in enumerate(documents["source_id"]):
            here = counts[counts["source_id"] == source_id].set_index("claim_type")
            for row, name in enumerate(types.index):
                draw_count(axes, column, row, here.loc[name] if name in here.index else None)
        for row, count in enumerate(types):
            total: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8, "weight": "bold"}
            axes.text(len(documents) + 0.35, row + 0.5, str(count), color=INK, **total)
        name_cells(axes, documents, list(types.index))
    return FigureExhibit(
        figure,
        "fig-evidence-ledger",
        title_ledger(counts),
        "A claim is the least statement that could be true or false by itself. The number is of all claims; below it "
        "how many of them repeat a claim made before, or are disputed: they stay as printed, but a choice goes "
        f"against them. Blank: none. Counted from {cite_releases(documents['source_id'])}.",
        describe_ledger(counts, documents),
        tabulate_ledger(counts, documents),
    )


def draw_count(axes: Axes, column: int, row: int, counts: pd.Series | None) -> None:
    """Draw one cell: the count of claims, and below it repeats and disputed ones; faint where there are none."""
    count = 0 if counts is None else int(counts["facts"])
    shade = next((colour for least, colour in SHADES if count >= least), "white")
    axes.add_patch(Rectangle((column + 0.02, row + 0.04), 0.96, 0.92, facecolor=shade, edgecolor="#E4E4E4", lw=0.5))
    if counts is None:
        return
    ink = "white" if shade in ("#12436D", "#3B6A98") else INK
    noted = note_standing(counts)
    middle: dict[str, Any] = {"ha": "center", "va": "center", "color": ink}
    both = "\n" in noted
    axes.text(column + 0.5, row + (0.25 if both else 0.36 if noted else 0.5), str(count), fontsize=8, **middle)
    axes.text(column + 0.5, row + (0.7 if both else 0.75), noted, fontsize=SMALLEST, linespacing=1, **middle)


def note_standing(counts: pd.Series) -> str:
    r"""Write how many claims repeat another or are disputed; empty where none is.

    Examples
    --------
    >>> note_standing(pd.Series({"repeat": 2, "disputed": 1}))
    '2 repeats,\n1 disputed'
    """
    noun = "repeat" if counts["repeat"] == 1 else "repeats"
    told = [(counts["repeat"], noun), (counts["disputed"], "disputed")]
    return ",\n".join(f"{count} {name}" for count, name in told if count)


def name_cells(axes: Axes, documents: pd.DataFrame, types: list[str]) -> None:
    """Name the rows and columns of the ledger."""
    names = ["\n".join(textwrap.wrap(name, 13)) for name in documents["name"]]
    dates = [format_span(first, last) for first, last in zip(documents["first"], documents["last"], strict=True)]
    for column, (name, day) in enumerate(zip(names, dates, strict=True)):
        head: dict[str, Any] = {"ha": "center", "va": "bottom"}
        axes.text(column + 0.5, -0.42, name, fontsize=7.5, color=INK, **head)
        axes.text(column + 0.5, -0.06, day, fontsize=SMALLEST, color=MUTED, **head)
    axes.text(len(documents) + 0.35, -0.06, "All", ha="center", va="bottom", fontsize=7.5, weight="bold")
    axes.set_yticks([row + 0.5 for row in range(len(types))], [name.capitalize() for name in types])
    axes.set_xticks([])
    axes.set_xlim(0, len(documents) + 0.7)
    axes.set_ylim(len(types), -1.3)
    clear_axes(axes)


def title_ledger(counts: pd.DataFrame) -> str:
    """State the finding: how many claims, and which type is the most frequent."""
    types = counts.groupby("claim_type")["facts"].sum()
    total, most = int(types.sum()), str(types.idxmax())
    accepted = int(counts["accepted"].sum())
    return (
        f"{accepted} of {total} claims are accepted and said for the first time; {types.max()} are {most}s, "
        f"{types.get('spend', 0)} are on spend and {types.get('caseload', 0)} on caseload"
    )


def describe_ledger(counts: pd.DataFrame, documents: pd.DataFrame) -> str:
    """Describe the counts, document by document."""
    told = []
    for name, source_id in zip(documents["name"], documents["source_id"], strict=True):
        here = counts[counts["source_id"] == source_id].sort_values("facts", ascending=False, kind="stable")
        parts = [f"{row['claim_type']} {row['facts']}" for row in here.to_dict("records")]
        told.append(f"{name}: {', '.join(parts)}")
    return f"Grid of counts of claims by type and document. {'; '.join(told)}."


def tabulate_ledger(counts: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Give the counts as a table: a row a document and type."""
    rows = counts.merge(documents[["source_id", "name", "first"]], on="source_id").sort_values(["first", "claim_type"])
    columns = {"name": "Document", "claim_type": "Type", "facts": "Claims", "accepted": "Accepted"}
    columns |= {"repeat": "Repeats", "disputed": "Disputed", "source_id": "Source"}
    return rows[list(columns)].rename(columns=columns).reset_index(drop=True)


def show_standing(case: Case) -> TableExhibit | None:
    """Show who stands behind the claims of each document, and in what standing they are held."""
    if not has_documents(case):
        return None
    facts, documents = case.tables["facts"], list_documents(case)
    certainty = pd.crosstab(facts["source_id"], facts["certainty"]).reindex(columns=list(CERTAINTY_NAMES), fill_value=0)
    status = pd.crosstab(facts["source_id"], facts["status"]).reindex(columns=["repeat", "disputed"], fill_value=0)
    counts = certainty.rename(columns=CERTAINTY_NAMES).join(status)
    counts = counts.rename(columns={"repeat": "Repeats", "disputed": "Disputed"}).loc[documents["source_id"]]
    counts.insert(0, "Claims", certainty.sum(axis="columns"))
    counts.insert(0, "Document", documents["name"].to_numpy())
    total = counts.sum(numeric_only=True)
    table = pd.concat([counts, pd.DataFrame([{"Document": "All", **total}])], ignore_index=True)
    stated = int(total["Stated as fact"])
    return TableExhibit(
        table,
        "tbl-evidence-standing",
        f"{stated} of {total['Claims']} claims are stated as fact; {total['Forecast']} are forecasts, no events",
        "Stated as fact: the document says so, or inspectors found it. Attributed: somebody else says so. Forecast: "
        "about what is to come. Opinion: a judgement of value. Repeats and disputed claims are in these columns too. "
        f"Counted from {cite_releases(documents['source_id'])}.",
    )
