"""Regression for times to an event: known only to lie in an interval (parametric), or seen on a day (Cox)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, log_expit

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Shape = Literal["weibull", "log-logistic"]
SHAPES: tuple[Shape, ...] = ("weibull", "log-logistic")
MOST_STEPS = 60


@dataclass(frozen=True)
class TimeFit:
    """A model of log times: location `design @ coefficients`, scale `spread`, and a standard distribution `shape`.

    The exponential of a coefficient is a time ratio: 1.2 means that times are a fifth longer. `covariance` is of the
    coefficients followed by the logarithm of the spread.
    """

    shape: Shape
    coefficients: Floats
    spread: float
    covariance: Floats
    likelihood: float

    def ratio(self, column: int) -> tuple[float, float, float]:
        """Return the time ratio of one column, with the ends of its 95% Wald interval."""
        middle, half = self.coefficients[column], 1.959964 * np.sqrt(self.covariance[column, column])
        return float(np.exp(middle)), float(np.exp(middle - half)), float(np.exp(middle + half))

    def share(self, times: ArrayLike, design: Floats) -> Floats:
        """Return the share that the model expects to have ended by each time, averaged over the rows of a design."""
        when = np.log(np.asarray(times, dtype=float))[:, None]
        scaled = (when - (design @ self.coefficients)[None, :]) / self.spread
        return np.asarray((1 - np.exp(log_survival(scaled, self.shape)[0])).mean(axis=1))


def log_survival(scaled: Floats, shape: Shape) -> tuple[Floats, Floats]:
    """Return the logarithm of survival at standardised log times, and the logarithm of the density's size."""
    if shape == "weibull":
        grown = np.exp(np.minimum(scaled, 500.0))
        return -grown, scaled - grown
    return log_expit(-scaled), log_expit(scaled) + log_expit(-scaled)


def fit_times(
    lower: ArrayLike, upper: ArrayLike, design: Floats, shape: Shape = "weibull", penalty: Floats | None = None
) -> TimeFit:
    """Fit times in `lower < time <= upper` (0 and infinite allowed) by penalised maximum likelihood, with Newton steps.

    `penalty` is the precision of a normal prior with mean 0 for each coefficient (0: none).
    """
    low, high = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
    weight = np.zeros(design.shape[1]) if penalty is None else penalty
    with np.errstate(divide="ignore"):
        ends = np.log(low), np.log(high)
    middle = np.where(np.isfinite(high), (low + np.where(np.isfinite(high), high, 0)) / 2, low * 1.5 + 0.1)
    beta, *_ = np.linalg.lstsq(design, np.log(np.maximum(middle, 0.05)), rcond=None)
    point = np.concatenate([beta, [np.log(0.6)]])
    value, slope, curve = climb_times(point, ends, design, shape, weight)
    for _ in range(MOST_STEPS):
        step = solve_uphill(curve, slope)
        part = 1.0
        while part > 1e-4:
            better = climb_times(point + part * step, ends, design, shape, weight)
            if np.isfinite(better[0]) and better[0] >= value - 1e-10:
                break
            part /= 2
        point = point + part * step
        value, slope, curve = better
        if np.abs(part * step).max() < 1e-9:
            break
    likelihood = value + 0.5 * float(weight @ point[:-1] ** 2)
    return TimeFit(
        shape, point[:-1], float(np.exp(point[-1])), np.asarray(np.linalg.inv(-curve), dtype=float), likelihood
    )


def solve_uphill(curve: Floats, slope: Floats) -> Floats:
    """Return Newton's step, turned uphill where the surface is not concave."""
    values, vectors = np.linalg.eigh(-curve)
    return np.asarray(vectors @ ((vectors.T @ slope) / np.maximum(np.abs(values), 1e-6)))


