"""Spend by category of section 251, year by year."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.rates import to_real_terms
from lewisham_study.analysis.spend import CATEGORIES, choose_prices, list_window, select_spend
from lewisham_study.display.common.cautions import explain_missing, list_cautioned
from lewisham_study.display.common.charts import describe_table
from lewisham_study.display.common.citations import cite, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.lines import mark_break, spread_apart
from lewisham_study.display.common.phrases import list_words
from lewisham_study.display.common.style import INK, PAGE_WIDTH, SMALLEST, choose_ink, drawing
from lewisham_study.display.spend.amounts import (
    Unit,
    choose_unit,
    format_part,
    format_prices,
    mark_years,
    summarise_nothing,
)

STYLES = {
    "looked_after": ("children looked after", "#12436D"),
    "safeguarding": ("safeguarding", "#28A197"),
    "family_support": ("family support", "#801650"),
    "young_people": ("young people", "#F46A25"),
    "youth_justice": ("youth justice", "#3D3D3D"),
    "sure_start": ("under-fives", "#A285D1"),
    "strategy": ("strategy (to 2011-12)", "#FFFFFF"),
    "other": ("other", "#CFCFCF"),
}
GROUPS = {name: words for name, (words, _) in STYLES.items()}
COLOURS = {name: colour for name, (_, colour) in STYLES.items()}
BEFORE, FIRST_YEAR, SPLICE = "2011-12", "2012-13", 2011.5
"""The last year of the earlier categories, the first of today's, and the break between them."""


def draw_mix(case: Case) -> FigureExhibit | Prose:
    """Draw the authority's gross spend by category, in real terms; a break sets apart the year before 2012-13."""
    years = list_window(case)
    own = select_spend(
        case.own("spend"),
        [f"{name}_gross" for name in CATEGORIES],
        [BEFORE, *years] if years[0] == FIRST_YEAR else years,
    )
    if own.loc[own["time_period"] != BEFORE, "value"].isna().all():
        return summarise_nothing(case)
    mix = pivot_mix(case, own)
    unit = choose_unit(mix.drop(columns="year").sum(axis="columns"))
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.3), layout="constrained")
        axes = figure.subplots()
        top = draw_bars(axes, mix, unit)
        arrange_axes(axes, mix, top)
        axes.set_ylabel(f"{unit.name}, {case.price_base} prices")
        label_bars(axes, mix, unit)
    title, caption, table = title_mix(case, mix), caption_mix(case, own, unit), tabulate_mix(mix, unit)
    alt = f"Stacked bars of {case.spoken}’s real gross spend by category. {describe_table(table)}"
    return FigureExhibit(figure, "fig-spend-mix", title, caption, alt, table)


def pivot_mix(case: Case, own: pd.DataFrame) -> pd.DataFrame:
    """Return real spend in pounds: a row a financial year with its year, a column a category."""
    prices = choose_prices(case)
    real = to_real_terms(own, prices.table, prices.base, prices.index)
    real = real.assign(category=real["measure"].str.removesuffix("_gross"))
    mix = real.pivot(index=["time_period", "year"], columns="category", values="real_value").reset_index("year")
    return mix[["year", *list_categories(mix)]].rename_axis(columns=None)


def list_categories(mix: pd.DataFrame) -> list[str]:
    """List the categories that a mix has."""
    return [name for name in CATEGORIES if name in mix.columns]


def draw_bars(axes: Axes, mix: pd.DataFrame, unit: Unit) -> float:
    """Draw a bar a year, the largest category at the bottom, with shares and totals; return the highest."""
    categories = list_categories(mix)
    total = mix[categories].sum(axis="columns")
    floor, peak = pd.Series(0.0, index=mix.index), float(total.max()) / unit.pounds
    text: dict[str, Any] = {"ha": "center", "fontsize": SMALLEST}
    for name in categories:
        height = mix[name].fillna(0) / unit.pounds
        look: dict[str, Any] = {"edgecolor": "white", "lw": 0.7}
        look = {"edgecolor": "#777777", "hatch": "////", "lw": 0.5} if name == "strategy" else look
        axes.bar(mix["year"], height, bottom=floor, width=0.78, color=COLOURS[name], **look)
        for year, base, tall, share in zip(mix["year"], floor, height, mix[name] / total, strict=True):
            if share > 0.075 and tall > 0.035 * peak:
                ink = choose_ink(COLOURS[name])
                axes.text(year, base + tall / 2, f"{share:.0%}", color=ink, va="center", **text)
        floor = floor + height
    lacking = mix[categories].drop(columns="strategy", errors="ignore").isna().any(axis="columns")
    for year, top, partial in zip(mix["year"], floor, lacking, strict=True):
        amount = unit.write(top * unit.pounds)
        axes.text(year, top, f"({amount})" if partial else amount, color=INK, va="bottom", **text)
    return float(floor.max())


