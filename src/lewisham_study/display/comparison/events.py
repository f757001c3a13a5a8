"""Spend, caseload, agency work and need in the years around a judgement, compared with authorities judged good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.models.event_study import (
    GRADES,
    OFFSETS,
    OUTCOMES,
    EventStudy,
    estimate_events,
    list_event_sources,
    list_first_judgements,
)
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.phrases import begin_sentence, list_words
from lewisham_study.display.common.shared_exhibits import make_once
from lewisham_study.display.common.style import FAINT, HERE, INK, MUTED, PAGE_WIDTH, SMALLEST, drawing, set_margins
from lewisham_study.display.comparison.claims import format_p
from lewisham_study.display.comparison.series import Subject, bracket, hide_inner_ticks
from lewisham_study.tidy.parsing.numbers import write_minus
from lewisham_study.vocabulary import GRADE_NAMES

OWN_LINE: dict[str, Any] = {"color": HERE, "lw": 0.9, "markersize": 3.2, "zorder": 4}
OWN_LOOKS: tuple[dict[str, Any], ...] = ({"marker": "o"}, {"marker": "s", "markerfacecolor": "white"})
YEARS = range(OFFSETS[0], OFFSETS[-1] + 1)
REACH = 1.9
"""An axis reaches this many times as far as the intervals; an authority's own values beyond it are at its edge."""


@dataclass(frozen=True)
class Words:
    """How an outcome is named, in a heading and in a sentence, and the unit of its differences."""

    title: str
    spoken: str
    unit: str


NAMES = {
    "spend": Words("Spend per child, real, %", "real spend per child", "%"),
    "looked_after": Words("Looked after per 10,000, %", "the rate of looked-after children", "%"),
    "children_in_need": Words("In need per 10,000, %", "the rate of children in need", "%"),
    "caseload": Words("Cases per worker", "the average caseload", " cases"),
    "agency": Words("Agency workers, points", "the share of agency workers", " points"),
}
PARTS = {"all": "", "new": " (to whom the grade was new)", "SIF": " (SIF only)", "ILACS": " (ILACS only)"}

LIMITS = (
    "**What it does not show.** A judgement has a date but is not given at random: authorities judged inadequate "
    "differ from good ones, new money and new leaders often come with it, and some counts rise because inspectors "
    "ask for cases to be opened again. It says nothing about whether the spending was wise."
)


def draw_events(subject: Subject) -> FigureExhibit:
    """Draw each outcome around both judgements, with 95% bands, counts of authorities and the authority's own years.

    Of a group no council's years are drawn: they would hide the estimates.
    """
    found = estimate_events(subject.tables)
    own, cut = select_own(subject, found), False
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 7.4))
        panels = figure.subplots(len(OUTCOMES), len(GRADES), sharex=True, sharey="row", squeeze=False)
        hide_inner_ticks(panels)
        set_margins(figure, left=0.62, right=0.08, bottom=0.5, top=0.28, between=(0.12, 0.16))
        every, mine = (dict(iter(rows.groupby(["outcome", "grade"]))) for rows in (found.estimates, own))
        for row, outcome in zip(panels, OUTCOMES, strict=True):
            drawn = [(every[outcome.name, grade], mine.get((outcome.name, grade), own[:0])) for grade in GRADES]
            for axes, (estimates, years) in zip(row, drawn, strict=True):
                draw_outcome(axes, outcome.name, estimates, years)
            row[0].set_ylabel(NAMES[outcome.name].title.replace(", ", "\n", 1), fontsize=7.5)
            row[0].yaxis.set_label_coords(-0.13, 0.5)
            cut |= finish_row(row, outcome.name, *map(pd.concat, zip(*drawn, strict=True)))
        for axes, grade in zip(panels[0], GRADES, strict=True):
            axes.set_title(f"Judged {GRADE_NAMES[grade]}", loc="left", pad=6)
        panels[-1, 0].set_xlim(OFFSETS[0] - 0.4, OFFSETS[-1] + 0.4)
        panels[-1, 0].set_xticks(YEARS, list(map(format_offset, YEARS)))
        figure.supxlabel("Years from the judgement; n: authorities judged so, over the years", fontsize=8, y=0.012)
        draw_own_key(panels, subject, own)
    return FigureExhibit(
        figure,
        "fig-comparison-events",
        title_events(found),
        caption_events(subject, own, cut=cut),
        describe_events(found),
        tabulate_events(subject, found),
    )