def climb_times(
    point: Floats, ends: tuple[Floats, Floats], design: Floats, shape: Shape, penalty: Floats
) -> tuple[float, Floats, Floats]:
    """Return the penalised log-likelihood of a point, its gradient and its Hessian."""
    beta, scale = point[:-1], np.exp(point[-1])
    size = point.size
    value, slope, curve = 0.0, np.zeros(size), np.zeros((size, size))
    survival, pull, bend, parts = [], [], [], []
    for end in ends:
        known = np.isfinite(end)
        scaled = np.where(known, (np.where(known, end, 0.0) - design @ beta) / scale, 0.0)
        left, density = log_survival(scaled, shape)
        sure = np.where(end < 0, 0.0, -np.inf)
        survival.append(np.where(known, left, sure))
        # The derivative of survival by the scaled time is minus the density, and that of the density is bend.
        first = np.where(known, -np.exp(density), 0.0)
        turn = (1 - np.exp(np.minimum(scaled, 500.0))) if shape == "weibull" else 1 - 2 * expit(scaled)
        pull.append(first)
        bend.append(np.where(known, first * turn, 0.0))
        parts.append(np.column_stack([-design / scale, -scaled]))
    gap = survival[1] - survival[0]
    with np.errstate(divide="ignore"):
        chance = survival[0] + np.log(-np.expm1(gap))
    if not np.isfinite(chance).all():
        return -np.inf, slope, curve
    value = float(chance.sum())
    mass = np.exp(chance)
    each = (parts[0] * pull[0][:, None] - parts[1] * pull[1][:, None]) / mass[:, None]
    slope = each.sum(axis=0)
    for sign, first, turn, part in ((1, pull[0], bend[0], parts[0]), (-1, pull[1], bend[1], parts[1])):
        curve += sign * (part * (turn / mass)[:, None]).T @ part
        # Second derivatives of the scaled time: by slope and log scale, and by log scale twice.
        cross = sign * ((first / mass)[:, None] * design / scale).sum(axis=0)
        curve[:-1, -1] += cross
        curve[-1, :-1] += cross
        curve[-1, -1] += sign * ((first / mass) * -part[:, -1]).sum()
    curve -= each.T @ each
    value -= 0.5 * float(penalty @ beta**2)
    slope[:-1] -= penalty * beta
    curve[range(size - 1), range(size - 1)] -= penalty
    return value, slope, curve


@dataclass(frozen=True)
class Hazards:
    """Coefficients of a Cox model and their standard errors, clustered by group."""

    coefficients: Floats
    errors: Floats

    def ratio(self, column: int) -> tuple[float, float, float]:
        """Return the hazard ratio of one column, with the ends of its 95% Wald interval."""
        middle, half = self.coefficients[column], 1.959964 * self.errors[column]
        return float(np.exp(middle)), float(np.exp(middle - half)), float(np.exp(middle + half))


def fit_cox(begin: Floats, end: Floats, ended: NDArray[np.bool_], design: Floats, groups: Codes) -> Hazards:
    """Fit proportional hazards to spells from `begin` to `end`, ties by Breslow, errors clustered by group."""
    times = np.unique(end[ended])
    risk = ((begin[None, :] < times[:, None]) & (end[None, :] >= times[:, None])).astype(float)
    event = ((end[None, :] == times[:, None]) & ended[None, :]).astype(float)
    count = event.sum(axis=1)
    beta = np.zeros(design.shape[1])
    for _ in range(MOST_STEPS):
        weight = np.exp(design @ beta)
        total = risk @ weight
        mean = (risk @ (weight[:, None] * design)) / total[:, None]
        slope = (event @ design).sum(axis=0) - count @ mean
        second = design.T @ (design * (weight * (risk.T @ (count / total)))[:, None])
        information = second - mean.T @ (mean * count[:, None])
        step = np.linalg.solve(information, slope)
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    weight = np.exp(design @ beta)
    total = risk @ weight
    mean = (risk @ (weight[:, None] * design)) / total[:, None]
    share = risk.T @ (count / total)
    seen = event.T @ (mean * 1.0)
    expected = (risk * (count / total)[:, None]).T @ mean
    residual = event.sum(axis=0)[:, None] * design - seen - weight[:, None] * (design * share[:, None] - expected)
    scores = np.zeros((int(groups.max()) + 1, design.shape[1]))
    np.add.at(scores, groups, residual)
    bread = np.linalg.inv(information)
    factor = len(scores) / (len(scores) - 1)
    return Hazards(beta, np.sqrt(np.diag(bread @ (scores.T @ scores) @ bread) * factor))
