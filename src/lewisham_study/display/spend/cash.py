"""The authority's gross spend in cash and in real terms, on one axis from zero."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.spend import gather_amounts
from lewisham_study.display.common import cautions, charts
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, paint_widths
from lewisham_study.display.common.lines import End, draw_line, label_ends
from lewisham_study.display.common.style import HERE, SECOND, set_margins
from lewisham_study.display.spend.amounts import (
    Unit,
    choose_span,
    choose_unit,
    format_change,
    format_millions,
    format_prices,
    mark_years,
    note_break,
)


def draw_cash(case: Case) -> FigureExhibit | None:
    """Draw the authority's total gross spend in cash and in real terms; None where there is none."""
    own = gather_amounts(case).own
    if own["value"].isna().all():
        return None
    unit = choose_unit(own["real_value"].dropna())
    lines = [
        charts.NamedLine("Real terms", "own", own, "real_value"),
        charts.NamedLine("In cash", "median", own, "value"),
    ]
    cautioned = cautions.list_cautioned_years(case, "spend", "total_gross", own)

    def paint(width: float) -> Figure:
        figure = Figure(figsize=(width, 1.95))
        axes = figure.subplots()
        set_margins(figure, left=0.53, right=0.9, bottom=0.25, top=0.06)
        draw_line(axes, own, "value", color=SECOND, lw=1.6, ls=(0, (4, 1.5)), marker="s", markersize=3)
        draw_line(axes, own, "real_value", color=HERE, lw=2.2, marker="o", markersize=4)
        cautions.mark_cautions(axes, own, "real_value", cautioned)
        label_starts(axes, lines, unit)
        axes.set_ylim(0, float(own[["value", "real_value"]].max().max()) * 1.15)
        axes.yaxis.set_major_formatter(lambda pounds, _: f"{pounds / unit.pounds:,g}")
        axes.set_ylabel(f"{unit.name}, gross")
        mark_years(axes, own["year"].tolist(), own["time_period"].tolist(), width)
        label_ends(axes, list_ends(lines, unit), fit=True)
        return figure

    figure, narrow = paint_widths(paint)
    table = tabulate_cash(case, lines, unit, cautioned)
    alt = f"Gross spend of {case.spoken}, {unit.name}. {charts.describe_table(table.iloc[:, :3], unit.name)}"
    title, caption = title_cash(case, own), caption_cash(case, own, cautioned)
    return FigureExhibit(figure, "fig-spend-cash", title, caption, alt, table, narrow=narrow)


def label_starts(axes: Axes, lines: list[charts.NamedLine], unit: Unit) -> None:
    """Write the first value of the upper line above it, and of the lower line below it; of one year only the end."""
    for line, colour, (shift, side) in zip(lines, (HERE, SECOND), ((5, "bottom"), (-5, "top")), strict=True):
        known = line.figures.dropna(subset=line.value)
        if len(known) < 2:
            continue
        first = known.iloc[0]
        look: dict[str, Any] = {"textcoords": "offset points", "ha": "left", "va": side, "color": colour}
        axes.annotate(
            unit.write(first[line.value]), (first["year"], first[line.value]), (-3, shift), fontsize=7, **look
        )


def list_ends(lines: list[charts.NamedLine], unit: Unit) -> list[End]:
    """Name the lines at the right edge, with their last values."""
    last = [line.figures.dropna(subset=line.value).iloc[-1] for line in lines]
    return [
        End(f"{line.name} {unit.write(row[line.value])}", row["year"], row[line.value], colour, weight)
        for line, row, colour, weight in zip(lines, last, (HERE, SECOND), ("bold", "normal"), strict=True)
    ]


def title_cash(case: Case, own: pd.DataFrame) -> str:
    """State the change in cash and in real terms from the first year that can be compared; never across a break."""
    known = own.dropna(subset="value")
    span = choose_span(case, known)
    if span is None:
        last = known.iloc[-1]
        return f"{case.opening} spent {format_millions(last['value'])} gross in {last['time_period']}"
    first, last = (known[known["time_period"] == year].iloc[0] for year in span)
    cash, real = (format_change(last[column] / first[column] - 1) for column in ("value", "real_value"))
    real = real.removeprefix(f"{cash.partition(' ')[0]} ")
    return f"{case.opening}’s gross spend {cash} in cash and {real} in real terms from {span[0]} to {span[1]}"


def caption_cash(case: Case, own: pd.DataFrame, cautioned: list[str]) -> str:
    """Name the prices and the base, and cite the sources."""
    return (
        f"Section 251 outturn. Real terms: {format_prices(case)}.{cautions.note_open_marks(cautioned)}"
        f"{note_break(case, own.dropna(subset='value'))} {credit(cite_releases(own['source_id']))}."
    )


def tabulate_cash(case: Case, lines: list[charts.NamedLine], unit: Unit, cautioned: list[str]) -> pd.DataFrame:
    """Return both lines as a table: a row a year."""
    table = charts.tabulate_lines(lines, "Financial year", unit.name)
    for line in lines:
        table[f"{line.name}, {unit.name}"] = (table[f"{line.name}, {unit.name}"] / unit.pounds).round(2)
    table["Caution"] = cautions.mark_years_unsure(table["Financial year"], cautioned)
    return table.rename(columns={f"Source, {lines[0].name}": f"Source, {case.label}"})
