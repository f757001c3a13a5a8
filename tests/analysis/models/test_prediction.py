"""Caseload and workforce before an inspection: which figures count, the estimates, and the published checks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lewisham_study.analysis.models.persistence import LADDER
from lewisham_study.analysis.models.prediction import (
    MEASURES,
    VERSIONS,
    arrange_controls,
    compare_agency,
    estimate_downgrades,
    estimate_prediction,
    list_predicted,
    list_workforce,
    measure_means,
)
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
KINGSTON, LEWISHAM, SCILLY = "314", "209", "420"


@pytest.fixture(scope="module")
def predicted() -> pd.DataFrame:
    return list_predicted(TABLES)


@pytest.fixture(scope="module")
def estimates() -> pd.DataFrame:
    return estimate_prediction(TABLES).set_index(["measure", "version"])


def test_the_last_count_before_the_first_day_on_site_is_used(predicted: pd.DataFrame) -> None:
    own = predicted[predicted["la_code"] == LEWISHAM]
    assert own["year"].tolist() == [2018, 2023]
    assert own["caseload_fte"].tolist() == [14.4, 13.7]
    counted = pd.to_datetime(predicted["year"].astype(str) + "-09-30")
    assert (counted < predicted["date"]).all()
    assert (predicted["date"] - counted).dt.days.max() <= 366


def test_every_graded_inspection_is_listed_once(predicted: pd.DataFrame) -> None:
    judgements = TABLES["judgements"]
    graded = judgements[(judgements["framework"] == "ILACS") & (judgements["strand"] == "overall")]
    assert len(predicted) == len(graded)
    assert not predicted.duplicated(["la_code", "date"]).any()
    assert predicted["previous"].isna().sum() == 6  # the successors


def test_returns_of_fewer_than_five_workers_are_left_out(predicted: pd.DataFrame) -> None:
    assert predicted.loc[predicted["la_code"] == SCILLY, list(MEASURES)].isna().all(axis=None)
    assert SCILLY not in set(list_workforce(TABLES["workforce"])["la_code"])


def test_a_joint_return_is_one_group(predicted: pd.DataFrame) -> None:
    assert set(predicted.loc[predicted["la_code"] == KINGSTON, "returned_by"]) == {"314 318"}


def test_caseload_and_agency_are_lower_before_each_higher_grade() -> None:
    means = measure_means(TABLES).set_index(["measure", "grade"])["mean"]
    for measure in ("caseload_fte", "agency_rate_fte"):
        assert means.loc[measure].loc[LADDER].is_monotonic_decreasing


def test_controls_are_complete_and_distinct(predicted: pd.DataFrame) -> None:
    sample = predicted.dropna(subset=["previous", *MEASURES])
    far = arrange_controls(sample, region=True)
    assert far.shape == (len(sample), 6 + 8)
    assert np.linalg.matrix_rank(np.column_stack([np.ones(len(far)), far])) == far.shape[1] + 1


def test_odds_agree_with_statsmodels(predicted: pd.DataFrame, estimates: pd.DataFrame) -> None:
    ordered = pytest.importorskip("statsmodels.miscmodels.ordinal_model").OrderedModel
    sample = predicted.dropna(subset=[*MEASURES, "previous", "deprivation"])
    design = np.column_stack([sample["caseload_fte"], arrange_controls(sample, region=True)])
    theirs = ordered(sample["level"].to_numpy(), design, distr="logit").fit(method="bfgs", maxiter=500, disp=0)
    assert estimates.loc[("caseload_fte", "region"), "odds_ratio"] == pytest.approx(np.exp(theirs.params[0]), abs=1e-3)


def test_one_more_case_goes_with_lower_odds_in_every_version(estimates: pd.DataFrame) -> None:
    cases = estimates.loc["caseload_fte"].loc[list(VERSIONS)]
    assert cases["odds_ratio"].round(2).tolist() == [0.75, 0.80, 0.84, 0.87]
    assert (cases["high"] < 1).all()
    assert (estimates["low"] < estimates["odds_ratio"]).all()
    assert (estimates["odds_ratio"] < estimates["high"]).all()


def test_vacancies_lose_their_link_beside_agency_workers(estimates: pd.DataFrame) -> None:
    assert (
        estimates.loc[("vacancy_rate_fte", "region"), "high"]
        < 1
        < estimates.loc[("vacancy_rate_fte", "together"), "high"]
    )


def test_agency_by_grade_is_close_to_the_article_of_2021() -> None:
    agency = compare_agency(TABLES).set_index("grade")
    assert agency["difference"].drop("good").abs().max() < 0.2
    assert agency.loc["good", "difference"] == pytest.approx(-0.8, abs=0.05)


def test_the_hazard_of_a_lower_grade_is_compatible_with_the_other_study() -> None:
    hazards = estimate_downgrades(TABLES).set_index("measure")
    assert hazards["downgrades"].unique().tolist() == [22]
    assert hazards.loc["caseload_fte", ["hazard_ratio", "low", "high"]].round(2).tolist() == [1.08, 0.97, 1.21]
    for name in ("caseload_fte", "turnover_rate_fte"):
        assert hazards.loc[name, "low"] < hazards.loc[name, "reported"] < hazards.loc[name, "high"]
