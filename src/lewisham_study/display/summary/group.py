"""Several councils, or the regions of England, set side by side: numbers, places, points to improve and sentences."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import CASELOAD
from lewisham_study.analysis.group import MOST_COUNCILS, Group, place_members, trace_members
from lewisham_study.analysis.statements import list_points
from lewisham_study.analysis.summary import AGENCY, IN_CARE, SPEND
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import (
    format_count,
    format_day,
    format_month,
    list_words,
    lower_first,
    name_share,
)
from lewisham_study.display.summary.grades import find_latest, list_steps
from lewisham_study.display.summary.group_grades import find_grades
from lewisham_study.display.summary.numbers import LOOKS, format_place, name_quarter
from lewisham_study.vocabulary import GRADE_NAMES, GRADES, NO_OVERALL

HEADS = {CASELOAD: "Cases per worker", AGENCY: "Agency", IN_CARE: "In care per 10,000", SPEND: "Spend per child"}
QUARTERS = {CASELOAD: "Quarter of caseload", SPEND: "Quarter of spend"}


def compare_numbers(group: Group) -> TableExhibit:
    """Show the latest sound value of each measure of each member, and of England."""
    latest = {name: find_latest_values(trace_members(group, name)) for name in HEADS}
    heads = {name: f"{HEADS[name]}, {latest[name].attrs['period']}" for name in HEADS}
    table = pd.DataFrame({"Region" if group.regions else "Council": list(dict.fromkeys([*group.labels, "England"]))})
    for name, head in heads.items():
        table[head] = [format_latest(latest[name], name, label) for label in table.iloc[:, 0]]
    if not group.regions:
        table.insert(1, "Latest grade, inspected", [describe_latest(case) for case in group.cases] + [None])
    case = group.cases[0]
    sources = {str(source) for one in latest.values() for source in one["source_id"].dropna()}
    caption = (
        f"Latest sound year; another year is in brackets. Spend in {case.price_base} prices. "
        f"High or low is neither good nor bad in itself. {credit_releases(sources)}"
    )
    return TableExhibit(table, "tbl-side-numbers", title_numbers(group, latest), caption)


def find_latest_values(traced: pd.DataFrame) -> pd.DataFrame:
    """Find the latest value of each member that has no caution; the commonest period is in `attrs`."""
    known = traced.dropna(subset="value")
    sound = known[~known["unsure"].astype(bool)]
    last = sound.sort_values("year", kind="stable").groupby("member").tail(1).set_index("member")
    last.attrs["period"] = str(last["time_period"].mode().max())
    return last


def format_latest(latest: pd.DataFrame, name: str, label: str) -> str | None:
    """Write a member's latest value, with its period if that is not the usual one."""
    if label not in latest.index:
        return None
    row = latest.loc[label]
    period = "" if row["time_period"] == latest.attrs["period"] else f" ({row['time_period']})"
    return f"{LOOKS[name].write(float(latest['value'].loc[label]))}{period}"


def describe_latest(case: Case) -> str | None:
    """Write the latest overall grade of a council with the month of its inspection."""
    steps = list_steps(case)
    for last in steps[steps["strand"] == "overall"].tail(1).to_dict("records"):
        led = f"leadership {GRADE_NAMES[last['leadership']]}" if last["grade"] == NO_OVERALL else ""
        return f"{led or GRADE_NAMES[last['grade']]}, {format_month(last['date'])}"
    return None


def title_numbers(group: Group, latest: dict[str, pd.DataFrame]) -> str:
    """State the range of caseloads and spend."""
    parts = []
    for name, words in ((CASELOAD, "cases per worker"), (SPEND, "spend per child")):
        values = latest[name].loc[[label for label in group.labels if label in latest[name].index], "value"]
        if len(values) > 1:
            write = LOOKS[name].write
            low, high = values.idxmin(), values.idxmax()
            parts.append(f"{words} from {write(values.min())} ({low}) to {write(values.max())} ({high})")
    return f"{group.title}: {'; '.join(parts)}" if parts else f"The numbers of {group.title}"


def compare_places(group: Group, fewest: int = 0, most: int = 99) -> TableExhibit | None:
    """Show the place of each council among all in caseload and spend; None of regions, or outside a number."""
    if group.regions or not fewest <= len(group.labels) <= most:
        return None
    placed = {name: place_members(group, name) for name in QUARTERS}
    table = pd.DataFrame({"Council": group.labels})
    for name, found in placed.items():
        usual = pd.Series([one.period for one in found.values()], dtype=str).mode().max()
        texts = {
            label: format_place(one) + ("" if one.period == usual else f" ({one.period})")
            for label, one in found.items()
        }
        table[f"{HEADS[name]}, {usual}"] = [texts.get(label) for label in group.labels]
        table[QUARTERS[name]] = [name_quarter(found[label]) if label in found else None for label in group.labels]
    parts = [
        f"{sum(name_quarter(one) == 'highest' for one in placed[name].values())} by {words}"
        for name, words in ((CASELOAD, "caseload"), (SPEND, "spend per child"))
    ]
    sources = {str(one) for name in placed for one in trace_members(group, name)["source_id"].dropna()}
    return TableExhibit(
        table,
        "tbl-side-places",
        f"In the highest quarter of all councils, of these {len(table)}: {' and '.join(parts)}",
        "Latest sound year. Joint returns count once. Grades have no place: inspections are years apart, and "
        f"frameworks are not one scale. {credit_releases(sources)}",
    )


