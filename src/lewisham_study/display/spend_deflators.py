"""How much the real change turns on the price index."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import DEFLATORS, Case
from lewisham_study.analysis.spend import compare_deflators
from lewisham_study.display.exhibits import TableExhibit
from lewisham_study.display.sources import cite_releases, credit
from lewisham_study.display.spend_amounts import (
    INDEX_NAMES,
    choose_prices,
    choose_unit,
    gather_amounts,
    write_percent,
    write_pounds,
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
    write, sign, what = (unit.write, unit.name, "spend") if whole else (write_pounds, "£", "spend per child")
    first, last = compared.iloc[0]["first_year"], compared.iloc[0]["last_year"]
    table = pd.DataFrame(
        {
            "Price index": compared["index"].map(INDEX_NAMES),
            f"{first}, {sign}": compared["first"].map(write),
            f"{last}, {sign}": compared["last"].map(write),
            "Change": compared["total"].map(write_percent),
            "A year": compared["annual"].map(write_percent),
        }
    )
    return TableExhibit(
        table,
        "tbl-spend-deflators",
        f"From {first} to {last} real {what} of {case.spoken} changed by {write_span(compared['total'])}",
        f"Gross {what} in prices of {case.price_base}. HM Treasury advises the GDP deflator for public spending; CPI "
        "and CPIH follow what households buy; none follows the costs of children’s services. "
        f"{credit(cite_releases([*amounts.own['source_id'], *case.tables['prices']['source_id'].head(1)]))}.",
    )


def write_span(changes: pd.Series) -> str:
    """Write the span of a change under several price indices.

    Examples
    --------
    >>> write_span(pd.Series([0.209, 0.231])), write_span(pd.Series([0.209, 0.209]))
    ('+20.9% to +23.1%, depending on the price index', '+20.9% under every price index')
    """
    low, high = write_percent(changes.min()), write_percent(changes.max())
    return f"{low} under every price index" if low == high else f"{low} to {high}, depending on the price index"
