"""Gaps in the documents: the part of the overspend without an amount, and what none of them says."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.evidence import reconcile_overspend
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count, list_words
from lewisham_study.display.evidence.words import format_name, has_documents, list_documents

BASIS_NAMES = {"printed": "printed", "missing": "no amount printed", "derived": "derived"}


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
            "Where": (parts["source_id"] + ", " + parts["locator"]),
        }
    )
    return TableExhibit(
        table,
        "tbl-evidence-overspend",
        f"The printed parts leave £{format_million(rest['value'])}m of the £{format_million(total['value'])}m over: "
        f"£{format_million(rest['low'], 2)}m to £{format_million(rest['high'], 2)}m with rounding",
        "Amounts are printed to £0.1m, so each may be £0.05m out. The list is not said to be complete. "
        f"{credit(cite_releases(parts['source_id'].dropna()))}.",
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
    columns = {"area": "On", "not_said": "Not said in any of them", "consequence": "So"}
    return TableExhibit(
        silences[list(columns)].rename(columns=columns).reset_index(drop=True),
        "tbl-evidence-silences",
        f"{format_count(len(silences))} things that none of the five documents says",
        f"Based on a reading of the whole documents {cite_releases(whole['source_id'])}.",
    )


def format_million(amount: float, places: int = 1) -> str | float:
    """Format pounds in millions; missing stays missing."""
    return f"{amount / 1e6:.{places}f}" if pd.notna(amount) else amount
