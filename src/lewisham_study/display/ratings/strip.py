"""How many authorities had each grade at the end of each year, over one authority's own grades."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.trajectories import find_last_stated, trace_country
from lewisham_study.display.common.citations import cite_ratings, credit
from lewisham_study.display.common.exhibit import FigureExhibit, paint_widths
from lewisham_study.display.common.lines import fit_right, write_near
from lewisham_study.display.common.phrases import find_last_overall, name_end, note_ungraded
from lewisham_study.display.common.style import (
    GRADE_COLOURS,
    INK,
    PAGE_WIDTH,
    UNJUDGED,
    choose_edge,
    choose_ink,
    clear_axes,
    draw_key,
    measure_text,
    set_margins,
)
from lewisham_study.display.ratings.shares import STACK, stack_bars
from lewisham_study.vocabulary import GOOD_OR_BETTER, GRADE_LETTERS, GRADE_NAMES, GRADES, NO_OVERALL, NOT_YET_JUDGED

PARTS = [*STACK, NO_OVERALL, NOT_YET_JUDGED]
"""The grades of a bar, from the bottom up."""
LEAST = 9
"""Authorities in the shortest part of a bar with its number inside."""


def draw_strip(case: Case) -> FigureExhibit:
    """Draw the number of authorities in each overall grade at the end of each year, and the authority's own grades."""
    states = list_states(case)
    counts = count_states(states)
    figure, narrow = paint_widths(lambda width: paint_strip(case, states, counts, width))
    return FigureExhibit(
        figure,
        "fig-rating-strip",
        title_strip(case, states),
        caption_strip(case, states),
        describe_strip(case, states, counts),
        tabulate_strip(case, states, counts),
        narrow=narrow,
    )


def paint_strip(case: Case, states: pd.DataFrame, counts: pd.DataFrame, width: float) -> Figure:
    """Draw the counts over the authority's own strip at a width; years are shortened on a phone."""
    phone = width < PAGE_WIDTH
    figure = Figure(figsize=(width, 3.6 if phone else 2.35))
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[7.2, 1])
    draw_counts(upper, counts)
    draw_own(lower, case, states)
    years = [int(year) for year in states.columns]
    upper.set_xlim(years[0] - 0.55, years[-1] + 0.55)
    upper.set_xticks(years, [f"{year % 100:02d}" if phone else str(year) for year in years])
    key = draw_key(figure, [grade for grade in counts.columns if counts[grade].any()], 2 if phone else 6)
    set_margins(figure, left=0.53, right=0.06, bottom=0.2, top=key + 0.12, gaps=(0, 0.28))
    mark_window(upper, lower, case.end_year, years[-1])
    return figure


def list_states(case: Case) -> pd.DataFrame:
    """List the overall grades at the end of each year, from the first with any to the latest that can be stated."""
    last = find_last_stated(case.tables, case.end_year)
    states = trace_country(case.tables, case.start_year, last, case.basis, "overall")
    judged = states.isin(GRADES).any()
    return states.loc[:, judged[judged].index.min() :] if judged.any() else states


def count_states(states: pd.DataFrame) -> pd.DataFrame:
    """Count the authorities by year (rows) and grade (columns, from the bottom of a bar up)."""
    counts: pd.DataFrame = states.apply(lambda column: column.value_counts()).T
    return counts.reindex(columns=PARTS).fillna(0).astype(int)


def draw_counts(axes: Axes, counts: pd.DataFrame) -> None:
    """Draw a bar a year, with the number of authorities in each part."""
    stack_bars(axes, counts, counts.astype(str).where(counts >= LEAST, ""))
    axes.set_ylabel("Authorities")
    axes.set_ylim(0, float(counts.sum(axis=1).max()))
    axes.tick_params(axis="x", length=0)
    axes.spines["bottom"].set_visible(False)


def draw_own(axes: Axes, case: Case, states: pd.DataFrame) -> None:
    """Draw the authority's own grade at the end of each year; nothing where it did not exist."""
    own = find_own(case, states)
    for year, grade in zip(map(int, own.dropna().index), own.dropna(), strict=True):
        colour = GRADE_COLOURS[grade]
        look: dict[str, Any] = UNJUDGED.get(grade, {"edgecolor": choose_edge(grade)})
        axes.add_patch(Rectangle((year - 0.43, 0), 0.86, 1, facecolor=colour, **look))
        if grade not in UNJUDGED:
            text: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": 7.5, "weight": "bold"}
            axes.text(year, 0.5, GRADE_LETTERS[grade], color=choose_ink(colour), **text)
    axes.set_ylim(-0.04, 1.04)
    axes.set_yticks([])
    axes.set_title(f"{case.label}", loc="left", fontsize=8, weight="bold", pad=3)
    clear_axes(axes)


