"""The whole table `workforce`, from the figures in the project."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.rates import sum_authorities
from lewisham_study.files import read_csv
from lewisham_study.paths import find_project
from lewisham_study.raw.figures import FIGURE_COLUMNS, figures_path, locate, read_figures
from lewisham_study.tidy.editions import FIGURE_KEY, drop_not_existing, list_revisions
from lewisham_study.tidy.figures import type_figures
from lewisham_study.tidy.measures import tidy_workforce

PROJECT = find_project()
COUNTS = ["inpost_fte", "starters_fte", "leavers_fte", "vacancy_fte", "agency_fte", "cases", "case_holders_fte"]


@pytest.fixture(scope="module")
def workforce() -> pd.DataFrame:
    return tidy_workforce(PROJECT.raw, PROJECT.coding)


@pytest.fixture(scope="module")
def authorities(workforce: pd.DataFrame) -> pd.DataFrame:
    return workforce[workforce["geographic_level"] == "local_authority"]


@pytest.fixture(scope="module")
def revisions() -> pd.DataFrame:
    typed = type_figures(read_figures(PROJECT.raw, "workforce"), "workforce", PROJECT.coding)
    return list_revisions(drop_not_existing(typed, PROJECT.coding), "workforce", PROJECT.coding)


def pick(frame: pd.DataFrame, **values: str) -> pd.DataFrame:
    for column, value in values.items():
        frame = frame[frame[column] == value]
    return frame


def test_the_columns_are_those_the_data_model_names(workforce: pd.DataFrame) -> None:
    columns = read_csv(
        PROJECT.coding / "columns.csv", (PROJECT.coding / "columns.csv").read_text().splitlines()[0].split(",")
    )
    assert list(workforce.columns) == columns.loc[columns["table"] == "workforce", "column"].tolist()
    assert workforce["value"].dtype == float


def test_there_is_one_figure_for_each_key_in_its_order(workforce: pd.DataFrame) -> None:
    assert not workforce.duplicated(FIGURE_KEY).any()
    assert workforce[FIGURE_KEY].equals(workforce[FIGURE_KEY].sort_values(FIGURE_KEY, ignore_index=True))


@pytest.mark.parametrize(
    ("year", "count"),
    [(2015, 152), (2016, 152), (2017, 152), (2018, 152), (2019, 151), (2020, 151), *((y, 152) for y in (2021, 2022))]
    + [(y, 153) for y in (2023, 2024, 2025)],
)
def test_every_authority_that_existed_has_every_measure(authorities: pd.DataFrame, year: int, count: int) -> None:
    assert set(authorities[authorities["time_period"] == str(year)].groupby("measure").size()) == {count}


def test_lewisham_caseload_is_as_published(workforce: pd.DataFrame) -> None:
    caseload = pick(workforce, la_code="209", series="caseload_2017_on").set_index("time_period")["value"]
    assert caseload.to_dict() == {
        **{"2017": 15.9, "2018": 14.4, "2019": 14.5, "2020": 15.3, "2021": 15.1, "2022": 14.8},
        **{"2023": 13.7, "2024": 13.6, "2025": 14.2},
    }


def test_no_series_crosses_the_change_of_collection(workforce: pd.DataFrame) -> None:
    years = workforce.groupby("series")["time_period"].agg(["min", "max"])
    assert ((years["max"] <= "2016") | (years["min"] >= "2017")).all()
    assert years.loc["caseload_2016"].tolist() == ["2016", "2016"]


def test_there_is_no_caseload_before_2016(workforce: pd.DataFrame) -> None:
    assert workforce.loc[workforce["measure"] == "caseload_fte", "time_period"].min() == "2016"
    assert set(pick(workforce, measure="children_in_need_per_social_worker")["time_period"]) == {"2015"}


def spread(workforce: pd.DataFrame) -> pd.DataFrame:
    return workforce.pivot(index=["new_la_code", "time_period"], columns="measure", values="value")


def test_caseload_is_cases_over_case_holders(workforce: pd.DataFrame) -> None:
    wide = spread(workforce[workforce["time_period"] >= "2017"])
    wide = wide.dropna(subset=["cases", "case_holders_fte", "caseload_fte"])
    ratio = wide["cases"] / wide["case_holders_fte"]
    rounding = 0.05 + ratio / wide["case_holders_fte"] * 0.05 + 1e-9
    assert len(wide) > 1450
    assert ((ratio - wide["caseload_fte"]).abs() <= rounding).all()


def test_caseload_of_2016_is_cases_over_case_holders_and_agency_workers(authorities: pd.DataFrame) -> None:
    wide = spread(authorities[authorities["time_period"] == "2016"])
    ratio = (wide["cases"] / (wide["case_holders_fte"] + wide["agency_fte"])).dropna()
    both = ratio.index.intersection(wide["caseload_fte"].dropna().index)
    assert len(both) == 133
    assert (ratio[both] - wide.loc[both, "caseload_fte"]).abs().max() <= 0.06


def test_authorities_add_to_england(workforce: pd.DataFrame) -> None:
    counts = workforce[workforce["measure"].isin(COUNTS) & (workforce["time_period"] >= "2017")]
    england = counts[counts["geographic_level"] == "national"]
    pairs = england.merge(sum_authorities(counts), on=["time_period", "measure", "series"], suffixes=("", "_summed"))
    difference = pairs["value"] - pairs["value_summed"]
    whole = pairs["missing"] == 0
    assert len(pairs) == 7 * 9
    assert whole.sum() == 40
    # The figures are rounded to 0.1, so 152 of them stray from their total by little more than 1.
    assert difference[whole].abs().max() <= 1.5
    # Where an authority's figure is missing, England holds it all the same (but for rounding).
    assert difference[~whole].min() >= -1.5


def test_a_joint_return_stands_in_each_member_and_counts_once(workforce: pd.DataFrame) -> None:
    cases = pick(workforce, measure="cases", time_period="2022")
    joint = cases[cases["status"] == "joint_return"].set_index("la_code")
    assert joint["joint_la_codes"].to_dict() == {
        **dict.fromkeys(["314", "318"], "314 318"),
        **dict.fromkeys(["940", "941"], "940 941"),
    }
    assert joint["value"].to_dict() == {"314": 1491, "318": 1491, "940": 4209, "941": 4209}
    assert sum_authorities(cases)["value"].tolist() == [335563]


def test_false_zeros_have_no_value(authorities: pd.DataFrame) -> None:
    false = pick(authorities, measure="turnover_rate_fte", status="implausible")
    assert set(zip(false["la_name"], false["time_period"], strict=True)) == {
        ("Lewisham", "2022"),
        ("Manchester", "2022"),
        ("Oldham", "2022"),
        ("Kingston upon Hull, City of", "2017"),
        ("Derby", "2017"),
        ("East Sussex", "2017"),
    }
    assert set(false["value_as_published"]) == {"0"}
    assert false["value"].isna().all()
    zeros = authorities[(authorities["measure"] == "turnover_rate_fte") & (authorities["value"] == 0)]
    assert set(zeros["la_name"]) == {"City of London", "Isles of Scilly"}, "a handful of workers can all have stayed"


@pytest.mark.parametrize(
    ("la_name", "year", "status"),
    [
        ("Brent", "2017", "not_available"),
        ("Suffolk", "2018", "not_available"),
        ("Birmingham", "2024", "low_reliability"),
        ("Westminster", "2025", "not_available"),
        ("Brent", "2016", "not_available"),
        ("Wigan", "2016", "suppressed"),
        ("Isle of Wight", "2016", "implausible"),
    ],
)
def test_a_missing_caseload_says_why(authorities: pd.DataFrame, la_name: str, year: str, status: str) -> None:
    row = pick(authorities, measure="caseload_fte", la_name=la_name, time_period=year)
    assert row["status"].tolist() == [status]
    assert row["value"].isna().all()


def test_a_figure_has_a_value_just_where_its_status_says_so(workforce: pd.DataFrame) -> None:
    assert workforce["value"].notna().equals(workforce["status"].isin(["published", "joint_return"]))


# Joined on ONS codes, which change, one revised turnover rate of the 92 is lost.
@pytest.mark.parametrize(("measure", "alone", "joint"), [("caseload_fte", 36, 1), ("turnover_rate_fte", 92, 1)])
def test_the_latest_edition_revised_what_is_known_to_be_revised(
    revisions: pd.DataFrame, measure: str, alone: int, joint: int
) -> None:
    revised = revisions[(revisions["measure"] == measure) & (revisions["geographic_level"] == "local_authority")]
    revised = revised.dropna(subset="change")
    assert revised["joint_la_codes"].isna().sum() == alone
    assert revised["joint_la_codes"].dropna().nunique() == joint


def test_westminster_2020_was_revised(revisions: pd.DataFrame) -> None:
    row = pick(revisions, la_name="Westminster", time_period="2020", measure="caseload_fte")
    assert row[["value_superseded", "value_standing"]].to_numpy().tolist() == [[10.1, 9.4]]


def test_every_figure_walks_back_to_its_cell(workforce: pd.DataFrame) -> None:
    figures = read_csv(figures_path(PROJECT.raw, "workforce"), FIGURE_COLUMNS)
    texts = figures.assign(locator=locate(figures)).set_index(["source_id", "locator"])["value_as_published"]
    cells = pd.MultiIndex.from_frame(workforce[["source_id", "locator"]])
    assert (texts.loc[cells].to_numpy() == workforce["value_as_published"].to_numpy()).all()
