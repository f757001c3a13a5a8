"""Several councils, or the regions of England, set side by side: grades, numbers, small multiples and sentences."""

from __future__ import annotations

from math import ceil
from typing import Any

import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.dates import YearLocator, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import CASELOAD
from lewisham_study.analysis.spend import name_year
from lewisham_study.analysis.summary import AGENCY, IN_CARE, MOST_COUNCILS, SPEND, Group, count_regions, trace_members
from lewisham_study.display.common.charts import LOOKS as LINES
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.lines import draw_line, split_runs
from lewisham_study.display.common.phrases import find_last_overall, format_day, list_words, shorten_name
from lewisham_study.display.common.style import (
    FAINT,
    GRADE_COLOURS,
    HERE,
    INK,
    PAGE_WIDTH,
    REFERENCE,
    SMALLEST,
    UNJUDGED,
    choose_ink,
    clear_axes,
    draw_key,
    drawing,
)
from lewisham_study.display.summary.grades import draw_bar, find_latest, list_steps
from lewisham_study.display.summary.numbers import LOOKS
from lewisham_study.vocabulary import GOOD_OR_BETTER, GRADE_NAMES, GRADES, NO_OVERALL, NOT_YET_JUDGED

ROW, STEP = 0.27, 1.5
"""The height of a council's strip in inches, and from one to the next in heights of its bar."""
COLUMNS = 5
HEADS = {CASELOAD: "Cases per worker", AGENCY: "Agency", IN_CARE: "Looked after per 10,000", SPEND: "Spend per child"}
TITLES = {CASELOAD: "Cases per social worker", SPEND: "Real spend per child"}
STACK = [*GRADES, NO_OVERALL, NOT_YET_JUDGED]


def compare_grades(group: Group, fewest: int = 0, most: int = MOST_COUNCILS) -> FigureExhibit | None:
    """Draw the grades of each council as a strip, or of each region as counts; None outside a number of members."""
    if not fewest <= len(group.labels) <= most:
        return None
    return draw_regions(group) if group.regions else draw_strips(group)


def draw_strips(group: Group) -> FigureExhibit:
    """Draw a strip of grades for each council on one time axis."""
    case, steps = group.cases[0], [list_steps(one) for one in group.cases]
    first, edge = pd.Timestamp(case.start_year, 1, 1), find_latest(case) + pd.DateOffset(months=3)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 0.55 + ROW * len(steps)), layout="constrained")
        axes = figure.subplots()
        for number, (one, own) in enumerate(zip(group.cases, steps, strict=True)):
            base = STEP * (len(steps) - 1 - number)
            for step in own.to_dict("records"):
                draw_bar(axes, step, first, min(edge, one.valid_to or edge), base=base, dated=False)
        axes.axvline(date2num(case.window_end), color=INK, lw=0.9, ls=(0, (4, 2)))
        axes.set_xlim(date2num(first), date2num(edge))
        axes.set_ylim(-0.25, STEP * len(steps) - 0.25)
        axes.xaxis.set_major_locator(YearLocator(2))
        axes.xaxis.set_major_formatter(lambda value, _: f"{pd.Timestamp(value, unit='D'):%Y}")
        places = [STEP * (len(steps) - 1 - number) + 0.5 for number in range(len(steps))]
        axes.set_yticks(places, [shorten_name(label) for label in group.labels])
        clear_axes(axes)
        draw_key(figure, {grade for own in steps for grade in own["grade"]})
    rows = [
        {
            "Council": one.label,
            "From": format_day(step["date"]),
            "Framework": step["framework"],
            "Strand": step["strand"],
            "Grade": GRADE_NAMES[step["grade"]],
            "Source": f"{step['source_id']}, {step['locator']}",
        }
        for one, own in zip(group.cases, steps, strict=True)
        for step in own.to_dict("records")
    ]
    table = pd.DataFrame(rows, columns=["Council", "From", "Framework", "Strand", "Grade", "Source"])
    parts = [
        f"{label}: {', '.join(part['Grade'] + ' ' + part['From'].str[-4:])}"
        for label, part in table.groupby("Council", sort=False)
    ]
    sources = sorted({str(source) for own in steps for source in own["source_id"]})
    caption = (
        f"Low bars: safeguarding. Dashed: end of the window. Gaps part frameworks: their grades are not one scale. "
        f"{credit(cite_releases(sources))}."
    )
    alt = f"Strips of grades on a time axis. {'; '.join(parts)}."
    return FigureExhibit(figure, "fig-side-grades", title_grades(group), caption, alt, table)


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
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 0.6 + 0.24 * len(counts)), layout="constrained")
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
        draw_key(figure, set(shown))
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
    )


def compare_numbers(group: Group) -> TableExhibit:
    """Show the latest sound value of each measure of each member, and of England."""
    latest = {name: find_latest_values(trace_members(group, name)) for name in HEADS}
    heads = {name: f"{HEADS[name]}, {latest[name].attrs['period']}" for name in HEADS}
    rows = []
    for label in dict.fromkeys([*group.labels, "England"]):
        cells = {heads[name]: format_latest(latest[name], name, label) for name in HEADS}
        rows.append({"": label, **cells})
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


