"""The strip of one authority's grades, from the first year to the latest inspection held."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import YearLocator, date2num
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.ratings import mark_ungraded, trace_path
from lewisham_study.display.common import style
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, paint_widths
from lewisham_study.display.common.phrases import format_day, format_month, list_words
from lewisham_study.display.common.style import GRADE_COLOURS, INK, MUTED, PAGE_WIDTH, SMALLEST, set_margins
from lewisham_study.tidy.tables import once
from lewisham_study.vocabulary import FRAMEWORK_NAMES, GRADE_LETTERS, GRADE_NAMES, NO_OVERALL, SCALE, STRAND_NAMES

HEIGHTS = {"overall": 1.0, "safeguarding": 0.55}
"""The strands of the strip and the heights of their bars; safeguarding was half of the service."""
GAP = pd.Timedelta(days=35)
"""Between bars of two scales."""
LETTER_DAYS, SMALL_DAYS, SPAN = 60, 50, pd.Timedelta(days=5430)
"""The days that a letter of a grade's name, and of a date, takes on an axis of this span on a page."""
SHORT, BESIDE = 330, 30
"""Days: a latest grade shorter than this has its letters to the right of its bar, at this distance."""


def draw_grades(case: Case) -> FigureExhibit:
    """Draw the grades of the authority as bars on one time axis, with the study's window marked below."""
    steps = list_steps(case)
    figure, narrow = paint_widths(lambda width: paint_grades(case, steps, width))
    title, caption, table = title_grades(case, steps), caption_grades(case, steps), tabulate_grades(steps)
    alt = describe_grades(case, table)
    return FigureExhibit(figure, "fig-grades", title, caption, alt, table, narrow=narrow)


def paint_grades(case: Case, steps: pd.DataFrame, width: float) -> Figure:
    """Paint the bars at a width in inches."""
    first, last = pd.Timestamp(case.start_year, 1, 1), find_latest(case)
    edge = max(last, case.window_end) + pd.DateOffset(months=3)
    figure = Figure(figsize=(width, 1.12))
    axes = figure.subplots()
    set_margins(figure, left=0.06, right=0.06 if width == PAGE_WIDTH else 0.12, bottom=0.19, top=0.04)
    stretch = (edge - first) / SPAN * PAGE_WIDTH / width
    for step in steps.to_dict("records"):
        draw_bar(axes, step, first, min(edge, case.valid_to or edge), split=case.window_end, stretch=stretch)
    if steps.empty:
        axes.text(0.5, 0.5, "no graded inspection held", transform=axes.transAxes, ha="center", va="center")
    mark_window(axes, case, first, edge, stretch)
    axes.set_xlim(date2num(first), date2num(edge))
    axes.set_ylim(-0.62, 1.32)
    axes.xaxis.set_major_locator(YearLocator(max(1, round(stretch))))
    axes.xaxis.set_major_formatter(lambda value, _: f"{pd.Timestamp(value, unit='D'):%Y}")
    axes.set_yticks([])
    style.clear_axes(axes)
    for label in axes.get_xticklabels():
        label.set_horizontalalignment("left")
    return figure


def find_latest(case: Case) -> pd.Timestamp:
    """Return the day of the latest inspection report held, of any authority."""
    latest: pd.Timestamp = case.tables["judgements"]["published_date"].max()
    return latest


@once
def list_steps(case: Case) -> pd.DataFrame:
    """List the authority's grades for the whole service by date, each until the next; safeguarding until the first."""
    path = trace_path(mark_ungraded(case.tables["judgements"]), case.la_code, basis=case.basis)
    steps = path[path["strand"].isin(HEIGHTS)].sort_values("date", kind="stable")
    first = steps.loc[steps["strand"] == "overall", "date"].min()
    steps = steps[(steps["strand"] == "overall") | ~(steps["date"] >= first)]
    end = steps["date"].shift(-1)
    leaders = path[path["strand"] == "leadership"].set_index("inspection_id")["grade"]
    listed: pd.DataFrame = steps.assign(
        end=end, leadership=steps["inspection_id"].map(leaders), later=steps["framework"].shift(-1)
    )
    return listed


