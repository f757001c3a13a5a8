"""Grades, caseload and real spend of one authority on one time axis: the figure and its words."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.caseload import CASELOAD
from lewisham_study.analysis.spend import list_rate_sources
from lewisham_study.display.common.cautions import bracket_joint, find_cautioned, list_cautioned
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, paint_widths
from lewisham_study.display.common.lines import PATCH, shade_after, split_runs, write_near
from lewisham_study.display.common.phrases import (
    format_day,
    format_start,
    list_grades,
    list_words,
    lower_first,
    name_comparators,
    name_extremes,
    name_judgement,
    name_median,
    note_ungraded,
    reaches_ungraded,
)
from lewisham_study.display.common.style import HERE, INK, PAGE_WIDTH, REFERENCE, set_margins
from lewisham_study.display.comparison.series import (
    ENTRIES,
    STRANDS,
    Panel,
    describe_change,
    explain_lack,
    find_ends,
    find_next,
    format_value,
    gather_panel,
    hide_inner_ticks,
    select_within,
)
from lewisham_study.display.ratings.lanes import draw_eras, draw_lane, name_lanes, set_years
from lewisham_study.vocabulary import FRAMEWORK_NAMES, GRADE_NAMES, NO_OVERALL, STRAND_NAMES

MEASURES = {"caseload": ("workforce", CASELOAD), "spend": ("spend", "total_gross")}
"""The table and measure of each series."""
BETWEEN = 0.26
"""Inches between two panels."""
SECOND_LINE = 0.15
"""Inches for the line above the frameworks that names the time after the window."""
BREAK = pd.Timestamp(2017, 3, 31)
"""Between the caseloads of 2016 and 2017, which were counted in different ways."""
EDGE = pd.Timedelta(days=200)
"""A value nearer than this to the window's end, or the break, is written to its left, clear of the line there."""


def draw_panel(case: Case) -> FigureExhibit | Prose:
    """Draw the grades, the caseload and the real spend per child of the authority, one panel above another."""
    panel = gather_panel(case)
    shown = [name for name in ENTRIES if len(panel.own[name])]
    lanes = [strand for strand in STRANDS if strand in set(panel.steps["strand"])]
    if not shown and not lanes:
        return Prose(f"No grades, caseload or spend of {case.spoken} are held for these years.")
    figure, narrow = paint_widths(lambda width: paint_panel(case, panel, lanes, shown, width))
    return FigureExhibit(
        figure,
        "fig-comparison-panel",
        title_panel(case, panel),
        caption_panel(case, panel),
        describe_panel(case, panel),
        tabulate_panel(case, panel),
        narrow=narrow,
    )


def paint_panel(case: Case, panel: Panel, lanes: list[str], shown: list[str], width: float) -> Figure:
    """Paint the lanes of grades over the series at a width in inches."""
    phone = width < PAGE_WIDTH
    between = BETWEEN + SECOND_LINE * phone
    heights = [0.38 * len(lanes)] * bool(lanes) + [0.78] * len(shown)
    figure = Figure(figsize=(width, 0.45 + between * (len(heights) - 1) + sum(heights)))
    rows = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    hide_inner_ticks(rows[:, np.newaxis])
    raised = (bool(lanes) and draw_ratings(rows[0], panel, lanes, case, phone=phone)) or (phone and not lanes)
    top = 0.21 + SECOND_LINE * raised
    figure.set_figheight(figure.get_figheight() + top - 0.21)
    gap = between * len(heights) / sum(heights)
    set_margins(figure, left=0.86, right=0.14, bottom=0.24, top=top, between=(0, gap))
    for axes, name in zip(rows[len(heights) - len(shown) :], shown, strict=True):
        draw_series(axes, panel, name, case, phone=phone)
    set_years(rows[-1], panel.first, panel.last, every=2 if phone else 1)
    return figure


