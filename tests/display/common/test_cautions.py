"""Cautions, missing figures and joint returns are described in captions and sentences."""

import pandas as pd

from lewisham_study.analysis.case import open_case
from lewisham_study.display.common.cautions import (
    STATUS_WORDS,
    bracket_joint,
    mark_years_unsure,
    note_joint,
    note_open_marks,
    summarise_cautioned_medians,
    summarise_medians,
)
from lewisham_study.display.common.phrases import format_tenth
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_comparators_with_a_caution_are_named_with_the_medians_without_them():
    peers = pd.DataFrame({"la_name": ["Salford"], "time_period": ["2019-20"]})
    note = summarise_cautioned_medians(peers, "the 2019-20 median is 108, not 112")
    assert note == (
        "Medians include a comparator’s figure to treat with caution (Salford 2019-20) as published; without it the "
        "2019-20 median is 108, not 112."
    )
    assert summarise_cautioned_medians(peers.head(0), "") == ""


def test_medians_without_cautioned_figures():
    years, without = ["2018", "2019", "2020", "2021"], [16.8, 15.5, 14.0, None]
    medians = pd.DataFrame({"time_period": years, "published": [18.2, 15.5, 14.0, 13.0], "without": without})
    assert summarise_medians(medians, "{:.1f}".format) == (
        "the 2018 median is 16.8, not 18.2; 2021 has no other figure; the 2019 and 2020 medians are unchanged"
    )
    assert summarise_medians(medians[1:2], "{:.1f}".format) == "the 2019 median is unchanged"


def test_hollow_marks_are_explained_only_if_there_are_any():
    assert note_open_marks(["2018-19"]) == " Hollow: treat with caution."
    marks = mark_years_unsure(pd.Series(["2017-18", "2018-19"]), ["2018-19"])
    assert marks.tolist() == ["", "treat with caution"]
    assert note_open_marks([]) == ""


def test_a_joint_return_names_its_partner():
    case, own = open_case(TABLES, "Kingston upon Thames"), pd.DataFrame({"joint_la_codes": ["314 318"]})
    assert bracket_joint(case, own) == " (one return with Richmond upon Thames)"
    assert note_joint(case, pd.DataFrame({"joint_la_codes": [None]})) == ""


def test_every_status_of_a_missing_value_has_its_words():
    tables = [TABLES["spend"], TABLES["workforce"]]
    assert {status for rows in tables for status in rows.loc[rows["value"].isna(), "status"]} <= set(STATUS_WORDS)


def test_medians_that_differ_by_rounding_alone_are_unchanged() -> None:
    rows = [{"time_period": "2018", "published": 16.5, "without": 16.45}]
    rows += [{"time_period": "2019", "published": 16.5, "without": 16.3}]
    text = summarise_medians(pd.DataFrame(rows), format_tenth)
    assert text == "the 2019 median is 16.3, not 16.5; the 2018 median is unchanged"
