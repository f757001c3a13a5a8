"""What each inspection judged: a row for each area of judgement, a column for each inspection."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lewisham_study.analysis.case import Case, place_in_window
from lewisham_study.analysis.ratings import ERA, trace_path
from lewisham_study.display.exhibits import FigureExhibit
from lewisham_study.display.sources import cite
from lewisham_study.display.style import (
    FRAMEWORK_NAMES,
    GRADE_COLOURS,
    GRADE_LETTERS,
    GRADE_NAMES,
    INK,
    MUTED,
    PAGE_WIDTH,
    STRAND_NAMES,
    choose_ink,
    clear_axes,
    drawing,
    write_count,
    write_month,
)


def draw_areas(case: Case) -> FigureExhibit:
    """Draw the grade of every area that each inspection of the authority judged.

    Returns
    -------
    FigureExhibit
        Columns in order of date, apart where the framework changes; blank where an area was not judged.
    """
    steps = trace_path(case.tables["judgements"], case.la_code, basis=case.basis)
    steps = steps.assign(window=place_in_window(steps["date"], case.start_year, case.end_year))
    inspections = steps.drop_duplicates("inspection_id").sort_values("date", ignore_index=True)
    strands = [strand for strand in STRAND_NAMES if strand in set(steps["strand"])]
    with drawing():
        figure = Figure(
            figsize=(PAGE_WIDTH, 0.75 + 0.12 * has_long(inspections) + 0.275 * len(strands)), layout="constrained"
        )
        axes = figure.subplots()
        place = draw_columns(axes, steps, inspections, strands)
        axes.set_xlim(-0.1, max(place, 6))
        axes.set_ylim(len(strands), -1.5 - 0.45 * has_long(inspections))
        axes.set_yticks([row + 0.45 for row in range(len(strands))], [STRAND_NAMES[strand] for strand in strands])
        axes.set_xticks([])
        clear_axes(axes)
    return FigureExhibit(
        figure,
        "fig-rating-areas",
        title_areas(case, inspections),
        "O outstanding, G good, RI requires improvement, A adequate, I inadequate; blank: not judged. "
        f"Sources: {cite(steps)}.",
        describe_areas(case, steps, inspections),
        tabulate_areas(steps, inspections),
    )


def draw_columns(axes: Axes, steps: pd.DataFrame, inspections: pd.DataFrame, strands: list[str]) -> float:
    """Draw a column for each inspection; return where the last one ends."""
    place, era = 0.0, 0
    for inspection in inspections.to_dict("records"):
        here = ERA[inspection["framework"]]
        place += 0.25 if era and here != era else 0.0
        era = here
        head: dict[str, Any] = {"ha": "center", "fontsize": 7}
        name = textwrap.fill(FRAMEWORK_NAMES[inspection["framework"]], 13, break_on_hyphens=False)
        axes.text(place + 0.45, -1.02, name, color=MUTED, va="bottom", linespacing=1.1, **head)
        axes.text(place + 0.45, -0.6, write_month(inspection["date"]), color=INK, **head)
        if inspection["window"] == "after":
            axes.text(place + 0.45, -0.14, "after the window", color=INK, ha="center", fontsize=6)
        judged = steps[steps["inspection_id"] == inspection["inspection_id"]].set_index("strand")["grade"]
        for row, strand in enumerate(strands):
            if strand in judged.index:
                draw_cell(axes, place, row, str(judged[strand]), hollow=inspection["window"] == "after")
        place += 1
    return place


def has_long(inspections: pd.DataFrame) -> bool:
    """Tell whether a framework's name needs more than one line above its column."""
    return any(len(FRAMEWORK_NAMES[name]) > 13 for name in inspections["framework"])


def draw_cell(axes: Axes, place: float, row: int, grade: str, *, hollow: bool) -> None:
    """Draw one grade; hollow where it falls after the window."""
    colour = GRADE_COLOURS[grade]
    face, ink = ("white", INK) if hollow else (colour, choose_ink(colour))
    axes.add_patch(Rectangle((place + 0.03, row + 0.04), 0.84, 0.84, facecolor=face, edgecolor=colour, lw=1.3))
    centred: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": 7.5, "weight": "bold"}
    axes.text(place + 0.45, row + 0.46, GRADE_LETTERS[grade], color=ink, **centred)


def title_areas(case: Case, inspections: pd.DataFrame) -> str:
    """State the finding: how many inspections under how many frameworks."""
    frameworks = inspections["framework"].map(ERA).nunique()
    if len(inspections) == 1:
        return f"{case.la_name}: one graded inspection, under {FRAMEWORK_NAMES[inspections['framework'].iloc[0]]}"
    count = f"{case.la_name}: {write_count(len(inspections)).lower()} graded inspections"
    if frameworks == 1:
        return f"{count} under one framework"
    return f"{count} under {write_count(frameworks).lower()} frameworks, each with its own areas of judgement"


def describe_areas(case: Case, steps: pd.DataFrame, inspections: pd.DataFrame) -> str:
    """Describe the grades, inspection by inspection."""
    told = []
    for inspection in inspections.to_dict("records"):
        grades = steps[steps["inspection_id"] == inspection["inspection_id"]]
        parts = [f"{STRAND_NAMES[row['strand']]} {GRADE_NAMES[row['grade']]}" for row in grades.to_dict("records")]
        name = f"{FRAMEWORK_NAMES[inspection['framework']]} of {write_month(inspection['date'])}"
        after = " (after the window)" if inspection["window"] == "after" else ""
        told.append(f"{name}{after}: {', '.join(parts)}")
    return f"Grid of grades of {case.la_name} by area and inspection. {'; '.join(told)}."


def tabulate_areas(steps: pd.DataFrame, inspections: pd.DataFrame) -> pd.DataFrame:
    """Give the grades as a table: a row an area as published, in the order of the inspections."""
    order = {inspection: place for place, inspection in enumerate(inspections["inspection_id"])}
    rows = steps.assign(_order=steps["inspection_id"].map(order)).sort_values(["_order", "domain"])
    return pd.DataFrame(
        {
            "Framework": rows["framework"].map(FRAMEWORK_NAMES),
            "Published": rows["published_date"].dt.strftime("%Y-%m-%d"),
            "Area as published": rows["domain"],
            "Grade": rows["grade"].map(GRADE_NAMES),
            "Source": rows["source_id"] + ", " + rows["locator"],
        }
    ).reset_index(drop=True)
