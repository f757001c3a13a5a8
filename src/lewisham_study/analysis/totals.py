"""Sums of authorities' figures, in which a joint return counts once."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

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
