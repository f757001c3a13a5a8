"""Growth of spend in cash, in real terms and per child, with the values it runs between."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.spend import (
    CATEGORIES,
    Amounts,
    choose_prices,
    compare_deflators,
    express,
    gather_amounts,
    list_window,
    select_spend,
    tabulate_growth,
)
from lewisham_study.display.common.cautions import list_cautioned_years, mark_cautions, note_open_marks
from lewisham_study.display.common.charts import describe_table
from lewisham_study.display.common.citations import cite, cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.lines import draw_line, label_first_last
from lewisham_study.display.common.phrases import list_words, name_extremes
from lewisham_study.display.common.style import HERE, PAGE_WIDTH, drawing
from lewisham_study.display.spend.amounts import (
    POUNDS,
    Unit,
    choose_span,
    choose_unit,
    explain_no_children,
    format_millions,
    format_percent,
    format_pounds,
    format_prices,
    list_spans,
    mark_years,
    note_break,
    summarise_nothing,
)
from lewisham_study.display.spend.mix import GROUPS
from lewisham_study.vocabulary import DEFLATORS, INDEX_NAMES

LITTLE = 100_000
"""Pounds: growth from less is not given."""
MEASURES = {"value": "Nominal", "real_value": "Real terms", "real_per_child": "Real terms per child"}
TERMS = {"value": "in cash", "real_value": "in real terms", "real_per_child": "in real terms per child"}


def draw_measures(case: Case) -> FigureExhibit | Prose:
    """Draw the authority's gross spend in cash, in real terms and in real terms per child, each from zero."""
    own = gather_amounts(case).own
    if own["value"].isna().all():
        return summarise_nothing(case)
    units = choose_units(own)
    cautioned = list_cautioned_years(case, "spend", "total_gross", own)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 2.2), layout="constrained")
        panels = figure.subplots(1, len(units), squeeze=False)[0]
        for axes, (column, unit) in zip(panels, units.items(), strict=True):
            draw_measure(axes, own, column, unit)
            mark_cautions(axes, own, column, cautioned)
    title, caption = title_measures(case, own, cautioned), caption_measures(case, own, cautioned)
    table = tabulate_measures(own, units)
    alt = f"Panels of {case.spoken}’s gross spend. {describe_table(table)}"
    return FigureExhibit(figure, "fig-spend-measures", title, caption, alt, table)


def choose_units(own: pd.DataFrame) -> dict[str, Unit]:
    """Choose the unit of each measure that has a value: one for both totals, pounds for a child."""
    total = choose_unit(own["real_value"].dropna())
    units = {"value": total, "real_value": total, "real_per_child": POUNDS}
    return {column: unit for column, unit in units.items() if own[column].notna().any()}


