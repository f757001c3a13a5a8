"""Sentences about one authority's caseload, and what the documents say about it."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import (
    CASELOAD,
    FIRST_CASELOADS,
    Caseloads,
    count_workers,
    gather_caseloads,
    rank_value,
    select_measure,
)
from lewisham_study.display.caseload.series import describe_few, note_shift, select_lead
from lewisham_study.display.caseload.split import count_own_need, summarise_jumps, title_split
from lewisham_study.display.common.cautions import note_joint
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import (
    format_count,
    format_no_comparators,
    format_tenth,
    list_words,
    name_comparators,
    summarise_absence,
)
from lewisham_study.vocabulary import FEWEST


def summarise_caseload(case: Case) -> Prose:
    """Summarise the authority's caseload in the window and compare it with others."""
    if case.end_year < FIRST_CASELOADS:
        return Prose(
            f"The window ends in {case.end_year}; no caseload of any authority was published before "
            f"{FIRST_CASELOADS}, and no other published figure is close to one, so none is shown."
        )
    series = gather_caseloads(case)
    if series.known.empty:
        why = summarise_absence(case, f"{case.end_year}-09-30")
        if len(series.few):
            return Prose(f"{case.opening} had too few workers for an average.{describe_few(series)}")
        text = f"No caseload of {case.spoken} was published for the years {case.start_year} to {case.end_year}"
        return Prose(f"{text}." if why == "has no figure" else f"{text}: it {why}.")
    parts = [
        summarise_own(case, series) + note_joint(case, series.own),
        summarise_others(case, series),
    ]
    return Prose("\n\n".join(part for part in parts if part))


def summarise_own(case: Case, series: Caseloads) -> str:
    """Describe the first and last comparable year, with the cases and workers of the last."""
    rows = series.comparable
    if rows.empty:
        only = series.known.iloc[0]
        return (
            f"Only one caseload of {case.spoken} is known in this window, that of {only['year']}: "
            f"**{format_tenth(only['value'])}** cases per worker {cite_releases(series.known['source_id'])}. It is not "
            "comparable with any since."
        )
    lead = select_lead(case, rows)
    first, last = lead.iloc[0], rows.iloc[-1]
    counts = count_workers(case.tables["workforce"], case.la_code, int(last["year"]), int(last["year"]))
    held = "".join(f": {format_held(row['cases'], row['workers'])}" for row in counts.to_dict("records"))
    text = (
        f"At 30 September {last['year']} the average caseload in {case.spoken} was "
        f"**{format_tenth(last['value'])}**{held} {cite_releases(rows.tail(1)['source_id'])}."
    )
    if len(lead) > 1:
        text += f" In {first['year']} it was **{format_tenth(first['value'])}**"
    if len(lead) == len(rows) > 2:
        ordered = rows.sort_values("value", kind="stable")
        low, high = ordered.iloc[0], ordered[ordered["value"] == ordered["value"].max()].iloc[0]
        text += (
            f"; over the {format_count(len(rows)).lower()} years it ranged from {format_tenth(low['value'])} in "
            f"{low['year']} to {format_tenth(high['value'])} in {high['year']}"
        )
    text += "." if len(lead) > 1 else ""
    text += f"{note_shift(case, rows)}{describe_few(series)}"
    ended = case.valid_to is not None and case.valid_to < case.window_end
    return f"{text} {case.opening} {summarise_absence(case, f'{case.window_end:%Y-%m-%d}')}." if ended else text


def format_held(cases: float, workers: float) -> str:
    """Format how many cases were held by how many workers."""
    many = f"{workers:,.1f}"
    return f"{cases:,.0f} cases held by {many} full-time equivalent worker{'' if many == '1.0' else 's'}"


def summarise_others(case: Case, series: Caseloads) -> str:
    """Compare the last comparable year with England, the region and comparators."""
    if series.comparable.empty:
        return ""
    last = series.comparable.iloc[-1]
    year, value = int(last["year"]), float(last["value"])
    england, region = (
        format_tenth(line.loc[line["year"] == year, "value"].iloc[0]) for line in (series.england, series.region)
    )
    text = f"In {year} England’s average was {england} and that of the region ({case.region}) {region}"
    compared = series.others.loc[series.others["year"] == year, "value"].dropna()
    if compared.empty:
        return f"{text}. {format_no_comparators(case)}"
    return (
        f"{text}; the median of {name_comparators(case)} was {format_tenth(compared.median())}. "
        f"{format_ranks(compared, value)} cases per worker."
    )


