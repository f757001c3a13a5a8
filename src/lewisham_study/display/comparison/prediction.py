"""Caseload and workforce before ILACS inspections, by the grade that followed, and as odds of a higher grade."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.models.persistence import LADDER
from lewisham_study.analysis.models.prediction import (
    MEASURES,
    RESAMPLES,
    VERSIONS,
    estimate_prediction,
    list_predicted,
    list_prediction_sources,
    measure_means,
)
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.lines import write_near
from lewisham_study.display.common.phrases import begin_sentence, list_words
from lewisham_study.display.common.shared_exhibits import make_once
from lewisham_study.display.common.style import (
    GRADE_COLOURS,
    HERE,
    INK,
    MUTED,
    PAGE_WIDTH,
    SMALLEST,
    THIRD,
    drawing,
    set_margins,
)
from lewisham_study.display.comparison.estimates import draw_odds, format_odds, is_clear, list_odds, scale_odds
from lewisham_study.display.comparison.series import Subject, hide_inner_ticks
from lewisham_study.display.comparison.waits import list_deprivation_sources
from lewisham_study.vocabulary import GRADE_NAMES

ENDS = [LADDER[0], LADDER[-1]]
MARKS = ["D", "s", "^", "v"]
"""The marks of up to four councils; those of more are all the first."""
APART = 0.3
"""Marks nearer than this share of a panel have their years in one label."""
LEFT = 0.06
"""Where the names of the versions begin, on the scale of the odds ratios."""
LOOKS: dict[str, dict[str, Any]] = {
    "alone": {"color": MUTED, "marker": "D", "markerfacecolor": "white"},
    "adjusted": {"color": HERE, "marker": "s", "markerfacecolor": "white"},
    "region": {"color": HERE, "marker": "o", "markerfacecolor": HERE},
    "together": {"color": THIRD, "marker": "^", "markerfacecolor": THIRD},
}


def format_measure(value: float, measure: str) -> str:
    """Format a value of a measure: `15.1` cases, or `23%`."""
    return f"{value:.1f}" if measure == "caseload_fte" else f"{value:.0f}%"


def find_row(estimates: pd.DataFrame, measure: str, version: str) -> pd.Series:
    """Find one estimate."""
    return estimates[(estimates["measure"] == measure) & (estimates["version"] == version)].iloc[0]


def summarise_prediction(subject: Subject) -> Prose:
    """State what caseload and workforce predict: what was found, how sure, and what it does not show."""
    means = measure_means(subject.tables).set_index(["measure", "grade"])["mean"]
    estimates = estimate_prediction(subject.tables)
    case_row, agency = (find_row(estimates, name, "region") for name in ("caseload_fte", "agency_rate_fte"))
    (worst, best), (agency_worst, agency_best) = (means[name][ENDS] for name in ("caseload_fte", "agency_rate_fte"))
    found = (
        f"**What was found.** Before inspections that gave inadequate, workers held {worst:.1f} cases on average and "
        f"{agency_worst:.0f}% were agency workers; before those that gave outstanding, {best:.1f} and "
        f"{agency_best:.0f}%. Among authorities with the same previous grade, in the same year and region and equally "
        f"deprived, one more case per worker goes with **{case_row['odds_ratio']:.2f} times the odds** of a higher "
        f"grade (95% interval {case_row['low']:.2f} to {case_row['high']:.2f}), and ten points more agency workers "
        f"with {agency['odds_ratio']:.2f} times ({agency['low']:.2f} to {agency['high']:.2f})."
    )
    together = estimates[estimates["version"] == "together"]
    clear = name_measures(together.loc[is_clear(together), "measure"])
    sure = (
        f"**How sure.** This rests on {case_row['inspections']} inspections of {case_row['authorities']} returns, and "
        f"{len(estimates)} odds ratios were estimated; with all four measures in one model, "
        f"{list_words(clear) if clear else 'none'} still {'differ' if len(clear) != 1 else 'differs'} clearly between "
        "the grades."
    )
    limit = (
        "**What it does not show.** That fewer cases bring a higher grade: an authority in difficulty loses workers, "
        "hires agency staff and is graded lower at the same time, and inspectors see these figures too."
    )
    return Prose(f"{found} {describe_members(subject)}\n\n{sure}\n\n{limit}")


def name_measures(names: Iterable[str]) -> list[str]:
    """Name some measures within a sentence."""
    return [MEASURES[name][0].lower() for name in names]


def list_own(subject: Subject) -> pd.DataFrame:
    """List the ILACS inspections, with their measures, of an authority or of the councils of a group."""
    predicted = list_predicted(subject.tables)
    return predicted[predicted["la_code"].isin([case.la_code for case in subject.members])]


def describe_members(subject: Subject) -> str:
    """State the figures of an authority, or how the caseloads of a group's councils compare with the means."""
    if len(subject.members) == 1:
        return describe_own(subject.members[0])
    if not subject.members:
        return "Every council of England is counted."
    own, means = list_own(subject), measure_means(subject.tables)
    known = own.dropna(subset="caseload_fte")
    usual = means[means["measure"] == "caseload_fte"].set_index("grade")["mean"]
    above = int((known["caseload_fte"] > known["grade"].map(usual)).sum())
    return (
        f"The {len(subject.members)} councils had {len(own)} graded ILACS inspections, {len(known)} of them with a "
        f"caseload before: {above} above the mean before the same grade, {len(known) - above} not."
    )


