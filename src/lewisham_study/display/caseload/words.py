"""Sentences about one authority's caseload: its path, its returns, and the documents' own words beside it."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import (
    CASELOAD,
    COMPARABLE,
    FIRST_CASELOADS,
    count_workers,
    rank_value,
    select_measure,
)
from lewisham_study.display.caseload.series import Series, list_series
from lewisham_study.display.common.cautions import note_joint
from lewisham_study.display.common.citations import cite, credit
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import (
    format_count,
    format_no_comparators,
    list_names,
    list_words,
    name_comparators,
    summarise_absence,
)


def summarise_caseload(case: Case) -> Prose:
    """Tell the path of the authority's caseload in the window, and how it stands beside others."""
    if case.end_year < FIRST_CASELOADS:
        return Prose(
            f"The window ends in {case.end_year}; no caseload of any authority was published before "
            f"{FIRST_CASELOADS}, and nothing that was comes near one, so none is shown."
        )
    series = list_series(case)
    if series.known.empty:
        why = summarise_absence(case, f"{case.end_year}-09-30")
        text = f"No caseload of {case.spoken} was published for the years {case.start_year} to {case.end_year}"
        return Prose(f"{text}." if why == "has no figure" else f"{text}: it {why}.")
    parts = [
        summarise_own(case, series) + note_joint(case, series.own),
        summarise_beside(case, series),
        summarise_first(series),
    ]
    return Prose("\n\n".join(part for part in parts if part))


def summarise_own(case: Case, series: Series) -> str:
    """Tell of the first and last comparable year, with the cases and workers of the last."""
    rows = series.comparable
    if rows.empty:
        only = series.known.iloc[0]
        return (
            f"Of {case.spoken} only the caseload of {only['year']} is known in this window: **{only['value']:.1f}** "
            f"cases per worker {cite(series.known)}. It is not comparable with any since."
        )
    first, last = rows.iloc[0], rows.iloc[-1]
    counts = count_workers(case.tables["workforce"], case.la_code, int(last["year"]), int(last["year"]))
    held = "".join(f": {format_held(row['cases'], row['workers'])}" for row in counts.to_dict("records"))
    text = (
        f"At 30 September {last['year']} the average caseload in {case.spoken} was **{last['value']:.1f}**{held} "
        f"{cite(rows.tail(1))}."
    )
    if len(rows) > 1:
        text += f" In {first['year']} it was **{first['value']:.1f}**"
        ordered = rows.to_dict("records")
        low, high = (extreme(ordered, key=lambda row: row["value"]) for extreme in (min, max))
        text += (
            f"; over the {format_count(len(rows)).lower()} years it ranged from {low['value']:.1f} in {low['year']} to "
            f"{high['value']:.1f} in {high['year']}."
            if len(rows) > 2
            else "."
        )
    ended = case.valid_to is not None and case.valid_to < case.window_end
    absence = summarise_absence(case, f"{case.window_end:%Y-%m-%d}")
    return f"{text} {case.opening} {absence}." if ended else text


def format_held(cases: float, workers: float) -> str:
    """Write how many cases were held by how many workers.

    Examples
    --------
    >>> format_held(2082, 141.1), format_held(9, 1)
    ('2,082 cases held by 141.1 full-time equivalent workers', '9 cases held by 1.0 full-time equivalent worker')
    """
    many = f"{workers:,.1f}"
    return f"{cases:,.0f} cases held by {many} full-time equivalent worker{'' if many == '1.0' else 's'}"


def summarise_beside(case: Case, series: Series) -> str:
    """Tell how the last comparable year stands beside England, region and comparators."""
    if series.comparable.empty:
        return ""
    last = series.comparable.iloc[-1]
    year, value = int(last["year"]), float(last["value"])
    england, region = (
        f"{line.loc[line['year'] == year, 'value'].iloc[0]:.1f}" for line in (series.england, series.region)
    )
    beside = f"In {year} England’s average was {england} and that of the region ({case.region}) {region}"
    compared = series.others.loc[series.others["year"] == year, "value"].dropna()
    if compared.empty:
        return f"{beside}. {format_no_comparators(case)}"
    lower, _, higher = rank_value(compared, value)
    counts = {"fewer": lower, "more": higher}
    told = [f"{format_count(count).lower()} had {word}" for word, count in counts.items() if 0 < count < len(compared)]
    told = told or [f"all had {word}" for word, count in counts.items() if count] or ["none had another"]
    return (
        f"{beside}; the median of {name_comparators(case)} was {compared.median():.1f}: of the "
        f"{format_count(len(compared)).lower()} with a figure, {list_words(told)} cases per worker."
    )


def summarise_first(series: Series) -> str:
    """Say why the count of 2016 stands apart, where the window has it."""
    first = series.known[~series.known["series"].str.endswith(COMPARABLE)]
    if first.empty or series.comparable.empty:
        return ""
    return (
        f"The figure of {first['year'].iloc[0]}, {first['value'].iloc[0]:.1f}, was counted otherwise (totals sent by "
        f"authorities, called experimental by the department) and is **not comparable** with those since "
        f"{cite(first)}."
    )


def show_words(case: Case) -> TableExhibit | Prose:
    """Show what the coded documents say of caseloads, in words, beside the figures nearest in time."""
    facts, events = case.tables["facts"], case.tables["events"]
    if case.la_code not in set(events["la_code"]):
        coded = list_words(list_names(case, sorted(set(events["la_code"]))))
        return Prose(f"The documents of this study were coded for {coded} alone; none speaks of {case.spoken}.")
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
            "30 September before": [format_figure(own, day.year - 1) for day in said["period_start"]],
            "30 September after": [format_figure(own, day.year) for day in said["period_start"]],
            "Note": said["note"],
        }
    )
    return TableExhibit(
        table,
        "tbl-caseload-words",
        "What the documents say of caseloads, and the figures nearest in time",
        f"Words are no numbers: no document gives a count. {summarise_conflicts(case, said)} {credit(cite(said))}.",
    )


def format_figure(values: pd.Series, year: int) -> str:
    """Write the caseload of a year with its year."""
    value = values.get(year)
    return f"{year}: no figure" if value is None or pd.isna(value) else f"{year}: {value:.1f}"


def summarise_conflicts(case: Case, said: pd.DataFrame) -> str:
    """Give the choices made where documents, or a document and the official record, do not agree on the words."""
    conflicts = case.tables["conflicts"]
    touched = conflicts["fact_ids"].str.split().map(lambda ids: bool(set(ids) & set(said["fact_id"])))
    return " ".join(f"{row['question']} {row['reason']}" for row in conflicts[touched].to_dict("records"))
