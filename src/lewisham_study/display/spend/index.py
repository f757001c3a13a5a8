"""Spend as it moved from a common start: one authority beside its comparators and England."""

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
    mark_cautioned_values,
    mark_cautions,
    note_cautioned,
    note_open_marks,
    summarise_medians,
)
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit
from lewisham_study.display.common.lines import End, draw_line, label_ends
from lewisham_study.display.common.phrases import format_no_comparators, list_words, name_comparators, name_extremes
from lewisham_study.display.common.style import FAINT, HERE, INK, PAGE_WIDTH, REFERENCE, SECOND, drawing
from lewisham_study.display.spend.amounts import Amounts, format_prices, gather_amounts
from lewisham_study.display.spend.per_child import mark_years

COLUMN = "index"


def draw_index(case: Case) -> FigureExhibit | None:
    """Draw real gross spend with the authority's first year as 100, beside its comparators and England.

    Returns
    -------
    FigureExhibit or None
        A line for each that has the first year too. None where the authority has fewer than two years: the
        table of growth says so.
    """
    amounts = gather_amounts(case)
    known = amounts.own.dropna(subset="value")
    if len(known) < 2:
        return None
    base = str(known["time_period"].iloc[0])
    own, others, england = (index_spend(rows, base) for rows in (amounts.own, amounts.others, amounts.england))
    median = compute_spend_quartiles(others, COLUMN)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.0), layout="constrained")
        axes = figure.subplots()
        draw_lines(axes, own, others, median, england)
        mark_cautions(axes, own, COLUMN, list_cautioned_years(case, own))
        mark_cautioned_values(axes, find_cautioned(case, "spend", "total_gross", others), COLUMN)
        label_ends(axes, list_ends(case, own, median, england))
    return FigureExhibit(
        figure,
        "fig-spend-index",
        title_index(case, own, median, england),
        caption_index(case, amounts, others, base),
        describe_index(case, own, median, england, base),
        tabulate_index(case, own, others, median, england),
    )


def list_cautioned_years(case: Case, own: pd.DataFrame) -> list[str]:
    """List the financial years whose total carries a caution."""
    return list_cautioned(case, "spend", "total_gross", own["time_period"])


def index_spend(figures: pd.DataFrame, base: str) -> pd.DataFrame:
    """Give real spend with a year as 100; who has no such year is left out."""
    key = "la_code" if "la_code" in figures else "new_la_code"
    first = figures[figures["time_period"] == base].set_index(key)["real_value"]
    return figures.assign(index=figures["real_value"] / figures[key].map(first) * 100).dropna(subset=COLUMN)


def draw_lines(
    axes: Axes, own: pd.DataFrame, others: pd.DataFrame, median: pd.DataFrame, england: pd.DataFrame
) -> None:
    """Draw the lines, faint ones first."""
    for _, other in others.groupby("la_code"):
        draw_line(axes, other, COLUMN, color=FAINT, lw=0.9, zorder=1)
    draw_line(axes, median, "median", color=SECOND, lw=1.3, ls=(0, (4, 1.5)), alone="D", zorder=3)
    draw_line(axes, england, COLUMN, color=REFERENCE, lw=1.3, ls=(0, (6, 1.5, 1, 1.5)), alone="s", zorder=3)
    draw_line(axes, own, COLUMN, color=HERE, lw=2.2, marker="o", markersize=4, zorder=4)
    axes.axhline(100, color=INK, lw=0.6, zorder=0.8)
    mark_years(axes, england["year"].tolist(), england["time_period"].tolist())
    axes.set_ylabel(f"Real gross spend, {own['time_period'].iloc[0]} = 100")


def list_ends(case: Case, own: pd.DataFrame, median: pd.DataFrame, england: pd.DataFrame) -> list[End]:
    """List the names of the lines with their last values."""
    named = [(case.label, own, COLUMN, HERE, "bold"), ("England", england, COLUMN, REFERENCE, "normal")]
    named.append(("comparators, median", median, "median", SECOND, "normal"))
    return [
        End(
            f"{name} {line[column].iloc[-1]:.0f}",
            float(line["year"].iloc[-1]),
            float(line[column].iloc[-1]),
            colour,
            weight,
        )
        for name, line, column, colour, weight in named
        if len(line)
    ]


