"""The grade in force in every authority, year by year, with one authority outlined."""

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
from lewisham_study.display.common.phrases import (
    begin_sentence,
    name_end,
    note_ungraded,
    reaches_ungraded,
    summarise_absence,
    summarise_last_year,
)
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
from lewisham_study.vocabulary import GRADE_LETTERS, GRADE_NAMES, GRADES, NO_OVERALL, NOT_YET_JUDGED

LETTERED, COUNTED = 6, 10
"""Minimum width of a bar with a letter, and of one with a number too."""
UNLETTERED = {"inadequate": "-----", "requires_improvement": "...."}
"""Hatches of bars without a letter; in greyscale their colours resemble outstanding and good."""
ORDER = {grade: place for place, grade in enumerate([*GRADES, NO_OVERALL, NOT_YET_JUDGED])}
THICK = 0.9
PATCH = {"facecolor": "white", "lw": 0, "pad": 0.6}
"""Behind a letter on hatching."""
SQUARE = [(0, 0), (1, 0), (1, 1), (0, 1)]


@dataclass(frozen=True)
class Bar:
    """Adjacent authorities with one grade in one year; `whole` if they are all of that grade and year."""

    grade: str
    start: int
    width: int
    row: int
    whole: bool

    @property
    def is_lettered(self) -> bool:
        """Whether there is room for the letter."""
        return self.width >= LETTERED and self.grade != NOT_YET_JUDGED

    @property
    def hatch(self) -> str | None:
        """The hatch, if there is no room for the letter."""
        return UNLETTERED.get(self.grade) if self.width < LETTERED else None


def draw_strip(case: Case) -> FigureExhibit:
    """Draw every authority's overall grade at the end of each year, sorted by the last year, best on the left."""
    states = sort_states(list_states(case))
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 0.95 + 0.21 * states.shape[1]), layout="constrained")
        axes = figure.subplots()
        bars = list_bars(states)
        draw_bars(axes, bars)
        marked = list(states.index).index(case.la_code) if case.la_code in states.index else None
        write_letters(axes, bars, marked)
        if marked is not None:
            mark_authority(axes, case, states, marked)
        axes.set_xlim(-1, len(states) + 1)
        axes.set_ylim(-0.1, states.shape[1] + 0.75)
        years = [str(year) for year in reversed(states.columns)]
        axes.set_yticks([row + 0.45 for row in range(len(years))], years)
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
    """List the overall grades at the end of each year, from the first year in which there were any."""
    states = trace_country(case.tables, case.start_year, case.end_year, case.basis, "overall")
    judged = states.isin(GRADES).any()
    return states.loc[:, judged[judged].index.min() :] if judged.any() else states


def sort_states(states: pd.DataFrame) -> pd.DataFrame:
    """Sort authorities by grade, the last year first; those that did not exist in it are last."""
    ranks = states.replace(ORDER).astype(float)
    return states.loc[ranks.sort_values(list(reversed(states.columns)), na_position="last").index]


def list_bars(states: pd.DataFrame) -> list[Bar]:
    """List the bars; adjacent authorities with one grade in a year share a bar."""
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
    """Draw the bars, those that look alike as one path because hatching is slow."""
    alike: dict[tuple[str, str | None], list[Bar]] = {}
    for bar in bars:
        alike.setdefault((bar.grade, bar.hatch), []).append(bar)
    for (grade, hatch), some in alike.items():
        look: dict[str, Any] = UNJUDGED.get(grade, {"hatch": hatch, "edgecolor": "white"})
        corners = [[(bar.start + bar.width * x, bar.row + THICK * y) for x, y in SQUARE] for bar in some]
        path = Path.make_compound_path_from_polys(np.array(corners))
        axes.add_patch(PathPatch(path, facecolor=GRADE_COLOURS[grade], lw=0.3, snap=True, **look))


