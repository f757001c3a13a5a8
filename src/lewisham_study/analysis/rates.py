"""Amounts beside the children they are for: pounds per child, counts per 10,000 children."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lewisham_study.errors import UsageError

PER_CHILDREN = 10_000


def per_child(spend: pd.DataFrame, population: pd.DataFrame, column: str = "value") -> pd.DataFrame:
    """Divide the amounts of a financial year by the children in the middle of it.

    Parameters
    ----------
    spend : pandas.DataFrame
        Rows with new_la_code, time_period (a financial year) and the amounts.
    population : pandas.DataFrame
        The table `population`; mid-2012 is used for 2012-13.
    column : str, optional
        The column of amounts, such as `value` or `real_value`.

    Returns
    -------
    pandas.DataFrame
        The rows of `spend`, with children (aged 0 to 17) and <column>_per_child; missing where either is missing.

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
    """Convert counts at, or in the year to, 31 March to rates per 10,000 children, as the DfE does.

    Parameters
    ----------
    need : pandas.DataFrame
        Rows with new_la_code, time_period (a year) and value (a count).
    population : pandas.DataFrame
        The table `population`; mid-2021, the estimate before, is used for 31 March 2022.

    Returns
    -------
    pandas.DataFrame
        The rows of `need`, with children (aged 0 to 17) and rate_per_10000; missing where either is missing. An
        earlier edition's rate differs where population estimates have been rebased since.

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


def to_real_terms(
    spend: pd.DataFrame, prices: pd.DataFrame, base: str = "2021-22", index: str = "gdp_deflator"
) -> pd.DataFrame:
    """Convert pounds of each financial year to the prices of one year.

    Parameters
    ----------
    spend : pandas.DataFrame
        Rows with time_period (a financial year) and value (pounds in cash).
    prices : pandas.DataFrame
        The table `prices`.
    base : str, optional
        The financial year whose prices are used.
    index : {'gdp_deflator', 'cpi', 'cpih'}, optional
        The price index; HM Treasury advises the GDP deflator for public spending.

    Returns
    -------
    pandas.DataFrame
        The rows of `spend`, with real_value (pounds in prices of `base`), price_base and price_index; missing values
        stay missing.

    Raises
    ------
    UsageError
        If there is no such index, or it has no value for the base or for a year of `spend`.

    Examples
    --------
    >>> spend = pd.DataFrame({"time_period": ["2012-13", "2021-22"], "value": [100.0, 100.0]})
    >>> prices = pd.DataFrame({"index_name": "gdp_deflator", "time_period": ["2012-13", "2021-22"],
    ...                        "value": [71.5454, 85.3036]})
    >>> to_real_terms(spend, prices)["real_value"].round(2).tolist()
    [119.23, 100.0]
    """
    series = prices[prices["index_name"] == index].set_index("time_period")["value"]
    if series.empty:
        raise UsageError(f"no price index is called {index!r}; there are: {', '.join(prices['index_name'].unique())}")
    missing = sorted({base, *spend["time_period"]} - set(series.index))
    if missing:
        raise UsageError(f"{index} has no value for {', '.join(missing)}; it runs from {min(series.index)} on")
    factor = series[base] / spend["time_period"].map(series)
    return spend.assign(real_value=spend["value"] * factor, price_base=base, price_index=index)


WITHIN = ["time_period", "measure", "series"]


def sum_authorities(figures: pd.DataFrame, by: Sequence[str] = WITHIN) -> pd.DataFrame:
    """Add up authorities' figures: counts and pounds, not rates.

    A joint return stands in the row of each authority it covers, and is counted once, for the first of
    those that `figures` holds. Missing figures are not zeros: they are left out and counted.

    Parameters
    ----------
    figures : rows of `workforce`, `spend` or `need`; rows of regions and England are left out.
    by : columns to group by; time_period, measure and series should be among them.

    Returns
    -------
    pandas.DataFrame
        The columns of `by`, value (NaN where no figure is known), figures (how many were added) and
        missing (how many had no value).

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "la_code": ["209", "314", "318"], "geographic_level": "local_authority", "time_period": "2022",
    ...     "measure": "cases", "series": "cases_2017_on", "value": [1955.0, 1491.0, 1491.0],
    ...     "joint_la_codes": [None, "314 318", "314 318"],
    ... })
    >>> sum_authorities(rows)[["value", "figures"]].to_dict("records")
    [{'value': 3446.0, 'figures': 2}]
    """
    authorities = figures[figures["geographic_level"] == "local_authority"]
    returns = authorities.get("joint_la_codes", pd.Series(pd.NA, index=authorities.index, dtype="str"))
    returned = authorities.assign(returned_by=returns.fillna(authorities["la_code"]))
    once = returned.drop_duplicates([*WITHIN, "returned_by"])
    summed = once.groupby(list(by), sort=True)["value"].agg(
        value=lambda values: values.sum(min_count=1), figures="count", rows="size"
    )
    summed["missing"] = summed["rows"] - summed["figures"]
    return summed.drop(columns="rows").reset_index()
