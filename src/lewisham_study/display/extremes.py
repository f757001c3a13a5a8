"""What two end points hide: a lowest or highest value between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

CLEAR = 0.1
"""A value lies clearly outside its end points if it is so far, as a share, beyond the nearer of them."""


def name_extremes(values: pd.Series, write: Callable[[float], str], light: Sequence[str] = ()) -> str:
    """Name the lowest and highest value where they lie clearly outside the two ends, in brackets after a space.

    Parameters
    ----------
    values : in the order of time, indexed by the period as it is written; nothing missing.
    write : writes a value.
    light : periods whose value carries a caution, which is said.

    Examples
    --------
    >>> path = pd.Series([970.0, 802.0, 1205.0], index=["2012-13", "2018-19", "2021-22"])
    >>> name_extremes(path, "£{:,.0f}".format)
    ' (lowest £802 in 2018-19)'
    >>> name_extremes(path, "£{:,.0f}".format, ["2018-19"])
    ' (lowest £802 in 2018-19, under a caution)'
    >>> name_extremes(path.drop("2018-19"), "£{:,.0f}".format)
    ''
    """
    if len(values) < 3:
        return ""
    ends = values.iloc[[0, -1]]
    told = []
    for word, value, outside in (
        ("lowest", values.min(), values.min() < (1 - CLEAR) * ends.min()),
        ("highest", values.max(), values.max() > (1 + CLEAR) * ends.max()),
    ):
        when = str(values.index[values == value][0])
        lean = ", under a caution" if when in light else ""
        told += [f"{word} {write(float(value))} in {when}{lean}"] if outside else []
    return f" ({'; '.join(told)})" if told else ""