def select_own(subject: Subject, found: EventStudy) -> pd.DataFrame:
    """Select an authority's own differences, numbered by judgement (`which`) in order of time; none of a group."""
    alone = len(subject.members) == 1
    own = found.changes[found.changes["la_code"].isin([case.la_code for case in subject.members if alone])]
    return own.assign(which=own["date"].rank(method="dense").astype(int) - 1)


def scale(values: Any, outcome: str) -> Any:
    """Return differences in the unit in which they are written: log points as per cent."""
    return 100 * np.expm1(values) if NAMES[outcome].unit == "%" else values


def draw_outcome(axes: Axes, outcome: str, estimates: pd.DataFrame, own: pd.DataFrame) -> None:
    """Draw the estimates with their band, zero in the year before the judgement, and the authority's own years."""
    by_year = estimates.set_index("offset").reindex(YEARS)
    middle, low, high = (scale(by_year[name], outcome) for name in ("estimate", "low", "high"))
    axes.axhline(0, color=MUTED, lw=0.7, zorder=1)
    axes.axvline(-0.5, color=INK, lw=0.7, ls=(0, (1, 1.5)), zorder=1)
    # Without an estimate for the year before the judgement, band and line have a gap there.
    axes.fill_between(YEARS, low, high, color=FAINT, lw=0, zorder=0.5)
    axes.plot(YEARS, middle, color=INK, lw=1.3, marker=".", markersize=4, zorder=3)
    axes.plot([-1], [0], "D", color=INK, markerfacecolor="white", markersize=4, zorder=3)
    for which in own["which"].unique():
        gaps = own[own["which"] == which].set_index("offset")["gap"].reindex(YEARS)
        gaps[-1] = 0.0
        axes.plot(gaps.index, scale(gaps, outcome), **OWN_LINE, **OWN_LOOKS[which])
    fewest, most = estimates["given"].min(), estimates["given"].max()
    number = f"n {most:.0f}" if fewest == most else f"n {fewest:.0f} to {most:.0f}"
    axes.text(0.012, 0.02, number, transform=axes.transAxes, va="bottom", fontsize=SMALLEST, color=MUTED)


def finish_row(row: Any, outcome: str, estimates: pd.DataFrame, own: pd.DataFrame) -> bool:
    """Set the limits of a row so that every band and, where near, the authority's own years can be read.

    Returns whether some of its own years lie beyond.
    """
    low, high = scale(estimates["low"].min(), outcome), scale(estimates["high"].max(), outcome)
    reach, cut = max(high, -low), False
    if len(own):
        gaps = scale(own["gap"], outcome)
        low, high = max(min(low, gaps.min()), -REACH * reach), min(max(high, gaps.max()), REACH * reach)
        cut = bool(gaps.min() < low or gaps.max() > high)
    row[0].set_ylim(low - 0.2 * (high - low), high + 0.06 * (high - low))
    row[0].yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    row[0].yaxis.set_major_formatter(lambda value, _: write_minus(f"{value:g}"))
    return cut


def format_offset(year: int) -> str:
    """Format a year from the judgement with its sign.

    Examples
    --------
    >>> format_offset(-1), format_offset(0), format_offset(2)
    ('−1', '0', '+2')
    """
    return write_minus(f"{year:+d}") if year else "0"


def draw_own_key(panels: Any, subject: Subject, own: pd.DataFrame) -> None:
    """Name the authority's own lines, of each judgement it was given, in the first panel of its grade."""
    for axes, grade in zip(panels[0], GRADES, strict=True):
        given = own.loc[own["grade"] == grade, ["which", "date"]].drop_duplicates().sort_values("date", kind="stable")
        if len(given):
            marks = [axes.plot([], [], **OWN_LINE, **OWN_LOOKS[which])[0] for which in given["which"]]
            names = [f"{subject.members[0].label}, {day:%Y}" for day in given["date"]]
            look: dict[str, Any] = {"fontsize": SMALLEST, "handlelength": 1.6, "borderpad": 0, "labelspacing": 0.2}
            axes.legend(marks, names, loc="upper left", **look)


def select_average(found: EventStudy, outcome: str, grade: str) -> pd.Series:
    """Select the average difference of the years after a judgement, of all authorities."""
    rows = found.summary
    return rows[(rows["outcome"] == outcome) & (rows["grade"] == grade) & (rows["part"] == "all")].iloc[0]


def format_difference(row: Any, outcome: str) -> str:
    """Format an average difference with its interval: `+11.9% (+7.6 to +16.3)`."""
    if pd.isna(row["estimate"]):
        return "–"
    middle, low, high = (write_minus(f"{scale(row[name], outcome):+.1f}") for name in ("estimate", "low", "high"))
    return f"{middle}{NAMES[outcome].unit} ({low} to {high})"


