"""Preventative spend and grades: our estimates and those of others, as odds ratios."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.cautions import mark_cautioned
from lewisham_study.analysis.models.association import (
    PREVENTATIVE,
    SAFEGUARDING,
    SPECIFICATIONS,
    build_sample,
    estimate_all,
    list_deprivation_sources,
    list_sources,
)
from lewisham_study.analysis.models.replication import HALF_UP, format_ratio
from lewisham_study.analysis.spend import name_year
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.lines import write_near
from lewisham_study.display.common.phrases import begin_sentence, format_count, list_words
from lewisham_study.display.common.shared_exhibits import make_once
from lewisham_study.display.common.style import HERE, INK, PAGE_WIDTH, THIRD, drawing
from lewisham_study.tidy.parsing.numbers import write_minus

THEIRS = "others"
NAMES = {THEIRS: "from others’ data", "mixed logit": "ours, mixed logit", "logit": "ours, logit"}
VERSIONS = {specification.name: specification.label for specification in SPECIFICATIONS}
PANELS = {"prevention": "£100 more preventative spend per child", "deprivation": "One decile more deprived"}
TERMS = {**PANELS, "safeguarding": "£100 more safeguarding spend per child"}
LOOKS: dict[str, dict[str, Any]] = {
    THEIRS: {"color": THIRD, "marker": "D", "markerfacecolor": "white"},
    "mixed logit": {"color": HERE, "marker": "o", "markerfacecolor": HERE},
    "logit": {"color": HERE, "marker": "s", "markerfacecolor": "white"},
}


def gather_estimates(case: Case) -> pd.DataFrame:
    """Gather our estimates and those of others (estimator `others`) in one table, the same for every authority."""
    columns = ["specification", "estimator", "term", "odds_ratio", "low", "high", "inspections", "note"]
    theirs = case.tables["estimates"].assign(estimator=THEIRS)
    ours = estimate_all(case.tables)
    both = pd.concat([theirs[columns].astype({"inspections": float}), ours.reindex(columns=columns)])
    order = both["specification"].map(list(VERSIONS).index) * 10 + both["estimator"].map(list(NAMES).index)
    return both.assign(place=order).sort_values(["term", "place"], ignore_index=True)


def name_row(specification: str, estimator: str) -> str:
    """Name an estimate; of the others' estimates only the main one was printed.

    Examples
    --------
    >>> name_row("published", "others"), name_row("ilacs", "others")
    ('as published', 'from others’ data')
    """
    return "as published" if (specification, estimator) == ("published", THEIRS) else NAMES[estimator]


def select_estimate(estimates: pd.DataFrame, specification: str, estimator: str, term: str = "prevention") -> pd.Series:
    """Select one estimate."""
    keys = estimates[["specification", "estimator", "term"]]
    return estimates[(keys == [specification, estimator, term]).all(axis=1)].iloc[0]


def format_odds(row: Any) -> str:
    """Format an odds ratio with its interval, where one is known.

    Examples
    --------
    >>> format_odds({"odds_ratio": 1.69, "low": 1.275, "high": 2.24})
    '1.69 (1.28–2.24)'
    >>> format_odds({"odds_ratio": 1.26, "low": float("nan"), "high": float("nan")})
    '1.26'
    """
    if pd.isna(row["low"]):
        return f"{row['odds_ratio'] + HALF_UP:.2f}"
    return format_ratio(row["odds_ratio"], row["low"], row["high"])


def is_clear(rows: Any) -> Any:
    """Return whether the interval of an odds ratio, or of each row, leaves out 1."""
    return (rows["low"] > 1) | (rows["high"] < 1)


def list_odds(rows: pd.DataFrame) -> dict[str, pd.Series]:
    """List odds ratios and the ends of their intervals, rounded, as columns of the table behind a figure."""
    heads = {"odds_ratio": "Odds ratio", "low": "95% interval, low", "high": "95% interval, high"}
    return {head: (rows[name] + HALF_UP).round(2) for name, head in heads.items()}


def format_change(odds: float) -> str:
    """Format an odds ratio as a change: 0.84 is −16%."""
    return write_minus(f"{odds - 1:+.0%}")


def summarise_forest(estimates: pd.DataFrame) -> Prose:
    """Summarise how close the replication is, how it differs, and what the estimate depends on."""
    ours, theirs = (select_estimate(estimates, "published", name) for name in ("mixed logit", THEIRS))
    decile, printed = (select_estimate(estimates, "published", name, "deprivation") for name in ("mixed logit", THEIRS))
    alone, without = select_estimate(estimates, "ilacs", "logit"), select_estimate(estimates, "no_year", "logit")
    agreement = "they do not lie within each other’s intervals"
    if theirs["low"] <= ours["odds_ratio"] <= theirs["high"] and ours["low"] <= theirs["odds_ratio"] <= ours["high"]:
        agreement = "each estimate lies within the other’s interval"
    unclear = "" if is_clear(alone) else ", which is compatible with no association"
    return Prose(
        f"Webb, Bennett and Bywaters printed an odds ratio of {format_odds(theirs)} per £100 of preventative spend and "
        f"{format_change(printed['odds_ratio'])} per decile of deprivation, from {theirs['inspections']:.0f} "
        "inspections. Rebuilt from official data with the index of multiple deprivation, as they did, the model gives "
        f"**{format_odds(ours)}** and **{format_change(decile['odds_ratio'])}** ({format_odds(decile)}), from "
        f"{ours['inspections']:.0f}; {agreement}. The table of steps below takes the difference apart. We had to "
        "interpret which lines count as preventative. The estimate depends on the control for year: without it the "
        f"odds ratio is {without['odds_ratio']:.2f}. First ILACS inspections alone ({alone['inspections']:.0f}) give "
        f"{format_odds(alone)}{unclear}. {summarise_cautioned(estimates)}"
    )


def summarise_cautioned(estimates: pd.DataFrame) -> str:
    """State how many inspections use spend returns with a caution, and the estimate without them."""
    ours, without = (select_estimate(estimates, name, "mixed logit") for name in ("published", "uncautioned"))
    count = int(ours["inspections"] - without["inspections"])
    if not count:
        return "None of them uses a spend return with a caution."
    use, them = ("uses", "it") if count == 1 else ("use", "them")
    same = " still" if f"{without['odds_ratio']:.2f}" == f"{ours['odds_ratio']:.2f}" else ""
    return (
        f"{format_count(count)} of the {ours['inspections']:.0f} {use} a spend return to treat with caution, counted "
        f"as published; without {them} the estimate is{same} {format_odds(without)}."
    )


@make_once
def draw_forest(case: Case) -> FigureExhibit:
    """Draw the odds ratios of every version of the model with their intervals, ours and others', on log scales.

    The table behind the figure includes safeguarding spend.
    """
    estimates = gather_estimates(case)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 4.8), layout="constrained")
        panels = figure.subplots(1, 2, sharey=True, width_ratios=[1.55, 1])
        heights = place_rows(estimates)
        for axes, (term, title) in zip(panels, PANELS.items(), strict=True):
            draw_term(axes, estimates[estimates["term"] == term], heights)
            axes.set_title(title, loc="left")
        finish_forest(panels, heights)
    return FigureExhibit(
        figure,
        "fig-comparison-forest",
        title_forest(estimates),
        caption_forest(case),
        describe_forest(estimates),
        tabulate_forest(estimates),
    )


def place_rows(estimates: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Give each version and estimator its height, the first on top, with a gap between versions."""
    known = set(zip(estimates["specification"], estimates["estimator"], strict=True))
    heights, height = {}, 0.0
    for version in VERSIONS:
        for estimator in LOOKS:
            if (version, estimator) in known:
                heights[version, estimator] = height
                height -= 1.0
        height -= 1.1
    return heights


