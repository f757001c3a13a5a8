"""Lanes of grades over time: framework bands, steps, marks and visits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import YearLocator, date2num

from lewisham_study.analysis.case import Case
from lewisham_study.display.common.lines import shade_after, write_near
from lewisham_study.display.common.phrases import format_month
from lewisham_study.display.common.style import FAINT, GRADE_COLOURS, INK, MUTED, SMALLEST, choose_edge, choose_ink
from lewisham_study.vocabulary import FRAMEWORK_NAMES, GRADE_LETTERS, NO_OVERALL, NO_OVERALL_SINCE, SCALE, STRAND_NAMES

HEADROOM, PAD = 0.12, 8
"""Space above the top lane for a date (in lanes), and between lane names and marks (in points)."""
LEVELS = {"outstanding": 3, "good": 2, "requires_improvement": 1, "adequate": 1, "inadequate": 0}
MIDDLE = 1.5
"""The level at which a lane says that no grade was given: on no grade's line."""
ERAS = {
    "SLAC, CPI, TLAC": "2009-06-01",
    "SIF": "2013-11-01",
    "ILACS": "2018-01-01",
    FRAMEWORK_NAMES["ILACS_2026"]: str(NO_OVERALL_SINCE),
}
"""Frameworks with the first day of inspections under each (Ofsted); each lasts until the next begins."""
DATE_WIDTH, BACKWARDS = pd.Timedelta(days=640), (5, 7)
"""The date of a mark nearer than this to the right edge begins to its left, above it (in points)."""
CROWDED = pd.Timedelta(days=650)
"""The dates of marks closer than this would overlap."""
ROOM = pd.Timedelta(days=1500)
"""A framework with less of the window than this leaves no room for "after the window" on its line."""
VISIT_WIDTH = pd.Timedelta(days=480)
"""Visits closer than this have their dates above and below the marks."""
PHONE_STRETCH = 1.25
"""How many more days a date and a mark take on a phone, where a date is a year."""
LETTER = 0.0115
"""The width of a letter of a date, as a share of the axis."""
PATCH = {"facecolor": "white", "lw": 0, "pad": 0.4}
"""Behind a date, so that no line crosses it."""
GAP = pd.Timedelta(days=160)
"""Where the next grade is on another framework's scale, a line ends this long before it."""


def draw_eras(axes: Axes, first: pd.Timestamp, last: pd.Timestamp, case: Case, *, phone: bool = False) -> bool:
    """Draw the framework bands and the end of the window; return whether that stands on a second line above.

    On a phone, bands of several frameworks are named by their first.
    """
    above: dict[str, Any] = {"xycoords": axes.get_xaxis_transform(), "fontsize": 7.5}
    after, shared, room = shade_after(axes, case.window_end, last), False, ROOM * (PHONE_STRETCH if phone else 1)
    starts = [pd.Timestamp(start) for start in ERAS.values()]
    for number, (name, start, end) in enumerate(zip(ERAS, starts, [*starts[1:], last], strict=True)):
        left, right = max(start, first), min(end, last)
        if left >= right:
            continue
        axes.axvspan(date2num(left), date2num(right), color="#F3F3F3" if number % 2 == 0 else "white", lw=0, zorder=0)
        shared |= after and right > case.window_end and left + room > case.window_end
        named = right if left >= case.window_end else min(right, case.window_end)
        narrow = right == last and right - left < CROWDED
        middle, side = (last, "right") if narrow else (left + (named - left) / 2, "center")
        name = name.partition(",")[0] if phone else name
        write_near(axes, name, (date2num(middle), 1.0), (0, 3), ha=side, color=MUTED, **above)
    if after:
        shift = (0, 14 if shared else 3)
        write_near(axes, "after the window", (date2num(last), 1.0), shift, ha="right", color=INK, **above)
    mark_life(axes, first, last, case)
    return shared