def mark_window(upper: Axes, lower: Axes, end_year: int, last: int) -> None:
    """Draw the end of the window, and name what follows."""
    if last <= end_year:
        return
    for axes in (upper, lower):
        axes.axvline(end_year + 0.5, color=INK, lw=1, ls=(0, (4, 2)), zorder=5)
    place, above = (end_year + 0.5, 1), upper.get_xaxis_transform()
    text = "after the window ▸"
    write_near(upper, text, place, (4, 3), xycoords=above, color=INK)
    fit_right(upper, [(end_year + 0.5, 4 / 72 + measure_text(text))])


def find_own(case: Case, states: pd.DataFrame) -> pd.Series:
    """Return the authority's own grade by year."""
    return states.reindex([case.la_code]).iloc[0]


def title_strip(case: Case, states: pd.DataFrame) -> str:
    """State the share of graded authorities good or outstanding at the window's end and now, and the authority's."""
    years = [year for year in dict.fromkeys([case.end_year, int(states.columns[-1])]) if year in states]
    when = {case.end_year: name_end(case)}
    shares = [f"{measure_good(states[year]):.0%} {when.get(year, f'at the end of {year}')}" for year in years]
    shares[0] = shares[0].replace("%", "% of graded authorities were good or outstanding", 1)
    own = find_own(case, states)[years]
    return f"{' and '.join(shares)}; {case.spoken} {describe_own(own)}"


def measure_good(grades: pd.Series) -> float:
    """Return the share good or outstanding of the authorities with a grade."""
    graded = grades[grades.isin(GRADES)]
    return float(graded.isin(GOOD_OR_BETTER).mean())


def describe_own(own: pd.Series) -> str:
    """Say, to follow the authority's name, whether it was among them in each year.

    Examples
    --------
    >>> describe_own(pd.Series({2022: "requires_improvement", 2025: "good"}))
    'was not among them in 2022 but was in 2025'
    >>> describe_own(pd.Series({2022: "good", 2025: "good"})), describe_own(pd.Series({2022: None, 2025: None}))
    ('was among them both times', 'had no grade')
    """
    graded = own[own.isin(GRADES)]
    if graded.empty:
        return "had no grade"
    good = graded.isin(GOOD_OR_BETTER)
    if len(graded) < len(own) or len(own) == 1:
        ending = f" in {graded.index[0]}" if len(own) > 1 else ""
        return f"{'was' if good.iloc[0] else 'was not'} among them{ending}"
    if good.nunique() == 1:
        return "was among them both times" if good.iloc[0] else "was not among them either time"
    first, last = graded.index
    before, after = ("was", "not") if good.iloc[0] else ("was not", "was")
    return f"{before} among them in {first} but {after} in {last}"


def caption_strip(case: Case, states: pd.DataFrame) -> str:
    """Say what is counted, guard against reading a trend of quality, and cite the sources."""
    last = pd.Timestamp(int(states.columns[-1]), 12, 31)
    return (
        "Overall grades in force at each year’s end; inspections are years apart, so this is not quality over time. "
        f"{note_ungraded(shown=last > find_last_overall())}{credit(cite_ratings(case, last))}."
    )


def describe_strip(case: Case, states: pd.DataFrame, counts: pd.DataFrame) -> str:
    """Describe the counts by grade in each year, and the authority's own grades."""
    parts = []
    for year, row in counts.iterrows():
        grades = [f"{row[grade]} {GRADE_NAMES[grade]}" for grade in reversed(PARTS) if row[grade]]
        parts.append(f"{year}: {', '.join(grades)}")
    path = [f"{year} {GRADE_NAMES[str(grade)]}" for year, grade in find_own(case, states).dropna().items()]
    own = f" {case.label}: {', '.join(path)}." if path else ""
    return f"Bars of authorities by overall grade at the end of each year. {'; '.join(parts)}.{own}"


def tabulate_strip(case: Case, states: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Return the counts, the share good or outstanding and the authority's own grade: a row a year."""
    named = counts.rename(columns=lambda grade: f"{GRADE_NAMES[grade].capitalize()}, authorities")
    share = pd.Series({year: measure_good(states[year]) * 100 for year in states.columns}).round(1)
    named["Good or outstanding, % of those with a grade"] = share
    named[f"{case.label}, grade"] = find_own(case, states).map(GRADE_NAMES, na_action="ignore")
    return named.rename_axis("End of").reset_index().astype({"End of": str})