def title_index(case: Case, own: pd.DataFrame, median: pd.DataFrame, england: pd.DataFrame) -> str:
    """State the finding: where each stood in the last year, with the first as 100."""
    first, last = own["time_period"].iloc[0], own["time_period"].iloc[-1]
    text = f"With {first} as 100, {case.spoken}’s real spend stood at {own[COLUMN].iloc[-1]:.0f} in {last}"
    text += name_extremes(own.set_index("time_period")[COLUMN], "{:.0f}".format, list_cautioned_years(case, own))
    beside = [("England", england, COLUMN), ("its comparators’ median", median, "median")]
    told = []
    for name, line, column in beside:
        then = line.loc[line["time_period"] == last, column]
        if len(then):
            told.append(f"{name} at {then.iloc[0]:.0f}")
    return f"{text}, {' and '.join(told)}" if told else text


def caption_index(case: Case, amounts: Amounts, others: pd.DataFrame, base: str) -> str:
    """Say how to read the lines, and whom they leave out."""
    if amounts.others.empty:
        compared = format_no_comparators(case)
    else:
        left = set(amounts.others["la_code"]) - set(others["la_code"])
        without = f" ({len(left)} without a figure for {base} left out)" if left else ""
        compared = f"Grey: {name_comparators(case)}{without}; dashed green: their median."
    light = find_cautioned(case, "spend", "total_gross", others)
    based = list(light.loc[light["time_period"] == base, "la_name"])
    skewed = f" {base} is such a year of {list_words(based)}, and moves the whole line." if based else ""
    moved = summarise_medians(compare_medians(others, list_moved(others, light, base), COLUMN), "{:.0f}".format)
    hollow = note_open_marks(list_cautioned_years(case, amounts.own)) + note_cautioned(light, moved) + skewed
    return (
        f"Gross spend, section 251 outturn, in {format_prices(case)}, {base} = 100. {compared} An index shows movement, "
        "not level: who spent much per child at the start may have had less room to grow."
        f"{hollow} "
        f"{credit(cite_releases(amounts.own['source_id']))}."
    )


def list_moved(others: pd.DataFrame, light: pd.DataFrame, base: str) -> pd.DataFrame:
    """List the values that rest on figures to lean on lightly: of who does in the year that is 100, the last too."""
    codes = set(light.loc[light["time_period"] == base, "la_code"])
    last = others["la_code"].isin(codes) & (others["time_period"] == others["time_period"].max())
    moved: pd.DataFrame = pd.concat([light[light["time_period"] != base], others[last]])
    return moved


def describe_index(case: Case, own: pd.DataFrame, median: pd.DataFrame, england: pd.DataFrame, base: str) -> str:
    """Describe the lines: the index of each, year by year."""
    named = [(case.label, own, COLUMN), ("England", england, COLUMN), ("median of comparators", median, "median")]
    told = []
    for name, line, column in named:
        if len(line):
            pairs = zip(line["time_period"], line[column], strict=True)
            told.append(f"{name}: " + ", ".join(f"{year} {value:.0f}" for year, value in pairs))
    return f"Lines of real gross spend, {base} = 100. {'; '.join(told)}."


def tabulate_index(
    case: Case, own: pd.DataFrame, others: pd.DataFrame, median: pd.DataFrame, england: pd.DataFrame
) -> pd.DataFrame:
    """Give the lines as a table: a row a year, a column for each comparator."""
    columns = {case.label: own.set_index("time_period")[COLUMN], "England": england.set_index("time_period")[COLUMN]}
    columns["Median of comparators"] = median.set_index("time_period")["median"]
    for name, other in others.groupby("la_name"):
        columns[str(name)] = other.set_index("time_period")[COLUMN]
    return pd.DataFrame(columns).sort_index().round(1).rename_axis("Financial year").reset_index()