def draw_term(axes: Axes, estimates: pd.DataFrame, heights: dict[tuple[str, str], float]) -> None:
    """Draw the estimates of one term, each with its interval and its numbers."""
    axes.axvline(1, color=INK, lw=0.8, zorder=1)
    for row in estimates.to_dict("records"):
        look, height = LOOKS[row["estimator"]], heights[row["specification"], row["estimator"]]
        known = pd.notna(row["low"])
        draw_odds(axes, row, height, 5.5, look)
        end = row["high"] if known else row["odds_ratio"]
        end = max(end, 1.0) if row["term"] == "deprivation" else end
        write_near(axes, format_odds(row), (end, height), (5 if known else 7, 0), color=look["color"], va="center")


def draw_odds(axes: Axes, row: Any, height: float, size: float, look: dict[str, Any]) -> None:
    """Draw an odds ratio as a mark of some size, with its interval if one is known."""
    if pd.notna(row["low"]):
        axes.plot([row["low"], row["high"]], [height] * 2, color=look["color"], lw=1.4, zorder=2)
    axes.plot([row["odds_ratio"]], [height], ls="", markersize=size, zorder=3, **look)


def finish_forest(panels: Any, heights: dict[tuple[str, str], float]) -> None:
    """Name the rows, set the scales, and write each version above its rows."""
    spend, deprivation = panels
    spend.set_yticks(list(heights.values()), [name_row(*row) for row in heights])
    patch = {"facecolor": "white", "edgecolor": "none", "pad": 1.2}
    look: dict[str, Any] = {"weight": "bold", "va": "center", "color": INK, "bbox": patch}
    for version, label in VERSIONS.items():
        top = max(height for (name, _), height in heights.items() if name == version)
        place = (0.0, top + 0.72)
        spend.annotate(begin_sentence(label), place, xycoords=spend.get_yaxis_transform(), fontsize=7.2, **look)
    spend.set_ylim(min(heights.values()) - 0.7, 1.2)
    for axes, limits, ticks in ((spend, (0.6, 6.0), [0.75, 1, 1.5, 2, 3]), (deprivation, (0.6, 1.5), [0.7, 0.8, 1])):
        axes.tick_params(axis="y", length=0)
        scale_odds(axes, limits, ticks)
    spend.figure.supxlabel("Odds ratio of good or outstanding, with its 95% interval; logarithmic scales", fontsize=8)