def draw_bar(
    axes: Axes,
    step: dict[Any, Any],
    first: pd.Timestamp,
    edge: pd.Timestamp,
    *,
    base: float = 0,
    dated: bool = True,
    split: pd.Timestamp | None = None,
    stretch: float = 1,
) -> None:
    """Draw one grade: its bar, its name or letters within and, if dated, its month and framework above.

    The name is on the longer side of the day `split`; `stretch` is how many more days letters take than on a page.
    """
    end = edge if pd.isna(step["end"]) else step["end"]
    if end <= first:
        return
    scale = SCALE[step["framework"]]
    new = pd.isna(step["end"]) or SCALE[step["later"]] != scale
    start, stop = max(step["date"], first), end - GAP if new else end
    height, grade = HEIGHTS[step["strand"]], step["grade"]
    look: dict[str, Any] = {"edgecolor": style.choose_edge(grade), "lw": 0.8, **style.UNJUDGED.get(grade, {})}
    left, width = date2num(start), date2num(stop) - date2num(start)
    axes.barh(base, width, height, left, align="edge", color=GRADE_COLOURS[grade], **look)
    if step["date"] > first:
        axes.plot([left, left], [base, base + height], color="white", lw=1.6, solid_capstyle="butt", zorder=3)
    write_bar(axes, step, choose_room(start, stop, split), base + height / 2, stretch if dated else None)
    if not dated:
        return
    days = (stop - start).days
    day = format_month(step["date"]) if step["date"] >= first else f"since {format_month(step['date'])}"
    notes = [f"{day}, {FRAMEWORK_NAMES[step['framework']]}", day, f"{step['date']:%Y}" * (step["date"] >= first), ""]
    note = next(one for one in notes if (len(one) + 1) * SMALL_DAYS * stretch < max(days, 0) or not one)
    axes.text(left, base + height + 0.06, note, fontsize=SMALLEST, va="bottom", ha="left", color=INK, zorder=4)