def describe_own(case: Case) -> str:
    """State the authority's own figures before each of its ILACS inspections, or why there are none."""
    own = list_own(case)
    if own.empty:
        return f"{case.opening} has had no graded ILACS inspection."
    parts = []
    for row in own.to_dict("records"):
        words = {"caseload_fte": "cases per worker", "agency_rate_fte": "agency workers"}
        values = [f"{format_measure(row[name], name)} {word}" for name, word in words.items() if pd.notna(row[name])]
        figures = list_words(values) if values else "no figure"
        parts.append(
            f"{figures} on 30 September {row['year']}, before it was judged {GRADE_NAMES[row['grade']]} in "
            f"{row['date'].year}"
        )
    tiny = " Returns of fewer than five workers are left out." if own["returned_by"].isna().any() else ""
    joint = own["returned_by"].dropna().str.contains(" ").any()
    shared = " Its return is shared with another authority." if joint else ""
    return f"{case.opening} had {'; '.join(parts)}.{shared}{tiny}"


def draw_prediction(subject: Subject) -> FigureExhibit:
    """Draw the mean and the middle half of each measure before inspections, by the grade that followed."""
    means, own = measure_means(subject.tables), list_own(subject)
    marks = choose_marks(subject)
    with drawing():
        key = 0.22 * (len(set(marks.values())) > 1)
        figure = Figure(figsize=(PAGE_WIDTH, 2.6 + key))
        panels = figure.subplots(1, len(MEASURES), sharey=True)
        hide_inner_ticks(panels[np.newaxis])
        set_margins(figure, left=1.32, right=0.12, bottom=0.3 + key, top=0.28, between=(0.2, 0))
        for axes, measure in zip(panels, MEASURES, strict=True):
            draw_measure(axes, means[means["measure"] == measure], measure)
            mark_members(axes, own, measure, marks)
        if key:
            samples = [Line2D([], [], marker=mark, ls="", color=INK, markersize=4.5) for mark in marks.values()]
            names = [case.label for case in subject.members]
            figure.legend(samples, names, loc="lower center", ncols=len(names), borderpad=0, handletextpad=0.2)
        panels[0].set_yticks(range(len(LADDER)), [begin_sentence(GRADE_NAMES[grade]) for grade in LADDER])
        panels[0].set_ylim(-0.6, len(LADDER) - 0.4)
    return FigureExhibit(
        figure,
        "fig-comparison-foretold",
        title_means(means),
        caption_means(subject),
        describe_means(means, subject),
        tabulate_means(means),
    )


