"""Authorities with the same start: what they were given next and after how long, and the promise of January 2020."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.group import Group
from lewisham_study.analysis.models.intervals import DAYS_A_YEAR, find_time
from lewisham_study.analysis.models.persistence import (
    USUAL_START,
    check_promise,
    count_good,
    count_next,
    find_last_day,
    find_start,
    follow_gaps,
    list_spells,
    select_same_start,
)
from lewisham_study.display.common.citations import cite_ratings, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.lines import PATCH, write_near
from lewisham_study.display.common.phrases import begin_sentence, format_day, list_words
from lewisham_study.display.common.style import (
    FAINT,
    GRADE_COLOURS,
    HERE,
    INK,
    MUTED,
    PAGE_WIDTH,
    SMALLEST,
    drawing,
    set_margins,
)
from lewisham_study.vocabulary import FEWEST, GRADE_LETTERS, GRADE_NAMES, GRADES, GRADES_SINCE_2013, NO_OVERALL

MOST_YEARS = 8.5
NAME_WIDTH = 1.5
"""The years that the name of an authority covers in the figure."""
FRAMEWORKS = {"SIF": "the SIF", "ILACS": "ILACS"}
HEADS = ["First SIF", "First ILACS", "Councils of England", "Graded again", "Of these good or outstanding"]
LANES = {grade: begin_sentence(GRADE_NAMES[grade]) for grade in GRADES_SINCE_2013} | {"": "No later grade"}
"""The lanes of the figure, with their names: each next grade, and none."""


@dataclass(frozen=True)
class Found:
    """The start of a case (its own, or Lewisham's if it has none) and the spells of the authorities that share it.

    `same` are their first ILACS spells, `every` all ILACS spells at the second of the two grades.
    """

    start: tuple[str, str]
    own_start: bool
    same: pd.DataFrame
    every: pd.DataFrame

    @property
    def lanes(self) -> pd.Series:
        """The lane of each authority with the same start: its next overall grade, or an empty text without one."""
        return self.same["next_grade"].where(self.same["next_grade"].isin(GRADES), "")

    @property
    def pair(self) -> str:
        """The two grades in words: `requires improvement at the first SIF and again at the first ILACS`."""
        first, second = (GRADE_NAMES[grade] for grade in self.start)
        again = "again" if first == second else second
        return f"{first} at the first SIF and {again} at the first ILACS"


def find_same(case: Case) -> Found:
    """Find the authorities that started where a case did."""
    spells = list_spells(case.tables, case.basis)
    own = find_start(spells, case.la_code)
    start = own or USUAL_START
    every = spells[(spells["framework"] == "ILACS") & (spells["grade"] == start[1])]
    return Found(start, own is not None, select_same_start(spells, start), every)


def format_interval(low: float, high: float) -> str:
    """Format an interval of shares: `26% to 66%`."""
    return f"{low:.0%} to {high:.0%}"


def summarise_starts(case: Case) -> Prose:
    """State what followed the start of a case: what was found, how sure that is, and what it does not show."""
    found = find_same(case)
    good, total, low, high = count_good(found.same)
    gaps = found.every.loc[found.every["inspected"], "years"]
    sure = f" (95% interval {format_interval(low, high)})" if total >= FEWEST else ""
    counts = found.same["next_grade"].value_counts()
    below = [f"{counts.get(grade, 'none')} {GRADE_NAMES[grade]}" for grade in ("requires_improvement", "inadequate")]
    many = f"all {total}" if total == len(found.same) > 1 else str(total)
    group = (
        f"**What was found.** {describe_own(case, found)} Of the {len(found.same)} graded {found.pair}, {many} "
        f"{'has' if total == 1 else 'have'} been graded again: **{good} good or outstanding**{sure}, "
        f"{list_words(below)}."
    )
    general = "the interval is about how such authorities fare in general" if total >= FEWEST else "too few for a share"
    time = (
        f"**How sure.** The count is complete for England; {general}. "
        f"After any of {len(found.every)} ILACS grades of {GRADE_NAMES[found.start[1]]}, the next inspection came "
        f"after a median of {find_time(follow_gaps(found.every)):.1f} years and never before {gaps.min():.1f} years: "
        "a change in between could not have been graded."
    )
    limit = "**What it does not show.** Why some were graded higher, or what any one of them will be given next."
    return Prose(f"{group}\n\n{time}\n\n{limit}")


def describe_own(case: Case, found: Found) -> str:
    """State what followed the start of the authority itself, or that it has none."""
    if not found.own_start:
        return f"{case.opening} {describe_lack(case)}, so the start shown is Lewisham’s."
    return f"{case.opening} was graded {found.pair}, and {describe_end(case, found)}."


def describe_end(case: Case, found: Found) -> str:
    """State, after the authority's name, what followed its own start."""
    own = found.same[found.same["la_code"] == case.la_code].iloc[0]
    if own["next_grade"] in GRADES:
        return f"was judged {GRADE_NAMES[own['next_grade']]} {own['years']:.1f} years after its first ILACS"
    if own["next_grade"] == NO_OVERALL:
        return f"was inspected again after {own['years']:.1f} years, without an overall grade"
    if case.valid_to is not None:
        return "was abolished before it was inspected again"
    return f"had not been inspected again {own['years']:.1f} years after its first ILACS"


def describe_lack(case: Case) -> str:
    """State which of the two first grades an authority lacks, and between which days it existed."""
    overall = case.own("judgements").query("strand == 'overall'")
    lacking = [words for name, words in FRAMEWORKS.items() if name not in set(overall["framework"])]
    days = {"created": case.valid_from, "abolished": case.valid_to}
    life = "".join(f"was {what} on {format_day(day)} and " for what, day in days.items() if day is not None)
    return f"{life}has no overall grade under {' or '.join(lacking)}"


def draw_starts(case: Case) -> FigureExhibit:
    """Draw the next grades of the authorities with the same start, by years, and the share of all inspected again."""
    found = find_same(case)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 4.4))
        lanes, curve = figure.subplots(2, 1, sharex=True, height_ratios=[2.3, 1])
        lanes.xaxis.set_visible(False)
        set_margins(figure, left=1.32, right=0.1, bottom=0.42, top=0.24, between=(0, 0.2))
        draw_lanes(lanes, found, case)
        draw_again(curve, found, case)
    return FigureExhibit(
        figure,
        "fig-comparison-starts",
        title_starts(found),
        caption_starts(case, found),
        describe_starts(case, found),
        tabulate_starts(case, found),
    )


