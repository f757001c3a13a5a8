"""Ratings, caseload and spend of one authority above one another, on one time axis."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import YearLocator, date2num
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.display.comparison_panel_words import caption_panel, describe_panel, tabulate_panel, title_panel
from lewisham_study.display.comparison_series import ENTRIES, STRANDS, Panel, gather_panel, split_series, write_value
from lewisham_study.display.exhibits import FigureExhibit, Prose
from lewisham_study.display.lines import PATCH
from lewisham_study.display.rating_lanes import HEADROOM, PAD, draw_eras, draw_lane
from lewisham_study.display.style import FAINT, HERE, INK, PAGE_WIDTH, REFERENCE, SMALLEST, STRAND_NAMES, drawing

BREAK = pd.Timestamp(2017, 3, 31)
"""Between the caseloads of 2016 and 2017, which were counted in different ways."""
EDGE = pd.Timedelta(days=200)
"""A value nearer than this to the window's end is written to its left, clear of the line there."""


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
        return Prose(f"Neither grades, nor caseload, nor spend of {case.spoken} are held for these years.")
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
        axes.annotate(" new series", at, xycoords=axes.get_xaxis_transform(), fontsize=SMALLEST, color=INK)


def label_points(axes: Axes, own: pd.DataFrame, others: pd.DataFrame, case: Case, name: str) -> None:
    """Write the values where the line begins, at the window's end and at its own end, away from the median."""
    median = others.set_index("date")["value"]
    within = own[own["date"] <= case.window_end]
    ends = [part.iloc[place] for part in (*split_series(within), own) if len(part) for place in (0, -1)]
    for date, value in {point["date"]: point["value"] for point in ends}.items():
        near = pd.Timedelta(0) < case.window_end - date < EDGE
        side = "right" if near else "center"
        beside = median.get(date, find_next(own, date))
        below = is_below(own, date, axes.get_ylim()) if near else beside > value
        above: dict[str, Any] = {"textcoords": "offset points", "ha": side, "fontsize": SMALLEST}
        above |= {"color": HERE, "weight": "bold", "zorder": 5, "bbox": PATCH}
        shift = (4 * near, -11 if below else 5)
        axes.annotate(write_value(value, name), (date2num(date), value), shift, **above)


def find_next(own: pd.DataFrame, date: pd.Timestamp) -> float:
    """Find the value to which the line goes on from a day, or from which it comes where it ends there."""
    later, earlier = own.loc[own["date"] > date, "value"], own.loc[own["date"] < date, "value"]
    return float(later.iloc[0] if len(later) else earlier.iloc[-1] if len(earlier) else -1)


def is_below(own: pd.DataFrame, date: pd.Timestamp, limits: tuple[float, float]) -> bool:
    """Tell whether a value written to the left of its mark belongs below: unless the line climbs to it steeply."""
    values = own.loc[own["date"] <= date, "value"].tail(2)
    return not float(values.iloc[-1] - values.iloc[0]) > 0.08 * (limits[1] - limits[0])


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
