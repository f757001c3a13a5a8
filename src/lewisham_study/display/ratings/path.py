"""The path of one authority's ratings: a step for each grade, a lane for each strand."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case, place_in_window
from lewisham_study.analysis.ratings import share_good, state_at, trace_path
from lewisham_study.display.common.citations import cite, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.phrases import (
    begin_sentence,
    format_count,
    format_day,
    format_month,
    format_start,
    list_words,
    name_end,
)
from lewisham_study.display.common.style import PAGE_WIDTH, draw_key, drawing
from lewisham_study.display.ratings.lanes import draw_eras, draw_lanes, finish_axes
from lewisham_study.vocabulary import FRAMEWORK_NAMES, GRADE_NAMES, GRADES, STRAND_NAMES

LANES = ["safeguarding", "looked_after", "overall", "leadership", "help_and_protection"]
LANES += ["children_in_care", "care_leavers"]


def draw_path(case: Case) -> FigureExhibit:
    """Draw the grades of the authority in the case, strand by strand.

    Returns
    -------
    FigureExhibit
        Dated, lettered markers; steps are joined only within one framework; visits without a grade,
        and outcomes after the window, are shown as such. Its table is the steps.
    """
    steps = list_steps(case)
    first = pd.Timestamp(case.start_year, 1, 1)
    visits = list_visits(case, first)
    last = find_last_day(case, steps, visits)
    lanes = [lane for lane in LANES if lane in set(steps["strand"])]
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 0.85 + 0.52 * (len(lanes) + (not visits.empty))), layout="constrained")
        axes = figure.subplots()
        draw_eras(axes, first, last, case)
        draw_lanes(axes, steps, lanes, visits, first, last)
        finish_axes(axes, lanes, visits, first, last)
        draw_key(figure, set(steps["grade"]))
    return FigureExhibit(
        figure,
        "fig-rating-path",
        title_path(case, steps),
        caption_path(case, steps, visits),
        describe_path(case, steps, visits),
        tabulate_steps(steps),
    )


def list_steps(case: Case) -> pd.DataFrame:
    """List the steps of the case's strands, with how each lies to the window; none outlasts authority or data."""
    judgements = case.tables["judgements"]
    steps = trace_path(judgements, case.la_code, basis=case.basis)
    steps["until"] = steps["until"].fillna(case.valid_to or judgements["published_date"].max())
    return steps.assign(window=place_in_window(steps["date"], case.start_year, case.end_year))


def list_visits(case: Case, first: pd.Timestamp) -> pd.DataFrame:
    """List the visits that gave no grade from a day on."""
    inspections = case.tables["inspections"]
    visits = inspections[(inspections["la_code"] == case.la_code) & ~inspections["graded"]]
    return visits[visits["start_date"] >= first].sort_values("start_date", kind="stable")


def find_last_day(case: Case, steps: pd.DataFrame, visits: pd.DataFrame | None = None) -> pd.Timestamp:
    """Give the last day to draw: the window's end, or so long after the last mark that its date can be read."""
    marks = [(steps["date"], 22)] if visits is None else [(steps["date"], 22), (visits["start_date"], 9)]
    needed: list[pd.Timestamp] = [days.max() + pd.DateOffset(months=room) for days, room in marks if len(days)]
    if max(needed) <= case.window_end:
        return case.window_end + pd.DateOffset(months=2)
    return max([*needed, case.window_end + pd.DateOffset(months=31)])


def title_path(case: Case, steps: pd.DataFrame) -> str:
    """State the finding: the overall grade at the window's end, and what came after."""
    overall = steps[steps["strand"] == "overall"]
    known = overall[overall["window"] != "after"]
    if case.valid_from is not None and case.valid_from > case.window_end:
        text = f"{case.opening} was created after the window, on {format_day(case.valid_from)}"
    elif known.empty:
        text = f"{case.opening} had no overall grade by the end of {case.end_year}"
    elif case.valid_to is not None and case.valid_to < case.window_end:
        grade = GRADE_NAMES[known.iloc[-1]["grade"]]
        text = f"{case.opening} was rated {grade} when it was abolished in {case.valid_to:%B %Y}"
    else:
        text = f"{case.opening} was rated {GRADE_NAMES[known.iloc[-1]['grade']]} {name_end(case)}"
    later = overall[overall["window"] == "after"]
    if not later.empty:
        step = later.iloc[0]
        again = " again" if len(known) and known.iloc[-1]["grade"] == step["grade"] else ""
        text += f"; it was judged {GRADE_NAMES[step['grade']]}{again} in {step['date']:%B %Y}"
        text += "" if known.empty and "window" in text else ", after the window"
    return text


def caption_path(case: Case, steps: pd.DataFrame, visits: pd.DataFrame) -> str:
    """Say how to read the figure and where its grades come from."""
    basis = "first day on site" if case.basis == "inspected" else "day of publication"
    hollow = "Hollow marks fall after the window. " if (steps["window"] == "after").any() else ""
    diamonds = "Diamonds are visits that gave no grade. " if len(visits) else ""
    return (
        f"In each strand the best grade is on top; each mark stands at the {basis}. A grade stands until the next "
        "one. Where that is of another framework, the line is broken off before its mark, for their grades are not "
        "one scale; the grade did not lapse there. Letters at the right: the grades that a strand can have, A for "
        f"adequate and I for inadequate. {hollow}{diamonds}{credit(cite(steps))}."
    )


