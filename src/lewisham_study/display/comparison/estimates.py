"""Preventative spend and grades: our estimates beside those of others, in words."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.cautions import mark_cautioned
from lewisham_study.analysis.models.association import SPECIFICATIONS, build_sample, estimate_all
from lewisham_study.analysis.spend import name_year
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.phrases import begin_sentence, format_count, list_words
from lewisham_study.display.common.style import HERE, INK, PAGE_WIDTH, SMALLEST, THIRD, drawing

THEIRS = "others"
WORDS = {THEIRS: "from others’ data", "mixed logit": "ours, mixed logit", "logit": "ours, logit"}
HALF_UP = 1e-9
"""Added before rounding, so that the published 1.275 becomes 1.28, not 1.27."""


def gather_estimates(case: Case) -> pd.DataFrame:
    """Put our estimates and those of others in one table; the same for every authority.

    Returns
    -------
    pandas.DataFrame
        specification, estimator (`others` for theirs), term, odds_ratio, low, high, inspections.
    """
    columns = ["specification", "estimator", "term", "odds_ratio", "low", "high", "inspections", "note"]
    theirs = case.tables["estimates"].assign(estimator=THEIRS)
    ours = estimate_all(case.tables)
    both = pd.concat([theirs[columns].astype({"inspections": float}), ours.reindex(columns=columns)])
    order = [specification.name for specification in SPECIFICATIONS]
    place = both["specification"].map(order.index) * 10 + both["estimator"].map(list(WORDS).index)
    return both.assign(place=place).sort_values(["term", "place"], ignore_index=True)


def name_row(specification: str, estimator: str) -> str:
    """Name an estimate: of those of others one alone was printed.

    Examples
    --------
    >>> name_row("published", "others"), name_row("ilacs", "others")
    ('as published', 'from others’ data')
    """
    return "as published" if (specification, estimator) == ("published", THEIRS) else WORDS[estimator]


def pick(estimates: pd.DataFrame, specification: str, estimator: str, term: str = "prevention") -> dict[str, Any]:
    """Pick one estimate."""
    chosen = estimates[
        (estimates["specification"] == specification)
        & (estimates["estimator"] == estimator)
        & (estimates["term"] == term)
    ]
    return {str(name): value for name, value in chosen.iloc[0].items()}


def format_odds(row: Any) -> str:
    """Write an odds ratio with its interval, where one is known.

    Examples
    --------
    >>> format_odds({"odds_ratio": 1.69, "low": 1.275, "high": 2.24})
    '1.69 (1.28–2.24)'
    >>> format_odds({"odds_ratio": 1.26, "low": float("nan"), "high": float("nan")})
    '1.26'
    """
    middle, low, high = (f"{row[name] + HALF_UP:.2f}" for name in ("odds_ratio", "low", "high"))
    return middle if pd.isna(row["low"]) else f"{middle} ({low}–{high})"


def summarise_forest(estimates: pd.DataFrame) -> Prose:
    """Tell how near the replication comes, in what it differs, and how fragile the estimate is."""
    ours, theirs = (pick(estimates, "published", name) for name in ("mixed logit", THEIRS))
    decile, published = (pick(estimates, "published", name, "deprivation") for name in ("mixed logit", THEIRS))
    alone, without = pick(estimates, "ilacs", "logit"), pick(estimates, "no_year", "logit")
    near = "each estimate lies within the other’s interval"
    if not (
        theirs["low"] <= ours["odds_ratio"] <= theirs["high"] and ours["low"] <= theirs["odds_ratio"] <= ours["high"]
    ):
        near = "the estimates lie outside each other’s intervals"
    open_ended = ", an interval with 1 in it: it settles nothing" if alone["low"] <= 1 <= alone["high"] else ""
    return Prose(
        f"Webb, Bennett and Bywaters printed an odds ratio of {format_odds(theirs)} per £100 of preventative spend and "
        f"a change of {format_change(published['odds_ratio'])} per decile of deprivation. Rebuilt from official data "
        f"they are **{format_odds(ours)}** and **{format_change(decile['odds_ratio'])}**; {near}. Three things differ. "
        "Deprivation is the share of children in low-income families (mean of the years ending March 2015 to 2019, so "
        "after many of the inspections), not the index of multiple deprivation, which is not among the releases held. "
        f"Spend begins in 2011-12, so the inspections of 2010-11 are not in: {ours['inspections']:.0f} of "
        f"{theirs['inspections']:.0f}. And which lines count as preventative is our reading. The estimate leans on the "
        f"control for the year: without it {without['odds_ratio']:.2f}. The first ILACS alone "
        f"({alone['inspections']:.0f} inspections) give {format_odds(alone)}{open_ended}. {summarise_cautioned(estimates)}"
    )


def summarise_cautioned(estimates: pd.DataFrame) -> str:
    """Tell how many inspections' spend is of returns under a caution, and what the estimate is without them."""
    ours, without = (pick(estimates, name, "mixed logit") for name in ("published", "uncautioned"))
    count = int(ours["inspections"] - without["inspections"])
    if not count:
        return "No return of spend among them stands under a caution."
    rest, them = ("rests", "it") if count == 1 else ("rest", "them")
    same = " still" if f"{without['odds_ratio']:.2f}" == f"{ours['odds_ratio']:.2f}" else ""
    return (
        f"{format_count(count)} of the {ours['inspections']:.0f} {rest} on a return of spend to lean on lightly, taken "
        f"as published; without {them} the estimate is{same} {format_odds(without)}."
    )


