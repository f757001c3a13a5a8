"""Sentences about the returns behind the caseloads: which are joint, which gave no figure, and why."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import CASELOAD, FIRST_CASELOADS, select_measure
from lewisham_study.display.caseload_series import list_light, list_series
from lewisham_study.display.cautions import tell_light, tell_standing
from lewisham_study.display.exhibits import Prose
from lewisham_study.display.statuses import explain_missing, name_partners
from lewisham_study.display.style import list_words


def tell_returns(case: Case) -> Prose:
    """Explain joint returns, missing figures and those to lean on lightly, for the authority and in general."""
    caseload = select_measure(case.tables["workforce"], CASELOAD, case.start_year, case.end_year)
    if caseload.empty:
        return Prose(f"Returns of caseloads began in {FIRST_CASELOADS}; the window ends before.")
    own = caseload[caseload["la_code"] == case.la_code]
    cautions = tell_standing(case, "workforce", sorted(set(caseload["time_period"])))
    cautions += tell_light(list_light(case, list_series(case)))
    parts = [tell_joint(case, own), tell_missing(case, own), *cautions, tell_all(caseload)]
    return Prose("\n\n".join(part for part in parts if part))


def tell_joint(case: Case, own: pd.DataFrame) -> str:
    """Tell with whom the authority sends one return."""
    partners, years = name_partners(case, own), own.loc[own["joint_la_codes"].notna(), "year"]
    if not partners:
        return ""
    when = f"in {years.min()}" if years.min() == years.max() else f"from {years.min()} to {years.max()}"
    return (
        f"**{case.opening} sent one return with {partners}** {when}. Its figures are those of both together; nobody "
        "can tell them apart, and every count of authorities here takes them once."
    )


def tell_missing(case: Case, own: pd.DataFrame) -> str:
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


def tell_all(caseload: pd.DataFrame) -> str:
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
