"""Pounds per child, counts per 10,000 children, real terms, sums and quartiles of authorities."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.analysis.rates import (
    MEASURES,
    SHARES,
    compute_quartiles,
    gather_need,
    measure_need,
    per_child,
    rate_per_10000,
    sum_authorities,
    to_real_terms,
)
from lewisham_study.errors import UsageError
from lewisham_study.paths import find_project
from lewisham_study.tidy.figures import tidy_measures, tidy_population
from lewisham_study.tidy.tables import Tables
from lewisham_study.vocabulary import FEWEST

POPULATION = pd.DataFrame(
    {
        "new_la_code": ["E1", "E1", "E2"],
        "time_period": ["2012", "2013", "2012"],
        "value": [1_000.0, 2_000.0, None],
    }
)
PRICES = pd.DataFrame(
    {
        "index_name": ["gdp_deflator"] * 3 + ["cpi"] * 2,
        "time_period": ["2012-13", "2021-22", "2022-23", "2012-13", "2021-22"],
        "value": [80.0, 100.0, 110.0, 50.0, 100.0],
    }
)
SPEND = pd.DataFrame({"time_period": ["2012-13", "2021-22", "2022-23"], "value": [8.0, 8.0, None]})


def make_rows(**columns):
    usual = {
        "geographic_level": "local_authority",
        "time_period": "2022",
        "measure": "cases",
        "series": "cases_2017_on",
        "joint_la_codes": None,
    }
    return pd.DataFrame({**usual, **columns}, index=range(len(columns["la_code"])))


def test_financial_year_goes_with_the_middle_of_its_first_year():
    spend = pd.DataFrame({"new_la_code": ["E1", "E1"], "time_period": ["2012-13", "2013-14"], "value": [5_000.0] * 2})
    result = per_child(spend, POPULATION)
    assert result["children"].tolist() == [1_000.0, 2_000.0]
    assert result["value_per_child"].tolist() == [5.0, 2.5]


def test_any_column_of_amounts_can_be_divided():
    spend = pd.DataFrame({"new_la_code": ["E1"], "time_period": ["2012-13"], "real_value": [7_000.0]})
    assert per_child(spend, POPULATION, "real_value")["real_value_per_child"].tolist() == [7.0]


def test_31_march_goes_with_the_middle_of_the_year_before():
    need = pd.DataFrame({"new_la_code": ["E1", "E1"], "time_period": ["2013", "2014"], "value": [10.0, 10.0]})
    result = rate_per_10000(need, POPULATION)
    assert result["rate_per_10000"].tolist() == [100.0, 50.0]
    assert result["children"].tolist() == [1_000.0, 2_000.0]


def test_without_children_there_is_no_rate():
    need = pd.DataFrame({"new_la_code": ["E2", "E1", "E3"], "time_period": ["2013", "2012", "2013"], "value": 1.0})
    result = rate_per_10000(need, POPULATION)
    assert result["children"].isna().all()
    assert result["rate_per_10000"].isna().all()
    assert len(result) == 3


def test_rows_keep_their_order_and_labels():
    need = pd.DataFrame(
        {"new_la_code": ["E1", "E1"], "time_period": ["2014", "2013"], "value": [2.0, 1.0]}, index=[7, 3]
    )
    result = rate_per_10000(need, POPULATION)
    assert result.index.tolist() == [7, 3]
    assert result["rate_per_10000"].tolist() == [10.0, 10.0]


def test_an_area_and_year_twice_is_refused():
    need = pd.DataFrame({"new_la_code": ["E1"], "time_period": ["2013"], "value": [1.0]})
    with pytest.raises(ValueError, match="twice"):
        rate_per_10000(need, pd.concat([POPULATION, POPULATION]))


def test_rates_agree_with_those_published_with_the_same_populations():
    """DfE's 2025 edition: looked after per 10,000 in Lewisham 72 in 2022 and 71 in 2025, in England 67 in 2025."""
    project = find_project()
    need = tidy_measures("need", project.raw, project.coding)
    rates = rate_per_10000(need, tidy_population(project.raw, project.coding))
    looked_after = rates[rates["measure"] == "looked_after"].set_index(["la_name", "time_period"])["rate_per_10000"]
    chosen = [("Lewisham", "2021"), ("Lewisham", "2022"), ("Lewisham", "2025"), ("England", "2025")]
    assert looked_after[chosen].round().tolist() == [71, 72, 71, 67]


def test_base_year_is_unchanged_and_earlier_pounds_are_worth_more():
    real = to_real_terms(SPEND, PRICES)
    assert real["real_value"].tolist()[:2] == [10.0, 8.0]
    assert set(real["price_base"]) == {"2021-22"}
    assert set(real["price_index"]) == {"gdp_deflator"}
    assert real["value"].equals(SPEND["value"])


def test_missing_amounts_stay_missing_and_no_rows_are_no_error():
    assert pd.isna(to_real_terms(SPEND, PRICES).loc[2, "real_value"])
    assert to_real_terms(SPEND.astype({"time_period": "str"}).head(0), PRICES).empty


def test_another_base_and_index():
    early = SPEND.head(2)
    assert to_real_terms(early, PRICES, base="2012-13")["real_value"].tolist() == [8.0, 6.4]
    assert to_real_terms(early, PRICES, index="cpi")["real_value"].tolist() == [16.0, 8.0]


