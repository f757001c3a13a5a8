"""What money was spent on: the categories of section 251, year by year."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.rates import to_real_terms
from lewisham_study.analysis.spend import CATEGORIES, select_spend
from lewisham_study.display.common.cautions import explain_missing, list_cautioned
from lewisham_study.display.common.citations import cite, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.lines import mark_break, spread_apart
from lewisham_study.display.common.phrases import list_words
from lewisham_study.display.common.style import INK, PAGE_WIDTH, SMALLEST, choose_ink, drawing
from lewisham_study.display.spend.amounts import (
    FIRST_YEAR,
    Unit,
    choose_prices,
    choose_unit,
    format_part,
    format_prices,
    list_window,
    summarise_nothing,
)
from lewisham_study.display.spend.per_child import mark_years

GROUPS = {
    "looked_after": "children looked after",
    "safeguarding": "safeguarding",
    "family_support": "family support",
    "young_people": "young people",
    "youth_justice": "youth justice",
    "sure_start": "under-fives",
    "strategy": "strategy (to 2011-12)",
    "other": "other",
}
COLOURS = {
    "looked_after": "#12436D",
    "safeguarding": "#28A197",
    "family_support": "#801650",
    "young_people": "#F46A25",
    "youth_justice": "#3D3D3D",
    "sure_start": "#A285D1",
    "strategy": "#FFFFFF",
    "other": "#CFCFCF",
}
BEFORE = "2011-12"
SPLICE = 2011.5


def draw_mix(case: Case) -> FigureExhibit | Prose:
    """Draw the authority's gross spend by category, in real terms.

    Returns
    -------
    FigureExhibit or Prose
        Stacked bars; where the window begins in 2012-13 the year before stands beyond a break, for its
        categories were drawn otherwise. Prose where the authority has no categories in the window.
    """
    years = list_window(case)
    if years[0] == FIRST_YEAR:
        years = [BEFORE, *years]
    spend = case.tables["spend"]
    names = [f"{name}_gross" for name in CATEGORIES]
    own = select_spend(spend[spend["la_code"] == case.la_code], names, years)
    if own.loc[own["time_period"] != BEFORE, "value"].isna().all():
        return summarise_nothing(case)
    prices = choose_prices(case)
    real = to_real_terms(own, prices.table, prices.base, prices.index)
    real = real.assign(category=real["measure"].str.removesuffix("_gross"))
    mix = real.pivot(index=["time_period", "year"], columns="category", values="real_value").reset_index("year")
    mix = mix[["year", *(name for name in CATEGORIES if name in mix.columns)]].rename_axis(columns=None)
    unit = choose_unit(mix.drop(columns="year").sum(axis="columns"))
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.3), layout="constrained")
        axes = figure.subplots()
        draw_bars(axes, mix, unit, case.price_base)
        label_bars(axes, mix, unit)
    return FigureExhibit(
        figure,
        "fig-spend-mix",
        title_mix(case, mix),
        caption_mix(case, own, unit),
        describe_mix(case, mix, unit),
        tabulate_mix(mix, unit),
    )


def draw_bars(axes: Axes, mix: pd.DataFrame, unit: Unit, price_base: str) -> None:
    """Draw a bar a year, the largest category at the bottom, with its share in it."""
    categories = [name for name in CATEGORIES if name in mix.columns]
    total = mix[categories].sum(axis="columns")
    floor, peak = pd.Series(0.0, index=mix.index), float(total.max()) / unit.pounds
    for name in categories:
        height = mix[name].fillna(0) / unit.pounds
        plain: dict[str, Any] = {"edgecolor": "white", "lw": 0.7}
        look = {"edgecolor": "#777777", "hatch": "////", "lw": 0.5} if name == "strategy" else plain
        axes.bar(mix["year"], height, bottom=floor, width=0.78, color=COLOURS[name], **look)
        for year, base, tall, share in zip(mix["year"], floor, height, mix[name] / total, strict=True):
            if share > 0.075 and tall > 0.035 * peak:
                ink: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": SMALLEST}
                axes.text(year, base + tall / 2, f"{share:.0%}", color=choose_ink(COLOURS[name]), **ink)
        floor = floor + height
    lacking = mix[[name for name in categories if name != "strategy"]].isna().any(axis="columns")
    for year, top, partial in zip(mix["year"], floor, lacking, strict=True):
        text = unit.write(top * unit.pounds)
        above: dict[str, Any] = {"ha": "center", "va": "bottom", "fontsize": SMALLEST, "color": INK}
        axes.text(year, top, f"({text})" if partial else text, **above)
    mark_years(axes, mix["year"].tolist(), mix.index.tolist())
    axes.set_xlim(mix["year"].iloc[0] - 0.5, mix["year"].iloc[-1] + 0.5)
    axes.set_ylim(0, float(floor.max()) * 1.07)
    axes.set_ylabel(f"{unit.name}, {price_base} prices")
    if mix.index[0] == BEFORE and len(mix) > 1:
        mark_break(axes, SPLICE, "other", "these categories")


def label_bars(axes: Axes, mix: pd.DataFrame, unit: Unit) -> None:
    """Name the categories beside the last bar; above them, with a swatch, those that it does not have."""
    last, spent = mix.iloc[-1], [name for name in CATEGORIES if name in mix.columns and (mix[name] > 0).any()]
    categories = [name for name in spent if last[name] > 0]
    heights = last[categories].astype(float) / unit.pounds
    middles = heights.cumsum() - heights / 2
    figure: Any = axes.figure
    inches = figure.get_figheight() * axes.get_position().height
    gap = axes.get_ylim()[1] * 8.6 / 72 / inches
    right, space = float(last["year"]) + 0.39, 0.035 * (len(mix) + 0.5)
    places = spread_apart(middles.tolist(), gap)
    for name, middle, height in zip(categories, middles, places, strict=True):
        line = {"arrowstyle": "-", "color": "#9A9A9A", "lw": 0.5, "shrinkA": 0, "shrinkB": 0}
        place: dict[str, Any] = {"va": "center", "ha": "left", "fontsize": SMALLEST, "annotation_clip": False}
        axes.annotate(GROUPS[name], (right, middle), (right + space, height), arrowprops=line, color=INK, **place)
    for number, name in enumerate([name for name in spent if name not in categories], 2):
        height = places[-1] + number * gap
        swatch = ("▨", INK) if name == "strategy" else ("■", COLOURS[name])
        for text, ink, shift in ((*swatch, 0), (GROUPS[name], INK, 9)):
            beside: dict[str, Any] = {"textcoords": "offset points", "va": "center", "fontsize": SMALLEST, "color": ink}
            axes.annotate(text, (right + space, height), (shift, 0), annotation_clip=False, **beside)


def title_mix(case: Case, mix: pd.DataFrame) -> str:
    """State the finding: the share of children looked after in the first and last year of one grouping."""
    here = mix[mix.index != BEFORE]
    categories = [name for name in CATEGORIES if name in here.columns]
    share = (here["looked_after"] / here[categories].sum(axis="columns")).dropna()
    text = (
        f"Children looked after took {format_part(share.iloc[-1])} of {case.spoken}’s gross spend in {share.index[-1]}"
    )
    return text if len(share) == 1 else f"{text}, {format_part(share.iloc[0])} in {share.index[0]}"


def caption_mix(case: Case, own: pd.DataFrame, unit: Unit) -> str:
    """Say how to read the bars, and which categories are missing."""
    why = explain_missing(case, "spend", own)
    rows = own.loc[why.index]
    named = rows["measure"].str.removesuffix("_gross").map(GROUPS) + " " + rows["time_period"]
    told = [f"{', '.join(group)}: {reason}" for reason, group in named.groupby(why, sort=False)]
    missing = f" No value for {'; '.join(told)}; sums without it stand in brackets." if told else ""
    light = list_cautioned(case, "spend", "total_gross", own["time_period"])
    lean = f" Lean lightly on {list_words(light)}, as told below." if light else ""
    before = (
        " To 2011-12 the categories were others, so that year stands apart."
        if BEFORE in set(own["time_period"])
        else ""
    )
    return (
        f"Gross spend, section 251 outturn, {unit.name} in {format_prices(case)}; numbers in the bars are shares, those "
        f"above them totals.{before} What counts as a category moves in smaller ways too, so a jump from one to "
        f"another may be one of accounts.{missing}{lean} {credit(cite(own, most=1))}."
    )


def describe_mix(case: Case, mix: pd.DataFrame, unit: Unit) -> str:
    """Describe the bars: the amount of every category, year by year."""
    told = []
    for year, row in mix.iterrows():
        known = row.drop("year").dropna()
        told.append(
            f"{year}: " + ", ".join(f"{GROUPS[str(name)]} {unit.write(value)}" for name, value in known.items())
        )
    return f"Stacked bars of {case.spoken}’s real gross spend by category, {unit.name}. {'; '.join(told)}."


def tabulate_mix(mix: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    """Give the categories as a table: a row a year, in real terms."""
    table = (mix.drop(columns="year") / unit.pounds).round(2)
    table = table.rename(columns={name: f"{GROUPS[name]}, {unit.name}" for name in table.columns})
    return table.rename_axis("Financial year").reset_index()
