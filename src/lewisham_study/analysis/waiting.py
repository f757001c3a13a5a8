"""How long authorities took from below good to good: what inspections saw, and when they looked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lewisham_study.analysis.ratings import GOOD_OR_BETTER, Basis, date_judgements
from lewisham_study.analysis.turnbull import Turnbull, bound_quantile, estimate_turnbull
from lewisham_study.tidy.once import Frames, once

DAYS_A_YEAR = 365.25
UNTIL = pd.Timestamp("2025-03-31")
"""The last day that Ofsted's releases cover."""


@dataclass(frozen=True)
class Waits:
    """The waits of all authorities, estimated in two ways.

    Attributes
    ----------
    waits : from `list_waits`.
    band : how they are distributed, as far as inspections saw it.
    curve : from `estimate_kaplan_meier`.
    half : the earliest and the latest time by which half had reached good, in years.
    """

    waits: pd.DataFrame
    band: Turnbull
    curve: pd.DataFrame
    half: tuple[float, float]


@once
def estimate_waits(tables: Frames, basis: Basis) -> Waits:
    """Estimate the time from a first SIF below good to good, over all authorities."""
    waits = list_waits(tables["judgements"], UNTIL, basis=basis)
    band = estimate_turnbull(waits["lower"], waits["upper"])
    return Waits(waits, band, estimate_kaplan_meier(waits), bound_quantile(band))


def list_waits(
    judgements: pd.DataFrame, until: str | pd.Timestamp, *, framework: str = "SIF", basis: Basis = "inspected"
) -> pd.DataFrame:
    """List the authorities that a framework's first inspection found below good, and when they were seen to be good.

    Parameters
    ----------
    judgements : the tidy table.
    until : the last day of inspections to count.
    framework : whose first overall grade begins the wait.
    basis : 'inspected' or 'published'; see `analysis.ratings.date_judgements`.

    Returns
    -------
    pandas.DataFrame
        la_code, start (day), grade (at the start), lower (years to the last inspection that found it below
        good), upper (years to the first that found it good; infinite where none has), reached.
        Successors of an abolished authority do not go on with its wait.
    """
    dated = date_judgements(judgements, basis)
    overall = dated[(dated["strand"] == "overall") & (dated["date"] <= pd.Timestamp(until))]
    first = overall[overall["framework"] == framework].drop_duplicates("la_code")
    first = first[~first["grade"].isin(GOOD_OR_BETTER)].rename(columns={"date": "start", "grade": "grade_first"})
    seen = overall.merge(first[["la_code", "start", "grade_first"]], on="la_code")
    seen = seen[seen["date"] >= seen["start"]]
    seen["years"] = (seen["date"] - seen["start"]).dt.days / DAYS_A_YEAR
    good = seen[seen["grade"].isin(GOOD_OR_BETTER)].groupby("la_code")["years"].min()
    upper = seen["la_code"].map(good).fillna(np.inf)
    waits = first.set_index("la_code")[["start", "grade_first"]].rename(columns={"grade_first": "grade"})
    waits["lower"] = seen[seen["years"] < upper].groupby("la_code")["years"].max()
    waits["upper"] = good.reindex(waits.index).fillna(np.inf)
    return waits.assign(reached=np.isfinite(waits["upper"])).reset_index()


def estimate_kaplan_meier(waits: pd.DataFrame) -> pd.DataFrame:
    """Estimate the waits as if each ended on the day that an inspection found it ended.

    Parameters
    ----------
    waits : from `list_waits`. One without an end leaves when it was last looked at.

    Returns
    -------
    pandas.DataFrame
        time (years), at_risk, reached (counts), share (that had reached good by then); a row for each time
        at which any had, and one for time 0.

    Notes
    -----
    Kaplan and Meier (1958), Journal of the American Statistical Association 53: 457-481. Naive here: the end
    lies somewhere before the inspection that sees it.

    Examples
    --------
    >>> waits = pd.DataFrame({"lower": [0, 0, 1], "upper": [2, np.inf, 3], "reached": [True, False, True]})
    >>> estimate_kaplan_meier(waits)[["time", "at_risk", "share"]].to_dict("list")
    {'time': [0.0, 2.0, 3.0], 'at_risk': [3, 2, 1], 'share': [0.0, 0.5, 1.0]}
    """
    time = waits["upper"].where(waits["reached"], waits["lower"]).astype(float)
    table = pd.DataFrame({"reached": waits["reached"].groupby(time).sum(), "left": waits.groupby(time).size()})
    table["at_risk"] = table["left"][::-1].cumsum()[::-1]
    table["share"] = 1 - (1 - table["reached"] / table["at_risk"]).cumprod()
    ends = table[table["reached"] > 0].rename_axis("time").reset_index()
    begin = pd.DataFrame({"time": [0.0], "at_risk": [len(waits)], "reached": [0], "share": [0.0]})
    return pd.concat([begin, ends[["time", "at_risk", "reached", "share"]]], ignore_index=True)


def find_median(curve: pd.DataFrame) -> float:
    """Give the time at which half had reached good, from `estimate_kaplan_meier`; infinite where half never did."""
    past = curve[curve["share"] >= 0.5 - 1e-12]
    return float(past["time"].iloc[0]) if len(past) else np.inf