def test_unknown_index_is_refused():
    with pytest.raises(UsageError, match="expected a price index among gdp_deflator, cpi, found 'rpi'"):
        to_real_terms(SPEND, PRICES, index="rpi")


def test_a_year_or_base_without_an_index_is_refused():
    with pytest.raises(UsageError, match="expected a value of cpi for 2022-23, found none; choose financial years"):
        to_real_terms(SPEND, PRICES, index="cpi")
    with pytest.raises(UsageError, match=r"gdp_deflator for 1999-00, found none; .* from 2012-13 to 2022-23"):
        to_real_terms(SPEND, PRICES, base="1999-00")


def test_a_joint_return_counts_once_in_each_year():
    rows = make_rows(
        la_code=["314", "318"] * 2,
        value=[5.0] * 4,
        joint_la_codes=["314 318"] * 4,
        time_period=["2021", "2021", "2022", "2022"],
    )
    assert sum_authorities(rows)["value"].tolist() == [5.0, 5.0]


def test_a_joint_return_counts_where_one_member_alone_is_held():
    rows = make_rows(la_code=["209", "318"], value=[1.0, 5.0], joint_la_codes=[None, "314 318"])
    assert sum_authorities(rows)["value"].tolist() == [6.0]


def test_missing_is_counted_and_not_zero():
    rows = make_rows(la_code=["209", "210"], value=[7.0, None])
    assert sum_authorities(rows)[["value", "figures", "missing"]].to_numpy().tolist() == [[7.0, 1, 1]]
    nothing = sum_authorities(make_rows(la_code=["209"], value=[float("nan")]))
    assert nothing["value"].isna().tolist() == [True]


def test_regions_and_england_are_left_out():
    rows = make_rows(la_code=["209", None], value=[7.0, 99.0], geographic_level=["local_authority", "national"])
    assert sum_authorities(rows)["value"].tolist() == [7.0]
    assert compute_quartiles(rows.assign(year=2022))["high"].tolist() == [7.0]


def test_series_are_kept_apart_and_other_groups_can_be_asked_for():
    rows = make_rows(la_code=["209", "210", "209"], value=[1.0, 2.0, 4.0], series=["a", "a", "b"])
    assert sum_authorities(rows).set_index("series")["value"].to_dict() == {"a": 3.0, "b": 4.0}
    by_region = sum_authorities(rows.assign(region=["x", "y", "x"]), by=["region", "series"])
    assert by_region["value"].tolist() == [1.0, 4.0, 2.0]


def test_a_table_without_joint_returns_is_summed_too():
    rows = make_rows(la_code=["209", "210"], value=[1.0, 2.0]).drop(columns="joint_la_codes")
    assert sum_authorities(rows)["value"].tolist() == [3.0]


def test_quartiles_interpolate_and_skip_missing_values():
    rows = make_rows(la_code=list("abcd"), value=[10.0, 12.0, 20.0, None]).assign(year=2022)
    spread = compute_quartiles(rows).iloc[0]
    assert spread[["low", "lower_quartile", "median", "high", "authorities"]].tolist() == [10, 11, 12, 20, 3]


def test_quartiles_of_nothing_are_empty():
    spread = compute_quartiles(make_rows(la_code=["a"], value=[float("nan")]).assign(year=2016))
    assert spread.empty
    assert {"low", "median", "high", "year", "series", "authorities"} <= set(spread.columns)


TABLES = Tables()


def make_need(**counts: float) -> dict[str, pd.DataFrame]:
    rows = [
        {"new_la_code": "E1", "time_period": "2022", "measure": measure, "value": value, "series": measure}
        for measure, value in counts.items()
    ]
    population = pd.DataFrame({"new_la_code": ["E1"], "time_period": ["2021"], "value": [20_000.0]})
    return {"need": pd.DataFrame(rows), "population": population}


def test_rates_and_shares_have_their_own_base() -> None:
    rates = measure_need(make_need(looked_after=100, referrals=400, rereferrals=80)).set_index("measure")["rate"]
    assert rates.to_dict() == {"looked_after": 50.0, "referrals": 200.0, "rereferrals": 20.0}


def test_fewer_than_five_give_no_rate_and_no_share() -> None:
    rates = measure_need(make_need(looked_after=FEWEST - 1, referrals=FEWEST - 1, rereferrals=2)).set_index("measure")[
        "rate"
    ]
    assert rates.isna().all()
    assert measure_need(make_need(looked_after=FEWEST))["rate"].tolist() == [2.5]


def test_lewisham_has_the_published_rate_of_children_looked_after() -> None:
    need = {one.measure: one for one in gather_need(open_case(TABLES, "Lewisham"))}
    assert list(need) == MEASURES
    last = need["looked_after"].known.iloc[-1]
    assert (last["value"], round(last["rate"], 1)) == (462, 71.7)
    assert need["looked_after"].england.set_index("year")["rate"].round()[2022] == 70


def test_a_share_is_of_the_same_year() -> None:
    rates = measure_need(TABLES)
    for share, base in SHARES.items():
        rows = rates[(rates["measure"] == share) & (rates["geographic_level"] == "national")]
        bases = rates[(rates["measure"] == base) & (rates["geographic_level"] == "national")].set_index("year")["value"]
        assert rows["rate"].tolist() == pytest.approx((rows["value"] / rows["year"].map(bases) * 100).tolist())
        assert rows["rate"].between(5, 80).all()
