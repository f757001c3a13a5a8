"""Spend per child and in total over time, compared with others and in real terms: figures and sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import rank_value
from lewisham_study.analysis.rates import compute_quartiles
from lewisham_study.analysis.spend import CATEGORIES, Amounts, gather_amounts, list_window, select_spend
from lewisham_study.display.common import cautions, charts, phrases
from lewisham_study.display.common.arrangements import describe_arrangements
from lewisham_study.display.common.citations import cite_releases, credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, paint_widths
from lewisham_study.display.common.lines import draw_band, label_first_last
from lewisham_study.display.common.style import HERE, SECOND, set_margins
from lewisham_study.display.spend import amounts as words
from lewisham_study.display.spend.amounts import Unit, choose_span, format_millions, format_more, format_pounds
from lewisham_study.display.spend.mix import GROUPS

PER_CHILD, UNIT = "real_per_child", "£ per child"
OUTER, INNER = "#EFEFEF", "#DADADA"
LOOKS: dict[str, dict[str, Any]] = {
    "real": {"color": HERE, "lw": 2.2, "marker": "o", "markersize": 4},
    "cash": {"color": SECOND, "lw": 1.6, "ls": (0, (4, 1.5)), "marker": "s", "markersize": 3},
}
FEW = 3000
"""With fewer children than this, one placement can move spend per child."""


def draw_per_child(case: Case) -> FigureExhibit | None:
    """Draw the authority's spend per child within the bands of all authorities; None without spend or children."""
    amounts = gather_amounts(case)
    known = amounts.own.dropna(subset=PER_CHILD)
    if known.empty:
        return None
    cautioned = cautions.list_cautioned_years(case, "spend", "total_gross", amounts.own, PER_CHILD)
    spread = compute_quartiles(amounts.every, PER_CHILD)
    lines = [
        charts.NamedLine(case.label, "own", amounts.own, PER_CHILD),
        charts.NamedLine(phrases.name_median(case), "median", compute_quartiles(amounts.others, PER_CHILD), "median"),
        charts.NamedLine(case.region, "region", amounts.region, PER_CHILD),
        charts.NamedLine("England", "England", amounts.england, PER_CHILD),
    ]

    def paint(width: float) -> Figure:
        figure = Figure(figsize=(width, 2.87))
        axes = figure.subplots()
        set_margins(figure, left=0.7, right=1.2, bottom=0.25, top=0.08)
        draw_band(axes, spread, "fifth", "ninety_fifth", color=OUTER, zorder=0.5)
        draw_band(axes, spread, "lower_quartile", "upper_quartile", color=INNER, zorder=0.6)
        charts.draw_named_lines(axes, lines)
        label_first_last(axes, amounts.own, PER_CHILD, format_pounds, last=False)
        words.mark_years(axes, amounts.england["year"].tolist(), amounts.england["time_period"].tolist(), width)
        axes.yaxis.set_major_formatter(lambda value, _: format_pounds(value))
        axes.set_ylabel(f"Per child aged 0 to 17, {case.price_base} prices")
        cautions.mark_cautions(axes, amounts.own, PER_CHILD, cautioned)
        charts.label_lines(axes, lines, format_pounds, fit=True)
        return figure

    figure, narrow = paint_widths(paint)
    title, caption = title_per_child(case, known, cautioned), caption_per_child(case, known, cautioned)
    table = tabulate_per_child(case, lines, spread, cautioned)
    described = charts.describe_table(table.iloc[:, :5], UNIT)
    alt = f"Real spend in pounds per child, with bands of all authorities. {described}"
    return FigureExhibit(figure, "fig-spend-per-child", title, caption, alt, table, narrow=narrow)


def title_per_child(case: Case, known: pd.DataFrame, cautioned: list[str]) -> str:
    """State spend per child in the last year, and its change."""
    values, span = known.set_index("time_period")[PER_CHILD], choose_span(case, known)
    year = span[1] if span else values.index[-1]
    text = f"{case.opening} spent {format_pounds(values[year])} per child in {year}"
    if span is None:
        return text
    more = format_more(values[year] / values[span[0]] - 1)
    return f"{text}, {more} in {span[0]} in real terms{phrases.name_extremes(values, format_pounds, cautioned)}"


