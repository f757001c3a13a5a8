"""Time to an event that nobody sees happen: it is known only to lie between two looks (Turnbull's estimator)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

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
