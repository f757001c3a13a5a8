"""Spend per child in real terms, compared with all authorities."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.rates import compute_quartiles
from lewisham_study.analysis.spend import Amounts, gather_amounts
from lewisham_study.display.common import cautions, charts
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, paint_widths
from lewisham_study.display.common.lines import draw_band, label_first_last
from lewisham_study.display.common.phrases import name_extremes, name_median
from lewisham_study.display.common.style import set_margins
from lewisham_study.display.spend.amounts import (
    choose_span,
    format_more,
    format_pounds,
    mark_years,
    note_break,
)

COLUMN, UNIT = "real_per_child", "£ per child"
OUTER, INNER = "#EFEFEF", "#DADADA"


def draw_per_child(case: Case) -> FigureExhibit | None:
    """Draw the authority's spend per child within the bands of all authorities; None without spend or children."""
    amounts = gather_amounts(case)
    if amounts.own[COLUMN].isna().all():
        return None
    cautioned = cautions.list_cautioned_years(case, "spend", "total_gross", amounts.own, COLUMN)
    spread = compute_quartiles(amounts.every, COLUMN)
    lines = [
        charts.NamedLine(case.label, "own", amounts.own, COLUMN),
        charts.NamedLine(name_median(case), "median", compute_quartiles(amounts.others, COLUMN), "median"),
        charts.NamedLine(case.region, "region", amounts.region, COLUMN),
        charts.NamedLine("England", "England", amounts.england, COLUMN),
    ]

    def paint(width: float) -> Figure:
        figure = Figure(figsize=(width, 2.87))
        axes = figure.subplots()
        set_margins(figure, left=0.7, right=1.2, bottom=0.25, top=0.08)
        draw_band(axes, spread, "fifth", "ninety_fifth", color=OUTER, zorder=0.5)
        draw_band(axes, spread, "lower_quartile", "upper_quartile", color=INNER, zorder=0.6)
        charts.draw_named_lines(axes, lines)
        label_first_last(axes, amounts.own, COLUMN, format_pounds, last=False)
        mark_years(axes, amounts.england["year"].tolist(), amounts.england["time_period"].tolist(), width)
        axes.yaxis.set_major_formatter(lambda value, _: format_pounds(value))
        axes.set_ylabel(f"Per child aged 0 to 17, {case.price_base} prices")
        cautions.mark_cautions(axes, amounts.own, COLUMN, cautioned)
        charts.label_lines(axes, lines, format_pounds, fit=True)
        return figure

    figure, narrow = paint_widths(paint)
    title = title_per_child(case, amounts, cautioned)
    caption = caption_per_child(case, amounts, cautioned)
    table = tabulate_per_child(case, lines, spread, cautioned)
    described = charts.describe_table(table.iloc[:, :5], UNIT)
    alt = f"Real spend in pounds per child, with bands of all authorities. {described}"
    return FigureExhibit(figure, "fig-spend-per-child", title, caption, alt, table, narrow=narrow)


def title_per_child(case: Case, amounts: Amounts, cautioned: list[str]) -> str:
    """State spend per child in the last year, and its change."""
    known = amounts.own.dropna(subset=COLUMN)
    span = choose_span(case, known)
    last = known[known["time_period"] == (span[1] if span else known["time_period"].iloc[-1])].iloc[0]
    text = f"{case.opening} spent {format_pounds(last[COLUMN])} per child in {last['time_period']}"
    if span is None:
        return text
    first = known[known["time_period"] == span[0]].iloc[0]
    more = format_more(last[COLUMN] / first[COLUMN] - 1)
    extremes = name_extremes(known.set_index("time_period")[COLUMN], format_pounds, cautioned)
    return f"{text}, {more} in {first['time_period']} in real terms{extremes}"


def caption_per_child(case: Case, amounts: Amounts, cautioned: list[str]) -> str:
    """Explain the bands and cite the sources."""
    prices = case.tables["prices"]
    sources = [*case.own("population")["source_id"], *prices.loc[prices["index_name"] == case.deflator, "source_id"]]
    return (
        "Gross. Bands: middle half and nine tenths of authorities. The axis starts above zero."
        f"{cautions.note_open_marks(cautioned)}{note_break(case, amounts.own.dropna(subset=COLUMN))} "
        f"{credit(cite_releases([*amounts.own['source_id'], *sources]))}."
    )


def tabulate_per_child(
    case: Case, lines: list[charts.NamedLine], spread: pd.DataFrame, cautioned: list[str]
) -> pd.DataFrame:
    """Return the lines and bands as a table: a row a year, pounds per child."""
    names = {"Lower quartile": "lower_quartile", "Median": "median", "Upper quartile": "upper_quartile"}
    names |= {"Fifth percentile": "fifth", "95th percentile": "ninety_fifth", "Lowest": "low", "Highest": "high"}
    bands = [charts.NamedLine(name, "", spread, column) for name, column in names.items()]
    table = charts.tabulate_lines([*lines, *bands], "Financial year", UNIT)
    table[f"Caution, {case.label}"] = cautions.mark_years_unsure(table["Financial year"], cautioned)
    return table.round(0)