def draw_measure(axes: Axes, own: pd.DataFrame, column: str, unit: Unit) -> None:
    """Draw one measure of spend, from zero."""
    draw_line(axes, own, column, color=HERE, lw=1.8, marker="o", markersize=3)
    label_first_last(axes, own, column, unit.write, near=2)
    axes.set_ylim(0, float(own[column].max()) * 1.18)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(lambda pounds, _: f"{pounds / unit.pounds:,g}")
    axes.set_title(f"{MEASURES[column]}, {unit.name}", loc="left")
    years, names = own["year"].tolist(), own["time_period"].tolist()
    mark_years(axes, years, names)
    kept = {0, len(years) // 2, len(years) - 1} if len(years) > 3 else set(range(len(years)))
    axes.set_xticks(years, [names[number][2:] if number in kept else "" for number in range(len(years))])


def title_measures(case: Case, own: pd.DataFrame, cautioned: list[str]) -> str:
    """State the change in each measure."""
    span = choose_span(case, own.dropna(subset="value"))
    later = own[own["time_period"].between(*(span or ("", "9")))]
    growth = tabulate_growth(later, {column: column for column in choose_units(own)})
    if span is None or growth.empty:
        only = own.dropna(subset="value").iloc[-1]
        return f"{case.opening} spent {format_millions(only['value'])} gross in {only['time_period']}"
    changes = [f"{format_percent(row['total'])} {TERMS[row['amount']]}" for row in growth.to_dict("records")]
    last = growth["amount"].iloc[-1]
    path = later.dropna(subset=last).set_index("time_period")[last]
    write = format_pounds if last == "real_per_child" else format_millions
    return (
        f"Gross spend of {case.spoken} from {growth['first_year'].iloc[0]} to {growth['last_year'].iloc[0]}: "
        f"{list_words(changes)}{name_extremes(path, write, cautioned)}"
    )


def caption_measures(case: Case, own: pd.DataFrame, cautioned: list[str]) -> str:
    """Explain the panels and cite the source."""
    without = "" if own["real_per_child"].notna().any() else f" {explain_no_children(case)}"
    return (
        f"Section 251 outturn, gross, without capital paid from revenue. Real terms in {format_prices(case)}; "
        f"per child aged 0 to 17. All axes start at zero.{without}{note_bases(case, own)}{note_open_marks(cautioned)} "
        f"{credit(cite(own, most=1))}."
    )


def note_bases(case: Case, own: pd.DataFrame) -> str:
    """Give, after a space, the changes between the other pairs of years, where the title leads with later ones."""
    known = own.dropna(subset="value")
    texts = [note_break(case, known)]
    if choose_span(case, known) is not None:
        for first, last in list_spans(case, known)[1:]:
            growth = tabulate_growth(
                own[own["time_period"].between(first, last)], {name: name for name in choose_units(own)}
            )
            changes = [f"{format_percent(row['total'])} {TERMS[row['amount']]}" for row in growth.to_dict("records")]
            texts += [f" From {first} to {last} it was {list_words(changes)}."] if changes else []
    return "".join(texts)


def tabulate_measures(own: pd.DataFrame, units: dict[str, Unit]) -> pd.DataFrame:
    """Return the measures as a table: a row a year."""
    table = pd.DataFrame({"Financial year": own["time_period"]})
    for column, unit in units.items():
        scaled = unit.scale(own[column]) if unit is POUNDS else (own[column] / unit.pounds).round(2)
        table[f"{MEASURES[column]}, {unit.name}"] = scaled
    return table


def show_growth(case: Case) -> TableExhibit | Prose | None:
    """Show compound annual growth rates with the values they run between; None where there is no spend."""
    amounts = gather_amounts(case)
    own = amounts.own
    if own["value"].isna().all():
        return None
    spans = list_spans(case, own.dropna(subset="value"))
    growth, *others = (measure_growths(case, amounts, span) for span in spans)
    if growth.empty:
        return Prose(f"Only one year of spend of {case.spoken} is in the window, so growth cannot be given.")
    unit = choose_units(own)["value"]
    table = arrange_growth(growth, unit)
    if others:
        table["Other years"] = describe_others(growth, others, spans).to_numpy()
    return TableExhibit(
        table,
        "tbl-spend-growth",
        f"Growth of gross spend between its end points: {case.label}",
        f"Real terms in {format_prices(case)}; totals and categories in {unit.name}, per child in £. Annual rates are "
        "compound; a category runs from its first to its last year with spending."
        f"{note_break(case, own.dropna(subset='value'))} {credit(cite_releases(own['source_id']))}.",
    )


def measure_growths(case: Case, amounts: Amounts, span: tuple[str, str]) -> pd.DataFrame:
    """Return the growth between two years of the totals and of every category that is more than `LITTLE` at first."""
    categories = [measure_category(case, name, span) for name in CATEGORIES]
    parts = [*measure_totals(case, amounts, span), *(part[part["first"] >= LITTLE] for part in categories)]
    return pd.concat([part for part in parts if len(part)] or [tabulate_growth(amounts.own[:0], {})], ignore_index=True)


def describe_others(growth: pd.DataFrame, others: list[pd.DataFrame], spans: list[tuple[str, str]]) -> pd.Series:
    """Describe the growth of each amount between the other pairs of years, each with the year that differs."""
    lead = spans[0]
    texts = []
    for amount in growth["amount"]:
        found = []
        for (first, last), other in zip(spans[1:], others, strict=True):
            change = other.loc[other["amount"] == amount, "total"]
            where = f"from {first}" if first != lead[0] else f"to {last}"
            found += [f"{where} {format_percent(value)}" for value in change]
        texts.append("; ".join(found) or None)
    return pd.Series(texts, dtype=object)


def measure_totals(case: Case, amounts: Amounts, span: tuple[str, str]) -> list[pd.DataFrame]:
    """Return the growth between two years of the total, and per child of the authority, its region and England."""
    own = amounts.own[amounts.own["time_period"].between(*span)]
    years = own.dropna(subset="value")["time_period"]
    region, england = (line[line["time_period"].isin(years)] for line in (amounts.region, amounts.england))
    return [
        tabulate_growth(own, {"value": "Total, nominal", "real_value": "Total, real"}),
        tabulate_growth(own, {"real_per_child": "Per child, real"}),
        tabulate_growth(region, {"real_per_child": f"Per child, real: {case.region}"}),
        tabulate_growth(england, {"real_per_child": "Per child, real: England"}),
    ]


def measure_category(case: Case, name: str, span: tuple[str, str]) -> pd.DataFrame:
    """Return the growth of one category in real terms between two years, within today's categories."""
    own = select_spend(case.own("spend"), f"{name}_gross", list_window(case))
    real = express(own, case.tables["population"], choose_prices(case))
    real = real[(real["value"] > 0) & real["time_period"].between(*span)]
    return tabulate_growth(real, {"real_value": f"{GROUPS[name].capitalize()}, real"})


def arrange_growth(growth: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    """Return growth as a table to read."""
    units = [POUNDS if name.startswith("Per child") else unit for name in growth["amount"]]
    first, last = (
        [one.write(value) for value, one in zip(growth[column], units, strict=True)] for column in ("first", "last")
    )
    return pd.DataFrame(
        {
            "Amount": growth["amount"],
            "From": growth["first_year"],
            "First value": first,
            "To": growth["last_year"],
            "Last value": last,
            "Change": growth["total"].map(format_percent),
            "Per year": growth["annual"].map(format_percent),
        }
    )


def show_deflators(case: Case) -> TableExhibit | None:
    """Show the real change under each price index, per child, or in total where no children are held.

    None where the window has fewer than two years of spend without a break between them.
    """
    amounts = gather_amounts(case)
    span = choose_span(case, amounts.own.dropna(subset="value"))
    if span is None:
        return None
    whole = bool(amounts.own["real_per_child"].isna().all())
    column, what = ("real_value", "spend") if whole else ("real_per_child", "spend per child")
    own = amounts.own[amounts.own["time_period"].between(*span)].drop(
        columns=["real_value", "price_base", "price_index", "children"]
    )
    compared = compare_deflators(own, case.tables["population"], choose_prices(case), DEFLATORS, column)
    if compared.empty:
        return None
    unit = choose_unit(pd.concat([compared["first"], compared["last"]])) if whole else POUNDS
    write = unit.write if whole else format_pounds
    first, last = compared.iloc[0]["first_year"], compared.iloc[0]["last_year"]
    table = pd.DataFrame(
        {
            "Price index": compared["index"].map(INDEX_NAMES),
            f"{first}, {unit.name}": compared["first"].map(write),
            f"{last}, {unit.name}": compared["last"].map(write),
            "Change": compared["total"].map(format_percent),
            "Per year": compared["annual"].map(format_percent),
        }
    )
    prices = case.tables["prices"]
    sources = [*own["source_id"], *prices.loc[prices["index_name"].isin(DEFLATORS), "source_id"]]
    return TableExhibit(
        table,
        "tbl-spend-deflators",
        f"From {first} to {last} real {what} of {case.spoken} changed by {format_span(compared['total'])}",
        f"Gross {what} in prices of {case.price_base}. HM Treasury advises the GDP deflator for public spending; CPI "
        "and CPIH follow household prices, none the costs of children’s services."
        f"{note_break(case, amounts.own.dropna(subset='value'))} {credit(cite_releases(sources))}.",
    )


def format_span(changes: pd.Series) -> str:
    """Format the range of a change under several price indices."""
    low, high = format_percent(changes.min()), format_percent(changes.max())
    return f"{low} under every price index" if low == high else f"{low} to {high}, depending on the price index"
