"""Two editions of a release side by side: what was revised, added and removed."""

from __future__ import annotations

import pandas as pd

REVISION_COLUMNS = ["area_code", "area_name", "time_period", "measure", "old", "new"]
LISTED = 5
"""Areas that are named one by one."""


def pair_figures(held: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Lay the figures of two editions side by side, by area, period and measure.

    Returns
    -------
    pandas.DataFrame
        `REVISION_COLUMNS` and `_merge`. Where a measure stands several times for an area and period, the
        first is laid beside the first, and so on.
    """
    old, new = (number_figures(frame) for frame in (held, figures))
    key = ["area", "time_period", "measure", "occurrence"]
    pairs = old.merge(new, on=key, how="outer", suffixes=("_old", "_new"), indicator=True)
    names = {column: pairs[f"{column}_new"].fillna(pairs[f"{column}_old"]) for column in ("area_code", "area_name")}
    return pairs.assign(old=pairs["value_as_published_old"], new=pairs["value_as_published_new"], **names)


def name_places(change: str, pairs: pd.DataFrame, side: str) -> list[str]:
    """Say in a line which areas and periods only one of two editions has; none where there are none.

    Examples
    --------
    >>> pairs = pd.DataFrame({"area_name": "Leeds", "time_period": ["2021", "2022"], "_merge": "left_only"})
    >>> name_places("removed", pairs, "left_only"), name_places("added", pairs, "right_only")
    (['removed: Leeds, 2021 to 2022'], [])
    """
    only = pairs[pairs["_merge"] == side]
    if only.empty:
        return []
    areas, periods = only["area_name"].unique(), sorted(set(only["time_period"]) - {""})
    named = ", ".join(areas) if len(areas) <= LISTED else f"{len(areas)} areas"
    when = f", {periods[0]}" + (f" to {periods[-1]}" if len(periods) > 1 else "") if periods else ""
    return [f"{change}: {named}{when}"]


def number_figures(figures: pd.DataFrame) -> pd.DataFrame:
    """Give each figure its area (the published code, else the name) and its number among those with the same key."""
    area = figures["area_code"].where(figures["area_code"] != "", figures["area_name"])
    named = figures.assign(area=area)
    return named.assign(occurrence=named.groupby(["area", "time_period", "measure"]).cumcount())
