"""Claim against claim: each contradiction with its rivals as printed, what was chosen, and why."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.display.common.citations import cite
from lewisham_study.display.common.exhibit import Prose
from lewisham_study.display.common.phrases import format_count
from lewisham_study.display.evidence.words import format_name, has_documents
from lewisham_study.files import escape_markdown

Fact = dict[Any, Any]
TOLD = [
    *("fact_id", "source_id", "locator", "same_as", "status", "measure", "area", "period_as_stated", "value_as_stated"),
    *("speaker", "certainty"),
]
"""What is told of a claim."""


def summarise_conflicts(case: Case) -> Prose | None:
    """Tell of every conflict: a heading each, the rival claims with their places, the choice, its reason.

    Returns
    -------
    Prose or None
        None for an authority on which no document is coded.
    """
    if not has_documents(case):
        return None
    conflicts = case.tables["conflicts"]
    conflicts = conflicts.assign(number=conflicts["conflict_id"].str.extract(r"(\d+)", expand=False).astype(int))
    ordered = conflicts.sort_values(["number", "conflict_id"]).to_dict("records")
    # As plain objects: claims are taken by twos and threes, many times.
    facts = case.tables["facts"].set_index("fact_id", drop=False)[TOLD].astype(object)
    parts = [summarise_conflict(conflict, facts.loc[conflict["fact_ids"].split()]) for conflict in ordered]
    return Prose("\n\n".join(["## Claim against claim", introduce(conflicts), *parts]))


def introduce(conflicts: pd.DataFrame) -> str:
    """Tell how many conflicts there are, how each kind was settled, and how surely."""
    settled = conflicts["chosen_source_id"].notna()
    fact, none = conflicts["chosen_fact_id"].notna(), (conflicts["chosen_fact_id"].isna() & ~settled)
    sure = conflicts["confidence"].value_counts()
    return (
        f"{format_count(len(conflicts))} conflicts: in {settled.sum()} a source is chosen, in {fact.sum()} one of "
        f"the claims, and in {none.sum()} none, for want of need or of ground. Confidence is high in "
        f"{sure.get('high', 0)}, medium in {sure.get('medium', 0)} and low in {sure.get('low', 0)}.\n\nA value stands "
        "in quotation marks as printed; beside it what is stated and of which part of the service, the period as "
        "printed, and whose words it is; then the paragraph (p) or line (l). A disputed claim stays in the ledger; "
        "the others can be true side by side."
    )


def summarise_conflict(conflict: Fact, rivals: pd.DataFrame) -> str:
    """Tell of one conflict."""
    return "\n\n".join(
        [
            f"### {conflict['conflict_id']}. {escape_markdown(conflict['question'])}",
            "\n".join(["| As printed | Of what | Where |", "|:---|:---|:---|", *list_rivals(rivals)]),
            f"{name_choice(conflict, rivals)}{escape_markdown(conflict['reason'])} "
            f"*Confidence: {conflict['confidence']}.*",
        ]
    )


def list_rivals(rivals: pd.DataFrame) -> list[str]:
    """List the rival claims as rows, without the period if all share it; a repeat of another stands in its row."""
    if len(rivals) > 1 and rivals["period_as_stated"].nunique(dropna=False) == 1:
        rivals = rivals.assign(period_as_stated=None)
    repeats = rivals[rivals["same_as"].isin(rivals.index)]
    lines = []
    for rival in rivals.drop(repeats.index).to_dict("records"):
        again = repeats[repeats["same_as"] == rival["fact_id"]].to_dict("records")
        others = [value for value in map(format_value, again) if value != format_value(rival)]
        printed = "; again: ".join([format_value(rival), *others])
        standing = " **(disputed)**" if rival["status"] == "disputed" else ""
        places = cite(pd.DataFrame([rival, *again]))
        lines.append(f"| {printed}{standing} | {describe_claim(rival)} | {places} |")
    return lines


def describe_claim(fact: Fact) -> str:
    """Describe a claim: what is stated, of what; the period as printed; whose words it is."""
    of = [part for part in (fact["measure"], fact["area"]) if pd.notna(part)]
    details = [", ".join(format_name(part) for part in of)]
    details += [f"‘{escape_markdown(fact['period_as_stated'])}’"] if is_new_period(fact) else []
    details += [escape_markdown(fact["speaker"])] if pd.notna(fact["speaker"]) else []
    details += ["a forecast"] if fact["certainty"] == "forecast" else []
    return "; ".join(details)


def is_new_period(fact: Fact) -> bool:
    """Tell whether the printed period says more than the printed value does."""
    return pd.notna(fact["period_as_stated"]) and fact["period_as_stated"] != fact["value_as_stated"]


def format_value(fact: Fact) -> str:
    """Write a value as printed; where none is printed, say so."""
    return f"‘{escape_markdown(fact['value_as_stated'])}’" if pd.notna(fact["value_as_stated"]) else "no value printed"


def name_choice(conflict: Fact, rivals: pd.DataFrame) -> str:
    """Name what was chosen, to begin the reason with; empty where nothing was, for the reason says so."""
    if pd.notna(conflict["chosen_fact_id"]):
        return f"**Chosen:** {format_value(rivals.loc[conflict['chosen_fact_id']].to_dict())}. "
    return f"**Chosen:** @{conflict['chosen_source_id']}. " if pd.notna(conflict["chosen_source_id"]) else ""
