"""Figures and tables of the teaching hand-outs: what was public on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.ratings import mark_ungraded, trace_path
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, TableExhibit
from lewisham_study.display.common.phrases import format_count, format_day, list_words
from lewisham_study.display.common.style import INK, PAGE_WIDTH, drawing
from lewisham_study.display.evidence import conflicts
from lewisham_study.display.evidence.documents import format_span
from lewisham_study.display.ratings.lanes import ERAS, draw_eras, draw_lanes, finish_axes
from lewisham_study.display.ratings.path import LANES, list_visits, tabulate_steps
from lewisham_study.files import read_csv
from lewisham_study.paths import find_project
from lewisham_study.teaching.forecasts import (
    show_best,
    show_companions,
    show_forecast,
    show_next,
    show_outcomes,
    summarise_position,
)
from lewisham_study.teaching.resources import draw_resources, list_small_years, summarise_resources
from lewisham_study.tidy.tables import load_table
from lewisham_study.vocabulary import GRADE_NAMES, NO_OVERALL

__all__ = [
    "draw_known",
    "draw_resources",
    "show_asks",
    "show_best",
    "show_companions",
    "show_events",
    "show_forecast",
    "show_next",
    "show_outcomes",
    "show_overspend",
    "show_points",
    "show_providers",
    "show_workforce",
    "summarise_position",
    "summarise_resources",
]

MARGIN = 0.17
"""Room for dates to the right of the day, as a share of the years drawn."""
MOST_WORDS = 12
"""A point with so many words may go on in the report: no more are quoted."""
OPEN_END = r"\b(?:at|from|home, care|including|meet|those|through|who)$"
"""With such a last word a shorter point goes on too."""
FEW = ("safeguarding", "looked_after", "overall")
"""Lanes that can be read from the back of a room."""
NARROW = 0.1
"""The share of the years drawn that a framework needs for its name."""
ASKS = ["source_id", "point", "quote", "plain", "theme"]
"""Columns of the register of what inspectors asked for."""
WORKFORCE = {
    "caseload_fte": "Cases per social worker",
    "vacancy_rate_fte": "Posts vacant, %",
    "agency_rate_fte": "Agency workers, %",
    "turnover_rate_fte": "Left within the year, %",
}
"""Measures of the workforce, all in full-time equivalents."""
PROVIDERS = {
    "looked_after_own": "The council itself",
    "looked_after_public": "Other councils",
    "looked_after_private": "Companies",
    "looked_after_voluntary": "Charities",
}
KNOWN_AS = {"published": "public", "inspected": "inspected"}
ZERO_NOTE = " A zero is as printed; ask whether it can be true."
SMALL_NOTE = ", or fewer than five workers"
JOINT_NOTE = " The figures are of one return that two councils sent together."


def draw_known(case: Case, day: date, label: str = "fig-known-path", *, few: bool = False) -> FigureExhibit:
    """Draw the grades known on a day, each from the day of its report, or from the first day on site by the basis.

    The case has nothing later in its tables: those of `load_known_tables(day)`, or tables cut at the day.
    For a slide, `few` draws only the services judged until 2013 and the overall grade.
    """
    judgements = mark_ungraded(case.tables["judgements"])
    steps = trace_path(judgements, case.la_code, basis=case.basis).assign(window="within")
    first, last = pd.Timestamp(case.start_year, 1, 1), pd.Timestamp(day)
    visits = list_visits(case, first)
    lanes = [lane for lane in (FEW if few else LANES) if lane in set(steps["strand"])]
    with drawing():
        height = 0.6 + 0.44 * (len(lanes) + (not visits.empty))
        figure = Figure(figsize=(PAGE_WIDTH, height), layout="constrained")
        axes = figure.subplots()
        draw_eras(axes, first, last, case)
        draw_lanes(axes, steps, lanes, visits, first, last)
        finish_axes(axes, lanes, visits, first, last + (last - first) * MARGIN)
        mark_today(axes, first, last)
    table = tabulate_steps(steps[steps["strand"].isin(lanes)]).drop(columns=["Window", "Source"])
    table = table.reset_index(drop=True)
    grades = [
        f"{row['Strand']} {row['Grade']} ({row['Framework']}, {row['Published']})" for row in table.to_dict("records")
    ]
    squares = " Squares are joint area inspections." if (visits["kind"] == "joint_targeted").any() else ""
    return FigureExhibit(
        figure,
        label,
        title_known(case, steps, day),
        "O outstanding, G good, RI requires improvement, A adequate, I inadequate, from the day of the report; grades "
        f"of two frameworks are not on one scale. Diamonds are visits without a grade.{squares} "
        "Source: Ofsted’s reports.",
        f"Timeline of {case.spoken}’s grades by strand as {KNOWN_AS[case.basis]} on {format_day(last)}. "
        f"{'; '.join(grades)}.",
        table,
    )


def mark_today(axes: Axes, first: pd.Timestamp, day: pd.Timestamp) -> None:
    """Mark the reader's own day, and label no later year."""
    axes.axvline(date2num(day), color=INK, lw=0.9, ls=(0, (4, 2)), zorder=1)
    above: dict[str, Any] = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points", "fontsize": 7.5}
    begun = max(first, *(pd.Timestamp(start) for start in ERAS.values() if pd.Timestamp(start) < day))
    # The name of a framework is over the middle of its band: next to a narrow one there is no room.
    level = 3 if (day - begun) / (day - first) > NARROW else 13
    axes.annotate("today", (date2num(day), 1.0), (3, level), color=INK, **above)
    years = range(first.year, day.year + 1)
    axes.set_xticks([date2num(pd.Timestamp(year, 1, 1)) for year in years], [str(year) for year in years])


