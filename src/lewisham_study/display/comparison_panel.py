"""Ratings, caseload and spend of one authority above one another, on one time axis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import YearLocator, date2num
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.comparison import take_median, trace_caseload, trace_spend
from lewisham_study.display.comparators import name_comparators
from lewisham_study.display.exhibits import FigureExhibit, Prose
from lewisham_study.display.rating_lanes import HEADROOM, PAD, draw_eras, draw_lane
from lewisham_study.display.rating_path import find_last_day, list_steps
from lewisham_study.display.sources import cite_releases
from lewisham_study.display.style import (
    FAINT,
    FRAMEWORK_NAMES,
    GRADE_NAMES,
    HERE,
    INK,
    PAGE_WIDTH,
    REFERENCE,
    STRAND_NAMES,
    drawing,
    write_day,
)
from lewisham_study.tidy.once import once

STRANDS = ["safeguarding", "overall"]
ENTRIES = {"caseload": "Cases per social worker", "spend": "Spend per child"}
BREAK = pd.Timestamp(2017, 3, 31)
"""Between the caseloads of 2016 and 2017, which were counted in different ways."""
EDGE = pd.Timedelta(days=200)
"""A value nearer than this to the window's end is written to its left, clear of the line there."""
YEARLY = pd.Timedelta(days=400)
"""Points further apart than this have a missing year between them."""


@dataclass(frozen=True)
class Panel:
    """What the panels hold: the rating steps, and each series of the authority and its comparators' median."""

    steps: pd.DataFrame
    own: dict[str, pd.DataFrame]
    others: dict[str, pd.DataFrame]
    first: pd.Timestamp
    last: pd.Timestamp


def draw_panel(case: Case) -> FigureExhibit | Prose:
    """Draw the grades, the caseload and the real spend per child of the authority, year above year.

    Returns
    -------
    FigureExhibit or Prose
        A panel for each that has anything in the window or after it, never two scales in one panel; a
        sentence where there is nothing at all. Its table is every value drawn.
    """
    panel = gather_panel(case)
    shown = [name for name in ENTRIES if len(panel.own[name])]
    lanes = [strand for strand in STRANDS if strand in set(panel.steps["strand"])]
    if not shown and not lanes:
        return Prose(f"Neither grades, nor caseload, nor spend of {case.la_name} are held for these years.")
    heights = [0.58 * len(lanes)] * bool(lanes) + [1.0] * len(shown)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 0.65 + sum(heights)), layout="constrained")
        rows = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
        if lanes:
            draw_ratings(rows[0], panel, lanes, case)
        for axes, name in zip(rows[len(heights) - len(shown) :], shown, strict=True):
            draw_series(axes, panel, name, case)
        finish_years(rows[-1], panel)
    return FigureExhibit(
        figure,
        "fig-comparison-panel",
        title_panel(case, panel),
        caption_panel(case, panel),
        describe_panel(case, panel),
        tabulate_panel(case, panel),
    )


@once
def gather_panel(case: Case) -> Panel:
    """Gather what the panels hold, from the window's first day to the last outcome after it."""
    steps = list_steps(case)
    steps = steps[steps["strand"].isin(STRANDS)]
    first, last = pd.Timestamp(case.start_year, 1, 1), find_last_day(case, steps)
    steps = steps[steps["until"].isna() | (steps["until"] > first)]
    own, others = trace_both(case, [case.la_code]), trace_both(case, list_comparators(case))
    known = {name: clip_series(frame, first, last) for name, frame in own.items()}
    return Panel(
        steps,
        known,
        {name: take_median(clip_series(frame, first, last)) for name, frame in others.items()},
        first,
        last,
    )


def trace_both(case: Case, codes: list[str]) -> dict[str, pd.DataFrame]:
    """Trace the caseload and the real spend per child of some authorities."""
    tables = case.tables
    spend = trace_spend(
        tables["spend"], tables["population"], tables["prices"], codes, base=case.price_base, index=case.deflator
    )
    return {"caseload": trace_caseload(tables["workforce"], codes), "spend": spend}


