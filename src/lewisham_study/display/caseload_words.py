"""Sentences about one authority's caseload: its path, its returns, and the documents' own words beside it."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import CASELOAD, COMPARABLE, count_workers, rank_value, select_measure
from lewisham_study.display.caseload_series import Series, list_series
from lewisham_study.display.comparators import list_names, name_comparators, tell_absence, write_no_comparators
from lewisham_study.display.exhibits import Prose, TableExhibit
from lewisham_study.display.sources import cite
from lewisham_study.display.statuses import explain_missing
from lewisham_study.display.style import list_words

FIRST_CASELOADS = 2016


def tell_caseload(case: Case) -> Prose:
    """Tell the path of the authority's caseload in the window, and how it stands beside others."""
    if case.end_year < FIRST_CASELOADS:
        return Prose(
            f"The window ends in {case.end_year}; no caseload of any authority was published before "
            f"{FIRST_CASELOADS}, and nothing that was comes near one, so none is shown."
        )
    series = list_series(case)
    if series.known.empty:
        why = tell_absence(case, f"{case.end_year}-09-30")
        text = f"No caseload of {case.la_name} was published for the years {case.start_year} to {case.end_year}"
        return Prose(f"{text}." if why == "has no figure" else f"{text}: it {why}.")
    parts = [tell_own(case, series), tell_beside(case, series), tell_first(series)]
    return Prose("\n\n".join(part for part in parts if part))


def tell_own(case: Case, series: Series) -> str:
    """Tell of the first and last comparable year, with the cases and workers of the last."""
    rows = series.comparable
    if rows.empty:
        only = series.known.iloc[0]
        return (
            f"Of {case.la_name} only the caseload of {only['year']} is known in this window: **{only['value']:.1f}** "
            f"cases per worker {cite(series.known)}. It is not comparable with any since."
        )
    first, last = rows.iloc[0], rows.iloc[-1]
    counts = count_workers(case.tables["workforce"], case.la_code, int(last["year"]), int(last["year"]))
    held = "".join(
        f", {row['cases']:,.0f} cases on {row['workers']:,.1f} full-time equivalents"
        for row in counts.to_dict("records")
    )
    text = (
        f"At 30 September {last['year']} social workers of {case.la_name} held **{last['value']:.1f}** cases each on "
        f"average{held} {cite(rows.tail(1))}"
    )
    if len(rows) > 1:
        values = rows["value"]
        text += (
            f". In {first['year']} it was **{first['value']:.1f}**; in between it lay between {values.min():.1f} and "
            f"{values.max():.1f}"
            if len(rows) > 2
            else f". In {first['year']} it was **{first['value']:.1f}**"
        )
    ended = case.valid_to is not None and case.valid_to < case.window_end
    return f"{text}. It {tell_absence(case, f'{case.window_end:%Y-%m-%d}')}." if ended else f"{text}."


def tell_beside(case: Case, series: Series) -> str:
    """Tell how the last comparable year stands beside England, region and comparators."""
    if series.comparable.empty:
        return ""
    last = series.comparable.iloc[-1]
    year, value = int(last["year"]), float(last["value"])
    england, region = (
        f"{line.loc[line['year'] == year, 'value'].iloc[0]:.1f}" for line in (series.england, series.region)
    )
    beside = f"In that year the average of England was {england} and that of the region ({case.region}) {region}"
    compared = series.others.loc[series.others["year"] == year, "value"].dropna()
    if compared.empty:
        return f"{beside}. {write_no_comparators(case)}"
    lower, _, higher = rank_value(compared, value)
    return (
        f"{beside}; the median of {name_comparators(case)} was {compared.median():.1f}, and "
        f"{lower} of the {len(compared)} with a figure had fewer cases per worker, {higher} more."
    )


def tell_first(series: Series) -> str:
    """Say why the count of 2016 stands apart, where the window has it."""
    first = series.known[~series.known["series"].str.endswith(COMPARABLE)]
    if first.empty or series.comparable.empty:
        return ""
    return (
        f"The figure of {first['year'].iloc[0]}, {first['value'].iloc[0]:.1f}, was counted otherwise (totals sent by "
        f"authorities, called experimental by the department) and is **not comparable** with those since "
        f"{cite(first)}."
    )


