"""Logits compared with statsmodels, and the mixed one with numerical integration."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lewisham_study.analysis.models.logit import CrossedIntercepts, fit_logit, fit_mixed_logit


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
