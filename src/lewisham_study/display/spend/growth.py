"""Growth of spend in cash, in real terms and per child, with the values it runs between."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis import spend
from lewisham_study.analysis.case import Case
from lewisham_study.analysis.spend import CATEGORIES, Amounts, gather_amounts
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.spend import amounts as words
from lewisham_study.display.spend.amounts import POUNDS, Unit, format_percent, note_break
from lewisham_study.display.spend.mix import GROUPS
from lewisham_study.vocabulary import DEFLATORS, INDEX_NAMES

LITTLE = 100_000
"""Pounds: growth from less is not given."""


def show_growth(case: Case) -> TableExhibit | Prose | None:
    """Show compound annual growth rates with the values they run between; None where there is no spend."""
    amounts = gather_amounts(case)
    own = amounts.own
    if own["value"].isna().all():
        return None
    spans = words.list_spans(case, own.dropna(subset="value"))
    growth, *others = (measure_growths(case, amounts, span) for span in spans)
    if growth.empty:
        return Prose(f"Only one year of spend of {case.spoken} is in the window, so growth cannot be given.")
    table = arrange_growth(growth, words.choose_unit(own["real_value"].dropna()))
    if others:
        table["Other years"] = describe_others(growth, others, spans).to_numpy()
    return TableExhibit(
        table,
        "tbl-spend-growth",
        f"Growth of gross spend between its end points: {case.label}",
        f"Real terms: {words.format_prices(case)}. Annual rates are compound."
        f"{note_break(case, own.dropna(subset='value'))} {credit_releases(own['source_id'])}",
    )


def measure_growths(case: Case, amounts: Amounts, span: tuple[str, str]) -> pd.DataFrame:
    """Return the growth between two years of the totals and of every category that is more than `LITTLE` at first."""
    categories = [measure_category(case, name, span) for name in CATEGORIES]
    parts = [*measure_totals(case, amounts, span), *(part[part["first"] >= LITTLE] for part in categories)]
    return pd.concat(
        [part for part in parts if len(part)] or [spend.tabulate_growth(amounts.own[:0], {})], ignore_index=True
    )


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
        spend.tabulate_growth(own, {"value": "Total, nominal", "real_value": "Total, real"}),
        spend.tabulate_growth(own, {"real_per_child": "Per child, real"}),
        spend.tabulate_growth(region, {"real_per_child": f"Per child, real: {case.region}"}),
        spend.tabulate_growth(england, {"real_per_child": "Per child, real: England"}),
    ]


def measure_category(case: Case, name: str, span: tuple[str, str]) -> pd.DataFrame:
    """Return the growth of one category in real terms between two years, within today's categories."""
    own = spend.select_spend(case.own("spend"), f"{name}_gross", spend.list_window(case))
    real = spend.express(own, case.tables["population"], spend.choose_prices(case))
    real = real[(real["value"] > 0) & real["time_period"].between(*span)]
    return spend.tabulate_growth(real, {"real_value": f"{GROUPS[name].capitalize()}, real"})


def arrange_growth(growth: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    """Return growth as a table to read."""
    units = [POUNDS if name.startswith("Per child") else unit for name in growth["amount"]]
    first, last = (
        [one.write(value) for value, one in zip(growth[column], units, strict=True)] for column in ("first", "last")
    )
    return pd.DataFrame(
        {
            "Amount": growth["amount"],
            "Unit": [one.name for one in units],
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
    span = words.choose_span(case, amounts.own.dropna(subset="value"))
    if span is None:
        return None
    whole = bool(amounts.own["real_per_child"].isna().all())
    column, what = ("real_value", "spend") if whole else ("real_per_child", "spend per child")
    own = amounts.own[amounts.own["time_period"].between(*span)].drop(
        columns=["real_value", "price_base", "price_index", "children"]
    )
    compared = spend.compare_deflators(own, case.tables["population"], spend.choose_prices(case), DEFLATORS, column)
    if compared.empty:
        return None
    unit = words.choose_unit(pd.concat([compared["first"], compared["last"]])) if whole else POUNDS
    write = unit.write if whole else words.format_pounds
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
        f"Prices of {case.price_base}. HM Treasury advises the GDP deflator; none follows the costs of children’s "
        "services."
        f"{note_break(case, amounts.own.dropna(subset='value'))} {credit_releases(sources)}",
    )


def format_span(changes: pd.Series) -> str:
    """Format the range of a change under several price indices."""
    low, high = format_percent(changes.min()), format_percent(changes.max())
    return f"{low} under every price index" if low == high else f"{low} to {high}, depending on the price index"