def format_ranks(compared: pd.Series, value: float) -> str:
    """Say how many of the compared caseloads were lower and how many higher."""
    lower, same, higher = rank_value(compared, value)
    number = format_count(len(compared)).lower()
    for count, words in ((lower, "fewer"), (higher, "more"), (same, "as many")):
        if count == len(compared):
            who = {1: "The one", 2: "Both"}.get(count, f"All {number}")
            return f"{who} with a figure had {words}"
    counts = [(lower, "fewer"), (higher, "more")]
    texts = [f"{format_count(count).lower()} had {words}" for count, words in counts if count]
    return f"Of the {number} with a figure, {list_words(texts)}"


def summarise_words(case: Case) -> Prose | None:
    """Introduce what the coded documents say about caseloads; None where none of them is about the authority."""
    if list_said(case).empty:
        return None
    return Prose(
        "## What the documents say\n\nNo document gives a count, and each speaks of another part of the service, so "
        "their words are neither a rise nor a fall."
    )


def list_said(case: Case) -> pd.DataFrame:
    """List what the coded documents say about the authority's caseloads within the window."""
    facts = case.tables["facts"]
    said = facts[(facts["measure"] == "caseload_description") & (facts["status"] != "repeat")]
    within = said["period_start"].dt.year.between(case.start_year, case.end_year)
    about = case.la_code in set(case.tables["events"]["la_code"])
    chosen: pd.DataFrame = said[within & about].sort_values("period_start", kind="stable")
    return chosen


def summarise_split(case: Case) -> Prose | None:
    """Say in one sentence how cases and workers moved; None without two years of both."""
    every = count_workers(case.tables["workforce"], case.la_code, case.start_year, case.end_year)
    counts = every[every["workers"] >= FEWEST].reset_index(drop=True)
    if len(counts) < 2:
        return None
    counts = counts.assign(need=counts["year"].map(count_own_need(case)))
    note = (
        " Children in need are counted on 31 March by a national rule, cases by each authority’s own, so they need not "
        "move together."
    )
    return Prose(
        f"{title_split(case, counts)}; the average is cases divided by workers.{note}{summarise_jumps(counts)}"
    )


def show_words(case: Case) -> TableExhibit | None:
    """Show what the coded documents say about caseloads, with the published figures nearest in time."""
    said = list_said(case)
    if said.empty:
        return None
    figures = select_measure(case.own("workforce"), CASELOAD, FIRST_CASELOADS, case.end_year)
    own = figures.set_index("year")["value"]
    table = pd.DataFrame(
        {
            "Words": "“" + said["value_as_stated"] + "”",
            "Speaker": said["speaker"].fillna(said["source_id"].map(name_kinds(case))),
            "Period": said["period_start"].dt.strftime("%B %Y"),
            "30 September before": [format_figure(own, day.year - 1) for day in said["period_start"]],
            "30 September after": [format_figure(own, day.year) for day in said["period_start"]],
            "Note": said["note"],
        }
    )
    return TableExhibit(
        table,
        "tbl-caseload-words",
        "What the documents say about caseloads, and the published figures nearest in time",
        f"Caseloads are cases per worker on 30 September. {credit(cite_releases(said['source_id']))}.",
    )


def name_kinds(case: Case) -> dict[str, str]:
    """Name the kind of each document: the article, the letter, the report."""
    names = {"news": "the article", "letter": "the letter", "inspection_report": "the report"}
    sources = case.tables["sources"]
    return {str(one): names.get(kind, "") for one, kind in zip(sources["source_id"], sources["kind"], strict=True)}


def format_figure(values: pd.Series, year: int) -> str:
    """Format the caseload of a year with its year."""
    value = values.get(year)
    return f"{year}: no figure" if value is None or pd.isna(value) else f"{year}: {value:.1f}"
