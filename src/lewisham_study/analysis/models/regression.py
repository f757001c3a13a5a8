"""Regression: logit with clustered errors or crossed random intercepts, times in an interval, proportional hazards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, log_expit

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Shape = Literal["weibull", "log-logistic"]
SHAPES: tuple[Shape, ...] = ("weibull", "log-logistic")
NORMAL_975 = 1.959964
MOST_STEPS = 60


@dataclass(frozen=True)
class Fit:
    """Coefficients and standard errors on the log scale; standard deviations of the random intercepts, if any."""

    coefficients: Floats
    errors: Floats
    spreads: tuple[float, ...] = ()

    def ratio(self, column: int) -> tuple[float, float, float]:
        """Return the ratio (of odds, times or hazards) of one column, with the ends of its 95% Wald interval."""
        middle, half = self.coefficients[column], NORMAL_975 * self.errors[column]
        return float(np.exp(middle)), float(np.exp(middle - half)), float(np.exp(middle + half))


def fit_logit(outcome: Floats, design: Floats, groups: Codes) -> Fit:
    """Fit a logit by maximum likelihood, with sandwich errors clustered by group (groups numbered from 0).

    The errors include the small-sample factor g / (g - 1).
    """
    beta = np.zeros(design.shape[1])
    for _ in range(MOST_STEPS):
        probability = expit(design @ beta)
        information = (design * (probability * (1 - probability))[:, None]).T @ design
        step = np.linalg.solve(information, design.T @ (outcome - probability))
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    else:
        raise ValueError("the logit has no finite estimate: some terms determine the outcome")
    return Fit(beta, cluster_errors(design * (outcome - expit(design @ beta))[:, None], groups, information))


def number_values(values: ArrayLike) -> Codes:
    """Number the distinct values from 0, in sorted order."""
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def cluster_errors(parts: Floats, groups: Codes, information: Floats) -> Floats:
    """Return standard errors from each row's part of the score, summed by group (sandwich)."""
    scores = np.zeros((int(groups.max()) + 1, parts.shape[1]))
    np.add.at(scores, groups, parts)
    bread = np.linalg.inv(information)
    factor = len(scores) / (len(scores) - 1)
    return np.asarray(np.sqrt(np.diag(bread @ (scores.T @ scores) @ bread) * factor))


def fit_mixed_logit(outcome: Floats, design: Floats, groups: Codes, periods: Codes) -> Fit:
    """Fit a logit with crossed random intercepts of groups and periods, by Laplace's approximation.

    It is taken at the mode of the intercepts, as in glmmTMB and lme4 (Breslow and Clayton 1993, JASA 88: 9-25).
    """
    terms = design.shape[1]
    model = CrossedIntercepts(outcome, design, groups, periods)
    start = np.concatenate([fit_logit(outcome, design, groups).coefficients, [0.5, 0.5]])
    optimum, errors = minimise(model.compute_loss, start)
    return Fit(optimum[:terms], errors[:terms], tuple(abs(float(spread)) for spread in optimum[terms:]))


def minimise(loss: Callable[[Floats], float], start: Floats) -> tuple[Floats, Floats]:
    """Return the point with the least loss (a negative log-likelihood), and its standard errors."""
    from scipy.optimize import minimize

    point = minimize(loss, start, method="BFGS", jac="3-point", options={"gtol": 1e-4}).x
    # Where the search stops depends on the processor's rounding; Newton's steps then converge to one point.
    curvature = differentiate_twice(loss, point)
    for _ in range(3):
        point = point - np.linalg.solve(curvature, differentiate(loss, point))
    return point, np.sqrt(np.diag(np.linalg.inv(differentiate_twice(loss, point))))


class CrossedIntercepts:
    """The likelihood of a logit with two crossed sets of random intercepts; each search starts at the last mode.

    Intercepts are standard normal, multiplied by their spread, so a spread of 0 is no special case. Groups are
    eliminated one by one and the few periods solved together, so a step is cheap.
    """

    def __init__(self, outcome: Floats, design: Floats, groups: Codes, periods: Codes) -> None:
        self.outcome, self.design, self.groups, self.periods = outcome, design, groups, periods
        self.sizes = (int(groups.max()) + 1, int(periods.max()) + 1)
        self.modes = (np.zeros(self.sizes[0]), np.zeros(self.sizes[1]))

    def compute_loss(self, parameters: Floats) -> float:
        """Return the approximate negative log-likelihood of the coefficients and the two spreads."""
        fixed, (wide, long) = self.design @ parameters[:-2], parameters[-2:]
        group, period = self.modes
        joint = self.compute_joint(fixed, wide * group, long * period, group, period)
        for _ in range(100):
            probability = expit(fixed + wide * group[self.groups] + long * period[self.periods])
            own, cross, shared = self.sum_weights(probability * (1 - probability), wide, long)
            slope = wide * np.bincount(self.groups, self.outcome - probability, self.sizes[0]) - group
            tilt = long * np.bincount(self.periods, self.outcome - probability, self.sizes[1]) - period
            schur = shared - cross.T @ (cross / own[:, None])
            change = np.linalg.solve(schur, tilt - cross.T @ (slope / own))
            move = (slope - cross @ change) / own
            if max(np.abs(move).max(), np.abs(change).max()) < 1e-8:
                break
            for part in 0.5 ** np.arange(12):
                nearer = (group + part * move, period + part * change)
                better = self.compute_joint(fixed, wide * nearer[0], long * nearer[1], *nearer)
                # At the mode itself the comparison is decided by rounding.
                if better >= joint - 1e-9:
                    break
            (group, period), joint = nearer, better
        self.modes = (group, period)
        return float(-(joint - 0.5 * (np.log(own).sum() + np.linalg.slogdet(schur)[1])))

    def compute_joint(self, fixed: Floats, shift: Floats, drift: Floats, group: Floats, period: Floats) -> float:
        """Return the joint log-likelihood of the outcome and the intercepts, up to a constant."""
        score = fixed + shift[self.groups] + drift[self.periods]
        fit = self.outcome @ score - np.logaddexp(0, score).sum()
        return float(fit - 0.5 * (group @ group + period @ period))

    def sum_weights(self, weight: Floats, wide: float, long: float) -> tuple[Floats, Floats, Floats]:
        """Return the curvature of the intercepts: groups (diagonal), groups by periods, periods."""
        groups, periods = self.sizes
        cross = np.bincount(self.groups * periods + self.periods, weight, groups * periods).reshape(groups, periods)
        own: Floats = wide**2 * cross.sum(axis=1) + 1
        shared: Floats = np.diag(long**2 * cross.sum(axis=0) + 1)
        return own, np.asarray(wide * long * cross), shared


