"""Figures under a caution: which inspections rest on them, and what medians are without them."""

from __future__ import annotations

import pandas as pd


def take_cautions(cautions: pd.DataFrame, table: str) -> pd.DataFrame:
    """Take the cautions on published figures of a table that are of one authority alone."""
    return cautions[(cautions["table"] == table) & (cautions["status"] == "published") & cautions["la_code"].notna()]


def mark_cautioned(inspections: pd.DataFrame, cautions: pd.DataFrame) -> pd.Series:
    """Tell of each inspection whether the section 251 return of its authority and year stands under a caution.

    Parameters
    ----------
    inspections : la_code and year (the one that the financial year ends in).
    cautions : the tidy table; one on any line of the return counts, one on the other account, RO3, does not.

    Examples
    --------
    >>> caution = {"table": "spend", "status": "published", "la_code": "210", "time_period": "2012-13"}
    >>> cautions = pd.DataFrame([caution | {"measure": "total_gross"}])
    >>> mark_cautioned(pd.DataFrame({"la_code": ["210", "210"], "year": [2013, 2018]}), cautions).tolist()
    [True, False]
    """
    told = take_cautions(cautions, "spend")
    told = told[~told["measure"].str.startswith("ro3").fillna(False).astype(bool)]
    years = told["time_period"].str[:4].astype(int) + 1
    marked = pd.MultiIndex.from_arrays([told["la_code"], years])
    return pd.Series(pd.MultiIndex.from_frame(inspections[["la_code", "year"]]).isin(marked), index=inspections.index)


def compare_medians(figures: pd.DataFrame, light: pd.DataFrame, value: str) -> pd.DataFrame:
    """Give the medians of some years with figures to lean on lightly, and without them.

    Parameters
    ----------
    figures : la_code, time_period and the value, a row a figure; the light ones are among them.
    light : la_code and time_period of those.
    value : the column to take the median of.

    Returns
    -------
    pandas.DataFrame
        time_period (those of `light`), published, without (missing where no other figure is left).

    Examples
    --------
    >>> figures = pd.DataFrame({"la_code": list("abc"), "time_period": "2018", "value": [10.0, 12.0, 20.0]})
    >>> compare_medians(figures, figures[figures["la_code"] == "c"], "value").to_dict("records")
    [{'time_period': '2018', 'published': 12.0, 'without': 11.0}]
    """
    there, keys = figures[figures["time_period"].isin(light["time_period"])], ["la_code", "time_period"]
    marked = pd.MultiIndex.from_frame(there[keys]).isin(pd.MultiIndex.from_frame(light[keys]))
    both = there.assign(published=there[value], without=there[value].mask(marked))
    return both.groupby("time_period")[["published", "without"]].median().reset_index()
