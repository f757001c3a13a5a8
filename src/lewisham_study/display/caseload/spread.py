"""How the caseloads of all authorities lie in one year, with one of them marked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.caseload import (
    CASELOAD,
    compute_caseload_quartiles,
    measure_place,
    rank_value,
    select_authorities,
    select_measure,
)
from lewisham_study.analysis.cautions import compare_medians
from lewisham_study.display.common.cautions import bracket_joint, find_cautioned, list_cautioned, summarise_medians
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.phrases import list_names, list_words, name_comparators, summarise_absence
from lewisham_study.display.common.style import HERE, INK, MUTED, PAGE_WIDTH, SECOND, SMALLEST, drawing

STEP = 0.5
"""Cases per worker that share a column of dots."""


def draw_spread(case: Case) -> FigureExhibit | Prose:
    """Draw the average caseload of every authority in the last year of the window.

    Returns
    -------
    FigureExhibit or Prose
        A dot for each return, the authority and its comparators marked, quartiles below. Prose where no
        year of the window has caseloads.
    """
    caseload = select_measure(case.tables["workforce"], CASELOAD, case.start_year, case.end_year)
    known = caseload.dropna(subset="value")
    if known.empty:
        return Prose(f"No average caseload of any authority was published for {case.start_year} to {case.end_year}.")
    last = known[known["year"] == known["year"].max()]
    dots = place_dots(mark_authorities(case, last))
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 2.5), layout="constrained")
        axes = figure.subplots()
        draw_dots(axes, case, dots)
        draw_quartiles(axes, compute_caseload_quartiles(select_authorities(last)), find_england(case, last))
    return FigureExhibit(
        figure,
        "fig-caseload-spread",
        title_spread(case, dots),
        caption_spread(case, dots),
        describe_spread(case, dots, find_england(case, last)),
        tabulate_spread(case, dots),
    )


def mark_authorities(case: Case, figures: pd.DataFrame) -> pd.DataFrame:
    """Say of each return whether it is the authority's own, a comparator's, or another's."""
    own = figures.loc[figures["la_code"] == case.la_code, "joint_la_codes"].dropna()
    mine = {case.la_code, *(own.iloc[0].split() if len(own) else [])}
    compared = set(list_comparators(case)) - mine
    ordered = figures.assign(first=figures["la_code"] != case.la_code).sort_values("first", kind="stable")
    once = select_authorities(ordered)
    code = once["la_code"]
    role = pd.Series("other", index=once.index).mask(code.isin(compared), "comparator")
    return once.assign(role=role.mask(code.isin(mine), "own")).dropna(subset="value")


def place_dots(figures: pd.DataFrame) -> pd.DataFrame:
    """Stack the dots of each half case: the authority's own lowest, then its comparators."""
    order = figures["role"].map({"own": 0, "comparator": 1, "other": 2})
    column = np.floor(figures["value"] / STEP + 1e-9) * STEP + STEP / 2
    dots = figures.assign(column=column, order=order).sort_values(["column", "order", "value"])
    return dots.assign(height=dots.groupby("column").cumcount(), year=dots["year"]).reset_index(drop=True)


def find_england(case: Case, figures: pd.DataFrame) -> float:
    """Give England's average caseload in the year of some figures."""
    year = int(figures["year"].iloc[0])
    return float(measure_place(case.tables["workforce"], "England", year, year)["value"].iloc[0])


def draw_dots(axes: Axes, case: Case, dots: pd.DataFrame) -> None:
    """Draw the dots, by role."""
    looks: dict[str, dict[str, Any]] = {
        "other": {"s": 17, "color": "#BDBDBD", "linewidth": 0},
        "comparator": {"s": 20, "facecolor": "white", "edgecolor": SECOND, "linewidth": 1.3, "marker": "D"},
        "own": {"s": 44, "color": HERE, "linewidth": 0, "zorder": 5},
    }
    for role, look in looks.items():
        some = dots[dots["role"] == role]
        axes.scatter(some["column"], some["height"], clip_on=False, **look)
    top = float(dots["height"].max())
    for own in dots[dots["role"] == "own"].to_dict("records"):
        arrow = {"arrowstyle": "-", "color": HERE, "lw": 0.8, "shrinkB": 3}
        part = (own["column"] - dots["column"].min()) / (dots["column"].max() - dots["column"].min())
        side = "left" if part < 0.12 else "right" if part > 0.88 else "center"
        place: dict[str, Any] = {"ha": side, "fontsize": 7.5, "color": HERE, "weight": "bold"}
        axes.annotate(
            f"{case.label} {own['value']:.1f}",
            (own["column"], own["height"]),
            (own["column"], top + 1.8),
            arrowprops=arrow,
            **place,
        )
    axes.set_ylim(-top * 0.42, top + 3.6)
    axes.set_xlim(float(dots["column"].min()) - 1, float(dots["column"].max()) + 1)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MultipleLocator(2))
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Cases per full-time equivalent worker")


