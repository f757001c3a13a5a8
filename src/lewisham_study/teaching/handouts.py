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
from lewisham_study.analysis.ratings import mark_ungraded, share_good, state_at, trace_path
from lewisham_study.analysis.trajectories import list_patterns
from lewisham_study.authorities import find_authority
from lewisham_study.display.common.citations import cite_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count, format_day, list_words
from lewisham_study.display.common.style import INK, PAGE_WIDTH, drawing
from lewisham_study.display.evidence import gaps
from lewisham_study.display.evidence.words import format_span
from lewisham_study.display.ratings.lanes import ERAS, draw_eras, draw_lanes, finish_axes
from lewisham_study.display.ratings.path import LANES, tabulate_steps
from lewisham_study.display.ratings.visits import list_visits
from lewisham_study.files import read_csv
from lewisham_study.paths import find_project
from lewisham_study.teaching.forecasts import show_forecast, show_outcomes
from lewisham_study.teaching.resources import draw_resources, list_small_years, summarise_resources
from lewisham_study.tidy.tables import load_table
from lewisham_study.vocabulary import ERA, FRAMEWORK_NAMES, GRADE_NAMES, GRADES, NO_OVERALL

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

MARGIN = 0.13
"""Room for dates to the right of the day, as a share of the years drawn."""
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
RULES_OF = {"SIF": "under the single inspection", "SIF_REINSPECTION": "under the single inspection"}
RULES_OF |= {"ILACS": "under the rules of 2018", "ILACS_2026": "under the rules of 2026"}
"""How a framework is named in a hand-out."""
KNOWN_AS = {"published": "public", "inspected": "inspected"}
ZERO_NOTE = " A zero is as printed; ask whether it can be true."
JOINT_NOTE = " The figures are of one return that two councils sent together."
OFSTED = "Source: Ofsted’s reports published by that day."


def draw_known(case: Case, day: date, label: str = "fig-known-path") -> FigureExhibit:
    """Draw the grades known on a day, each from the day of its report, or from the first day on site by the basis.

    The case has nothing later in its tables: those of `load_known_tables(day)`, or tables cut at the day.
    """
    judgements = mark_ungraded(case.tables["judgements"])
    steps = trace_path(judgements, case.la_code, basis=case.basis).assign(window="within")
    first, last = pd.Timestamp(case.start_year, 1, 1), pd.Timestamp(day)
    visits = list_visits(case, first)
    lanes = [lane for lane in LANES if lane in set(steps["strand"])]
    with drawing():
        height = 0.6 + 0.39 * (len(lanes) + (not visits.empty))
        figure = Figure(figsize=(PAGE_WIDTH, height), layout="constrained")
        axes = figure.subplots()
        draw_eras(axes, first, last, case)
        draw_lanes(axes, steps, lanes, visits, first, last)
        finish_axes(axes, lanes, visits, first, last + (last - first) * MARGIN)
        mark_today(axes, first, last)
    table = tabulate_steps(steps[steps["strand"].isin(lanes)]).drop(columns=["Window", "Source"])
    table = table.reset_index(drop=True)
    rows = table.to_dict("records")
    grades = [f"{row['Strand']} {row['Grade']} ({row['Framework']}, {row['Published']})" for row in rows]
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


def find_states(case: Case, day: date) -> dict[str, pd.DataFrame]:
    """Return the overall grades that were public on a day, for England and for the authority's region."""
    tables = case.tables
    states = state_at(tables["judgements"], tables["authorities"], pd.Timestamp(day), basis="published")
    return {"England": states, case.region: states[states["region"] == case.region]}


def summarise_position(case: Case, day: date) -> Prose:
    """Say how many authorities had an overall grade, and what share was good or better."""
    parts = []
    for place, states in find_states(case, day).items():
        judged = int(states["grade"].isin(GRADES).sum())
        parts.append(f"{judged} of {len(states)} in {place}, {share_good(states):.0%} of them good or better")
    return Prose(f"These authorities had an overall grade on {format_day(pd.Timestamp(day))}: {'; '.join(parts)}.")


