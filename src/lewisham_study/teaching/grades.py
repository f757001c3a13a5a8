"""The grades of an authority as a reader of the day knew them, and a blank sheet for what may come."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.ratings import trace_path
from lewisham_study.display.common.exhibit import FigureExhibit
from lewisham_study.display.common.phrases import format_day, format_month
from lewisham_study.display.common.style import FAINT, GRADE_COLOURS, INK, MUTED, PAGE_WIDTH, choose_ink, drawing
from lewisham_study.display.ratings.lanes import draw_eras, draw_lanes, finish_axes
from lewisham_study.display.ratings.path import LANES, list_visits
from lewisham_study.vocabulary import FRAMEWORK_NAMES, GRADE_LETTERS, GRADE_NAMES, STRAND_NAMES

MARGIN = 0.13
"""Room to the right of the day for the dates beside its marks, as a share of the years drawn."""
SCALE = ["inadequate", "requires_improvement", "good", "outstanding"]


def draw_known(case: Case, day: date, label: str = "fig-known-path") -> FigureExhibit:
    """Draw the grades that were public on a day, each from the day of its report.

    Parameters
    ----------
    case : opened on the tables that `tidy.known.load_known_tables` gives for the day, basis published.
    day : the last day drawn.
    label : the figure's name in its paper.
    """
    steps = trace_path(case.tables["judgements"], case.la_code, basis="published").assign(window="within")
    first, last = pd.Timestamp(case.start_year, 1, 1), pd.Timestamp(day)
    visits = list_visits(case, first)
    lanes = [lane for lane in LANES if lane in set(steps["strand"])]
    with drawing():
        height = 0.6 + 0.48 * (len(lanes) + (not visits.empty))
        figure = Figure(figsize=(PAGE_WIDTH, height), layout="constrained")
        axes = figure.subplots()
        draw_eras(axes, first, last, case)
        draw_lanes(axes, steps, lanes, visits, first, last)
        finish_axes(axes, lanes, visits, first, last + (last - first) * MARGIN)
        mark_today(axes, first, last)
    table = tabulate_known(steps)
    rows = table.to_dict("records")
    told = [f"{row['Strand']} {row['Grade']} ({row['Framework']}, {row['Published']})" for row in rows]
    return FigureExhibit(
        figure,
        label,
        title_known(case, steps, day),
        "O outstanding, G good, RI requires improvement, A adequate, I inadequate. Each mark stands at the day its "
        "report came out; a line says only that no later report was out. No line joins two frameworks, for their "
        "grades are not one scale. Diamonds are visits that gave no grade. Source: Ofsted’s reports of the days shown.",
        f"Timeline of {case.spoken}’s grades by strand as public on {format_day(last)}. {'; '.join(told)}.",
        table,
    )


def mark_today(axes: Axes, first: pd.Timestamp, day: pd.Timestamp) -> None:
    """Mark the day from which the reader looks back; no later year is named."""
    axes.axvline(date2num(day), color=INK, lw=0.9, ls=(0, (4, 2)), zorder=1)
    below: dict[str, Any] = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points", "fontsize": 7}
    axes.annotate("today", (date2num(day), 0), (3, 3), color=INK, **below)
    years = range(first.year, day.year + 1)
    axes.set_xticks([date2num(pd.Timestamp(year, 1, 1)) for year in years], [str(year) for year in years])


def title_known(case: Case, steps: pd.DataFrame, day: date) -> str:
    """State what a reader of the day knew of the overall grade."""
    overall = steps[steps["strand"] == "overall"]
    if overall.empty:
        return f"On {format_day(pd.Timestamp(day))} no overall grade of {case.spoken} was public"
    last = overall.iloc[-1]
    return f"{case.opening}’s grade on {format_day(pd.Timestamp(day))}: {GRADE_NAMES[last['grade']]} overall"


def tabulate_known(steps: pd.DataFrame) -> pd.DataFrame:
    """Give the steps as a table to read, strand by strand."""
    shown = steps[steps["strand"].isin(LANES)]
    return pd.DataFrame(
        {
            "Strand": shown["strand"].map(STRAND_NAMES),
            "Framework": shown["framework"].map(FRAMEWORK_NAMES),
            "Grade": shown["grade"].map(GRADE_NAMES),
            "Inspected from": shown["start_date"].map(format_month, na_action="ignore"),
            "Published": shown["published_date"].map(format_day, na_action="ignore"),
        }
    ).reset_index(drop=True)


def draw_outlook(case: Case, day: date, years: int, height: float = 1.9) -> FigureExhibit:
    """Draw a blank sheet on which the reader draws the path that he or she expects.

    Parameters
    ----------
    case : as in `draw_known`.
    day : where the sheet begins, with the overall grade then public.
    years, height : how many years it is for, and how high it is, in inches.
    """
    overall = trace_path(case.tables["judgements"], case.la_code, basis="published", strand="overall")
    grade = str(overall["grade"].iloc[-1])
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, height), layout="constrained")
        axes = figure.subplots()
        for level in range(len(SCALE)):
            axes.axhline(level, color=FAINT, lw=0.8)
        for year in range(years + 1):
            axes.axvline(year, color=FAINT, lw=0.8)
        here: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": 7, "weight": "bold", "zorder": 5}
        colour, level = GRADE_COLOURS[grade], SCALE.index(grade)
        axes.scatter([0], [level], s=150, color=colour, zorder=4, clip_on=False)
        axes.text(0, level, GRADE_LETTERS[grade], color=choose_ink(colour), **here)
        axes.set_yticks(range(len(SCALE)), [GRADE_NAMES[name] for name in SCALE], color=INK)
        axes.set_xticks(range(years + 1), ["today", *(f"+{year}" for year in range(1, years + 1))])
        axes.set_xlabel("years from today", color=MUTED)
        axes.set(xlim=(0, years), ylim=(-0.4, len(SCALE) - 0.6))
        axes.tick_params(length=0, pad=9)
        for side in axes.spines.values():
            side.set_visible(False)
    sheet = pd.DataFrame(
        {"Years from today": range(years + 1), "Expected grade": [GRADE_NAMES[grade], *[None] * years]}
    )
    return FigureExhibit(
        figure,
        "fig-outlook",
        f"Your expectation: draw the grade you expect in each of the next {years} years",
        "Mark each year in which you expect an inspection report, and its grade. Beside the line write how sure you "
        "are, out of ten. Keep the sheet.",
        f"An empty chart: four grades upwards, {years} years to the right; today {case.spoken} is "
        f"{GRADE_NAMES[grade]}, and the years to come are blank.",
        sheet,
    )
