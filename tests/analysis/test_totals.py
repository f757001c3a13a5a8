"""Sums of authorities' figures."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.rates import sum_authorities


def make_rows(**columns: list[object]) -> pd.DataFrame:
    usual = {
        "geographic_level": "local_authority",
        "time_period": "2022",
        "measure": "cases",
        "series": "cases_2017_on",
        "joint_la_codes": None,
    }
    return pd.DataFrame({**usual, **columns}, index=range(len(columns["la_code"])))


def test_a_joint_return_counts_once_in_each_year() -> None:
    rows = make_rows(
        la_code=["314", "318"] * 2,
        value=[5.0] * 4,
        joint_la_codes=["314 318"] * 4,
        time_period=["2021", "2021", "2022", "2022"],
    )
    assert sum_authorities(rows)["value"].tolist() == [5.0, 5.0]


def test_a_joint_return_counts_where_one_member_alone_is_held() -> None:
    rows = make_rows(la_code=["209", "318"], value=[1.0, 5.0], joint_la_codes=[None, "314 318"])
    assert sum_authorities(rows)["value"].tolist() == [6.0]


def test_missing_is_counted_and_not_zero() -> None:
    rows = make_rows(la_code=["209", "210"], value=[7.0, None])
    assert sum_authorities(rows)[["value", "figures", "missing"]].to_numpy().tolist() == [[7.0, 1, 1]]
    nothing = sum_authorities(make_rows(la_code=["209"], value=[float("nan")]))
    assert nothing["value"].isna().tolist() == [True]


def test_regions_and_england_are_left_out() -> None:
    rows = make_rows(la_code=["209", None], value=[7.0, 99.0], geographic_level=["local_authority", "national"])
    assert sum_authorities(rows)["value"].tolist() == [7.0]


def test_series_are_kept_apart_and_other_groups_can_be_asked_for() -> None:
    rows = make_rows(la_code=["209", "210", "209"], value=[1.0, 2.0, 4.0], series=["a", "a", "b"])
    assert sum_authorities(rows).set_index("series")["value"].to_dict() == {"a": 3.0, "b": 4.0}
    by_region = sum_authorities(rows.assign(region=["x", "y", "x"]), by=["region", "series"])
    assert by_region["value"].tolist() == [1.0, 4.0, 2.0]


def test_a_table_without_joint_returns_is_summed_too() -> None:
    rows = make_rows(la_code=["209", "210"], value=[1.0, 2.0]).drop(columns="joint_la_codes")
    assert sum_authorities(rows)["value"].tolist() == [3.0]