def format_change(odds: float) -> str:
    """Write an odds ratio as a change.

    Examples
    --------
    >>> format_change(0.84), format_change(1.2)
    ('−16%', '+20%')
    """
    return f"{odds - 1:+.0%}".replace("-", "−")


PANELS = {"prevention": "£100 more preventative spend per child", "deprivation": "One decile more deprived"}
LOOKS: dict[str, dict[str, Any]] = {
    THEIRS: {"color": THIRD, "marker": "D", "markerfacecolor": "white"},
    "mixed logit": {"color": HERE, "marker": "o", "markerfacecolor": HERE},
    "logit": {"color": HERE, "marker": "s", "markerfacecolor": "white"},
}
SOURCES = ["ofsted-2023", "ofsted-2025", "dfe-lait-2026", "dfe-lait-2025-low-income", "ons-population-2024"]
SOURCES += ["hmt-deflator-2026-03", *(f"dfe-s251-{year}-{year % 100 + 1}" for year in range(2011, 2019))]


def draw_forest(case: Case, estimates: pd.DataFrame) -> FigureExhibit:
    """Draw the odds ratios of every version of the model with their intervals, theirs beside ours.

    Parameters
    ----------
    case : the case under study.
    estimates : from `gather_estimates`.

    Returns
    -------
    FigureExhibit
        Two panels on a logarithmic scale: preventative spend and deprivation. Its table holds safeguarding too.
    """
    shown = estimates[estimates["term"].isin(PANELS)]
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 4.35), layout="constrained")
        panels = figure.subplots(1, 2, sharey=True, width_ratios=[1.55, 1])
        heights = place_rows(estimates)
        for axes, (term, title) in zip(panels, PANELS.items(), strict=True):
            draw_term(axes, shown[shown["term"] == term], heights)
            axes.set_title(title, loc="left")
        finish_forest(panels, heights)
    return FigureExhibit(
        figure,
        "fig-comparison-forest",
        title_forest(estimates),
        caption_forest(case),
        describe_forest(shown),
        tabulate_forest(estimates),
    )


