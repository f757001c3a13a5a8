"""Spend per child in real terms: one authority within the frame of all."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.cautions import compare_medians
from lewisham_study.analysis.spend import compute_spend_quartiles
from lewisham_study.display.common.cautions import (
    find_cautioned,
    list_cautioned,
    mark_cautions,
    note_cautioned,
    note_open_marks,
    summarise_medians,
)
from lewisham_study.display.common.citations import cite, cite_releases
from lewisham_study.display.common.exhibit import FigureExhibit
from lewisham_study.display.common.lines import End, draw_band, draw_line, label_ends, label_first_last
from lewisham_study.display.common.phrases import format_no_comparators, name_comparators, name_extremes
from lewisham_study.display.common.style import HERE, PAGE_WIDTH, REFERENCE, SECOND, SMALLEST, THIRD, drawing
from lewisham_study.display.spend.amounts import Amounts, format_more, format_pounds, format_prices, gather_amounts

COLUMN = "real_per_child"
OUTER, INNER = "#EFEFEF", "#DADADA"


def draw_per_child(case: Case) -> FigureExhibit | None:
    """Draw the authority's spend per child within the spread of all authorities.

    Returns
    -------
    FigureExhibit or None
        Bands of the middle nine tenths and the middle half, medians, region and England. None where the
        authority has no spend, or no children to divide it by: the sentence above it says so.
    """
    amounts = gather_amounts(case)
    if amounts.own[COLUMN].isna().all():
        return None
    spread, compared = compute_spend_quartiles(amounts.every), compute_spend_quartiles(amounts.others)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.4), layout="constrained")
        axes = figure.subplots()
        draw_frame(axes, amounts, spread, compared, case.price_base)
        mark_cautions(axes, amounts.own, COLUMN, list_cautioned_years(case, amounts))
        label_ends(axes, list_ends(case, amounts, compared))
    return FigureExhibit(
        figure,
        "fig-spend-per-child",
        title_per_child(case, amounts),
        caption_per_child(case, amounts, spread),
        describe_per_child(case, amounts, spread, compared),
        tabulate_per_child(case, amounts, spread, compared),
    )


def draw_frame(axes: Axes, amounts: Amounts, spread: pd.DataFrame, compared: pd.DataFrame, price_base: str) -> None:
    """Draw the bands, the lines for reference, and the authority."""
    draw_band(axes, spread, "fifth", "ninety_fifth", color=OUTER, zorder=0.5)
    draw_band(axes, spread, "lower_quartile", "upper_quartile", color=INNER, zorder=0.6)
    draw_line(axes, compared, "median", color=SECOND, lw=1.3, ls=(0, (4, 1.5)), alone="D", zorder=3)
    draw_line(axes, amounts.region, COLUMN, color=THIRD, lw=1.3, ls=(0, (1, 1.2)), alone="^", zorder=3)
    draw_line(axes, amounts.england, COLUMN, color=REFERENCE, lw=1.3, ls=(0, (6, 1.5, 1, 1.5)), alone="s", zorder=3)
    draw_line(axes, amounts.own, COLUMN, color=HERE, lw=2.2, marker="o", markersize=4, zorder=4)
    label_first_last(axes, amounts.own, COLUMN, format_pounds, last=False)
    years = amounts.england["year"].tolist()
    mark_years(axes, years, amounts.england["time_period"].tolist())
    axes.yaxis.set_major_formatter(lambda value, _: format_pounds(value))
    axes.set_ylabel(f"Per child aged 0 to 17, {price_base} prices")


def list_cautioned_years(case: Case, amounts: Amounts) -> list[str]:
    """List the financial years with a value whose total carries a caution."""
    return list_cautioned(case, "spend", "total_gross", amounts.own.dropna(subset=COLUMN)["time_period"])


def list_cautioned_peers(case: Case, amounts: Amounts, column: str) -> pd.DataFrame:
    """List the comparators' totals that carry a caution."""
    return find_cautioned(case, "spend", "total_gross", amounts.others.dropna(subset=column))


def mark_years(axes: Axes, years: list[int], names: list[str]) -> None:
    """Mark financial years below an axis: in short (`12-13`) where they are many."""
    axes.set_xticks(years, [name[2:] if len(years) > 5 else name for name in names])
    axes.set_xlim(years[0] - 0.35, years[-1] + 0.35)
    if len(years) > 10:
        axes.tick_params(axis="x", labelsize=SMALLEST)