def clip_series(series: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """Keep what is known between two days."""
    return series[series["date"].between(first, last)].dropna(subset="value")


def draw_ratings(axes: Axes, panel: Panel, lanes: list[str], case: Case) -> None:
    """Draw the steps of the two strands that have been the whole service's."""
    draw_eras(axes, panel.first, panel.last, case)
    for number, lane in enumerate(lanes):
        draw_lane(axes, panel.steps[panel.steps["strand"] == lane], len(lanes) - 1 - number, panel.first, panel.last)
    axes.set_yticks([len(lanes) - 1 - n + 0.49 for n in range(len(lanes))], [STRAND_NAMES[lane] for lane in lanes])
    axes.set_ylim(0, len(lanes) + HEADROOM)
    axes.tick_params(axis="y", length=0, pad=PAD)
    axes.spines["left"].set_visible(False)


def draw_series(axes: Axes, panel: Panel, name: str, case: Case) -> None:
    """Draw one series of the authority, its comparators' median, the window's end and the break."""
    own, others = panel.own[name], panel.others[name]
    for run in split_series(others):
        marker = "_" if len(run) == 1 else ""
        axes.plot(date2num(run["date"]), run["value"], color=REFERENCE, lw=1.1, ls=(0, (3, 1.5)), marker=marker)
    for run in split_series(own):
        axes.plot(date2num(run["date"]), run["value"], color=HERE, lw=1.7, zorder=3)
    within = own["date"] <= case.window_end
    for chosen, face in ((own[within], HERE), (own[~within], "white")):
        axes.scatter(date2num(chosen["date"]), chosen["value"], s=17, facecolor=face, edgecolor=HERE, lw=1.1, zorder=4)
    axes.margins(y=0.3)
    if name == "spend":
        axes.yaxis.set_major_formatter(lambda value, _: f"£{value:,.0f}")
    label_points(axes, own, others, case, name)
    axes.set_title(ENTRIES[name] + (f", {case.price_base} prices" if name == "spend" else ""), loc="left", pad=2)
    if len(others):
        axes.set_title("– – median of comparators", loc="right", pad=2, fontsize=7, color=REFERENCE)
    shade_after(axes, panel, case)
    if name == "caseload" and own["date"].min() < BREAK < own["date"].max():
        axes.axvline(date2num(BREAK), color=INK, lw=0.8, ls=(0, (1, 1.5)), zorder=1)
        first, middle = own.loc[own["date"] > BREAK, "value"].iloc[0], sum(axes.get_ylim()) / 2
        at: Any = (date2num(BREAK), 0.03 if first > middle else 0.88)
        axes.annotate(" new series", at, xycoords=axes.get_xaxis_transform(), fontsize=6.5, color=INK)


def split_series(series: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Split a series where it breaks or a year is missing: no line is drawn across."""
    if series.empty:
        return
    ordered = series.sort_values("date")
    starts = ordered["date"].diff() > YEARLY
    kinds = ordered["series"] if "series" in ordered else (ordered["date"] > BREAK) & (ordered["value"] < 200)
    starts |= kinds != kinds.shift()
    for _, run in ordered.groupby(starts.cumsum()):
        yield run


def label_points(axes: Axes, own: pd.DataFrame, others: pd.DataFrame, case: Case, name: str) -> None:
    """Write the values where the line begins, at the window's end and at its own end, away from the median."""
    median = others.set_index("date")["value"]
    within = own[own["date"] <= case.window_end]
    ends = [part.iloc[place] for part in (*split_series(within), own) if len(part) for place in (0, -1)]
    for date, value in {point["date"]: point["value"] for point in ends}.items():
        near = pd.Timedelta(0) < case.window_end - date < EDGE and len(own) > len(within)
        side = "right" if near else "center"
        below = is_below(own, date, axes.get_ylim()) if near else median.get(date, value) > value
        above: dict[str, Any] = {"textcoords": "offset points", "ha": side, "fontsize": 6.8, "zorder": 5}
        shift = (4 * near, -11 if below else 5)
        axes.annotate(write_value(value, name), (date2num(date), value), shift, color=HERE, weight="bold", **above)


def is_below(own: pd.DataFrame, date: pd.Timestamp, limits: tuple[float, float]) -> bool:
    """Tell whether a value written to the left of its mark belongs below: unless the line climbs to it steeply."""
    values = own.loc[own["date"] <= date, "value"].tail(2)
    return not float(values.iloc[-1] - values.iloc[0]) > 0.08 * (limits[1] - limits[0])


def write_value(value: float, name: str) -> str:
    """Write a value as its unit asks.

    Examples
    --------
    >>> write_value(1284.4, "spend"), write_value(14.8, "caseload")
    ('£1,284', '14.8')
    """
    return f"£{value:,.0f}" if name == "spend" else f"{value:.1f}"


def shade_after(axes: Axes, panel: Panel, case: Case) -> None:
    """Hatch what lies after the window, as in the panel of grades."""
    if panel.last > case.window_end + pd.DateOffset(months=4):
        start, end = date2num(case.window_end), date2num(panel.last)
        axes.axvspan(start, end, facecolor="none", edgecolor=FAINT, hatch="////", lw=0, zorder=0.5)
        axes.axvline(start, color=INK, lw=1, ls=(0, (4, 2)), zorder=1)


def finish_years(axes: Axes, panel: Panel) -> None:
    """Set the years below the lowest panel, for all."""
    axes.set_xlim(date2num(panel.first), date2num(panel.last))
    axes.xaxis.set_major_locator(YearLocator())
    axes.xaxis.set_major_formatter(lambda value, _: f"{pd.Timestamp(value, unit='D').year}")


def find_ends(series: pd.DataFrame, case: Case) -> tuple[pd.Series, pd.Series] | None:
    """Find the first and last value of a series in the window, of its last unbroken kind; None if fewer than two."""
    within = series[series["date"] <= case.window_end]
    if "series" in within and len(within):
        within = within[within["series"] == within["series"].iloc[-1]]
    return None if len(within) < 2 else (within.iloc[0], within.iloc[-1])


def title_panel(case: Case, panel: Panel) -> str:
    """State what stood side by side over the window."""
    told = []
    overall = panel.steps[(panel.steps["strand"] == "overall") & (panel.steps["date"] <= case.window_end)]
    if len(overall):
        told.append(f"overall grade {list_grades(overall)}")
    for name, words in (("caseload", "caseload"), ("spend", "real spend per child")):
        ends = find_ends(panel.own[name], case)
        if ends:
            told.append(
                f"{words} {write_value(ends[0]['value'], name)} in {write_period(ends[0], name)}, "
                f"{write_value(ends[1]['value'], name)} in {write_period(ends[1], name)}"
            )
    if told:
        return f"{case.la_name}: {'; '.join(told)}"
    return f"{case.la_name}: no overall grade, and no series of two years, from {case.start_year} to {case.end_year}"


def list_grades(steps: pd.DataFrame) -> str:
    """List grades in the order of time, one that was given again only once, each with its frameworks and years.

    Examples
    --------
    >>> days = pd.to_datetime(["2015-10-26", "2019-07-08"])
    >>> list_grades(pd.DataFrame({"grade": ["good", "good"], "framework": ["SIF", "ILACS"], "date": days}))
    'good (SIF 2015, ILACS 2019)'
    """
    ordered = steps.sort_values("date")
    runs = (ordered["grade"] != ordered["grade"].shift()).cumsum()
    told = []
    for _, run in ordered.groupby(runs):
        when = [f"{FRAMEWORK_NAMES[step['framework']]} {step['date'].year}" for step in run.to_dict("records")]
        told.append(f"{GRADE_NAMES[str(run['grade'].iloc[0])]} ({', '.join(when)})")
    return ", then ".join(told)


def caption_panel(case: Case, panel: Panel) -> str:
    """Say how to read the panels, and what is missing from them."""
    missing = [words.lower() for name, words in ENTRIES.items() if panel.own[name].empty]
    gap = f"No figure held: {' or '.join(missing)}. " if missing else ""
    compared = any(len(frame) for frame in panel.others.values())
    against = f"Dashed: median of {name_comparators(case)}. " if compared else ""
    sources = {*panel.steps["source_id"], *(s for frame in panel.own.values() for s in frame["source_id"])}
    sources |= {"ons-population-2024", "hmt-deflator-2026-03"} if len(panel.own["spend"]) else set()
    caseload = panel.own["caseload"]
    joint = bool(len(caseload)) and bool(caseload["joint_la_codes"].notna().any())
    gap += f"{case.la_name} returns its social workers together with a neighbour: one caseload for both. " * joint
    return (
        f"{gap}{against}Hollow marks and hatching: after the window. Caseload is that of 30 September; that of 2016 "
        "was collected otherwise and is not joined to the next. Spend is gross section 251 outturn of the financial "
        "year that the mark lies in the middle of, per child aged 0 to 17. Scales do not begin at zero. That lines lie "
        f"above one another does not make one the reason of another. Sources: {cite_releases(sources)}."
    )


def describe_panel(case: Case, panel: Panel) -> str:
    """Describe the panels: every grade with its date, and each series’ first and last values."""
    told = [
        f"{STRAND_NAMES[step['strand']].lower()} {GRADE_NAMES[step['grade']]} from {write_day(step['date'])}"
        for step in panel.steps.sort_values("date").to_dict("records")
    ]
    for name, words in ENTRIES.items():
        series = panel.own[name]
        if len(series):
            points = [f"{write_value(p['value'], name)} ({p['date'].year})" for p in series.to_dict("records")]
            told.append(f"{words.lower()} {', '.join(points)}")
    return f"Panels of {case.la_name} on one time axis: {'; '.join(told)}."


def tabulate_panel(case: Case, panel: Panel) -> pd.DataFrame:
    """Give every value drawn: a row a date and entry, with the comparators’ median beside."""
    steps = panel.steps
    rows = [
        pd.DataFrame(
            {
                "Date": steps["date"],
                "Entry": steps["strand"].map(STRAND_NAMES) + ", " + steps["framework"].map(FRAMEWORK_NAMES),
                case.la_name: steps["grade"].map(GRADE_NAMES),
            }
        )
    ]
    for name, words in ENTRIES.items():
        own = panel.own[name]
        median = own["date"].map(panel.others[name].set_index("date")["value"])
        texts = {
            head: [write_value(value, name) if pd.notna(value) else None for value in values]
            for head, values in ((case.la_name, own["value"]), ("Median of comparators", median))
        }
        rows.append(pd.DataFrame({"Date": own["date"], "Entry": words, **texts}))
    table = pd.concat(rows, ignore_index=True).sort_values("Date", kind="stable", ignore_index=True)
    columns = ["Date", "Entry", case.la_name, "Median of comparators"]
    return table.assign(Date=table["Date"].map(write_day)).reindex(columns=columns)


def tell_panel(case: Case) -> Prose:
    """Tell what the panels show, and what they do not."""
    panel = gather_panel(case)
    told = []
    for name, words in (("caseload", "the average caseload"), ("spend", "real spend per child")):
        ends = find_ends(panel.own[name], case)
        if ends is None:
            told.append(f"There are not two comparable figures of {words} in the window.")
            continue
        first, last = (write_value(end["value"], name) for end in ends)
        median = panel.others[name].set_index("date")["value"].get(ends[1]["date"])
        beside = f"; the median of {name_comparators(case)} was then {write_value(median, name)}" if median else ""
        told.append(
            f"{words[0].upper()}{words[1:]} stood at {first} in {write_period(ends[0], name)} and at **{last}** in "
            f"{write_period(ends[1], name)}{beside}."
        )
    return Prose(" ".join(told))


def write_period(point: pd.Series, name: str) -> str:
    """Write the year of a caseload, or the financial year of a spend."""
    return str(point["time_period"]) if name == "spend" else str(point["date"].year)
