"""What a reader may choose, and what they are told when it cannot be had."""

import pandas as pd
import pytest

from lewisham_study.analysis.case import list_comparators, open_case
from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


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
    assert list_comparators(open_case(TABLES, "Lewisham", comparators=840)) == ["840"]


def test_a_case_keeps_every_choice():
    case = open_case(
        TABLES, "835", 2015, 2015, comparators="London", price_base="2018-19", deflator="cpih", basis="published"
    )
    assert (case.la_code, case.la_name, case.region) == ("835", "Dorset", "South West")
    assert case.choices[3:] == (2015, 2015, "London", "2018-19", "cpih", "published")


def test_grades_are_told_of_the_last_day_known() -> None:
    last = TABLES["judgements"]["start_date"].max()
    assert open_case(TABLES, "Wigan", 2015, 2025).graded_to == last < pd.Timestamp(2025, 12, 31)
    assert open_case(TABLES, "Wigan", 2015, 2024).graded_to == pd.Timestamp(2024, 12, 31)
