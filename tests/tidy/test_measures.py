"""The whole table `deprivation`, from the figures in the project."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.paths import find_project
from lewisham_study.tidy.measures import tidy_deprivation

PROJECT = find_project()
ABOLISHED = ["835", "836", "837", "909", "928"]


@pytest.fixture(scope="module")
def deprivation() -> pd.DataFrame:
    return tidy_deprivation(PROJECT.raw, PROJECT.coding)


def test_every_authority_of_2025_has_ten_years(deprivation: pd.DataFrame) -> None:
    authorities = deprivation[(deprivation["geographic_level"] == "local_authority") & deprivation["value"].notna()]
    counts = authorities.groupby("la_code").size()
    assert len(counts) == 153
    assert counts.drop("855").eq(10).all()
    assert not set(ABOLISHED) & set(counts.index)


def test_lewisham_has_the_printed_figures(deprivation: pd.DataFrame) -> None:
    here = deprivation[deprivation["la_code"] == "209"].set_index("time_period")["value"]
    assert here["2015":"2019"].round(1).tolist() == [14.1, 14.7, 14.2, 16.2, 15.1]


def test_what_has_no_figure_says_so_and_is_not_zero(deprivation: pd.DataFrame) -> None:
    missing = deprivation[deprivation["value"].isna()]
    assert set(missing["status"]) == {"not_available", "implausible"}
    assert set(missing.loc[missing["status"] == "not_available", "la_code"].dropna()) == set(ABOLISHED)
    assert (deprivation["value"].dropna() > 0).all()


def test_a_county_without_one_poor_child_is_implausible(deprivation: pd.DataFrame) -> None:
    (odd,) = deprivation[deprivation["status"] == "implausible"].to_dict("records")
    assert (odd["la_name"], odd["time_period"], odd["value_as_published"]) == ("Leicestershire", "2015", "0")
