"""Councils set side by side: every figure holds each of them, and England."""

from __future__ import annotations

import pytest

from lewisham_study.analysis.caseload import CASELOAD
from lewisham_study.analysis.summary import SPEND, open_group, trace_members
from lewisham_study.display import summary
from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
FOUR = ["Leeds", "Bristol", "Newcastle upon Tyne", "Manchester"]


@pytest.fixture(scope="module")
def cities():
    return open_group(TABLES, ", ".join(FOUR))


@pytest.fixture(scope="module")
def england():
    return open_group(TABLES, "England")


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


def test_values_of_members_are_those_of_the_tables(cities):
    workforce = TABLES["workforce"]
    rows = workforce[(workforce["measure"] == CASELOAD) & (workforce["time_period"] == "2025")].set_index("la_code")
    traced = trace_members(cities, CASELOAD).set_index(["member", "time_period"])["value"]
    for case in cities.cases:
        assert traced[case.label, "2025"] == rows["value"][case.la_code]


def test_every_figure_has_every_council(cities, read):
    strips, numbers = summary.compare_grades(cities), summary.compare_numbers(cities)
    charts = [summary.compare_changes(cities, name) for name in (CASELOAD, SPEND)]
    assert list(dict.fromkeys(strips.table["Council"])) == FOUR
    assert numbers.table[""].tolist() == [*FOUR, "England"]
    assert numbers.table.iloc[0, 1] == "outstanding, Jun 2025"
    for chart in charts:
        assert list(chart.table.columns) == ["Period", *FOUR, "England"]
    for exhibit in (summary.summarise_group(cities), strips, numbers, *charts, summary.list_group_cautions(cities)):
        read(exhibit)
    assert summary.compare_grades(cities, fewest=11, most=60) is None


def test_of_england_the_regions_are_compared(england, read):
    counts = summary.compare_grades(england)
    assert len(counts.table) == 9
    # Every council that existed on the last day for which all overall grades can be stated.
    assert counts.table.drop(columns="Region").to_numpy().sum() == 153
    numbers = summary.compare_numbers(england)
    assert len(numbers.table) == 10
    assert list(numbers.table.columns)[1].startswith("Cases per worker, ")
    for exhibit in (summary.summarise_group(england), counts, numbers):
        read(exhibit)
