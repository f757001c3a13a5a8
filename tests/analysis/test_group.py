"""Councils set side by side: which they are, and that their figures are those of each alone."""

from __future__ import annotations

import pytest

from lewisham_study.analysis.caseload import CASELOAD
from lewisham_study.analysis.group import open_group, place_members, trace_members
from lewisham_study.analysis.summary import SPEND, gather_measures, place_measure
from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
FOUR = ["Leeds", "Bristol", "Newcastle upon Tyne", "Manchester"]


@pytest.fixture(scope="module")
def cities():
    return open_group(TABLES, ", ".join(FOUR))


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("Leeds, Bristl", "no authority is called 'Bristl'"),
        ("region Londn", "no region is called 'Londn'; did you mean London"),
        (", ".join(TABLES["authorities"]["la_code"].head(11)), "11 councils are too many to set side by side"),
        ("Cumberland", "no neighbours of Cumberland are known"),
    ],
)
def test_a_group_that_cannot_be_is_refused(wanted, message):
    with pytest.raises(UsageError, match=message):
        open_group(TABLES, wanted)


def test_one_council_is_set_beside_its_neighbours():
    group = open_group(TABLES, "Lewisham")
    assert (group.title, len(group.cases), group.labels[0]) == ("Lewisham and its neighbours", 11, "Lewisham")


def test_namesakes_have_their_years_and_their_own_values():
    group = open_group(TABLES, "835, 838, Leeds")
    assert group.labels == ["Dorset (until 2019)", "Dorset (since 2019)", "Leeds"]
    assert group.title == "Dorset (until 2019), Dorset (since 2019) and Leeds"
    traced = trace_members(group, CASELOAD).groupby("member")["year"]
    assert traced.max()["Dorset (until 2019)"] < 2019 <= traced.min()["Dorset (since 2019)"]
    assert list(place_members(group, SPEND)) == ["Dorset (since 2019)", "Leeds"]
    assert open_group(TABLES, "838").labels[0] == "Dorset"


def test_values_of_members_are_those_of_the_tables(cities):
    workforce = TABLES["workforce"]
    rows = workforce[(workforce["measure"] == CASELOAD) & (workforce["time_period"] == "2025")].set_index("la_code")
    traced = trace_members(cities, CASELOAD).set_index(["member", "time_period"])["value"]
    for case in cities.cases:
        assert traced[case.label, "2025"] == rows["value"][case.la_code]


@pytest.mark.slow
def test_places_of_members_are_those_of_each_council_alone(cities):
    for name in (CASELOAD, SPEND):
        placed = place_members(cities, name)
        for case in cities.cases:
            alone = place_measure(case, next(one for one in gather_measures(case) if one.name == name))
            assert placed[case.label] == alone
