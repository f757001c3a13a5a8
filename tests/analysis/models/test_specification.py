"""Every version of the model: which there are, an estimate against the model itself, and what chance gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lewisham_study.analysis.models.association import SPECIFICATIONS, build_sample
from lewisham_study.analysis.models.regression import fit_logit
from lewisham_study.analysis.models.specification import (
    CHOICES,
    Curve,
    Sample,
    estimate_version,
    flip_signs,
    gather_inspections,
    list_versions,
    number_columns,
    score_null,
    select_sample,
    trace_curve,
)
from lewisham_study.tidy.tables import Tables

PUBLISHED = {"framework": "all", "control": "year", "denominator": "child", "deprivation": "imd_2019"}
PUBLISHED |= {"exclusion": "nobody", "lag": 0}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables()


@pytest.fixture(scope="module")
def curve(tables: Tables) -> Curve:
    return trace_curve(tables)


def test_every_combination_that_makes_sense_is_listed_once() -> None:
    versions = pd.DataFrame(list_versions())
    assert len(versions) == 432 == len(versions.drop_duplicates())
    assert set(versions.loc[versions["control"] == "framework", "framework"]) == {"all"}


def test_the_published_version_is_the_model_itself(tables: Tables, curve: Curve) -> None:
    sample = build_sample(tables, SPECIFICATIONS[0])
    own = curve.versions[(curve.versions[list(PUBLISHED)] == list(PUBLISHED.values())).all(axis=1)].iloc[0]
    assert own["inspections"] == len(sample) == 373
    low, high = sample["prevention"].quantile([0.25, 0.75])
    assert own["range"] == pytest.approx(100 * (high - low))
    design = np.column_stack(
        [
            sample[["prevention", "safeguarding", "deprivation"]],
            np.ones(len(sample)),
            pd.get_dummies(sample["year"], drop_first=True, dtype=float),
        ]
    )
    fit = fit_logit(sample["good"].to_numpy(), design, pd.factorize(sample["la_code"], sort=True)[0])
    assert np.log(own["odds_ratio"]) == pytest.approx(fit.coefficients[0] * (high - low))


def test_a_year_without_both_outcomes_is_left_out(tables: Tables) -> None:
    columns = number_columns(gather_inspections(tables))
    version = {**PUBLISHED, "framework": "ILACS"}
    by_year, plain = (select_sample(columns, {**version, "control": name}) for name in ("year", "none"))
    assert len(by_year.outcome) < len(plain.outcome)
    shares = pd.Series(by_year.outcome).groupby(by_year.control).mean()
    assert ((shares > 0) & (shares < 1)).all()


def test_an_exclusion_leaves_out_its_authorities(tables: Tables) -> None:
    inspections = gather_inspections(tables)
    assert set(inspections.loc[inspections["unsure"], "la_code"]) >= {"201", "420", "210"}
    assert inspections.loc[inspections["London"], "la_code"].nunique() == 33


def test_the_score_without_a_coefficient_is_that_of_statsmodels() -> None:
    import statsmodels.api as sm

    random = np.random.default_rng(5)
    others = np.column_stack([random.normal(size=200), np.ones(200)])
    term = random.normal(size=200)
    outcome = (random.random(200) < 0.4).astype(float)
    parts, information = score_null(outcome, term, others, np.arange(200))
    null = sm.Logit(outcome, others).fit(disp=False)
    tested = sm.Logit(outcome, np.column_stack([others, term])).score(np.append(null.params, 0))
    assert parts.sum() == pytest.approx(tested[-1])
    hessian = -sm.Logit(outcome, np.column_stack([others, term])).hessian(np.append(null.params, 0))
    assert 1 / information == pytest.approx(np.linalg.inv(hessian)[-1, -1])


def test_signs_find_what_is_there_and_nothing_else() -> None:
    random = np.random.default_rng(7)
    authority = np.repeat(np.arange(100), 3)
    spend = random.normal(size=(300, 2))
    terms = np.column_stack([spend, np.zeros(300) + random.integers(1, 11, 300), np.ones(300)])
    found = []
    for slope in (0.0, 1.0):
        outcome = (random.random(300) < 1 / (1 + np.exp(-slope * spend[:, 0]))).astype(float)
        found.append(estimate_version(Sample(outcome, terms, authority, np.zeros(300, dtype=np.int64)), 100))
    for estimate, clear in zip(found, (False, True), strict=True):
        versions = pd.DataFrame([estimate.odds], columns=["odds_ratio", "low", "high"])
        _, p_median, _ = flip_signs(versions, [estimate])
        assert (p_median < 0.01) is clear


def test_the_order_lies_above_chance_but_not_with_ilacs_alone(curve: Curve) -> None:
    versions = curve.versions
    assert (len(versions), curve.without) == (432, 0)
    assert int((versions["low"] > 1).sum()) == 276
    assert int((versions["high"] < 1).sum()) == 0
    assert round(versions["odds_ratio"].median(), 2) == 1.67
    ilacs = versions[versions["framework"] == "ILACS"]
    assert (len(ilacs), int(ilacs["clear"].sum())) == (96, 0)
    assert curve.p_median == curve.p_clear == 0.001
    assert versions["odds_ratio"].is_monotonic_increasing
    assert list(versions.columns[:6]) == CHOICES
