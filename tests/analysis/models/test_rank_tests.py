"""Tests of no difference: with no link, with a strong one, and on the real data."""

from __future__ import annotations

import numpy as np
import pytest

from lewisham_study.analysis.models.rank_tests import (
    compare_ranks,
    compare_spend,
    correct_holm,
    correlate_ranks,
    list_spend_by_grade,
    shuffle_grades,
)
from lewisham_study.tidy.tables import Tables


def test_ranks_are_compared_with_a_correction_for_ties() -> None:
    """Rank sums are 3.5 and 6.5, so H is 12 / 20 × (3.5² + 6.5²) / 2 − 15 = 1.35, divided by 0.9 for the tie."""
    statistic, p_value = compare_ranks(np.array([1.0, 2.0, 2.0, 3.0]), np.array([0, 0, 1, 1]))
    assert statistic == pytest.approx(1.5)
    assert p_value == pytest.approx(0.2207, abs=1e-4)


def test_shuffling_finds_a_link_but_not_one_made_by_the_years() -> None:
    years = np.repeat([2014, 2015], 40)
    grade = np.tile([0, 1], 40)
    linked = grade * 10 + np.random.default_rng(2).random(80)
    assert max(shuffle_grades(linked, grade, years)) < 0.01
    mostly = np.concatenate([np.tile([0, 0, 0, 1], 10), np.tile([0, 1, 1, 1], 10)])
    by_year = years * 10.0 + np.random.default_rng(3).random(80)
    assert min(shuffle_grades(by_year, mostly, years)) > 0.05
    assert compare_ranks(by_year, mostly)[1] < 0.01


def test_a_trend_is_found_that_a_test_of_any_difference_misses() -> None:
    """The same values in the order of the grades and out of it: only the trend test can see the order."""
    values = np.repeat([0.0, 0.6, 1.2, 1.8], 12) + np.random.default_rng(1).normal(size=48)
    years = np.full(48, 2014)
    ordered, mixed = np.repeat([0, 1, 2, 3], 12), np.repeat([1, 3, 0, 2], 12)
    differ, trend = shuffle_grades(values, ordered, years)
    assert shuffle_grades(values, mixed, years)[0] == pytest.approx(differ, abs=0.03)
    assert trend < 0.05 < shuffle_grades(values, mixed, years)[1]
    assert trend <= differ


def test_the_trend_agrees_with_scipy() -> None:
    from scipy.stats import permutation_test, spearmanr

    random = np.random.default_rng(5)
    grades = random.integers(0, 4, 50)
    values = 0.15 * grades + random.random(50)
    assert correlate_ranks(values, grades) == pytest.approx(spearmanr(values, grades).statistic)
    theirs = permutation_test(
        (values,), lambda v: spearmanr(v, grades).statistic, permutation_type="pairings", n_resamples=999, rng=1
    )
    assert shuffle_grades(values, grades, np.full(50, 2014))[1] == pytest.approx(theirs.pvalue, abs=0.03)


def test_the_same_data_give_the_same_answer() -> None:
    random = np.random.default_rng(4)
    values, groups, years = random.random(60), random.integers(0, 3, 60), random.integers(2014, 2018, 60)
    assert shuffle_grades(values, groups, years) == shuffle_grades(values, groups, years)


def test_holm_never_lowers_and_keeps_the_order() -> None:
    assert correct_holm(np.array([0.01, 0.02, 0.03])).tolist() == pytest.approx([0.03, 0.04, 0.04])
    assert correct_holm(np.array([0.9, 0.6])).tolist() == [1, 1]


def test_no_category_of_spend_differs_between_grades() -> None:
    spend = list_spend_by_grade(Tables())
    tests = compare_spend(Tables()).set_index("category")
    assert len(spend) == 152
    assert set(tests["authorities"]) == {149}
    assert tests["p_value"].round(3).tolist() == [0.165, 0.126, 0.058, 0.278]
    assert (tests["shuffled"] > 0.05).all()
    assert (tests["adjusted"] >= tests["shuffled"]).all()
    assert (tests["trend_adjusted"] >= tests["trend_shuffled"]).all()
    assert tests["trend"].between(-1, 1).all()
