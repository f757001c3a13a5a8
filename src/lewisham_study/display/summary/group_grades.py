"""The grades of several councils, or of the regions of England, drawn side by side."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import YearLocator, date2num
from matplotlib.figure import Figure

from lewisham_study import vocabulary
from lewisham_study.analysis.case import Case
from lewisham_study.analysis.group import MOST_COUNCILS, Group, count_regions
from lewisham_study.display.common import style
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, paint_widths
from lewisham_study.display.common.phrases import find_last_overall, format_day, shorten_name
from lewisham_study.display.common.style import GRADE_COLOURS, INK, PAGE_WIDTH, SMALLEST, UNJUDGED
from lewisham_study.display.summary.grades import draw_bar, find_latest, list_steps
from lewisham_study.vocabulary import GOOD_OR_BETTER, GRADE_NAMES, GRADES, NO_OVERALL

ROW, STEP = 0.3, 1.35
"""The height of a council's strip in inches, and from one to the next in heights of its bar."""
STACK = [*GRADES, NO_OVERALL, vocabulary.NOT_YET_JUDGED]


def compare_grades(group: Group, fewest: int = 0, most: int = MOST_COUNCILS) -> FigureExhibit | None:
    """Draw the grades of each council as a strip, or of each region as counts; None outside a number of members."""
    if not fewest <= len(group.labels) <= most:
        return None
    return draw_regions(group) if group.regions else draw_strips(group)


def draw_strips(group: Group) -> FigureExhibit:
    """Draw a strip of grades for each council on one time axis."""
    steps = [list_steps(one) for one in group.cases]
    figure, narrow = paint_widths(lambda width: paint_strips(group, steps, width))
    table = tabulate_strips(group, steps)
    parts = [
        f"{label}: {', '.join(part['Grade'] + ' ' + part['From'].str[-4:])}"
        for label, part in table.groupby("Council", sort=False)
    ]
    sources = sorted({str(source) for own in steps for source in own["source_id"]})
    caption = (
        f"Low bars: safeguarding. Dashed: end of {group.cases[0].end_year}. A gap: new framework, other scale. "
        f"{credit_releases(sources)}"
    )
    alt = f"Strips of grades on a time axis. {'; '.join(parts)}."
    return FigureExhibit(figure, "fig-side-grades", title_grades(group), caption, alt, table, narrow=narrow)