def describe_path(case: Case, steps: pd.DataFrame, visits: pd.DataFrame) -> str:
    """Describe the figure for a reader who cannot see it."""
    parts = []
    for lane in LANES:
        told = [
            f"{GRADE_NAMES[step['grade']]} ({FRAMEWORK_NAMES[step['framework']]}, {format_month(step['date'])})"
            for step in steps[steps["strand"] == lane].to_dict("records")
        ]
        parts += [f"{STRAND_NAMES[lane]}: {', then '.join(told)}"] if told else []
    if not visits.empty:
        parts.append("visits without a grade: " + ", ".join(format_month(day) for day in visits["start_date"]))
    after = " and after" if (steps["window"] == "after").any() else ""
    years = f"{case.start_year} to {case.end_year}{after}"
    return f"Timeline of {case.spoken}’s grades by strand, {years}. {'; '.join(parts)}."


def tabulate_steps(steps: pd.DataFrame) -> pd.DataFrame:
    """Give the steps as a table to read."""
    return pd.DataFrame(
        {
            "Strand": steps["strand"].map(STRAND_NAMES),
            "Framework": steps["framework"].map(FRAMEWORK_NAMES),
            "Grade": steps["grade"].map(GRADE_NAMES),
            "Inspected from": [
                format_start(start, precision)
                for start, precision in zip(steps["start_date"], steps["start_precision"], strict=True)
            ],
            "Published": steps["published_date"].map(format_day, na_action="ignore"),
            "Window": steps["window"],
            "Source": steps["source_id"] + ", " + steps["locator"],
        }
    )


def summarise_path(case: Case) -> Prose:
    """Tell the path of the authority's ratings in the window, and what came before and after it."""
    steps = trace_path(case.tables["judgements"], case.la_code, basis=case.basis)
    if steps.empty:
        return Prose(f"Ofsted has published no graded inspection of {case.spoken} in the releases held here.")
    steps = steps.assign(window=place_in_window(steps["date"], case.start_year, case.end_year))
    parts = [summarise_inspections(steps, when) for when in ("before", "within", "after")]
    return Prose("\n\n".join(part for part in [*parts, summarise_visits(case), summarise_end(case)] if part))


def summarise_inspections(steps: pd.DataFrame, when: str) -> str:
    """List each inspection before, within or after the window, a sentence each."""
    chosen = steps[steps["window"] == when].sort_values("date", kind="stable")
    told = [f"- {summarise_inspection(group)}" for _, group in chosen.groupby("inspection_id", sort=False)]
    return "\n".join([f"**{when.capitalize()} the window:**", "", *told]) if told else ""


def summarise_inspection(grades: pd.DataFrame) -> str:
    """Tell of one inspection: when, under which framework, and its grades, with their source."""
    first = grades.iloc[0]
    when = f"published on {format_day(first['published_date'])}"
    if pd.notna(first["start_date"]):
        when = f"on site from {format_start(first['start_date'], first['start_precision'])}, {when}"
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


def summarise_visits(case: Case) -> str:
    """Tell of the visits that gave no grade; they leave the grade in force as it was."""
    inspections = case.tables["inspections"]
    visits = inspections[(inspections["la_code"] == case.la_code) & ~inspections["graded"]]
    visits = visits[visits["start_date"] <= case.window_end].sort_values("start_date", kind="stable")
    if visits.empty:
        return ""
    days = [format_start(visit["start_date"], visit["start_precision"]) for visit in visits.to_dict("records")]
    count = "A visit" if len(days) == 1 else f"{format_count(len(days))} visits"
    return f"{count} ({list_words(days)}) gave **no grade**: the grade in force stayed as it was {cite(visits)}."


def summarise_end(case: Case) -> str:
    """Tell where the authority stands among all at the end of the window."""
    if case.valid_to is not None and case.valid_to < case.window_end:
        return f"The authority was abolished on {format_day(case.valid_to)}; its successors start without a grade."
    if case.valid_from is not None and case.valid_from > case.window_end:
        return (
            f"The authority was created on {format_day(case.valid_from)}, after the window, and began without a grade."
        )
    state = state_at(case.tables["judgements"], case.tables["authorities"], case.graded_to, basis=case.basis)
    grade = str(state.set_index("la_code").loc[case.la_code, "grade"])
    rated = "rated " if grade in GRADES else ""
    overall = " overall" if grade in GRADES else ""
    same = int((state["grade"] == grade).sum()) - 1
    others = f"as {'was' if same == 1 else 'were'} {same if same else 'none'} of the {len(state) - 1} others"
    born = gone = ""
    if case.valid_from is not None:
        born = f"The authority was created on {format_day(case.valid_from)} and began without a grade. "
    if case.valid_to is not None:
        gone = f" It was abolished on {format_day(case.valid_to)}; its successors start without a grade."
    return (
        f"{born}{begin_sentence(name_end(case))} {case.spoken} was {rated}**{GRADE_NAMES[grade]}**{overall}, {others}; "
        f"{share_good(state):.0%} of judged authorities were good or outstanding.{gone}"
    )
