"""Inspections and judgements in the project: the releases with our decisions applied."""

import pandas as pd
import pytest

from lewisham_study.paths import find_project
from lewisham_study.raw.figures import map_inspections
from lewisham_study.tidy.ratings import read_ratings
from lewisham_study.tidy.tables import load_table

PROJECT = find_project()


@pytest.fixture(scope="module")
def inspections() -> pd.DataFrame:
    return load_table("inspections")


@pytest.fixture(scope="module")
def judgements() -> pd.DataFrame:
    return load_table("judgements")


def test_dates_of_lewishams_inspections(inspections):
    own = inspections[(inspections["la_code"] == "209") & inspections["graded"]].sort_values("published_date")
    dates = own[["start_date", "end_date", "published_date"]]
    days = dates.apply(lambda day: day.dt.strftime("%Y-%m-%d")).fillna("").to_numpy().tolist()
    assert own["framework"].tolist() == ["SLAC", "SIF", "ILACS", "ILACS"]
    assert days == [
        ["2012-02-01", "", "2012-03-23"],
        ["2015-10-26", "2015-11-20", "2016-01-20"],
        ["2019-07-08", "2019-07-19", "2019-08-19"],
        ["2023-12-04", "2023-12-15", "2024-01-31"],
    ]
    assert own["start_precision"].tolist() == ["month", "day", "day", "day"]


def test_grades_of_lewisham(judgements):
    own = judgements[judgements["la_code"] == "209"].set_index(["framework", "published_date", "strand"])["grade"]
    assert own[("SLAC", "2012-03-23")].to_dict() == {"safeguarding": "outstanding", "looked_after": "good"}
    assert own[("SIF", "2016-01-20")].to_dict() == {
        "overall": "requires_improvement",
        "help_and_protection": "requires_improvement",
        "children_in_care": "good",
        "adoption": "good",
        "care_leavers": "good",
        "leadership": "requires_improvement",
        "lscb": "requires_improvement",
    }
    assert set(own[("ILACS", "2019-08-19")]) == {"requires_improvement"}
    assert len(own[("ILACS", "2019-08-19")]) == 4
    assert own[("ILACS", "2024-01-31")].tolist() == ["good"] * 5


def test_visits_to_lewisham_and_its_joint_inspection_have_no_grade(inspections, judgements):
    visits = inspections[(inspections["la_code"] == "209") & ~inspections["graded"]]
    days = visits.sort_values("start_date")[["kind", "start_date", "end_date", "published_date"]]
    assert days.astype(str).to_numpy().tolist() == [
        ["focused_visit", "2018-09-05", "2018-09-06", "2018-09-28"],
        ["focused_visit", "2021-07-21", "2021-07-22", "2021-08-31"],
        ["joint_targeted", "2022-11-21", "2022-11-25", "2023-01-31"],
        ["focused_visit", "2025-04-30", "2025-05-01", "2025-06-03"],
    ]
    assert not judgements["inspection_id"].isin(visits["inspection_id"]).any()


def test_no_adequate_after_2013_and_no_requires_improvement_before(judgements):
    early = judgements["framework"].isin(["SLAC", "CPI", "CPRI", "TLAC"])
    assert "requires_improvement" not in set(judgements.loc[early, "grade"])
    assert "adequate" not in set(judgements.loc[~early, "grade"])
    assert judgements.loc[early, "published_date"].max() < judgements.loc[~early, "published_date"].min()


def test_no_overall_grade_before_the_single_inspection_framework(judgements):
    overall = judgements[judgements["strand"] == "overall"]
    assert set(overall["framework"]) == {"SIF", "SIF_REINSPECTION", "ILACS"}


def test_every_authority_has_its_first_inspections(judgements):
    slac = judgements[(judgements["framework"] == "SLAC") & (judgements["strand"] == "safeguarding")]
    sif = judgements[(judgements["framework"] == "SIF") & (judgements["strand"] == "overall")]
    assert slac["la_code"].nunique() == sif["la_code"].nunique() == 152


def test_days_on_site_come_before_publication(inspections):
    known = inspections.dropna(subset=["start_date", "published_date"])
    assert (known["start_date"] < known["published_date"]).all()
    both = inspections.dropna(subset=["start_date", "end_date"])
    assert (both["start_date"] <= both["end_date"]).all()


def test_every_first_day_on_site_has_its_source_and_place(inspections):
    known = inspections["start_date"].notna()
    assert inspections["start_locator"].notna().eq(known).all()
    assert inspections["start_source_id"].notna().eq(known).all()
    sif = inspections[known & (inspections["framework"] == "SIF")]
    assert set(sif["start_source_id"]) == {"ofsted-report-dates"}


def test_an_inspection_has_one_grade_for_each_strand(judgements):
    assert not judgements.duplicated(["inspection_id", "strand"]).any()


def test_the_2023_release_agrees_with_the_2025_release_on_every_inspection():
    figures = map_inspections(read_ratings(PROJECT.raw, PROJECT.coding), PROJECT.coding)
    key = ["source_id", "sheet", "row", "occurrence"]
    checked = figures[(figures["source_id"] == "ofsted-2023") & (figures["use"] == "check")]
    checked = checked[checked["occurrence"] != "visit"]
    days = checked[checked["field"] == "published_date"].set_index(key)["value_as_published"]
    grades = checked[checked["field"] == "grade"]
    published = days.reindex(pd.MultiIndex.from_frame(grades[key])).to_numpy()
    judged = load_table("judgements").assign(published=lambda frame: frame["published_date"].astype(str))
    held = judged[judged["framework"] == "ILACS"].set_index(["la_code", "published", "strand"])["grade_as_published"]
    rows = pd.MultiIndex.from_arrays([grades["la_code"], published, grades["strand"]])
    assert len(rows) > 700
    assert held.reindex(rows).tolist() == grades["value_as_published"].tolist()


def test_corrections_are_applied(judgements, inspections):
    assert "892-ILACS-2022-09-05" in set(inspections["inspection_id"])
    assert "871-SIF-2014-02-14" in set(inspections["inspection_id"])
    staffordshire = judgements[(judgements["la_code"] == "860") & (judgements["strand"] == "care_leavers")]
    assert staffordshire[staffordshire["framework"] == "ILACS"]["grade"].tolist() == ["requires_improvement"]
