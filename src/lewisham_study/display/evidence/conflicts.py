"""Where the documents contradict each other, leave a part of the overspend without an amount, or say nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.evidence import reconcile_overspend
from lewisham_study.display.common.citations import cite_places, cite_releases, credit_releases
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count, format_day, list_words
from lewisham_study.display.evidence.documents import format_name, has_documents, list_documents
from lewisham_study.files import escape_markdown
from lewisham_study.tidy.evidence import select_standing

Fact = dict[Any, Any]
Facts = Mapping[str, Fact]
COLUMNS = [
    *("fact_id", "source_id", "locator", "same_as", "status", "measure", "area", "period_as_stated", "value_as_stated"),
    *("speaker", "certainty"),
]
BASIS_NAMES = {"printed": "printed", "missing": "no amount printed", "derived": "derived"}


def summarise_conflicts(case: Case) -> Prose | None:
    """List every conflict under its own heading: the rival claims with their places, the choice, and the reason."""
    if not has_documents(case):
        return None
    conflicts = case.tables["conflicts"]
    conflicts = conflicts.assign(number=conflicts["conflict_id"].str.extract(r"(\d+)", expand=False).astype(int))
    ordered = select_standing(conflicts).sort_values("number", kind="stable").to_dict("records")
    # Plain dictionaries: claims are selected in twos and threes, many times.
    facts = {fact["fact_id"]: fact for fact in case.tables["facts"][COLUMNS].to_dict("records")}
    parts = [summarise_conflict(conflict, conflicts, facts) for conflict in ordered]
    return Prose("\n\n".join(["## Conflicting claims", introduce(conflicts), *parts]))


def introduce(conflicts: pd.DataFrame) -> str:
    """Count the conflicts by how they were settled and how surely, and explain how to read them."""
    standing = select_standing(conflicts)
    source, fact = standing["chosen_source_id"].notna(), standing["chosen_fact_id"].notna()
    sure, again = standing["confidence"].value_counts(), conflicts["superseded_by"].nunique()
    return (
        f"{format_count(len(standing))} conflicts: in {source.sum()} a source is chosen, in {fact.sum()} one of the "
        f"claims, and in {(~fact & ~source).sum()} none, because none was needed or none was justified. Confidence is "
        f"high in {sure.get('high', 0)}, medium in {sure.get('medium', 0)} and low in {sure.get('low', 0)}. "
        f"{format_count(again)} were decided again when Ofsted’s own reports and letters were held; the earlier "
        "decision is shown below, superseded.\n\nEach value is quoted as printed, with the measure and the part of the "
        "service it describes, the period as printed, the speaker, and the paragraph (p) or line (l). A disputed claim "
        "stays in the ledger; the others can all be true at once."
    )


def summarise_conflict(conflict: Fact, conflicts: pd.DataFrame, facts: Facts) -> str:
    """Write one conflict: its question, its rival claims, the choice, and choices that it superseded."""
    rivals = list_rivals([facts[fact_id] for fact_id in conflict["fact_ids"].split()])
    earlier = conflicts[conflicts["superseded_by"] == conflict["conflict_id"]].to_dict("records")
    return "\n\n".join(
        [
            f"### {conflict['conflict_id']}. {escape_markdown(conflict['question'])}",
            "\n".join(["| As printed | Of what | Where |", "|:---|:---|:---|", *rivals]),
            explain_choice(conflict, facts),
            *[
                f"*Superseded ({old['conflict_id']}, decided on {format_day(old['decided'])}).* "
                f"{escape_markdown(old['question']) + ' ' if old['question'] != conflict['question'] else ''}"
                f"{explain_choice(old, facts)}"
                for old in earlier
            ],
        ]
    )


def explain_choice(conflict: Fact, facts: Facts) -> str:
    """Explain a choice: what was chosen, why, and how surely."""
    reason = escape_markdown(conflict["reason"])
    return f"{name_choice(conflict, facts)}{reason} *Confidence: {conflict['confidence']}.*"


def list_rivals(rivals: Sequence[Fact]) -> list[str]:
    """List the rival claims as rows; a repeat is added to the row it repeats, and a period shared by all is omitted."""
    periods = {str(rival["period_as_stated"]) for rival in rivals}
    if len(rivals) > 1 and len(periods) == 1:
        rivals = [{**rival, "period_as_stated": None} for rival in rivals]
    listed = {rival["fact_id"] for rival in rivals}
    lines = []
    for rival in rivals:
        if rival["same_as"] in listed:
            continue
        again = [other for other in rivals if other["same_as"] == rival["fact_id"]]
        others = [value for value in map(format_value, again) if value != format_value(rival)]
        printed = "; again: ".join([format_value(rival), *others])
        disputed = " **(disputed)**" if rival["status"] == "disputed" else ""
        places = cite_places((one["source_id"], one["locator"]) for one in (rival, *again))
        lines.append(f"| {printed}{disputed} | {describe_claim(rival)} | {places} |")
    return lines


def describe_claim(fact: Fact) -> str:
    """Describe a claim: measure and area, the period if it adds to the value, the speaker, and if it is a forecast."""
    period, speaker = fact["period_as_stated"], fact["speaker"]
    details = [", ".join(format_name(part) for part in (fact["measure"], fact["area"]) if pd.notna(part))]
    details += [f"‘{escape_markdown(period)}’"] if pd.notna(period) and period != fact["value_as_stated"] else []
    details += [escape_markdown(speaker)] if pd.notna(speaker) else []
    details += ["a forecast"] if fact["certainty"] == "forecast" else []
    return "; ".join(details)


def format_value(fact: Fact) -> str:
    """Format a value as printed, or state that none is."""
    return f"‘{escape_markdown(fact['value_as_stated'])}’" if pd.notna(fact["value_as_stated"]) else "no value printed"


def name_choice(conflict: Fact, facts: Facts) -> str:
    """Name the claim or source chosen, before the reason; empty if none was, which the reason explains."""
    if pd.notna(conflict["chosen_fact_id"]):
        return f"**Chosen:** {format_value(facts[conflict['chosen_fact_id']])}. "
    return f"**Chosen:** @{conflict['chosen_source_id']}. " if pd.notna(conflict["chosen_source_id"]) else ""


def show_overspend(case: Case) -> TableExhibit | None:
    """Show the total of the overspend, its printed parts, and the residual with its bounds."""
    if not has_documents(case):
        return None
    parts = reconcile_overspend(case.tables["facts"])
    total, rest = parts.iloc[0], parts.iloc[-1]
    names = parts["area"].map(format_name, na_action="ignore").str.capitalize()
    names = names.mask(parts["part"] == "total", "All").mask(parts["part"] == "residual", "Left over")
    table = pd.DataFrame(
        {
            "Part": names,
            "Amount, £ million": (parts["value"] / 1e6).round(1),
            "At least, £ million": (parts["low"] / 1e6).round(2),
            "At most, £ million": (parts["high"] / 1e6).round(2),
            "Share, %": (parts["share"] * 100).round(1),
            "Basis": parts["basis"].map(BASIS_NAMES),
            "Where": parts["source_id"] + ", " + parts["locator"],
        }
    )
    return TableExhibit(
        table,
        "tbl-evidence-overspend",
        f"The printed parts leave £{format_million(rest['value'])}m of the £{format_million(total['value'])}m over: "
        f"£{format_million(rest['low'], 2)}m to £{format_million(rest['high'], 2)}m with rounding",
        "Amounts are printed to £0.1m, so each may be £0.05m out. The list is not said to be complete. "
        f"{credit_releases(parts['source_id'].dropna())}",
    )


def summarise_overspend(case: Case) -> Prose | None:
    """Summarise how much of the overspend is attributed to placements and to staff."""
    if not has_documents(case):
        return None
    parts = reconcile_overspend(case.tables["facts"])
    printed = parts[(parts["part"] == "component") & (parts["basis"] == "printed")]
    staff = printed["area"] == "workforce"
    amounts = [
        f"£{format_million(group['value'].sum())}m ({group['share'].sum():.1%}) on {name}"
        for name, group in (("named placements", printed[~staff]), ("staffing", printed[staff]))
    ]
    return Prose(
        f"## The overspend\n\nThe documents state one overspend, of £{format_million(parts['value'].iloc[0])}m, and "
        f"break it down in one place: {list_words(amounts)}. An overspend is the amount spent above a budget. It does "
        "not measure total spend, and its financial year is not printed (C7)."
    )


def summarise_silences(case: Case) -> Prose | None:
    """Introduce what the documents do not say."""
    if case.own("silences").empty:
        return None
    return Prose(
        "## What the five documents do not say\n\nSome things are easily read into them but not stated there. Each "
        "row below names the gap, and what this study uses instead, if anything."
    )


def show_silences(case: Case) -> TableExhibit | None:
    """Show what the documents do not say, and what the study does instead."""
    silences = case.own("silences")
    if silences.empty:
        return None
    whole = list_documents(case).query("coded == 'whole'")
    names = {"area": "On", "not_said": "Not said in any of them", "consequence": "So"}
    return TableExhibit(
        silences[list(names)].rename(columns=names).reset_index(drop=True),
        "tbl-evidence-silences",
        f"{format_count(len(silences))} things that none of the five documents says",
        f"Based on a reading of the whole documents {cite_releases(whole['source_id'])}.",
    )


def format_million(amount: float, places: int = 1) -> str:
    """Format pounds in millions."""
    return f"{amount / 1e6:.{places}f}"