def show_best(case: Case) -> TableExhibit:
    """Show the later grades of the authorities once judged outstanding for safeguarding, as far as was public."""
    patterns = list_patterns(case.tables["judgements"])
    names = case.labels
    best = patterns[(patterns["SLAC"] == "outstanding") & patterns.index.isin(names.index)]
    heads = {"SLAC": "Safeguarding, to 2013", "SIF": "First single inspection", "ILACS": "First inspection from 2018"}
    shown = {
        head: best[name].map(GRADE_NAMES).fillna("not yet") for name, head in heads.items() if best[name].notna().any()
    }
    table = pd.DataFrame({"Authority": names.reindex(best.index), **shown})
    table = table.sort_values("Authority", ignore_index=True, kind="stable")
    title = f"{format_count(len(table))} authorities were once judged outstanding for safeguarding; what came next"
    caption = f"Each column is a framework with its own criteria; a lower grade may be a harder test. {OFSTED}"
    return TableExhibit(table, "tbl-best", title, caption)


def show_companions(case: Case, names: list[str]) -> TableExhibit:
    """Show the overall and safeguarding grades of the case and some other authorities, inspection by inspection."""
    authorities, judgements = case.tables["authorities"], case.tables["judgements"]
    found = [find_authority(authorities, name) for name in [case.la_name, *names]]
    chosen = {str(one["la_code"]): str(one["la_name"]) for one in found}
    rows = judgements[judgements["la_code"].isin(chosen) & judgements["strand"].isin(["overall", "safeguarding"])]
    rows = rows.assign(name=rows["la_code"].map(chosen)).sort_values(["name", "published_date"])
    table = pd.DataFrame(
        {
            "Authority": rows["name"],
            "Report of": rows["published_date"].map(format_day),
            "Framework": rows["framework"].map(FRAMEWORK_NAMES),
            "Judged": rows["strand"],
            "Grade": rows["grade"].map(GRADE_NAMES),
        }
    ).reset_index(drop=True)
    return TableExhibit(table, "tbl-companions", f"{case.label} compared with {list_words(names)}", OFSTED)


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
    caption = f"Points of the list “What needs to improve”, shortened. {cite_releases(asks['source_id'])}."
    title = f"Inspectors asked for {format_count(len(asks)).lower()} improvements"
    return TableExhibit(table.reset_index(drop=True), label, title, caption)


def show_overspend(case: Case) -> TableExhibit | None:
    """Show the overspend and its printed parts, without the bounds and places that a report has."""
    whole = gaps.show_overspend(case)
    if whole is None:
        return None
    table, title = whole.table[["Part", "Amount, £ million", "Share, %"]], whole.title.partition(":")[0]
    return replace(whole, table=table, title=title)


def show_workforce(case: Case, years: int = 3) -> TableExhibit | None:
    """Show the authority's workforce and England's in the last years held from before the day; None if none is."""
    rows = case.tables["workforce"]
    rows = rows[rows["measure"].isin(WORKFORCE)]
    places = {case.label: rows[rows["la_code"] == case.la_code]}
    places["England"] = rows[rows["geographic_level"] == "national"]
    held = sorted(places[case.label].dropna(subset="value")["time_period"].unique())[-years:]
    if not held:
        return None
    small, columns = list_small_years(case), {}
    for year in held:
        for place, figures in places.items():
            values = figures[figures["time_period"] == year].set_index("measure")["value"]
            values = values if year not in small or place == "England" else values.iloc[:0]
            columns[f"{place} {year}"] = [format_value(values.get(measure)) for measure in WORKFORCE]
    table = pd.DataFrame({"On 30 September": list(WORKFORCE.values()), **columns})
    shown = places[case.label][places[case.label]["time_period"].isin(held)]
    seen = shown[~shown["time_period"].isin(small)]
    caption = (
        "In full-time equivalents. A dash: not in the edition held. From 2017 workers are counted differently, so "
        f"compare within a year.{ZERO_NOTE if (seen['value'] == 0).any() else ''}"
        f"{JOINT_NOTE if shown['joint_la_codes'].notna().any() else ''} {cite_releases(shown['source_id'])}."
    )
    title = f"The people who do the work, in {list_words(held)}: the latest figures held from before today"
    return TableExhibit(table, "tbl-workforce", title, caption)


def format_value(value: float | None) -> str | None:
    """Format a figure to one decimal; None if there is none, never zero."""
    return None if value is None or pd.isna(value) else f"{value:.1f}"


