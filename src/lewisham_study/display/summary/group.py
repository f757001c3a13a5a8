"""Several councils, or the regions of England, set side by side: grades, numbers, places and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import YearLocator, date2num
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import CASELOAD
from lewisham_study.analysis.statements import list_points
from lewisham_study.analysis.summary import (
    AGENCY,
    IN_CARE,
    MOST_COUNCILS,
    SPEND,
    Group,
    count_regions,
    place_members,
    trace_members,
)
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit, paint_widths
from lewisham_study.display.common.phrases import (
    find_last_overall,
    format_count,
    format_day,
    format_month,
    list_words,
    lower_first,
    shorten_name,
)
from lewisham_study.display.common.style import (
    GRADE_COLOURS,
    INK,
    PAGE_WIDTH,
    SMALLEST,
    UNJUDGED,
    choose_ink,
    clear_axes,
    draw_key,
)
from lewisham_study.display.summary.grades import draw_bar, find_latest, list_steps
from lewisham_study.display.summary.numbers import LOOKS, format_place, name_quarter
from lewisham_study.vocabulary import (
    FRAMEWORK_NAMES,
    GOOD_OR_BETTER,
    GRADE_NAMES,
    GRADES,
    NO_OVERALL,
    NOT_YET_JUDGED,
    STRAND_NAMES,
)

ROW, STEP = 0.3, 1.35
"""The height of a council's strip in inches, and from one to the next in heights of its bar."""
HEADS = {CASELOAD: "Cases per worker", AGENCY: "Agency", IN_CARE: "In care per 10,000", SPEND: "Spend per child"}
QUARTERS = {CASELOAD: "Quarter of caseload", SPEND: "Quarter of spend"}
STACK = [*GRADES, NO_OVERALL, NOT_YET_JUDGED]


def compare_grades(group: Group, fewest: int = 0, most: int = MOST_COUNCILS) -> FigureExhibit | None:
    """Draw the grades of each council as a strip, or of each region as counts; None outside a number of members."""
    if not fewest <= len(group.labels) <= most:
        return None
    return draw_regions(group) if group.regions else draw_strips(group)


def draw_strips(group: Group) -> FigureExhibit:
    """Draw a strip of grades for each council on one time axis."""
    steps = [list_steps(one) for one in group.cases]
    figure, narrow = paint_widths(lambda width: paint_strips(group, steps, width))
    table = tabulate_strips(group, steps)
    parts = [
        f"{label}: {', '.join(part['Grade'] + ' ' + part['From'].str[-4:])}"
        for label, part in table.groupby("Council", sort=False)
    ]
    sources = sorted({str(source) for own in steps for source in own["source_id"]})
    caption = (
        f"Low bars: safeguarding. Dashed: end of {group.cases[0].end_year}. A gap: new framework, other scale. "
        f"{credit(cite_releases(sources))}."
    )
    alt = f"Strips of grades on a time axis. {'; '.join(parts)}."
    return FigureExhibit(figure, "fig-side-grades", title_grades(group), caption, alt, table, narrow=narrow)


