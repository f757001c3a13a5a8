"""Cautions: figures that stand, but that a reader should lean on lightly."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from lewisham_study.analysis.case import Case
from lewisham_study.display.sources import cite_releases
from lewisham_study.display.style import HERE


def find_cautions(case: Case, table: str) -> pd.DataFrame:
    """Take the cautions on a table's figures of the authority, and those on figures of every authority."""
    cautions = case.tables["cautions"]
    local = cautions[cautions["geographic_level"] == "local_authority"]
    mine = local["la_code"].isna() | (local["la_code"] == case.la_code)
    return local[mine & (local["table"] == table)]


def list_cautioned(case: Case, table: str, measure: str, years: pd.Series) -> list[str]:
    """List those of some years in which a measure of the authority stands under a caution.

    Parameters
    ----------
    case : the case under study.
    table, measure : the figures' table and measure.
    years : the years as the table writes them, such as 2018 or 2018-19.
    """
    cautions = find_cautions(case, table)
    here = cautions["measure"].isna() | (cautions["measure"] == measure)
    cautioned = cautions.loc[here & (cautions["status"] == "published"), "time_period"]
    return sorted(set(cautioned) & set(years))


def mark_cautions(axes: Axes, own: pd.DataFrame, value: str, years: list[str]) -> None:
    """Hollow out the marks of years that carry a caution."""
    some = own[own["time_period"].isin(years)]
    look: dict[str, Any] = {"markerfacecolor": "white", "markeredgecolor": HERE, "markeredgewidth": 1.3}
    axes.plot(some["year"], some[value], "o", markersize=5, zorder=4.5, **look)


def note_hollow(years: list[str]) -> str:
    """Say in a caption, with a space before, what hollow marks mean, where there are any.

    Examples
    --------
    >>> note_hollow(["2018-19"])
    ' Hollow: a figure to lean on lightly (2018-19), as told below.'
    """
    return f" Hollow: a figure to lean on lightly ({', '.join(years)}), as told below." if years else ""


def tell_standing(case: Case, table: str, years: list[str]) -> list[str]:
    """Tell of each caution on figures that stand in some years."""
    cautions = find_cautions(case, table)
    standing = cautions[(cautions["status"] == "published") & cautions["time_period"].isin(years)]
    return [
        f"{row['time_period']}: {row['caution']} {cite_releases([row['source_id']])}."
        for row in standing.sort_values("time_period", kind="stable").to_dict("records")
    ]
