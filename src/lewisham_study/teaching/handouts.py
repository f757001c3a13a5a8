"""Figures and tables of the teaching hand-outs: what was public on a day, and a blank sheet for a forecast."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.ratings import count_grades, mark_ungraded, share_good, state_at, trace_path
from lewisham_study.analysis.trajectories import list_patterns
from lewisham_study.authorities import find_authority
from lewisham_study.display.common.citations import cite_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count, format_day, list_words
from lewisham_study.display.common.style import FAINT, GRADE_COLOURS, INK, MUTED, PAGE_WIDTH, choose_ink, drawing
from lewisham_study.display.evidence.gaps import show_overspend
from lewisham_study.display.evidence.words import format_name, format_span
from lewisham_study.display.ratings.lanes import draw_eras, draw_lanes, finish_axes
from lewisham_study.display.ratings.path import LANES, tabulate_steps
from lewisham_study.display.ratings.visits import list_visits
from lewisham_study.errors import UsageError
from lewisham_study.teaching.resources import draw_resources, summarise_resources
from lewisham_study.vocabulary import FRAMEWORK_NAMES, GRADE_LETTERS, GRADE_NAMES, GRADES, NO_OVERALL, NOT_YET_JUDGED

__all__ = [
    "draw_known",
    "draw_outlook",
    "draw_resources",
    "show_best",
    "show_claims",
    "show_companions",
    "show_events",
    "show_overspend",
    "show_position",
    "summarise_position",
    "summarise_resources",
]

MARGIN = 0.13
"""Room for dates to the right of the day, as a share of the years drawn."""
SCALE = ["inadequate", "requires_improvement", "good", "outstanding"]
OFSTED = "Source: Ofsted’s reports published by that day."


def draw_known(case: Case, day: date, label: str = "fig-known-path") -> FigureExhibit:
    """Draw the grades that were public on a day, each from the day of its report.

    The case is opened on the tables of `load_known_tables(day)`, with the basis published.
    """
    judgements = mark_ungraded(case.tables["judgements"])
    steps = trace_path(judgements, case.la_code, basis="published").assign(window="within")
    first, last = pd.Timestamp(case.start_year, 1, 1), pd.Timestamp(day)
    visits = list_visits(case, first)
    lanes = [lane for lane in LANES if lane in set(steps["strand"])]
    with drawing():
        height = 0.6 + 0.48 * (len(lanes) + (not visits.empty))
        figure = Figure(figsize=(PAGE_WIDTH, height), layout="constrained")
        axes = figure.subplots()
        draw_eras(axes, first, last, case)
        draw_lanes(axes, steps, lanes, visits, first, last)
        finish_axes(axes, lanes, visits, first, last + (last - first) * MARGIN)
        mark_today(axes, first, last)
    table = tabulate_steps(steps[steps["strand"].isin(lanes)]).drop(columns=["Window", "Source"])
    table = table.reset_index(drop=True)
    rows = table.to_dict("records")
    grades = [f"{row['Strand']} {row['Grade']} ({row['Framework']}, {row['Published']})" for row in rows]
    squares = " Squares are joint area inspections." if (visits["kind"] == "joint_targeted").any() else ""
    return FigureExhibit(
        figure,
        label,
        title_known(case, steps, day),
        "O outstanding, G good, RI requires improvement, A adequate, I inadequate, from the day of the report; grades "
        f"of two frameworks are not on one scale. Diamonds are visits without a grade.{squares} "
        "Source: Ofsted’s reports.",
        f"Timeline of {case.spoken}’s grades by strand as public on {format_day(last)}. {'; '.join(grades)}.",
        table,
    )


def mark_today(axes: Axes, first: pd.Timestamp, day: pd.Timestamp) -> None:
    """Mark the reader's own day, and label no later year."""
    axes.axvline(date2num(day), color=INK, lw=0.9, ls=(0, (4, 2)), zorder=1)
    below: dict[str, Any] = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points", "fontsize": 7}
    axes.annotate("today", (date2num(day), 0), (3, 3), color=INK, **below)
    years = range(first.year, day.year + 1)
    axes.set_xticks([date2num(pd.Timestamp(year, 1, 1)) for year in years], [str(year) for year in years])