def compare_starts(group: Group) -> TableExhibit:
    """Show, for each pair of first grades, what all that started so were given next, and which of the group did."""
    basis = group.cases[0].basis
    spells = list_spells(group.tables, basis)
    labels = {case.la_code: case.label for case in group.members}
    rows = []
    for start in product(GRADES_SINCE_2013, GRADES_SINCE_2013):
        same = select_same_start(spells, start)
        good, total, low, high = count_good(same)
        names = [labels[code] for code in same["la_code"] if code in labels]
        if len(same) and (names or not labels):
            share = f" ({format_interval(low, high)})" if total >= FEWEST else ""
            pair = [begin_sentence(GRADE_NAMES[grade]) for grade in start]
            mine = {"Councils compared": ", ".join(sorted(names))} if labels else {}
            rows.append(dict(zip(HEADS, [*pair, len(same), total, f"{good}{share}"], strict=True)) | mine)
    lacking = [label for code, label in labels.items() if find_start(spells, code) is None]
    without = f"No such start: {len(lacking)} of {len(labels)} compared. " if lacking else ""
    last = find_last_day(group.tables, basis)
    return TableExhibit(
        pd.DataFrame(rows, columns=[*HEADS, *(["Councils compared"] if labels else [])]),
        "tbl-side-starts",
        "What councils with the same two first grades were given next",
        f"Counted for all of England to {format_day(last)}; in brackets 95% Jeffreys intervals, from five councils on. "
        f"{without}{credit(cite_ratings(group.cases[0], last))}.",
    )


def place_dots(years: pd.Series, width: float = 0.13) -> np.ndarray:
    """Place dots at their years, one above another where they would overlap; returns the level of each, from 0."""
    levels = np.zeros(len(years), dtype=int)
    ends: list[float] = []
    for place in np.argsort(years.to_numpy(), kind="stable"):
        year = float(years.iloc[place])
        level = next((row for row, end in enumerate(ends) if year - end >= width), len(ends))
        ends[level : level + 1] = [year]
        levels[place] = level
    return levels


def draw_lanes(axes: Axes, found: Found, case: Case) -> None:
    """Draw a dot for each authority in the lane of its next grade, with the count and interval at the right."""
    counts = count_next(found.same).set_index("next_grade")
    for row, grade in enumerate(LANES):
        spells, base = found.same[found.lanes == grade], -float(row)
        axes.axhline(base - 0.36, color=FAINT, lw=0.6, zorder=0)
        levels = place_dots(spells["years"])
        step = min(0.17, 0.66 / max(1, levels.max(initial=0)))
        for (_, spell), level in zip(spells.iterrows(), levels, strict=True):
            own = spell["la_code"] == case.la_code
            look: dict[str, Any] = {"markeredgecolor": "white" if grade else MUTED, "markeredgewidth": 0.5, "zorder": 3}
            look |= {"markeredgecolor": INK, "markeredgewidth": 1.4, "zorder": 4} if own else {}
            colour = GRADE_COLOURS[grade or "not_yet_judged"]
            height = base - 0.16 + step * level
            axes.plot([spell["years"]], [height], "o", markerfacecolor=colour, markersize=5.2, **look)
            if own:
                above = not (levels[(spells["years"] - spell["years"]).abs().to_numpy() < NAME_WIDTH] > level).any()
                name_own(axes, case, spell["years"], height if above else base - 0.42, above=above)
        text = describe_lane(spells, counts, grade)
        axes.text(MOST_YEARS, base - 0.05, text, fontsize=SMALLEST, ha="right", va="center")
    axes.set_yticks([-row - 0.05 for row in range(len(LANES))], list(LANES.values()))
    axes.set_ylim(-len(LANES) + 0.6, 0.62)
    axes.set_xlim(0, MOST_YEARS)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    pair = f"{GRADE_LETTERS[found.start[0]]} then {GRADE_LETTERS[found.start[1]]}"
    apart = "" if found.own_start else f" (Lewisham’s start, without {case.spoken})"
    axes.set_title(f"Next overall grade of the {len(found.same)} that started at {pair}{apart}", loc="left")