def place_rows(estimates: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Give each version and estimator its height, the first on top, with a gap between versions."""
    heights, height = {}, 0.0
    for specification in SPECIFICATIONS:
        chosen = estimates[estimates["specification"] == specification.name]
        for estimator in LOOKS:
            if estimator in set(chosen["estimator"]):
                heights[specification.name, estimator] = height
                height -= 1.0
        height -= 1.1
    return heights


def draw_term(axes: Axes, estimates: pd.DataFrame, heights: dict[tuple[str, str], float]) -> None:
    """Draw the estimates of one term, each with its interval and its numbers."""
    axes.axvline(1, color=INK, lw=0.8, zorder=1)
    for row in estimates.to_dict("records"):
        look, height = LOOKS[row["estimator"]], heights[row["specification"], row["estimator"]]
        if pd.notna(row["low"]):
            axes.plot([row["low"], row["high"]], [height] * 2, color=look["color"], lw=1.4, zorder=2)
        axes.plot([row["odds_ratio"]], [height], ls="", markersize=5.5, zorder=3, **look)
        end = row["high"] if pd.notna(row["high"]) else row["odds_ratio"]
        end = max(end, 1.0) if row["term"] == "deprivation" else end
        beside: dict[str, Any] = {"textcoords": "offset points", "va": "center", "fontsize": SMALLEST}
        axes.annotate(
            format_odds(row), (end, height), (7 if pd.isna(row["low"]) else 5, 0), color=look["color"], **beside
        )


def finish_forest(panels: Any, heights: dict[tuple[str, str], float]) -> None:
    """Name the rows, set the scales, and write each version above its rows."""
    spend, deprivation = panels
    spend.set_yticks(list(heights.values()), [name_row(*row) for row in heights])
    for specification in SPECIFICATIONS:
        top = max(height for (name, _), height in heights.items() if name == specification.name)
        words = begin_sentence(specification.wording)
        at: Any = (0.0, top + 0.72)
        spend.annotate(
            words,
            at,
            xycoords=spend.get_yaxis_transform(),
            fontsize=7.2,
            weight="bold",
            va="center",
            color=INK,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2},
        )
    spend.set_ylim(min(heights.values()) - 0.7, 1.2)
    for axes, limits, ticks in ((spend, (0.6, 6.0), [0.75, 1, 1.5, 2, 3]), (deprivation, (0.6, 1.5), [0.7, 0.8, 1])):
        axes.set_xscale("log")
        axes.set_xlim(*limits)
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
    spend.figure.supxlabel("Odds ratio of good or outstanding, with its 95% interval; logarithmic scales", fontsize=8)


def title_forest(estimates: pd.DataFrame) -> str:
    """State the finding: how near ours comes to the published estimate, and what moves it."""
    ours, theirs = pick(estimates, "published", "mixed logit"), pick(estimates, "published", THEIRS)
    without = pick(estimates, "no_year", "logit")
    return (
        f"£100 more preventative spend per child goes with {ours['odds_ratio']:.2f} times the odds of good "
        f"({theirs['odds_ratio']:.2f} as published; {without['odds_ratio']:.2f} without the year)"
    )


def caption_forest(case: Case) -> str:
    """Say what each version holds, and how near it comes to the model it follows."""
    sample = build_sample(case.tables, SPECIFICATIONS[0])
    return (
        "Estimated; an association, not an effect. Others: Webb, Bennett and Bywaters (2022), "
        "https://doi.org/10.1017/S147474642200001X, as printed; the other versions of theirs were recomputed from "
        f"public replication data and have no place in their paper. Ours: {len(sample)} first inspections (SLAC and "
        "child protection by safeguarding, SIF and ILACS overall) published from April 2011 to March 2019, spend of "
        "the same financial year. Preventative: gross family support, Sure Start and early years, and services for "
        "young people. Mixed logit: crossed intercepts of authority and year, by Laplace’s approximation; logit: a "
        "constant for each year (or framework), errors clustered by authority. All versions hold safeguarding spend "
        f"too. {name_cautioned(case, sample)}{credit(cite_releases(SOURCES))}."
    )


def name_cautioned(case: Case, sample: pd.DataFrame) -> str:
    """Name the inspections whose spend is of a return under a caution, with a space after; nothing where none is."""
    told = sample[mark_cautioned(sample, case.tables["cautions"])]
    if told.empty:
        return ""
    names = case.labels
    which = [f"{names[code]} {name_year(year - 1)}" for code, year in zip(told["la_code"], told["year"], strict=True)]
    return f"Under a caution: the spend of {list_words(which)}. "


def describe_forest(shown: pd.DataFrame) -> str:
    """Describe the plot: every estimate with its interval."""
    wording = {specification.name: specification.wording for specification in SPECIFICATIONS}
    told = []
    for term, title in PANELS.items():
        rows = shown[shown["term"] == term].to_dict("records")
        parts = [
            f"{wording[row['specification']]}, {name_row(row['specification'], row['estimator'])}: {format_odds(row)}"
            for row in rows
        ]
        told.append(f"{title}: {'; '.join(parts)}")
    return f"Odds ratios of a good or outstanding grade with 95% intervals. {'. '.join(told)}."


def tabulate_forest(estimates: pd.DataFrame) -> pd.DataFrame:
    """Give every estimate as a table, those of safeguarding spend too."""
    wording = {specification.name: specification.wording for specification in SPECIFICATIONS}
    terms = {**PANELS, "safeguarding": "£100 more safeguarding spend per child"}
    return pd.DataFrame(
        {
            "Of": estimates["term"].map(terms),
            "Version": estimates["specification"].map(wording),
            "Estimate": [
                name_row(*row) for row in zip(estimates["specification"], estimates["estimator"], strict=True)
            ],
            "Odds ratio (95% interval)": [format_odds(row) for row in estimates.to_dict("records")],
            "Inspections": [f"{count:.0f}" if pd.notna(count) else None for count in estimates["inspections"]],
            "Note": estimates["note"],
        }
    )