def draw_quartiles(axes: Axes, spread: pd.DataFrame, england: float) -> None:
    """Draw the quartiles under the dots, and England's mark."""
    row = spread.iloc[0]
    depth = float(axes.get_ylim()[0])
    level = depth * 0.36
    axes.plot([row["low"], row["high"]], [level, level], color=MUTED, lw=0.8)
    axes.plot([row["lower_quartile"], row["upper_quartile"]], [level, level], color=MUTED, lw=5, solid_capstyle="butt")
    axes.plot([row["median"]], [level], color="white", marker="|", markersize=7, mew=1.6)
    axes.plot([england], [depth * 0.19], color=INK, marker="v", markersize=4.5)
    under: dict[str, Any] = {"ha": "center", "va": "top", "fontsize": SMALLEST, "color": INK}
    middle = f"middle half {row['lower_quartile']:.1f} to {row['upper_quartile']:.1f}, median {row['median']:.1f}"
    axes.text(row["median"], depth * 0.52, f"{middle}; ▼ England {england:.1f}", **under)


def title_spread(case: Case, dots: pd.DataFrame) -> str:
    """State the finding: how many returns were lower and how many higher."""
    year, own = int(dots["year"].iloc[0]), dots[dots["role"] == "own"]
    if own.empty:
        half = dots["value"].quantile([0.25, 0.75])
        return (
            f"In {year} half of the authorities had between {half.iloc[0]:.1f} and {half.iloc[1]:.1f} cases per "
            f"worker; {case.spoken} {summarise_absence(case, f'{year}-09-30')}"
        )
    value = float(own["value"].iloc[0])
    lower, same, higher = rank_value(dots["value"], value)
    level = f" and {same - 1} level with it" if same > 1 else ""
    return (
        f"In {year} {case.spoken} had {value:.1f} cases per worker{bracket_joint(case, own)}; of {len(dots) - 1} "
        f"other returns {lower} lay below, {higher} above{level}"
    )


def caption_spread(case: Case, figures: pd.DataFrame) -> str:
    """Say how to read the dots."""
    year = int(figures["year"].iloc[0])
    light = list_cautioned_peers(case, figures)
    lean = f"{warn_cautioned(case, figures, light)} " if light else ""
    diamonds = f"Diamonds: {name_comparators(case)}. " if list_comparators(case) else ""
    return (
        f"A dot is a return at 30 September {year}, stacked by half a case; a joint return is one dot. {diamonds}"
        "The bar below spans the middle half, the line all. All returns are counted, so "
        "there is no sampling interval; but authorities count cases by their own rules, so small differences say "
        f"little. {lean}{credit(cite_releases(figures['source_id']))}."
    )


def warn_cautioned(case: Case, figures: pd.DataFrame, light: list[str]) -> str:
    """Name the authorities whose caseload carries a caution, and say what the median is without them."""
    named, it = list_words(list_names(case, light)), "it" if len(light) == 1 else "them"
    medians = compare_medians(figures, figures[figures["la_code"].isin(light)], "value")
    return (
        f"To lean on lightly, for the returns cannot all count alike: {named}; the median takes {it} as published, and "
        f"without {it} {summarise_medians(medians, '{:.1f}'.format)}."
    )


def list_cautioned_peers(case: Case, dots: pd.DataFrame) -> list[str]:
    """List the codes of authorities whose caseload of the year carries a caution, the one under study first."""
    own = list_cautioned(case, "workforce", CASELOAD, dots["time_period"])
    return [case.la_code] * bool(own) + list(find_cautioned(case, "workforce", CASELOAD, dots)["la_code"])


def describe_spread(case: Case, dots: pd.DataFrame, england: float) -> str:
    """Describe the dots: their range, quartiles, and where the authority lies."""
    low, quarter, half, three, high = dots["value"].quantile([0, 0.25, 0.5, 0.75, 1])
    compared = dots.loc[dots["role"] == "comparator", "value"]
    beside = f" Comparators lie between {compared.min():.1f} and {compared.max():.1f}." if len(compared) else ""
    return (
        f"Dot plot of {len(dots)} average caseloads, from {low:.1f} to {high:.1f}; quartiles {quarter:.1f}, "
        f"{half:.1f} and {three:.1f}; England {england:.1f}.{beside} {title_spread(case, dots)}."
    )


def tabulate_spread(case: Case, dots: pd.DataFrame) -> pd.DataFrame:
    """Give the dots as a table, lowest first."""
    codes = dots["joint_la_codes"].fillna(dots["la_code"]).str.split()
    names, light = case.labels, set(list_cautioned_peers(case, dots))
    table = pd.DataFrame(
        {
            "Authority": [list_words(list(names[some])) for some in codes],
            "Cases per worker": dots["value"],
            "Marked as": dots["role"].map({"own": "under study", "comparator": "comparator", "other": ""}),
            "Caution": ["lean lightly" if code in light else "" for code in dots["la_code"]],
        }
    )
    return table.sort_values(["Cases per worker", "Authority"], ignore_index=True)
