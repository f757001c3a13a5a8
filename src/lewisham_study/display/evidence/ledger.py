"""The ledger of claims: how many of each type each document makes, how certain they are, and how many are disputed."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.evidence import count_facts
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, TableExhibit
from lewisham_study.display.common.style import (
    INK,
    MUTED,
    PAGE_WIDTH,
    SMALLEST,
    choose_ink,
    clear_axes,
    drawing,
    set_margins,
)
from lewisham_study.display.evidence.documents import format_span, has_documents, list_documents

CERTAINTY_NAMES = {
    "stated_fact": "Stated as fact",
    "attributed_claim": "Attributed",
    "forecast": "Forecast",
    "opinion": "Opinion",
}
SHADES = [(30, "#12436D"), (15, "#3B6A98"), (6, "#A5C3DD"), (1, "#E3EDF6")]
"""The least count for each shade of a cell; the count itself is written in the cell."""


def draw_ledger(case: Case) -> FigureExhibit | None:
    """Draw how many claims of each type (rows) each document (columns, by date) makes, with repeats and disputes.

    The texts that are coded in part share the last column.
    """
    if not has_documents(case):
        return None
    documents, counts = list_documents(case), count_facts(case.tables["facts"])
    columns = list_columns(documents)
    types = counts.groupby("claim_type")["facts"].sum().sort_values(ascending=False, kind="stable")
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 0.87 + 0.39 * len(types)))
        axes = figure.subplots()
        set_margins(figure, left=0.72, right=0.06, bottom=0.05, top=0.05)
        for column, (_, _, source_ids) in enumerate(columns):
            here = counts[counts["source_id"].isin(source_ids)].groupby("claim_type").sum(numeric_only=True)
            for row, name in enumerate(types.index):
                draw_count(axes, column, row, here.loc[name] if name in here.index else None)
        look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8, "weight": "bold", "color": INK}
        for row, count in enumerate(types):
            axes.text(len(columns) + 0.35, row + 0.5, str(count), **look)
        name_cells(axes, columns, list(types.index))
    return FigureExhibit(
        figure,
        "fig-evidence-ledger",
        title_ledger(counts),
        "A claim can be true or false on its own. Below each count: repeats and disputes. Last column: texts coded in "
        f"part. {credit_releases(documents['source_id'])}",
        describe_ledger(counts, documents),
        tabulate_ledger(counts, documents),
    )


def list_columns(documents: pd.DataFrame) -> list[tuple[str, str, list[str]]]:
    """List the columns: name, date and sources, each document coded whole by itself and the others together."""
    whole, others = documents[documents["coded"] == "whole"], documents[documents["coded"] != "whole"]
    columns = [
        (textwrap.fill(row["name"], 13), textwrap.fill(format_span(row["first"], row["last"]), 12), [row["source_id"]])
        for row in whole.to_dict("records")
    ]
    years = f"{others['first'].min().year}–{others['last'].max().year}"
    return [*columns, (f"{len(others)} reports\nand letters", years, list(others["source_id"]))]


def draw_count(axes: Axes, column: int, row: int, counts: pd.Series | None) -> None:
    """Draw one cell: the count of claims, and below it the repeats and disputes."""
    count = 0 if counts is None else int(counts["facts"])
    shade = next((colour for least, colour in SHADES if count >= least), "white")
    axes.add_patch(Rectangle((column + 0.02, row + 0.04), 0.96, 0.92, facecolor=shade, edgecolor="#E4E4E4", lw=0.5))
    if counts is None:
        return
    note = note_status(counts)
    look: dict[str, Any] = {"ha": "center", "va": "center", "color": INK if choose_ink(shade) == "black" else "white"}
    both = "\n" in note
    axes.text(column + 0.5, row + (0.25 if both else 0.36 if note else 0.5), str(count), fontsize=8, **look)
    axes.text(column + 0.5, row + (0.7 if both else 0.75), note, fontsize=SMALLEST, linespacing=1, **look)


def note_status(counts: pd.Series) -> str:
    r"""Format how many claims repeat another or are disputed; empty where none is.

    Examples
    --------
    >>> note_status(pd.Series({"repeat": 2, "disputed": 1}))
    '2 repeats,\n1 disputed'
    """
    noted = [(counts["repeat"], "repeat" if counts["repeat"] == 1 else "repeats"), (counts["disputed"], "disputed")]
    return ",\n".join(f"{count} {name}" for count, name in noted if count)


def name_cells(axes: Axes, columns: list[tuple[str, str, list[str]]], types: list[str]) -> None:
    """Name the rows and columns of the ledger."""
    head: dict[str, Any] = {"ha": "center", "va": "bottom"}
    for column, (name, day, _) in enumerate(columns):
        axes.text(column + 0.5, -0.76, name, fontsize=7.5, color=INK, **head)
        axes.text(column + 0.5, -0.06, day, fontsize=SMALLEST, color=MUTED, **head)
    axes.text(len(columns) + 0.35, -0.06, "All", fontsize=7.5, weight="bold", **head)
    axes.set_yticks([row + 0.5 for row in range(len(types))], [name.capitalize() for name in types])
    axes.set_xticks([])
    axes.set_xlim(0, len(columns) + 0.7)
    axes.set_ylim(len(types), -1.65)
    clear_axes(axes)


def title_ledger(counts: pd.DataFrame) -> str:
    """State which type of claim is the most frequent, and how few are on spend and caseload."""
    types = counts.groupby("claim_type")["facts"].sum()
    return (
        f"Of {types.sum()} claims, {types.max()} are {types.idxmax()}s; {types.get('spend', 0)} are on spend and "
        f"{types.get('caseload', 0)} on caseload"
    )


def describe_ledger(counts: pd.DataFrame, documents: pd.DataFrame) -> str:
    """Describe the counts, document by document."""
    parts = []
    for name, source_id in zip(documents["name"], documents["source_id"], strict=True):
        here = counts[counts["source_id"] == source_id].sort_values("facts", ascending=False, kind="stable")
        types = [f"{row['claim_type']} {row['facts']}" for row in here.to_dict("records")]
        parts.append(f"{name}: {', '.join(types)}")
    return f"Grid of counts of claims by type and document. {'; '.join(parts)}."


def tabulate_ledger(counts: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Return the counts as a table: a row for each document and type."""
    rows = counts.merge(documents[["source_id", "name", "first"]], on="source_id").sort_values(["first", "claim_type"])
    columns = {"name": "Document", "claim_type": "Type", "facts": "Claims", "accepted": "Accepted"}
    columns |= {"repeat": "Repeats", "disputed": "Disputed", "source_id": "Source"}
    return rows[list(columns)].rename(columns=columns).reset_index(drop=True)


