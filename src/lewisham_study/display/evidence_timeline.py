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
from lewisham_study.display.evidence_words import write_span
from lewisham_study.display.exhibits import FigureExhibit, Prose
from lewisham_study.display.sources import cite_releases, credit
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
        "A disc marks what is known to the day, at its first day; a bar spans the days between which the event lies, "
        "without saying where. Hollow marks fall after the window. "
        f"{credit(cite_releases(events['source_id']))}.",
        describe_timeline(case, events),
        tabulate_events(case, events),
    )


def place_rows(events: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp, window_end: pd.Timestamp) -> pd.DataFrame:
    """Give each event its row from top to bottom, lane by lane, and its label broken to the room beside its mark.

    A label to the right of its mark stops short of the window's end.
    """
    order = {lane: place for place, lane in enumerate(dict.fromkeys(LANES.values()))}
    events = events.assign(lane=events["kind"].map(LANES))
    events = events.assign(order=events["lane"].map(order)).sort_values(["order", "date_start"], ignore_index=True)
    length = (last - first).days
    start, end = ((events[column] - first).dt.days.clip(lower=0) / length for column in ("date_start", "date_end"))
    events["right"] = end < 0.46
    edge = min((window_end - first).days / length, 1.0)
    room = (edge - end).where(events["right"], start) * (PAGE_WIDTH - LEFT - RIGHT) - 0.12
    dates = [write_when(event) for event in events.to_dict("records")]
    texts = [f"{date} · {title}" for date, title in zip(dates, events["title"], strict=True)]
    events["when"] = dates
    events["label"] = [
        "\n".join(textwrap.wrap(text, max(int(space / LETTER), 24), break_on_hyphens=False))
        for text, space in zip(texts, room, strict=True)
    ]
    heights = events["label"].str.count("\n").add(1) * LINE + GAP
    heights += (events["lane"] != events["lane"].shift(-1)) * GAP / 2 + (
        events["lane"] != events["lane"].shift()
    ) * GAP / 2
    events["bottom"] = heights.cumsum()
    events["top"] = events["bottom"] - heights
    return events


def write_when(event: dict[Any, Any]) -> str:
    """Write when an event was, as finely as it is known."""
    return write_span(event["date_start"], event["date_end"])


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
    """Draw one event: a disc or a bar, and its label beside it."""
    start, end, middle = (
        date2num(event["date_start"]),
        date2num(event["date_end"]),
        (event["top"] + event["bottom"]) / 2,
    )
    hollow = event["window"] == "after"
    face = "white" if hollow else HERE
    if event["precision"] == "day":
        axes.scatter([start], [middle], s=20, facecolor=face, edgecolor=HERE, lw=1, zorder=4, clip_on=False)
    else:
        thick: dict[str, Any] = {
            "height": 0.06,
            "facecolor": "white" if hollow else "#A5C3DD",
            "edgecolor": HERE,
            "lw": 0.9,
        }
        axes.barh(middle, end - start, left=start, zorder=3, **thick)
    side: Any = "left" if event["right"] else "right"
    place = (end, 5) if event["right"] else (start, -5)
    box = {"facecolor": "white", "lw": 0, "pad": 0.4} if not event["right"] else None
    axes.annotate(
        event["label"],
        (place[0], middle),
        (place[1], 0),
        textcoords="offset points",
        ha=side,
        va="center",
        fontsize=SMALLEST,
        color=INK,
        linespacing=1.05,
        bbox=box if hollow else None,
        zorder=5,
    )


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


def title_timeline(case: Case, events: pd.DataFrame) -> str:
    """State the finding: how many events, how many known to the day, how many after the window."""
    within = events[events["window"] != "after"]
    exact, later = int((within["precision"] == "day").sum()), len(events) - len(within)
    noun, verb = "event" if len(within) == 1 else "events", "lies" if later == 1 else "lie"
    known = "all" if exact == len(within) > 1 else f"{exact} of them" if len(within) > 1 else ""
    text = f"{case.label}: {len(within) or 'no'} dated {noun} by the end of {case.end_year}"
    text += f", {known} known to the day".replace("  ", " ") if exact else ""
    return f"{text}; {later}{' more' if len(within) else ''} {verb} after the window" if later else text


def describe_timeline(case: Case, events: pd.DataFrame) -> str:
    """Describe the events in the order of time."""
    told = []
    for event in events.sort_values("date_start", kind="stable").to_dict("records"):
        after = " (after the window)" if event["window"] == "after" else ""
        told.append(f"{event['when']}: {event['title']}{after}")
    return f"Timeline of {case.spoken}, {case.start_year} to {events['date_end'].max().year}. {'; '.join(told)}."


def tabulate_events(case: Case, events: pd.DataFrame) -> pd.DataFrame:
    """Give the events as a table in the order of time."""
    rows = events.sort_values(["date_start", "date_end"])
    known = rows["precision"].map(
        {"day": "the day", "month": "a month", "quarter": "a quarter", "year": "a year or less"}
    )
    return pd.DataFrame(
        {
            "When": rows["when"],
            "Kind": rows["kind"].str.replace("_", " ").str.capitalize(),
            "What": rows["title"],
            "Known to": known,
            "Window": rows["window"],
            "Source": rows["places"],
        }
    ).reset_index(drop=True)