def choose_marks(subject: Subject) -> dict[str, str]:
    """Choose a mark for each council of a group, by la_code: different ones where they are few."""
    marks = MARKS if len(subject.members) <= len(MARKS) else [MARKS[0]] * len(subject.members)
    return dict(zip([case.la_code for case in subject.members], marks, strict=False))


def draw_measure(axes: Axes, means: pd.DataFrame, measure: str) -> None:
    """Draw one measure: a bar for the middle half of each grade, and its mean."""
    levels, colours = np.arange(len(means)), [GRADE_COLOURS[grade] for grade in means["grade"]]
    axes.barh(levels, means["high"] - means["low"], left=means["low"], height=0.34, color=colours, lw=0)
    axes.plot(means["mean"], levels, marker="o", ls="", markersize=5.5, markerfacecolor="white", markeredgecolor=INK)
    for level, value in zip(levels, means["mean"], strict=True):
        write_near(axes, format_measure(value, measure), (value, level), (0, 8.5), ha="center")
    axes.set_title(MEASURES[measure][0], loc="left")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.margins(x=0.12)
    if measure != "caseload_fte":
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}%")


def mark_members(axes: Axes, own: pd.DataFrame, measure: str, marks: dict[str, str]) -> None:
    """Mark the inspections of an authority with their years, or those of each council of a group without."""
    known = own.dropna(subset=measure)
    look: dict[str, Any] = {"color": INK, "markeredgecolor": "white", "markeredgewidth": 0.6, "zorder": 5}
    size = 5 if len(marks) <= len(MARKS) else 3.4
    for code, mark in marks.items():
        mine = known[known["la_code"] == code]
        axes.plot(mine[measure], mine["level"], marker=mark, ls="", markersize=size, **look)
    for level, rows in known.groupby("level") if len(marks) == 1 else []:
        places = rows.sort_values(measure, kind="stable")[measure]
        for _, near in places.groupby((places.diff() > APART * np.ptp(axes.get_xlim())).cumsum()):
            first, *later = sorted(f"{day:%Y}" for day in rows.loc[near.index, "date"])
            years = ", ".join([first, *(f"’{year[2:]}" for year in later)])
            write_near(axes, years, (near.mean(), level), (0, -8), ha="center", va="top")


def title_means(means: pd.DataFrame) -> str:
    """State the mean caseloads and agency rates before the lowest and the highest grade."""
    wide = means.set_index(["measure", "grade"])["mean"]
    cases, *others = ((name, *wide[name][ENDS]) for name in MEASURES)
    higher = name_measures(name for name, worst, best in others if worst > best)
    return (
        f"Workers held {cases[1]:.1f} cases on average before an inadequate grade and {cases[2]:.1f} before an "
        f"outstanding one; {list_words(higher) if higher else 'no other measure'} were higher too"
    )


def caption_means(subject: Subject) -> str:
    """Explain the marks, and cite the sources."""
    alone, few = len(subject.members) == 1, len(subject.members) <= len(MARKS)
    marked = ""
    if list_own(subject).dropna(subset=list(MEASURES), how="all").empty:
        marked = f"Nothing of {subject.members[0].spoken} can be marked. " if alone else ""
    elif alone or not few:
        marked = f"Diamonds: {subject.members[0].label if alone else 'the councils compared'}. "
    return (
        f"Counted: {len(list_predicted(subject.tables))} ILACS inspections, by the last 30 September before each. "
        f"Circle: mean; bar: middle half. {marked}{credit_releases(list_prediction_sources(subject.tables))}"
    )


def describe_means(means: pd.DataFrame, subject: Subject) -> str:
    """Describe the means by grade."""
    parts = []
    for measure, (name, *_) in MEASURES.items():
        rows = means[means["measure"] == measure].to_dict("records")
        values = [f"{GRADE_NAMES[row['grade']]} {format_measure(row['mean'], measure)}" for row in rows]
        parts.append(f"{name}: {', '.join(values)}")
    return f"Means by grade. {'; '.join(parts)}. {describe_members(subject)}"