def draw_ratings(axes: Axes, panel: Panel, lanes: list[str], case: Case, *, phone: bool) -> bool:
    """Draw the grades of the strands that cover the whole service; return whether a second line stands above."""
    raised = draw_eras(axes, panel.first, panel.last, case, phone=phone)
    for number, lane in enumerate(lanes):
        steps = panel.steps[panel.steps["strand"] == lane]
        draw_lane(axes, steps, len(lanes) - 1 - number, panel.first, panel.last, edge=panel.last, phone=phone)
    name_lanes(axes, lanes)
    return raised


def draw_series(axes: Axes, panel: Panel, name: str, case: Case, *, phone: bool) -> None:
    """Draw one series of the authority, its comparators' median, the window's end and the break.

    On a phone the median is named on a line of its own.
    """
    own, others = panel.own[name], panel.others[name]
    for run in split_runs(others):
        marker = "_" if len(run) == 1 else ""
        axes.plot(date2num(run["date"]), run["value"], color=REFERENCE, lw=1.1, ls=(0, (3, 1.5)), marker=marker)
    for run in split_runs(own):
        axes.plot(date2num(run["date"]), run["value"], color=HERE, lw=1.7, zorder=3)
    within = own["date"] <= case.window_end
    for chosen, face in ((own[within], HERE), (own[~within], "white")):
        axes.scatter(date2num(chosen["date"]), chosen["value"], s=17, facecolor=face, edgecolor=HERE, lw=1.1, zorder=4)
    axes.margins(y=0.5)
    if name == "spend":
        axes.yaxis.set_major_formatter(lambda value, _: f"£{value:,.0f}")
    label_points(axes, own, others, case, name)
    heading = ENTRIES[name] + (f", {case.price_base} prices" if name == "spend" else "")
    axes.set_title(heading, loc="left", pad=2 + 72 * SECOND_LINE * (phone and len(others) > 0))
    if len(others):
        words, look = f"– – {lower_first(name_median(case))}", {"ha": "right", "color": REFERENCE}
        write_near(axes, words, (1, 1), (0, 2), xycoords="axes fraction", **look)
    shade_after(axes, case.window_end, panel.last)
    if name == "caseload" and own["date"].min() < BREAK < own["date"].max():
        axes.axvline(date2num(BREAK), color=INK, lw=0.8, ls=(0, (1, 1.5)), zorder=1)
        first, middle = own.loc[own["date"] > BREAK, "value"].iloc[0], sum(axes.get_ylim()) / 2
        place = (date2num(BREAK), 0.03 if first > middle else 0.88)
        write_near(axes, " new series", place, xycoords=axes.get_xaxis_transform(), color=INK)


def label_points(axes: Axes, own: pd.DataFrame, others: pd.DataFrame, case: Case, name: str) -> None:
    """Label the first and last value of each run, in the window and after it, away from the median."""
    median = others.set_index("date")["value"]
    within = own[own["date"] <= case.window_end]
    ends = [part.iloc[place] for part in (*split_runs(within), own) if len(part) for place in (0, -1)]
    for date, value in {point["date"]: point["value"] for point in ends}.items():
        near = pd.Timedelta(0) < case.window_end - date < EDGE
        nearest = median.get(date, find_next(own, date))
        below = fits_below(own, date, axes.get_ylim()) if near else nearest > value
        before = name == "caseload" and pd.Timedelta(0) < BREAK - date < EDGE
        look: dict[str, Any] = {"color": HERE, "weight": "bold", "zorder": 5, "bbox": PATCH}
        look["ha"] = "right" if near or before else "center"
        write_near(axes, format_value(value, name), (date2num(date), value), (4 * near, -11 if below else 5), **look)


def fits_below(own: pd.DataFrame, date: pd.Timestamp, limits: tuple[float, float]) -> bool:
    """Return whether a label to the left of its mark fits below the line: unless the line climbs steeply to it."""
    values = own.loc[own["date"] <= date, "value"].tail(2)
    return not float(values.iloc[-1] - values.iloc[0]) > 0.08 * (limits[1] - limits[0])


