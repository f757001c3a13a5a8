"""The model of preventative spend and grades, on the real data."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.cautions import mark_cautioned
from lewisham_study.analysis.models.association import (
    PREVENTATIVE,
    SPECIFICATIONS,
    Specification,
    build_sample,
    estimate_all,
    estimate_specification,
    list_first_inspections,
    list_steps,
    rank_deprivation,
    spend_per_child,
)
from lewisham_study.tidy.tables import Tables


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables()


@pytest.fixture(scope="module")
def estimates(tables: Tables) -> pd.DataFrame:
    return estimate_all(tables).set_index(["specification", "estimator", "term"])


def test_first_inspections_are_counted_by_framework(tables: Tables) -> None:
    firsts = list_first_inspections(tables["judgements"], ("SLAC", "CPI", "SIF", "ILACS"), (2011, 2019))
    assert firsts["framework"].value_counts().to_dict() == {"SIF": 152, "SLAC": 137, "CPI": 50, "ILACS": 41}


def test_the_sample_leaves_out_inspections_without_spend_or_deprivation(tables: Tables) -> None:
    sample = build_sample(tables, SPECIFICATIONS[0])
    assert len(sample) == 373
    assert sample["framework"].value_counts().to_dict() == {"SIF": 149, "SLAC": 134, "CPI": 50, "ILACS": 40}
    assert not {"835", "836", "837"} & set(sample["la_code"])
    assert round(sample["good"].mean(), 3) == 0.365


def test_a_version_leaves_out_returns_under_a_caution(tables: Tables, estimates: pd.DataFrame) -> None:
    every, sound = (build_sample(tables, one) for one in SPECIFICATIONS if one.name in ("published", "uncautioned"))
    left = every[mark_cautioned(every, tables["cautions"])]
    assert left[["la_code", "year", "framework"]].to_numpy().tolist() == [["210", 2013, "SLAC"]]
    assert len(sound) == len(every) - 1
    assert not mark_cautioned(sound, tables["cautions"]).any()
    odds = estimates.loc["uncautioned", "mixed logit", "prevention"]
    assert odds[["odds_ratio", "low", "high"]].astype(float).round(2).tolist() == [1.83, 1.31, 2.54]


def test_a_caution_on_the_other_account_is_not_one_on_the_return(tables: Tables) -> None:
    slough = pd.DataFrame({"la_code": ["871"], "year": [2019]})
    cautions = tables["cautions"]
    assert not mark_cautioned(slough, cautions).any()
    year = cautions[cautions["caution_id"] == "spend-slough-2018-19-ro3"].assign(measure=None).astype(cautions.dtypes)
    assert mark_cautioned(slough, year).all()


def test_spend_is_the_sum_of_its_lines_over_the_children(tables: Tables) -> None:
    pounds = spend_per_child(tables, PREVENTATIVE, "gdp_deflator", "2018-19")
    spend, children = tables["spend"], tables["population"]
    own = spend[(spend["la_code"] == "209") & (spend["time_period"] == "2018-19") & spend["measure"].isin(PREVENTATIVE)]
    there = children[(children["la_code"] == "209") & (children["time_period"] == "2018")]["value"].iloc[0]
    assert len(own) == 3
    assert pounds["209", 2019] == pytest.approx(own["value"].sum() / there)


def test_deciles_have_equal_numbers_of_authorities(tables: Tables) -> None:
    deciles = rank_deprivation(tables["deprivation"])
    assert len(deciles) == 151
    assert set(deciles.value_counts()) == {15, 16}
    assert deciles.min() == 1
    assert deciles.max() == 10


def test_the_model_is_close_to_the_published_one(tables: Tables, estimates: pd.DataFrame) -> None:
    ours = estimates.loc["published", "mixed logit", "prevention"]
    assert ours[["odds_ratio", "low", "high"]].astype(float).round(2).tolist() == [1.84, 1.32, 2.55]
    theirs = tables["estimates"].set_index("estimate_id").loc["webb-published"]
    assert theirs["low"] < ours["odds_ratio"] < theirs["high"]
    assert ours["low"] < theirs["odds_ratio"] < ours["high"]
    decile = estimates.loc["published", "mixed logit", "deprivation"]
    assert decile[["odds_ratio", "low", "high"]].astype(float).round(2).tolist() == [0.84, 0.74, 0.94]


def test_each_change_of_specification_moves_the_estimate(estimates: pd.DataFrame) -> None:
    logit = {
        name: estimates.loc[(name, "logit", "prevention"), "odds_ratio"] for name in ("published", "no_year", "ilacs")
    }
    assert {name: round(odds, 2) for name, odds in logit.items()} == {"published": 1.92, "no_year": 1.38, "ilacs": 1.18}
    alone = estimates.loc["ilacs", "logit", "prevention"]
    assert alone["low"] < 1 < alone["high"]
    assert round(estimates.loc[("other_prices", "mixed logit", "prevention"), "odds_ratio"], 2) == 1.76


def test_steps_lead_from_the_first_rebuilding_to_the_published_estimate(tables: Tables) -> None:
    steps = list_steps(tables).set_index("step")
    assert steps["inspections"].to_dict() == {
        "low_income": 328, "imd": 334, "from_2010": 373, "prices": 373, "other_prices": 373
    }  # fmt: skip
    assert steps["odds_ratio"].round(2).tolist() == [1.93, 2.08, 1.84, 1.75, 1.76]
    assert steps["deprivation_odds_ratio"].round(2).tolist() == [0.83, 0.81, 0.84, 0.84, 0.84]


def test_prices_of_another_year_only_rescale_the_pounds(tables: Tables) -> None:
    again = Specification("again", "", base="2021-22", mixed=True)
    found = estimate_specification(tables, again).set_index(["estimator", "term"]).loc["mixed logit"]
    step = list_steps(tables).set_index("step").loc["prices"]
    assert found.loc["prevention", ["odds_ratio", "low", "high"]].astype(float).tolist() == pytest.approx(
        step[["odds_ratio", "low", "high"]].tolist(), abs=2e-3
    )
    assert found.loc["deprivation", "odds_ratio"] == pytest.approx(step["deprivation_odds_ratio"], abs=1e-3)


def test_safeguarding_spend_has_no_clear_association(estimates: pd.DataFrame) -> None:
    rows = estimates.drop(index="no_year", level="specification").xs("safeguarding", level="term")
    assert ((rows["low"] < 1) & (rows["high"] > 1)).all()
