"""Which authority is meant, and how it is called."""

import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.authorities import find_authority, label_authorities
from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


@pytest.mark.parametrize("asked", ["Lewisham", " lewisham ", "209", 209, "E09000023", "e09000023"])
def test_an_authority_is_found_by_name_and_code(asked):
    assert find_authority(TABLES["authorities"], asked)["la_code"] == "209"


@pytest.mark.parametrize("asked", ["Hull", "hull city council", "Kingston upon Hull, City of"])
def test_an_authority_is_found_as_people_say_it(asked):
    assert find_authority(TABLES["authorities"], asked)["la_code"] == "810"


def test_of_two_with_one_name_the_present_one_is_meant():
    assert find_authority(TABLES["authorities"], "Dorset")["la_code"] == "838"
    assert find_authority(TABLES["authorities"], "835")["la_code"] == "835"


@pytest.mark.parametrize(
    ("asked", "code"), [("Durham", "840"), ("st helens", "342"), ("London Borough of Lewisham", "209"), ("201", "201")]
)
def test_the_kind_of_council_does_not_count(asked, code):
    assert find_authority(TABLES["authorities"], asked)["la_code"] == code


@pytest.mark.parametrize(("asked", "meant"), [("Lewishm", "Lewisham"), ("Kingston", "Kingston")])
def test_an_unknown_authority_suggests_the_nearest(asked, meant):
    with pytest.raises(UsageError, match=f"no authority is called '{asked}'; did you mean .*{meant}"):
        find_authority(TABLES["authorities"], asked)


@pytest.mark.parametrize("asked", ["", "../../etc", "'; --", "🙂", "ﻻ"])
def test_hostile_names_are_only_unknown(asked):
    with pytest.raises(UsageError, match="no authority is called"):
        find_authority(TABLES["authorities"], asked)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("Lewisham", ("Lewisham", "Lewisham", "Lewisham")),
        ("Bristol, City of", ("Bristol", "Bristol", "Bristol")),
        ("Isle of Wight", ("the Isle of Wight", "The Isle of Wight", "Isle of Wight")),
    ],
)
def test_a_name_suits_its_place_in_a_sentence(asked, names):
    case = open_case(TABLES, asked)
    assert (case.spoken, case.opening, case.label) == names


def test_no_label_is_filed_under_its_place_and_only_dorset_is_there_twice():
    labels = label_authorities(TABLES["authorities"])
    assert not labels.str.contains(", City of|, County of|^the ").any()
    assert set(labels[labels.duplicated()]) == {"Dorset"}
