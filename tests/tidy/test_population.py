"""The table `population`, on the figures held."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.paths import find_project
from lewisham_study.tidy.measures import COLUMNS, tidy_population

PROJECT = find_project()


@pytest.fixture(scope="module")
def population() -> pd.DataFrame:
    return tidy_population(PROJECT.raw, PROJECT.coding)


def test_columns_and_key(population: pd.DataFrame) -> None:
    assert list(population) == COLUMNS
    assert not population.duplicated(["new_la_code", "time_period"]).any()


def test_lewisham(population: pd.DataFrame) -> None:
    children = population[population["la_code"] == "209"].set_index("time_period")["value"]
    assert children[["2012", "2020", "2021", "2024"]].tolist() == [64_514, 65_999, 64_443, 62_052]


def test_authorities_in_each_year(population: pd.DataFrame) -> None:
    local = population[population["geographic_level"] == "local_authority"]
    counts = local.groupby("time_period").size()
    assert counts.tolist() == [152] * 7 + [151] * 2 + [152] * 2 + [153] * 2


def test_only_authorities_abolished_in_2019_have_no_estimate(population: pd.DataFrame) -> None:
    missing = population[population["value"].isna()]
    assert set(missing["la_code"]) == {"835", "836", "837"}
    assert set(missing["time_period"]) == {str(year) for year in range(2012, 2019)}
    assert set(missing["status"]) == {"not_available"}


def test_authorities_add_to_england(population: pd.DataFrame) -> None:
    local = population[population["geographic_level"] == "local_authority"]
    england = population[population["geographic_level"] == "national"].set_index("time_period")["value"]
    short = england - local.groupby("time_period")["value"].sum()
    assert (short[short.index >= "2019"] == 0).all()
    assert short[short.index < "2019"].between(138_000, 141_000).all()
