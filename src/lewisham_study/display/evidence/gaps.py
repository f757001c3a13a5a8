"""What the documents leave open: the part of the overspend without an amount, and what none of them says."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.evidence import reconcile_overspend
from lewisham_study.display.common.citations import cite, cite_releases
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count, list_words
from lewisham_study.display.evidence.words import format_name, has_documents, list_documents

BASIS_NAMES = {"printed": "printed", "missing": "no amount printed", "derived": "derived"}


def show_overspend(case: Case) -> TableExhibit | None:
    """Show the total of the overspend, its printed parts, and what they leave over with its bounds."""
    if not has_documents(case):
        return None
    parts = reconcile_overspend(case.tables["facts"])
    total, rest = parts.iloc[0], parts.iloc[-1]
    named = [
        "All" if part == "total" else "Left over" if part == "residual" else format_name(area).capitalize()
        for part, area in zip(parts["part"], parts["area"], strict=True)
    ]
    table = pd.DataFrame(
        {
            "Part": named,
            "£m": parts["value"].map(format_million),
            "At least": parts["low"].map(lambda amount: format_million(amount, 2)),
            "At most": parts["high"].map(lambda amount: format_million(amount, 2)),
            "Share": parts["share"].map("{:.1%}".format).where(parts["share"].notna()),
            "Basis": parts["basis"].map(BASIS_NAMES),
            "Where": (parts["source_id"] + ", " + parts["locator"]),
        }
    )
    return TableExhibit(
        table,
        "tbl-evidence-overspend",
        f"The printed parts leave £{format_million(rest['value'])}m of the £{format_million(total['value'])}m over: "
        f"£{format_million(rest['low'], 2)}m to £{format_million(rest['high'], 2)}m with rounding",
        "Every amount is printed to the nearest £0.1m, so each may lie £0.05m off. The amount left over is that of "
        "other placements only if the list is complete, which is not said. The parts lie inside the total and are not "
        f"added to it. {cite(parts[parts['source_id'].notna()], most=4)}.",
    )


def summarise_overspend(case: Case) -> Prose | None:
    """Tell how much of the overspend the documents put on placements and on staff, and that it is no spend."""
    if not has_documents(case):
        return None
    parts = reconcile_overspend(case.tables["facts"])
    printed = parts[(parts["part"] == "component") & (parts["basis"] == "printed")]
    staff = printed["area"] == "workforce"
    told = [
        f"£{format_million(group['value'].sum())}m ({group['share'].sum():.1%}) on {name}"
        for name, group in (("named placements", printed[~staff]), ("staffing", printed[staff]))
    ]
    return Prose(
        f"## The overspend\n\nThe documents state one overspend, of £{format_million(parts['value'].iloc[0])}m, and "
        f"break it down in one place: {list_words(told)}. An overspend is what was spent beyond a budget; it is no "
        "measure of spend, and its financial year is not printed (C7)."
    )


def summarise_silences(case: Case) -> Prose | None:
    """Introduce what the documents do not say."""
    if not (case.tables["silences"]["la_code"] == case.la_code).any():
        return None
    return Prose(
        "## What the documents do not say\n\nWhat is not said cannot be read out of the documents, however near it "
        "seems. Each gap below names what takes its place in this study, or that nothing does."
    )


def format_million(amount: float, places: int = 1) -> str | float:
    """Write pounds in millions.

    Examples
    --------
    >>> format_million(1_100_000.0), format_million(850_000.0, 2)
    ('1.1', '0.85')
    """
    return f"{amount / 1e6:.{places}f}" if pd.notna(amount) else amount


def show_silences(case: Case) -> TableExhibit | None:
    """Show what the documents do not say, and what the study does about it."""
    silences = case.tables["silences"]
    silences = silences[silences["la_code"] == case.la_code]
    if silences.empty:
        return None
    columns = {"area": "On", "not_said": "No document says", "consequence": "So"}
    return TableExhibit(
        silences[list(columns)].rename(columns=columns).reset_index(drop=True),
        "tbl-evidence-silences",
        f"{format_count(len(silences))} things that no document says",
        f"Judged from a reading of all documents {cite_releases(list_documents(case)['source_id'])}.",
    )
