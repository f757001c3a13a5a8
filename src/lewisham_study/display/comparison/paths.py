"""Authorities that took the same or nearly the same path through the grades."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.trajectories import (
    GONE,
    STAGES,
    count_falls,
    list_all_patterns,
    match_pattern,
    measure_distances,
)
from lewisham_study.authorities import label_authorities
from lewisham_study.display.common.citations import cite_ratings, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count, list_words, summarise_last_year
from lewisham_study.display.common.style import (
    GRADE_COLOURS,
    INK,
    PAGE_WIDTH,
    SMALLEST,
    choose_ink,
    clear_axes,
    drawing,
)
from lewisham_study.display.comparison.states import (
    gather_states,
    has_grades,
    list_runs,
    render_state,
    select_states,
    split_state,
)
from lewisham_study.vocabulary import GRADE_LETTERS, GRADE_NAMES

NEAREST = 11
STAGE_WORDS = {"SLAC": "safeguarding under SLAC", "SIF": "the first SIF", "ILACS": "the first ILACS"}


def summarise_paths(case: Case) -> Prose:
    """Tell the authority's pattern over the frameworks, and who else has exactly the same."""
    patterns = list_all_patterns(case.tables)
    if case.la_code not in patterns.index:
        return Prose(f"{case.opening} has no first inspection under any of the three frameworks.")
    own = patterns.loc[case.la_code].dropna()
    told = [f"{GRADE_NAMES[str(grade)]} at {STAGE_WORDS[str(stage)]}" for stage, grade in own.items()]
    names = case.labels
    same = sorted(str(names[code]) for code in match_pattern(patterns, case.la_code))
    which = f" ({list_words(same) if len(same) <= 12 else f'among them {list_words(same[:8])}'})" if same else ""
    others = f"{format_count(len(same))} other {'authority has' if len(same) <= 1 else 'authorities have'}"
    known = len(patterns.dropna(subset=list(own.index))) - 1
    stages = "that stage" if len(own) == 1 else "each of these stages"
    found = f"{others} exactly this pattern{which}, of {known} with a grade at {stages}."
    return Prose(f"The pattern of {case.spoken}: **{list_words(told)}** {cite_ratings(case)}. {found}")


def draw_paths(case: Case) -> FigureExhibit | Prose:
    """Draw the authority's grades year by year, and those of the authorities whose years differ least.

    Returns
    -------
    FigureExhibit or Prose
        A row for each authority, a column for each year. Its table has the distances of all authorities.
    """
    authorities = case.tables["authorities"]
    states = gather_states(case, list(authorities["la_code"]))
    if not has_grades(states.loc[[case.la_code]]):
        return Prose(f"{case.opening} had no grade in force at the end of any year of the window.")
    distances = measure_distances(states, case.la_code)
    nearest = distances.head(NEAREST)
    same = match_pattern(list_all_patterns(case.tables), case.la_code)
    codes = [case.la_code, *nearest["la_code"]]
    names = label_authorities(authorities)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 0.5 + 0.27 * len(codes)), layout="constrained")
        axes = figure.subplots()
        for row, code in enumerate(codes):
            draw_row(axes, select_states(states, code), len(codes) - 1 - row)
        differing = ["", *(f"{n} of {of}" for n, of in zip(nearest["differing"], nearest["of"], strict=True))]
        labels = [f"{names[code]!s}{' =' if code in same else ''}" for code in codes]
        finish_rows(axes, labels, differing, case)
    return FigureExhibit(
        figure,
        "fig-comparison-paths",
        title_paths(case, distances, names),
        caption_paths(case, distances),
        describe_paths(case, states, nearest, names),
        tabulate_paths(states, distances, names),
    )


def draw_row(axes: Axes, states: pd.Series, row: int) -> None:
    """Draw the years of one authority: years in one state are one bar with its letter."""
    for state, years in list_runs(states):
        if state == GONE:
            continue
        parts = split_state(state)
        colour = GRADE_COLOURS[parts[1]] if parts else "#FFFFFF"
        edge: dict[str, Any] = {"edgecolor": "white"} if parts else {"edgecolor": "#BBBBBB", "hatch": "////"}
        axes.add_patch(Rectangle((years[0] - 0.5, row), len(years), 0.84, facecolor=colour, lw=0.8, **edge))
        if parts:
            letter = GRADE_LETTERS[parts[1]].lower() if parts[0] == "safeguarding" else GRADE_LETTERS[parts[1]]
            centred: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": SMALLEST}
            axes.text(years[0] - 0.5 + len(years) / 2, row + 0.42, letter, color=choose_ink(colour), **centred)


def finish_rows(axes: Axes, labels: list[str], differing: list[str], case: Case) -> None:
    """Name the rows to the left, and write to the right in how many years each differs."""
    count = len(labels)
    axes.set_yticks([count - 1 - row + 0.42 for row in range(count)], labels)
    axes.get_yticklabels()[0].set_fontweight("bold")
    for row, text in enumerate(differing):
        axes.text(case.end_year + 0.65, count - 1 - row + 0.42, text, va="center", fontsize=SMALLEST, color=INK)
    axes.text(case.end_year + 0.65, count - 0.58, "years differ", va="center", fontsize=SMALLEST, color=INK)
    axes.set_xlim(case.start_year - 0.5, case.end_year + 0.5)
    axes.set_ylim(-0.1, count)
    years = range(case.start_year, case.end_year + 1)
    axes.set_xticks(list(years), [str(year) for year in years])
    clear_axes(axes)