def list_ends(case: Case, amounts: Amounts, compared: pd.DataFrame) -> list[End]:
    """List the names of the lines, at their last points."""
    named = [
        (case.label, amounts.own, COLUMN, HERE, "bold"),
        ("England", amounts.england, COLUMN, REFERENCE, "normal"),
        (case.region, amounts.region, COLUMN, THIRD, "normal"),
        ("comparators, median", compared, "median", SECOND, "normal"),
    ]
    ends = []
    for name, line, column, colour, weight in named:
        known = line.dropna(subset=column)
        if len(known):
            last = known.iloc[-1]
            name = f"{name} {format_pounds(last[column])}" if line is amounts.own else name
            ends.append(End(name, float(last["year"]), float(last[column]), colour, weight))
    return ends


def title_per_child(case: Case, amounts: Amounts) -> str:
    """State the finding: spend per child in the last year, and its change."""
    known = amounts.own.dropna(subset=COLUMN)
    first, last = known.iloc[0], known.iloc[-1]
    text = f"{case.opening} spent {format_pounds(last[COLUMN])} per child in {last['time_period']}"
    if len(known) > 1:
        more = format_more(last[COLUMN] / first[COLUMN] - 1)
        text += f", {more} in {first['time_period']} in real terms"
        path = known.set_index("time_period")[COLUMN]
        text += name_extremes(path, format_pounds, list_cautioned_years(case, amounts))
    return text


def caption_per_child(case: Case, amounts: Amounts, spread: pd.DataFrame) -> str:
    """Say how to read the frame and where the amounts come from."""
    others = f"Dashed green: the median of {name_comparators(case)}." if len(amounts.others) else ""
    last, few = spread.iloc[-1], amounts.own["children"].min()
    small = (
        f" It has at most {amounts.own['children'].max():,.0f} children: one placement moves the line."
        if few < 3000
        else ""
    )
    light = list_cautioned_peers(case, amounts, COLUMN)
    moved = summarise_medians(compare_medians(amounts.others, light, COLUMN), format_pounds)
    hollow = note_open_marks(list_cautioned_years(case, amounts)) + note_cautioned(light, moved, "Not drawn")
    return (
        "Gross spend on children’s and young people’s services (section 251 outturn) per child aged 0 to 17 at the "
        f"middle of the year, in {format_prices(case)}. Dark band: the middle half of all authorities (in "
        f"{last['time_period']} {format_pounds(last['lower_quartile'])} to {format_pounds(last['upper_quartile'])}); "
        f"light band: the middle nine tenths (all: {format_pounds(last['low'])} to {format_pounds(last['high'])}). "
        f"{others or format_no_comparators(case)} England and region: the sum of authorities over their "
        "children. The scale does not begin at nought."
        f"{small}{hollow} {case.label}: {cite(amounts.own, most=1)}; children and prices: "
        f"{cite_releases(['ons-population-2024', *case.tables['prices']['source_id'].head(1)])}."
    )


def describe_per_child(case: Case, amounts: Amounts, spread: pd.DataFrame, compared: pd.DataFrame) -> str:
    """Describe the lines: spend per child of each, first and last year, and the middle half."""
    named = [(case.label, amounts.own, COLUMN), ("England", amounts.england, COLUMN)]
    named += [(case.region, amounts.region, COLUMN), ("median of comparators", compared, "median")]
    told = []
    for name, line, column in named:
        known = line.dropna(subset=column)
        if len(known):
            pairs = zip(known["time_period"], known[column], strict=True)
            told.append(f"{name}: " + ", ".join(f"{year} {format_pounds(value)}" for year, value in pairs))
    last = spread.iloc[-1]
    half = f"{format_pounds(last['lower_quartile'])} to {format_pounds(last['upper_quartile'])}"
    return f"Lines of real spend per child. {'; '.join(told)}. Middle half of all in {last['time_period']}: {half}."


def tabulate_per_child(case: Case, amounts: Amounts, spread: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """Give the lines and bands as a table: a row a year, pounds per child."""
    frame = spread.set_index("time_period")
    columns = {
        case.label: amounts.own.set_index("time_period")[COLUMN],
        "Median of comparators": compared.set_index("time_period")["median"],
        case.region: amounts.region.set_index("time_period")[COLUMN],
        "England": amounts.england.set_index("time_period")[COLUMN],
        "Lower quartile": frame["lower_quartile"],
        "Median": frame["median"],
        "Upper quartile": frame["upper_quartile"],
        "Lowest": frame["low"],
        "Highest": frame["high"],
    }
    return pd.DataFrame(columns).sort_index().round(0).astype("Int64").rename_axis("Financial year").reset_index()