def title_known(case: Case, steps: pd.DataFrame, day: date) -> str:
    """State the overall grade that was public on a day."""
    overall, when = steps[steps["strand"] == "overall"], format_day(pd.Timestamp(day))
    if overall.empty:
        return f"On {when} no overall grade of {case.spoken} was public"
    if overall.iloc[-1]["grade"] == NO_OVERALL:
        return f"On {when} {case.spoken} had {GRADE_NAMES[NO_OVERALL]}"
    return f"{case.opening}’s grade on {when}: {GRADE_NAMES[overall.iloc[-1]['grade']]} overall"


def show_events(case: Case, since: int, until: date | None = None) -> TableExhibit:
    """Show the events since a year, and up to a day, that documents and reports of the day record."""
    events = case.tables["events"]
    events = events[(events["la_code"] == case.la_code) & (events["date_end"] >= pd.Timestamp(since, 1, 1))]
    events = events[events["date_end"] <= pd.Timestamp(until)] if until else events
    events = events.sort_values(["date_start", "date_end"])
    when = [format_span(start, end) for start, end in zip(events["date_start"], events["date_end"], strict=True)]
    table = pd.DataFrame({"When": when, "What": events["title"]}).reset_index(drop=True)
    caption = "A date range means the exact date is unknown. One event after another is no evidence of cause."
    return TableExhibit(table, "tbl-events", "Events recorded in documents and reports public by then", caption)


def show_asks(case: Case, since: int, label: str = "tbl-asks") -> TableExhibit:
    """Show what the reports and letters public by the day asked the council to improve, since a year."""
    asks = read_csv(find_project().coding / "teaching_asks.csv", ASKS, ["source_id", "point"])
    published = case.tables["sources"].set_index("source_id")["published"]
    asks = asks.assign(published=asks["source_id"].map(published)).dropna(subset="published")
    asks = asks[asks["published"].str[:4].astype(int) >= since].sort_values(["published", "point"], kind="stable")
    repeated = asks["published"].duplicated()
    day = asks["published"].map(lambda text: format_day(pd.Timestamp(text))).mask(repeated, "")
    table = pd.DataFrame({"Published": day, "In plain words": asks["plain"], "In Ofsted’s words": asks["quote"]})
    caption = f"Points of the list “What needs to improve”, shortened. {credit(cite_releases(asks['source_id']))}."
    title = f"Inspectors asked for {format_count(len(asks)).lower()} improvements"
    return TableExhibit(table.reset_index(drop=True), label, title, caption)


