"""How spend grew: nominal, real and per child; beside comparators; with the end points of every rate."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.spend import CATEGORIES, compare_deflators, express, select_spend, tabulate_growth
from lewisham_study.display.common.cautions import list_cautioned, mark_cautions, note_open_marks
from lewisham_study.display.common.citations import cite, cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.lines import draw_line, label_first_last
from lewisham_study.display.common.phrases import list_words, name_extremes
from lewisham_study.display.common.style import HERE, PAGE_WIDTH, drawing
from lewisham_study.display.spend.amounts import (
    Unit,
    choose_prices,
    choose_unit,
    explain_no_children,
    format_millions,
    format_percent,
    format_pounds,
    format_prices,
    gather_amounts,
    list_window,
    summarise_nothing,
)
from lewisham_study.display.spend.mix import GROUPS
from lewisham_study.display.spend.per_child import mark_years
from lewisham_study.vocabulary import DEFLATORS, INDEX_NAMES

MEASURES = {"value": "Nominal", "real_value": "Real terms", "real_per_child": "Real terms per child"}
POUNDS = Unit("£", 1, 0)

TERMS = {"value": "in cash", "real_value": "in real terms", "real_per_child": "in real terms per child"}


def draw_measures(case: Case) -> FigureExhibit | Prose:
    """Draw the authority's gross spend in nominal terms, in real terms, and in real terms per child.

    Returns
    -------
    FigureExhibit or Prose
        Three panels, each from nought, with first and last values. Prose where there is no spend.
    """
    own = gather_amounts(case).own
    if own["value"].isna().all():
        return summarise_nothing(case)
    shown = [column for column in MEASURES if own[column].notna().any()]
    units = choose_units(own)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 2.2), layout="constrained")
        for axes, column in zip(figure.subplots(1, len(shown), squeeze=False)[0], shown, strict=True):
            draw_measure(axes, own, column, units[column])
            mark_cautions(axes, own, column, list_cautioned_years(case, own))
    growth = tabulate_growth(own, {column: column for column in shown})
    return FigureExhibit(
        figure,
        "fig-spend-measures",
        title_measures(case, own, growth),
        caption_measures(case, own),
        describe_measures(case, own, shown),
        tabulate_measures(own, shown),
    )


def list_cautioned_years(case: Case, own: pd.DataFrame) -> list[str]:
    """List the financial years whose total carries a caution."""
    return list_cautioned(case, "spend", "total_gross", own.dropna(subset="value")["time_period"])


def choose_units(own: pd.DataFrame) -> dict[str, Unit]:
    """Choose the unit of each measure: one for both totals, pounds for a child."""
    total = choose_unit(own["real_value"].dropna())
    return {"value": total, "real_value": total, "real_per_child": POUNDS}


def draw_measure(axes: Axes, own: pd.DataFrame, column: str, unit: Unit) -> None:
    """Draw one measure of spend from nought up."""
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


def title_measures(case: Case, own: pd.DataFrame, growth: pd.DataFrame) -> str:
    """State the finding: the change in each measure."""
    if growth.empty:
        only = own.dropna(subset="value").iloc[-1]
        return f"{case.opening} spent {format_millions(only['value'])} gross in {only['time_period']}"
    told = [f"{format_percent(row['total'])} {TERMS[row['amount']]}" for row in growth.to_dict("records")]
    last = growth["amount"].iloc[-1]
    path = own.dropna(subset=last).set_index("time_period")[last]
    write = format_pounds if last == "real_per_child" else format_millions
    hidden = name_extremes(path, write, list_cautioned_years(case, own))
    return (
        f"Gross spend of {case.spoken} from {growth['first_year'].iloc[0]} to {growth['last_year'].iloc[0]}: "
        f"{list_words(told)}{hidden}"
    )


def caption_measures(case: Case, own: pd.DataFrame) -> str:
    """Say what the panels are."""
    without = "" if own["real_per_child"].notna().any() else f" {explain_no_children(case)}"
    return (
        "Section 251 outturn, gross, total without capital from revenue. Real terms in "
        f"{format_prices(case)}; per child aged 0 to 17 at the middle of the year. All panels begin at nought.{without}"
        f"{note_open_marks(list_cautioned_years(case, own))} "
        f"{credit(cite(own, most=1))}."
    )


def describe_measures(case: Case, own: pd.DataFrame, shown: list[str]) -> str:
    """Describe the panels: every value of each."""
    told, units = [], choose_units(own)
    for column in shown:
        known, unit = own.dropna(subset=column), units[column]
        pairs = zip(known["time_period"], known[column].map(unit.write), strict=True)
        told.append(f"{MEASURES[column]}, {unit.name}: " + ", ".join(f"{year} {value}" for year, value in pairs))
    return f"Panels of {case.spoken}’s gross spend. {'; '.join(told)}."


def tabulate_measures(own: pd.DataFrame, shown: list[str]) -> pd.DataFrame:
    """Give the measures as a table: a row a year."""
    table, units = pd.DataFrame({"Financial year": own["time_period"]}), choose_units(own)
    for column in shown:
        unit = units[column]
        scaled = own[column] / unit.pounds
        table[f"{MEASURES[column]}, {unit.name}"] = unit.scale(own[column]) if unit is POUNDS else scaled.round(2)
    return table


def show_growth(case: Case) -> TableExhibit | Prose | None:
    """Show compound annual growth rates beside the values that they run between; nothing where there is no spend."""
    amounts = gather_amounts(case)
    if amounts.own["value"].isna().all():
        return None
    years = amounts.own.dropna(subset="value")["time_period"]
    region, england = (line[line["time_period"].isin(years)] for line in (amounts.region, amounts.england))
    parts = [
        tabulate_growth(amounts.own, {"value": "Total, nominal", "real_value": "Total, real"}),
        tabulate_growth(amounts.own, {"real_per_child": "Per child, real"}),
        tabulate_growth(region, {"real_per_child": f"Per child, real: {case.region}"}),
        tabulate_growth(england, {"real_per_child": "Per child, real: England"}),
        *(grow_category(case, name) for name in CATEGORIES),
    ]
    growth = pd.concat([part for part in parts if len(part)], ignore_index=True) if any(map(len, parts)) else parts[0]
    if growth.empty:
        return Prose(f"Only one year of spend of {case.spoken} lies in the window, so nothing can be said of growth.")
    unit = choose_units(amounts.own)["value"]
    return TableExhibit(
        arrange_growth(growth, unit),
        "tbl-spend-growth",
        f"Growth of gross spend between its end points: {case.label}",
        f"Real terms in {format_prices(case)}; totals and categories in {unit.name}, per child in £. The rate is the "
        "compound annual one; it knows nothing of the years between, and never crosses a change of categories. A "
        "category runs between the first and last year in which anything was spent on it. "
        f"{credit(cite_releases(amounts.own['source_id']))}.",
    )


def grow_category(case: Case, name: str) -> pd.DataFrame:
    """Give the growth of one category in real terms, within the grouping of today."""
    spend = case.tables["spend"]
    own = select_spend(spend[spend["la_code"] == case.la_code], f"{name}_gross", list_window(case))
    if own.empty:
        return pd.DataFrame()
    real = express(own, case.tables["population"], choose_prices(case))
    return tabulate_growth(real[real["value"] > 0], {"real_value": f"{GROUPS[name].capitalize()}, real"})


def arrange_growth(growth: pd.DataFrame, unit: Unit) -> pd.DataFrame:
    """Give growth as a table to read."""
    units = [POUNDS if name.startswith("Per child") else unit for name in growth["amount"]]

    def write(column: str) -> list[str]:
        return [one.write(value) for value, one in zip(growth[column], units, strict=True)]

    return pd.DataFrame(
        {
            "Amount": growth["amount"],
            "From": growth["first_year"],
            "Value then": write("first"),
            "To": growth["last_year"],
            "Value at the end": write("last"),
            "Change": growth["total"].map(format_percent),
            "A year": growth["annual"].map(format_percent),
        }
    )


def show_deflators(case: Case) -> TableExhibit | None:
    """Show how much the real change turns on the price index: per child, or in total where no children are held.

    Returns
    -------
    TableExhibit or None
        A row an index. None where the window has fewer than two years of spend.
    """
    amounts = gather_amounts(case)
    if amounts.own["value"].notna().sum() < 2:
        return None
    own = amounts.own.drop(columns=["real_value", "price_base", "price_index", "children"])
    whole = bool(amounts.own["real_per_child"].isna().all())
    column = "real_value" if whole else "real_per_child"
    compared = compare_deflators(own, case.tables["population"], choose_prices(case), DEFLATORS, column)
    if compared.empty:
        return None
    unit = choose_unit(pd.concat([compared["first"], compared["last"]]))
    write, sign, what = (unit.write, unit.name, "spend") if whole else (format_pounds, "£", "spend per child")
    first, last = compared.iloc[0]["first_year"], compared.iloc[0]["last_year"]
    table = pd.DataFrame(
        {
            "Price index": compared["index"].map(INDEX_NAMES),
            f"{first}, {sign}": compared["first"].map(write),
            f"{last}, {sign}": compared["last"].map(write),
            "Change": compared["total"].map(format_percent),
            "A year": compared["annual"].map(format_percent),
        }
    )
    return TableExhibit(
        table,
        "tbl-spend-deflators",
        f"From {first} to {last} real {what} of {case.spoken} changed by {format_span(compared['total'])}",
        f"Gross {what} in prices of {case.price_base}. HM Treasury advises the GDP deflator for public spending; CPI "
        "and CPIH follow what households buy; none follows the costs of children’s services. "
        f"{credit(cite_releases([*amounts.own['source_id'], *case.tables['prices']['source_id'].head(1)]))}.",
    )


def format_span(changes: pd.Series) -> str:
    """Write the span of a change under several price indices.

    Examples
    --------
    >>> format_span(pd.Series([0.209, 0.231])), format_span(pd.Series([0.209, 0.209]))
    ('+20.9% to +23.1%, depending on the price index', '+20.9% under every price index')
    """
    low, high = format_percent(changes.min()), format_percent(changes.max())
    return f"{low} under every price index" if low == high else f"{low} to {high}, depending on the price index"
