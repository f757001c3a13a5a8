"""Spend: Lewisham to the digit, real terms per child, places, growth, and comparisons with other accounts."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.analysis.rates import compute_quartiles
from lewisham_study.analysis.spend import (
    CATEGORIES,
    Prices,
    compare_accounts,
    compare_deflators,
    compare_movements,
    express,
    find_last_net,
    gather_amounts,
    gather_mix,
    list_years,
    measure_england_mix,
    measure_growth,
    reconcile_england,
    select_spend,
    split_income,
    sum_place,
    tabulate_growth,
    trace_spend,
)
from lewisham_study.tidy.tables import Tables, load_table

YEARS = list_years(2012, 2022)
LEWISHAM = [57.5, 68.7, 64.4, 67.9, 62.4, 67.4, 79.4, 88.0, 81.9, 82.8]


@pytest.fixture(scope="module")
def spend() -> pd.DataFrame:
    return load_table("spend")


@pytest.fixture(scope="module")
def population() -> pd.DataFrame:
    return load_table("population")


@pytest.fixture(scope="module")
def prices() -> Prices:
    return Prices(load_table("prices"))


@pytest.fixture(scope="module")
def lewisham(spend: pd.DataFrame) -> pd.DataFrame:
    return select_spend(spend[spend["la_code"] == "209"], "total_gross", YEARS)


def test_lewisham_to_the_digit(lewisham: pd.DataFrame) -> None:
    assert lewisham["time_period"].tolist() == YEARS
    assert (lewisham["value"] / 1e6).round(1).tolist() == LEWISHAM


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [((2012, 2022), "2012-13", "2021-22"), ((2012, 2025), "2012-13", "2024-25"), ((2012, 2012), "2011-12", "2011-12")],
)
def test_financial_years_of_a_window(window: tuple[int, int], first: str, last: str) -> None:
    years = list_years(*window)
    assert (years[0], years[-1]) == (first, last)


def test_real_terms_per_child(lewisham: pd.DataFrame, population: pd.DataFrame, prices: Prices) -> None:
    real = express(lewisham, population, prices).set_index("time_period")
    assert real.loc["2021-22", "real_value"] == real.loc["2021-22", "value"]
    assert real.loc["2021-22", "real_per_child"] == pytest.approx(82_772_797 / 64_443)
    assert real.loc["2012-13", "real_value"] > real.loc["2012-13", "value"]


def test_per_child_is_missing_without_children(spend: pd.DataFrame, population: pd.DataFrame, prices: Prices) -> None:
    own = select_spend(spend[spend["la_name"] == "Bournemouth"], "total_gross", YEARS)
    real = express(own, population, prices)
    assert real["value"].notna().all()
    assert real["real_per_child"].isna().all()


def test_england_adds_up_except_in_one_known_year(spend: pd.DataFrame) -> None:
    sums = reconcile_england(spend, list_years(2012, 2025)).set_index("time_period")
    apart = sums[sums["apart"]]
    assert (sums.loc[~sums["apart"], "difference"].dropna().abs() <= 10).all()
    assert apart.index.tolist() == ["2017-18"]
    assert apart["difference"].iloc[0] == pytest.approx(60_000_000 - 855_316, abs=10)
    assert sums.loc["2023-24", "missing"] == 2
    assert (sums["published"] - sums["summed"]).equals(sums["difference"].rename(None))
    assert sums.loc["2024-25", "published"] == 16_012_355_892


def test_a_place_leaves_out_the_children_of_authorities_without_a_figure(prices: Prices) -> None:
    figures = pd.DataFrame(
        {
            "la_code": ["1", "2"],
            "new_la_code": ["E1", "E2"],
            "geographic_level": "local_authority",
            "time_period": "2021-22",
            "year": 2021,
            "measure": "total_gross",
            "series": "s251",
            "value": [1000.0, None],
        }
    )
    children = pd.DataFrame(
        {"new_la_code": ["E1", "E2", "E9"], "time_period": "2021", "value": [10.0, 90.0, 100.0]},
    )
    place = sum_place(figures, children, ["1", "2"], "E9", prices).iloc[0]
    assert (place["value"], place["missing"], place["children"], place["real_per_child"]) == (1000, 1, 10, 100)


def test_england_per_child_is_over_its_population(
    spend: pd.DataFrame, population: pd.DataFrame, prices: Prices
) -> None:
    figures = select_spend(spend, "total_gross", ["2021-22"])
    codes = figures["la_code"].dropna().tolist()
    england = sum_place(figures, population, codes, "E92000001", prices).iloc[0]
    children = population.loc[(population["new_la_code"] == "E92000001") & (population["time_period"] == "2021")]
    assert england["value_per_child"] == pytest.approx(england["value"] / children["value"].iloc[0])


def test_growth_stays_within_one_series() -> None:
    rows = pd.DataFrame(
        {
            "time_period": ["2011-12", "2012-13", "2014-15"],
            "year": [2011, 2012, 2014],
            "series": ["old", "new", "new"],
            "value": [1.0, 100.0, 121.0],
        }
    )
    growth = tabulate_growth(rows, {"value": "total"}).iloc[0]
    assert (growth["first_year"], growth["first"], growth["last"]) == ("2012-13", 100.0, 121.0)
    assert growth["annual"] == pytest.approx(0.1)
    assert tabulate_growth(rows.head(2), {"value": "total"}).empty
    assert tabulate_growth(rows.assign(value=None), {"value": "total"}).empty


def test_growth_of_lewisham(lewisham: pd.DataFrame) -> None:
    growth = tabulate_growth(lewisham, {"value": "total"}).iloc[0]
    assert growth["total"] == pytest.approx(0.440, abs=0.0005)
    assert growth["annual"] == pytest.approx(measure_growth(growth["first"], growth["last"], 9))


def test_deflators_agree_on_the_base_year(lewisham: pd.DataFrame, population: pd.DataFrame, prices: Prices) -> None:
    compared = compare_deflators(lewisham, population, prices, ["gdp_deflator", "cpi", "cpih"])
    assert compared["index"].tolist() == ["gdp_deflator", "cpi", "cpih"]
    assert compared["last"].nunique() == 1
    assert compared["total"].round(3).tolist() == [0.209, 0.231, 0.231]


def test_gross_and_net_of_lewisham(spend: pd.DataFrame) -> None:
    split = split_income(spend, "209", YEARS)
    total = split[split["category"] == "total"].set_index("time_period")
    assert (total.loc["2018-19", ["gross", "net"]].astype(float) / 1e6).round(1).tolist() == [79.4, 62.6]
    assert total.index.max() == find_last_net(spend) == "2018-19"
    parts = split[(split["time_period"] == "2018-19") & split["category"].isin(CATEGORIES)]
    assert parts["income"].sum() == pytest.approx(total.loc["2018-19", "income"], abs=10)


def test_the_two_accounts_of_lewisham(spend: pd.DataFrame) -> None:
    both = compare_accounts(spend, "209", list_years(2012, 2025)).set_index("time_period")
    differences = (both["difference"] / 1e6).round(1)
    known = {"2012-13": -3.0, "2014-15": -8.3, "2019-20": 4.9, "2023-24": -11.8, "2024-25": 9.4}
    assert {year: differences[year] for year in known} == known
    assert pd.isna(both.loc["2021-22", "ro3"])
    assert both["ro3_series"].dropna().nunique() == 2


def test_spread_per_child(spend: pd.DataFrame, population: pd.DataFrame, prices: Prices) -> None:
    every = express(select_spend(spend, "total_gross", ["2021-22"]), population, prices)
    spread = compute_quartiles(every, "real_per_child").iloc[0]
    assert spread["authorities"] == 152
    assert spread["low"] < spread["lower_quartile"] < spread["median"] < spread["upper_quartile"] < spread["high"]


def test_england_s_mix_adds_up_to_its_spend_per_child() -> None:
    tables = Tables()
    mix = measure_england_mix(tables, ("2021-22",), "2021-22", "gdp_deflator")
    amounts = gather_amounts(open_case(tables, "Lewisham", 2021, 2022))
    assert mix["england"].sum() == pytest.approx(amounts.england["real_per_child"].iloc[-1], rel=0.001)


def test_the_mix_of_an_authority_has_every_year_and_category_of_england() -> None:
    mix = gather_mix(open_case(Tables(), "Leeds"))
    assert set(mix["category"]) == set(CATEGORIES) - {"strategy"}
    assert mix.groupby("category").size().eq(10).all()
    assert mix[["own", "own_value", "england"]].notna().all(axis=None)


def test_the_two_accounts_of_all_authorities_move_apart() -> None:
    tables = Tables()
    moves = compare_movements(tables["spend"], tables["population"], Prices(tables["prices"]), "2014-15", "2024-25")
    leeds = moves.set_index("la_name").loc["Leeds"]
    assert (round(leeds["s251"], 2), round(leeds["ro3"], 2)) == (0.06, 0.46)
    assert (len(moves), int((moves["gap"].abs() > 0.3).sum()), int(moves["opposed"].sum())) == (143, 19, 13)
    apart = set(moves.loc[(moves["gap"].abs() > 0.3) | moves["opposed"], "la_code"])
    cautions = tables["cautions"]
    assert set(cautions.loc[cautions["kind"] == "accounts", "la_code"]) == apart


def test_lewisham_spend_per_child_in_its_own_prices() -> None:
    tables = Tables()
    spend = trace_spend(tables, ["209"]).set_index("time_period")
    outturn, children = tables["spend"], tables["population"]
    total = outturn.query("la_code == '209' and measure == 'total_gross' and time_period == '2021-22'")["value"].iloc[0]
    count = children.query("la_code == '209' and time_period == '2021'")["value"].iloc[0]
    assert round(total / 1e6, 1) == 82.8
    assert spend.loc["2021-22", "value"] == pytest.approx(total / count)
    assert spend.loc["2021-22", "date"] == pd.Timestamp("2022-03-31")
    assert pd.isna(spend.loc["2011-12", "value"])


def test_no_authorities_have_no_spend() -> None:
    assert trace_spend(Tables(), []).empty
    # Tables of an early day hold no prices.
    assert trace_spend({**Tables(), "prices": Tables()["prices"].iloc[:0]}, []).empty
