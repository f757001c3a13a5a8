"""The table `prices`: the GDP deflator and the consumer price indices, by year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from lewisham_study.csvfiles import read_csv
from lewisham_study.errors import DataError
from lewisham_study.raw.figures import locate, name_cell, read_figures
from lewisham_study.tidy.figures import parse_periods

INDEX_COLUMNS = ["source_id", "published", "index_name", "unit"]
COLUMNS = ["index_name", "time_period", "value", "unit", "forecast", "source_id", "locator"]
FORECAST = "is_forecast"


def tidy_prices(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `prices`.

    Parameters
    ----------
    raw, coding : the folders `data/raw` and `data/coding`; `price_indices.csv` names the published columns.

    Returns
    -------
    pandas.DataFrame
        One row for each index and year; `forecast` is true where the release says so, false where it does not.

    Raises
    ------
    DataError
        Where a column is not named, or an index is not a number.
    """
    figures = read_figures(raw, "prices").rename(columns={"measure": "published"})
    marks = figures[figures["published"] == FORECAST].set_index(["source_id", "row"])["value_as_published"]
    indices = read_csv(coding / "price_indices.csv", INDEX_COLUMNS, ["source_id", "published"])
    named = figures[figures["published"] != FORECAST].merge(indices, how="left", on=["source_id", "published"])
    value = pd.to_numeric(named["value_as_published"], errors="coerce")
    wrong = named["index_name"].isna() | value.isna()
    if wrong.any():
        odd = named[wrong].iloc[0]
        got = f"{odd['published']} {odd['value_as_published']!r}"
        mend = "name the column in data/coding/price_indices.csv, or import the release again"
        raise DataError(odd["source_id"], "a number in a known column", got, row=name_cell(odd), mend=mend)
    mark = marks.reindex(pd.MultiIndex.from_frame(named[["source_id", "row"]]))
    tidy = named.assign(
        time_period=parse_periods(named), value=value, forecast=(mark == "true").to_numpy(), locator=locate(named)
    )
    return tidy[COLUMNS].sort_values(["index_name", "time_period"], ignore_index=True)
