"""Sentences on the path of one authority: inspections and visits, and its grade at the end compared with others."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.ratings import share_good, state_at
from lewisham_study.display.common.citations import cite_releases, link
from lewisham_study.display.common.exhibit import Prose
from lewisham_study.display.common.phrases import (
    begin_sentence,
    find_last_overall,
    format_count,
    format_day,
    format_start,
    list_words,
    lower_first,
    name_end,
    reaches_ungraded,
)
from lewisham_study.display.ratings.path import list_steps, list_visits, name_leadership, was_created_after
from lewisham_study.vocabulary import (
    FRAMEWORK_NAMES,
    GRADE_NAMES,
    GRADES,
    NO_OVERALL,
    NO_OVERALL_SINCE,
    SCALE,
    STRAND_NAMES,
    STRANDS,
    VISIT_NAMES,
)

TIMES = {1: "once", 2: "twice"}
HELD = {
    "focused_visit": "all focused visits from",
    "joint_targeted": "all joint area inspections from",
    "monitoring_visit": "the monitoring visits in Ofsted’s yearly lists, from",
}


def summarise_path(case: Case) -> Prose:
    """Describe the authority's inspections before, within and after the window, and its grade at the end."""
    steps = list_steps(case)
    if steps.empty:
        return Prose(f"The Ofsted releases used here hold no graded inspection of {case.spoken}.")
    parts = [summarise_inspections(steps, when) for when in ("before", "within", "after")]
    return Prose("\n\n".join(part for part in [*parts, summarise_visits(case), summarise_end(case)] if part))


def summarise_grades(case: Case) -> Prose:
    """Answer in three sentences: how often it was inspected, the latest grade held, and the end of the window."""
    steps = list_steps(case)
    if steps.empty:
        return summarise_path(case)
    count, frameworks = steps["inspection_id"].nunique(), steps["framework"].map(SCALE).nunique()
    under = f", under {format_count(frameworks).lower()} frameworks that are not on one scale" if frameworks > 1 else ""
    visits = len(list_visits(case))
    between = f"; {format_count(visits).lower()} visits or joint inspections gave no grade" if visits > 1 else ""
    text = f"Ofsted has graded {case.spoken} {format_times(count)}{under}{between} {cite_releases(steps['source_id'])}."
    return Prose(f"{text} {summarise_latest(case, steps)}\n\n{summarise_end(case)}")


def summarise_latest(case: Case, steps: pd.DataFrame) -> str:
    """State the latest overall grade held with the day of its inspection, and to which day reports are held."""
    overall = steps[steps["strand"] == "overall"]
    held = f"this study holds reports to {format_day(case.tables['judgements']['published_date'].max())}"
    if overall.empty:
        return f"It has no overall grade; {held}."
    last = overall.iloc[-1]
    if last["grade"] == NO_OVERALL:
        leaders = name_leadership(steps, last)
        return f"Its latest inspection, of {last['date']:%B %Y}, judged leadership **{leaders}**; {held}."
    return f"Its latest overall grade is **{GRADE_NAMES[last['grade']]}**, {format_first_day(last)}; {held}."


def format_times(count: int) -> str:
    """Format how often something happened: once, twice, three times."""
    return TIMES.get(count, f"{format_count(count).lower()} times")


def summarise_inspections(steps: pd.DataFrame, when: str) -> str:
    """List the inspections before, within or after the window, one sentence each."""
    chosen = steps[steps["window"] == when].sort_values("date", kind="stable")
    sentences = [f"- {summarise_inspection(group)}" for _, group in chosen.groupby("inspection_id", sort=False)]
    return "\n".join([f"**{when.capitalize()} the window:**", "", *sentences]) if sentences else ""


