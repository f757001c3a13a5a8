"""How published numbers about caseload and spend are computed anew: general recipes with arguments as text."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lewisham_study.analysis.totals import sum_authorities
from lewisham_study.errors import UsageError

Tables = Mapping[str, pd.DataFrame]
"""The tidy tables by name."""
FIGURE_KEY = ["new_la_code", "time_period", "measure", "series"]


def find_figure(tables: Tables, *, area: str, divide_by: str = "1", **choice: str) -> float:
    """Give one figure of one area; see `select_figures`.

    Parameters
    ----------
    tables : the topic's table, and revisions where an edition is named.
    area : la_name, such as Lewisham, London or England.
    divide_by : 1000000 gives millions.
    """
    figures = select_figures(tables, **choice)
    found = require_one(figures[figures["la_name"] == area], f"{choice} for {area}")
    return float(found["value"]) / float(divide_by)


def rank_figure(tables: Tables, *, order: str, rank: str = "1", **choice: str) -> float:
    """Give the n-th lowest or highest figure among authorities, a joint return counted once; see `select_figures`."""
    figures = select_figures(tables, **choice)
    local = figures[figures["geographic_level"] == "local_authority"]
    returns = local.assign(returned_by=local["joint_la_codes"].fillna(local["la_code"])).drop_duplicates("returned_by")
    return float(returns["value"].sort_values(ascending=order == "lowest", kind="stable").iloc[int(rank) - 1])


def sum_figures(tables: Tables, *, divide_by: str = "1", **choice: str) -> float:
    """Add a figure over all authorities, a joint return counted once; see `select_figures`."""
    total = require_one(sum_authorities(select_figures(tables, **choice)), str(choice))
    return float(total["value"]) / float(divide_by)


def sum_per_child(tables: Tables, *, population: str, **choice: str) -> float:
    """Divide a sum over all authorities by the children of England in the middle of a year."""
    children = tables["population"]
    england = children[(children["geographic_level"] == "national") & (children["time_period"] == population)]
    return sum_figures(tables, **choice) / float(require_one(england, f"children of England in {population}")["value"])


def average_per_child(tables: Tables, *, measures: str, period: str, population: str, index: str, base: str) -> float:
    """Give the plain mean over authorities of real spend per child.

    Parameters
    ----------
    tables : spend, population and prices are read.
    measures : measures of spend that are added, with spaces between.
    period : financial year of the spend; `population`: the year of its children.
    index, base : price index, and the financial year whose prices are used.
    """
    spend = tables["spend"]
    chosen = spend["measure"].isin(measures.split()) & (spend["time_period"] == period)
    chosen &= spend["geographic_level"] == "local_authority"
    wide = spend[chosen].pivot(index="new_la_code", columns="measure", values="value").sum(axis=1, skipna=False)
    children = tables["population"][tables["population"]["time_period"] == population].set_index("new_la_code")["value"]
    prices = tables["prices"][tables["prices"]["index_name"] == index].set_index("time_period")["value"]
    return float((wide / children.reindex(wide.index)).mean() * prices[base] / prices[period])


def select_figures(
    tables: Tables, *, table: str, measure: str, period: str, series: str = "", edition: str = ""
) -> pd.DataFrame:
    """Give the figures of one measure and period, as they stand or as an earlier edition had them.

    Parameters
    ----------
    tables : the tidy tables.
    table : workforce, spend or need.
    measure, period, series : as the table has them (no series: the only one).
    edition : source_id of the edition asked for (empty: the latest held).
    """
    figures = tables[table]
    chosen = (figures["measure"] == measure) & (figures["time_period"] == period)
    if series:
        chosen &= figures["series"] == series
    figures = figures[chosen]
    if edition:
        revisions = tables["revisions"]
        old = revisions[revisions["source_id_superseded"] == edition].set_index(FIGURE_KEY)["value_superseded"]
        keys = pd.MultiIndex.from_frame(figures[FIGURE_KEY])
        revised = keys.isin(old.index)
        figures = figures.assign(value=figures["value"].mask(revised, old.reindex(keys).to_numpy()))
    return figures


def require_one(found: pd.DataFrame, what: str) -> pd.Series:
    """Give the only row, or say how many there are."""
    if len(found) != 1:
        raise UsageError(f"the recipe needs one row, and there are {len(found)}: {what}")
    return found.iloc[0]


FIGURE_RECIPES = (find_figure, rank_figure, sum_figures, sum_per_child, average_per_child)
