"""Regression for censored times: against statsmodels, simulation, and closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from lewisham_study.analysis.models.survival import SHAPES, Shape, climb_times, fit_cox, fit_times

ROWS = 400


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
    value, slope, _ = climb_times(
        np.array([-np.log(-np.log(0.7)), 0.0]), (np.log(np.maximum(lower, 1e-300)), np.log(upper)),
        np.ones((100, 1)), "weibull", np.zeros(1),
    )  # fmt: skip
    assert value == pytest.approx(30 * np.log(0.3) + 70 * np.log(0.7))
    assert slope[0] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
def test_gradient_and_curvature_are_those_of_the_likelihood(sample: dict[str, np.ndarray], shape: Shape) -> None:
    lower = np.floor(sample["times"])
    with np.errstate(divide="ignore"):
        ends = np.log(lower), np.log(np.where(lower > 5, np.inf, lower + 1))
    point, penalty, step = np.array([0.7, 0.2, -0.1, -0.3]), np.array([0.0, 2.0, 2.0]), 1e-5
    _, slope, curve = climb_times(point, ends, sample["design"], shape, penalty)
    for place in range(4):
        move = np.eye(4)[place] * step
        up, down = (climb_times(point + sign * move, ends, sample["design"], shape, penalty) for sign in (1, -1))
        assert (up[0] - down[0]) / (2 * step) == pytest.approx(slope[place], rel=1e-5, abs=1e-4)
        assert (up[1] - down[1]) / (2 * step) == pytest.approx(curve[place], rel=1e-4, abs=1e-3)


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
