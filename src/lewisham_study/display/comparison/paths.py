"""Authorities that took the same or nearly the same path through the grades."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.trajectories import (
    STAGES,
    count_falls,
    date_last_stage,
    list_all_patterns,
    list_compared,
    match_pattern,
    measure_distances,
)
from lewisham_study.display.common.citations import cite_ratings, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.phrases import (
    format_count,
    list_names,
    list_words,
    summarise_last_year,
)
from lewisham_study.display.common.shared_exhibits import make_once
from lewisham_study.display.common.style import INK, PAGE_WIDTH, SMALLEST, clear_axes, drawing, set_margins
from lewisham_study.display.comparison.series import (
    describe_grades,
    draw_strip,
    format_state,
    gather_states,
    has_grades,
)
from lewisham_study.vocabulary import GOOD_OR_BETTER, GRADE_NAMES

NEAREST = 11
LETTER = 0.062
"""Inches for a letter of a name."""
STAGE_WORDS = {"SLAC": "for safeguarding under SLAC", "SIF": "at the first SIF", "ILACS": "at the first ILACS"}


def list_stages(case: Case) -> pd.Series:
    """List the authority's grade at each stage at which it has one; only these are compared."""
    return list_all_patterns(case.tables).reindex([case.la_code]).iloc[0].dropna()


def cite_patterns(case: Case) -> str:
    """Cite the sources of the stages, which are ordered by the days on site whatever the basis of the case."""
    return cite_ratings(replace(case, basis="inspected"), date_last_stage(case.tables))


def summarise_paths(case: Case) -> Prose:
    """Summarise the authority's grades at each stage, and which others have the same grades at those stages."""
    patterns, own = list_all_patterns(case.tables), list_stages(case)
    if own.empty:
        return Prose(f"{case.opening} has no first inspection under any of the three frameworks.")
    grades = [f"{GRADE_NAMES[str(grade)]} {STAGE_WORDS[str(stage)]}" for stage, grade in own.items()]
    same = sorted(list_names(case, match_pattern(patterns, case.la_code)))
    which = f" ({list_words(same) if len(same) <= 12 else f'among them {list_words(same[:8])}'})" if same else ""
    others = f"{format_count(len(same))} other {'authority has' if len(same) <= 1 else 'authorities have'}"
    grades_words = "grade" if len(own) == 1 else "grades"
    known = len(patterns.dropna(subset=list(own.index))) - 1
    stages, each = ("that stage", "it") if len(own) == 1 else ("these stages", "each")
    lacking = [STAGE_WORDS[stage] for stage in STAGES if stage not in own.index]
    limit = f" Stages without a grade are not compared: {list_words(lacking)}." if lacking else ""
    return Prose(
        f"The grades of {case.spoken}: **{list_words(grades)}** {cite_patterns(case)}. "
        f"{others} the same {grades_words} at {stages}{which}, of {known} with a grade at {each}.{limit}"
    )


def draw_paths(case: Case) -> FigureExhibit | Prose:
    """Draw the grades, year by year, of the authority and of those whose years differ least."""
    states = gather_states(case, list(case.tables["authorities"]["la_code"]))
    if not has_grades(states.loc[[case.la_code]]):
        return Prose(f"{case.opening} had no grade in force at the end of any year of the window.")
    distances = measure_distances(states, case.la_code)
    nearest = distances.head(NEAREST)
    same = match_pattern(list_all_patterns(case.tables), case.la_code)
    codes = [case.la_code, *nearest["la_code"]]
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 0.5 + 0.27 * len(codes)))
        axes, names = figure.subplots(), list_names(case, codes)
        longest = max(map(len, names))
        set_margins(figure, left=0.25 + LETTER * longest, right=0.72, bottom=0.3, top=0.06)
        for row, code in enumerate(codes):
            draw_strip(axes, states, code, len(codes) - 1 - row, 0.84)
        differing = [f"{n} of {of}" for n, of in zip(nearest["differing"], nearest["of"], strict=True)]
        labels = [f"{name} =" if code in same else name for code, name in zip(codes, names, strict=True)]
        finish_rows(axes, labels, differing, case)
    return FigureExhibit(
        figure,
        "fig-comparison-paths",
        title_paths(case, states, distances),
        caption_paths(case, states, distances),
        describe_paths(case, states, nearest),
        tabulate_paths(case, states, distances),
    )


def finish_rows(axes: Axes, labels: list[str], differing: list[str], case: Case) -> None:
    """Name the rows to the left, and write to the right in how many years each differs."""
    count = len(labels)
    heights = [count - 1 - row + 0.42 for row in range(count)]
    axes.set_yticks(heights, labels)
    axes.get_yticklabels()[0].set_fontweight("bold")
    for height, text in zip([*heights[1:], heights[0]], [*differing, "years differ"], strict=True):
        axes.text(case.end_year + 0.65, height, text, va="center", fontsize=SMALLEST, color=INK)
    axes.set_xlim(case.start_year - 0.5, case.end_year + 0.5)
    axes.set_ylim(-0.1, count)
    years = range(case.start_year, case.end_year + 1, 1 if case.end_year - case.start_year < 13 else 2)
    axes.set_xticks(list(years), [str(year) for year in years])
    clear_axes(axes)