def summarise_inspection(grades: pd.DataFrame) -> str:
    """Describe one inspection: dates, framework and grades, with a link to its report and their source."""
    first = grades.iloc[0]
    when = link(f"published on {format_day(first['published_date'])}", first["report_url"])
    if pd.notna(first["start_date"]):
        when = f"on site from {format_start(first['start_date'], first['start_precision'])}, {when}"
    framework = FRAMEWORK_NAMES[first["framework"]]
    given = grades[grades["grade"] != NO_OVERALL]
    ordered = given.sort_values("strand", key=lambda names: names.map(STRANDS.index), kind="stable")
    groups = ordered.groupby("grade", sort=False)["strand"]
    by_grade = [f"**{GRADE_NAMES[str(grade)]}** {name_strands(list(strands))}" for grade, strands in groups]
    overall = "" if "overall" in set(given["strand"]) else " It gave no overall grade."
    return f"{framework} ({when}): {'; '.join(by_grade)} {cite_releases(given['source_id'])}.{overall}"


def name_strands(strands: list[str]) -> str:
    """Name what a grade was given for, to follow the grade."""
    names = {strand: name.lower() for strand, name in STRAND_NAMES.items()} | {"lscb": "the safeguarding board"}
    areas = [names[strand] for strand in strands if strand != "overall"]
    whole = ["overall"] if "overall" in strands else []
    return " and ".join([*whole, f"for {list_words(areas)}"] if areas else whole)


def summarise_end(case: Case) -> str:
    """Compare the authority's grade at the end of the window with all others."""
    created = f"The authority was created on {format_day(case.valid_from)}" if case.valid_from is not None else ""
    end = f"abolished on {format_day(case.valid_to)}; its successors start without a grade." if case.valid_to else ""
    if case.valid_to is not None and case.valid_to < case.window_end:
        return f"The authority was {end}"
    if was_created_after(case):
        return f"{created}, after the window, and began without a grade."
    begun = f"{created} and began without a grade. " if created else ""
    ended = f" It was {end}" if end else ""
    return f"{begun}{compare_end(case)}{ended}"


def compare_end(case: Case) -> str:
    """State the authority's overall grade and that for leaders at the window's end, and how many others had it."""
    judgements, authorities = case.tables["judgements"], case.tables["authorities"]
    state = state_at(judgements, authorities, case.graded_to, basis=case.basis)
    grade = str(state.set_index("la_code").loc[case.la_code, "grade"])
    good, ended = f"{share_good(state):.0%} of judged authorities were good or outstanding", reaches_ungraded(case)
    if grade == NO_OVERALL:
        return f"{summarise_ungraded(case)} {compare_ungraded(case, state, begin_sentence(name_end(case)))}"
    rated, overall = ("rated ", " overall") if grade in GRADES else ("", "")
    same = int((state["grade"] == grade).sum()) - 1
    others = f"as {'was' if same == 1 else 'were'} {same if same else 'none'} of the {len(state) - 1} others"
    text = f"{begin_sentence(name_end(case))} {case.spoken} was {rated}**{GRADE_NAMES[grade]}**{overall}, {others}"
    leaders = state_at(judgements, authorities, case.graded_to, strand="leadership", basis=case.basis)
    judged = str(leaders.set_index("la_code").loc[case.la_code, "grade"])
    leadership = f" Its leadership was judged **{GRADE_NAMES[judged]}**." if judged in GRADES else ""
    return f"{text}.{leadership} {compare_ungraded(case, state, 'Then')}" if ended else f"{text}; {good}.{leadership}"


def summarise_ungraded(case: Case) -> str:
    """State the grade for leaders of an authority without an overall grade any more, and its last overall grade."""
    steps = list_steps(case)
    overall = steps[(steps["strand"] == "overall") & (steps["window"] != "after")]
    ended, given = overall[overall["grade"] == NO_OVERALL], overall[overall["grade"] != NO_OVERALL]
    text = (
        f"{case.opening}’s leadership was judged **{name_leadership(steps, overall.iloc[-1])}** in "
        f"{overall.iloc[-1]['date']:%B %Y}; inspections that begin from {NO_OVERALL_SINCE:%B %Y} give no overall grade."
    )
    if given.empty:
        return text
    grade, since = GRADE_NAMES[given.iloc[-1]["grade"]], format_first_day(given.iloc[-1])
    until = format_day(ended.iloc[0]["date"] - pd.Timedelta(days=1))
    return f"{text} Its last overall grade was **{grade}**, {since}; it can be stated up to {until}."