def title_events(found: EventStudy) -> str:
    """State the difference of spend after an inadequate judgement, and whether one is seen before it."""
    row = select_average(found, "spend", "inadequate")
    size = f"{abs(scale(row['estimate'], 'spend')):.0f}% {'higher' if row['estimate'] > 0 else 'lower'}"
    other = select_average(found, "spend", "requires_improvement")
    rest = write_minus(f"{scale(other['estimate'], 'spend'):+.0f}%")
    return (
        f"After an inadequate judgement, spend per child was {size} for three years, compared with authorities judged "
        f"good; after requires improvement {rest}"
    )


def caption_events(subject: Subject, own: pd.DataFrame, *, cut: bool) -> str:
    """Explain the lines and cite the sources."""
    mine = ""
    if len(subject.members) == 1:
        case = subject.members[0]
        judged = list_judged(case)["good"]
        mine = f" Blue: {case.label}{', partly off the scale' if cut else ''}." if len(own) else ""
        mine = f" {case.opening} is among those judged good." if len(judged) and judged.all() else mine
        mine = mine or f" Nothing of {case.spoken} can be drawn."
    return (
        "Estimated. Change since the year before, less that of authorities judged good; 95% bands."
        f"{mine} {credit_releases(list_event_sources(subject.tables))}"
    )


def describe_events(found: EventStudy) -> str:
    """Describe every panel: the estimate of each year, with its interval."""
    parts = []
    for (outcome, grade), rows in found.estimates.groupby(["outcome", "grade"], sort=False):
        years = [
            f"{format_offset(row['offset'])}: {format_difference(row, str(outcome))}" for _, row in rows.iterrows()
        ]
        parts.append(f"{begin_sentence(NAMES[str(outcome)].spoken)}, {GRADE_NAMES[str(grade)]}: {'; '.join(years)}")
    return f"Ten panels of differences by year from a judgement. {'. '.join(parts)}."


def tabulate_events(subject: Subject, found: EventStudy) -> pd.DataFrame:
    """Return every estimate drawn, with the authorities behind it and the differences of each council concerned."""
    rows, keys = found.estimates, ["outcome", "grade", "offset"]
    heads = {"Difference": "estimate", "95% interval, low": "low", "95% interval, high": "high"}
    places, mine = pd.MultiIndex.from_frame(rows[keys]), {}
    for case in subject.members:
        own = found.changes[found.changes["la_code"] == case.la_code]
        for day, judged in own.groupby("date"):
            of_year = judged.assign(shown=scale_column(judged, "gap")).set_index(keys)["shown"].reindex(places)
            mine[f"{case.label}, judged {day:%B %Y}"] = of_year.to_numpy()
    return pd.DataFrame(
        {
            "Measure": rows["outcome"].map(lambda name: NAMES[name].title),
            "Unit": rows["outcome"].map(lambda name: NAMES[name].unit.strip() or "cases"),
            "Judged": rows["grade"].map(GRADE_NAMES),
            "Years from the judgement": rows["offset"],
            **{head: scale_column(rows, name) for head, name in heads.items()},
            "Authorities judged so": rows["given"],
            "Authorities judged good": rows["good"],
            **mine,
        }
    )


