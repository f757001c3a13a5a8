"""Published headlines: those the data reproduce, those that differ for a stated reason, those out of reach."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.models import headlines
from lewisham_study.analysis.models.headlines import compare_headlines, list_unexplained, round_like
from lewisham_study.errors import DataError
from lewisham_study.tidy.tables import Frames, Tables

DIFFER = (
    "B001a B001c B021 B023 B025 B027 B028 R018 R059a R080a R084b R084c R085a R085b R086a R086b R086c R086d S010 S017 "
    "S051 S059 S060 S065"
)
NOT_REACHED = "B002a B002b B002c B008 B009a B009b B009c B012 B030 S013 S054 S055 S061 S069 S075 S076 S098"
FIRST_OR_REGIONAL = "R025 R026 X014 X017 X022 X023 X024 X025 R042 R054 R060 R067 R069 R070 R071 X016 X020"
NATIONAL = {
    "2015-06-30": "R002 R003 R004",
    "2016-03-31": "X001 X002",
    "2017-03-31": "R015 R021 R022",
    "2018-03-31": "R029",
    "2019-03-31": "R037 R039 X013",
    "2020-03-31": "R044",
    "2022-03-31": "R046",
    "2024-03-31": "R057 X019 X021",
    "2025-03-31": "R066 R076",
}


@pytest.fixture(scope="module")
def tables() -> Frames:
    return Tables()


@pytest.fixture(scope="module")
def compared(tables: Frames) -> pd.DataFrame:
    return compare_headlines(tables["headlines"], tables).set_index("headline_id", drop=False)


def test_every_headline_has_its_verdict(compared: pd.DataFrame) -> None:
    verdicts = compared.groupby("verdict")["headline_id"].agg(list)
    assert verdicts["differs"] == DIFFER.split()
    assert verdicts["not_reached"] == NOT_REACHED.split()
    assert verdicts.str.len().sum() == len(compared)
    assert len(verdicts["matches"]) >= 150


def test_every_other_headline_has_a_reason(compared: pd.DataFrame) -> None:
    odd = compared[compared["verdict"] != "matches"]
    assert (odd["reason"].str.len() > 20).all()
    assert list_unexplained(compared) == []


@pytest.mark.parametrize(("date", "ids"), NATIONAL.items())
def test_national_shares_and_counts_are_as_published(compared: pd.DataFrame, date: str, ids: str) -> None:
    chosen = compared.loc[ids.split()]
    assert (chosen["as_at"] == date).all()
    assert (chosen["verdict"] == "matches").all()


def test_first_sif_second_ilacs_and_regions_are_as_published(compared: pd.DataFrame) -> None:
    assert (compared.loc[FIRST_OR_REGIONAL.split(), "verdict"] == "matches").all()
    assert compared.loc[["X022", "X023", "X024", "X025"], "computed"].tolist() == ["65", "26", "15", "12"]


def test_a_caseload_comes_from_the_quoted_edition(compared: pd.DataFrame, tables: Frames) -> None:
    assert compared.loc["C002", "computed"] == "17.8"
    latest = tables["workforce"].query("la_name == 'England' and measure == 'caseload_fte' and time_period == '2017'")
    assert latest["value"].tolist() == [17.7]


def test_the_cut_off_of_a_release_changes_its_number(tables: Frames) -> None:
    rows = tables["headlines"].query("headline_id == 'R039'")
    early = rows["arguments"].str.replace("published_by=2019-04-30", "published_by=2018-04-30")
    (changed,) = compare_headlines(rows.assign(arguments=early), tables).to_dict("records")
    assert changed["verdict"] == "differs"
    assert changed["difference"] != 0


def test_an_unexplained_difference_is_reported(tables: Frames) -> None:
    rows = tables["headlines"].query("headline_id in ['R044', 'R059a']").assign(value=["51", "47"])
    accepted = rows.assign(accepted=[None, "50"])
    found = list_unexplained(compare_headlines(accepted, tables))
    assert [problem.found for problem in found] == ["50", "49"]
    assert "headline_recipes.csv: expected 51 for R044, found 50" in str(found[0])


@pytest.mark.parametrize(
    ("recipe", "arguments"),
    [
        ("guess", "date=2020-03-31"),
        ("share_in_force", "day=2020-03-31"),
        ("share_in_force", "date=the end of March"),
        ("find_figure", "table=spend; measure=total_gross; area=Lewishm; period=2016-17"),
        ("count_moves", "first=SIF; second=ILACS; move=sideways"),
    ],
)
def test_a_faulty_recipe_is_named(tables: Frames, recipe: str, arguments: str) -> None:
    rows = tables["headlines"].query("headline_id == 'R044'").assign(recipe=recipe, arguments=arguments)
    with pytest.raises(DataError, match=r"headline_recipes.csv: expected a recipe with its arguments for R044, found"):
        compare_headlines(rows, tables)


@pytest.mark.parametrize(
    ("value", "published", "text"), [(35.5, "36", "36"), (17.75, "17.8", "17.8"), (9158.3987, "9158.40", "9158.40")]
)
def test_a_value_is_rounded_to_the_printed_decimals_halves_up(value: float, published: str, text: str) -> None:
    assert round_like(value, published) == text


@pytest.mark.slow
def test_the_assumed_gap_of_six_inspections_changes_no_headline(
    tables: Frames, compared: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without the days of these six, counts of grades would be other numbers; figures of other tables would not.
    rows = tables["headlines"][~tables["headlines"]["recipe"].str.contains("figure|sum_|average", na=True)]
    assert len(rows) >= 90
    for days in (53, 225):
        monkeypatch.setattr(headlines, "TYPICAL_LAG", pd.Timedelta(days=days))
        computed = compare_headlines(rows, tables).set_index("headline_id")["computed"]
        assert computed.equals(compared.loc[rows["headline_id"], "computed"])


def test_the_assumed_gap_is_the_median_of_the_known_ones(tables: Frames) -> None:
    sif = tables["judgements"].query("framework == 'SIF' and strand == 'overall'")
    gap = sif["published_date"] - sif["start_date"]
    assert gap.median() == headlines.TYPICAL_LAG
    assert int((gap >= pd.Timedelta(days=53)).sum()) == 146
    assert gap.max() == pd.Timedelta(days=225)
    undated = tables["judgements"].query("framework.isin(['SIF', 'SIF_REINSPECTION']) and start_date.isna()")
    assert undated["inspection_id"].nunique() == 6
    assert set(undated["la_code"]) == {"835", "836", "837", "909", "928"}