def choose_room(
    start: pd.Timestamp, stop: pd.Timestamp, split: pd.Timestamp | None
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Choose the longer side of a day that divides a bar, for its name."""
    if split is None or not start < split < stop:
        return start, stop
    return (start, split) if split - start > stop - split else (split, stop)


def write_bar(
    axes: Axes, step: dict[Any, Any], room: tuple[pd.Timestamp, pd.Timestamp], middle: float, stretch: float | None
) -> None:
    """Write the longest name of a grade that fits into its room; if `stretch` is None its letters, or to its right."""
    start, stop = room
    texts = name_bar(step) if stretch else name_bar(step)[-1:]
    fits = (one for one in texts if measure_text(one) * LETTER_DAYS * (stretch or 1) < (stop - start).days)
    patch = {"facecolor": "white", "lw": 0, "pad": 1} if step["grade"] == NO_OVERALL else None
    look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 7.5, "weight": "bold", "linespacing": 1}
    look["color"] = style.choose_ink(GRADE_COLOURS[step["grade"]])
    place = date2num(start) + (date2num(stop) - date2num(start)) / 2
    if not stretch and pd.isna(step["end"]) and (stop - start).days < SHORT:
        place, patch, look = date2num(stop) + BESIDE, None, look | {"ha": "left", "color": INK}
    axes.text(place, middle, next(fits, texts[-1]), bbox=patch, zorder=4, **look)


def measure_text(text: str) -> int:
    """Return the letters of the longest line."""
    return max(len(line) for line in text.split("\n"))


def name_bar(step: dict[Any, Any]) -> list[str]:
    """Name a grade in words, and in letters where the bar is short."""
    if step["grade"] == NO_OVERALL:
        leaders = step["leadership"]
        return [
            f"Leadership {GRADE_NAMES[leaders]}",
            f"Leadership\n{GRADE_NAMES[leaders]}",
            f"Leaders {GRADE_LETTERS[leaders]}",
            "–",
        ]
    name, letter = GRADE_NAMES[step["grade"]], GRADE_LETTERS[step["grade"]]
    if step["strand"] == "safeguarding":
        return [f"Safeguarding {name}", f"Safeguarding {letter}", letter]
    return [name.capitalize(), name.capitalize().replace(" ", "\n"), letter]


def mark_window(axes: Axes, case: Case, first: pd.Timestamp, edge: pd.Timestamp, stretch: float) -> None:
    """Mark the study's window and the time after it below the bars."""
    end = date2num(case.window_end)
    look: dict[str, Any] = {"fontsize": SMALLEST, "va": "center", "ha": "center", "color": MUTED}
    for left, right, text in (
        (date2num(first), end, f"window of the study, {case.start_year} to {case.end_year}"),
        (end, date2num(edge), "since"),
    ):
        if right - left > len(text) * SMALL_DAYS * stretch + 120:
            arrow: dict[str, Any] = {"arrowstyle": "|-|,widthA=0.25,widthB=0.25", "color": MUTED, "lw": 0.7}
            axes.annotate("", (left + 15, -0.3), (right - 15, -0.3), arrowprops=arrow)
            axes.text((left + right) / 2, -0.3, text, bbox={"facecolor": "white", "lw": 0, "pad": 1.5}, **look)
    axes.plot([end, end], [-0.45, 1], color=INK, lw=0.9, ls=(0, (4, 2)), zorder=2)


def title_grades(case: Case, steps: pd.DataFrame) -> str:
    """State the latest grade, dated by its inspection, and the grade before it."""
    overall = steps[steps["strand"] == "overall"]
    if overall.empty:
        created = f", created in {case.valid_from:%B %Y}" if case.valid_from is not None else ""
        return f"{case.opening}{created} has no overall grade in the releases held"
    last, before = overall.iloc[-1], overall.iloc[:-1]
    verb = "reported on" if case.basis == "published" or pd.isna(last["start_date"]) else "inspected"
    when = f"{verb} in {last['date']:%B %Y}"
    given = before[before["grade"] != NO_OVERALL]
    if last["grade"] == NO_OVERALL:
        text = f"{case.opening}: leadership {GRADE_NAMES[last['leadership']]}, {when} without an overall grade"
        if given.empty:
            return text
        return f"{text}; the last, of {given.iloc[-1]['date']:%B %Y}, was {GRADE_NAMES[given.iloc[-1]['grade']]}"
    text = f"{case.opening}: {GRADE_NAMES[last['grade']]} overall, {when}"
    text += " before it was abolished" if case.valid_to is not None else ""
    if given.empty:
        return text
    grade = given.iloc[-1]["grade"]
    again = "as in" if grade == last["grade"] else f"after {GRADE_NAMES[grade]} in"
    return f"{text}, {again} {given.iloc[-1]['date']:%Y}"


def caption_grades(case: Case, steps: pd.DataFrame) -> str:
    """Say which days count and what the gaps are, and cite the source."""
    basis = "day of publication"
    if case.basis == "inspected":
        undated = steps.loc[steps["start_date"].isna(), "framework"].map(FRAMEWORK_NAMES).unique()
        basis = f"first day on site ({list_words(list(undated))}: publication)" if len(undated) else "first day on site"
    sources = sorted(set(case.own("judgements")["source_id"]))
    source = f" {credit_releases(sources)}" if sources else ""
    return (
        f"By {basis}; latest report held: {format_day(find_latest(case))}. A gap: new framework, other scale.{source}"
    )


def describe_grades(case: Case, table: pd.DataFrame) -> str:
    """Describe the strip for readers who cannot see it."""
    parts = [
        f"{row['Grade']} ({row['Strand'].lower()}, {row['Framework']}) from {row['From']}"
        for row in table.to_dict("records")
    ]
    return f"Bars of {case.spoken}’s grades on a time axis, {case.start_year} to now: {'; '.join(parts) or 'none'}."


def tabulate_grades(steps: pd.DataFrame) -> pd.DataFrame:
    """Arrange the grades as a table to read."""
    return pd.DataFrame(
        {
            "Strand": steps["strand"].map(STRAND_NAMES),
            "Framework": steps["framework"].map(FRAMEWORK_NAMES),
            "Grade": steps["grade"].map(GRADE_NAMES),
            "Leadership": steps["leadership"].map(GRADE_NAMES),
            "From": steps["date"].map(format_day),
            "Published": steps["published_date"].map(format_day, na_action="ignore"),
            "Source": steps["source_id"] + ", " + steps["locator"],
        }
    )
