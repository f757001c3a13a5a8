"""Joint returns, missing figures and revisions behind the caseloads."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis import caseload as analysis
from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import CASELOAD, COMPARABLE, FIRST_CASELOADS, Caseloads, gather_caseloads
from lewisham_study.display.caseload.series import note_shift
from lewisham_study.display.common import cautions
from lewisham_study.display.common.arrangements import describe_arrangements
from lewisham_study.display.common.citations import cite_releases, credit_releases
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count, format_tenth, list_words

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
"""Revisions shown; the table `revisions` has all."""


def summarise_returns(case: Case) -> Prose:
    """Explain joint returns, missing figures and those to treat with caution, for the authority and in general."""
    caseload = analysis.select_window(case, CASELOAD)
    if caseload.empty:
        return Prose(f"Returns of caseloads began in {FIRST_CASELOADS}; the window ends before.")
    own = caseload[caseload["la_code"] == case.la_code]
    series = gather_caseloads(case)
    parts = [
        summarise_first(series),
        summarise_joint(case, own),
        *describe_arrangements(case),
        summarise_missing(case, own),
        note_shift(case, series.comparable).strip(),
        *cautions.describe_cautions(case, "workforce", sorted(set(caseload["time_period"]))),
        *cautions.describe_peers(case, "workforce", CASELOAD, series.others, "value", format_tenth),
        summarise_all(caseload),
    ]
    return Prose("\n\n".join(part for part in parts if part))


def summarise_first(series: Caseloads) -> str:
    """Explain why the count of 2016 is not comparable, where the window has it."""
    first = series.known[~series.known["series"].str.endswith(COMPARABLE)]
    if first.empty or series.comparable.empty:
        return ""
    return (
        f"The figure of {first['year'].iloc[0]}, {first['value'].iloc[0]:.1f}, was counted differently (totals sent by "
        f"authorities, labelled experimental by the department) and is **not comparable** with those since "
        f"{cite_releases(first['source_id'])}."
    )


def format_years(years: pd.Series) -> str:
    """Format the first and last of some years, or the only one."""
    return f"{years.min()} to {years.max()}" if years.min() < years.max() else str(years.min())


def summarise_joint(case: Case, own: pd.DataFrame) -> str:
    """Say with whom the authority sends one return, if with anyone."""
    partners = cautions.name_partners(case, own)
    if not partners:
        return ""
    years = format_years(own.dropna(subset="joint_la_codes")["year"])
    return (
        f"**{case.opening} sent one return with {partners}** ({years}). Its figures cover both and cannot be "
        "separated; every count of authorities here counts them once."
    )


def summarise_missing(case: Case, own: pd.DataFrame) -> str:
    """Give the reason for each year of the authority without a caseload."""
    why = cautions.explain_missing(case, "workforce", own)
    if own.empty:
        return ""
    if why.empty:
        return f"{case.opening} has a caseload for every year of the window in which caseloads were collected."
    reasons = [f"for {year}: {reason}" for year, reason in zip(own.loc[why.index, "year"], why, strict=True)]
    return f"{case.opening} has no caseload {'; '.join(reasons)}. It is left out there, not counted as zero."


def summarise_all(caseload: pd.DataFrame) -> str:
    """List the joint returns of all authorities in the window, and count the missing ones."""
    authorities = caseload[caseload["geographic_level"] == "local_authority"]
    joint = [
        f"{list_words(sorted(set(group['la_name'])))} ({format_years(group['year'])})"
        for _, group in authorities.dropna(subset="joint_la_codes").groupby("joint_la_codes")
    ]
    missing = authorities["value"].isna().groupby(authorities["year"]).sum()
    counts = [f"{count} in {year}" for year, count in missing.items() if count]
    lacking = f" Authorities whose return gave no caseload: {list_words(counts)}." if counts else ""
    return f"Joint returns in the window: {'; '.join(joint) or 'none'}.{lacking}"


def show_revisions(case: Case) -> TableExhibit | Prose:
    """Show the figures of the authority and of England that the latest edition revised."""
    every = case.tables["revisions"]
    local = every[(every["topic"] == "workforce") & (every["geographic_level"] == "local_authority")]
    before, after = (name_editions(local[f"source_id_{edition}"]) for edition in ("superseded", "standing"))
    revised = analysis.compare_editions(every, [case.la_code], case.start_year, case.end_year)
    if revised.empty:
        return Prose(
            f"No figure of {case.spoken} or England, for {case.start_year} to {case.end_year}, differs between the "
            f"editions of {before} and {after}."
        )
    table = pd.DataFrame(
        {
            "Place": revised["la_name"],
            "Measure": revised["measure"].map(MEASURE_NAMES),
            "Year": revised["year"].astype(str),
            f"Edition of {before}": format_edition(revised, "superseded"),
            f"Edition of {after}": format_edition(revised, "standing"),
            "Change": ["–" if pd.isna(change) else format_number(change, "+") for change in revised["change"]],
        }
    )
    caseloads = local[local["measure"] == CASELOAD]["change"].abs()
    more = f" The first {MOST} of {len(revised)} are shown." if len(revised) > MOST else ""
    sources = credit_releases([*revised["source_id_superseded"], *revised["source_id_standing"]])
    return TableExhibit(
        table.head(MOST),
        "tbl-caseload-revisions",
        title_revisions(case, revised),
        f"The latest edition, used here, revised {len(caseloads)} caseloads, half by {caseloads.median():.1f} or "
        f"more.{more} {sources}",
    )


def name_editions(source_ids: pd.Series) -> str:
    """Name the years of editions, with which the ids of their sources end."""
    return list_words(sorted(set(source_ids.str[-4:])))


def format_edition(revised: pd.DataFrame, edition: str) -> list[str]:
    """Format an edition's figures, or the reasons why it has none."""
    rows = zip(revised[f"value_{edition}"], revised[f"status_{edition}"], strict=True)
    return [status.replace("_", " ") if pd.isna(value) else format_number(value) for value, status in rows]


def format_number(value: float, sign: str = "") -> str:
    """Format a number with as many decimals as it has."""
    return f"{value:{sign},.10g}".replace("-", "−")


def title_revisions(case: Case, revised: pd.DataFrame) -> str:
    """State how many figures were revised."""
    own = int((revised["la_code"] == case.la_code).sum())
    theirs = format_count(len(revised) - own).lower()
    if not own:
        return f"No workforce figure of {case.spoken} was revised between two editions; {theirs} of England’s were"
    many = f"{format_count(own)} workforce figure{'s' if own != 1 else ''} of {case.spoken}"
    return f"{many} and {theirs} of England’s were revised between two editions"
