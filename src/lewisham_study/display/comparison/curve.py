"""How much the estimate of preventative spend and grades depends on choices: every version, and one step at a time."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.models.association import (
    PREVENTATIVE,
    SAFEGUARDING,
    list_deprivation_sources,
    list_sources,
    list_steps,
)
from lewisham_study.analysis.models.specification import (
    CHOICES,
    FLIPS,
    MEASURES,
    Curve,
    gather_inspections,
    trace_curve,
)
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.lines import write_near
from lewisham_study.display.common.shared_exhibits import make_once
from lewisham_study.display.common.style import FAINT, HERE, INK, MUTED, PAGE_WIDTH, SMALLEST, drawing
from lewisham_study.display.comparison.estimates import (
    format_change,
    format_odds,
    gather_estimates,
    list_odds,
    select_estimate,
)

OPTIONS: dict[str, dict[Any, str]] = {
    "framework": {
        "all": "all, to 2018-19",
        "before": "SLAC, child protection",
        "SIF": "SIF",
        "ILACS": "ILACS, to 2021-22",
    },
    "control": {"year": "year", "framework": "framework", "none": "neither"},
    "denominator": {"child": "per child", "child_in_need": "per child in need"},
    "deprivation": {
        "imd_2019": "IMD 2019",
        "imd_2015": "IMD 2015",
        "idaci_2019": "IDACI 2019",
        "low_income": "low incomes",
    },
    "exclusion": {"nobody": "all authorities", "unsure": "no unsure or tiny ones", "London": "no London"},
    "lag": {0: "spend that year", 1: "the year before"},
}
GROUPS = {
    "framework": "Frameworks",
    "control": "Control",
    "denominator": "Spend",
    "deprivation": "Deprivation",
    "exclusion": "Included",
    "lag": "When",
}
STEPS = {
    "low_income": "First rebuilding: low incomes, spend from 2011-12, prices of 2018-19",
    "imd": "Their measure of deprivation (IMD 2019) instead",
    "from_2010": "The inspections of 2010-11 too",
    "prices": "£100 in prices of 2021-22",
    "other_prices": "Another index (CPIH), children of the year before",
}
PRINTED = "As printed by Webb, Bennett and Bywaters"


@make_once
def draw_curve(case: Case) -> FigureExhibit:
    """Draw the odds ratio of every version in order, with its interval, the band of chance, and its choices below."""
    curve = trace_curve(case.tables)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 5.6), layout="constrained")
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[1, 1.25])
        draw_versions(top, curve)
        draw_choices(bottom, curve.versions)
    return FigureExhibit(
        figure,
        "fig-comparison-curve",
        title_curve(curve),
        caption_curve(case),
        describe_curve(curve),
        tabulate_curve(curve),
    )


def draw_versions(axes: Axes, curve: Curve) -> None:
    """Draw the odds ratios with their intervals, and the band within which chance alone would put their order."""
    versions, chance = curve.versions, curve.chance
    place = np.arange(len(versions))
    axes.fill_between(place, chance["low"], chance["high"], color=FAINT, lw=0, zorder=0.5)
    for clear, colour in ((False, MUTED), (True, HERE)):
        rows = versions["clear"].to_numpy() == clear
        ends = np.column_stack([versions[["low", "high"]], np.full(len(versions), np.nan)])[rows].ravel()
        axes.plot(np.repeat(place[rows], 3), ends, color=colour, lw=0.35, alpha=0.45, zorder=2)
        axes.plot(place[rows], versions.loc[rows, "odds_ratio"], ".", color=colour, markersize=2.2, zorder=3)
    axes.axhline(1, color=INK, lw=0.8, zorder=1)
    axes.set_yscale("log")
    axes.set_ylim(0.33, 6)
    ticks = [0.5, 1, 2, 4]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_yticks([], minor=True)
    axes.set_xlim(-4, len(versions) + 3)
    axes.tick_params(axis="x", length=0)
    axes.set_ylabel("Odds ratio, log scale")
    axes.set_title("Good or outstanding: upper against lower quartile of preventative spend", loc="left")
    middle = int(len(versions) * 0.8)
    write_near(axes, "blue: interval clear of 1", (len(versions) * 0.45, 4.6), color=HERE)
    write_near(axes, "grey band: chance alone", (middle, float(chance["low"].iloc[middle])), (-40, -12), color=INK)


def draw_choices(axes: Axes, versions: pd.DataFrame) -> None:
    """Mark in a row for each option the versions that use it."""
    height, names, places = 0.0, [], []
    for choice, options in OPTIONS.items():
        top = height
        for value, name in options.items():
            used = np.flatnonzero(versions[choice] == value)
            lines = np.tile([height - 0.36, height + 0.36, np.nan], len(used))
            axes.plot(np.repeat(used, 3), lines, color=INK, lw=0.5)
            names.append(name)
            places.append(height)
            height -= 1
        place = (1.01, (top + height + 1) / 2)
        write_near(axes, GROUPS[choice], place, xycoords=axes.get_yaxis_transform(), va="center", color=MUTED)
        height -= 0.6
    axes.set_yticks(places, names, fontsize=SMALLEST)
    axes.set_ylim(height + 0.6, 0.8)
    axes.tick_params(axis="both", length=0)
    axes.set_xticks([])
    axes.set_xlabel(f"{len(versions)} versions, in order of their odds ratio")
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def title_curve(curve: Curve) -> str:
    """State in how many versions the association is clear, and in how many of those with ILACS alone."""
    above, ilacs, few = count_clear(curve)
    return (
        f"More preventative spend goes with better grades in {above} of {len(curve.versions)} versions of the model, "
        f"and in {few} of the {len(ilacs)} with ILACS alone"
    )


def count_clear(curve: Curve) -> tuple[int, pd.DataFrame, int | str]:
    """Count the versions with clearly better grades where spend is higher; list those of ILACS, and count the clear."""
    versions = curve.versions
    ilacs = versions[versions["framework"] == "ILACS"]
    return int((versions["low"] > 1).sum()), ilacs, int(ilacs["clear"].sum()) or "none"


def caption_curve(case: Case) -> str:
    """Explain the dots and the band, and cite the sources."""
    return (
        f"Estimated; associations. Dots: odds ratios with 95% intervals. Band: chance alone ({FLIPS} random "
        f"orders). The same for every authority. {credit_releases(list_curve_sources(case))}"
    )


def list_curve_sources(case: Case) -> set[str]:
    """List the sources of the grades, of spend, of deprivation and of children in need."""
    tables, need = case.tables, case.tables["need"]
    need = need[(need["measure"] == "children_in_need") & need["time_period"].between("2012", "2022")]
    spend = list_sources(tables, [*PREVENTATIVE, *SAFEGUARDING], (2011, 2022), "gdp_deflator")
    deprivation = list_deprivation_sources(tables, MEASURES)
    return {*gather_inspections(tables)["source_id"], *need["source_id"], *deprivation, *spend}


def describe_curve(curve: Curve) -> str:
    """Describe the order: its ends, its middle, chance, and the middle of each option."""
    versions = curve.versions
    ends = f"{versions['odds_ratio'].iloc[0]:.2f} to {versions['odds_ratio'].iloc[-1]:.2f}"
    texts = []
    for choice, options in OPTIONS.items():
        medians = versions.groupby(choice)["odds_ratio"].median()
        names = ", ".join(f"{name} {medians[value]:.2f}" for value, name in options.items())
        texts.append(f"{GROUPS[choice].lower()}, {names}")
    chance = curve.chance.iloc[len(versions) // 2]
    return (
        f"{len(versions)} odds ratios in order, from {ends}, median {versions['odds_ratio'].median():.2f}; by chance "
        f"alone the middle one would be between {chance['low']:.2f} and {chance['high']:.2f}. Medians by option: "
        f"{'; '.join(texts)}."
    )


def tabulate_curve(curve: Curve) -> pd.DataFrame:
    """Return every version with its choices, its odds ratio and its sample."""
    versions = curve.versions
    choices = {GROUPS[choice]: versions[choice].map(OPTIONS[choice]) for choice in CHOICES}
    sizes = {"Inspections": versions["inspections"], "Between the quartiles (£)": versions["range"].round()}
    return pd.DataFrame({**choices, **list_odds(versions), **sizes})


def summarise_curve(case: Case) -> Prose:
    """Summarise what every version found, how sure it is, and what it does not show."""
    curve = trace_curve(case.tables)
    versions = curve.versions
    (above, ilacs, few), below = count_clear(curve), int((versions["high"] < 1).sum())
    return Prose(
        f"**What was found.** Of {len(versions)} versions of the model, {above} find clearly better grades where "
        f"preventative spend is higher, and {below or 'none'} clearly worse; the median odds ratio between the "
        f"quartiles of spend is **{versions['odds_ratio'].median():.2f}**. With ILACS alone it is "
        f"{ilacs['odds_ratio'].median():.2f}, clear in {few} of {len(ilacs)}.\n\n"
        f"**How sure.** Of {FLIPS + 1:,} arrangements at random, the observed one included, {curve.p_median:.1%} have "
        f"as high a median and {curve.p_clear:.1%} as many clear versions. The versions share their inspections, so "
        "their number proves nothing: all of them together are the test.\n\n"
        "**What it does not show.** Spend is not given at random, and what councils book as prevention differs: an "
        "association over all authorities says nothing about what more money would do in one of them. Nor does it say "
        "why the newer inspections show less: they are fewer, and preventative spend varies less between authorities."
    )


@make_once
def show_steps(case: Case) -> TableExhibit:
    """Show how each choice changes the estimate, from the first rebuilding to the printed one."""
    steps, estimates = list_steps(case.tables), gather_estimates(case)
    printed, slope = (select_estimate(estimates, "published", "others", term) for term in ("prevention", "deprivation"))
    deprivation = steps[["odds_ratio", "low", "high"]].assign(
        **{name: steps[f"deprivation_{name}"] for name in ("odds_ratio", "low", "high")}
    )
    values = [*steps["odds_ratio"], printed["odds_ratio"]]
    changes = [None, *(format_change(after / before) for before, after in pairwise(values))]
    table = pd.DataFrame(
        {
            "Step": [*steps["step"].map(STEPS), PRINTED],
            "Inspections": [*steps["inspections"], int(printed["inspections"])],
            "£100 more preventative spend": [*map(format_odds, steps.to_dict("records")), format_odds(printed)],
            "A decile more deprived": [*map(format_odds, deprivation.to_dict("records")), format_odds(slope)],
            "Change": changes,
        }
    )
    last, first = steps.iloc[-1], steps.iloc[0]
    return TableExhibit(
        table,
        "tbl-comparison-steps",
        f"From {first['odds_ratio']:.2f} to {last['odds_ratio']:.2f} by four choices; {printed['odds_ratio']:.2f} was "
        "printed",
        "Mixed logit. Left over: one ILACS inspection (no count of Bournemouth’s children), and the authors’ price "
        "index, ages of children and reading of budget lines. "
        f"{credit_releases(list_curve_sources(case))}",
    )