def format_first_day(step: pd.Series) -> str:
    """Format from which day a grade counts: the first day on site if it is known, else that of publication."""
    if pd.isna(step["start_date"]):
        return f"published on {format_day(step['published_date'])}"
    on = "in" if step["start_precision"] == "month" else "on"
    return f"from the inspection that began {on} {format_start(step['start_date'], step['start_precision'])}"


def compare_ungraded(case: Case, state: pd.DataFrame, when: str) -> str:
    """State the share good or outstanding where some authorities have no overall grade any more, and up to when."""
    ended, graded = int((state["grade"] == NO_OVERALL).sum()), int(state["grade"].isin(GRADES).sum())
    last = find_last_overall()
    before = state_at(case.tables["judgements"], case.tables["authorities"], last, basis=case.basis)
    return (
        f"{when} {graded} authorities had an overall grade, {share_good(state):.0%} of them "
        f"good or outstanding, and {ended} had none any more. For all authorities this can be stated up to "
        f"{format_day(last)}: {share_good(before):.0%}."
    )


def summarise_visits(case: Case) -> str:
    """List the inspections without a grade, which leave the grade in force unchanged, and say which are held."""
    visits, held = list_visits(case), describe_held(case.tables["inspections"])
    if visits.empty:
        return f"No inspection of {case.spoken} without a grade is held. {held}"
    head = (
        f"**Inspected without a grade:** {format_times(len(visits))}; the grade in force did not change "
        f"{cite_releases(visits['source_id'])}. {held}"
    )
    return "\n".join([head, "", *(f"- {summarise_visit(visit, case)}" for visit in visits.to_dict("records"))])


def describe_held(inspections: pd.DataFrame) -> str:
    """Say from when to when the inspections without a grade are held, kind by kind."""
    days = inspections[~inspections["graded"]].groupby("kind")["start_date"].agg(["min", "max"])
    spans = days.apply(lambda span: f"{span['min']:%B %Y} to {span['max']:%B %Y}", axis=1)
    parts = [f"{words} {spans[kind]}" for kind, words in HELD.items() if kind in spans]
    return f"This study holds {list_words(parts)}." if parts else ""


def summarise_visit(visit: dict[Hashable, Any], case: Case) -> str:
    """Describe one inspection without a grade: kind, days, theme, letter and whether it asks for priority action."""
    days = format_days(visit["start_date"], visit["end_date"], visit["start_precision"])
    after = " (after the window)" if visit["start_date"] > case.window_end else ""
    theme = f": {lower_first(visit['theme'])}" if pd.notna(visit["theme"]) else ""
    asked = "; it asks for **priority action**" if visit["priority_action"] is True else ""
    letter = ""
    if pd.notna(visit["published_date"]):
        dated = f"letter of {format_day(visit['published_date'])}"
        letter = f"; {link(dated, visit['report_url'])}"
    return f"{VISIT_NAMES[visit['kind']]}, {days}{after}{theme}{letter}{asked}."


def format_days(start: pd.Timestamp, end: pd.Timestamp, precision: str) -> str:
    """Format the days on site, as precisely as they are known.

    Examples
    --------
    >>> format_days(pd.Timestamp("2018-09-05"), pd.Timestamp("2018-09-06"), "day")
    '5 to 6 September 2018'
    """
    if pd.isna(end) or end <= start or precision != "day":
        return format_start(start, precision)
    first = f"{start.day}" if (start.year, start.month) == (end.year, end.month) else format_day(start)
    return f"{first} to {format_day(end)}"
