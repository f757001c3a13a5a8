"""All authorities at once: the grade in force in each, year by year, with one of them marked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.moves import trace_country
from lewisham_study.display.common.citations import cite_ratings, credit
from lewisham_study.display.common.exhibit import FigureExhibit
from lewisham_study.display.common.phrases import begin_sentence, name_end, summarise_absence, summarise_last_year
from lewisham_study.display.common.style import (
    GRADE_COLOURS,
    INK,
    PAGE_WIDTH,
    SMALLEST,
    UNJUDGED,
    choose_ink,
    clear_axes,
    draw_key,
    drawing,
)
from lewisham_study.vocabulary import GRADE_LETTERS, GRADE_NAMES, GRADES, NOT_YET_JUDGED

LETTERED, COUNTED = 6, 10
"""The least width of a bar that has its letter, and of one that has its number too."""
UNLETTERED = {"inadequate": "-----", "requires_improvement": "...."}
"""Hatches of bars without a letter: in grey, inadequate is outstanding's and requires improvement nearly good's."""
ORDER = {grade: place for place, grade in enumerate([*GRADES, NOT_YET_JUDGED])}
THICK = 0.9


@dataclass(frozen=True)
class Bar:
    """Neighbours with one grade in one year.

    Parameters
    ----------
    grade : their grade.
    start, width : the place of the first, and how many they are.
    row : the year's, counted from below.
    whole : whether they are all of their grade in that year.
    """

    grade: str
    start: int
    width: int
    row: int
    whole: bool

    @property
    def is_lettered(self) -> bool:
        """Whether it has room for its letter."""
        return self.width >= LETTERED and self.grade != NOT_YET_JUDGED

    @property
    def hatch(self) -> str | None:
        """Its hatch where a letter does not tell its grade."""
        return UNLETTERED.get(self.grade) if self.width < LETTERED else None


def draw_strip(case: Case) -> FigureExhibit:
    """Draw the overall grade in force in every authority at the end of each year of the window.

    Returns
    -------
    FigureExhibit
        A column for each authority, best at the window's end to the left, a row for each year; its
        table has a row for each authority.
    """
    states = sort_states(list_states(case))
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 0.95 + 0.21 * states.shape[1]), layout="constrained")
        axes = figure.subplots()
        bars = list_bars(states)
        draw_bars(axes, bars)
        marked = list(states.index).index(case.la_code) if case.la_code in states.index else None
        format_letters(axes, bars, marked)
        mark_authority(axes, case, states)
        axes.set_xlim(-1, len(states) + 1)
        axes.set_ylim(-0.1, states.shape[1] + 0.75)
        axes.set_yticks(
            [row + 0.45 for row in range(states.shape[1])], [str(year) for year in reversed(states.columns)]
        )
        axes.set_xticks([])
        clear_axes(axes)
        draw_key(figure, [grade for grade in ORDER if states.isin([grade]).to_numpy().any()])
    return FigureExhibit(
        figure,
        "fig-rating-strip",
        title_strip(case, states),
        caption_strip(case),
        describe_strip(case, states),
        tabulate_strip(case, states),
    )


def list_states(case: Case) -> pd.DataFrame:
    """Give the overall states at the end of each year, from the first year in which any authority had one."""
    states = trace_country(case.tables, case.start_year, case.end_year, case.basis)
    judged = states.isin(GRADES).any()
    return states.loc[:, judged[judged].index.min() :] if judged.any() else states


def sort_states(states: pd.DataFrame) -> pd.DataFrame:
    """Sort authorities by their states, the last year first; those that did not exist then come last."""
    ranks = states.replace(ORDER).astype(float)
    return states.loc[ranks.sort_values(list(reversed(states.columns)), na_position="last").index]


def list_bars(states: pd.DataFrame) -> list[Bar]:
    """List the bars: in each year neighbours with one grade become one."""
    bars = []
    for row, year in enumerate(reversed(states.columns)):
        filled = states[year].fillna("").tolist()
        place = 0
        for grade, run in groupby(filled):
            width = len(list(run))
            if grade:
                bars.append(Bar(grade, place, width, row, width == filled.count(grade)))
            place += width
    return bars


def draw_bars(axes: Axes, bars: list[Bar]) -> None:
    """Draw the bars, all that look alike as one path: a hatch is dear to draw, however small what it fills."""
    alike: dict[tuple[str, str | None], list[Bar]] = {}
    for bar in bars:
        alike.setdefault((bar.grade, bar.hatch), []).append(bar)
    for (grade, hatch), some in alike.items():
        look: dict[str, Any] = UNJUDGED if grade == NOT_YET_JUDGED else {"hatch": hatch, "edgecolor": "white"}
        corners = np.array([outline(bar) for bar in some])
        path = Path.make_compound_path_from_polys(corners)
        axes.add_patch(PathPatch(path, facecolor=GRADE_COLOURS[grade], lw=0.3, snap=True, **look))


def outline(bar: Bar) -> list[tuple[float, float]]:
    """Give the corners of a bar.

    Examples
    --------
    >>> outline(Bar("good", 3, 2, 1, whole=False))
    [(3, 1), (5, 1), (5, 1.9), (3, 1.9)]
    """
    end, top = bar.start + bar.width, bar.row + THICK
    return [(bar.start, bar.row), (end, bar.row), (end, top), (bar.start, top)]


def format_letters(axes: Axes, bars: list[Bar], marked: int | None) -> None:
    """Write a bar's letter, and its number if it is all of its grade, clear of the column of the authority."""
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": SMALLEST}
    for bar in filter(lambda one: one.is_lettered, bars):
        letter = GRADE_LETTERS[bar.grade]
        text = f"{letter} {bar.width}" if bar.whole and bar.width >= COUNTED else letter
        middle = place_letter(bar.start, bar.start + bar.width, marked)
        axes.text(middle, bar.row + THICK / 2, text, color=choose_ink(GRADE_COLOURS[bar.grade]), **look)