def mark_life(axes: Axes, first: pd.Timestamp, last: pd.Timestamp, case: Case) -> None:
    """Mark the days on which the authority was created and abolished, if they are within the axes."""
    look: dict[str, Any] = {"xycoords": axes.get_xaxis_transform(), "color": INK, "bbox": PATCH, "zorder": 3}
    for day, text, side in ((case.valid_from, "created ", "right"), (case.valid_to, " abolished", "left")):
        if day is not None and first < day < last:
            axes.axvline(date2num(day), color=INK, lw=1, zorder=1)
            write_near(axes, text, (date2num(day), 0), (0, 3), ha=side, **look)


def draw_lanes(
    axes: Axes,
    steps: pd.DataFrame,
    lanes: list[str],
    visits: pd.DataFrame,
    first: pd.Timestamp,
    last: pd.Timestamp,
    *,
    edge: pd.Timestamp | None = None,
) -> None:
    """Draw the steps of each strand in its lane, top to bottom, then the visits; see `draw_lane` for `edge`."""
    for number, lane in enumerate(lanes):
        draw_lane(axes, steps[steps["strand"] == lane], len(lanes) - 1 - number, first, last, edge=edge)
    if not visits.empty:
        draw_visits(axes, visits, -1, LETTER * (last - first).days)


def draw_lane(
    axes: Axes,
    steps: pd.DataFrame,
    base: int,
    first: pd.Timestamp,
    last: pd.Timestamp,
    *,
    edge: pd.Timestamp | None = None,
    phone: bool = False,
) -> None:
    """Draw the steps of one strand in its lane; a date that would cross the edge is written to its mark's left.

    On a phone it is a year.
    """
    crowded, wide, gap = (one * (PHONE_STRETCH if phone else 1) for one in (CROWDED, DATE_WIDTH, GAP))
    for level in range(4):
        axes.axhline(place_level(base, level), color=FAINT, lw=0.4, zorder=0.8)
    heights = [place_level(base, LEVELS.get(grade, MIDDLE)) for grade in steps["grade"]]
    scales = list(steps["framework"].map(SCALE))
    joined: float | None = None  # where a step from the grade before begins
    for number, step in enumerate(steps.to_dict("records")):
        until = min(step["until"], last) if pd.notna(step["until"]) else last
        if until <= first:
            continue
        start, height, day = max(step["date"], first), heights[number], step["date"]
        if joined is not None:
            axes.plot([date2num(start)] * 2, [joined, height], color=MUTED, lw=1.3, zorder=2)
        same_scale = scales[number + 1 : number + 2] in ([], [scales[number]])
        if step["grade"] != NO_OVERALL:
            ends = date2num(until if same_scale else max(until - gap, start))
            axes.plot([date2num(start), ends], [height, height], color=MUTED, lw=1.3, zorder=2)
        goes_on = same_scale and NO_OVERALL not in list(steps["grade"])[number + 1 : number + 2]
        joined = height if goes_on else None
        note = f"{day:%Y}" if phone else format_month(day)
        note = note if day >= first else f"since {note}"
        later = heights[number + 1 : number + 2]
        near = bool(later) and steps["date"].iloc[number + 1] - start < crowded
        above = near and (later[0] < height or (phone and day >= first))
        place = (-4, 7 if above else -12.5) if near else (8, 3.2)
        if edge is not None and edge - start < wide:
            crossed = step["grade"] == NO_OVERALL and any(before > height for before in heights[:number][-1:])
            place = (BACKWARDS[0], -13.5) if crossed else BACKWARDS
        mark_grade(axes, (date2num(start), height), step["grade"], note, place, after=step["window"] == "after")


def place_level(base: int, level: float) -> float:
    """Return the height of a grade's level in a lane."""
    return base + 0.16 + 0.22 * level


def mark_grade(
    axes: Axes, at: tuple[float, float], grade: str, note: str, place: tuple[float, float], *, after: bool
) -> None:
    """Draw a grade as a disc with its letter and date, hollow if after the window."""
    colour, edge = GRADE_COLOURS[grade], choose_edge(grade)
    face, ink = ("white", INK) if after else (colour, choose_ink(colour))
    axes.scatter(*at, s=122, facecolor=face, edgecolor=edge, linewidth=1.3, zorder=4, clip_on=False)
    centred: dict[str, Any] = {"ha": "center", "va": "center_baseline", "weight": "bold", "zorder": 5}
    axes.text(*at, GRADE_LETTERS[grade], fontsize=SMALLEST, color=ink, **centred)
    side = "right" if place[0] == BACKWARDS[0] else "left"
    write_near(axes, note, at, place, ha=side, bbox=PATCH, color=INK, zorder=3)