def title_paths(case: Case, states: pd.DataFrame, distances: pd.DataFrame) -> str:
    """State how near the nearest path is."""
    if distances.empty:
        return f"No other authority existed throughout the years of {case.spoken}"
    compared = list_compared(states)
    if not compared:
        return f"No year of {case.start_year} to {case.end_year} can be compared: overall grades ended with March 2026"
    least, years = int(distances["differing"].iloc[0]), int(distances["of"].iloc[0])
    nearest = list(distances.loc[distances["differing"] == least, "la_code"])
    few = len(nearest) <= 2
    others = list_words(list_names(case, nearest)) if few else f"{format_count(len(nearest))} other authorities"
    if least == 0:
        every = "every year" if years == len(compared) else "every year of its own"
        every = every if compared[-1] == case.end_year else f"{every} to {compared[-1]}"
        return f"{others} had the same grade as {case.spoken} at the end of {every}"
    they = "it differs" if len(nearest) == 1 else "each differs"
    return f"{others} came nearest to the path of {case.spoken}: {they} in {least} of {years} years"


def caption_paths(case: Case, states: pd.DataFrame, distances: pd.DataFrame) -> str:
    """Explain the strip, and count the ties that are not drawn."""
    compared = list_compared(states)
    left_out = [str(year) for year in states.columns if year not in compared]
    ended = f"Not compared: {list_words(left_out)} (dashed: no overall grade any more). " if left_out else ""
    tied = ""
    if len(distances) > NEAREST:
        last = int(distances["differing"].iloc[NEAREST - 1])
        left = int((distances["differing"].iloc[NEAREST:] == last).sum())
        tied = f" {format_count(left)} more tied, not drawn." if left else ""
    stages = [str(stage) for stage in list_stages(case).index]
    equal = f" =: same first grades under {list_words(stages)}." if stages else ""
    return (
        f"Capitals: overall grade at year ends; small: safeguarding; hatched: none.{equal}{tied} "
        f"{summarise_last_year(case)}{ended}{credit(cite_ratings(case))}."
    )


def describe_paths(case: Case, states: pd.DataFrame, nearest: pd.DataFrame) -> str:
    """Describe the strip: each authority's grades, and how many years differ."""
    names, parts = case.labels, [f"{case.label}: {describe_grades(states, case.la_code)}"]
    for code, years in zip(nearest["la_code"], nearest["differing"], strict=True):
        differ = "year differs" if years == 1 else "years differ"
        parts.append(f"{names[code]}: {describe_grades(states, code)}, {years} {differ}")
    return f"Strip of grades by year. {'; '.join(parts)}."


def tabulate_paths(case: Case, states: pd.DataFrame, distances: pd.DataFrame) -> pd.DataFrame:
    """Return the distance of every authority, and its states."""
    table = pd.DataFrame(
        {
            "Authority": list_names(case, list(distances["la_code"])),
            "Years that differ": distances["differing"].astype(int),
            "Of": distances["of"].astype(int),
        }
    )
    grades = states.loc[list(distances["la_code"])].map(format_state).reset_index(drop=True)
    return table.join(grades.rename(columns=str))


@make_once
def show_falls(case: Case) -> TableExhibit:
    """Show how many fell from good safeguarding under SLAC, by which authorities are counted."""
    authorities = case.tables["authorities"]
    present = authorities.loc[authorities["valid_to"].isna(), "la_code"]
    patterns, joined = list_all_patterns(case.tables), list_all_patterns(case.tables, joined=True)
    counted = {
        "All, including those abolished since": count_falls(patterns),
        "Those that exist today": count_falls(patterns[patterns.index.isin(present)]),
        "The same, old and new Dorset as one": count_falls(joined[joined.index.isin(present)]),
    }
    rows = [
        [group, *map(str, (falls.judged, falls.good, falls.fell, falls.stayed))] for group, falls in counted.items()
    ]
    heads = ["Authorities", "Judged at all three", "Good or better under SLAC", "Below good at first SIF"]
    return TableExhibit(
        pd.DataFrame(rows, columns=[*heads, "Still below at first ILACS"]),
        "tbl-comparison-falls",
        f"Of {rows[0][2]} authorities good or outstanding for safeguarding under SLAC, {rows[0][3]} were below good at "
        f"their first SIF and {rows[0][4]} still at their first ILACS",
        "Standards differ between stages, so a fall is not in itself a decline. A successor starts without a "
        f"grade, except Dorset in the third row. {credit(cite_patterns(case))}.",
    )


def summarise_best(case: Case) -> Prose:
    """Summarise the later grades of the authorities that were outstanding for safeguarding under SLAC."""
    patterns = list_all_patterns(case.tables).dropna()
    best = patterns[patterns["SLAC"] == "outstanding"]
    stayed, fell = int((best["SIF"] == "outstanding").sum()), int((~best["SIF"].isin(GOOD_OR_BETTER)).sum())
    stayed_words, fell_words = (format_count(count).lower().replace("no", "none") for count in (stayed, fell))
    return Prose(
        f"Of {format_count(len(best)).lower()} authorities outstanding for safeguarding under SLAC and judged at all "
        f"{format_count(len(STAGES)).lower()} stages ({list_words(sorted(list_names(case, list(best.index))))}), "
        f"**{stayed_words}** was outstanding at its first SIF, and **{fell_words}** fell below good "
        f"{cite_patterns(case)}."
    )
