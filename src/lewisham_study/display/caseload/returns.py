"""Sentences about the returns behind the caseloads: which are joint, which gave no figure, and why."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import CASELOAD, FIRST_CASELOADS, compare_editions, select_measure
from lewisham_study.display.caseload.series import list_cautioned_peers, list_series
from lewisham_study.display.common.cautions import (
    describe_cautions,
    explain_missing,
    name_partners,
    summarise_cautioned_peers,
)
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count, list_words


def summarise_returns(case: Case) -> Prose:
    """Explain joint returns, missing figures and those to lean on lightly, for the authority and in general."""
    caseload = select_measure(case.tables["workforce"], CASELOAD, case.start_year, case.end_year)
    if caseload.empty:
        return Prose(f"Returns of caseloads began in {FIRST_CASELOADS}; the window ends before.")
    own = caseload[caseload["la_code"] == case.la_code]
    cautions = describe_cautions(case, "workforce", sorted(set(caseload["time_period"])))
    cautions += summarise_cautioned_peers(list_cautioned_peers(case, list_series(case)))
    parts = [summarise_joint(case, own), summarise_missing(case, own), *cautions, summarise_all(caseload)]
    return Prose("\n\n".join(part for part in parts if part))


def summarise_joint(case: Case, own: pd.DataFrame) -> str:
    """Tell with whom the authority sends one return."""
    partners, years = name_partners(case, own), own.loc[own["joint_la_codes"].notna(), "year"]
    if not partners:
        return ""
    when = f"in {years.min()}" if years.min() == years.max() else f"from {years.min()} to {years.max()}"
    return (
        f"**{case.opening} sent one return with {partners}** {when}. Its figures are those of both together; nobody "
        "can tell them apart, and every count of authorities here takes them once."
    )


def summarise_missing(case: Case, own: pd.DataFrame) -> str:
    """Tell of each year of the authority that has no caseload, and why."""
    why = explain_missing(case, "workforce", own)
    if why.empty:
        return (
            f"{case.opening} has a caseload for every year of the window in which it was asked for one."
            if len(own)
            else ""
        )
    told = [f"for {year}: {reason}" for year, reason in zip(own.loc[why.index, "year"], why, strict=True)]
    return f"{case.opening} has no caseload {'; '.join(told)}. It is left out there, not counted as nought."


def summarise_all(caseload: pd.DataFrame) -> str:
    """Count the joint and missing returns of all authorities in the window."""
    authorities = caseload[caseload["geographic_level"] == "local_authority"]
    missing = authorities["value"].isna().groupby(authorities["year"]).sum()
    told = [f"{count} in {year}" for year, count in missing.items() if count]
    lacking = f" Authorities whose return gave no caseload: {list_words(told)}." if told else ""
    return f"Joint returns in the window: {list_joint(authorities)}.{lacking}"


def list_joint(authorities: pd.DataFrame) -> str:
    """List the joint returns with their years."""
    told = []
    for _, group in authorities.dropna(subset="joint_la_codes").groupby("joint_la_codes"):
        years = sorted(set(group["year"]))
        when = f"{years[0]} to {years[-1]}" if len(years) > 1 else f"{years[0]}"
        told.append(f"{list_words(sorted(set(group['la_name'])))} ({when})")
    return "; ".join(told) or "none"


MEASURE_NAMES = {
    "caseload_fte": "cases per worker",
    "cases": "cases",
    "case_holders_fte": "workers with cases",
    "inpost_fte": "workers in post",
    "leavers_fte": "leavers",
    "starters_fte": "starters",
    "agency_fte": "agency workers",
    "agency_rate_fte": "agency workers, %",
    "turnover_rate_fte": "turnover, %",
    "vacancy_fte": "vacancies",
    "vacancy_rate_fte": "vacancies, %",
    "absence_rate_fte": "absence, %",
}
MOST = 20


def show_revisions(case: Case) -> TableExhibit | Prose:
    """Show the figures of the authority and of England that the latest edition revised."""
    revised = compare_editions(case.tables["revisions"], [case.la_code], case.start_year, case.end_year)
    if revised.empty:
        return Prose(
            f"The edition of 2025 gives no figure of {case.spoken} or England, for {case.start_year} to "
            f"{case.end_year}, otherwise than that of 2022."
        )
    table = pd.DataFrame(
        {
            "Of": revised["la_name"],
            "Measure": revised["measure"].map(MEASURE_NAMES),
            "Year": revised["year"].astype(str),
            "Edition of 2022": [format_edition(*row) for row in pick(revised, "superseded")],
            "Edition of 2025": [format_edition(*row) for row in pick(revised, "standing")],
            "Change": revised["change"].map(format_change),
        }
    )
    return TableExhibit(
        table.head(MOST),
        "tbl-caseload-revisions",
        title_revisions(case, revised),
        caption_revisions(case, revised),
    )


def pick(revised: pd.DataFrame, edition: str) -> list[tuple[object, str]]:
    """Give the value and status of each figure in an edition."""
    return list(zip(revised[f"value_{edition}"], revised[f"status_{edition}"], strict=True))


def format_edition(value: object, status: str) -> str:
    """Write an edition's figure, or why it gives none.

    Examples
    --------
    >>> format_edition(19.8, "published"), format_edition(float("nan"), "low_reliability")
    ('19.8', 'low reliability')
    """
    return status.replace("_", " ") if pd.isna(value) else f"{value:,.10g}"  # type: ignore[call-overload]


def format_change(change: float) -> str:
    """Write a change with its sign; nothing where one edition has no figure."""
    return "–" if pd.isna(change) else f"{change:+,.10g}".replace("-", "−")


def title_revisions(case: Case, revised: pd.DataFrame) -> str:
    """State the finding: how many figures were revised."""
    own = int((revised["la_code"] == case.la_code).sum())
    england = len(revised) - own
    if not own:
        return f"No workforce figure of {case.spoken} was revised between two editions; {england} of England’s were"
    many = f"{format_count(own)} workforce figure{'s' if own != 1 else ''} of {case.spoken}"
    return f"{many} and {england} of England’s were revised between two editions"


def caption_revisions(case: Case, revised: pd.DataFrame) -> str:
    """Say which edition stands, how common revisions are, and where the rest of them is."""
    every = case.tables["revisions"]
    local = every[(every["topic"] == "workforce") & (every["geographic_level"] == "local_authority")]
    caseloads = local[local["measure"] == "caseload_fte"]
    size = caseloads["change"].abs().median()
    shown = f" The first {MOST} of {len(revised)} are shown; the table `revisions` has all."
    more = shown if len(revised) > MOST else ""
    return (
        "The latest edition stands everywhere in this study; the one before it is kept to reproduce what was "
        f"published from it. Of all authorities’ caseloads {len(caseloads)} were revised, half of them by {size:.1f} "
        f"or more.{more} "
        f"{credit(cite_releases([*revised['source_id_superseded'], *revised['source_id_standing']]))}."
    )
