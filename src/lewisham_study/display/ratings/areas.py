"""The grades of each inspection: a row for each area of judgement, a column for each inspection."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lewisham_study.analysis.case import Case
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, paint_widths
from lewisham_study.display.common.phrases import format_month, name_judgement, note_ungraded
from lewisham_study.display.common.style import (
    FAINT,
    GRADE_COLOURS,
    INK,
    MUTED,
    PAGE_WIDTH,
    SMALLEST,
    choose_edge,
    choose_ink,
    clear_axes,
    draw_key,
    measure_text,
    set_margins,
)
from lewisham_study.display.ratings.path import list_steps, note_after, title_path
from lewisham_study.vocabulary import (
    ERA,
    FRAMEWORK_NAMES,
    GRADE_LETTERS,
    GRADE_NAMES,
    NO_OVERALL,
    STRAND_NAMES,
)


def draw_areas(case: Case) -> FigureExhibit:
    """Draw the grades of every inspection by area, with a gap where the framework changes."""
    steps = list_steps(case)
    inspections = steps.drop_duplicates("inspection_id").sort_values("date", ignore_index=True, kind="stable")
    strands = [strand for strand in STRAND_NAMES if strand in set(steps["strand"])]
    figure, narrow = paint_widths(lambda width: paint_areas(steps, inspections, strands, width))
    return FigureExhibit(
        figure,
        "fig-rating-areas",
        title_path(case, steps),
        caption_areas(steps),
        describe_areas(case, steps, inspections),
        tabulate_areas(steps, inspections),
        narrow,
    )


def paint_areas(steps: pd.DataFrame, inspections: pd.DataFrame, strands: list[str], width: float) -> Figure:
    """Draw the matrix at a width; on a phone with wrapped names."""
    phone = width < PAGE_WIDTH
    two_lines = any(len(FRAMEWORK_NAMES[name]) > 13 for name in inspections["framework"]) or phone
    height = 0.95 + 0.12 * two_lines + 0.19 * len(strands) + 0.2 * phone
    figure = Figure(figsize=(width, height))
    axes = figure.subplots()
    place = draw_columns(axes, steps, inspections, strands, 8 if phone else 13)
    axes.hlines(range(len(strands) + 1), -0.1, place, color=FAINT, lw=0.5, zorder=0)
    axes.set_xlim(-0.1, max(place, 0 if phone else 4.5))
    axes.set_ylim(len(strands), -1.5 - 0.45 * two_lines)
    names = [textwrap.fill(STRAND_NAMES[strand], 12 if phone else 30) for strand in strands]
    axes.set_yticks([row + 0.5 for row in range(len(strands))], names, fontsize=SMALLEST if phone else None)
    axes.set_xticks([])
    clear_axes(axes)
    key = draw_key(figure, set(steps["grade"]), 2 if phone else 6)
    left = 0.11 + max(measure_text(name, SMALLEST if phone else 8) for name in names)
    set_margins(figure, left=left, right=0.06, bottom=0.06, top=key + 0.02)
    return figure


def caption_areas(steps: pd.DataFrame) -> str:
    """Explain blanks and hollow cells, guard against comparing frameworks, and cite the sources."""
    ended = note_ungraded(shown=bool((steps["grade"] == NO_OVERALL).any()))
    return (
        f"Grades of different frameworks are not on one scale. Blank: not judged.{note_after(steps)} "
        f"{ended}{credit(cite_releases(steps['source_id']))}."
    )


def draw_columns(axes: Axes, steps: pd.DataFrame, inspections: pd.DataFrame, strands: list[str], letters: int) -> float:
    """Draw a column for each inspection, its name wrapped to so many letters, and return where the last one ends."""
    place, era = 0.0, 0
    head: dict[str, Any] = {"ha": "center", "fontsize": SMALLEST}
    for inspection in inspections.to_dict("records"):
        here, after = ERA[inspection["framework"]], inspection["window"] == "after"
        place += 0.25 if era and here != era else 0.0
        era = here
        name = textwrap.fill(FRAMEWORK_NAMES[inspection["framework"]], letters, break_on_hyphens=False)
        axes.text(place + 0.45, -1.02, name, color=MUTED, va="bottom", linespacing=1.1, **head)
        axes.text(place + 0.45, -0.6, format_month(inspection["date"]), color=INK, **head)
        if after:
            axes.text(place + 0.45, -0.14, "after the window" if letters > 8 else "after", color=INK, **head)
        judged = steps[steps["inspection_id"] == inspection["inspection_id"]].set_index("strand")["grade"]
        for row, strand in enumerate(strands):
            if strand in judged.index:
                draw_cell(axes, place, row, str(judged[strand]), after=after)
        place += 1
    return place


def draw_cell(axes: Axes, place: float, row: int, grade: str, *, after: bool) -> None:
    """Draw one grade, hollow if after the window."""
    colour = GRADE_COLOURS[grade]
    face, ink = ("white", INK) if after else (colour, choose_ink(colour))
    axes.add_patch(
        Rectangle((place + 0.03, row + 0.08), 0.84, 0.84, facecolor=face, edgecolor=choose_edge(grade), lw=1.3)
    )
    centred: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": 7.5, "weight": "bold"}
    axes.text(place + 0.45, row + 0.5, GRADE_LETTERS[grade], color=ink, **centred)


def describe_areas(case: Case, steps: pd.DataFrame, inspections: pd.DataFrame) -> str:
    """Describe the grades of each inspection."""
    parts = []
    steps = steps.sort_values("strand", key=lambda names: names.map(list(STRAND_NAMES).index), kind="stable")
    for inspection in inspections.to_dict("records"):
        rows = steps[steps["inspection_id"] == inspection["inspection_id"]].to_dict("records")
        grades = ", ".join(name_judgement(row["strand"], row["grade"]) for row in rows)
        after = " (after the window)" if inspection["window"] == "after" else ""
        parts.append(
            f"{FRAMEWORK_NAMES[inspection['framework']]} of {format_month(inspection['date'])}{after}: {grades}"
        )
    return f"Grid of grades of {case.spoken} by area and inspection. {'; '.join(parts)}."


def tabulate_areas(steps: pd.DataFrame, inspections: pd.DataFrame) -> pd.DataFrame:
    """Arrange the grades as a table of areas as published, in the order of the inspections."""
    order = {inspection: place for place, inspection in enumerate(inspections["inspection_id"])}
    given = steps[steps["grade"] != NO_OVERALL]
    rows = given.assign(_order=given["inspection_id"].map(order)).sort_values(["_order", "domain"])
    return pd.DataFrame(
        {
            "Framework": rows["framework"].map(FRAMEWORK_NAMES),
            "Published": rows["published_date"].dt.strftime("%Y-%m-%d"),
            "Area as published": rows["domain"],
            "Grade": rows["grade"].map(GRADE_NAMES),
            "Source": rows["source_id"] + ", " + rows["locator"],
            "Report": rows["report_url"],
        }
    ).reset_index(drop=True)
