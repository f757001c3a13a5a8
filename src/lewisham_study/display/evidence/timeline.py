"""The events of one authority: those coded from documents, or else its inspections as dated by Ofsted."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import YearLocator, date2num
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case, place_in_window
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.lines import shade_after
from lewisham_study.display.common.phrases import list_words
from lewisham_study.display.common.style import FAINT, HERE, INK, PAGE_WIDTH, SMALLEST, drawing
from lewisham_study.display.evidence.documents import format_span, has_documents
from lewisham_study.vocabulary import FRAMEWORK_NAMES, GRADE_NAMES, NO_OVERALL_FRAMEWORKS, STRAND_NAMES, VISIT_NAMES

LANES = {
    "inspection": "Inspections",
    "report": "Ofsted’s reports",
    "letter": "Ofsted’s reports",
    "focused_visit": "Without a grade",
    "monitoring_visit": "Without a grade",
    "joint_targeted": "Without a grade",
    "overspend_reported": "Council",
    "programme_start": "Council",
    "council_review": "Council",
    "appointment": "Council",
    "committee": "Council",
    "article": "Articles",
}
"""The lane in which each kind of event is drawn, from top to bottom."""
INSPECTION_NAMES = {**FRAMEWORK_NAMES, "CPRI": "Second child protection", "TLAC": "Targeted looked-after"}
"""The words before "inspection" or "report"."""
PRECISIONS = {"day": "the day", "month": "a month", "quarter": "a quarter", "year": "a year or less"}
COLUMNS = ["date_start", "date_end", "precision", "kind", "title", "source_id", "places"]
LEFT, RIGHT, TOP, BOTTOM = 1.05, 0.17, 0.24, 0.28
"""Margins, in inches."""
LINE, GAP, WIDE, FEW = 0.108, 0.055, 0.13, 15
"""Inches: the height of a line of text, and the space between two events, which is wide between this many or fewer."""
LETTER = 0.0515
"""Inches: the width of a letter, so that labels are wrapped before the edge."""


def list_events(case: Case) -> pd.DataFrame:
    """List the dated events of the authority.

    Columns are `COLUMNS`: the first and last possible day, the precision, the kind (a key of `LANES`), the title, the
    source, and the places that mention the event.
    """
    if not has_documents(case):
        return list_inspections(case)
    events, facts = case.own("events"), case.tables["facts"].set_index("fact_id")
    cited = facts["source_id"] + ", " + facts["locator"]
    places = []
    for source, ids in zip(events["source_id"], events["fact_ids"].fillna(""), strict=True):
        claims = [str(cited[fact]) for fact in ids.split()]
        whole = [] if any(claim.startswith(f"{source},") for claim in claims) else [source]
        places.append("; ".join(dict.fromkeys([*whole, *claims])))
    return events.assign(places=places)[COLUMNS]


def list_inspections(case: Case) -> pd.DataFrame:
    """List the inspections, visits and reports that Ofsted's releases date."""
    judgements, rows = case.own("judgements"), []
    for inspection in case.own("inspections").to_dict("records"):
        grades = judgements[judgements["inspection_id"] == inspection["inspection_id"]]
        rows += date_inspection(inspection, grades)
    return pd.DataFrame(rows, columns=COLUMNS)