def differentiate(loss: Callable[[Floats], float], point: Floats, step: float = 1e-3) -> Floats:
    """Return the gradient of the loss, by central differences."""
    steps = np.eye(point.size) * step
    return np.array([loss(point + one) - loss(point - one) for one in steps]) / (2 * step)


def differentiate_twice(loss: Callable[[Floats], float], point: Floats, step: float = 1e-3) -> Floats:
    """Return the Hessian of the loss, by central differences."""
    size = point.size
    steps = np.eye(size) * step
    curvature = np.zeros((size, size))
    for i in range(size):
        for j in range(i, size):
            corners = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
            losses = [a * b * loss(point + a * steps[i] + b * steps[j]) for a, b in corners]
            curvature[i, j] = curvature[j, i] = sum(losses) / (4 * step * step)
    return curvature


@dataclass(frozen=True)
class TimeFit(Fit):
    """A model of log times: location `design @ coefficients`, scale `spread`, and a standard distribution `shape`.

    The exponential of a coefficient is a time ratio: 1.2 means that times are a fifth longer.
    """

    shape: Shape = "weibull"
    likelihood: float = 0.0

    @property
    def spread(self) -> float:
        """The scale of the log times."""
        return self.spreads[0]

    def share(self, times: ArrayLike, design: Floats) -> Floats:
        """Return the share that the model expects to have ended by each time, averaged over the rows of a design."""
        when = np.log(np.asarray(times, dtype=float))[:, None]
        scaled = (when - (design @ self.coefficients)[None, :]) / self.spread
        return np.asarray((1 - np.exp(log_survival(scaled, self.shape))).mean(axis=1))


def log_survival(scaled: Floats, shape: Shape) -> Floats:
    """Return the logarithm of survival at standardised log times."""
    survival: Floats = -np.exp(np.minimum(scaled, 500.0)) if shape == "weibull" else log_expit(-scaled)
    return survival


def fit_times(
    lower: ArrayLike, upper: ArrayLike, design: Floats, shape: Shape = "weibull", penalty: Floats | None = None
) -> TimeFit:
    """Fit times in `lower < time <= upper` (0 and infinite allowed) by penalised maximum likelihood.

    `penalty` is the precision of a normal prior with mean 0 for each coefficient (0: none).
    """
    low, high = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
    weight = np.zeros(design.shape[1]) if penalty is None else penalty
    middle = np.where(np.isfinite(high), (low + np.where(np.isfinite(high), high, 0)) / 2, low * 1.5 + 0.1)
    beta, *_ = np.linalg.lstsq(design, np.log(np.maximum(middle, 0.05)), rcond=None)

    def loss(point: Floats) -> float:
        return 0.5 * float(weight @ point[:-1] ** 2) - sum_likelihood(point, low, high, design, shape)

    point, errors = minimise(loss, np.append(beta / (1 + weight), np.log(0.6)))
    likelihood = sum_likelihood(point, low, high, design, shape)
    return TimeFit(point[:-1], errors[:-1], (float(np.exp(point[-1])),), shape, likelihood)


def sum_likelihood(point: Floats, lower: Floats, upper: Floats, design: Floats, shape: Shape) -> float:
    """Return the log-likelihood of times in intervals, by the coefficients and the logarithm of the spread."""
    # The search may try a point so far off that a number overflows.
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        begun, ended = (
            log_survival((np.log(end) - design @ point[:-1]) / np.exp(point[-1]), shape) for end in (lower, upper)
        )
        return float((begun + np.log(-np.expm1(ended - begun))).sum())


def fit_cox(begin: Floats, end: Floats, ended: NDArray[np.bool_], design: Floats, groups: Codes) -> Fit:
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
    # The last step is too small to change these.
    share = risk.T @ (count / total)
    expected = (risk * (count / total)[:, None]).T @ mean
    residual = event.sum(axis=0)[:, None] * design - event.T @ mean
    residual -= weight[:, None] * (design * share[:, None] - expected)
    return Fit(beta, cluster_errors(residual, groups, information))
