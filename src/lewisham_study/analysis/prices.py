"""Real terms: money of different years in the prices of one."""

from __future__ import annotations

import pandas as pd

from lewisham_study.errors import UsageError


def to_real_terms(
    spend: pd.DataFrame, prices: pd.DataFrame, base: str = "2021-22", index: str = "gdp_deflator"
) -> pd.DataFrame:
    """Put pounds of each financial year in the prices of one.

    Parameters
    ----------
    spend : rows with time_period (a financial year) and value (pounds, nominal).
    prices : the tidy table.
    base : the financial year whose prices are used.
    index : 'gdp_deflator', as HM Treasury advises for public spending, or 'cpi' or 'cpih' to see what turns on it.

    Returns
    -------
    pandas.DataFrame
        The rows of `spend`, with real_value (pounds in prices of `base`), price_base and price_index. What
        is missing stays missing.

    Raises
    ------
    UsageError
        Where no index has that name, or it has no value for the base or for a year of `spend`.

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