def title_known(case: Case, steps: pd.DataFrame, day: date) -> str:
    """State the overall grade that was public on a day."""
    overall, when = steps[steps["strand"] == "overall"], format_day(pd.Timestamp(day))
    if overall.empty:
        return f"On {when} no overall grade of {case.spoken} was public"
    if overall.iloc[-1]["grade"] == NO_OVERALL:
        return f"On {when} {case.spoken} had {GRADE_NAMES[NO_OVERALL]}"
    return f"{case.opening}’s grade on {when}: {GRADE_NAMES[overall.iloc[-1]['grade']]} overall"


def draw_outlook(case: Case, day: date, years: int, height: float = 1.9) -> FigureExhibit:
    """Draw a blank sheet for the reader's forecast, from the overall grade public on the day; height in inches."""
    overall = trace_path(case.tables["judgements"], case.la_code, basis="published", strand="overall")
    if overall.empty or pd.notna(overall["until"].iloc[-1]):
        raise UsageError(f"{case.spoken} has no overall grade on {day} to forecast from; choose another day")
    grade = str(overall["grade"].iloc[-1])
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, height), layout="constrained")
        axes = figure.subplots()
        for level in range(len(SCALE)):
            axes.axhline(level, color=FAINT, lw=0.8)
        for year in range(years + 1):
            axes.axvline(year, color=FAINT, lw=0.8)
        centred: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": 7, "weight": "bold"}
        colour, level = GRADE_COLOURS[grade], SCALE.index(grade)
        axes.scatter([0], [level], s=150, color=colour, zorder=4, clip_on=False)
        axes.text(0, level, GRADE_LETTERS[grade], color=choose_ink(colour), zorder=5, **centred)
        axes.set_yticks(range(len(SCALE)), [GRADE_NAMES[name] for name in SCALE], color=INK)
        axes.set_xticks(range(years + 1), ["today", *(f"+{year}" for year in range(1, years + 1))])
        axes.set_xlabel("years from today", color=MUTED)
        axes.set(xlim=(0, years), ylim=(-0.4, len(SCALE) - 0.6))
        axes.tick_params(length=0, pad=9)
        axes.spines[:].set_visible(False)
    sheet = pd.DataFrame(
        {"Years from today": range(years + 1), "Expected grade": [GRADE_NAMES[grade], *[None] * years]}
    )
    return FigureExhibit(
        figure,
        "fig-outlook",
        f"Your forecast: draw the grade you expect in each of the next {years} years",
        "Mark each year in which you expect an inspection report, and its grade. Next to the line write how sure you "
        "are, out of ten. Keep the sheet.",
        f"An empty chart with four grades upwards and {years} years to the right. Today {case.spoken} is "
        f"{GRADE_NAMES[grade]}; the coming years are blank.",
        sheet,
    )


def find_states(case: Case, day: date) -> dict[str, pd.DataFrame]:
    """Return the overall grades that were public on a day, for England and for the authority's region."""
    tables = case.tables
    states = state_at(tables["judgements"], tables["authorities"], pd.Timestamp(day), basis="published")
    return {"England": states, case.region: states[states["region"] == case.region]}


def summarise_position(case: Case, day: date) -> Prose:
    """Say how many authorities had an overall grade, and what share was good or better."""
    parts = []
    for place, states in find_states(case, day).items():
        judged = int(states["grade"].isin(GRADES).sum())
        parts.append(f"in {place} {judged} of {len(states)}, {share_good(states):.0%} of them good or better")
    when = format_day(pd.Timestamp(day))
    return Prose(f"Not every authority had an overall grade by {when}: {'; '.join(parts)}.")


def show_position(case: Case, day: date) -> TableExhibit:
    """Show how many authorities had each overall grade, as far as was public."""
    counts = {place: count_grades(states) for place, states in find_states(case, day).items()}
    grades = [
        grade for grade in [*GRADES, NO_OVERALL, NOT_YET_JUDGED] if any(count[grade] for count in counts.values())
    ]
    rows = {place: [str(count[grade]) for grade in grades] for place, count in counts.items()}
    table = pd.DataFrame({"Overall grade": [GRADE_NAMES[grade].capitalize() for grade in grades], **rows})
    title = f"Authorities by overall grade, as public on {format_day(pd.Timestamp(day))}"
    return TableExhibit(table, "tbl-position", title, f"A count of all authorities. {OFSTED}")


