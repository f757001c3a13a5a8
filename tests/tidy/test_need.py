"""The table `need`, on the figures held."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.paths import find_project
from lewisham_study.raw.figures import read_figures
from lewisham_study.tidy.editions import rank_editions
from lewisham_study.tidy.figures import TABLE_COLUMNS, type_figures
from lewisham_study.tidy.measures import tidy_need

PROJECT = find_project()
KEY = ["new_la_code", "time_period", "measure", "series"]


@pytest.fixture(scope="module")
def need() -> pd.DataFrame:
    return tidy_need(PROJECT.raw, PROJECT.coding)


def pick(need: pd.DataFrame, la_name: str, time_period: str, measure: str) -> pd.Series:
    chosen = (need["la_name"] == la_name) & (need["time_period"] == time_period) & (need["measure"] == measure)
    assert chosen.sum() == 1
    return need[chosen].iloc[0]


def test_columns_and_key(need: pd.DataFrame) -> None:
    assert list(need) == TABLE_COLUMNS
    assert not need.duplicated(KEY).any()
    assert set(need["period_kind"]) == {"31_march"}


@pytest.mark.parametrize(
    ("time_period", "measure", "value", "source_id", "locator"),
    [
        ("2012", "looked_after", 498, "dfe-looked-after-2012", "E22"),
        ("2016", "looked_after", 463, "dfe-looked-after-2016", "E22"),
        ("2020", "looked_after", 473, "dfe-looked-after-2022", "M1440"),
        ("2022", "looked_after", 462, "dfe-looked-after-2025", "M1932"),
        ("2012", "children_in_need", 2377, "dfe-children-in-need-2012", "G11"),
        ("2012", "on_protection_plan", 198, "dfe-children-in-need-2012", "FD11"),
        ("2022", "children_in_need", 2776, "dfe-children-in-need-2025-b1", "R635"),
    ],
)
def test_lewisham_as_published_in_the_latest_edition(
    need: pd.DataFrame, time_period: str, measure: str, value: int, source_id: str, locator: str
) -> None:
    row = pick(need, "Lewisham", time_period, measure)
    expected = (value, source_id, locator, "published")
    assert (row["value"], row["source_id"], row["locator"], row["status"]) == expected


def test_superseded_editions_stay_with_the_figures() -> None:
    figures = type_figures(read_figures(PROJECT.raw, "need"), "need", PROJECT.coding)
    ranked = rank_editions(figures, "need", PROJECT.coding)
    chosen = (ranked["la_code"] == "209") & (ranked["time_period"] == "2022") & (ranked["measure"] == "looked_after")
    assert ranked.loc[chosen, "value"].tolist() == [462, 465]


@pytest.mark.parametrize(
    ("la_name", "time_period", "status"),
    [
        ("Hackney", "2021", "not_available"),
        ("Hackney", "2022", "not_available"),
        ("Cornwall", "2014", "not_available"),
        ("Norfolk", "2013", "not_available"),
        ("Hampshire", "2024", "low_reliability"),
        ("Newham", "2012", "not_available"),
        ("Havering", "2012", "not_available"),
        ("Isles of Scilly", "2014", "suppressed"),
    ],
)
def test_missing_children_in_need_have_a_status_and_no_value(
    need: pd.DataFrame, la_name: str, time_period: str, status: str
) -> None:
    row = pick(need, la_name, time_period, "children_in_need")
    assert row["status"] == status
    assert pd.isna(row["value"])


def test_a_figure_is_missing_exactly_where_its_status_says_so(need: pd.DataFrame) -> None:
    assert (need["value"].isna() == (need["status"] != "published")).all()
    assert need["value"].min() == 0


def test_authorities_in_each_year(need: pd.DataFrame) -> None:
    local = need[need["geographic_level"] == "local_authority"]
    counts = local.groupby(["measure", "time_period"]).size().unstack("time_period")
    expected = [152] * 8 + [151] * 2 + [152] * 2 + [153] * 2
    assert counts.loc["children_in_need"].tolist() == expected
    assert counts.loc["on_protection_plan"].tolist() == expected
    # the files of 2012 to 2016 leave out the Isles of Scilly
    assert counts.loc["looked_after"].tolist() == [151] * 5 + expected[5:]


def test_england_is_numbered_apart_from_the_isle_of_wight_in_2012(need: pd.DataFrame) -> None:
    assert pick(need, "England", "2012", "children_in_need")["value"] == 369_400
    assert pick(need, "Isle of Wight", "2012", "children_in_need")["value"] < 2_000


def test_authorities_add_to_england(need: pd.DataFrame) -> None:
    """England is rounded to 10 (100 in 2012) and estimates those missing: complete years agree, others fall short."""
    key = ["measure", "series", "time_period"]
    local = need[need["geographic_level"] == "local_authority"]
    total, missing = local.groupby(key)["value"].sum(), local["value"].isna().groupby([local[k] for k in key]).sum()
    england = need[need["geographic_level"] == "national"].set_index(key)["value"]
    difference = (total - england).reindex(england.index)
    complete = missing == 0
    assert complete.sum() >= 34
    assert difference[complete].abs().max() <= 5
    assert difference[~complete].max() <= 5


def test_regions_add_to_england(need: pd.DataFrame) -> None:
    looked_after = need[need["measure"] == "looked_after"]
    regions = looked_after[looked_after["new_la_code"].str.startswith("E12")]
    total = regions.groupby("time_period")["value"].sum()
    england = looked_after[looked_after["geographic_level"] == "national"].set_index("time_period")["value"]
    assert regions.groupby("time_period").size().eq(9).all()
    assert (total - england).abs().max() <= 50
