"""Average caseloads: Lewisham to the digit, joint returns once, places, and the parts of a change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.analysis.caseload import (
    CASELOAD,
    CASES,
    WORKERS,
    assign_roles,
    compare_editions,
    compute_median,
    count_workers,
    find_parallel_jumps,
    gather_caseloads,
    measure_place,
    rank_value,
    select_authorities,
    select_measure,
    select_others,
    split_change,
    trace_caseload,
)
from lewisham_study.analysis.rates import compute_quartiles, sum_authorities
from lewisham_study.tidy.tables import Tables, load_table

LEWISHAM = [15.9, 14.4, 14.5, 15.3, 15.1, 14.8]


@pytest.fixture(scope="module")
def workforce() -> pd.DataFrame:
    workforce = load_table("workforce")
    return workforce[workforce["measure"].isin([CASELOAD, CASES, WORKERS])]


def test_lewisham_to_the_digit(workforce: pd.DataFrame) -> None:
    own = select_measure(workforce[workforce["la_code"] == "209"], CASELOAD, 2017, 2022)
    assert own["value"].tolist() == LEWISHAM
    assert own["year"].tolist() == [2017, 2018, 2019, 2020, 2021, 2022]


@pytest.mark.slow
def test_caseload_is_cases_over_workers_everywhere(workforce: pd.DataFrame) -> None:
    own = select_measure(workforce, CASELOAD, 2017, 2025).dropna(subset="la_code")
    for la_code, figures in own.groupby("la_code"):
        counts = count_workers(workforce, str(la_code), 2017, 2025).set_index("year")
        printed = figures.set_index("year")["value"].reindex(counts.index)
        rounding = 0.05 + counts["caseload"] * 0.05 / counts["workers"]
        assert ((printed - counts["caseload"]).abs() <= rounding + 1e-9).all(), la_code


def test_england_is_the_sum_of_its_authorities(workforce: pd.DataFrame) -> None:
    england = measure_place(workforce, "England", 2017, 2022).set_index("year")
    assert england["value"].round(1).tolist() == [17.7, 17.4, 16.9, 16.3, 16.3, 16.6]
    summed = sum_authorities(select_measure(workforce, CASES, 2017, 2022))
    assert summed["value"].tolist() == england["cases"].tolist()


def test_the_published_average_is_used_where_the_count_was_different(workforce: pd.DataFrame) -> None:
    england = measure_place(workforce, "England", 2016, 2017).set_index("year")
    assert england.loc[2016, "value"] == england.loc[2016, "published"] == 16.1
    assert england.loc[2016, "cases"] / england.loc[2016, "workers"] > 20


def test_a_joint_return_counts_once(workforce: pd.DataFrame) -> None:
    rows = select_authorities(select_measure(workforce, CASELOAD, 2022, 2022))
    assert len(rows) == 150
    assert compute_quartiles(rows)["authorities"].tolist() == [150]


@pytest.mark.slow
def test_the_parts_add_up_to_the_change_for_every_authority(workforce: pd.DataFrame) -> None:
    for la_code in workforce["la_code"].dropna().unique():
        parts = split_change(count_workers(workforce, la_code, 2012, 2025))
        rest = parts["change"] - parts["from_cases"] - parts["from_workers"]
        assert rest.abs().max() < 1e-9 or parts.empty


def test_lewisham_2020_to_2021(workforce: pd.DataFrame) -> None:
    counts = count_workers(workforce, "209", 2020, 2021)
    assert counts[["cases", "workers"]].to_numpy().tolist() == [[1556, 101.5], [2399, 158.5]]
    part = split_change(counts).iloc[0]
    assert part[["change", "from_cases", "from_workers"]].astype(float).round(2).tolist() == [-0.19, 6.59, -6.79]
    assert part["change"] == pytest.approx(2399 / 158.5 - 1556 / 101.5)
    assert part["from_cases"] > 0 > part["from_workers"]


def test_the_reverse_change_has_the_same_parts_with_opposite_signs() -> None:
    counts = pd.DataFrame({"year": [1, 2], "cases": [100.0, 150.0], "workers": [10.0, 12.0]})
    counts = counts.assign(caseload=counts["cases"] / counts["workers"])
    forward, back = split_change(counts), split_change(counts.iloc[::-1].reset_index(drop=True))
    columns = ["change", "from_cases", "from_workers"]
    assert np.allclose(forward[columns], -back[columns])


def test_no_change_has_no_parts() -> None:
    counts = pd.DataFrame({"year": [1, 2], "cases": 100.0, "workers": 10.0, "caseload": 10.0})
    assert split_change(counts)[["change", "from_cases", "from_workers"]].to_numpy().tolist() == [[0, 0, 0]]


def test_a_value_is_ranked_among_the_known_ones() -> None:
    assert rank_value(pd.Series([1.0, np.nan, 3.0]), 2.0) == (1, 0, 1)
    assert rank_value(pd.Series([10.0, 12.0, 12.0, 20.0]), 12.0) == (1, 2, 1)


def test_editions_of_one_authority_and_england() -> None:
    revised = compare_editions(load_table("revisions"), ["209"], 2012, 2022)
    own = revised[revised["la_code"] == "209"]
    assert own["measure"].tolist() == ["leavers_fte"] * 2 + ["turnover_rate_fte"] * 2
    assert own["change"].round(1).tolist() == [-2.0, -1.0, -1.2, -0.6]
    england = revised[revised["la_code"].isna()]
    pinned = england[(england["measure"] == CASELOAD) & (england["year"] == 2017)].iloc[0]
    assert (pinned["value_superseded"], pinned["value_standing"]) == (17.8, 17.7)


def test_jumps_are_large_parallel_and_within_a_year() -> None:
    counts = pd.DataFrame({"year": [2018, 2019, 2020, 2022], "cases": [100, 140, 60, 120], "workers": [10, 14, 12, 24]})
    jumps = find_parallel_jumps(counts)
    assert jumps["year"].tolist() == [2019]
    assert jumps[["cases", "workers"]].round(2).to_numpy().tolist() == [[0.4, 0.4]]


def test_a_comparator_in_a_joint_return_with_the_authority_is_left_out() -> None:
    case = open_case(Tables(), "Kingston upon Thames", comparators="Richmond upon Thames, Merton")
    series = gather_caseloads(case)
    assert set(series.others["la_name"]) == {"Merton"}
    lewisham = gather_caseloads(open_case(Tables(), "Lewisham"))
    assert (lewisham.known["year"].min(), lewisham.comparable["year"].min()) == (2016, 2017)


def test_each_return_has_one_role() -> None:
    case = open_case(Tables(), "Richmond upon Thames", comparators="Merton")
    roles = assign_roles(case, select_measure(case.tables["workforce"], CASELOAD, 2022, 2022))
    assert roles.loc[roles["role"] == "own", "la_name"].tolist() == ["Richmond upon Thames"]
    assert roles.loc[roles["role"] == "comparator", "la_name"].tolist() == ["Merton"]
    assert "Kingston upon Thames" not in set(roles["la_name"])


def test_the_traced_caseload_of_lewisham_to_the_digit() -> None:
    caseload = trace_caseload(load_table("workforce"), ["209"]).set_index("date")
    assert caseload.loc["2017":"2022", "value"].tolist() == [15.9, 14.4, 14.5, 15.3, 15.1, 14.8]
    assert caseload.loc["2016-09-30", "series"] != caseload.loc["2017-09-30", "series"]


def test_a_median_counts_the_known_values_of_each_date() -> None:
    series = pd.DataFrame({"date": ["2017", "2017", "2017", "2018"], "value": [14.0, 16.0, None, 15.0]})
    found = compute_median(series).to_dict("list")
    assert found == {"date": ["2017", "2018"], "value": [15.0, 15.0], "authorities": [2, 1]}


def test_a_joint_return_counts_once_and_not_against_its_own_members() -> None:
    both = trace_caseload(load_table("workforce"), ["314", "318", "209"])
    median = compute_median(select_others(both, "318")).set_index("date")
    assert median.loc["2022-09-30", ["value", "authorities"]].tolist() == [14.8, 1]
    assert len(select_others(both, "210")) == len(both) - len(both[both["la_code"] == "318"])


def test_no_authorities_have_no_caseload() -> None:
    assert trace_caseload(load_table("workforce"), []).empty