def arrange_axes(axes: Axes, mix: pd.DataFrame, top: float) -> None:
    """Set the axes' limits and years, and mark the break after 2011-12."""
    mark_years(axes, mix["year"].tolist(), mix.index.tolist())
    axes.set_xlim(mix["year"].iloc[0] - 0.5, mix["year"].iloc[-1] + 0.5)
    axes.set_ylim(0, top * 1.07)
    if mix.index[0] == BEFORE and len(mix) > 1:
        mark_break(axes, SPLICE, "different", "these categories")


def label_bars(axes: Axes, mix: pd.DataFrame, unit: Unit) -> None:
    """Name the categories at the last bar; above them, with a swatch, those that it does not have."""
    last, spent = mix.iloc[-1], [name for name in list_categories(mix) if (mix[name] > 0).any()]
    categories = [name for name in spent if last[name] > 0]
    heights = last[categories].astype(float) / unit.pounds
    middles = heights.cumsum() - heights / 2
    figure: Any = axes.figure
    inches = figure.get_figheight() * axes.get_position().height
    gap = axes.get_ylim()[1] * 8.6 / 72 / inches
    right, space = float(last["year"]) + 0.39, 0.035 * (len(mix) + 0.5)
    places = spread_apart(middles.tolist(), gap)
    text: dict[str, Any] = {"va": "center", "fontsize": SMALLEST, "annotation_clip": False}
    for name, middle, height in zip(categories, middles, places, strict=True):
        line = {"arrowstyle": "-", "color": "#9A9A9A", "lw": 0.5, "shrinkA": 0, "shrinkB": 0}
        at = (right + space, height)
        axes.annotate(GROUPS[name], (right, middle), at, arrowprops=line, color=INK, ha="left", **text)
    for number, name in enumerate([name for name in spent if name not in categories], 2):
        at = (right + space, places[-1] + number * gap)
        swatch, ink = ("▨", INK) if name == "strategy" else ("■", COLOURS[name])
        axes.annotate(swatch, at, (0, 0), color=ink, textcoords="offset points", **text)
        axes.annotate(GROUPS[name], at, (9, 0), color=INK, textcoords="offset points", **text)


def title_mix(case: Case, mix: pd.DataFrame) -> str:
    """State the share of children looked after in the first and last year of today's categories."""
    here = mix[mix.index != BEFORE]
    share = (here["looked_after"] / here[list_categories(here)].sum(axis="columns")).dropna()
    text = (
        f"Children looked after took {format_part(share.iloc[-1])} of {case.spoken}’s gross spend in {share.index[-1]}"
    )
    return text if len(share) == 1 else f"{text}, {format_part(share.iloc[0])} in {share.index[0]}"


def caption_mix(case: Case, own: pd.DataFrame, unit: Unit) -> str:
    """Explain the bars and missing categories and cite the source."""
    why = explain_missing(case, "spend", own)
    rows = own.loc[why.index]
    named = rows["measure"].str.removesuffix("_gross").map(GROUPS) + " " + rows["time_period"]
    reasons = [f"{', '.join(group)}: {reason}" for reason, group in named.groupby(why, sort=False)]
    missing = f" No value for {'; '.join(reasons)}; sums without it are in brackets." if reasons else ""
    years = list_cautioned(case, "spend", "total_gross", own["time_period"])
    cautions = f" Treat {list_words(years)} with caution, as explained below." if years else ""
    before = " To 2011-12 the categories were different." if BEFORE in set(own["time_period"]) else ""
    return (
        f"Gross, {unit.name} in {format_prices(case)}. In the bars: shares; above them: totals.{before} A jump between "
        f"categories may be one of accounts.{missing}{cautions} {credit(cite(own, most=1))}."
    )


def tabulate_mix(mix: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    """Return the categories as a table: a row a year, in real terms."""
    table = (mix.drop(columns="year") / unit.pounds).round(2)
    table = table.rename(columns={name: f"{GROUPS[name]}, {unit.name}" for name in table.columns})
    return table.rename_axis("Financial year").reset_index()