def scale_column(rows: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of differences, each in the unit in which its outcome is written."""
    parts = [scale(part[name], str(outcome)) for outcome, part in rows.groupby("outcome")]
    scaled: pd.Series = pd.concat(parts).reindex(rows.index).round(1)
    return scaled


@make_once
def show_events(case: Case) -> TableExhibit:
    """Show the average difference of the three years after each judgement, and the test of the years before."""
    found = estimate_events(case.tables)
    rows = found.summary
    table = pd.DataFrame(
        {
            "Measure": rows["outcome"].map(lambda name: NAMES[name].title) + rows["part"].map(PARTS),
            "Judged": rows["grade"].map(GRADE_NAMES),
            "Average, years 1 to 3": [format_difference(row, row["outcome"]) for row in rows.to_dict("records")],
            "Holm p": rows["adjusted"].map(format_p, na_action="ignore"),
            "Before: p": rows["p_before"].map(format_p, na_action="ignore"),
            "Judged so": rows["given"].astype("Int64"),
            "Good": rows["good"].astype("Int64"),
        }
    )
    tests = int(rows["adjusted"].notna().sum())
    clear = int((rows["adjusted"] < 0.05).sum())
    return TableExhibit(
        table,
        "tbl-comparison-events",
        f"Of {tests} averages after a judgement, {clear or 'none'} {'is' if clear < 2 else 'are'} clear of zero when "
        "corrected for their number",
        f"Holm: corrected for {tests} tests. Before: test that years −4 to −2 show no difference; a low p warns that "
        f"groups moved apart already. {credit_releases(list_event_sources(case.tables))}",
    )


def summarise_events(subject: Subject) -> Prose:
    """Summarise what was found, how sure it is and what it does not show; then the place of each council concerned."""
    found = estimate_events(subject.tables)
    place = place_own(subject.members[0]) if len(subject.members) == 1 else count_own(subject)
    return Prose(f"{state_finding(found)} {place}\n\n{state_doubt(found)}\n\n{LIMITS}")


def state_finding(found: EventStudy) -> str:
    """State the averages after both judgements."""
    spend, agency = (select_average(found, name, "inadequate") for name in ("spend", "agency"))
    other = select_average(found, "spend", "requires_improvement")
    rose = spend["estimate"] > 0 and agency["estimate"] > 0
    same = f"the direction is {'' if rose else 'not '}the same here"
    pounds = scale(spend["estimate"], "spend") / 100 * spend["level_before"]
    return (
        "**What was found.** Compared with authorities judged good, real spend per child moved by "
        f"**{format_difference(spend, 'spend')}** in the three years after an inadequate judgement (about "
        f"£{pounds:,.0f} a child each year), and the share of agency workers by {format_difference(agency, 'agency')}. "
        f"After requires improvement, spend moved by {format_difference(other, 'spend')}. Hood and Goldacre (2021) "
        f"found a steep rise of spend and agency work after an inadequate judgement, by another method: {same}."
    )


def state_doubt(found: EventStudy) -> str:
    """State how many of the averages are clear, and which outcomes differed before already."""
    rows = found.summary[found.summary["part"] == "all"]
    clear, moving = (
        [
            f"{NAMES[row['outcome']].spoken} ({GRADE_NAMES[row['grade']]})"
            for row in rows[rows[column] < 0.05].to_dict("records")
        ]
        for column in ("adjusted", "p_before")
    )
    first = f"{len(clear)} {'is' if len(clear) == 1 else 'are'} clear of zero: {list_words(clear)}" if clear else ""
    before = (
        f"There were already differences before the judgement in {list_words(moving)}; what followed may continue what "
        "had begun."
    )
    return (
        f"**How sure.** Of {len(rows)} averages, corrected for their number, {first or 'none is clear of zero'}. "
        f"{before if moving else 'None differed in the years before.'} The bands hold for each year alone."
    )


def list_judged(case: Case) -> pd.DataFrame:
    """List the authority's own first judgements under SIF and ILACS, in order of time."""
    events = list_first_judgements(case.tables)
    return events[events["la_code"] == case.la_code].sort_values("date", kind="stable")


def place_own(case: Case) -> str:
    """State the authority's own place among the judged or the good authorities."""
    own = list_judged(case)
    if own.empty:
        return f"{case.opening} has no overall grade under SIF or ILACS, so it is in neither group."
    parts = [f"{GRADE_NAMES[row['grade']]} ({row['framework']}, {row['date']:%Y})" for row in own.to_dict("records")]
    judged = own["grade"].isin(GRADES)
    lines = "its own years are drawn in blue" if judged.any() else "it is among the authorities judged good"
    if judged.any() and select_own(case, estimate_events(case.tables)).empty:
        lines = "of its own years there are no figures to draw"
    shared = case.own("workforce")["joint_la_codes"].notna().any()
    joint = " Its workforce is in a joint return, which is left out." if shared else ""
    return f"{case.opening} was judged {list_words(parts)}: {lines}.{joint}"


def count_own(subject: Subject) -> str:
    """Count the councils of a group that are among the judged, and those that are compared with; none of England."""
    if not subject.members:
        return "Every council of England with a first overall grade is counted."
    codes = {case.la_code: case.label for case in subject.members}
    events = list_first_judgements(subject.tables)
    own = events[events["la_code"].isin(codes)]
    parts = []
    for grade in GRADES:
        names = [codes[code] for code in own.loc[own["grade"] == grade, "la_code"].drop_duplicates()]
        parts.append(f"{len(names)} {'was' if len(names) == 1 else 'were'} judged {GRADE_NAMES[grade]}{bracket(names)}")
    only_good = own.groupby("la_code")["good"].all()
    good = [label for code, label in codes.items() if only_good.get(code, default=False)]
    rest = f"{len(good)} only good or outstanding, so part of the comparison{bracket(good)}"
    return f"Of the {len(codes)} councils, at a first inspection under SIF or ILACS, {parts[0]}, {parts[1]} and {rest}."
