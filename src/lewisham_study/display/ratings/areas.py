"""What each inspection judged: a row for each area of judgement, a column for each inspection."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lewisham_study.analysis.case import Case, place_in_window
from lewisham_study.analysis.ratings import trace_path
from lewisham_study.display.common.citations import cite, credit
from lewisham_study.display.common.exhibit import FigureExhibit
from lewisham_study.display.common.phrases import format_count, format_month
from lewisham_study.display.common.style import (
    FAINT,
    GRADE_COLOURS,
    INK,
    MUTED,
    PAGE_WIDTH,
    SMALLEST,
    choose_ink,
    clear_axes,
    draw_key,
    drawing,
)
from lewisham_study.vocabulary import ERA, FRAMEWORK_NAMES, GRADE_LETTERS, GRADE_NAMES, STRAND_NAMES


def draw_areas(case: Case) -> FigureExhibit:
    """Draw the grade of every area that each inspection of the authority judged.

    Returns
    -------
    FigureExhibit
        Columns in order of date, apart where the framework changes; blank where an area was not judged.
    """
    steps = trace_path(case.tables["judgements"], case.la_code, basis=case.basis)
    steps = steps.assign(window=place_in_window(steps["date"], case.start_year, case.end_year))
    inspections = steps.drop_duplicates("inspection_id").sort_values("date", ignore_index=True, kind="stable")
    strands = [strand for strand in STRAND_NAMES if strand in set(steps["strand"])]
    with drawing():
        figure = Figure(
            figsize=(PAGE_WIDTH, 0.95 + 0.12 * has_long(inspections) + 0.24 * len(strands)), layout="constrained"
        )
        axes = figure.subplots()
        place = draw_columns(axes, steps, inspections, strands)
        axes.hlines(range(len(strands) + 1), -0.1, place, color=FAINT, lw=0.5, zorder=0)
        axes.set_xlim(-0.1, max(place, 4.5))
        axes.set_ylim(len(strands), -1.5 - 0.45 * has_long(inspections))
        axes.set_yticks([row + 0.5 for row in range(len(strands))], [STRAND_NAMES[strand] for strand in strands])
        axes.set_xticks([])
        clear_axes(axes)
        draw_key(figure, set(steps["grade"]))
    return FigureExhibit(
        figure,
        "fig-rating-areas",
        title_areas(case, steps, inspections),
        "Letters are the grades; blank: not an area of judgement of that inspection; hollow: after the window. "
        f"{credit(cite(steps))}.",
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
        head: dict[str, Any] = {"ha": "center", "fontsize": SMALLEST}
        name = textwrap.fill(FRAMEWORK_NAMES[inspection["framework"]], 13, break_on_hyphens=False)
        axes.text(place + 0.45, -1.02, name, color=MUTED, va="bottom", linespacing=1.1, **head)
        axes.text(place + 0.45, -0.6, format_month(inspection["date"]), color=INK, **head)
        if inspection["window"] == "after":
            axes.text(place + 0.45, -0.14, "after the window", color=INK, ha="center", fontsize=SMALLEST)
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
    axes.add_patch(Rectangle((place + 0.03, row + 0.08), 0.84, 0.84, facecolor=face, edgecolor=colour, lw=1.3))
    centred: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": 7.5, "weight": "bold"}
    axes.text(place + 0.45, row + 0.5, GRADE_LETTERS[grade], color=ink, **centred)


def title_areas(case: Case, steps: pd.DataFrame, inspections: pd.DataFrame) -> str:
    """State the finding: how many areas were good or outstanding at the first and the last inspection drawn."""
    shown = inspections[inspections["window"] != "after"]
    shown = inspections if shown.empty else shown
    counts = shown["inspection_id"].map(lambda inspection: count_good(steps, inspection)).tolist()
    when = shown["date"].dt.strftime("%B %Y").tolist()
    be = ["was" if count.startswith(("one", "the one", "not", "neither")) else "were" for count in counts]
    text = f"{case.label}: {counts[0]} judged in {when[0]} {be[0]} good or outstanding"
    if len(shown) == 1:
        return text
    other = ", under another framework," if shown["framework"].map(ERA).nunique() > 1 else ""
    return f"{text}; in {when[-1]}{other} {counts[-1]} {be[-1]}"


def count_good(steps: pd.DataFrame, inspection: str) -> str:
    """Count the areas that an inspection found good or outstanding, of those it judged; overall is no area."""
    grades = steps.loc[(steps["inspection_id"] == inspection) & (steps["strand"] != "overall"), "grade"]
    good, judged = int(grades.isin(["good", "outstanding"]).sum()), len(grades)
    if judged == 1:
        return "the one area" if good else "not the one area"
    if good == judged:
        return "both areas" if good == 2 else f"all {format_count(good).lower()} areas"
    some = format_count(good).lower() if good else "neither" if judged == 2 else "none"
    return f"{some} of the {format_count(judged).lower()} areas"


def describe_areas(case: Case, steps: pd.DataFrame, inspections: pd.DataFrame) -> str:
    """Describe the grades, inspection by inspection."""
    told = []
    steps = steps.sort_values("strand", key=lambda column: column.map(list(STRAND_NAMES).index), kind="stable")
    for inspection in inspections.to_dict("records"):
        grades = steps[steps["inspection_id"] == inspection["inspection_id"]]
        parts = [f"{STRAND_NAMES[row['strand']]} {GRADE_NAMES[row['grade']]}" for row in grades.to_dict("records")]
        name = f"{FRAMEWORK_NAMES[inspection['framework']]} of {format_month(inspection['date'])}"
        after = " (after the window)" if inspection["window"] == "after" else ""
        told.append(f"{name}{after}: {', '.join(parts)}")
    return f"Grid of grades of {case.spoken} by area and inspection. {'; '.join(told)}."


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
