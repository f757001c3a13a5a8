"""The whole table `spend`, from the figures in the project."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.rates import sum_authorities
from lewisham_study.files import read_csv
from lewisham_study.paths import find_project
from lewisham_study.raw.figures import read_figures
from lewisham_study.tidy.editions import FIGURE_KEY
from lewisham_study.tidy.figures import type_figures
from lewisham_study.tidy.measures import tidy_spend

PROJECT = find_project()
CATEGORIES = ["looked_after", "safeguarding", "family_support", "young_people", "youth_justice", "sure_start", "other"]
YEARS = [f"{year}-{year % 100 + 1}" for year in range(2011, 2025)]


@pytest.fixture(scope="module")
def spend() -> pd.DataFrame:
    return tidy_spend(PROJECT.raw, PROJECT.coding)


@pytest.fixture(scope="module")
def authorities(spend: pd.DataFrame) -> pd.DataFrame:
    return spend[spend["geographic_level"] == "local_authority"]


@pytest.fixture(scope="module")
def editions() -> pd.DataFrame:
    typed = type_figures(read_figures(PROJECT.raw, "spend"), "spend", PROJECT.coding)
    return typed[typed["geographic_level"] == "local_authority"]


def spread(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.pivot(index=["new_la_code", "time_period"], columns="measure", values="value")


def test_the_columns_are_those_the_data_model_names(spend: pd.DataFrame) -> None:
    path = PROJECT.coding / "columns.csv"
    columns = read_csv(path, path.read_text().splitlines()[0].split(","))
    assert list(spend.columns) == columns.loc[columns["table"] == "spend", "column"].tolist()


def test_there_is_one_figure_for_each_key_in_its_order(spend: pd.DataFrame) -> None:
    assert not spend.duplicated(FIGURE_KEY).any()
    assert spend[FIGURE_KEY].equals(spend[FIGURE_KEY].sort_values(FIGURE_KEY, ignore_index=True))


def test_every_authority_that_existed_has_every_measure(authorities: pd.DataFrame) -> None:
    counts = authorities.groupby(["time_period", "measure"]).size().unstack("time_period")
    expected = dict.fromkeys(YEARS, 152) | {"2019-20": 151, "2020-21": 151, "2023-24": 153, "2024-25": 153}
    assert {year: set(counts[year].dropna()) for year in YEARS} == {year: {n} for year, n in expected.items()}
    gross = [f"{name}_gross" for name in (*CATEGORIES, "total")]
    assert counts.loc[gross].notna().all(axis=None)
    net = counts.loc[["total_net"], :"2018-19"]
    assert net.notna().all(axis=None)
    assert counts.loc["ro3_gross"].isna()[lambda absent: absent].index.tolist() == ["2011-12", "2021-22"]


def test_lewisham_is_as_published(authorities: pd.DataFrame) -> None:
    lewisham = spread(authorities[authorities["la_code"] == "209"]).loc["E09000023"] / 1e6
    gross = lewisham.loc["2012-13":"2021-22", "total_gross"].round(1).tolist()
    assert gross == [57.5, 68.7, 64.4, 67.9, 62.4, 67.4, 79.4, 88.0, 81.9, 82.8]
    assert lewisham.loc["2018-19", ["total_net", "ro3_net"]].round(1).tolist() == [62.6, 75.2]
    assert lewisham.loc[["2013-14"], "total_net"].round(3).tolist() == [64.008]
    assert lewisham.loc[["2011-12", "2012-13"], "looked_after_gross"].round(3).tolist() == [28.435, 28.775]


@pytest.mark.parametrize("kind", ["gross", "net"])
def test_categories_add_to_the_total(authorities: pd.DataFrame, kind: str) -> None:
    wide = spread(authorities[authorities["series"].str.startswith("s251")])
    wide = wide[wide[f"total_{kind}"].notna()]
    # In 2011-12 strategy was a category of its own; it is missing, not zero, since.
    strategy = wide[f"strategy_{kind}"].fillna(0)
    difference = wide[[f"{name}_{kind}" for name in CATEGORIES]].sum(axis=1, skipna=False) + strategy
    difference -= wide[f"total_{kind}"]
    assert len(wide) == (152 * 8 if kind == "net" else 2123)
    assert difference.abs().max() <= 10


@pytest.mark.parametrize("lait", ["dfe-lait-2025", "dfe-lait-2026"])
def test_lait_repeats_the_outturn_but_for_one_revision(editions: pd.DataFrame, lait: str) -> None:
    outturn = editions[editions["source_id"].str.startswith("dfe-s251")].set_index(FIGURE_KEY)
    repeated = editions[editions["source_id"] == lait].set_index(FIGURE_KEY)["value"].dropna()
    both = outturn.index.intersection(repeated.index)
    assert len(both) == 152 * 8 * (4 if lait == "dfe-lait-2025" else 3)
    difference = repeated[both] - outturn.loc[both, "value"]
    odd = difference[difference.abs() > 0.51]
    assert odd.to_dict() == {("E06000039", "2017-18", "total_gross", "s251"): -855_316}


def test_authorities_add_to_england(spend: pd.DataFrame) -> None:
    england = spend[(spend["geographic_level"] == "national")]
    pairs = england.merge(sum_authorities(spend), on=["time_period", "measure", "series"], suffixes=("", "_summed"))
    difference = (pairs["value"] - pairs["value_summed"]).set_axis(pairs["measure"] + " " + pairs["time_period"])
    assert len(pairs) == 8 * 10
    odd = difference[difference.abs() > 10].round(-1)
    # In 2017-18 DfE's North East, and so England, has 60,000,000 pounds for looked-after children that no authority
    # has; and England's total holds the revision of Slough.
    assert odd.to_dict() == {"looked_after_gross 2017-18": 60_000_000, "total_gross 2017-18": 59_144_680}


def test_england_is_as_published(spend: pd.DataFrame) -> None:
    england = spread(spend[spend["geographic_level"] == "national"]).loc["E92000001"] / 1e6
    published = {"2016-17": 9158.40, "2018-19": 9854.91, "2021-22": 11885.29, "2024-25": 16012.36}
    assert england.loc[list(published), "total_gross"].round(2).to_dict() == published
    summed = sum_authorities(spend).set_index(["measure", "time_period"])["value"] / 1e6
    assert summed["total_net", "2016-17"].round(2) == 8422.43
    assert summed["looked_after_gross", "2013-14"].round(3) == 3661.327


def test_the_outturn_and_the_check_series_are_never_one_series(spend: pd.DataFrame) -> None:
    assert set(spend.loc[spend["measure"].str.startswith("ro3"), "series"]) == {"ro3_to_2013_14", "ro3_2014_15_on"}
    years = spend.groupby("series")["time_period"].agg(["min", "max"])
    assert years.loc["ro3_to_2013_14", "max"] == "2013-14"
    assert years.loc["ro3_2014_15_on", "min"] == "2014-15"
    assert years.loc["s251_2011_12"].tolist() == ["2011-12", "2011-12"]
    assert set(spend.loc[spend["series"] == "s251", "measure"]) == {"total_gross", "total_net"}
    assert spend.groupby("measure")["series"].nunique().loc["total_gross"] == 1


def test_what_was_withheld_says_so(authorities: pd.DataFrame) -> None:
    withheld = authorities[authorities["status"] == "withheld"]
    assert withheld["value"].isna().all()
    counts = withheld.groupby(["time_period", "la_name"]).size()
    assert counts.to_dict() == {
        ("2022-23", "Luton"): 2,
        ("2023-24", "Cumberland"): 8,
        ("2023-24", "Westmorland and Furness"): 8,
        ("2024-25", "Middlesbrough"): 8,
        ("2024-25", "Wandsworth"): 8,
    }


def test_only_returns_that_were_not_made_are_not_available(authorities: pd.DataFrame) -> None:
    missing = authorities[authorities["status"] == "not_available"]
    assert set(missing["measure"]) == {"ro3_gross", "ro3_net"}
    assert missing.groupby("time_period")["la_code"].nunique().to_dict() == {
        **{"2016-17": 1, "2020-21": 3, "2022-23": 4, "2023-24": 11, "2024-25": 3}
    }
    assert authorities["value"].notna().equals(authorities["status"] == "published")
