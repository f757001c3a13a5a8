"""The grades of one authority: a step for each in a lane for each strand, and a matrix of areas by inspection."""

from __future__ import annotations

import textwrap
from collections.abc import Hashable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lewisham_study.analysis.case import Case, place_in_window
from lewisham_study.analysis.ratings import mark_ungraded, trace_path
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, paint_widths
from lewisham_study.display.common.phrases import format_day, format_month, format_start, name_judgement, note_ungraded
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
    drawing,
    measure_text,
    set_margins,
)
from lewisham_study.display.ratings.lanes import draw_eras, draw_lanes, finish_axes
from lewisham_study.vocabulary import (
    ERA,
    FRAMEWORK_NAMES,
    GRADE_LETTERS,
    GRADE_NAMES,
    NO_OVERALL,
    STRAND_NAMES,
    VISIT_NAMES,
)

LANES = ["safeguarding", "looked_after", "overall", "leadership", "help_and_protection"]
LANES += ["children_in_care", "care_leavers"]


def draw_path(case: Case) -> FigureExhibit:
    """Draw the grades of the authority strand by strand; steps are joined only within one framework."""
    steps = list_steps(case)
    first = pd.Timestamp(case.start_year, 1, 1)
    visits = list_visits(case, first)
    last = find_last_day(case, steps, visits)
    lanes = [lane for lane in LANES if lane in set(steps["strand"])]
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 0.85 + 0.52 * (len(lanes) + (not visits.empty))), layout="constrained")
        axes = figure.subplots()
        draw_eras(axes, first, last, case)
        draw_lanes(axes, steps, lanes, visits, first, last, edge=last)
        finish_axes(axes, lanes, visits, first, last)
        draw_key(figure, set(steps["grade"]))
    return FigureExhibit(
        figure,
        "fig-rating-path",
        title_path(case, steps),
        caption_path(case, steps, visits),
        describe_path(case, steps, visits),
        tabulate_steps(steps),
    )


def list_steps(case: Case) -> pd.DataFrame:
    """List the authority's steps with their place in the window; none ends after the authority or the data.

    An inspection since April 2026 has a step 'no_overall_grade', which ends the overall grade before it.
    """
    judgements = case.tables["judgements"]
    steps = trace_path(mark_ungraded(judgements), case.la_code, basis=case.basis)
    steps["until"] = steps["until"].fillna(case.valid_to or judgements["published_date"].max())
    reports = case.own("inspections").set_index("inspection_id")["report_url"]
    steps["report_url"] = steps["inspection_id"].map(reports)
    return steps.assign(window=place_in_window(steps["date"], case.start_year, case.end_year))


def find_last_day(case: Case, steps: pd.DataFrame, visits: pd.DataFrame | None = None) -> pd.Timestamp:
    """Return the last day to draw: the window's end or, with marks after it, late enough to read the last date.

    The date of a grade of the latest year is to the left of its mark, so that the axis goes no further than needed.
    """
    latest = case.tables["judgements"]["published_date"].max()
    room = 22 if steps["date"].max() + pd.DateOffset(months=22) < latest + pd.DateOffset(months=9) else 9
    marks = [(steps["date"], room)] if visits is None else [(steps["date"], room), (visits["start_date"], 9)]
    after = [(days[days > case.window_end], months) for days, months in marks]
    needed: list[pd.Timestamp] = [days.max() + pd.DateOffset(months=months) for days, months in after if len(days)]
    if not needed:
        return case.window_end + pd.DateOffset(months=2)
    return max([*needed, case.window_end + pd.DateOffset(months=31)])


def list_visits(case: Case, first: pd.Timestamp | None = None) -> pd.DataFrame:
    """List the authority's visits without a grade, from a first day on."""
    inspections = case.own("inspections")
    visits = inspections[~inspections["graded"]].sort_values("start_date", kind="stable")
    return visits if first is None else visits[visits["start_date"] >= first]


def was_created_after(case: Case) -> bool:
    """Return True if the authority was created after the window."""
    return case.valid_from is not None and case.valid_from > case.window_end


def title_path(case: Case, steps: pd.DataFrame) -> str:
    """State the last overall grade in the window with the month of its inspection, and the next and last after it."""
    overall = steps[steps["strand"] == "overall"]
    known, later = overall[overall["window"] != "after"], overall[overall["window"] == "after"]
    if len(known) and known.iloc[-1]["grade"] == NO_OVERALL:
        text = title_ungraded(case, steps, known)
    else:
        text = f"{case.opening} {describe_last(case, known)}"
    if later.empty:
        return text
    step = later.iloc[0]
    when = f"in {step['date']:%B %Y}{'' if was_created_after(case) else ', after the window'}"
    if step["grade"] == NO_OVERALL:
        leaders = "" if len(known) and known.iloc[-1]["grade"] == NO_OVERALL else ", without an overall grade"
        return f"{text}; its leadership was judged {name_leadership(steps, step)} {when}{leaders}"
    again = " again" if len(known) and known.iloc[-1]["grade"] == step["grade"] else ""
    text = f"{text}; it was judged {GRADE_NAMES[step['grade']]}{again} {when}"
    return text + (name_latest(steps, later.iloc[-1]) if len(later) > 1 else "")


def name_latest(steps: pd.DataFrame, step: pd.Series) -> str:
    """State the latest of several inspections after the window, to follow the first of them."""
    when = f"in {step['date']:%B %Y}"
    if step["grade"] == NO_OVERALL:
        return f", and its leadership {name_leadership(steps, step)} {when}, without an overall grade"
    return f", and {GRADE_NAMES[step['grade']]} {when}"


