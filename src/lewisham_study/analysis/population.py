"""Amounts beside the children they are for: pounds per child, counts per 10,000 children."""

from __future__ import annotations

import pandas as pd

PER_CHILDREN = 10_000


def per_child(spend: pd.DataFrame, population: pd.DataFrame, column: str = "value") -> pd.DataFrame:
    """Divide the amounts of a financial year by the children in the middle of it.

    Parameters
    ----------
    spend : rows with new_la_code, time_period (a financial year) and the amounts.
    population : the tidy table. 2012-13 goes with mid-2012.
    column : the amounts, such as `value` or `real_value`.

    Returns
    -------
    pandas.DataFrame
        The rows of `spend`, with children (aged 0 to 17) and <column>_per_child; missing where either is.

    Examples
    --------
    >>> spend = pd.DataFrame({"new_la_code": ["E09000023"], "time_period": ["2012-13"], "value": [6451400.0]})
    >>> population = pd.DataFrame({"new_la_code": ["E09000023"], "time_period": ["2012"], "value": [64514.0]})
    >>> per_child(spend, population)["value_per_child"].tolist()
    [100.0]
    """
    year = spend["time_period"].str[:4].astype(int)
    children = find_children(spend["new_la_code"], year, population)
    return spend.assign(**{"children": children, f"{column}_per_child": spend[column] / children})


def rate_per_10000(need: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Give counts at, or in the year to, 31 March as rates per 10,000 children, as DfE does.

    Parameters
    ----------
    need : rows with new_la_code, time_period (a year) and value (a count).
    population : the tidy table. 31 March 2022 goes with mid-2021, the estimate before it.

    Returns
    -------
    pandas.DataFrame
        The rows of `need`, with children (aged 0 to 17) and rate_per_10000; missing where either is. A
        published rate of an earlier edition differs where its population was rebased since.

    Examples
    --------
    >>> need = pd.DataFrame({"new_la_code": ["E09000023"], "time_period": ["2022"], "value": [462.0]})
    >>> population = pd.DataFrame({"new_la_code": ["E09000023"], "time_period": ["2021"], "value": [64443.0]})
    >>> rate_per_10000(need, population)["rate_per_10000"].round(1).tolist()
    [71.7]
    """
    year = need["time_period"].astype(int) - 1
    children = find_children(need["new_la_code"], year, population)
    return need.assign(children=children, rate_per_10000=need["value"] / children * PER_CHILDREN)


def find_children(codes: pd.Series, years: pd.Series, population: pd.DataFrame) -> pd.Series:
    """Give the children of each area in the middle of a year; missing where there is no estimate."""
    estimates = population.set_index(["new_la_code", "time_period"])["value"]
    if not estimates.index.is_unique:
        raise ValueError("population holds an area and year twice")
    keys = pd.MultiIndex.from_arrays([codes, years.astype(str)])
    return pd.Series(estimates.reindex(keys).to_numpy(), index=codes.index, dtype=float)
