"""Time to an event that nobody sees happen: it is known only to lie between two looks (Turnbull's estimator)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from lewisham_study.analysis.ratings import date_judgements
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import GOOD_OR_BETTER, Basis

Floats = NDArray[np.float64]
MOST_STEPS = 100_000
SURE = 10
"""Decimals of a share that do not depend on the processor's way of adding up."""


@dataclass(frozen=True)
class Turnbull:
    """A distribution that interval-censored times determine as far as they can.

    Attributes
    ----------
    left, right : ends of the intervals that hold the mass, in order; right may be infinite.
    mass : the share of all times that falls in each. Where in its interval it falls, the data cannot tell.
    holds : which time (row) may fall in which interval (column); 1 or 0.
    """

    left: Floats
    right: Floats
    mass: Floats
    holds: Floats


def estimate_turnbull(lower: ArrayLike, upper: ArrayLike, tolerance: float = 1e-6) -> Turnbull:
    """Estimate the distribution of times known only to lie after `lower` and not after `upper`.

    Parameters
    ----------
    lower, upper : ends of each interval, `lower < time <= upper`; infinite `upper`: not seen yet; both
        the same: seen exactly.
    tolerance : how far the score may exceed that of the maximum.

    Returns
    -------
    Turnbull
        The non-parametric maximum likelihood estimate. With exact and right-censored times alone it is
        the Kaplan-Meier estimate.

    Raises
    ------
    ValueError
        Where there is no interval, or one ends before it begins.

    Notes
    -----
    Turnbull (1976), Journal of the Royal Statistical Society B 38: 290-295: mass lies only in the innermost
    intervals, and is found by self-consistency (EM). Stopped by the condition of Gentleman and Geyer
    (1994), Biometrika 81: 618-623: at the maximum no interval's score exceeds the number of times.

    Examples
    --------
    >>> found = estimate_turnbull([0, 1, 1], [2, 3, np.inf])
    >>> found.left.tolist(), found.right.tolist(), found.mass.round(2).tolist()
    ([1.0], [2.0], [1.0])
    """
    low, high = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
    if not low.size or (low > high).any():
        raise ValueError("every interval needs a lower end that is not above its upper end")
    left, right = find_innermost(low, high)
    begun = (left > low[:, None]) | ((left == low[:, None]) & ((left < right) | (low == high)[:, None]))
    holds = (begun & (right <= high[:, None])).astype(float)
    mass = np.full(left.size, 1 / left.size)
    for _ in range(MOST_STEPS):
        score = holds.T @ (1 / (holds @ mass)) / low.size
        mass = mass * score
        if score.max() <= 1 + tolerance:
            break
    return Turnbull(left, right, (mass / mass.sum()).round(SURE), holds)


def find_innermost(lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """Find the intervals that begin at a lower end, end at an upper end, and have no other end between.

    At one time an exact lower end comes first, then upper ends, then lower ends of `lower < time`.
    """
    exact = lower == upper
    ends = np.concatenate([lower, upper])
    order = np.concatenate([np.where(exact, 0, 2), np.ones(upper.size)])
    begins = np.concatenate([np.ones(lower.size, dtype=bool), np.zeros(upper.size, dtype=bool)])
    place = np.lexsort([order, ends])
    ends, begins = ends[place], begins[place]
    first = np.flatnonzero(begins[:-1] & ~begins[1:])
    return ends[first], ends[first + 1]


def bound_share(estimate: Turnbull, times: ArrayLike) -> pd.DataFrame:
    """Give the least and the greatest share that may have been reached by each time.

    Returns
    -------
    pandas.DataFrame
        time, least, greatest. Between the two the data cannot tell.

    Examples
    --------
    >>> bound_share(estimate_turnbull([0, 0, 2], [1, 1, 3]), [0.5, 1, 2.5]).round(2)
       time  least  greatest
    0   0.5   0.00      0.67
    1   1.0   0.67      0.67
    2   2.5   0.67      1.00
    """
    when = np.asarray(times, dtype=float)[:, None]
    ended = estimate.right <= when
    begun = ended | (estimate.left < when)
    return pd.DataFrame({"time": when[:, 0], "least": ended @ estimate.mass, "greatest": begun @ estimate.mass}).round(
        {"least": SURE, "greatest": SURE}
    )


def bound_quantile(estimate: Turnbull, share: float = 0.5, closeness: float = 0.95) -> tuple[float, float]:
    """Give the earliest and the latest time by which a share may have been reached, judged by likelihood.

    Parameters
    ----------
    estimate : the distribution.
    share : between 0 and 1.
    closeness : how large the likelihood must be, as a part of the greatest there is.

    Returns
    -------
    tuple of float
        The ends of the band; infinite where the share may not have been reached at all. It is not a confidence
        interval: it holds the times that the data support as well as the best, or nearly.

    Examples
    --------
    >>> bound_quantile(estimate_turnbull([0, 0, 2], [1, 1, 3]))
    (0.0, 1.0)
    """
    best = compute_likelihood(estimate, estimate.mass)
    allowed = [j for j in range(estimate.mass.size) if allow_quantile(estimate, j, share, best + np.log(closeness))]
    return float(estimate.left[allowed[0]]), float(estimate.right[allowed[-1]])


def allow_quantile(estimate: Turnbull, place: int, share: float, least: float) -> bool:
    """Tell whether a share may be reached in one interval, with a log-likelihood of at least `least`."""
    before = np.arange(estimate.mass.size) < place
    mass, reached = estimate.mass, estimate.mass[before].sum()
    if reached > share:
        mass = fit_constrained(estimate, before, share)
    elif reached + estimate.mass[place] < share:
        mass = fit_constrained(estimate, np.arange(estimate.mass.size) <= place, share)
    return compute_likelihood(estimate, mass) >= least


def fit_constrained(estimate: Turnbull, first: NDArray[np.bool_], share: float) -> Floats:
    """Fit the mass under the constraint that the first intervals hold a given share of it."""
    mass = estimate.mass + 1e-3
    if not first.any() or first.all():
        return np.zeros_like(mass)
    for _ in range(400):
        mass = mass * (estimate.holds.T @ (1 / (estimate.holds @ mass)))
        mass[first] *= share / mass[first].sum()
        mass[~first] *= (1 - share) / mass[~first].sum()
    return mass


def compute_likelihood(estimate: Turnbull, mass: Floats) -> float:
    """Give the logarithm of the likelihood of a mass; minus infinity where it leaves a time no place."""
    with np.errstate(divide="ignore"):
        return float(np.log(estimate.holds @ mass).sum())


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