def tabulate_means(means: pd.DataFrame) -> pd.DataFrame:
    """Return the means and quartiles as a table."""
    return pd.DataFrame(
        {
            "Measure": means["measure"].map(lambda name: MEASURES[name][0]),
            "Grade that followed": means["grade"].map(GRADE_NAMES),
            "Unit": means["measure"].map(lambda name: "cases" if name == "caseload_fte" else "per cent"),
            "Inspections": means["inspections"],
            "Mean": means["mean"],
            "Lower quartile": means["low"],
            "Upper quartile": means["high"],
        }
    ).round(1)


@make_once
def draw_prediction_odds(case: Case) -> FigureExhibit:
    """Draw the odds of a higher grade by each measure, in every version of the model."""
    estimates = estimate_prediction(case.tables)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.5), layout="constrained")
        axes = figure.subplots()
        axes.axvline(1, color=INK, lw=0.8, zorder=1)
        for group, measure in enumerate(MEASURES):
            base = -float(group) * (len(VERSIONS) + 1.6)
            axes.text(LEFT, base + 0.95, begin_sentence(MEASURES[measure][1]), fontsize=7.5, weight="bold", va="center")
            for step, version in enumerate(VERSIONS):
                draw_version(axes, find_row(estimates, measure, version), base - step)
        axes.set_ylim(-(len(VERSIONS) + 1.6) * len(MEASURES) + 1.6, 1.8)
        scale_odds(axes, (LEFT * 0.98, 3.1), [0.25, 0.5, 1, 2])
        axes.set_yticks([])
        axes.set_xlabel("Odds ratio of a higher ILACS grade, with its 95% interval; logarithmic scale")
    return FigureExhibit(
        figure,
        "fig-comparison-foretold-odds",
        title_odds(estimates),
        caption_odds(case, estimates),
        describe_odds(estimates),
        tabulate_odds(estimates),
    )


def draw_version(axes: Axes, row: pd.Series, height: float) -> None:
    """Draw one estimate with its interval, its version and its numbers."""
    look = LOOKS[row["version"]]
    draw_odds(axes, row, height, 5, look)
    for place, words in ((LEFT, begin_sentence(VERSIONS[row["version"]])), (2.05, format_odds(row))):
        axes.text(place, height, words, fontsize=SMALLEST, va="center", color=look["color"])


def title_odds(estimates: pd.DataFrame) -> str:
    """State which measures predict the grade among alike authorities."""
    rows = estimates[estimates["version"] == "region"]
    clear, others = (name_measures(rows.loc[is_clear(rows) == known, "measure"]) for known in (True, False))
    rest = f"; {list_words(others)} may not" if others else ""
    if not clear:
        return "No measure of the workforce clearly predicts the grade among alike authorities"
    verb = "predict" if len(clear) > 1 else "predicts"
    return f"{begin_sentence(list_words(clear))} before an inspection {verb} its grade among alike authorities{rest}"


def caption_odds(case: Case, estimates: pd.DataFrame) -> str:
    """State what the intervals are, and cite the sources."""
    first = estimates.iloc[0]
    sources = list_prediction_sources(case.tables) | list_deprivation_sources(case.tables)
    return (
        f"Estimated: ordered logit, {first['inspections']} inspections; {RESAMPLES} resamples of authorities; "
        f"{len(estimates)} intervals, none adjusted. An association, not an effect. {credit_releases(sources)}"
    )


def describe_odds(estimates: pd.DataFrame) -> str:
    """Describe every estimate drawn."""
    parts = []
    for measure, (_, difference, _) in MEASURES.items():
        odds = [f"{VERSIONS[name]} {format_odds(find_row(estimates, measure, name))}" for name in VERSIONS]
        parts.append(f"{begin_sentence(difference)}: {'; '.join(odds)}")
    return f"Odds ratios of a higher grade with 95% intervals. {'. '.join(parts)}."


def tabulate_odds(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return every estimate as a table."""
    return pd.DataFrame(
        {
            "Difference": estimates["measure"].map(lambda name: begin_sentence(MEASURES[name][1])),
            "Model": estimates["version"].map(VERSIONS),
            **list_odds(estimates),
            "Inspections": estimates["inspections"],
            "Returns": estimates["authorities"],
        }
    )