def tell_returns(case: Case) -> Prose:
    """Explain joint returns and missing figures, for the authority and in general."""
    caseload = select_measure(case.tables["workforce"], CASELOAD, case.start_year, case.end_year)
    if caseload.empty:
        return Prose(f"Returns of caseloads began in {FIRST_CASELOADS}; the window ends before.")
    own = caseload[caseload["la_code"] == case.la_code]
    parts = [tell_joint(case, own), tell_missing(case, own), tell_all(caseload)]
    return Prose("\n\n".join(part for part in parts if part))


def tell_joint(case: Case, own: pd.DataFrame) -> str:
    """Tell with whom the authority sends one return."""
    joint = own["joint_la_codes"].dropna()
    if joint.empty:
        return ""
    others = [code for code in joint.iloc[0].split() if code != case.la_code]
    years = own.loc[joint.index, "year"]
    when = f"in {years.min()}" if years.min() == years.max() else f"from {years.min()} to {years.max()}"
    return (
        f"**{case.la_name} sent one return with {list_words(list_names(case, others))}** {when}. Its figures are those "
        "of both together; nobody can tell them apart, and every count of authorities here takes them once."
    )


def tell_missing(case: Case, own: pd.DataFrame) -> str:
    """Tell of each year of the authority that has no caseload, and why."""
    why = explain_missing(case, "workforce", own)
    if why.empty:
        return (
            f"{case.la_name} has a caseload for every year of the window in which it was asked for one."
            if len(own)
            else ""
        )
    told = [f"{year} ({reason})" for year, reason in zip(own.loc[why.index, "year"], why, strict=True)]
    return f"{case.la_name} has no caseload for {list_words(told)}. It is left out there, not counted as nought."


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


def show_words(case: Case) -> TableExhibit | Prose:
    """Show what the coded documents say of caseloads, in words, beside the figures nearest in time."""
    facts, events = case.tables["facts"], case.tables["events"]
    if case.la_code not in set(events["la_code"]):
        coded = list_words(list_names(case, sorted(set(events["la_code"]))))
        return Prose(f"The documents of this study were coded for {coded} alone; none speaks of {case.la_name}.")
    said = facts[(facts["measure"] == "caseload_description") & (facts["status"] != "repeat")]
    said = said[said["period_start"].dt.year.between(case.start_year, case.end_year)]
    if said.empty:
        return Prose(f"No document speaks of caseloads in {case.start_year} to {case.end_year}.")
    figures = select_measure(case.tables["workforce"], CASELOAD, FIRST_CASELOADS, case.end_year)
    own = figures[figures["la_code"] == case.la_code].set_index("year")["value"]
    table = pd.DataFrame(
        {
            "Words": "“" + said["value_as_stated"] + "”",
            "Whose": said["speaker"].fillna("the article"),
            "Of when": said["period_start"].dt.strftime("%B %Y"),
            "30 September before": [write_figure(own, day.year - 1) for day in said["period_start"]],
            "30 September after": [write_figure(own, day.year) for day in said["period_start"]],
            "Note": said["note"],
        }
    )
    return TableExhibit(
        table,
        "tbl-caseload-words",
        "What the documents say of caseloads, and the figures nearest in time",
        f"Words are no numbers: no document gives a count. {tell_conflicts(case, said)} Sources: {cite(said)}.",
    )


def write_figure(values: pd.Series, year: int) -> str:
    """Write the caseload of a year with its year."""
    value = values.get(year)
    return f"{year}: no figure" if value is None or pd.isna(value) else f"{year}: {value:.1f}"


def tell_conflicts(case: Case, said: pd.DataFrame) -> str:
    """Give the choices made where documents, or a document and the official record, do not agree on the words."""
    conflicts = case.tables["conflicts"]
    touched = conflicts["fact_ids"].str.split().map(lambda ids: bool(set(ids) & set(said["fact_id"])))
    return " ".join(f"{row['question']} {row['reason']}" for row in conflicts[touched].to_dict("records"))
