"""The dated timeline of one authority: a row for each event, in lanes of its kind."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import YearLocator, date2num
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case, place_in_window
from lewisham_study.display.evidence_events import LANES, list_events
from lewisham_study.display.evidence_timeline_words import (
    caption_timeline,
    describe_timeline,
    tabulate_events,
    title_timeline,
)
from lewisham_study.display.evidence_words import write_span
from lewisham_study.display.exhibits import FigureExhibit, Prose
from lewisham_study.display.style import FAINT, HERE, INK, PAGE_WIDTH, SMALLEST, drawing

LEFT, RIGHT, TOP, BOTTOM = 1.05, 0.17, 0.24, 0.28
"""Inches round the drawing."""
LINE, GAP = 0.108, 0.055
"""Inches: the height of a line of text, and the space between two events."""
LETTER = 0.0515
"""Inches: the width of a letter, so that labels break before they leave the drawing."""


def draw_timeline(case: Case) -> FigureExhibit | Prose:
    """Draw the dated events of the authority, those after the window marked as such.

    Returns
    -------
    FigureExhibit or Prose
        A disc where the day is known, a bar from the first to the last possible day where it is not. For an
        authority on which no document is coded the events are Ofsted's inspections, visits and reports.
    """
    events = list_events(case)
    events = events[events["date_end"] >= pd.Timestamp(case.start_year, 1, 1)]
    if events.empty:
        return Prose(f"Nothing dated is held on {case.spoken} from {case.start_year} on.")
    events = events.assign(window=place_in_window(events["date_start"], case.start_year, case.end_year))
    first = pd.Timestamp(case.start_year, 1, 1)
    last = max(events["date_end"].max() + pd.DateOffset(months=6), case.window_end + pd.DateOffset(months=1))
    events = place_rows(events, first, last, case.window_end)
    height = float(events["bottom"].max())
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, height + TOP + BOTTOM))
        width = PAGE_WIDTH - LEFT - RIGHT
        whole = height + TOP + BOTTOM
        axes = figure.add_axes((LEFT / PAGE_WIDTH, BOTTOM / whole, width / PAGE_WIDTH, height / whole))
        draw_lanes(axes, events)
        draw_window_end(axes, case.window_end, last)
        for event in events.to_dict("records"):
            draw_event(axes, event)
        finish_axes(axes, first, last, height)
    return FigureExhibit(
        figure,
        "fig-evidence-timeline",
        title_timeline(case, events),
        caption_timeline(events),
        describe_timeline(case, events),
        tabulate_events(events),
    )


def place_rows(events: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp, window_end: pd.Timestamp) -> pd.DataFrame:
    """Give each event its row from top to bottom, lane by lane, and its label broken to the room beside its mark.

    A label to the right of its mark stops short of the window's end.
    """
    lanes = list(dict.fromkeys(LANES.values()))
    events = events.assign(lane=events["kind"].map(LANES))
    events = events.assign(order=events["lane"].map(lanes.index)).sort_values(
        ["order", "date_start"], ignore_index=True
    )
    length = (last - first).days
    start, end = ((events[column] - first).dt.days.clip(lower=0) / length for column in ("date_start", "date_end"))
    edge = min((window_end - first).days / length, 1.0)
    right = end < 0.46
    room = (edge - end).where(right, start) * (PAGE_WIDTH - LEFT - RIGHT) - 0.12
    when = [write_span(*days) for days in zip(events["date_start"], events["date_end"], strict=True)]
    texts = [f"{date} · {title}" for date, title in zip(when, events["title"], strict=True)]
    widths = (room / LETTER).astype(int).clip(lower=24)
    labels = pd.Series([wrap_evenly(text, width) for text, width in zip(texts, widths, strict=True)])
    changes = events["lane"] != events["lane"].shift()
    edges = changes.astype(int) + changes.shift(-1, fill_value=True).astype(int)
    heights = labels.str.count("\n").add(1) * LINE + GAP + edges * GAP / 2
    bottom = heights.cumsum()
    return events.assign(right=right, when=when, label=labels, bottom=bottom, top=bottom - heights)


def wrap_evenly(text: str, width: int) -> str:
    r"""Break a text into as few lines as its width allows, none much longer than another.

    Examples
    --------
    >>> wrap_evenly("Report: requires improvement in all four areas", 42)
    'Report: requires improvement\nin all four areas'
    """
    lines = textwrap.wrap(text, width, break_on_hyphens=False)
    while len(narrower := textwrap.wrap(text, width - 1, break_on_hyphens=False)) == len(lines):
        lines, width = narrower, width - 1
    return "\n".join(lines)


def draw_lanes(axes: Axes, events: pd.DataFrame) -> None:
    """Draw the bands of the lanes, and name them."""
    lanes = events.groupby("lane", sort=False).agg(top=("top", "min"), bottom=("bottom", "max"))
    for number, lane in enumerate(lanes.to_dict("records")):
        if number % 2 == 0:
            axes.axhspan(lane["top"], lane["bottom"], color="#F5F5F5", lw=0, zorder=0)
    axes.set_yticks(list((lanes["top"] + lanes["bottom"]) / 2), [str(lane) for lane in lanes.index])


def draw_window_end(axes: Axes, end: pd.Timestamp, last: pd.Timestamp) -> None:
    """Mark the end of the window, and what lies after it."""
    if last < end + pd.DateOffset(months=4):
        return
    axes.axvspan(date2num(end), date2num(last), facecolor="none", edgecolor=FAINT, hatch="////", lw=0, zorder=0.5)
    axes.axvline(date2num(end), color=INK, lw=1, ls=(0, (4, 2)), zorder=1)
    edge: dict[str, Any] = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points", "fontsize": 7}
    axes.annotate("after the window ▸", (date2num(last), 1.0), (0, 4), ha="right", color=INK, **edge)


def draw_event(axes: Axes, event: dict[Any, Any]) -> None:
    """Draw one event: a disc or a bar, hollow after the window, and its label beside it."""
    start, end = date2num(event["date_start"]), date2num(event["date_end"])
    middle, hollow = (event["top"] + event["bottom"]) / 2, event["window"] == "after"
    if event["precision"] == "day":
        face = "white" if hollow else HERE
        axes.scatter([start], [middle], s=20, facecolor=face, edgecolor=HERE, lw=1, zorder=4, clip_on=False)
    else:
        face = "white" if hollow else "#A5C3DD"
        axes.barh(middle, end - start, 0.06, left=start, facecolor=face, edgecolor=HERE, lw=0.9, zorder=3)
    place, shift, side = (end, 5, "left") if event["right"] else (start, -5, "right")
    beside: dict[str, Any] = {"textcoords": "offset points", "ha": side, "va": "center", "fontsize": SMALLEST}
    beside |= {"color": INK, "linespacing": 1.05, "zorder": 5}
    if hollow:
        beside["bbox"] = {"facecolor": "white", "lw": 0, "pad": 0.4}
    axes.annotate(event["label"], (place, middle), (shift, 0), **beside)


def finish_axes(axes: Axes, first: pd.Timestamp, last: pd.Timestamp, height: float) -> None:
    """Label the years and take away what the lanes do not need."""
    axes.set_xlim(date2num(first), date2num(last))
    axes.set_ylim(height, 0)
    axes.xaxis.set_major_locator(YearLocator())
    axes.xaxis.set_major_formatter(lambda value, _: f"{pd.Timestamp(value, unit='D').year}")
    axes.grid(axis="x", color=FAINT, lw=0.4)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