def show_best(case: Case) -> TableExhibit:
    """Show the later grades of the authorities once judged outstanding for safeguarding, as far as was public."""
    patterns = list_patterns(case.tables["judgements"])
    names = case.labels
    best = patterns[(patterns["SLAC"] == "outstanding") & patterns.index.isin(names.index)]
    heads = {"SLAC": "Safeguarding, to 2013", "SIF": "First single inspection", "ILACS": "First inspection from 2018"}
    shown = {
        head: best[name].map(GRADE_NAMES).fillna("not yet") for name, head in heads.items() if best[name].notna().any()
    }
    table = pd.DataFrame({"Authority": names.reindex(best.index), **shown})
    table = table.sort_values("Authority", ignore_index=True, kind="stable")
    title = f"{format_count(len(table))} authorities were once judged outstanding for safeguarding; what came next"
    caption = f"Each column is a framework with its own criteria; a lower grade may be a harder test. {OFSTED}"
    return TableExhibit(table, "tbl-best", title, caption)


def show_companions(case: Case, names: list[str]) -> TableExhibit:
    """Show the overall and safeguarding grades of the case and some other authorities, inspection by inspection."""
    authorities, judgements = case.tables["authorities"], case.tables["judgements"]
    found = [find_authority(authorities, name) for name in [case.la_name, *names]]
    chosen = {str(one["la_code"]): str(one["la_name"]) for one in found}
    rows = judgements[judgements["la_code"].isin(chosen) & judgements["strand"].isin(["overall", "safeguarding"])]
    rows = rows.assign(name=rows["la_code"].map(chosen)).sort_values(["name", "published_date"])
    table = pd.DataFrame(
        {
            "Authority": rows["name"],
            "Report of": rows["published_date"].map(format_day),
            "Framework": rows["framework"].map(FRAMEWORK_NAMES),
            "Judged": rows["strand"],
            "Grade": rows["grade"].map(GRADE_NAMES),
        }
    ).reset_index(drop=True)
    return TableExhibit(table, "tbl-companions", f"{case.label} compared with {list_words(names)}", OFSTED)


def show_events(case: Case, since: int) -> TableExhibit:
    """Show the events since a year that documents and reports of the day record."""
    events = case.tables["events"]
    events = events[(events["la_code"] == case.la_code) & (events["date_end"] >= pd.Timestamp(since, 1, 1))]
    events = events.sort_values(["date_start", "date_end"])
    when = [format_span(start, end) for start, end in zip(events["date_start"], events["date_end"], strict=True)]
    table = pd.DataFrame({"When": when, "What": events["title"]}).reset_index(drop=True)
    caption = "A date range means the exact date is unknown. One event after another is no evidence of cause."
    return TableExhibit(table, "tbl-events", "Events recorded in documents and reports public by then", caption)


def show_claims(case: Case, measures: list[str]) -> TableExhibit:
    """Show what articles print on some measures, each claim once, in their own words and without a verdict."""
    sources = case.tables["sources"].set_index("source_id")
    facts = case.tables["facts"]
    press = facts[facts["source_id"].map(sources["kind"]) == "news"]
    claims = press[press["measure"].isin(measures) & ~press["same_as"].isin(press["fact_id"])]
    names = sources["publisher"]
    table = pd.DataFrame(
        {
            "Document": claims["source_id"].map(names) + ", " + claims["source_id"].str[-4:],
            "Of what": claims["area"].map(format_name).str.cat(claims["measure"].map(format_name), ", "),
            "Printed": claims["value_as_stated"],
            "Place": claims["locator"],
        }
    ).reset_index(drop=True)
    caption = f"As printed, without a verdict; p is the paragraph. {cite_releases(claims['source_id'])}."
    return TableExhibit(table, "tbl-claims", "What the press had printed on grades and inspections", caption)
