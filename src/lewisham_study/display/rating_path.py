"""The path of one authority's ratings: a step for each grade, a lane for each strand."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case, place_in_window
from lewisham_study.analysis.ratings import trace_path
from lewisham_study.display.exhibits import FigureExhibit
from lewisham_study.display.rating_lanes import draw_eras, draw_lane, draw_visits, finish_axes
from lewisham_study.display.sources import cite
from lewisham_study.display.style import (
    FRAMEWORK_NAMES,
    GRADE_NAMES,
    PAGE_WIDTH,
    STRAND_NAMES,
    drawing,
    write_day,
    write_month,
    write_start,
)

LANES = ["safeguarding", "looked_after", "overall", "leadership", "help_and_protection"]
LANES += ["children_in_care", "care_leavers"]


def draw_path(case: Case) -> FigureExhibit:
    """Draw the grades of the authority in the case, strand by strand.

    Returns
    -------
    FigureExhibit
        Dated, lettered markers; steps are joined only within one framework; visits without a grade,
        and outcomes after the window, are shown as such. Its table is the steps.
    """
    steps = list_steps(case)
    first, last = pd.Timestamp(case.start_year, 1, 1), find_last_day(case, steps)
    visits = list_visits(case, first, last)
    lanes = [lane for lane in LANES if lane in set(steps["strand"])]
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 0.7 + 0.52 * (len(lanes) + (not visits.empty))), layout="constrained")
        axes = figure.subplots()
        draw_eras(axes, first, last, case)
        for number, lane in enumerate(lanes):
            draw_lane(axes, steps[steps["strand"] == lane], len(lanes) - 1 - number, first, last)
        if not visits.empty:
            draw_visits(axes, visits, -1)
        finish_axes(axes, lanes, visits, first, last)
    return FigureExhibit(
        figure,
        "fig-rating-path",
        title_path(case, steps),
        caption_path(case, steps),
        describe_path(case, steps, visits),
        tabulate_steps(steps),
    )


def list_steps(case: Case) -> pd.DataFrame:
    """List the steps of the case's strands, with how each lies to the window."""
    steps = trace_path(case.tables["judgements"], case.la_code, basis=case.basis)
    if case.valid_to is not None:
        steps["until"] = steps["until"].fillna(case.valid_to)
    return steps.assign(window=place_in_window(steps["date"], case.start_year, case.end_year))


def list_visits(case: Case, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """List the visits that gave no grade between two days."""
    inspections = case.tables["inspections"]
    visits = inspections[(inspections["la_code"] == case.la_code) & ~inspections["graded"]]
    return visits[visits["start_date"].between(first, last)].sort_values("start_date")


def find_last_day(case: Case, steps: pd.DataFrame) -> pd.Timestamp:
    """Give the last day to draw: the window's end, or half a year after the last outcome."""
    after = steps.loc[steps["window"] == "after", "date"]
    last = case.window_end if after.empty else after.max() + pd.DateOffset(months=10)
    return max(last, case.window_end + pd.DateOffset(months=2))


def title_path(case: Case, steps: pd.DataFrame) -> str:
    """State the finding: the overall grade at the window's end, and what came after."""
    overall = steps[steps["strand"] == "overall"]
    known = overall[overall["window"] != "after"]
    if known.empty:
        text = f"{case.la_name} had no overall grade by the end of {case.end_year}"
    elif case.valid_to is not None and case.valid_to < case.window_end:
        grade = GRADE_NAMES[known.iloc[-1]["grade"]]
        text = f"{case.la_name} was rated {grade} when it was abolished in {case.valid_to:%B %Y}"
    else:
        text = f"{case.la_name} was rated {GRADE_NAMES[known.iloc[-1]['grade']]} at the end of {case.end_year}"
    later = overall[overall["window"] == "after"]
    if not later.empty:
        step = later.iloc[0]
        text += f"; {GRADE_NAMES[step['grade']]} came in {step['date']:%B %Y}, after the window"
    return text


def caption_path(case: Case, steps: pd.DataFrame) -> str:
    """Say how to read the figure and where its grades come from."""
    basis = "first day on site" if case.basis == "inspected" else "day of publication"
    return (
        "O outstanding, G good, RI requires improvement, A adequate, I inadequate; each mark stands at the "
        f"{basis}. A grade is drawn as standing until the next one. Steps are joined only within one framework, for "
        "grades of different frameworks are not one scale. Hollow marks fall after the window; diamonds are visits "
        f"that gave no grade. Sources: {cite(steps)}."
    )


def describe_path(case: Case, steps: pd.DataFrame, visits: pd.DataFrame) -> str:
    """Describe the figure for a reader who cannot see it."""
    parts = []
    for strand, group in steps[steps["strand"].isin(LANES)].groupby("strand", sort=False):
        told = [
            f"{GRADE_NAMES[step['grade']]} ({FRAMEWORK_NAMES[step['framework']]}, {write_month(step['date'])})"
            for step in group.to_dict("records")
        ]
        parts.append(f"{STRAND_NAMES[str(strand)]}: {', then '.join(told)}")
    if not visits.empty:
        parts.append("visits without a grade: " + ", ".join(write_month(day) for day in visits["start_date"]))
    return (
        f"Timeline of {case.la_name}’s grades by strand, {case.start_year} to {case.end_year} and after. "
        + "; ".join(parts)
        + "."
    )


def tabulate_steps(steps: pd.DataFrame) -> pd.DataFrame:
    """Give the steps as a table to read."""
    return pd.DataFrame(
        {
            "Strand": steps["strand"].map(STRAND_NAMES),
            "Framework": steps["framework"].map(FRAMEWORK_NAMES),
            "Grade": steps["grade"].map(GRADE_NAMES),
            "Inspected from": [
                write_start(start, precision)
                for start, precision in zip(steps["start_date"], steps["start_precision"], strict=True)
            ],
            "Published": steps["published_date"].map(write_day, na_action="ignore"),
            "Window": steps["window"],
            "Source": steps["source_id"] + ", " + steps["locator"],
        }
    )