def name_own(axes: Axes, case: Case, years: float, height: float, *, above: bool) -> None:
    """Write the authority's name beside and above its dot, or under its lane where other dots lie above."""
    right = years > 0.62 * MOST_YEARS
    look: dict[str, Any] = {"fontsize": 7.5, "weight": "bold", "color": INK, "bbox": PATCH, "zorder": 5}
    look |= {"ha": "right" if right else "left", "va": "baseline" if above else "center"}
    write_near(axes, case.label, (years, height), ((-6 if right else 6) * above, 5 * above), **look)


def describe_lane(spells: pd.DataFrame, counts: pd.DataFrame, grade: str) -> str:
    """Write the count of a lane, with its share and interval where there are enough."""
    if not grade or counts["of"].iloc[0] < FEWEST:
        return f"{len(spells)}"
    row = counts.loc[grade]
    return f"{row['authorities']:.0f} of {row['of']:.0f}\n{row['share']:.0%} ({100 * row['low']:.0f}–{row['high']:.0%})"


def draw_again(axes: Axes, found: Found, case: Case) -> None:
    """Draw the share of all spells at the same grade that had been inspected again, by years since the ILACS."""
    curve = follow_gaps(found.every)
    times, shares = [*curve["time"], MOST_YEARS], [*curve["share"], curve["share"].iloc[-1]]
    axes.step(times, shares, where="post", color=HERE, lw=1.5)
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.5, 1], ["0%", "50%", "100%"])
    axes.set_xlabel("Years since the ILACS inspection that gave the grade")
    grade = GRADE_NAMES[found.start[1]]
    axes.set_title(f"Share of all {len(found.every)} ILACS grades of {grade} inspected again", loc="left")
    promise = check_promise(case.tables, case.basis)
    if case.la_code == promise.own["la_code"] and found.start[1] == USUAL_START[1]:
        due = (promise.due - promise.own["start"]).days / DAYS_A_YEAR
        axes.axvline(due, color=MUTED, lw=0.9, ls=(0, (2, 1.5)))
        words = "two years after the\npromise in Lewisham"
        write_near(axes, words, (due, 0.98), (-3, 0), color=MUTED, ha="right", va="top")


def title_starts(found: Found) -> str:
    """State what those with the same start were given next."""
    good, total, *_ = count_good(found.same)
    return (
        f"Of {total} authorit{'y' if total == 1 else 'ies'} graded {found.pair}, and once more since, {good} "
        f"{'was' if good == 1 else 'were'} then good or outstanding"
    )


def caption_starts(case: Case, found: Found) -> str:
    """State what a dot is, the intervals and the sources."""
    last = find_last_day(case.tables, case.basis)
    shown = count_good(found.same)[1] >= FEWEST
    shares = "In brackets: 95% Jeffreys interval." if shown else "Shares are left out: too few."
    return (
        f"Counted to {format_day(last)}. A dot is an authority; hollow: no later overall grade. {shares} "
        f"{credit(cite_ratings(case, last))}."
    )


def describe_starts(case: Case, found: Found) -> str:
    """Describe the lanes and the curve."""
    parts = [f"{name}: {(found.lanes == grade).sum()}" for grade, name in LANES.items()]
    curve = follow_gaps(found.every)
    shares = [f"year {year} {curve.loc[curve['time'] <= year, 'share'].iloc[-1]:.0%}" for year in range(1, 9)]
    return (
        f"Next overall grade of {len(found.same)} authorities graded {found.pair}: {', '.join(parts)}. "
        f"{describe_own(case, found)} Share of all {len(found.every)} ILACS grades of {GRADE_NAMES[found.start[1]]} "
        f"inspected again: {', '.join(shares)}."
    )


def tabulate_starts(case: Case, found: Found) -> pd.DataFrame:
    """Return the authorities with the same start, with their next inspection."""
    return pd.DataFrame(
        {
            "Authority": list(case.labels[found.same["la_code"]]),
            "First ILACS": found.same["start"].dt.strftime("%Y-%m-%d"),
            "Next inspection": found.same["next_date"].dt.strftime("%Y-%m-%d"),
            "Next overall grade": found.same["next_grade"].map(GRADE_NAMES),
            "Years": found.same["years"].round(1).where(found.same["inspected"]),
        }
    )