def caption_per_child(case: Case, known: pd.DataFrame, cautioned: list[str]) -> str:
    """Explain the bands and cite the sources."""
    prices, spend = case.tables["prices"], gather_amounts(case).own["source_id"]
    used = prices.loc[prices["index_name"] == case.deflator, "source_id"]
    return (
        "Gross. Bands: middle half and nine tenths of authorities. The axis starts above zero."
        f"{cautions.note_open_marks(cautioned)}{words.note_break(case, known)} "
        f"{credit_releases([*spend, *case.own('population')['source_id'], *used])}"
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


def draw_cash(case: Case) -> FigureExhibit | None:
    """Draw the authority's total gross spend in cash and in real terms; None where there is none."""
    own = gather_amounts(case).own
    if own["value"].isna().all():
        return None
    unit = words.choose_unit(own["real_value"].dropna())
    lines = [
        charts.NamedLine("Real terms", "real", own, "real_value"),
        charts.NamedLine("In cash", "cash", own, "value"),
    ]
    cautioned = cautions.list_cautioned_years(case, "spend", "total_gross", own)

    def paint(width: float) -> Figure:
        figure = Figure(figsize=(width, 1.95))
        axes = figure.subplots()
        set_margins(figure, left=0.53, right=0.9, bottom=0.25, top=0.06)
        charts.draw_named_lines(axes, lines, LOOKS)
        cautions.mark_cautions(axes, own, "real_value", cautioned)
        label_starts(axes, lines, unit)
        axes.set_ylim(0, float(own[["value", "real_value"]].max().max()) * 1.15)
        axes.yaxis.set_major_formatter(lambda pounds, _: f"{pounds / unit.pounds:,g}")
        axes.set_ylabel(f"{unit.name}, gross")
        words.mark_years(axes, own["year"].tolist(), own["time_period"].tolist(), width)
        charts.label_lines(axes, lines, unit.write, looks=LOOKS, fit=True)
        return figure

    figure, narrow = paint_widths(paint)
    table = tabulate_cash(case, lines, unit, cautioned)
    alt = f"Gross spend of {case.spoken}, {unit.name}. {charts.describe_table(table.iloc[:, :3], unit.name)}"
    caption = (
        f"Section 251 outturn. Real terms: {words.format_prices(case)}.{cautions.note_open_marks(cautioned)}"
        f"{words.note_break(case, own.dropna(subset='value'))} {credit_releases(own['source_id'])}"
    )
    return FigureExhibit(figure, "fig-spend-cash", title_cash(case, own), caption, alt, table, narrow=narrow)


def label_starts(axes: Axes, lines: list[charts.NamedLine], unit: Unit) -> None:
    """Write the first value of the upper line above it, and of the lower line below it; of one year only the end."""
    for line, (shift, side) in zip(lines, ((5, "bottom"), (-5, "top")), strict=True):
        known = line.figures.dropna(subset=line.value)
        if len(known) > 1:
            year, value = known[["year", line.value]].iloc[0]
            look: dict[str, Any] = {"textcoords": "offset points", "ha": "left", "va": side, "fontsize": 7}
            axes.annotate(unit.write(value), (year, value), (-3, shift), color=LOOKS[line.role]["color"], **look)


def title_cash(case: Case, own: pd.DataFrame) -> str:
    """State the change in cash and in real terms from the first year that can be compared; never across a break."""
    known = own.dropna(subset="value")
    span = choose_span(case, known)
    if span is None:
        last = known.iloc[-1]
        return f"{case.opening} spent {format_millions(last['value'])} gross in {last['time_period']}"
    amounts = known.set_index("time_period")[["value", "real_value"]]
    cash, real = map(phrases.format_change, amounts.loc[span[1]] / amounts.loc[span[0]] - 1)
    real = real.removeprefix(f"{cash.partition(' ')[0]} ")
    return f"{case.opening}’s gross spend {cash} in cash and {real} in real terms from {span[0]} to {span[1]}"


def tabulate_cash(case: Case, lines: list[charts.NamedLine], unit: Unit, cautioned: list[str]) -> pd.DataFrame:
    """Return both lines as a table: a row a year."""
    table = charts.tabulate_lines(lines, "Financial year", unit.name)
    for line in lines:
        table[f"{line.name}, {unit.name}"] = (table[f"{line.name}, {unit.name}"] / unit.pounds).round(2)
    table["Caution"] = cautions.mark_years_unsure(table["Financial year"], cautioned)
    return table.rename(columns={f"Source, {lines[0].name}": f"Source, {case.label}"})


def summarise_spend(case: Case) -> Prose:
    """Summarise the authority's spend in the window and compare it with others."""
    amounts = gather_amounts(case)
    if amounts.own["value"].isna().all():
        return words.summarise_no_spend(case)
    return Prose("\n\n".join([summarise_rate(case, amounts), summarise_total(case, amounts)]))


def summarise_rate(case: Case, amounts: Amounts) -> str:
    """Compare spend per child with England, the region and all authorities."""
    known = amounts.own.dropna(subset=PER_CHILD)
    if known.empty:
        return words.explain_no_children(case)
    year, value = str(known["time_period"].iloc[-1]), float(known[PER_CHILD].iloc[-1])
    england, region, every = (
        line.loc[line["time_period"] == year, PER_CHILD].dropna()
        for line in (amounts.england, amounts.region, amounts.every)
    )
    lower, _, higher = rank_value(every, value)
    few, most = amounts.own["children"].min(), amounts.own["children"].max()
    small = f" With at most {most:,.0f} children, one placement moves the figure." if few < FEW else ""
    return (
        f"{case.opening} spent **{format_pounds(value)}** per child aged 0 to 17 in {year}, in "
        f"{words.format_prices(case)}; England {format_pounds(england.iloc[0])}, {phrases.name_region(case.region)} "
        f"{format_pounds(region.iloc[0])}. {format_rank(lower, higher, len(every) - 1)}. Spend reflects need, the "
        f"prices of care and accounting practice; more is neither better nor worse.{small}"
    )


def format_rank(lower: int, higher: int, others: int) -> str:
    """Say how many of the others spent less, and how many more."""
    if others in (lower, higher):
        return f"All {others} other authorities spent {'less' if lower else 'more'}"
    return f"Of the {others} other authorities, {lower or 'none'} spent less and {higher or 'none'} more"


def summarise_total(case: Case, amounts: Amounts) -> str:
    """Describe the last and first total, nominal and in real terms."""
    known = amounts.own.dropna(subset="value")
    span = choose_span(case, known)
    first, last = known.iloc[0], known.iloc[-1]
    text = (
        f"In {last['time_period']} {case.spoken} spent **{format_millions(last['value'])}** gross on children’s and "
        f"young people’s services {cite_releases(known.tail(1)['source_id'])}"
    )
    if span is not None:
        text += describe_change(case, known, span)
    elif len(known) > 1:
        text += f", and {format_millions(first['value'])} in {first['time_period']}, across a break in the return"
    why = phrases.summarise_absence(case, f"{case.window_end:%Y-%m-%d}")
    return f"{text}. It {why}." if why.startswith("was abolished") else f"{text}."


def describe_change(case: Case, known: pd.DataFrame, span: tuple[str, str]) -> str:
    """Describe the change between two years that can be compared, and that from the first year of all."""
    sound = known[known["time_period"].between(*span)]
    first, base, end, text = known.iloc[0], sound.iloc[0], sound.iloc[-1], ""
    if span[1] != known["time_period"].iloc[-1]:
        text = f", a figure under a caution; in {span[1]} it was {format_millions(end['value'])}"
    unsure = cautions.list_cautioned_years(case, "spend", "total_gross", known)
    extremes = phrases.name_extremes(sound.set_index("time_period")["real_value"], format_millions, unsure)
    text += (
        f", compared with {format_millions(base['value'])} in {span[0]} {cite_releases([base['source_id']])}: in real "
        f"terms {format_more(end['real_value'] / base['real_value'] - 1, alone=True)}{extremes}"
    )
    if first["time_period"] == span[0]:
        return text
    return (
        f"{text}; {format_more(end['real_value'] / first['real_value'] - 1)} in {first['time_period']} "
        f"({format_millions(first['value'])}), but a caution says that figure is not comparable"
    )


def summarise_cautions(case: Case) -> Prose:
    """List the authority's missing figures and the figures to treat with caution, its own and its comparators'."""
    years = list_window(case)
    names = ["total_gross", *(f"{name}_gross" for name in CATEGORIES), "ro3_gross"]
    own = select_spend(case.own("spend"), names, years)
    if own.empty:
        return words.summarise_nothing(case)
    others = gather_amounts(case).others
    parts = [
        *summarise_missing(case, own),
        *cautions.describe_cautions(case, "spend", years),
        *cautions.describe_peers(case, "spend", "total_gross", others, PER_CHILD, format_pounds),
        *describe_arrangements(case),
    ]
    if not parts:
        return Prose(
            f"No figure of {case.spoken}’s spend in this window is missing, and none of its own or its comparators’ "
            "carries a caution."
        )
    return Prose("\n".join(f"- {part}" for part in parts))


def summarise_missing(case: Case, own: pd.DataFrame) -> list[str]:
    """Name the missing figures with their reasons, measures of one year together."""
    why = cautions.explain_missing(case, "spend", own)
    rows = own.loc[why.index]
    named = rows["measure"].str.removesuffix("_gross").map({**GROUPS, "total": "the total", "ro3": "RO3"})
    keys = [rows["time_period"], why]
    return [f"{year}, {', '.join(group)}: {reason}." for (year, reason), group in named.groupby(keys, sort=False)]