def title_ungraded(case: Case, steps: pd.DataFrame, known: pd.DataFrame) -> str:
    """State the grade for leaders of an authority without an overall grade any more, and its last overall grade."""
    last, given = known.iloc[-1], known[known["grade"] != NO_OVERALL]
    text = f"{case.opening}’s leadership was judged {name_leadership(steps, last)} in {last['date']:%B %Y}"
    if given.empty:
        return f"{text}; no overall grade was ever given"
    return (
        f"{text}; the last overall grade, of {given.iloc[-1]['date']:%B %Y}, was {GRADE_NAMES[given.iloc[-1]['grade']]}"
    )


def name_leadership(steps: pd.DataFrame, step: pd.Series | dict[Hashable, Any]) -> str:
    """Name the grade for leaders of the inspection that a step is of."""
    same = steps[(steps["inspection_id"] == step["inspection_id"]) & (steps["strand"] == "leadership")]
    return GRADE_NAMES[str(same["grade"].iloc[0])]


def describe_last(case: Case, known: pd.DataFrame) -> str:
    """Describe, to follow the authority's name, its last overall grade within the window."""
    if case.valid_from is not None and was_created_after(case):
        return f"was created after the window, on {format_day(case.valid_from)}"
    if known.empty:
        return f"had no overall grade by the end of {case.end_year}"
    abolished = case.valid_to is not None and case.valid_to < case.window_end
    end = f" and abolished in {case.valid_to:%B %Y}" if abolished else ""
    return f"was judged {GRADE_NAMES[known.iloc[-1]['grade']]} in {known.iloc[-1]['date']:%B %Y}{end}"


def caption_path(case: Case, steps: pd.DataFrame, visits: pd.DataFrame) -> str:
    """Explain the marks and lines, and cite the sources."""
    basis = "first day on site" if case.basis == "inspected" else "day of publication"
    ungraded = " Diamonds and squares: visits without a grade." if len(visits) else ""
    return (
        f"Marks: {basis}, best grade on top. Lines stop where the scale changes.{note_after(steps)}{ungraded} "
        f"{credit_releases(steps['source_id'])}"
    )


def note_after(steps: pd.DataFrame) -> str:
    """Explain hollow marks after the window, with a leading space, if there are any."""
    return " Hollow: after the window." if (steps["window"] == "after").any() else ""


def describe_path(case: Case, steps: pd.DataFrame, visits: pd.DataFrame) -> str:
    """Describe the figure for readers who cannot see it."""
    parts = []
    for lane in LANES:
        grades = [
            f"{GRADE_NAMES[step['grade']]} ({FRAMEWORK_NAMES[step['framework']]}, {format_month(step['date'])})"
            for step in steps[steps["strand"] == lane].to_dict("records")
        ]
        parts += [f"{STRAND_NAMES[lane]}: {', then '.join(grades)}"] if grades else []
    if not visits.empty:
        for kind, name in VISIT_NAMES.items():
            days = visits.loc[visits["kind"] == kind, "start_date"]
            parts += [f"{name.lower()}s, no grade: {', '.join(map(format_month, days))}"] if len(days) else []
    after = " and after" if (steps["window"] == "after").any() else ""
    years = f"{case.start_year} to {case.end_year}{after}"
    return f"Timeline of {case.spoken}’s grades by strand, {years}. {'; '.join(parts)}."


def tabulate_steps(steps: pd.DataFrame) -> pd.DataFrame:
    """Arrange the steps as a table to read."""
    starts = zip(steps["start_date"], steps["start_precision"], strict=True)
    table = pd.DataFrame(
        {
            "Strand": steps["strand"].map(STRAND_NAMES),
            "Framework": steps["framework"].map(FRAMEWORK_NAMES),
            "Grade": steps["grade"].map(GRADE_NAMES),
            "Inspected from": [format_start(start, precision) for start, precision in starts],
            "Published": steps["published_date"].map(format_day, na_action="ignore"),
            "Window": steps["window"],
            "Source": steps["source_id"] + ", " + steps["locator"],
        }
    )
    return table.assign(Report=steps["report_url"]) if "report_url" in steps else table


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
        f"{ended}{credit_releases(steps['source_id'])}"
    )


def draw_columns(axes: Axes, steps: pd.DataFrame, inspections: pd.DataFrame, strands: list[str], letters: int) -> float:
    """Draw a column for each inspection, its name wrapped to so many letters, and return where the last one ends."""
    place, era = 0.0, 0
    head: dict[str, Any] = {"ha": "center", "fontsize": SMALLEST}
    crowded = letters <= 8 and len(inspections) > 5
    for inspection in inspections.to_dict("records"):
        here, after = ERA[inspection["framework"]], inspection["window"] == "after"
        place += 0.25 if era and here != era else 0.0
        era = here
        name = textwrap.fill(
            FRAMEWORK_NAMES[inspection["framework"]], letters, break_long_words=False, break_on_hyphens=letters <= 8
        )
        axes.text(place + 0.45, -1.02, name, color=MUTED, va="bottom", linespacing=1.1, **head)
        month = f"{inspection['date']:%b ’%y}" if crowded else format_month(inspection["date"])
        axes.text(place + 0.45, -0.6, month, color=INK, **head)
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