def write_letters(axes: Axes, bars: list[Bar], marked: int | None) -> None:
    """Write a bar's letter, and its count if it is all of its grade, away from the outlined column."""
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": SMALLEST}
    for bar in filter(lambda one: one.is_lettered, bars):
        letter = GRADE_LETTERS[bar.grade]
        text = f"{letter} {bar.width}" if bar.whole and bar.width >= COUNTED else letter
        middle = place_letter(bar.start, bar.start + bar.width, marked)
        behind = {"bbox": PATCH} if bar.grade in UNJUDGED else {}
        axes.text(middle, bar.row + THICK / 2, text, color=choose_ink(GRADE_COLOURS[bar.grade]), **look, **behind)


def place_letter(start: int, end: int, marked: int | None) -> float:
    """Return the middle of a bar, or of its larger part if the outlined column would cross the letter."""
    middle = (start + end) / 2
    if marked is None or abs(middle - marked - 0.5) > 4:
        return middle
    return (marked + 1 + end) / 2 if end - marked - 1 >= marked - start else (start + marked) / 2


def mark_authority(axes: Axes, case: Case, states: pd.DataFrame, place: int) -> None:
    """Outline and name the column of the authority under study."""
    height = states.shape[1]
    axes.add_patch(Rectangle((place, -0.04), 1, height, facecolor="none", edgecolor=INK, lw=1.1, zorder=5))
    side: Any = "left" if place < len(states) / 2 else "right"
    text = f"▼ {case.label}" if side == "left" else f"{case.label} ▼"
    axes.annotate(text, (place + 0.5, height + 0.12), ha=side, fontsize=7.5)


def title_strip(case: Case, states: pd.DataFrame) -> str:
    """State how many authorities had each grade in the last year, and the grade of the one under study."""
    last = states.iloc[:, -1].dropna()
    counts = last.value_counts()
    parts = [f"{counts[grade]} {GRADE_NAMES[grade]}" for grade in GRADES if grade in counts.index]
    parts += [f"{counts[NO_OVERALL]} without an overall grade any more"] if NO_OVERALL in counts.index else []
    own = last.get(case.la_code)
    absent = summarise_absence(case, f"{states.columns[-1]}-12-31")
    tail = f"; {case.spoken} {absent if own is None else format_state(str(own))}"
    tail = f", {case.spoken} among them" if own == NO_OVERALL else tail
    return f"{begin_sentence(name_end(case))}: {', '.join(parts)}{tail}"


def format_state(grade: str) -> str:
    """Format a grade to follow an authority's name."""
    if grade == NO_OVERALL:
        return f"had {GRADE_NAMES[grade]}"
    return f"was {'rated ' if grade in GRADES else ''}{GRADE_NAMES[grade]}"


def caption_strip(case: Case) -> str:
    """Explain the columns and hatches, and cite the sources."""
    return (
        "Columns are authorities, sorted by their last grade; numbers count those with a grade in a year. Narrow bars: "
        "striped inadequate, dotted requires improvement. Blank: did not exist. "
        f"{summarise_last_year(case)}No overall grade was given before November 2013. "
        f"{note_ungraded(shown=reaches_ungraded(case))}{credit(cite_ratings(case))}."
    )


def describe_strip(case: Case, states: pd.DataFrame) -> str:
    """Describe the counts by grade in each year, and the outlined authority's grades."""
    parts = []
    for year in states.columns:
        counts = states[year].value_counts()
        grades = [f"{counts[grade]} {GRADE_NAMES[grade]}" for grade in ORDER if grade in counts.index]
        parts.append(f"{year}: {', '.join(grades)}")
    own = ""
    if case.la_code in states.index:
        path = [f"{year} {GRADE_NAMES[str(grade)]}" for year, grade in states.loc[case.la_code].dropna().items()]
        own = f" {case.label}: {', '.join(path)}."
    return f"Strip of all authorities by overall grade at the end of each year. {'; '.join(parts)}.{own}"


def tabulate_strip(case: Case, states: pd.DataFrame) -> pd.DataFrame:
    """Arrange the grades as a table of authorities by year."""
    table = states.replace(GRADE_NAMES)
    table.columns = [str(year) for year in table.columns]
    table.insert(0, "Authority", case.labels.reindex(states.index))
    return table.rename_axis("Code").reset_index().sort_values("Authority", ignore_index=True, kind="stable")