def show_standing(case: Case) -> TableExhibit | None:
    """Show how certain the claims of each document are, and how many are repeats or disputed."""
    if not has_documents(case):
        return None
    facts, documents = case.tables["facts"], list_documents(case).set_index("source_id")
    certainty = pd.crosstab(facts["source_id"], facts["certainty"]).reindex(columns=list(CERTAINTY_NAMES), fill_value=0)
    status = pd.crosstab(facts["source_id"], facts["status"]).reindex(columns=["repeat", "disputed"], fill_value=0)
    names = CERTAINTY_NAMES | {"repeat": "Repeats", "disputed": "Disputed", "name": "Document"}
    counts = documents[["name"]].assign(Claims=certainty.sum(axis="columns")).join(certainty).join(status)
    counts = counts.rename(columns=names)
    total = counts.sum(numeric_only=True)
    table = pd.concat([counts, pd.DataFrame([{"Document": "All", **total}])], ignore_index=True)
    return TableExhibit(
        table,
        "tbl-evidence-standing",
        f"{int(total['Stated as fact'])} of {total['Claims']} claims are stated as fact; {total['Forecast']} are "
        "forecasts, not events",
        "Stated as fact: by the document or inspectors. Attributed: by somebody else. Opinion: a value judgement. "
        f"{credit_releases(documents.index)}",
    )