def draw_visits(axes: Axes, visits: pd.DataFrame, base: int, letter: float) -> None:
    """Mark the visits without a grade; of three or more close together, date the first and last.

    A letter is so many days wide; a date that would meet the one before it is written above its mark.
    """
    days = visits["start_date"].sort_values(kind="stable")
    look: dict[str, Any] = {"facecolor": "white", "edgecolor": INK, "linewidth": 1, "zorder": 4}
    joint = visits["kind"] == "joint_targeted"
    for marker, size, chosen in (("D", 45, visits[~joint]), ("s", 50, visits[joint])):
        axes.scatter(date2num(chosen["start_date"]), [base + 0.62] * len(chosen), s=size, marker=marker, **look)
    taken = float("-inf")
    for _, near in days.groupby((days.diff() >= VISIT_WIDTH).cumsum()):
        places, y = [date2num(day) for day in near], base + 0.62
        notes = [(place, format_month(day)) for place, day in zip(places, near, strict=True)]
        if len(near) > 2:
            notes = [((places[0] + places[-1]) / 2, f"{len(near)}, {format_month(near.iloc[0])} to {notes[-1][1]}")]
        free = notes[0][0] - letter * len(notes[0][1]) / 2 > taken
        for (x, note), up in zip(notes, (-11.5, 5.5) if free else (5.5, -11.5), strict=False):
            write_near(axes, note, (x, y), (0, up), color=INK, ha="center", bbox=PATCH)
            taken = x + letter * len(note) / 2 if up < 0 else taken


def finish_axes(axes: Axes, lanes: list[str], visits: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> None:
    """Label the lanes and the years."""
    name_lanes(axes, lanes, below=["Inspected, no grade"] if len(visits) else [])
    set_years(axes, first, last)
    for boundary in range(1, len(lanes)):
        axes.axhline(boundary, color="white", lw=2, zorder=0.9)
    name_levels(axes, lanes)


def name_lanes(axes: Axes, lanes: list[str], below: Sequence[str] = ()) -> None:
    """Write the names of the lanes to their left, and of a row below them if there is one."""
    heights = [len(lanes) - 1 - number + 0.49 for number in range(len(lanes))] + [-0.55] * len(below)
    axes.set_yticks(heights, [*(STRAND_NAMES[lane] for lane in lanes), *below])
    axes.set_ylim(-len(below), len(lanes) + HEADROOM)
    axes.tick_params(axis="y", length=0, pad=PAD)
    axes.spines["left"].set_visible(False)


def set_years(axes: Axes, first: pd.Timestamp, last: pd.Timestamp, every: int = 1) -> None:
    """Set the years below the axes, with a tick every so many years."""
    axes.set_xlim(date2num(first), date2num(last))
    axes.xaxis.set_major_locator(YearLocator(every))
    axes.xaxis.set_major_formatter(lambda value, _: f"{pd.Timestamp(value, unit='D').year}")


def name_levels(axes: Axes, lanes: list[str]) -> None:
    """Write the letter of each level to the right of each lane."""
    look: dict[str, Any] = {"xycoords": axes.get_yaxis_transform(), "va": "center_baseline", "color": MUTED}
    for number, lane in enumerate(lanes):
        for grade in list_levels(lane):
            at = (1, place_level(len(lanes) - 1 - number, LEVELS[grade]))
            write_near(axes, GRADE_LETTERS[grade], at, (4, 0), **look)


def list_levels(lane: str) -> list[str]:
    """List the grades that a strand may have; the third is adequate in the strands of the first framework."""
    other = "requires_improvement" if lane in ("safeguarding", "looked_after") else "adequate"
    return [grade for grade in LEVELS if grade != other]