def scale_odds(axes: Axes, limits: tuple[float, float], ticks: list[float]) -> None:
    """Set a logarithmic scale of odds ratios with a few ticks, and no line at its left."""
    axes.set_xscale("log")
    axes.set_xlim(*limits)
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.spines["left"].set_visible(False)


def title_forest(estimates: pd.DataFrame) -> str:
    """State how close ours is to the published estimate, and what it depends on."""
    ours, theirs = (select_estimate(estimates, "published", name) for name in ("mixed logit", THEIRS))
    without = select_estimate(estimates, "no_year", "logit")
    return (
        f"£100 more preventative spend per child goes with {ours['odds_ratio']:.2f} times the odds of good "
        f"({theirs['odds_ratio']:.2f} as published; {without['odds_ratio']:.2f} without the control for year)"
    )


def caption_forest(case: Case) -> str:
    """State what the estimates are, which inspections they use, and the sources."""
    sample = build_sample(case.tables, SPECIFICATIONS[0])
    sources = list_deprivation_sources(case.tables, [one.deprivation for one in SPECIFICATIONS])
    for one in SPECIFICATIONS:
        sources |= {*build_sample(case.tables, one)["source_id"]}
        sources |= list_sources(case.tables, [*PREVENTATIVE, *SAFEGUARDING], one.years, one.index)
    return (
        f"Estimated; an association, not an effect. Ours: {len(sample)} first inspections to March 2019. Others: Webb, "
        "Bennett and Bywaters (2022). "
        f"{name_cautioned(case, sample)}{credit_releases(sources)}"
    )


def name_cautioned(case: Case, sample: pd.DataFrame) -> str:
    """Name the inspections whose spend return carries a caution, with a space after; empty if none does."""
    rows = sample[mark_cautioned(sample, case.tables["cautions"])]
    if rows.empty:
        return ""
    which = [f"{case.labels[row['la_code']]} {name_year(row['year'] - 1)}" for row in rows.to_dict("records")]
    return f"Caution: spend of {list_words(which)}. "


def describe_forest(estimates: pd.DataFrame) -> str:
    """Describe the plot: every estimate drawn, with its interval."""
    parts = []
    for term, title in PANELS.items():
        rows = [
            f"{VERSIONS[row['specification']]}, {name_row(row['specification'], row['estimator'])}: {format_odds(row)}"
            for row in estimates[estimates["term"] == term].to_dict("records")
        ]
        parts.append(f"{title}: {'; '.join(rows)}")
    return f"Odds ratios of a good or outstanding grade with 95% intervals. {'. '.join(parts)}."


def tabulate_forest(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return every estimate as a table, including those of safeguarding spend."""
    return pd.DataFrame(
        {
            "Of": estimates["term"].map(TERMS),
            "Version": estimates["specification"].map(VERSIONS),
            "Estimate": list(map(name_row, estimates["specification"], estimates["estimator"])),
            **list_odds(estimates),
            "Inspections": estimates["inspections"].astype("Int64"),
            "Note": estimates["note"].map(write_minus, na_action="ignore"),
        }
    )
