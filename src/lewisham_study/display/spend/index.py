"""Real spend as an index from a common start, compared with comparators and England."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.cautions import compare_medians
from lewisham_study.analysis.rates import compute_quartiles
from lewisham_study.analysis.spend import gather_amounts, index_spend, select_moved
from lewisham_study.display.common import cautions, charts
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit
from lewisham_study.display.common.phrases import format_no_comparators, list_words, name_comparators, name_extremes
from lewisham_study.display.common.style import INK, PAGE_WIDTH, drawing
from lewisham_study.display.spend.amounts import choose_base, choose_span, format_prices, mark_years, note_break

COLUMN, WRITE = "index", "{:.0f}".format


def draw_index(case: Case) -> FigureExhibit | None:
    """Draw real gross spend with the authority's first comparable year as 100; None where it has fewer than two."""
    amounts = gather_amounts(case)
    known = amounts.own.dropna(subset="value")
    base = choose_base(case, known)
    if base is None:
        return None
    own, others, england = (index_spend(rows, base) for rows in (amounts.own, amounts.others, amounts.england))
    cautioned = cautions.list_cautioned_years(case, "spend", "total_gross", own)
    peers = cautions.list_cautioned_peers(case, "spend", "total_gross", others)
    lines = [
        charts.NamedLine(case.label, "own", own, COLUMN),
        charts.NamedLine("England", "England", england, COLUMN),
        charts.NamedLine(charts.MEDIAN_NAME, "median", compute_quartiles(others, COLUMN), "median"),
    ]
    compared = [charts.NamedLine(str(name), "other", other, COLUMN) for name, other in others.groupby("la_name")]
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.0), layout="constrained")
        axes = figure.subplots()
        charts.draw_named_lines(axes, [*lines, *compared])
        axes.axhline(100, color=INK, lw=0.6, zorder=0.8)
        mark_years(axes, england["year"].tolist(), england["time_period"].tolist())
        axes.set_ylabel(f"Real gross spend, {base} = 100")
        cautions.mark_cautions(axes, own, COLUMN, cautioned)
        cautions.mark_cautioned_values(axes, peers, COLUMN)
        charts.label_lines(axes, lines, WRITE)
    title, caption = title_index(case, lines, cautioned, base), caption_index(case, others, peers, cautioned, base)
    table = charts.tabulate_lines([*lines, *compared], "Financial year").round(1)
    alt = f"Lines of real gross spend, {base} = 100. {charts.describe_table(table.iloc[:, :4])}"
    return FigureExhibit(figure, "fig-spend-index", title, caption, alt, table)


def title_index(case: Case, lines: list[charts.NamedLine], cautioned: list[str], base: str) -> str:
    """State the index of the last year, and those of England and the comparators' median."""
    own = lines[0].figures
    span = choose_span(case, own.dropna(subset="value"))
    own = own[own["time_period"] <= span[1]] if span else own
    last = own["time_period"].iloc[-1]
    extremes = name_extremes(own.set_index("time_period")[COLUMN], WRITE, cautioned)
    text = f"With {base} as 100, {case.spoken}’s real spend was {WRITE(own[COLUMN].iloc[-1])} in {last}{extremes}"
    values = [line.figures.set_index("time_period")[line.value].get(last) for line in lines[1:]]
    names = ("England’s", "its comparators’ median")
    texts = [f"{name} {WRITE(value)}" for name, value in zip(names, values, strict=True) if value is not None]
    return f"{text}, {' and '.join(texts)}" if texts else text


def caption_index(case: Case, others: pd.DataFrame, peers: pd.DataFrame, cautioned: list[str], base: str) -> str:
    """Explain the lines, name those left out and cite the sources."""
    amounts = gather_amounts(case)
    left_out = amounts.others["la_code"].nunique() - others["la_code"].nunique()
    without = f" ({left_out} without a figure for {base} left out)" if left_out else ""
    compared = f"Grey: {name_comparators(case)}{without}; dashed green: their median."
    if amounts.others.empty:
        compared = format_no_comparators(case)
    moved = cautions.summarise_medians(compare_medians(others, select_moved(others, peers, base), COLUMN), WRITE)
    based = list(peers.loc[peers["time_period"] == base, "la_name"])
    skewed = f" That of {list_words(based)} in {base} moves the whole line." if based else ""
    return (
        f"Gross, in {format_prices(case)}. {compared} An index shows change, not level."
        f"{note_break(case, amounts.own.dropna(subset='value'))}"
        f"{cautions.note_open_marks(cautioned)}{cautions.note_cautioned(peers, moved)}{skewed} "
        f"{credit(cite_releases(amounts.own['source_id']))}."
    )
