"""Caseload and spend over time: Lewisham to the digit, and missing values stay missing."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.comparison import (
    compute_median,
    list_neighbours,
    select_others,
    trace_caseload,
    trace_spend,
)
from lewisham_study.tidy.tables import Tables


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables()


def trace(tables: Tables, codes: list[str]) -> pd.DataFrame:
    return trace_spend(tables, codes)


def test_lewisham_caseload_to_the_digit(tables: Tables) -> None:
    caseload = trace_caseload(tables["workforce"], ["209"]).set_index("date")
    assert caseload.loc["2017":"2022", "value"].tolist() == [15.9, 14.4, 14.5, 15.3, 15.1, 14.8]
    assert caseload.loc["2016-09-30", "series"] != caseload.loc["2017-09-30", "series"]


def test_lewisham_spend_per_child_in_its_own_prices(tables: Tables) -> None:
    spend = trace(tables, ["209"]).set_index("time_period")
    outturn, children = tables["spend"], tables["population"]
    total = outturn.query("la_code == '209' and measure == 'total_gross' and time_period == '2021-22'")["value"].iloc[0]
    count = children.query("la_code == '209' and time_period == '2021'")["value"].iloc[0]
    assert round(total / 1e6, 1) == 82.8
    assert spend.loc["2021-22", "value"] == pytest.approx(total / count)
    assert spend.loc["2021-22", "date"] == pd.Timestamp("2022-03-31")
    assert pd.isna(spend.loc["2011-12", "value"])


def test_a_median_counts_the_known_values_of_each_date() -> None:
    series = pd.DataFrame({"date": ["2017", "2017", "2017", "2018"], "value": [14.0, 16.0, None, 15.0]})
    found = compute_median(series).to_dict("list")
    assert found == {"date": ["2017", "2018"], "value": [15.0, 15.0], "authorities": [2, 1]}


def test_no_authorities_give_no_rows(tables: Tables) -> None:
    assert trace(tables, []).empty
    assert trace_caseload(tables["workforce"], []).empty


def test_a_joint_return_counts_once_and_not_against_its_own_members(tables: Tables) -> None:
    both = trace_caseload(tables["workforce"], ["314", "318", "209"])
    median = compute_median(select_others(both, "318")).set_index("date")
    assert median.loc["2022-09-30", ["value", "authorities"]].tolist() == [14.8, 1]
    assert len(select_others(both, "210")) == len(both) - len(both[both["la_code"] == "318"])


def test_lewisham_has_seven_neighbours_in_both_models(tables: Tables) -> None:
    both = list_neighbours(tables["neighbours"], "209")
    assert int(both[["rank_2021", "rank_2025"]].notna().all(axis=1).sum()) == 7
    assert len(both) == 13
    assert list_neighbours(tables["neighbours"], "000").empty
