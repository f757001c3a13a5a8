"""Spend per child by category of section 251, compared with England's."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.spend import gather_mix
from lewisham_study.display.common import charts
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, paint_widths
from lewisham_study.display.common.lines import set_panels
from lewisham_study.display.common.phrases import begin_sentence
from lewisham_study.display.common.style import HERE, PAGE_WIDTH
from lewisham_study.display.spend.amounts import POUNDS, Unit, choose_unit, format_part, format_prices

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
LOOKS: dict[str, dict[str, Any]] = {
    "own": {"color": HERE, "lw": 2.0, "marker": "o", "markersize": 3},
    "England": {key: charts.LOOKS["England"][key] for key in ("color", "lw", "ls")},
}


def draw_mix(case: Case) -> FigureExhibit | None:
    """Draw the authority's real gross spend per child by category, each from zero, with England's; None without any.

    Where no children of the authority are held, its spend in total is drawn without England's.
    """
    mix = gather_mix(case)
    if mix["own_value"].isna().all():
        return None
    whole = bool(mix["own"].isna().all())
    column, unit = ("own_value", choose_unit(mix["own_value"])) if whole else ("own", POUNDS)
    categories = [name for name in GROUPS if (mix.loc[mix["category"] == name, column] > 0).any()]
    figure, narrow = paint_widths(lambda width: paint_mix(case, mix, categories, column, unit, width))
    what = begin_sentence(unit.name) if whole else "£ per child"
    sources = credit_releases(mix["source_id"].dropna())
    scale = "each panel has its own scale, from zero. A jump may be one of accounts."
    caption = f"{what}, {format_prices(case)}; {scale} {sources}"
    alt, table = describe_mix(case, mix, categories, column, unit), tabulate_mix(case, mix, unit, column)
    return FigureExhibit(figure, "fig-spend-mix", title_mix(case, mix), caption, alt, table, narrow=narrow)


def paint_mix(case: Case, mix: pd.DataFrame, categories: list[str], column: str, unit: Unit, width: float) -> Figure:
    """Draw the panels at a width: four in a row, or two on a phone."""
    phone = width < PAGE_WIDTH
    figure = Figure(figsize=(width, 5.6 if phone else 3.5))
    panels = list(figure.subplots(*((4, 2) if phone else (2, 4)), sharex=True).flat)
    for axes, name in zip(panels, categories, strict=False):
        draw_category(axes, mix[mix["category"] == name], name, column, unit)
    for axes in panels[len(categories) :]:
        axes.set_axis_off()
    england = {"England": LOOKS["England"]} if column == "own" else {}
    charts.draw_legend(figure, {case.label: LOOKS["own"], **england}, 2)
    set_panels(figure, bottom=0.25, top=0.4, between=0.32)
    return figure


def draw_category(axes: Axes, rows: pd.DataFrame, name: str, column: str, unit: Unit) -> None:
    """Draw one category: England's line, the authority's, and their last values."""
    lines = [charts.NamedLine("", "own", rows, column)]
    lines += [charts.NamedLine("", "England", rows, "england")] if column == "own" else []
    charts.draw_named_lines(axes, lines, LOOKS)
    years, names = rows["year"].tolist(), rows["time_period"].tolist()
    axes.set_title(GROUPS[name].capitalize(), loc="left", fontsize=8)
    axes.set_xticks([years[0], years[-1]], [names[0][2:], names[-1][2:]])
    axes.set_xlim(years[0] - 0.4, years[-1] + 0.4)
    axes.set_ylim(0, max(axes.get_ylim()[1], 1e-9))
    sign = "£" if unit is POUNDS else ""
    axes.yaxis.set_major_formatter(lambda pounds, _: f"{sign}{pounds / unit.pounds:,g}")
    axes.locator_params(axis="y", nbins=4)
    charts.label_lines(axes, lines, unit.write, looks=LOOKS)


def title_mix(case: Case, mix: pd.DataFrame) -> str:
    """State the share of children looked after in the last year, next to England's."""
    last = mix[mix["time_period"] == mix.dropna(subset="own_value")["time_period"].max()].set_index("category")
    share, england = (last.loc["looked_after", name] / last[name].sum() for name in ("own_value", "england"))
    year = last["time_period"].iloc[0]
    if pd.isna(share):
        return f"Gross spend of {case.spoken} by category, to {year}"
    text = f"Children looked after took {format_part(share)} of {case.spoken}’s gross spend in {year}"
    return text if pd.isna(england) else f"{text}; in England {format_part(england)}"


def describe_mix(case: Case, mix: pd.DataFrame, categories: list[str], column: str, unit: Unit) -> str:
    """Describe the first and last value of each category, the authority's and England's."""
    parts = []
    for name in categories:
        known = mix[mix["category"] == name].dropna(subset=column)
        first, last = known.iloc[0], known.iloc[-1]
        text = f"{first['time_period']} {unit.write(first[column])}, {last['time_period']} {unit.write(last[column])}"
        england = f" (England {unit.write(last['england'])})" if column == "own" else ""
        parts.append(f"{GROUPS[name]}: {text}{england}")
    what = "per child" if column == "own" else "in total"
    return f"Panels of {case.spoken}’s real gross spend {what} by category, {unit.name}. {'; '.join(parts)}."


def tabulate_mix(case: Case, mix: pd.DataFrame, unit: Unit, column: str) -> pd.DataFrame:
    """Return the categories as a table: a row a year and category, with every line drawn."""
    per = f"{unit.name} per child" if column == "own" else unit.name
    table = pd.DataFrame(
        {
            "Financial year": mix["time_period"],
            "Category": mix["category"].map(GROUPS),
            f"{case.label}, {per}": (mix[column] / unit.pounds).round(2),
            f"England, {per}": mix["england"].round(2) if column == "own" else None,
            f"Source, {case.label}": mix["source_id"] + ", " + mix["locator"],
        }
    )
    return table.dropna(axis="columns", how="all").sort_values(["Category", "Financial year"], ignore_index=True)
