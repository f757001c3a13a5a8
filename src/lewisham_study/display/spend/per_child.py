"""Spend per child in real terms, compared with all authorities."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.cautions import compare_medians
from lewisham_study.analysis.rates import compute_quartiles
from lewisham_study.analysis.spend import Amounts, gather_amounts
from lewisham_study.display.common import cautions, charts
from lewisham_study.display.common.citations import cite, cite_releases
from lewisham_study.display.common.exhibit import FigureExhibit
from lewisham_study.display.common.lines import draw_band, label_first_last
from lewisham_study.display.common.phrases import format_no_comparators, name_comparators, name_extremes
from lewisham_study.display.common.style import PAGE_WIDTH, drawing
from lewisham_study.display.spend.amounts import (
    choose_span,
    format_more,
    format_pounds,
    format_prices,
    mark_years,
    note_break,
)

COLUMN = "real_per_child"
OUTER, INNER = "#EFEFEF", "#DADADA"
FEW = 3000
"""With fewer children than this, one placement can move spend per child."""


def draw_per_child(case: Case) -> FigureExhibit | None:
    """Draw the authority's spend per child within the bands of all authorities; None without spend or children."""
    amounts = gather_amounts(case)
    if amounts.own[COLUMN].isna().all():
        return None
    cautioned = cautions.list_cautioned_years(case, "spend", "total_gross", amounts.own, COLUMN)
    spread = compute_quartiles(amounts.every, COLUMN)
    lines = [
        charts.NamedLine(case.label, "own", amounts.own, COLUMN),
        charts.NamedLine(charts.MEDIAN_NAME, "median", compute_quartiles(amounts.others, COLUMN), "median"),
        charts.NamedLine(case.region, "region", amounts.region, COLUMN),
        charts.NamedLine("England", "England", amounts.england, COLUMN),
    ]
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.4), layout="constrained")
        axes = figure.subplots()
        draw_band(axes, spread, "fifth", "ninety_fifth", color=OUTER, zorder=0.5)
        draw_band(axes, spread, "lower_quartile", "upper_quartile", color=INNER, zorder=0.6)
        charts.draw_named_lines(axes, lines)
        label_first_last(axes, amounts.own, COLUMN, format_pounds, last=False)
        mark_years(axes, amounts.england["year"].tolist(), amounts.england["time_period"].tolist())
        axes.yaxis.set_major_formatter(lambda value, _: format_pounds(value))
        axes.set_ylabel(f"Per child aged 0 to 17, {case.price_base} prices")
        cautions.mark_cautions(axes, amounts.own, COLUMN, cautioned)
        charts.label_lines(axes, lines, format_pounds)
    title = title_per_child(case, amounts, cautioned)
    caption = caption_per_child(case, amounts, spread.iloc[-1], cautioned)
    table = tabulate_per_child(lines, spread)
    alt = f"Real spend in pounds per child, with bands of all authorities. {charts.describe_table(table.iloc[:, :5])}"
    return FigureExhibit(figure, "fig-spend-per-child", title, caption, alt, table)


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


def caption_per_child(case: Case, amounts: Amounts, last: pd.Series, cautioned: list[str]) -> str:
    """Explain the bands and lines and cite the sources."""
    compared = f"Dashed green: the median of {name_comparators(case)}."
    if amounts.others.empty:
        compared = format_no_comparators(case)
    few, most = amounts.own["children"].min(), amounts.own["children"].max()
    small = f" It has at most {most:,.0f} children: one placement moves the line." if few < FEW else ""
    peers = cautions.list_cautioned_peers(case, "spend", "total_gross", amounts.others, COLUMN)
    moved = cautions.summarise_medians(compare_medians(amounts.others, peers, COLUMN), format_pounds)
    prices = case.tables["prices"]
    sources = [*case.own("population")["source_id"], *prices.loc[prices["index_name"] == case.deflator, "source_id"]]
    return (
        f"Gross, in {format_prices(case)}. Dark band: the middle half of all authorities (in {last['time_period']} "
        f"{format_pounds(last['lower_quartile'])} to {format_pounds(last['upper_quartile'])}); light band: the middle "
        f"nine tenths (all: {format_pounds(last['low'])} to {format_pounds(last['high'])}). {compared} The axis does "
        f"not start at zero.{small}{note_break(case, amounts.own.dropna(subset=COLUMN))}"
        f"{cautions.note_open_marks(cautioned)}"
        f"{cautions.note_cautioned(peers, moved, 'Not drawn')} {case.label}: {cite(amounts.own, most=1)}; children and "
        f"prices: {cite_releases(sources)}."
    )


def tabulate_per_child(lines: list[charts.NamedLine], spread: pd.DataFrame) -> pd.DataFrame:
    """Return the lines and bands as a table: a row a year, pounds per child."""
    names = {"Lower quartile": "lower_quartile", "Median": "median", "Upper quartile": "upper_quartile"}
    names |= {"Lowest": "low", "Highest": "high"}
    bands = [charts.NamedLine(name, "", spread, column) for name, column in names.items()]
    table = charts.tabulate_lines([*lines, *bands], "Financial year").set_index("Financial year")
    return table.round(0).astype("Int64").reset_index()
