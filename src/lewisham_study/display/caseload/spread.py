"""The caseloads of all authorities in one year, with one authority and its comparators marked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from lewisham_study.analysis import caseload
from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.caseload import CASELOAD
from lewisham_study.analysis.rates import compute_quartiles
from lewisham_study.display.common import cautions
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, paint_widths
from lewisham_study.display.common.phrases import format_tenth as write
from lewisham_study.display.common.phrases import list_names, list_words, name_comparators, summarise_absence
from lewisham_study.display.common.style import HERE, INK, MUTED, PAGE_WIDTH, SECOND, SMALLEST, set_margins
from lewisham_study.vocabulary import FEWEST

STEP = 0.5
"""Cases per worker that share a column of dots."""
LETTER = 0.07
"""Inches: the width of a letter of the authority's name."""
ROLES = {"own": "under study", "comparator": "comparator", "other": ""}
LOOKS: dict[str, dict[str, Any]] = {
    "other": {"s": 17, "color": "#BDBDBD", "linewidth": 0},
    "comparator": {"s": 20, "facecolor": "white", "edgecolor": SECOND, "linewidth": 1.3, "marker": "D"},
    "own": {"s": 44, "color": HERE, "linewidth": 0, "zorder": 5},
}
"""The dots of each role, in the order in which they are drawn."""


def draw_spread(case: Case) -> FigureExhibit | Prose:
    """Draw the average caseload of every return in the last year of the window that has any, with quartiles."""
    few = caseload.find_few(case)
    known = drop_few(caseload.select_window(case, CASELOAD).dropna(subset="value"), few)
    if known.empty:
        return Prose(f"No average caseload of any authority was published for {case.start_year} to {case.end_year}.")
    year = int(known["year"].max())
    last, few = known[known["year"] == year], few[few["year"] == year]
    england = float(caseload.average_place(case.tables, "England", year, year)["value"].iloc[0])
    dots = place_dots(caseload.assign_roles(case, last))
    quartiles = compute_quartiles(caseload.select_authorities(last)).iloc[0]

    def paint(width: float) -> Figure:
        figure = Figure(figsize=(width, 2.1))
        axes = figure.subplots()
        set_margins(figure, left=0.06, right=0.06, bottom=0.41, top=0.05)
        for role, look in LOOKS.items():
            some = dots[dots["role"] == role]
            axes.scatter(some["column"], some["height"], clip_on=False, **look)
        label_own(axes, case, dots, width)
        lines = 1 if width == PAGE_WIDTH else 2
        arrange_axes(axes, dots, 0.22 + 0.2 * lines)
        draw_quartiles(axes, quartiles, england, lines)
        return figure

    figure, narrow = paint_widths(paint)
    diamonds = f" Diamonds: {name_comparators(case)}." if list_comparators(case) else ""
    caption = f"Dots: returns, 30 September {year}.{diamonds}{list_few(case, few)} {credit_releases(dots['source_id'])}"
    title, alt, table = title_spread(case, dots, few), describe_spread(dots, england), tabulate_spread(case, dots)
    return FigureExhibit(figure, "fig-caseload-spread", title, caption, alt, table, narrow=narrow)


def drop_few(known: pd.DataFrame, few: pd.DataFrame) -> pd.DataFrame:
    """Leave out the averages of returns with too few workers."""
    keys = ["la_code", "year"]
    return known[~pd.MultiIndex.from_frame(known[keys]).isin(pd.MultiIndex.from_frame(few[keys]))]


def list_few(case: Case, few: pd.DataFrame) -> str:
    """Give, after a space, the counts of returns with too few workers for an average; empty where there are none."""
    counts = [
        f"{case.labels[row['la_code']]} ({row['cases']:.0f} cases, {row['workers']:g} "
        f"{'worker' if row['workers'] == 1 else 'workers'})"
        for row in few.to_dict("records")
    ]
    return f" Left out, under {FEWEST} workers: {list_words(counts)}." if counts else ""


def place_dots(figures: pd.DataFrame) -> pd.DataFrame:
    """Stack the dots of each half case: the authority's own lowest, then its comparators."""
    order = figures["role"].map(list(ROLES).index)
    column = np.floor(figures["value"] / STEP + 1e-9) * STEP + STEP / 2
    dots = figures.assign(column=column, order=order).sort_values(["column", "order", "value"], ignore_index=True)
    return dots.assign(height=dots.groupby("column").cumcount())


