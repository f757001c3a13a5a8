"""The four figures of a summary: latest sound year, place among all, none below five cases or workers."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.analysis.caseload import CASELOAD
from lewisham_study.analysis.summary import AGENCY, IN_CARE, SPEND, find_ends, gather_measures, place_measure
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def place(authority, name):
    case = open_case(TABLES, authority)
    return place_measure(case, next(one for one in gather_measures(case) if one.name == name))


def test_values_are_those_of_the_tables():
    workforce = TABLES["workforce"]
    own = workforce[(workforce["la_code"] == "209") & (workforce["time_period"] == "2025")].set_index("measure")[
        "value"
    ]
    assert place("Lewisham", CASELOAD).value == own[CASELOAD]
    assert place("Lewisham", AGENCY).value == own[AGENCY]


def test_a_place_counts_every_return_once():
    workforce = TABLES["workforce"]
    rows = workforce[(workforce["measure"] == CASELOAD) & (workforce["time_period"] == "2025")]
    rows = rows[(rows["geographic_level"] == "local_authority") & (rows["la_code"] != "420")].dropna(subset="value")
    returned = rows.assign(by=rows["joint_la_codes"].fillna(rows["la_code"])).drop_duplicates("by")["value"]
    standing = place("Lewisham", CASELOAD)
    assert (standing.lower, standing.higher) == (int((returned < 14.2).sum()), int((returned > 14.2).sum()))
    assert standing.count == len(returned)
    assert sum(standing.compared) == 10


def test_a_figure_with_a_caution_is_not_the_latest_sound_one():
    assert place("Lewisham", SPEND).period == "2023-24"
    assert place("Slough", SPEND).period == "2024-25"


def test_below_five_cases_or_workers_there_is_no_rate():
    assert place("Isles of Scilly", AGENCY) is None
    assert place("Isles of Scilly", IN_CARE) is None
    assert place("Isles of Scilly", SPEND) is not None


def test_no_break_lies_between_the_years_compared():
    case = open_case(TABLES, "Lewisham")
    first, last = find_ends(case, gather_measures(case)[-1])
    assert (first["time_period"], last["time_period"]) == ("2013-14", "2023-24")


@pytest.mark.parametrize(
    "authority", ["Cumbria", "Cumberland", "City of London", "Kingston upon Thames", "North Northamptonshire"]
)
def test_every_kind_of_authority_has_measures(authority):
    case = open_case(TABLES, authority)
    for measure in gather_measures(case):
        standing = place_measure(case, measure)
        assert standing is None or (standing.same >= 1 and pd.notna(standing.value))