def title_panel(case: Case, panel: Panel) -> str:
    """State the grades of the window, and whether caseload and spend rose or fell."""
    overall = panel.steps[(panel.steps["strand"] == "overall") & (panel.steps["date"] <= case.window_end)]
    parts = [list_grades(overall, ", ")] if len(overall) else []
    caseload = f"caseload{bracket_joint(case, panel.own['caseload'])}"
    for name, words in (("caseload", caseload), ("spend", "real spend per child")):
        ends = find_ends(panel, name)
        if ends:
            parts.append(f"{words} {describe_change(ends, name)}{format_extremes(case, panel, name)}")
    if parts:
        return f"{case.label}: {'; '.join(parts)}"
    return f"{case.label}: no overall grade, and no series of two years, from {case.start_year} to {case.end_year}"


def format_extremes(case: Case, panel: Panel, name: str) -> str:
    """Format the lowest and highest value of a series in the window, if clearly outside its first and last."""
    within = select_within(panel.own[name], case)
    cautioned = list_cautioned(case, *MEASURES[name], within["time_period"])
    values = within.set_index("time_period")["value"]
    return name_extremes(values, lambda value: format_value(value, name), cautioned)


def caption_panel(case: Case, panel: Panel) -> str:
    """Explain the marks and cite the sources."""
    sources = {*panel.steps["source_id"], *(s for frame in panel.own.values() for s in frame["source_id"])}
    sources |= list_rate_sources(case.tables, case.deflator) if len(panel.own["spend"]) else set()
    days = [panel.steps["date"], *(frame["date"] for frame in panel.own.values())]
    after = any((day > case.window_end).any() for day in days)
    hollow = "Hollow marks and hatching: after the window. " if after else ""
    scales = "Axes do not start at zero. " if any(len(frame) for frame in panel.own.values()) else ""
    ended = note_ungraded(shown=bool((panel.steps["grade"] == NO_OVERALL).any()) or reaches_ungraded(case))
    return f"{hollow}{scales}{ended}{credit_releases(sources)}"


def list_doubts(case: Case, panel: Panel) -> str:
    """Name the figures to treat with caution, after a space; empty if there are none."""
    cautioned = []
    for name in ENTRIES:
        if panel.own[name].empty:
            continue
        periods: dict[str, list[str]] = {}
        for period, who in sorted(name_cautioned(case, panel, name).items()):
            known = [case.spoken if one == case.label else one for one in who]
            periods.setdefault(list_words(known), []).append(period)
        named = [f"{who} in {list_words(when)}" for who, when in periods.items()]
        cautioned += [f"{name} of {'; '.join(named)}"] if named else []
    return f" Treat with caution (counted as published): {'; '.join(cautioned)}." if cautioned else ""


def name_cautioned(case: Case, panel: Panel, name: str) -> dict[str, list[str]]:
    """Name the authorities whose figure of a period carries a caution, the comparators included, by period."""
    periods = list_cautioned(case, *MEASURES[name], panel.own[name]["time_period"])
    named = {str(period): [case.label] for period in periods}
    drawn = pd.MultiIndex.from_product(
        [list_comparators(case), panel.others[name]["time_period"]], names=["la_code", "time_period"]
    )
    for row in find_cautioned(case, *MEASURES[name], drawn.to_frame(index=False)).to_dict("records"):
        named.setdefault(str(row["time_period"]), []).append(str(row["la_name"]))
    return named