def label_own(axes: Axes, case: Case, dots: pd.DataFrame, width: float) -> None:
    """Write the authority's name and value above the dots of a figure so wide, with a line to its dot."""
    left, right, top = dots["column"].min(), dots["column"].max(), dots["height"].max()
    arrow = {"arrowstyle": "-", "color": HERE, "lw": 0.8, "shrinkB": 3}
    look: dict[str, Any] = {"arrowprops": arrow, "fontsize": 7.5, "color": HERE, "weight": "bold"}
    for own in dots[dots["role"] == "own"].to_dict("records"):
        part, text = (own["column"] - left) / (right - left), f"{case.label} {own['value']:.1f}"
        half = len(text) * LETTER / width / 2
        side = "left" if part < half else "right" if part > 1 - half else "center"
        axes.annotate(text, (own["column"], own["height"]), (own["column"], top + 1.8), ha=side, **look)


def arrange_axes(axes: Axes, dots: pd.DataFrame, below: float) -> None:
    """Set the axes' limits, leaving below such a share of the dots' height for the quartiles."""
    top = float(dots["height"].max())
    axes.set_ylim(-top * below, top + 3.6)
    axes.set_xlim(float(dots["column"].min()) - 1, float(dots["column"].max()) + 1)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MultipleLocator(2))
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("Cases per full-time equivalent worker")


def draw_quartiles(axes: Axes, row: pd.Series, england: float, lines: int) -> None:
    """Draw the quartiles under the dots, and England's mark, with their values in one line or two."""
    depth = float(axes.get_ylim()[0])
    level = depth * 0.36
    axes.plot([row["low"], row["high"]], [level, level], color=MUTED, lw=0.8)
    axes.plot([row["lower_quartile"], row["upper_quartile"]], [level, level], color=MUTED, lw=5, solid_capstyle="butt")
    axes.plot([row["median"]], [level], color="white", marker="|", markersize=7, mew=1.6)
    axes.plot([england], [depth * 0.19], color=INK, marker="v", markersize=4.5)
    under: dict[str, Any] = {"ha": "center", "va": "top", "fontsize": SMALLEST, "color": INK}
    low, half, high = (write(row[name]) for name in ("lower_quartile", "median", "upper_quartile"))
    texts = [f"middle half {low} to {high}, median {half}", f"▼ England {write(england)}"]
    axes.text(row["median"], depth * 0.52, ("\n" if lines > 1 else "; ").join(texts), **under)


def title_spread(case: Case, dots: pd.DataFrame, few: pd.DataFrame) -> str:
    """State how many returns were lower and how many higher."""
    year, own = int(dots["year"].iloc[0]), dots[dots["role"] == "own"]
    if own.empty:
        low, high = map(write, dots["value"].quantile([0.25, 0.75]))
        small = case.la_code in set(few["la_code"])
        absent = "had too few workers for an average" if small else summarise_absence(case, f"{year}-09-30")
        return (
            f"In {year} half of the authorities had between {low} and {high} cases per worker; {case.spoken} {absent}"
        )
    value = float(own["value"].iloc[0])
    lower, same, higher = caseload.rank_value(dots["value"], value)
    equal = f", {same - 1} equal" if same > 1 else ""
    return (
        f"In {year} {case.spoken} had {write(value)} cases per worker{cautions.bracket_joint(case, own)}; of "
        f"the {len(dots) - 1} other returns {lower} were lower, {higher} higher{equal}"
    )


def describe_spread(dots: pd.DataFrame, england: float) -> str:
    """Describe the dots: their range and quartiles, and the comparators' range."""
    low, quarter, half, three, high = map(write, dots["value"].quantile([0, 0.25, 0.5, 0.75, 1]))
    compared = dots.loc[dots["role"] == "comparator", "value"]
    others = f" Comparators range from {compared.min():.1f} to {compared.max():.1f}." if len(compared) else ""
    return (
        f"Dot plot of {len(dots)} average caseloads, from {low} to {high}; quartiles {quarter}, "
        f"{half} and {three}; England {write(england)}.{others}"
    )


def tabulate_spread(case: Case, dots: pd.DataFrame) -> pd.DataFrame:
    """Return the dots as a table, lowest first."""
    codes = dots["joint_la_codes"].fillna(dots["la_code"]).str.split()
    own = dots["role"] == "own"
    unsure = bool(cautions.list_cautioned_years(case, "workforce", CASELOAD, dots[own]))
    peers = cautions.list_cautioned_peers(case, "workforce", CASELOAD, dots)["la_code"]
    cautioned = dots["la_code"].isin(peers) | (dots["la_code"].eq(case.la_code) & unsure)
    table = pd.DataFrame(
        {
            "Authority": [list_words(list_names(case, some)) for some in codes],
            "Average caseload, cases per worker": dots["value"],
            "Marked as": dots["role"].map(ROLES),
            "Caution": cautioned.map({True: "treat with caution", False: ""}),
            "Source": dots["source_id"] + ", " + dots["locator"],
        }
    )
    return table.sort_values(["Average caseload, cases per worker", "Authority"], ignore_index=True)