def show_overspend(case: Case) -> TableExhibit | None:
    """Show the overspend and its printed parts, without the bounds and places that a report has."""
    whole = conflicts.show_overspend(case)
    if whole is None:
        return None
    table, title = whole.table[["Part", "Amount, £ million", "Share, %"]], whole.title.partition(":")[0]
    return replace(whole, table=table, title=title)


def show_workforce(case: Case, years: int = 3) -> TableExhibit | None:
    """Show the authority's workforce and England's in the last years held from before the day; None if none is."""
    rows = case.tables["workforce"]
    rows = rows[rows["measure"].isin(WORKFORCE)]
    own, england = rows[rows["la_code"] == case.la_code], rows[rows["geographic_level"] == "national"]
    held = sorted(own.dropna(subset="value")["time_period"].unique())[-years:]
    if not held:
        return None
    small = set(list_small_years(case))
    shown = own[own["time_period"].isin(held)]
    seen = shown[~shown["time_period"].isin(small)]
    table = pd.DataFrame({"On 30 September": list(WORKFORCE.values())})
    for year in held:
        for place, figures in ((case.label, seen), ("England", england)):
            values = figures[figures["time_period"] == year].set_index("measure")["value"]
            table[f"{place} {year}"] = [format_value(values.get(measure)) for measure in WORKFORCE]
    caption = (
        f"In full-time equivalents. A dash: not in the tables held{SMALL_NOTE if small & set(held) else ''}. From 2017 "
        f"workers are counted differently, so compare within a year.{ZERO_NOTE if (seen['value'] == 0).any() else ''}"
        f"{JOINT_NOTE if shown['joint_la_codes'].notna().any() else ''} {credit(cite_releases(shown['source_id']))}."
    )
    title = f"The people who do the work, in {list_words(held)} (the latest figures held)"
    return TableExhibit(table, "tbl-workforce", title, caption)


def format_value(value: float | None) -> str | None:
    """Format a figure to one decimal; None if there is none, never zero."""
    return None if value is None or pd.isna(value) else f"{value:.1f}"


def show_providers(case: Case, years: int = 3) -> TableExhibit:
    """Show who was paid for homes and care of looked-after children, in the last years held."""
    rows = case.own("spend")
    rows = rows[rows["measure"].isin(PROVIDERS)].dropna(subset="value")
    held = sorted(rows["time_period"].unique())[-years:]
    rows = rows[rows["time_period"].isin(held)]
    values = rows.pivot(index="measure", columns="time_period", values="value").reindex(list(PROVIDERS)) / 1e6
    table = pd.DataFrame({"Paid to": list(PROVIDERS.values())})
    for year in held:
        table[f"{year}, £m"] = [format_value(value) for value in values[year]]
    zero = ZERO_NOTE if (values.round(1) == 0).any(axis=None) else ""
    caption = f"Section 251 outturn, gross, in cash.{zero} {credit(cite_releases(rows['source_id']))}."
    return TableExhibit(table, "tbl-providers", "Who was paid for looked-after children’s care", caption)


def show_points(case: Case, day: date) -> TableExhibit | None:
    """Show what the reports public by a day asked the authority to improve, from the register of all reports."""
    points = load_table("improvements")
    own = points[(points["la_code"] == case.la_code) & (points["published_date"] <= pd.Timestamp(day))]
    if own.empty:
        return None
    own = own.sort_values(["published_date", "improvement_id"], kind="stable")
    last = own[own["published_date"] == own["published_date"].max()]
    cut = last["quote"].str.split().str.len() >= MOST_WORDS
    cut |= last["quote"].str.contains(OPEN_END)
    quote = last["quote"].mask(cut, last["quote"] + " …")
    table = pd.DataFrame({"About": last["theme"], "In Ofsted’s words, shortened": quote}).reset_index(drop=True)
    count, when = format_count(len(last)).lower(), format_day(last["published_date"].iloc[0])
    title = f"The report of {when} asked for {count} improvement{'s' if len(last) > 1 else ''}"
    return TableExhibit(
        table, "tbl-points", title, "Points of the list “What needs to improve”. Source: Ofsted’s report."
    )
