"""Logistic regression: with errors clustered by group, and with crossed random intercepts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
NORMAL_975 = 1.959964


@dataclass(frozen=True)
class Fit:
    """Coefficients and standard errors on the log-odds scale; standard deviations of the random intercepts, if any."""

    coefficients: Floats
    errors: Floats
    spreads: tuple[float, ...] = ()

    def odds(self, column: int) -> tuple[float, float, float]:
        """Return the odds ratio of one column of the design, with the ends of its 95% Wald interval."""
        middle, half = self.coefficients[column], NORMAL_975 * self.errors[column]
        return float(np.exp(middle)), float(np.exp(middle - half)), float(np.exp(middle + half))


def fit_logit(outcome: Floats, design: Floats, groups: Codes) -> Fit:
    """Fit a logit by maximum likelihood, with sandwich errors clustered by group (groups numbered from 0).

    The errors include the small-sample factor g / (g - 1).
    """
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        probability = expit(design @ beta)
        information = (design * (probability * (1 - probability))[:, None]).T @ design
        step = np.linalg.solve(information, design.T @ (outcome - probability))
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            break
    else:
        raise ValueError("the logit has no finite estimate: some terms determine the outcome")
    scores = np.zeros((int(groups.max()) + 1, design.shape[1]))
    np.add.at(scores, groups, design * (outcome - expit(design @ beta))[:, None])
    bread = np.linalg.inv(information)
    factor = len(scores) / (len(scores) - 1)
    return Fit(beta, np.sqrt(np.diag(bread @ (scores.T @ scores) @ bread) * factor))


def fit_mixed_logit(outcome: Floats, design: Floats, groups: Codes, periods: Codes) -> Fit:
    """Fit a logit with crossed random intercepts of groups and periods, by Laplace's approximation.

    It is taken at the mode of the intercepts, as in glmmTMB and lme4 (Breslow and Clayton 1993, JASA 88: 9-25).
    """
    from scipy.optimize import minimize

    terms = design.shape[1]
    model = CrossedIntercepts(outcome, design, groups, periods)
    start = np.concatenate([fit_logit(outcome, design, groups).coefficients, [0.5, 0.5]])
    optimum = minimize(model.compute_loss, start, method="BFGS", jac="3-point", options={"gtol": 1e-4}).x
    # Where the search stops depends on the processor's rounding; Newton's steps then converge to one point.
    curvature = differentiate_twice(model, optimum)
    for _ in range(3):
        optimum = optimum - np.linalg.solve(curvature, differentiate(model, optimum))
    errors = np.sqrt(np.diag(np.linalg.inv(differentiate_twice(model, optimum))))[:terms]
    return Fit(optimum[:terms], errors, tuple(abs(float(spread)) for spread in optimum[terms:]))


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


def differentiate(model: CrossedIntercepts, point: Floats, step: float = 1e-3) -> Floats:
    """Return the gradient of the loss, by central differences."""
    steps = np.eye(point.size) * step
    return np.array([model.compute_loss(point + one) - model.compute_loss(point - one) for one in steps]) / (2 * step)


def differentiate_twice(model: CrossedIntercepts, point: Floats, step: float = 1e-3) -> Floats:
    """Return the Hessian of the loss, by central differences."""
    size = point.size
    steps = np.eye(size) * step
    curvature = np.zeros((size, size))
    for i in range(size):
        for j in range(i, size):
            corners = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
            losses = [a * b * model.compute_loss(point + a * steps[i] + b * steps[j]) for a, b in corners]
            curvature[i, j] = curvature[j, i] = sum(losses) / (4 * step * step)
    return curvature
