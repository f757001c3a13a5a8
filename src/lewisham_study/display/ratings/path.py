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
from lewisham_study.vocabulary import FRAMEWORK_NAMES, GRADE_LETTERS, GRADE_NAMES, GRADES, STRAND_NAMES, STRANDS

LANES = ["safeguarding", "looked_after", "overall", "leadership", "help_and_protection"]
LANES += ["children_in_care", "care_leavers"]
WHOLE = ["overall", "safeguarding", "looked_after"]
"""The strands that cover the whole service, or one half of it."""


def draw_path(case: Case) -> FigureExhibit:
    """Draw the grades of the authority strand by strand; steps are joined only within one framework."""
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
        {"grades": list_grades(steps)},
    )


def list_steps(case: Case) -> pd.DataFrame:
    """List the authority's steps with their place in the window; none ends after the authority or the data."""
    judgements = case.tables["judgements"]
    steps = trace_path(judgements, case.la_code, basis=case.basis)
    steps["until"] = steps["until"].fillna(case.valid_to or judgements["published_date"].max())
    return steps.assign(window=place_in_window(steps["date"], case.start_year, case.end_year))


def list_visits(case: Case, first: pd.Timestamp | None = None) -> pd.DataFrame:
    """List the authority's visits without a grade, from a first day on."""
    inspections = case.own("inspections")
    visits = inspections[~inspections["graded"]].sort_values("start_date", kind="stable")
    return visits if first is None else visits[visits["start_date"] >= first]


def list_grades(steps: pd.DataFrame) -> list[dict[str, str]]:
    """List the grades of the whole service by publication, with the year on site if known."""
    whole = steps[steps["strand"].isin(WHOLE)].sort_values(
        "strand", key=lambda names: names.map(WHOLE.index), kind="stable"
    )
    return [
        {
            "strand": STRAND_NAMES[step["strand"]],
            "framework": FRAMEWORK_NAMES[step["framework"]],
            "grade": GRADE_NAMES[step["grade"]],
            "letter": GRADE_LETTERS[step["grade"]],
            "year": str((step["published_date"] if pd.isna(step["start_date"]) else step["start_date"]).year),
            "window": step["window"],
        }
        for step in whole.sort_values("published_date", kind="stable").to_dict("records")
    ]


def find_last_day(case: Case, steps: pd.DataFrame, visits: pd.DataFrame | None = None) -> pd.Timestamp:
    """Return the last day to draw: the window's end, or late enough to read the date of the last mark."""
    marks = [(steps["date"], 22)] if visits is None else [(steps["date"], 22), (visits["start_date"], 9)]
    needed: list[pd.Timestamp] = [days.max() + pd.DateOffset(months=room) for days, room in marks if len(days)]
    if max(needed) <= case.window_end:
        return case.window_end + pd.DateOffset(months=2)
    return max([*needed, case.window_end + pd.DateOffset(months=31)])


def was_created_after(case: Case) -> bool:
    """Return True if the authority was created after the window."""
    return case.valid_from is not None and case.valid_from > case.window_end


def title_path(case: Case, steps: pd.DataFrame) -> str:
    """State the overall grade at the window's end, and the next one after it."""
    overall = steps[steps["strand"] == "overall"]
    known, later = overall[overall["window"] != "after"], overall[overall["window"] == "after"]
    text = f"{case.opening} {describe_last(case, known)}"
    if later.empty:
        return text
    step = later.iloc[0]
    again = " again" if len(known) and known.iloc[-1]["grade"] == step["grade"] else ""
    after = "" if was_created_after(case) else ", after the window"
    return f"{text}; it was judged {GRADE_NAMES[step['grade']]}{again} in {step['date']:%B %Y}{after}"


def describe_last(case: Case, known: pd.DataFrame) -> str:
    """Describe, to follow the authority's name, its last overall grade within the window."""
    if case.valid_from is not None and was_created_after(case):
        return f"was created after the window, on {format_day(case.valid_from)}"
    if known.empty:
        return f"had no overall grade by the end of {case.end_year}"
    abolished = case.valid_to is not None and case.valid_to < case.window_end
    when = f"when it was abolished in {case.valid_to:%B %Y}" if abolished else name_end(case)
    return f"was rated {GRADE_NAMES[known.iloc[-1]['grade']]} {when}"


def caption_path(case: Case, steps: pd.DataFrame, visits: pd.DataFrame) -> str:
    """Explain the marks and lines, and cite the sources."""
    basis = "first day on site" if case.basis == "inspected" else "day of publication"
    after = " Hollow: after the window." if (steps["window"] == "after").any() else ""
    diamonds = " Diamonds: visits without a grade." if len(visits) else ""
    return (
        f"Marks show the {basis}, best grade on top; letters on the right (A adequate, I inadequate) give the scale. "
        "Lines stop before a grade on another framework’s scale; the earlier grade did not lapse."
        f"{after}{diamonds} {credit(cite(steps))}."
    )


