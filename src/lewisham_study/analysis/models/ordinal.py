"""Ordered logit: plain, with intervals from resampled groups, and with a random intercept for each group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from lewisham_study.analysis.models.regression import MOST_STEPS, Codes, Floats

LOGISTIC_VARIANCE = np.pi**2 / 3
"""The variance of a standard logistic variable: what is left to chance at a single inspection, on the latent scale."""


@dataclass(frozen=True)
class OrdinalFit:
    """Cut points and slopes of an ordered logit; a positive slope goes with higher grades.

    `resampled` holds the slopes of each resample (rows), those without a finite estimate left out.
    """

    cuts: Floats
    slopes: Floats
    likelihood: float
    resampled: Floats

    def odds(self, column: int) -> tuple[float, float, float]:
        """Return the odds ratio of a higher grade per unit of one column, with its 95% percentile interval."""
        low, high = np.quantile(self.resampled[:, column], [0.025, 0.975])
        return tuple(float(np.exp(value)) for value in (self.slopes[column], low, high))  # type: ignore[return-value]


def fit_ordinal(
    grades: Codes, design: Floats, groups: Codes | None = None, *, resamples: int = 400, seed: int = 2022
) -> OrdinalFit:
    """Fit an ordered logit to grades numbered from 0; whole groups are drawn with replacement for the interval.

    All resamples are fitted together, in four of Newton's steps from the estimate.
    """
    levels = int(grades.max()) + 1
    ends = place_ends(grades, design, levels)
    whole = np.ones((1, len(grades)))
    start = np.concatenate([start_cuts(grades, levels), np.zeros(design.shape[1])])[None, :]
    point, likelihood = climb(start, whole, ends, steps=MOST_STEPS)
    resampled = np.zeros((0, design.shape[1]))
    if groups is not None:
        weights = draw_weights(groups, resamples, seed)
        drawn, _ = climb(np.repeat(point, resamples, axis=0), weights, ends, steps=4)
        finite = np.isfinite(drawn).all(axis=1) & (np.abs(drawn).max(axis=1) < 1e3)
        resampled = drawn[finite][:, levels - 1 :]
    return OrdinalFit(point[0, : levels - 1], point[0, levels - 1 :], float(likelihood[0]), resampled)


def start_cuts(grades: Codes, levels: int) -> Floats:
    """Return the cut points of a model without slopes."""
    below = np.array([(grades < level).mean() for level in range(1, levels)])
    return np.asarray(np.log(below / (1 - below)))


def draw_weights(groups: Codes, resamples: int, seed: int) -> Floats:
    """Draw whole groups with replacement; return how often each row is counted, a row for each resample."""
    count = int(groups.max()) + 1
    random = np.random.default_rng(seed)
    drawn = random.multinomial(count, np.full(count, 1 / count), size=resamples)
    return np.asarray(drawn[:, groups], dtype=float)


def place_ends(grades: Codes, design: Floats, levels: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the two ends of each grade on the latent scale, as rows that the parameters multiply, and which exist."""
    rows = np.arange(len(grades))
    upper, lower = (np.zeros((len(grades), levels - 1 + design.shape[1])) for _ in range(2))
    top, bottom = grades < levels - 1, grades > 0
    upper[rows[top], grades[top]] = 1.0
    lower[rows[bottom], grades[bottom] - 1] = 1.0
    upper[:, levels - 1 :] = -design * top[:, None]
    lower[:, levels - 1 :] = -design * bottom[:, None]
    return upper, lower, top.astype(float), bottom.astype(float)


def climb(
    points: Floats, weights: Floats, ends: tuple[Floats, Floats, Floats, Floats], steps: int
) -> tuple[Floats, Floats]:
    """Take Newton steps from several points (rows), each with its own weights; return them and their likelihoods."""
    upper, lower, top, bottom = ends
    size = points.shape[1]
    row, column = np.triu_indices(size)
    high, low = upper[:, row] * upper[:, column], lower[:, row] * lower[:, column]
    both = upper[:, row] * lower[:, column] + lower[:, row] * upper[:, column]
    matrix = np.empty((len(points), size, size))
    for _ in range(steps):
        above = np.where(top > 0, expit(points @ upper.T), 1.0)
        under = np.where(bottom > 0, expit(points @ lower.T), 0.0)
        chance = np.maximum(above - under, 1e-12)
        steep, flat = above * (1 - above), under * (1 - under)
        turn, twist = steep * (1 - 2 * above), flat * (1 - 2 * under)
        slope = (weights * steep / chance) @ upper - (weights * flat / chance) @ lower
        curve = (weights * (turn / chance - (steep / chance) ** 2)) @ high
        curve += (weights * (-twist / chance - (flat / chance) ** 2)) @ low
        curve += (weights * steep * flat / chance**2) @ both
        matrix[:, row, column] = matrix[:, column, row] = curve
        move = np.linalg.solve(-matrix + 1e-9 * np.eye(size), slope[:, :, None])[:, :, 0]
        # A step that long would leave the region where Newton's step can be trusted.
        longest = np.abs(move).max(axis=1, keepdims=True)
        move = move * np.minimum(1.0, 4.0 / np.maximum(longest, 1e-12))
        points = points + move
        if longest.max() < 1e-5:
            break
    above = np.where(top > 0, expit(points @ upper.T), 1.0)
    under = np.where(bottom > 0, expit(points @ lower.T), 0.0)
    return points, (weights * np.log(np.maximum(above - under, 1e-300))).sum(axis=1)