def describe_panel(case: Case, panel: Panel) -> str:
    """Describe the panels: every grade with its date, and every value of each series."""
    parts = [
        f"{lower_first(name_judgement(step['strand'], step['grade']))} "
        f"({FRAMEWORK_NAMES[step['framework']]}) from {format_first_day(step)}"
        f"{', after the window' if step['window'] == 'after' else ''}"
        for step in panel.steps.sort_values("date", kind="stable").to_dict("records")
    ]
    for name, words in ENTRIES.items():
        known = panel.own[name].to_dict("records")
        points = [f"{format_value(point['value'], name)} ({point['time_period']})" for point in known]
        parts += [f"{words.lower()} {', '.join(points)}"] if points else []
    return f"Panels of {case.spoken} on one time axis: {'; '.join(parts)}."


def tabulate_panel(case: Case, panel: Panel) -> pd.DataFrame:
    """Return every grade and value drawn: a row for each date and entry, with the comparators' median and cautions."""
    steps = panel.steps
    grades = {
        "day": steps["date"],
        "Date": [format_first_day(step) for step in steps.to_dict("records")],
        "Entry": steps["strand"].map(STRAND_NAMES) + ", " + steps["framework"].map(FRAMEWORK_NAMES),
        "Grade": steps["grade"].map(GRADE_NAMES),
    }
    rows = [pd.DataFrame(grades)]
    for name, words in ENTRIES.items():
        own = panel.own[name]
        median = own["date"].map(panel.others[name].set_index("date")["value"])
        values = {case.label: own["value"], "Median of comparators": median}
        unit = f"£, {case.price_base} prices" if name == "spend" else "cases"
        who = {period: ", ".join(names) for period, names in name_cautioned(case, panel, name).items()}
        part = {"day": own["date"], "Date": own["date"].map(format_day), "Entry": words, "Unit": unit, **values}
        rows.append(pd.DataFrame({**part, "Treat with caution": own["time_period"].map(who)}))
    table = pd.concat(rows, ignore_index=True).sort_values("day", kind="stable", ignore_index=True)
    heads = ["Date", "Entry", "Grade", "Unit", case.label, "Median of comparators", "Treat with caution"]
    return table.reindex(columns=heads).round(1)


def format_first_day(step: dict[Hashable, Any]) -> str:
    """Format the day from which a grade counts, as precisely as it is known.

    Examples
    --------
    >>> day = pd.Timestamp("2012-02-01")
    >>> format_first_day({"date": day, "start_date": day, "start_precision": "month"})
    'February 2012'
    """
    return format_start(step["date"], step["start_precision"] if step["date"] == step["start_date"] else "day")


def summarise_panel(case: Case) -> Prose:
    """Summarise the change of caseload and spend over the window, next to the comparators, and what is in doubt."""
    panel = gather_panel(case)
    sentences: list[str] = []
    whose, where = f"the median of {name_comparators(case)}", f" in {case.spoken}"
    for name, words in (("caseload", "The average caseload"), ("spend", "Real spend per child")):
        lead = panel.lead[name]
        if lead.empty:
            sentences.append(explain_lack(case, name))
            continue
        median = panel.others[name].set_index("date")["value"].get(lead.iloc[-1]["date"])
        compared = f"; {whose} was then {format_value(median, name)}" if median else ""
        whose = "their median" if median else whose
        shared = bracket_joint(case, panel.own[name]) if name == "caseload" else ""
        sentences.append(f"{words}{where}{shared} was {describe_level(case, panel, name)}{compared}.")
        where = ""
    return Prose(f"{' '.join(dict.fromkeys(sentences))}{list_doubts(case, panel)}")


def describe_level(case: Case, panel: Panel, name: str) -> str:
    """Describe the first and last comparable value in the window, or the last alone and why."""
    lead = panel.lead[name]
    now = f"**{format_value(lead.iloc[-1]['value'], name)}** in {lead.iloc[-1]['time_period']}"
    if len(lead) < 2:
        return f"{now}, which no earlier figure from {case.start_year} on can be compared with"
    first = f"{format_value(lead.iloc[0]['value'], name)} in {lead.iloc[0]['time_period']}"
    return f"{first} and {now}{format_extremes(case, panel, name)}"
