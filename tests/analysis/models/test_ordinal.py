"""Ordered logit: against statsmodels, numerical integration, and simulated authorities."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm

from lewisham_study.analysis.models.ordinal import RandomIntercepts, fit_ordinal, fit_random_ordinal

ROWS = 300


@pytest.fixture(scope="module")
def sample() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(16)
    design = random.normal(size=(ROWS, 3))
    latent = design @ [0.6, -0.4, 0.0] + random.logistic(size=ROWS)
    groups = np.unique(random.integers(0, 120, ROWS), return_inverse=True)[1]
    return np.digitize(latent, [-1.5, 0.2, 1.5]), design, groups


def test_the_estimate_agrees_with_statsmodels(sample: tuple[np.ndarray, ...]) -> None:
    ordered = pytest.importorskip("statsmodels.miscmodels.ordinal_model").OrderedModel
    grades, design, _ = sample
    fit = fit_ordinal(grades, design)
    theirs = ordered(grades, design, distr="logit").fit(method="newton", disp=0)
    assert fit.slopes == pytest.approx(theirs.params[:3], abs=1e-5)
    assert fit.cuts == pytest.approx(theirs.model.transform_threshold_params(theirs.params)[1:-1], abs=1e-5)
    assert fit.likelihood == pytest.approx(theirs.llf, abs=1e-6)


def test_resamples_of_single_rows_spread_as_the_information_says(sample: tuple[np.ndarray, ...]) -> None:
    ordered = pytest.importorskip("statsmodels.miscmodels.ordinal_model").OrderedModel
    grades, design, _ = sample
    fit = fit_ordinal(grades, design, np.arange(ROWS))
    theirs = ordered(grades, design, distr="logit").fit(method="newton", disp=0)
    assert len(fit.resampled) == 400
    assert fit.resampled.std(axis=0) == pytest.approx(theirs.bse[:3], rel=0.2)
    ratio, low, high = fit.odds(0)
    assert low < ratio < high


def test_a_resample_is_the_fit_of_its_rows(sample: tuple[np.ndarray, ...]) -> None:
    from lewisham_study.analysis.models.ordinal import draw_weights

    grades, design, groups = sample
    fit = fit_ordinal(grades, design, groups, resamples=3)
    for weights, slopes in zip(draw_weights(groups, 3, 2022), fit.resampled, strict=True):
        rows = np.repeat(np.arange(ROWS), weights.astype(int))
        assert slopes == pytest.approx(fit_ordinal(grades[rows], design[rows]).slopes, abs=1e-4)


def test_the_quadrature_agrees_with_numerical_integration() -> None:
    grades, stages, groups = np.array([0, 2, 1, 1, 2, 0]), np.array([0, 1, 0, 1, 0, 1]), np.array([0, 0, 1, 1, 2, 2])
    cuts, spread = np.array([[-0.5, 0.7], [-1.0, 0.3]]), 1.3
    model = RandomIntercepts(grades, stages, groups)
    steps = np.array([-0.5, np.log(1.2), -1.0, np.log(1.3)])
    total = 0.0
    for group in range(3):

        def chance(value: float, group: int = group) -> float:
            part = norm.pdf(value)
            for grade, stage in zip(grades[groups == group], stages[groups == group], strict=True):
                below = np.concatenate([[0], expit(cuts[stage] - spread * value), [1]])
                part *= below[grade + 1] - below[grade]
            return float(part)

        total += np.log(quad(chance, -8, 8)[0])
    loss, by_steps, by_spread = model.compute(steps, spread)
    assert loss == pytest.approx(-total, abs=1e-6)
    for place in range(4):
        move = np.eye(4)[place] * 1e-5
        slope = (model.compute(steps + move, spread)[0] - model.compute(steps - move, spread)[0]) / 2e-5
        assert by_steps[place] == pytest.approx(slope, abs=1e-5)
    slope = (model.compute(steps, spread + 1e-5)[0] - model.compute(steps, spread - 1e-5)[0]) / 2e-5
    assert by_spread == pytest.approx(slope, abs=1e-5)


@pytest.mark.parametrize("spread", [0.0, 2.0])
def test_the_spread_between_groups_is_recovered(spread: float) -> None:
    random = np.random.default_rng(3)
    groups, stages = np.repeat(np.arange(200), 3), np.tile(np.arange(3), 200)
    latent = np.repeat(random.normal(size=200) * spread, 3) + random.logistic(size=600)
    fit = fit_random_ordinal(np.digitize(latent, [-1.5, 0.0, 1.5]), stages, groups)
    assert fit.low <= spread <= fit.high
    share, low, high = fit.shares()
    assert 0 <= low <= share <= high < 1
    first = fit.predict(0, 0, 1)
    assert first.sum() == pytest.approx(1)
    if spread:
        assert first[0] > fit.predict(0, 3, 1)[0] + 0.2