@dataclass(frozen=True)
class RandomFit:
    """An ordered logit with a normal intercept for each group and separate cut points for each stage.

    `spread` is the standard deviation of the intercepts, with the ends of its 95% profile-likelihood interval.
    """

    cuts: Floats
    spread: float
    low: float
    high: float
    likelihood: float

    def shares(self) -> tuple[float, float, float]:
        """Return the share of the variance that lies between groups, with its 95% interval."""
        between = [spread**2 / (spread**2 + LOGISTIC_VARIANCE) for spread in (self.spread, self.low, self.high)]
        return between[0], between[1], between[2]

    def predict(self, stage: int, grade: int, later: int) -> Floats:
        """Return the chance of each grade at a later stage, given a grade at one stage, if no group ever changed."""
        nodes, weights = list_nodes()
        now, then = (chance_of_grades(self.cuts[one], self.spread * nodes) for one in (stage, later))
        known = weights * now[:, grade]
        return np.asarray(known @ then / known.sum())


def list_nodes() -> tuple[Floats, Floats]:
    """Return the nodes and weights of a quadrature over a standard normal variable (Gauss-Hermite)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(31)
    return nodes, weights / weights.sum()


def chance_of_grades(cuts: Floats, intercepts: Floats) -> Floats:
    """Return the chance of each grade (columns) at each intercept (rows)."""
    below = expit(cuts[None, :] - intercepts[:, None])
    return np.diff(below, axis=1, prepend=0.0, append=1.0)


class RandomIntercepts:
    """The likelihood of `RandomFit`, with the parameters as cut points by stage and a spread."""

    def __init__(self, grades: Codes, stages: Codes, groups: Codes) -> None:
        self.grades, self.stages, self.groups = grades, stages, groups
        self.levels, self.periods = int(grades.max()) + 1, int(stages.max()) + 1
        self.count = int(groups.max()) + 1
        self.nodes, self.weights = list_nodes()

    def compute(self, steps: Floats, spread: float) -> tuple[float, Floats, float]:
        """Return minus the log-likelihood, and its gradient by `steps` (see `read_cuts`) and by the spread."""
        cuts, jacobian = self.read_cuts(steps)
        rows = np.arange(len(self.grades))
        padded = np.concatenate([np.full((self.periods, 1), -np.inf), cuts, np.full((self.periods, 1), np.inf)], axis=1)
        high, low = padded[self.stages, self.grades + 1], padded[self.stages, self.grades]
        shift = spread * self.nodes[None, :]
        above, under = expit(high[:, None] - shift), expit(low[:, None] - shift)
        chance = np.maximum(above - under, 1e-300)
        joint = np.zeros((self.count, self.nodes.size))
        np.add.at(joint, self.groups, np.log(chance))
        peak = joint.max(axis=1, keepdims=True)
        inside = np.exp(joint - peak) * self.weights
        total = inside.sum(axis=1, keepdims=True)
        posterior = (inside / total)[self.groups]
        steep, flat = above * (1 - above) / chance, under * (1 - under) / chance
        by_high, by_low = (posterior * steep).sum(axis=1), -(posterior * flat).sum(axis=1)
        slope = np.zeros_like(padded)
        np.add.at(slope, (self.stages[rows], self.grades + 1), by_high)
        np.add.at(slope, (self.stages[rows], self.grades), by_low)
        by_spread = float((posterior * (flat - steep) * self.nodes[None, :]).sum())
        by_steps = np.einsum("pc,pck->pk", slope[:, 1:-1], jacobian).ravel()
        return -float((np.log(total) + peak).sum()), -by_steps, -by_spread

    def read_cuts(self, steps: Floats) -> tuple[Floats, Floats]:
        """Return ordered cut points from a first cut and the logarithms of the gaps, and their derivatives."""
        table = steps.reshape(self.periods, self.levels - 1)
        gaps = np.concatenate([table[:, :1], np.exp(table[:, 1:])], axis=1)
        lower = np.tril(np.ones((self.levels - 1, self.levels - 1)))
        scale = np.concatenate([np.ones((self.periods, 1)), gaps[:, 1:]], axis=1)
        return gaps.cumsum(axis=1), lower[None, :, :] * scale[:, None, :]

    def start(self) -> Floats:
        """Return the steps of the cut points of each stage without intercepts."""
        first = [start_cuts(self.grades[self.stages == stage], self.levels) for stage in range(self.periods)]
        return np.concatenate([[cuts[0], *np.log(np.diff(cuts))] for cuts in first])


def fit_random_ordinal(grades: Codes, stages: Codes, groups: Codes) -> RandomFit:
    """Fit an ordered logit with a normal intercept for each group; each stage has cut points of its own.

    Grades, stages and groups are numbered from 0, and each stage must have every grade. The interval holds the
    spreads whose profile likelihood is within 1.92 of the maximum.
    """
    from scipy.optimize import brentq, minimize

    model = RandomIntercepts(grades, stages, groups)

    def loss(point: Any) -> tuple[float, Any]:
        value, by_steps, by_spread = model.compute(point[:-1], float(point[-1]))
        return value, np.append(by_steps, by_spread)

    best = minimize(loss, np.append(model.start(), 1.0), jac=True, method="BFGS", options={"gtol": 1e-5})
    spread, steps = abs(float(best.x[-1])), best.x[:-1]

    def excess(trial: float) -> float:
        def fixed(point: Any) -> tuple[float, Any]:
            return model.compute(point, trial)[:2]

        found = minimize(fixed, steps, jac=True, method="BFGS", options={"gtol": 1e-3})
        return float(found.fun - best.fun - 1.920729)

    low = 0.0 if spread < 1e-3 or excess(0.0) < 0 else brentq(excess, 0.0, spread, xtol=1e-3)
    top = spread + 1.0
    while excess(top) < 0:
        top *= 1.5
    high = brentq(excess, spread, top, xtol=1e-3)
    return RandomFit(model.read_cuts(steps)[0], spread, float(low), float(high), -float(best.fun))