def date_inspection(inspection: dict[Any, Any], grades: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the events of one inspection: the days on site or of the visit, and the report."""
    framework = INSPECTION_NAMES[inspection["framework"]]
    shared = {"source_id": inspection["source_id"], "places": f"{inspection['source_id']}, {inspection['locator']}"}
    visit = VISIT_NAMES.get(inspection["kind"])
    events = []
    if pd.notna(inspection["start_date"]):
        start, precision = inspection["start_date"], inspection["start_precision"]
        end = inspection["end_date"] if pd.notna(inspection["end_date"]) else start
        end = end + pd.offsets.MonthEnd(0) if precision == "month" else end
        name = framework if framework.endswith("inspection") else f"{framework} inspection"
        title = f"{visit}, ungraded" if visit else f"{name} on site"
        kind = inspection["kind"] if visit else "inspection"
        events.append({"date_start": start, "date_end": end, "precision": precision, "kind": kind, "title": title})
    if not visit and pd.notna(inspection["published_date"]):
        day, title = inspection["published_date"], f"{framework} report: {summarise_grades(grades)}"
        events.append({"date_start": day, "date_end": day, "precision": "day", "kind": "report", "title": title})
    return [event | shared for event in events]


def summarise_grades(grades: pd.DataFrame) -> str:
    """State the overall grade; where none was given, that of each strand or, since April 2026, that for leaders."""
    if grades.empty:
        return "no grade held"
    overall = grades[grades["strand"] == "overall"]
    if not overall.empty:
        return f"{GRADE_NAMES[str(overall['grade'].iloc[0])]} overall"
    ended = grades["framework"].isin(NO_OVERALL_FRAMEWORKS).any()
    named = grades[grades["strand"] == "leadership"] if ended else grades
    judged = [f"{STRAND_NAMES[row['strand']].lower()} {GRADE_NAMES[row['grade']]}" for row in named.to_dict("records")]
    return f"no overall grade; {list_words(judged)}" if ended else list_words(judged)


def draw_timeline(case: Case) -> FigureExhibit | Prose:
    """Draw the dated events: a disc where the day is known, a bar from first to last possible day where it is not."""
    events, first = list_events(case), pd.Timestamp(case.start_year, 1, 1)
    events = events[events["date_end"] >= first]
    if events.empty:
        return Prose(f"No dated events are held on {case.spoken} from {case.start_year} on.")
    events = events.assign(window=place_in_window(events["date_start"], case.start_year, case.end_year))
    last = max(events["date_end"].max() + pd.DateOffset(months=6), case.window_end + pd.DateOffset(months=1))
    events = place_rows(events, first, last, case.window_end)
    height = float(events["bottom"].max())
    with drawing():
        width, whole = PAGE_WIDTH - LEFT - RIGHT, height + TOP + BOTTOM
        figure = Figure(figsize=(PAGE_WIDTH, whole))
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
        "Disc: first day, known exactly. Bar: the days between which the event lies. Hollow: after the window. "
        f"{credit_releases(events['source_id'])}",
        describe_timeline(case, events),
        tabulate_events(events),
    )


def place_rows(events: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp, window_end: pd.Timestamp) -> pd.DataFrame:
    """Place the events in rows, lane by lane, and wrap each label to the space next to its mark.

    A label to the right of its mark stops before the window's end.
    """
    order = list(dict.fromkeys(LANES.values()))
    events = events.assign(lane=events["kind"].map(LANES))
    events = events.assign(order=events["lane"].map(order.index))
    events = events.sort_values(["order", "date_start"], ignore_index=True)
    length = (last - first).days
    start, end = ((events[column] - first).dt.days.clip(lower=0) / length for column in ("date_start", "date_end"))
    right = end < 0.46
    room = (min((window_end - first).days / length, 1.0) - end).where(right, start) * (PAGE_WIDTH - LEFT - RIGHT) - 0.12
    when = [format_span(*days) for days in zip(events["date_start"], events["date_end"], strict=True)]
    texts = [f"{date} · {title}" for date, title in zip(when, events["title"], strict=True)]
    widths = (room / LETTER).astype(int).clip(lower=24)
    labels = pd.Series([wrap_evenly(text, width) for text, width in zip(texts, widths, strict=True)])
    changes = events["lane"] != events["lane"].shift()
    edges = changes.astype(int) + changes.shift(-1, fill_value=True).astype(int)
    gap = WIDE if len(events) <= FEW else GAP
    heights = labels.str.count("\n").add(1) * LINE + gap + edges * gap / 2
    bottom = heights.cumsum()
    return events.assign(right=right, when=when, label=labels, bottom=bottom, top=bottom - heights)


def wrap_evenly(text: str, width: int) -> str:
    r"""Wrap a text into as few lines as its width allows, of similar length.

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
    for lane in lanes.iloc[::2].to_dict("records"):
        axes.axhspan(lane["top"], lane["bottom"], color="#F5F5F5", lw=0, zorder=0)
    axes.set_yticks(list((lanes["top"] + lanes["bottom"]) / 2), [str(lane) for lane in lanes.index])


def draw_window_end(axes: Axes, end: pd.Timestamp, last: pd.Timestamp) -> None:
    """Mark the end of the window, and hatch and name the time after it."""
    if not shade_after(axes, end, last):
        return
    look: dict[str, Any] = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points", "fontsize": 7}
    axes.annotate("after the window ▸", (date2num(last), 1.0), (0, 4), ha="right", color=INK, **look)


def draw_event(axes: Axes, event: dict[Any, Any]) -> None:
    """Draw one event: a disc or a bar, hollow after the window, with its label."""
    start, end = date2num(event["date_start"]), date2num(event["date_end"])
    middle, after = (event["top"] + event["bottom"]) / 2, event["window"] == "after"
    if event["precision"] == "day":
        face = "white" if after else HERE
        axes.scatter([start], [middle], s=20, facecolor=face, edgecolor=HERE, lw=1, zorder=4, clip_on=False)
    else:
        face = "white" if after else "#A5C3DD"
        axes.barh(middle, end - start, 0.06, left=start, facecolor=face, edgecolor=HERE, lw=0.9, zorder=3)
    place, shift, side = (end, 5, "left") if event["right"] else (start, -5, "right")
    look: dict[str, Any] = {"textcoords": "offset points", "ha": side, "va": "center", "fontsize": SMALLEST}
    look |= {"color": INK, "linespacing": 1.05, "zorder": 5}
    look |= {"bbox": {"facecolor": "white", "lw": 0, "pad": 0.4}} if after else {}
    axes.annotate(event["label"], (place, middle), (shift, 0), **look)


def finish_axes(axes: Axes, first: pd.Timestamp, last: pd.Timestamp, height: float) -> None:
    """Label the years, and hide the ticks and spine that lanes do not need."""
    axes.set_xlim(date2num(first), date2num(last))
    axes.set_ylim(height, 0)
    axes.xaxis.set_major_locator(YearLocator())
    axes.xaxis.set_major_formatter(lambda value, _: f"{pd.Timestamp(value, unit='D').year}")
    axes.grid(axis="x", color=FAINT, lw=0.4)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def title_timeline(case: Case, events: pd.DataFrame) -> str:
    """State how many inspections and other dated events there are, and how many fall after the window."""
    within = events[events["window"] != "after"]
    graded = int((within["kind"] == "inspection").sum())
    later, others = len(events) - len(within), len(within) - graded
    noun, verb = "inspection" if graded == 1 else "inspections", "falls" if later == 1 else "fall"
    text = f"{case.label}, {case.start_year} to {case.end_year}: {graded or 'no'} graded {noun}"
    text += f" and {others} other dated event{'s' if others != 1 else ''}" if others else ""
    return f"{text}; {later} {verb} after the window" if later else text


def describe_timeline(case: Case, events: pd.DataFrame) -> str:
    """Describe the events in order of time."""
    parts = [
        f"{event['when']}: {event['title']}{' (after the window)' if event['window'] == 'after' else ''}"
        for event in events.sort_values("date_start", kind="stable").to_dict("records")
    ]
    return f"Timeline of {case.spoken}, {case.start_year} to {events['date_end'].max().year}. {'; '.join(parts)}."


def tabulate_events(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events as a table in order of time."""
    rows = events.sort_values(["date_start", "date_end"])
    return pd.DataFrame(
        {
            "When": rows["when"],
            "Kind": rows["kind"].str.replace("_", " ").str.capitalize(),
            "What": rows["title"],
            "Known to": rows["precision"].map(PRECISIONS),
            "Window": rows["window"],
            "Source": rows["places"],
        }
    ).reset_index(drop=True)
