"""What a reader may choose, and what they are told when it cannot be had."""

import pytest

from lewisham_study.analysis.case import find_authority, list_comparators, open_case
from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


@pytest.mark.parametrize("asked", ["Lewisham", " lewisham ", "209", "E09000023", "e09000023"])
def test_an_authority_is_found_by_name_and_code(asked):
    assert find_authority(TABLES["authorities"], asked)["la_code"] == "209"


def test_of_two_with_one_name_the_present_one_is_meant():
    assert find_authority(TABLES["authorities"], "Dorset")["la_code"] == "838"
    assert find_authority(TABLES["authorities"], "835")["la_code"] == "835"


@pytest.mark.parametrize(
    ("asked", "meant"), [("Lewishm", "Lewisham"), ("Durham", "County Durham"), ("Kingston", "Kingston")]
)
def test_an_unknown_authority_suggests_the_nearest(asked, meant):
    with pytest.raises(UsageError, match=f"no authority is called '{asked}'; did you mean .*{meant}"):
        find_authority(TABLES["authorities"], asked)


@pytest.mark.parametrize("asked", ["", "../../etc", "'; --", "🙂", "ﻻ"])
def test_hostile_names_are_only_unknown(asked):
    with pytest.raises(UsageError, match="no authority is called"):
        find_authority(TABLES["authorities"], asked)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"start_year": 2022, "end_year": 2012}, "empty"),
        ({"start_year": 1999}, "outside the data"),
        ({"end_year": 2040}, "outside the data"),
        ({"comparators": "neighbours 1999"}, "no model of neighbours"),
        ({"comparators": "Lewishm"}, "did you mean Lewisham"),
        ({"comparators": " , "}, "comparators are one of"),
        ({"deflator": "rpi"}, "no deflator"),
        ({"basis": "guessed"}, "basis is"),
    ],
)
def test_choices_that_cannot_be_had(choices, message):
    with pytest.raises(UsageError, match=message):
        open_case(TABLES, "Lewisham", **choices)


def test_comparators():
    assert len(list_comparators(open_case(TABLES, "Lewisham"))) == 10
    london = list_comparators(open_case(TABLES, "Leeds", comparators="London"))
    assert len(london) == 33
    region = list_comparators(open_case(TABLES, "Lewisham", comparators="region"))
    assert len(region) == 32
    assert "209" not in region
    assert list_comparators(open_case(TABLES, "Lewisham", comparators="Lambeth, 840")) == ["208", "840"]


def test_a_case_keeps_every_choice():
    case = open_case(
        TABLES, "835", 2015, 2015, comparators="London", price_base="2018-19", deflator="cpih", basis="published"
    )
    assert (case.la_code, case.la_name, case.region) == ("835", "Dorset", "South West")
    assert case.choices[3:] == (2015, 2015, "London", "2018-19", "cpih", "published")
