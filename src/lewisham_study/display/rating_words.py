"""Sentences about one authority's ratings, computed for whichever authority is under study."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case, place_in_window
from lewisham_study.analysis.rating_shares import share_good
from lewisham_study.analysis.ratings import GRADES, state_at, trace_path
from lewisham_study.display.exhibits import Prose
from lewisham_study.display.sources import cite
from lewisham_study.display.style import (
    FRAMEWORK_NAMES,
    GRADE_NAMES,
    STRAND_NAMES,
    begin_sentence,
    list_words,
    write_count,
    write_day,
    write_start,
)
from lewisham_study.display.window import name_end


def tell_path(case: Case) -> Prose:
    """Tell the path of the authority's ratings in the window, and what came before and after it."""
    steps = trace_path(case.tables["judgements"], case.la_code, basis=case.basis)
    if steps.empty:
        return Prose(f"Ofsted has published no graded inspection of {case.spoken} in the releases held here.")
    steps = steps.assign(window=place_in_window(steps["date"], case.start_year, case.end_year))
    parts = [tell_inspections(steps, when) for when in ("before", "within", "after")]
    return Prose("\n\n".join(part for part in [*parts, tell_visits(case), tell_end(case)] if part))


def tell_inspections(steps: pd.DataFrame, when: str) -> str:
    """List each inspection before, within or after the window, a sentence each."""
    chosen = steps[steps["window"] == when].sort_values("date", kind="stable")
    told = [f"- {tell_inspection(group)}" for _, group in chosen.groupby("inspection_id", sort=False)]
    return "\n".join([f"**{when.capitalize()} the window:**", "", *told]) if told else ""


def tell_inspection(grades: pd.DataFrame) -> str:
    """Tell of one inspection: when, under which framework, and its grades, with their source."""
    first = grades.iloc[0]
    when = f"published on {write_day(first['published_date'])}"
    if pd.notna(first["start_date"]):
        when = f"on site from {write_start(first['start_date'], first['start_precision'])}, {when}"
    framework = FRAMEWORK_NAMES[first["framework"]]
    order = grades["strand"].map(list(STRAND_NAMES).index)
    ordered = grades.assign(order=order).sort_values("order", kind="stable").groupby("grade", sort=False)
    by_grade = [f"**{GRADE_NAMES[str(grade)]}** {name_strands(list(group['strand']))}" for grade, group in ordered]
    overall = "" if "overall" in set(grades["strand"]) else " It gave no overall grade."
    return f"{framework} ({when}): {'; '.join(by_grade)} {cite(grades, most=1)}.{overall}"


def name_strands(strands: list[str]) -> str:
    """Name what a grade was given for, to stand after it.

    Examples
    --------
    >>> name_strands(["overall", "leadership", "adoption"]), name_strands(["overall"])
    ('overall and for leadership and adoption', 'overall')
    >>> name_strands(["help_and_protection", "children_in_care"])
    'for help and protection, and children in care'
    """
    names = {strand: name.lower() for strand, name in STRAND_NAMES.items()} | {"lscb": "the safeguarding board"}
    areas = [names[strand] for strand in strands if strand != "overall"]
    whole = ["overall"] if "overall" in strands else []
    return " and ".join([*whole, f"for {list_words(areas)}"] if areas else whole)


def tell_visits(case: Case) -> str:
    """Tell of the visits that gave no grade; they leave the grade in force as it was."""
    inspections = case.tables["inspections"]
    visits = inspections[(inspections["la_code"] == case.la_code) & ~inspections["graded"]]
    visits = visits[visits["start_date"] <= case.window_end].sort_values("start_date", kind="stable")
    if visits.empty:
        return ""
    days = [write_start(visit["start_date"], visit["start_precision"]) for visit in visits.to_dict("records")]
    count = "A visit" if len(days) == 1 else f"{write_count(len(days))} visits"
    return f"{count} ({list_words(days)}) gave **no grade**: the grade in force stayed as it was {cite(visits)}."


def tell_end(case: Case) -> str:
    """Tell where the authority stands among all at the end of the window."""
    if case.valid_to is not None and case.valid_to < case.window_end:
        return f"The authority was abolished on {write_day(case.valid_to)}; its successors start without a grade."
    if case.valid_from is not None and case.valid_from > case.window_end:
        return (
            f"The authority was created on {write_day(case.valid_from)}, after the window, and began without a grade."
        )
    state = state_at(case.tables["judgements"], case.tables["authorities"], case.graded_to, basis=case.basis)
    grade = str(state.set_index("la_code").loc[case.la_code, "grade"])
    rated = "rated " if grade in GRADES else ""
    overall = " overall" if grade in GRADES else ""
    same = int((state["grade"] == grade).sum()) - 1
    others = f"as {'was' if same == 1 else 'were'} {same if same else 'none'} of the {len(state) - 1} others"
    born = gone = ""
    if case.valid_from is not None:
        born = f"The authority was created on {write_day(case.valid_from)} and began without a grade. "
    if case.valid_to is not None:
        gone = f" It was abolished on {write_day(case.valid_to)}; its successors start without a grade."
    return (
        f"{born}{begin_sentence(name_end(case))} {case.spoken} was {rated}**{GRADE_NAMES[grade]}**{overall}, {others}; "
        f"{share_good(state):.0%} of judged authorities were good or outstanding.{gone}"
    )