def title_paths(case: Case, distances: pd.DataFrame, names: pd.Series) -> str:
    """State the finding: how near the nearest path comes."""
    if distances.empty:
        return f"No other authority existed throughout the years of {case.spoken}"
    least = int(distances["differing"].iloc[0])
    how_many = int((distances["differing"] == least).sum())
    few = [str(names[code]) for code in distances["la_code"].head(how_many)]
    others = list_words(few) if how_many <= 2 else f"{format_count(how_many)} other authorities"
    if least == 0:
        every = "every year" if distances["of"].iloc[0] > case.end_year - case.start_year else "every year of its own"
        return f"{others} had the same grade as {case.spoken} at the end of {every}"
    they = "it differs" if how_many == 1 else "each differs"
    return f"{others} came nearest to the path of {case.spoken}: {they} in {least} of {distances['of'].iloc[0]} years"


def caption_paths(case: Case, distances: pd.DataFrame) -> str:
    """Say how to read the strip, and how many ties are not drawn."""
    tied = ""
    if len(distances) > NEAREST:
        last = int(distances["differing"].iloc[NEAREST - 1])
        left = int((distances["differing"].iloc[NEAREST:] == last).sum())
        verbs = ("differs", "is") if left == 1 else ("differ", "are")
        years = "1 year" if last == 1 else f"{last} years"
        tied = f" {format_count(left)} more {verbs[0]} in {years} too and {verbs[1]} not drawn." if left else ""
    return (
        "Grade in force at the end of each year: capital letters overall, small letters safeguarding under the "
        "framework before; hatched: none yet. To the right the years in which the state differs (Hamming distance); "
        "grades of the two frameworks count as different states. =: the same grades at the first inspection under "
        f"every framework.{tied} Like paths are not like services: two to five inspections in ten years leave much to "
        f"chance. {summarise_last_year(case)}{credit(cite_ratings(case))}."
    )


def describe_paths(case: Case, states: pd.DataFrame, nearest: pd.DataFrame, names: pd.Series) -> str:
    """Describe the strip: each authority’s grades, with the year from which each stood."""
    told = []
    differing = {case.la_code: 0} | dict(zip(nearest["la_code"], nearest["differing"], strict=True))
    for code, years in differing.items():
        runs = [(split_state(state), run[0]) for state, run in list_runs(select_states(states, code))]
        grades = [f"{GRADE_NAMES[parts[1]]} ({parts[0]}) from {year}" for parts, year in runs if parts]
        away = f", {years} {'year differs' if years == 1 else 'years differ'}" if code != case.la_code else ""
        told.append(f"{names[code]!s}: {', '.join(grades) if grades else 'no grade'}{away}")
    return f"Strip of grades by year. {'; '.join(told)}."


def tabulate_paths(states: pd.DataFrame, distances: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Give the distance of every authority, and its states."""
    table = pd.DataFrame(
        {
            "Authority": list(names.reindex(distances["la_code"])),
            "Years that differ": distances["differing"].astype(str),
            "Of": distances["of"].astype(str),
        }
    )
    grades = states.loc[list(distances["la_code"])].map(render_state).reset_index(drop=True)
    return table.join(grades.rename(columns=str))


def show_falls(case: Case) -> TableExhibit:
    """Show how many fell from good safeguarding under SLAC, by who is counted."""
    authorities = case.tables["authorities"]
    present = authorities.loc[authorities["valid_to"].isna(), "la_code"]
    patterns, joined = list_all_patterns(case.tables), list_all_patterns(case.tables, joined=True)
    counted = {
        "All, those abolished since too": patterns,
        "Those that exist today": patterns[patterns.index.isin(present)],
        "The same, old and new Dorset taken as one": joined[joined.index.isin(present)],
    }
    rows = []
    for who, some in counted.items():
        falls = count_falls(some)
        rows.append([who, *(str(n) for n in (falls.judged, falls.good, falls.fell, falls.stayed))])
    heads = ["Authorities", "Judged at all three", "Good or better under SLAC", "Below good at first SIF"]
    return TableExhibit(
        pd.DataFrame(rows, columns=[*heads, "Still below at first ILACS"]),
        "tbl-comparison-falls",
        f"Of {rows[0][2]} authorities good or outstanding for safeguarding under SLAC, {rows[0][3]} were below good at "
        f"their first SIF and {rows[0][4]} still at their first ILACS",
        "The stages are other standards, so a fall is not by itself a decline. A successor starts unjudged here; "
        f"joined by name, as the third row has it, Dorset counts once more. {credit(cite_ratings(case))}.",
    )


def summarise_best(case: Case) -> Prose:
    """Tell what became of the authorities that were outstanding for safeguarding under SLAC."""
    patterns = list_all_patterns(case.tables).dropna()
    names = case.labels
    best = patterns[patterns["SLAC"] == "outstanding"]
    stayed = int((best["SIF"] == "outstanding").sum())
    fell = int((~best["SIF"].isin(["outstanding", "good"])).sum())
    which = list_words(sorted(str(names[code]) for code in best.index))
    return Prose(
        f"Of {format_count(len(best)).lower()} authorities outstanding for safeguarding under SLAC and judged at all "
        f"{format_count(len(STAGES)).lower()} stages since ({which}), "
        f"**{format_count(stayed).lower().replace('no', 'none')}** was outstanding at its first SIF, "
        f"and **{format_count(fell).lower().replace('no', 'none')}** fell below good {cite_ratings(case)}."
    )