def paint_strips(group: Group, steps: list[pd.DataFrame], width: float) -> Figure:
    """Paint the strips at a width in inches; on a page many councils are in two columns."""
    columns = 2 if width == PAGE_WIDTH and len(steps) > MOST_COUNCILS + 1 else 1
    rows, key = ceil(len(steps) / columns), 6 if width == PAGE_WIDTH else 2
    figure = Figure(figsize=(width, 0.55 + 0.15 * (6 // key - 1) + ROW * rows), layout="constrained")
    for place, axes in enumerate(figure.subplots(1, columns, squeeze=False)[0]):
        part = slice(place * rows, (place + 1) * rows)
        paint_column(axes, group.cases[part], steps[part], rows, 2 if width / columns == PAGE_WIDTH else 4)
    draw_key(figure, {grade for own in steps for grade in own["grade"]}, key)
    return figure


def paint_column(axes: Axes, cases: Sequence[Case], steps: list[pd.DataFrame], rows: int, years: int) -> None:
    """Paint the strips of some councils below each other, with a tick after so many years."""
    first, edge = pd.Timestamp(cases[0].start_year, 1, 1), find_latest(cases[0]) + pd.DateOffset(months=3)
    end, places = cases[0].window_end, [STEP * (rows - 1 - number) for number in range(len(cases))]
    for base, one, own in zip(places, cases, steps, strict=True):
        for step in own.to_dict("records"):
            draw_bar(axes, step, first, min(edge, one.valid_to or edge), base=base, dated=False, split=end)
    axes.axvline(date2num(end), color=INK, lw=0.9, ls=(0, (4, 2)), zorder=2)
    axes.set_xlim(date2num(first), date2num(edge))
    axes.set_ylim(-0.25, STEP * rows - 0.25)
    axes.xaxis.set_major_locator(YearLocator(years))
    axes.xaxis.set_major_formatter(lambda value, _: f"{pd.Timestamp(value, unit='D'):%Y}")
    axes.set_yticks([base + 0.5 for base in places], [shorten_name(one.label) for one in cases])
    clear_axes(axes)


def tabulate_strips(group: Group, steps: list[pd.DataFrame]) -> pd.DataFrame:
    """Arrange the grades as a table to read."""
    rows = [
        {
            "Council": one.label,
            "From": format_day(step["date"]),
            "Framework": FRAMEWORK_NAMES[step["framework"]],
            "Strand": STRAND_NAMES[step["strand"]],
            "Grade": GRADE_NAMES[step["grade"]],
            "Source": f"{step['source_id']}, {step['locator']}",
        }
        for one, own in zip(group.cases, steps, strict=True)
        for step in own.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["Council", "From", "Framework", "Strand", "Grade", "Source"])


def find_grades(group: Group) -> pd.Series:
    """Find the latest overall grade held of each council that has one, and what followed it."""
    latest = {}
    for case in group.cases:
        steps = list_steps(case)
        given = steps[(steps["strand"] == "overall") & (steps["grade"] != NO_OVERALL)]
        if len(given):
            latest[case.label] = str(given.iloc[-1]["grade"])
    return pd.Series(latest, dtype=str)


def title_grades(group: Group) -> str:
    """State how many councils were good or outstanding at their latest graded inspection."""
    grades = find_grades(group)
    good = int(grades.isin(GOOD_OR_BETTER).sum())
    return f"{good} of {len(grades)} councils were good or outstanding at their latest overall grade"


def draw_regions(group: Group) -> FigureExhibit:
    """Draw the councils of each region by grade, as bars of counts."""
    day = min(find_last_overall(), find_latest(group.cases[0]))
    counts = count_regions(group, day)
    shown = [grade for grade in STACK if grade in counts and counts[grade].sum()]
    figure, narrow = paint_widths(lambda width: paint_regions(counts, shown, width))
    table = counts[shown].rename(columns=GRADE_NAMES).rename_axis("Region").reset_index()
    good = int(counts.reindex(columns=GOOD_OR_BETTER).sum().sum())
    graded = int(counts.reindex(columns=GRADES).sum().sum())
    rows = "; ".join(
        f"{row['Region']} {', '.join(f'{row[name]} {name}' for name in table.columns[1:])}"
        for row in table.to_dict("records")
    )
    sources = sorted(set(group.cases[0].tables["judgements"]["source_id"]))
    return FigureExhibit(
        figure,
        "fig-side-grades",
        f"{good} of {graded} councils with a grade were good or outstanding on {format_day(day)}",
        f"Councils by overall grade, {format_day(day)}, the last day for which all can be stated. "
        f"{credit(cite_releases(sources))}.",
        f"Bars of councils by grade in each region. {rows}.",
        table,
        narrow=narrow,
    )


def paint_regions(counts: pd.DataFrame, shown: list[str], width: float) -> Figure:
    """Paint the bars of counts at a width in inches."""
    key = 6 if width == PAGE_WIDTH else 2
    figure = Figure(figsize=(width, 0.6 + 0.15 * (6 // key - 1) + 0.24 * len(counts)), layout="constrained")
    axes = figure.subplots()
    floor = pd.Series(0, index=counts.index)
    for grade in shown:
        look: dict[str, Any] = UNJUDGED.get(grade, {"edgecolor": "white"})
        axes.barh(counts.index, counts[grade], left=floor, height=0.78, color=GRADE_COLOURS[grade], lw=0.6, **look)
        for place, (base, wide) in enumerate(zip(floor, counts[grade], strict=True)):
            if wide:
                text: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": SMALLEST}
                axes.text(base + wide / 2, place, str(wide), color=choose_ink(GRADE_COLOURS[grade]), **text)
        floor = floor + counts[grade]
    axes.invert_yaxis()
    axes.set_xticks([])
    clear_axes(axes)
    draw_key(figure, set(shown), key)
    return figure


def name_member(group: Group) -> str:
    """Name what is compared, for a heading."""
    return "Region" if group.regions else "Council"


def compare_numbers(group: Group) -> TableExhibit:
    """Show the latest sound value of each measure of each member, and of England."""
    latest = {name: find_latest_values(trace_members(group, name)) for name in HEADS}
    heads = {name: f"{HEADS[name]}, {latest[name].attrs['period']}" for name in HEADS}
    rows = []
    for label in dict.fromkeys([*group.labels, "England"]):
        cells = {heads[name]: format_latest(latest[name], name, label) for name in HEADS}
        rows.append({name_member(group): label, **cells})
    table = pd.DataFrame(rows)
    if not group.regions:
        table.insert(1, "Latest grade, inspected", [describe_latest(case) for case in group.cases] + [None])
    case = group.cases[0]
    sources = {str(source) for one in latest.values() for source in one["source_id"].dropna()}
    caption = (
        f"Latest sound year; another year is in brackets. Spend in {case.price_base} prices. "
        f"High or low is neither good nor bad in itself. {credit(cite_releases(sources))}."
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
    overall = steps[steps["strand"] == "overall"]
    if overall.empty:
        return None
    last = overall.iloc[-1]
    if last["grade"] == NO_OVERALL:
        return f"leadership {GRADE_NAMES[last['leadership']]}, {last['date']:%b %Y}"
    return f"{GRADE_NAMES[last['grade']]}, {last['date']:%b %Y}"


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
    table = pd.DataFrame({name_member(group): group.labels})
    for name, found in placed.items():
        usual = pd.Series([one.period for one in found.values()], dtype=str).mode().max()
        texts = {
            label: format_place(one) + ("" if one.period == usual else f" ({one.period})")
            for label, one in found.items()
        }
        table[f"{HEADS[name]}, {usual}"] = [texts.get(label) for label in group.labels]
        table[QUARTERS[name]] = [name_quarter(found[label]) if label in found else None for label in group.labels]
    parts = [
        f"{words} of {sum(name_quarter(one) == 'highest' for one in placed[name].values())}"
        for name, words in ((CASELOAD, "caseload"), (SPEND, "spend per child"))
    ]
    sources = {str(one) for name in placed for one in trace_members(group, name)["source_id"].dropna()}
    return TableExhibit(
        table,
        "tbl-side-places",
        f"In the highest quarter of all councils: {' and '.join(parts)} of {len(table)}",
        "Latest sound year. Joint returns count once. Grades have no place: inspections are years apart, and "
        f"frameworks are not one scale. {credit(cite_releases(sources))}.",
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
        f"Themes are ours; each council’s report quotes its points. {credit(cite_releases(every['source_id']))}.",
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
    counts = {grade: int((grades == grade).sum()) for grade in GRADES if (grades == grade).any()}
    sentences = []
    if counts:
        words = [f"{format_count(count).lower()} {GRADE_NAMES[grade]}" for grade, count in counts.items()]
        first, verb = next(iter(counts.items())), "was" if next(iter(counts.values())) == 1 else "were"
        words[0] = (
            f"{words[0].split()[0]} of {format_count(len(grades)).lower()} councils {verb} {GRADE_NAMES[first[0]]}"
        )
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
    what = {CASELOAD: "cases per social worker than", SPEND: "spent more per child than"}[name]
    verb = "had more " if name == CASELOAD else ""
    when = f"In September {latest.attrs['period']}" if name == CASELOAD else f"In {latest.attrs['period']}"
    count = f"{format_count(more).lower()} of {format_count(total).lower()} {noun}"
    return f"{when}, {count} {verb}{what} England ({LOOKS[name].write(usual['England'])})."


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