def compare_changes(group: Group, name: str) -> FigureExhibit | Prose:
    """Draw a measure of each member in a panel of its own, with England and all other members behind it."""
    traced = trace_members(group, name)
    labels = [label for label in group.labels if traced.loc[traced["member"] == label, "value"].notna().any()]
    if not labels:
        return Prose(f"No values of {TITLES[name].lower()} are held.")
    write, england = LOOKS[name].write, traced[traced["member"] == "England"]
    columns = min(COLUMNS, len(labels))
    rows = ceil(len(labels) / columns)
    runs = [run for label in labels for run in split_runs(traced[traced["member"] == label])]
    others = [run[["year", "value"]].to_numpy(dtype=float) for run in runs]
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 0.25 + 1.15 * rows), layout="constrained")
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
        for axes, label in zip(panels, labels, strict=False):
            # All others at once: a line each would take most of the time.
            axes.add_collection(LineCollection(others, color=FAINT, lw=0.8, zorder=1))
            draw_line(axes, england, **{**LINES["England"], "lw": 1})
            own = traced[traced["member"] == label]
            draw_line(axes, own, color=HERE, lw=1.7, marker="o", markersize=2.5, zorder=4)
            last = own.dropna(subset="value").iloc[-1]
            name_at: dict[str, Any] = {"loc": "left", "fontsize": SMALLEST, "pad": 2, "color": HERE}
            axes.set_title(f"{shorten_name(label)} {write(last['value'])}", **name_at)
        for axes in panels[len(labels) :]:
            axes.set_axis_off()
        finish_panels(panels, traced, name)
    table = traced.pivot_table(index="time_period", columns="member", values="value", observed=True)
    table = table[[*labels, "England"]].round(2).rename_axis("Period").rename_axis(columns=None).reset_index()
    case = group.cases[0]
    prices = f" {case.price_base} prices." if name == SPEND else ""
    sources = sorted({str(source) for source in traced["source_id"].dropna()})
    source = f" {credit(cite_releases(sources))}." if sources else ""
    ends = "; ".join(
        f"{label} {write(values.iloc[0])} to {write(values.iloc[-1])}"
        for label in labels
        if len(values := traced.loc[traced["member"] == label, "value"].dropna())
    )
    return FigureExhibit(
        figure,
        f"fig-side-{'spend' if name == SPEND else 'caseload'}",
        title_changes(traced, labels, name),
        f"Blue: the {'region' if group.regions else 'council'}, with its last value; dashed: England; grey: the others."
        f"{prices}{source}",
        f"Small multiples of {TITLES[name].lower()}, first to last year held. {ends}.",
        table,
    )


def finish_panels(panels: Any, traced: pd.DataFrame, name: str) -> None:
    """Set one scale from zero and few ticks for all panels."""
    first, last = int(traced["year"].min()), int(traced["year"].max())
    panels[0].set_ylim(0, 1.05 * float(traced["value"].max()))
    panels[0].set_xlim(first - 0.5, last + 0.5)
    panels[0].yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    panels[0].yaxis.set_major_formatter(lambda value, _: LOOKS[name].write(value).removesuffix(".0"))
    texts = [name_year(year)[2:] if name == SPEND else str(year) for year in (first, last)]
    panels[0].set_xticks([first, last], texts)
    for axes in panels:
        axes.tick_params(labelsize=SMALLEST, length=2, colors=REFERENCE)
        for label, side in zip(axes.get_xticklabels(), ("left", "right"), strict=False):
            label.set_horizontalalignment(side)


def title_changes(traced: pd.DataFrame, labels: list[str], name: str) -> str:
    """State in how many members a measure rose and fell between its first and last sound year."""
    sound = traced[~traced["unsure"].astype(bool)].dropna(subset="value")
    changes = sound[sound["member"].isin(labels)].groupby("member")["value"].agg(["first", "last"])
    rose, fell = int((changes["last"] > changes["first"]).sum()), int((changes["last"] < changes["first"]).sum())
    return (
        f"{TITLES[name]} rose in {rose} and fell in {fell} of {len(changes)}, between the first and the last sound "
        "year of each"
    )


def summarise_group(group: Group) -> Prose:
    """Give the position of the group at the latest day held, in three sentences."""
    case = group.cases[0]
    start = f"**Position at {format_day(find_latest(case))}.**"
    if group.regions:
        return Prose(
            f"{start} The regions of England are set side by side; figures of a region divide the sum of its councils."
        )
    grades = find_grades(group)
    counts = [f"{int((grades == grade).sum())} {GRADE_NAMES[grade]}" for grade in GRADES if (grades == grade).any()]
    ended = [one.label for one in group.cases if ends_ungraded(one)]
    text = (
        f"{start} At their latest overall grade, of {len(grades)} councils {list_words(counts)}." if counts else start
    )
    if ended:
        who = list_words(ended)
        text += (
            f" {who} {'has' if len(ended) == 1 else 'have'} been inspected since April 2026, without an overall grade."
        )
    return Prose(text)


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