def show_next(case: Case, day: date, since: date | None = None) -> TableExhibit:
    """Show what came next for all authorities judged under the same rules, and with the same grade, as the case.

    The grade compared is the case's own on a day (`since`), or the one it had under the rules until 2017.
    """
    overall = case.tables["judgements"]
    overall = overall[(overall["strand"] == "overall") & overall["grade"].isin(GRADES)]
    overall = overall.sort_values("published_date", kind="stable").assign(era=overall["framework"].map(ERA))
    own = overall[(overall["la_code"] == case.la_code) & (overall["published_date"] <= pd.Timestamp(since or day))]
    mine = own.iloc[-1] if since else own[own["era"] == ERA["SIF"]].iloc[-1]
    alike = overall[(overall["era"] == mine["era"]) & (overall["grade"] == mine["grade"])]
    before = alike.drop_duplicates("la_code").set_index("la_code")["published_date"]
    later = overall[overall["published_date"] > overall["la_code"].map(before)]
    after = later.drop_duplicates("la_code").set_index("la_code")
    years = (after["published_date"] - before.reindex(after.index)).dt.days / 365.25
    rows = [
        [GRADE_NAMES[grade].capitalize(), str(len(found)), format_range(found)]
        for grade in GRADES
        if len(found := years[after["grade"] == grade])
    ]
    waiting = len(before) - len(after)
    rows += [["Not inspected again yet", str(waiting), "–"]] if waiting else []
    name, rules = GRADE_NAMES[mine["grade"]], RULES_OF[mine["framework"]]
    return TableExhibit(
        pd.DataFrame(rows, columns=["Next grade", "Authorities", "Years between the reports"]),
        "tbl-next",
        f"{len(before)} authorities were once judged {name} {rules}; what came next",
        f"As public on {format_day(pd.Timestamp(day))}. The next grade may be under another framework, with other "
        f"criteria. {OFSTED}",
    )


def format_range(years: pd.Series) -> str:
    """Format the shortest and the longest of some times; one alone if they are the same.

    Examples
    --------
    >>> format_range(pd.Series([2.71, 5.3])), format_range(pd.Series([4.2]))
    ('2.7 to 5.3', '4.2')
    """
    return " to ".join(dict.fromkeys(f"{value:.1f}" for value in (years.min(), years.max())))


def show_providers(case: Case, years: int = 3) -> TableExhibit:
    """Show who was paid for homes and care of looked-after children, in the last years held."""
    names = {"own": "The council itself", "public": "Other councils", "private": "Companies", "voluntary": "Charities"}
    rows = case.own("spend")
    rows = rows[rows["measure"].isin([f"looked_after_{name}" for name in names])].dropna(subset="value")
    held = sorted(rows["time_period"].unique())[-years:]
    rows = rows[rows["time_period"].isin(held)]
    values = rows.pivot(index="measure", columns="time_period", values="value") / 1e6
    table = pd.DataFrame({"Paid to": list(names.values())})
    for year in held:
        column = values[year].reindex([f"looked_after_{name}" for name in names])
        table[f"{year}, £m"] = [format_value(value) for value in column]
    zero = ZERO_NOTE if (values.round(1) == 0).any(axis=None) else ""
    caption = f"Section 251 outturn, gross, in cash.{zero} {cite_releases(rows['source_id'])}."
    return TableExhibit(table, "tbl-providers", "Who was paid for looked-after children’s care", caption)


def show_points(case: Case, day: date) -> TableExhibit | None:
    """Show what the reports public by a day asked the authority to improve, from the register of all reports."""
    points = load_table("improvements")
    own = points[(points["la_code"] == case.la_code) & (points["published_date"] <= pd.Timestamp(day))]
    if own.empty:
        return None
    own = own.sort_values(["published_date", "improvement_id"], kind="stable")
    last = own[own["published_date"] == own["published_date"].max()]
    table = pd.DataFrame({"About": last["theme"], "In Ofsted’s words, shortened": last["quote"]}).reset_index(drop=True)
    count, when = format_count(len(last)).lower(), format_day(last["published_date"].iloc[0])
    title = f"The report of {when} asked for {count} improvement{'s' if len(last) > 1 else ''}"
    return TableExhibit(
        table, "tbl-points", title, "Points of the list “What needs to improve”. Source: Ofsted’s report."
    )
