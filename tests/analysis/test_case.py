"""A reader's choices, and the messages when one of them is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from lewisham_study.analysis.case import (
    check_case_choices,
    find_last_year,
    list_comparators,
    list_neighbours,
    open_case,
)
from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_core_cities_are_rows_of_the_data() -> None:
    case = open_case(TABLES, "Leeds", comparators="Core Cities")
    assert case.comparators == "core cities"
    codes = list_comparators(case)
    assert len(codes) == 7
    assert set(codes) < set(TABLES["groups"]["la_code"])
    assert len(list_comparators(open_case(TABLES, "Lewisham", comparators="core cities"))) == 8
    assert open_case(TABLES, "Leeds", comparators="neighbours").comparators == "neighbours 2021"


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"start_year": 2022, "end_year": 2012}, "empty"),
        ({"start_year": 1999}, "outside the data, 2012 to"),
        ({"end_year": 2040}, "outside the data, 2012 to"),
        ({"start_year": "2012"}, "start_year: expected a year as a whole number, found '2012'; write 2012"),
        ({"end_year": 2022.0}, "end_year: expected a year as a whole number, found 2022.0; write it as 2012"),
        ({"end_year": True}, "end_year: expected"),
        ({"comparators": "neighbours 1999"}, "no model of neighbours is called '1999'; there are: 2021, 2025"),
        ({"comparators": "Lewishm"}, "did you mean Lewisham"),
        ({"comparators": "Londn"}, "did you mean London"),
        ({"comparators": " , "}, "comparators are one of"),
        ({"deflator": "rpi"}, "no deflator is called 'rpi'; there are: gdp_deflator, cpi, cpih"),
        ({"price_base": "2021"}, "gdp_deflator has no value for '2021'; write a financial year from"),
        ({"basis": "guessed"}, "no basis is called 'guessed'; there are: inspected, published"),
    ],
)
def test_a_wrong_choice_is_refused_in_one_line(choices: dict[str, Any], message: str) -> None:
    for check in (lambda: open_case(TABLES, "Lewisham", **choices), lambda: check_case_choices(TABLES, **choices)):
        with pytest.raises(UsageError, match=message) as caught:
            check()
        assert "\n" not in str(caught.value)


def test_a_year_may_come_from_a_frame() -> None:
    assert open_case(TABLES, "Lewisham", np.int64(2015)).start_year == 2015


def test_the_last_year_is_that_of_the_latest_report() -> None:
    last = find_last_year(TABLES)
    assert last == TABLES["judgements"]["published_date"].max().year
    assert open_case(TABLES, "Lewisham", 2012, last).end_year == last
    with pytest.raises(UsageError, match=f"outside the data, 2012 to {last}$"):
        open_case(TABLES, "Lewisham", 2012, last + 1)


def test_comparators() -> None:
    assert len(list_comparators(open_case(TABLES, "Lewisham"))) == 10
    london = list_comparators(open_case(TABLES, "Leeds", comparators="London"))
    assert len(london) == 33
    region = list_comparators(open_case(TABLES, "Lewisham", comparators="region"))
    assert len(region) == 32
    assert "209" not in region
    assert list_comparators(open_case(TABLES, "Lewisham", comparators="Lambeth, 840")) == ["208", "840"]
    assert list_comparators(open_case(TABLES, "Lewisham", comparators=840)) == ["840"]


def test_a_case_keeps_every_choice() -> None:
    case = open_case(
        TABLES, "835", 2015, 2015, comparators="London", price_base="2018-19", deflator="cpih", basis="published"
    )
    assert (case.la_code, case.la_name, case.region) == ("835", "Dorset", "South West")
    assert case.choices[3:] == (2015, 2015, "London", "2018-19", "cpih", "published", "")


def test_grades_end_at_the_latest_judgement() -> None:
    last = TABLES["judgements"]["start_date"].max()
    assert open_case(TABLES, "Wigan", 2015, last.year).graded_to == last < pd.Timestamp(last.year, 12, 31)
    assert open_case(TABLES, "Wigan", 2015, 2024).graded_to == pd.Timestamp(2024, 12, 31)


def test_lewisham_has_seven_neighbours_in_both_models() -> None:
    both = list_neighbours(TABLES["neighbours"], "209")
    assert int(both[["rank_2021", "rank_2025"]].notna().all(axis=1).sum()) == 7
    assert len(both) == 13
    assert list_neighbours(TABLES["neighbours"], "000").empty
