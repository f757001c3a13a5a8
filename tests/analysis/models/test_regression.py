"""Logits and hazards compared with statsmodels, the mixed logit with numerical integration, times with closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lewisham_study.analysis.models.regression import (
    SHAPES,
    CrossedIntercepts,
    Shape,
    differentiate,
    fit_cox,
    fit_logit,
    fit_mixed_logit,
    fit_times,
    sum_likelihood,
)

ROWS = 400


def simulate(
    spread: float, seed: int = 3
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    random = np.random.default_rng(seed)
    groups, periods = (codes.ravel() for codes in np.indices((120, 6)))
    design = np.column_stack([random.normal(size=720), np.ones(720)])
    score = design @ [0.7, -0.4] + spread * random.normal(size=120)[groups] + 0.5 * random.normal(size=6)[periods]
    return (random.random(720) < 1 / (1 + np.exp(-score))).astype(float), design, groups, periods


def test_the_logit_equals_that_of_statsmodels() -> None:
    from statsmodels.discrete.discrete_model import Logit

    outcome, design, groups, _ = simulate(1.0)
    ours = fit_logit(outcome, design, groups)
    options = {"groups": groups, "df_correction": False, "use_correction": True}
    theirs = Logit(outcome, design).fit(disp=0, cov_type="cluster", cov_kwds=options)
    assert ours.coefficients == pytest.approx(theirs.params, abs=1e-8)
    factor = np.sqrt((len(outcome) - 1) / (len(outcome) - design.shape[1]))
    assert ours.errors * factor == pytest.approx(theirs.bse, rel=1e-6)


def test_terms_that_determine_the_outcome_are_refused() -> None:
    outcome = np.array([0.0, 0, 1, 1])
    design = np.column_stack([[-1.0, -1, 1, 1], np.ones(4)])
    with pytest.raises((ValueError, np.linalg.LinAlgError)):
        fit_logit(outcome, design, np.arange(4))


def test_the_mixed_logit_recovers_the_simulated_values() -> None:
    fit = fit_mixed_logit(*simulate(1.0))
    assert abs(fit.coefficients[0] - 0.7) < 2 * fit.errors[0]
    assert 0.6 < fit.spreads[0] < 1.4


def test_without_spread_it_is_the_plain_logit() -> None:
    outcome, design, groups, periods = simulate(0.0)
    model = CrossedIntercepts(outcome, design, groups, periods)
    plain = fit_logit(outcome, design, groups)
    score = design @ plain.coefficients
    likelihood = outcome @ score - np.logaddexp(0, score).sum()
    assert -model.compute_loss(np.array([*plain.coefficients, 0.0, 0.0])) == pytest.approx(likelihood, abs=1e-8)


def test_laplace_is_close_to_the_integral() -> None:
    """One group at a time, with many observations each: the integral by Gauss and Hermite."""
    outcome, design, groups, _ = simulate(1.0)
    keep = groups < 20
    outcome, design, groups = outcome[keep], design[keep], groups[keep]
    model = CrossedIntercepts(outcome, design, groups, np.zeros(len(groups), dtype=np.int64))
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    score = (design @ [0.7, -0.4])[:, None] + 0.8 * nodes
    chances = outcome[:, None] * score - np.logaddexp(0, score)
    by_group = np.array([chances[groups == group].sum(axis=0) for group in range(20)])
    integral = np.log(np.exp(by_group) @ (weights / weights.sum())).sum()
    assert -model.compute_loss(np.array([0.7, -0.4, 0.8, 0.0])) == pytest.approx(integral, abs=0.35)


@pytest.fixture(scope="module")
def sample() -> dict[str, np.ndarray]:
    random = np.random.default_rng(16)
    design = np.column_stack([np.ones(ROWS), random.normal(size=(ROWS, 2))])
    noise = np.log(random.exponential(size=ROWS))
    times = np.exp(design @ [1.0, 0.4, 0.0] + 0.6 * noise)
    groups = random.integers(0, 120, ROWS)
    return {"design": design, "times": times, "groups": np.unique(groups, return_inverse=True)[1]}


def test_times_seen_in_intervals_recover_the_slopes(sample: dict[str, np.ndarray]) -> None:
    lower = np.floor(sample["times"])
    upper = np.where(lower >= 6, np.inf, lower + 1)
    fit = fit_times(np.minimum(lower, 6), upper, sample["design"])
    assert fit.coefficients == pytest.approx([1.0, 0.4, 0.0], abs=0.12)
    assert fit.spread == pytest.approx(0.6, abs=0.08)
    ratio, low, high = fit.ratio(1)
    assert low < ratio < high
    assert fit.share([0.01, 1e6], sample["design"]) == pytest.approx([0, 1], abs=0.01)


def test_exponential_times_have_the_closed_form() -> None:
    """With one column, the chance of ending in the first year fixes the location where the spread is 1."""
    lower, upper = np.array([0.0] * 30 + [1.0] * 70), np.array([1.0] * 30 + [np.inf] * 70)
    point = np.array([-np.log(-np.log(0.7)), 0.0])

    def compute(where: np.ndarray) -> float:
        return sum_likelihood(where, lower, upper, np.ones((100, 1)), "weibull")

    assert compute(point) == pytest.approx(30 * np.log(0.3) + 70 * np.log(0.7))
    assert differentiate(compute, point)[0] == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_point_nearby_is_more_likely_than_the_estimate(sample: dict[str, np.ndarray], shape: Shape) -> None:
    lower = np.floor(sample["times"])
    upper, penalty = np.where(lower > 5, np.inf, lower + 1), np.array([0.0, 2.0, 2.0])
    fit = fit_times(lower, upper, sample["design"], shape, penalty)
    point = np.append(fit.coefficients, np.log(fit.spread))

    def compute(where: np.ndarray) -> float:
        return sum_likelihood(where, lower, upper, sample["design"], shape) - 0.5 * float(penalty @ where[:-1] ** 2)

    assert sum_likelihood(point, lower, upper, sample["design"], shape) == pytest.approx(fit.likelihood)
    for move in (*np.eye(4), *-np.eye(4)):
        assert compute(point + 0.01 * move) < compute(point)


def test_a_strong_penalty_removes_a_slope(sample: dict[str, np.ndarray]) -> None:
    lower = np.floor(sample["times"])
    fit = fit_times(lower, lower + 1, sample["design"], penalty=np.array([0, 1e8, 0]))
    assert fit.coefficients[1] == pytest.approx(0, abs=1e-4)


def test_cox_agrees_with_statsmodels(sample: dict[str, np.ndarray]) -> None:
    phreg = pytest.importorskip("statsmodels.duration.hazard_regression").PHReg
    design, groups = sample["design"][:, 1:], sample["groups"]
    begin = np.where(np.arange(ROWS) % 3 == 0, 0.2, 0.0)
    end = np.minimum(sample["times"].round(1) + 0.3, 4)
    ended = end < 4
    fit = fit_cox(begin, end, ended, design, groups)
    theirs = phreg(end, design, status=ended.astype(int), entry=begin, ties="breslow").fit(groups=groups)
    assert fit.coefficients == pytest.approx(theirs.params, abs=1e-4)
    count = groups.max() + 1
    assert fit.errors == pytest.approx(theirs.bse * np.sqrt(count / (count - 1)), rel=0.02)
    assert fit.ratio(0)[0] == pytest.approx(float(np.exp(theirs.params[0])), rel=1e-3)
