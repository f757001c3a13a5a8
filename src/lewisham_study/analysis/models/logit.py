"""Odds of a yes: a logit with errors clustered by group, and one with crossed random intercepts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
NORMAL_975 = 1.959964


@dataclass(frozen=True)
class Fit:
    """Coefficients on the log-odds scale, in the order of the design's columns.

    Attributes
    ----------
    coefficients, errors : estimates and their standard errors.
    spreads : standard deviations of the random intercepts; none for a plain logit.
    """

    coefficients: Floats
    errors: Floats
    spreads: tuple[float, ...] = ()

    def odds(self, column: int) -> tuple[float, float, float]:
        """Give the odds ratio of one column, with the ends of its 95 per cent Wald interval."""
        middle, half = self.coefficients[column], NORMAL_975 * self.errors[column]
        return float(np.exp(middle)), float(np.exp(middle - half)), float(np.exp(middle + half))


def fit_logit(outcome: Floats, design: Floats, groups: Codes) -> Fit:
    """Fit a logit by maximum likelihood, with standard errors that allow observations of a group to be alike.

    Parameters
    ----------
    outcome : 1 or 0.
    design : a row for each observation, a column for each term, the constant among them.
    groups : the group of each observation, numbered from 0.

    Returns
    -------
    Fit
        Errors are the sandwich clustered by group, with the small-sample factor g / (g - 1).

    Raises
    ------
    ValueError
        Where the terms determine the outcome, or each other: there is then no estimate.
    """
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        chance = expit(design @ beta)
        information = (design * (chance * (1 - chance))[:, None]).T @ design
        step = np.linalg.solve(information, design.T @ (outcome - chance))
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
    """Fit a logit with random intercepts of groups and of periods that cross them, by Laplace's approximation.

    Parameters
    ----------
    outcome, design, groups : as for `fit_logit`.
    periods : the period of each observation, numbered from 0; few, for they are solved together.

    Returns
    -------
    Fit
        Errors from the numerical curvature of the approximate likelihood; spreads of groups and periods.

    Notes
    -----
    The likelihood is approximated at the mode of the random intercepts, as glmmTMB and lme4 do by default
    (Breslow and Clayton 1993, JASA 88: 9-25). Groups are eliminated one by one, so a step costs little.
    """
    from scipy.optimize import minimize

    terms = design.shape[1]
    model = CrossedIntercepts(outcome, design, groups, periods)
    start = np.concatenate([fit_logit(outcome, design, groups).coefficients, [0.5, 0.5]])
    place = minimize(model.compute_loss, start, method="BFGS", jac="3-point", options={"gtol": 1e-4}).x
    # Where exactly the search stops depends on the processor's rounding; steps of Newton's method end at one place.
    curvature = differentiate_twice(model, place)
    for _ in range(3):
        place = place - np.linalg.solve(curvature, differentiate(model, place))
    errors = np.sqrt(np.diag(np.linalg.inv(differentiate_twice(model, place))))[:terms]
    return Fit(place[:terms], errors, tuple(abs(float(spread)) for spread in place[terms:]))


class CrossedIntercepts:
    """The likelihood of a logit with two crossed sets of random intercepts; remembers the last mode to start from.

    Intercepts are standard normal and multiplied by their spread, so that a spread of 0 is no special case.
    """

    def __init__(self, outcome: Floats, design: Floats, groups: Codes, periods: Codes) -> None:
        self.outcome, self.design, self.groups, self.periods = outcome, design, groups, periods
        self.sizes = (int(groups.max()) + 1, int(periods.max()) + 1)
        self.modes = (np.zeros(self.sizes[0]), np.zeros(self.sizes[1]))

    def compute_loss(self, parameters: Floats) -> float:
        """Give minus the approximate log-likelihood of coefficients and the two spreads."""
        fixed, (wide, long) = self.design @ parameters[:-2], parameters[-2:]
        group, period = self.modes
        joint = self.compute_joint(fixed, wide * group, long * period, group, period)
        for _ in range(100):
            chance = expit(fixed + wide * group[self.groups] + long * period[self.periods])
            own, cross, shared = self.sum_weights(chance * (1 - chance), wide, long)
            slope = wide * np.bincount(self.groups, self.outcome - chance, self.sizes[0]) - group
            tilt = long * np.bincount(self.periods, self.outcome - chance, self.sizes[1]) - period
            schur = shared - cross.T @ (cross / own[:, None])
            change = np.linalg.solve(schur, tilt - cross.T @ (slope / own))
            move = (slope - cross @ change) / own
            if max(np.abs(move).max(), np.abs(change).max()) < 1e-8:
                break
            for part in 0.5 ** np.arange(12):
                nearer = (group + part * move, period + part * change)
                better = self.compute_joint(fixed, wide * nearer[0], long * nearer[1], *nearer)
                # At the mode itself rounding decides which of two is better.
                if better >= joint - 1e-9:
                    break
            (group, period), joint = nearer, better
        self.modes = (group, period)
        return float(-(joint - 0.5 * (np.log(own).sum() + np.linalg.slogdet(schur)[1])))

    def compute_joint(self, fixed: Floats, shift: Floats, drift: Floats, group: Floats, period: Floats) -> float:
        """Give the log-likelihood of the outcome and the intercepts together, but for a constant."""
        score = fixed + shift[self.groups] + drift[self.periods]
        fit = self.outcome @ score - np.logaddexp(0, score).sum()
        return float(fit - 0.5 * (group @ group + period @ period))

    def sum_weights(self, weight: Floats, wide: float, long: float) -> tuple[Floats, Floats, Floats]:
        """Give the curvature of the intercepts: of groups (diagonal), of groups with periods, of periods."""
        groups, periods = self.sizes
        cross = np.bincount(self.groups * periods + self.periods, weight, groups * periods).reshape(groups, periods)
        own: Floats = wide**2 * cross.sum(axis=1) + 1
        shared: Floats = np.diag(long**2 * cross.sum(axis=0) + 1)
        return own, np.asarray(wide * long * cross), shared


def differentiate(model: CrossedIntercepts, place: Floats, step: float = 1e-3) -> Floats:
    """Give the slope of the loss, by central differences."""
    steps = np.eye(place.size) * step
    return np.array([model.compute_loss(place + one) - model.compute_loss(place - one) for one in steps]) / (2 * step)


def differentiate_twice(model: CrossedIntercepts, place: Floats, step: float = 1e-3) -> Floats:
    """Give the curvature of the loss at its least, by central differences."""
    size = place.size
    steps = np.eye(size) * step
    curvature = np.zeros((size, size))
    for i in range(size):
        for j in range(i, size):
            corners = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
            losses = [a * b * model.compute_loss(place + a * steps[i] + b * steps[j]) for a, b in corners]
            curvature[i, j] = curvature[j, i] = sum(losses) / (4 * step * step)
    return curvature


def expit(value: Floats) -> Floats:
    """Give the chance that belongs to log-odds.

    Examples
    --------
    >>> expit(np.array([0.0])).tolist()
    [0.5]
    """
    return np.asarray(1 / (1 + np.exp(-value)))