def place_letter(start: int, end: int, marked: int | None) -> float:
    """Give the middle of a bar, or where a marked column would cross its letter the middle of the larger part beside.

    Examples
    --------
    >>> place_letter(0, 50, 40), place_letter(0, 50, 24), place_letter(0, 50, None)
    (25.0, 37.5, 25.0)
    """
    middle = (start + end) / 2
    if marked is None or abs(middle - marked - 0.5) > 4:
        return middle
    return (marked + 1 + end) / 2 if end - marked - 1 >= marked - start else (start + marked) / 2


def mark_authority(axes: Axes, case: Case, states: pd.DataFrame) -> None:
    """Mark the column of the authority under study."""
    if case.la_code not in states.index:
        return
    place = list(states.index).index(case.la_code)
    height = states.shape[1]
    axes.add_patch(Rectangle((place, -0.04), 1, height, facecolor="none", edgecolor=INK, lw=1.1, zorder=5))
    side: Any = "left" if place < len(states) / 2 else "right"
    axes.annotate(
        f"▼ {case.label}" if side == "left" else f"{case.label} ▼",
        (place + 0.5, height + 0.12),
        ha=side,
        fontsize=7.5,
    )


def title_strip(case: Case, states: pd.DataFrame) -> str:
    """State the finding: how many were in each grade in the last year."""
    last = states.iloc[:, -1].dropna()
    counts = last.value_counts()
    told = [f"{counts.get(grade, 0)} {GRADE_NAMES[grade]}" for grade in GRADES if counts.get(grade, 0)]
    here = last.get(case.la_code)
    absent = summarise_absence(case, f"{states.columns[-1]}-12-31")
    tail = f"; {case.spoken} {absent if here is None else format_standing(str(here))}"
    return f"{begin_sentence(name_end(case))}: {', '.join(told)}{tail}"


def format_standing(grade: str) -> str:
    """Write a state to stand after an authority's name.

    Examples
    --------
    >>> format_standing("requires_improvement"), format_standing("not_yet_judged")
    ('was rated requires improvement', 'was not yet judged')
    """
    return f"was {'rated ' if grade in GRADES else ''}{GRADE_NAMES[grade]}"


def caption_strip(case: Case) -> str:
    """Say how to read the strip."""
    return (
        "A column is an authority, sorted by grade in the last year, then the year before; a number counts all "
        "authorities of its grade in that year. Too few for a letter: striped inadequate, dotted requires "
        f"improvement. Blank: no such authority in that year. {summarise_last_year(case)}Before the single inspection "
        f"framework (from November 2013) no overall grade was given. {credit(cite_ratings(case))}."
    )


def describe_strip(case: Case, states: pd.DataFrame) -> str:
    """Describe the strip: counts by grade in each year, and the marked authority's own row."""
    told = []
    for year in states.columns:
        counts = states[year].value_counts()
        parts = [f"{counts[grade]} {GRADE_NAMES[grade]}" for grade in ORDER if grade in counts.index]
        told.append(f"{year}: {', '.join(parts)}")
    own = ""
    if case.la_code in states.index:
        path = [f"{year} {GRADE_NAMES[str(grade)]}" for year, grade in states.loc[case.la_code].dropna().items()]
        own = f" {case.label}: {', '.join(path)}."
    return f"Strip of all authorities by overall grade at the end of each year. {'; '.join(told)}.{own}"


def tabulate_strip(case: Case, states: pd.DataFrame) -> pd.DataFrame:
    """Give the states as a table: a row an authority, a column a year."""
    names = case.labels
    table = states.replace(GRADE_NAMES)
    table.columns = [str(year) for year in table.columns]
    table.insert(0, "Authority", names.reindex(states.index))
    return table.rename_axis("Code").reset_index().sort_values("Authority", ignore_index=True, kind="stable")