def describe_path(case: Case, steps: pd.DataFrame, visits: pd.DataFrame) -> str:
    """Describe the figure for readers who cannot see it."""
    parts = []
    for lane in LANES:
        grades = [
            f"{GRADE_NAMES[step['grade']]} ({FRAMEWORK_NAMES[step['framework']]}, {format_month(step['date'])})"
            for step in steps[steps["strand"] == lane].to_dict("records")
        ]
        parts += [f"{STRAND_NAMES[lane]}: {', then '.join(grades)}"] if grades else []
    if not visits.empty:
        parts.append("visits without a grade: " + ", ".join(format_month(day) for day in visits["start_date"]))
    after = " and after" if (steps["window"] == "after").any() else ""
    years = f"{case.start_year} to {case.end_year}{after}"
    return f"Timeline of {case.spoken}’s grades by strand, {years}. {'; '.join(parts)}."


def tabulate_steps(steps: pd.DataFrame) -> pd.DataFrame:
    """Arrange the steps as a table to read."""
    starts = zip(steps["start_date"], steps["start_precision"], strict=True)
    return pd.DataFrame(
        {
            "Strand": steps["strand"].map(STRAND_NAMES),
            "Framework": steps["framework"].map(FRAMEWORK_NAMES),
            "Grade": steps["grade"].map(GRADE_NAMES),
            "Inspected from": [format_start(start, precision) for start, precision in starts],
            "Published": steps["published_date"].map(format_day, na_action="ignore"),
            "Window": steps["window"],
            "Source": steps["source_id"] + ", " + steps["locator"],
        }
    )


def summarise_path(case: Case) -> Prose:
    """Describe the authority's inspections before, within and after the window, and its grade at the end."""
    steps = list_steps(case)
    if steps.empty:
        return Prose(f"The Ofsted releases used here hold no graded inspection of {case.spoken}.")
    parts = [summarise_inspections(steps, when) for when in ("before", "within", "after")]
    return Prose("\n\n".join(part for part in [*parts, summarise_visits(case), summarise_end(case)] if part))


def summarise_inspections(steps: pd.DataFrame, when: str) -> str:
    """List the inspections before, within or after the window, one sentence each."""
    chosen = steps[steps["window"] == when].sort_values("date", kind="stable")
    sentences = [f"- {summarise_inspection(group)}" for _, group in chosen.groupby("inspection_id", sort=False)]
    return "\n".join([f"**{when.capitalize()} the window:**", "", *sentences]) if sentences else ""


def summarise_inspection(grades: pd.DataFrame) -> str:
    """Describe one inspection: dates, framework and grades, with their source."""
    first = grades.iloc[0]
    when = f"published on {format_day(first['published_date'])}"
    if pd.notna(first["start_date"]):
        when = f"on site from {format_start(first['start_date'], first['start_precision'])}, {when}"
    framework = FRAMEWORK_NAMES[first["framework"]]
    ordered = grades.sort_values("strand", key=lambda names: names.map(STRANDS.index), kind="stable")
    groups = ordered.groupby("grade", sort=False)["strand"]
    by_grade = [f"**{GRADE_NAMES[str(grade)]}** {name_strands(list(strands))}" for grade, strands in groups]
    overall = "" if "overall" in set(grades["strand"]) else " It gave no overall grade."
    return f"{framework} ({when}): {'; '.join(by_grade)} {cite(grades, most=1)}.{overall}"


def name_strands(strands: list[str]) -> str:
    """Name what a grade was given for, to follow the grade."""
    names = {strand: name.lower() for strand, name in STRAND_NAMES.items()} | {"lscb": "the safeguarding board"}
    areas = [names[strand] for strand in strands if strand != "overall"]
    whole = ["overall"] if "overall" in strands else []
    return " and ".join([*whole, f"for {list_words(areas)}"] if areas else whole)


def summarise_visits(case: Case) -> str:
    """Describe the visits without a grade, which leave the grade in force unchanged."""
    visits = list_visits(case)
    visits = visits[visits["start_date"] <= case.window_end]
    if visits.empty:
        return ""
    days = [format_start(visit["start_date"], visit["start_precision"]) for visit in visits.to_dict("records")]
    count = "A visit" if len(days) == 1 else f"{format_count(len(days))} visits"
    return f"{count} ({list_words(days)}) gave **no grade**; the grade in force did not change {cite(visits)}."


def summarise_end(case: Case) -> str:
    """Compare the authority's grade at the end of the window with all others."""
    created = f"The authority was created on {format_day(case.valid_from)}" if case.valid_from is not None else ""
    end = f"abolished on {format_day(case.valid_to)}; its successors start without a grade." if case.valid_to else ""
    if case.valid_to is not None and case.valid_to < case.window_end:
        return f"The authority was {end}"
    if was_created_after(case):
        return f"{created}, after the window, and began without a grade."
    state = state_at(case.tables["judgements"], case.tables["authorities"], case.graded_to, basis=case.basis)
    grade = str(state.set_index("la_code").loc[case.la_code, "grade"])
    rated, overall = ("rated ", " overall") if grade in GRADES else ("", "")
    same = int((state["grade"] == grade).sum()) - 1
    others = f"as {'was' if same == 1 else 'were'} {same if same else 'none'} of the {len(state) - 1} others"
    sentences = [
        f"{created} and began without a grade." if created else "",
        f"{begin_sentence(name_end(case))} {case.spoken} was {rated}**{GRADE_NAMES[grade]}**{overall}, {others}; "
        f"{share_good(state):.0%} of judged authorities were good or outstanding.",
        f"It was {end}" if end else "",
    ]
    return " ".join(sentence for sentence in sentences if sentence)