def paint_strips(group: Group, steps: list[pd.DataFrame], width: float) -> Figure:
    """Paint the strips at a width in inches; on a page many councils are in two columns."""
    columns = 2 if width == PAGE_WIDTH and len(steps) > MOST_COUNCILS + 1 else 1
    rows, key = ceil(len(steps) / columns), 6 if width == PAGE_WIDTH else 2
    figure = Figure(figsize=(width, 0.55 + 0.15 * (6 // key - 1) + ROW * rows), layout="constrained")
    for place, axes in enumerate(figure.subplots(1, columns, squeeze=False)[0]):
        part = slice(place * rows, (place + 1) * rows)
        paint_column(axes, group.cases[part], steps[part], rows, 2 if width / columns == PAGE_WIDTH else 4)
    style.draw_key(figure, {grade for own in steps for grade in own["grade"]}, key)
    return figure


def paint_column(axes: Axes, cases: Sequence[Case], steps: list[pd.DataFrame], rows: int, years: int) -> None:
    """Paint the strips of some councils below each other, with a tick after so many years."""
    first, edge = pd.Timestamp(cases[0].start_year, 1, 1), find_latest(cases[0]) + pd.DateOffset(months=3)
    end, places = cases[0].window_end, [STEP * (rows - 1 - number) for number in range(len(cases))]
    for base, one, own in zip(places, cases, steps, strict=True):
        for step in own.to_dict("records"):
            draw_bar(axes, step, first, min(edge, one.valid_to or edge), base=base, dated=False, split=end)
    axes.axvline(date2num(end), color=INK, lw=0.9, ls=(0, (4, 2)), zorder=2)
    axes.set_xlim(date2num(first), date2num(edge))
    axes.set_ylim(-0.25, STEP * rows - 0.25)
    axes.xaxis.set_major_locator(YearLocator(years))
    axes.xaxis.set_major_formatter(lambda value, _: f"{pd.Timestamp(value, unit='D'):%Y}")
    axes.set_yticks([base + 0.5 for base in places], [shorten_name(one.label) for one in cases])
    style.clear_axes(axes)


def tabulate_strips(group: Group, steps: list[pd.DataFrame]) -> pd.DataFrame:
    """Arrange the grades as a table to read."""
    rows = [
        {
            "Council": one.label,
            "From": format_day(step["date"]),
            "Framework": vocabulary.FRAMEWORK_NAMES[step["framework"]],
            "Strand": vocabulary.STRAND_NAMES[step["strand"]],
            "Grade": GRADE_NAMES[step["grade"]],
            "Source": f"{step['source_id']}, {step['locator']}",
        }
        for one, own in zip(group.cases, steps, strict=True)
        for step in own.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["Council", "From", "Framework", "Strand", "Grade", "Source"])


def find_grades(group: Group) -> pd.Series:
    """Find the latest overall grade held of each council that has one, and what followed it."""
    latest = {}
    for case in group.cases:
        steps = list_steps(case)
        given = steps[(steps["strand"] == "overall") & (steps["grade"] != NO_OVERALL)]
        if len(given):
            latest[case.label] = str(given.iloc[-1]["grade"])
    return pd.Series(latest, dtype=str)


def title_grades(group: Group) -> str:
    """State how many councils were good or outstanding at their latest graded inspection."""
    grades = find_grades(group)
    good = int(grades.isin(GOOD_OR_BETTER).sum())
    who = f"All {good}" if good == len(grades) else f"{good} of {len(grades)}"
    return f"{who} councils were good or outstanding at their latest overall grade"


def draw_regions(group: Group) -> FigureExhibit:
    """Draw the councils of each region by grade, as bars of counts."""
    day = min(find_last_overall(), find_latest(group.cases[0]))
    counts = count_regions(group, day)
    shown = [grade for grade in STACK if grade in counts and counts[grade].sum()]
    figure, narrow = paint_widths(lambda width: paint_regions(counts, shown, width))
    table = counts[shown].rename(columns=GRADE_NAMES).rename_axis("Region").reset_index()
    good = int(counts.reindex(columns=GOOD_OR_BETTER).sum().sum())
    graded = int(counts.reindex(columns=GRADES).sum().sum())
    rows = "; ".join(
        f"{row['Region']} {', '.join(f'{row[name]} {name}' for name in table.columns[1:])}"
        for row in table.to_dict("records")
    )
    sources = sorted(set(group.cases[0].tables["judgements"]["source_id"]))
    return FigureExhibit(
        figure,
        "fig-side-grades",
        f"{good} of {graded} councils with a grade were good or outstanding on {format_day(day)}",
        f"Councils by overall grade, {format_day(day)}, the last day for which all can be stated. "
        f"{credit_releases(sources)}",
        f"Bars of councils by grade in each region. {rows}.",
        table,
        narrow=narrow,
    )


def paint_regions(counts: pd.DataFrame, shown: list[str], width: float) -> Figure:
    """Paint the bars of counts at a width in inches."""
    key = 6 if width == PAGE_WIDTH else 2
    figure = Figure(figsize=(width, 0.6 + 0.15 * (6 // key - 1) + 0.24 * len(counts)), layout="constrained")
    axes = figure.subplots()
    floor = pd.Series(0, index=counts.index)
    for grade in shown:
        look: dict[str, Any] = UNJUDGED.get(grade, {"edgecolor": "white"})
        axes.barh(counts.index, counts[grade], left=floor, height=0.78, color=GRADE_COLOURS[grade], lw=0.6, **look)
        for place, (base, wide) in enumerate(zip(floor, counts[grade], strict=True)):
            if wide:
                text: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": SMALLEST}
                axes.text(base + wide / 2, place, str(wide), color=style.choose_ink(GRADE_COLOURS[grade]), **text)
        floor = floor + counts[grade]
    axes.invert_yaxis()
    axes.set_xticks([])
    style.clear_axes(axes)
    style.draw_key(figure, set(shown), key)
    return figure