def compare_asked(group: Group, most: int = MOST_COUNCILS) -> TableExhibit | Prose | None:
    """Show what the latest report of each council asks to be improved, by theme; None of regions or many councils."""
    if group.regions or len(group.cases) > most:
        return None
    points = {case.label: list_points(case, 1) for case in group.cases}
    if all(own.empty for own in points.values()):
        return Prose("No inspection of these councils under ILACS is held, so no list of points to improve.")
    rows = [
        {
            "Council": label,
            "Published": None if own.empty else format_month(own["published_date"].iloc[0]),
            "Points": None if own.empty else str(len(own)),
            "Themes": "no list held" if own.empty else name_themes(own),
        }
        for label, own in points.items()
    ]
    every = pd.concat([own.drop_duplicates("theme") for own in points.values()])
    counts = every["theme"].value_counts()
    top = [lower_first(str(theme)) for theme in counts.index[counts == counts.iloc[0]] if theme != "Other"]
    shared = f"{int(counts.iloc[0])} of {len(rows)} councils were asked to improve {list_words(top[:3])}"
    return TableExhibit(
        pd.DataFrame(rows),
        "tbl-side-asked",
        shared if counts.iloc[0] > 1 else "No theme was asked of more than one of these councils",
        f"Themes are ours; each council’s report quotes its points. {credit_releases(every['source_id'])}",
    )


def name_themes(points: pd.DataFrame) -> str:
    """Name the themes of points, the commonest first, with how many points each has."""
    counts = points["theme"].value_counts(sort=False).sort_values(ascending=False, kind="stable")
    named = [lower_first(str(theme)) + (f" ({count})" if count > 1 else "") for theme, count in counts.items()]
    return "; ".join(named)


def summarise_group(group: Group) -> Prose:
    """Give the position of the group at the latest day held: grades, then caseload and spend next to England."""
    start = f"**Position at {format_day(find_latest(group.cases[0]))}.**"
    parts = [start, *([] if group.regions else describe_grades(group))]
    parts += [describe_sides(group, name) for name in (CASELOAD, SPEND)]
    return Prose(" ".join(part for part in parts if part))


def describe_grades(group: Group) -> list[str]:
    """Describe the latest overall grades of the councils, and who has been inspected without one since."""
    grades = find_grades(group)
    counts = [(grade, int((grades == grade).sum())) for grade in GRADES if (grades == grade).any()]
    sentences = []
    if counts:
        best, verb = counts[0][0], "was" if counts[0][1] == 1 else "were"
        names = GRADE_NAMES | {best: f"of {format_count(len(grades)).lower()} councils {verb} {GRADE_NAMES[best]}"}
        words = [f"{format_count(count).lower()} {names[grade]}" for grade, count in counts]
        sentences.append(f"When last given an overall grade, {list_words(words)}.")
    ended = [one.label for one in group.cases if ends_ungraded(one)]
    if ended:
        verb = "has" if len(ended) == 1 else "have"
        sentences.append(f"{list_words(ended)} {verb} been inspected since April 2026, without an overall grade.")
    return sentences


def describe_sides(group: Group, name: str) -> str:
    """Describe how many members had more and fewer than England in the usual latest year of a measure."""
    latest = find_latest_values(trace_members(group, name))
    usual = latest[latest["time_period"] == latest.attrs["period"]]["value"]
    values = usual[usual.index.isin(group.labels)]
    if values.empty or "England" not in usual.index:
        return ""
    more, total = int((values > usual["England"]).sum()), len(values)
    noun = "regions" if group.regions else "councils with a figure"
    what = {CASELOAD: "had more cases per social worker", SPEND: "spent more per child"}[name]
    when = f"In {'September ' if name == CASELOAD else ''}{latest.attrs['period']}"
    count = name_share(more, total, noun)
    return f"{when}, {count} {what} than England ({LOOKS[name].write(usual['England'])})."


def ends_ungraded(case: Case) -> bool:
    """Return whether the latest inspection of a council gave no overall grade any more."""
    steps = list_steps(case)
    return bool(len(steps)) and steps.iloc[-1]["grade"] == NO_OVERALL


def list_group_cautions(group: Group) -> Prose:
    """List what to be careful of when councils are set side by side."""
    lines = [
        "Grades are neither ranked nor averaged: inspections are years apart, and frameworks are not one scale.",
        "Councils differ in size, poverty and history; nothing here says why a figure differs or changed.",
        "Councils count cases by their own rules, and book spend in their own ways, so small differences mean little.",
        f"The window of the study ends in {group.cases[0].end_year}; later years are shown to the latest held.",
    ]
    return Prose("\n".join(f"- {line}" for line in lines))
