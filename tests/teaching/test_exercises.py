"""Answers to the exercises: for Lewisham as read off by hand, for others that they can be had at all."""

from __future__ import annotations

import pytest

from lewisham_study.analysis.caseload import gather_caseloads
from lewisham_study.display.comparison.series import gather_panel
from lewisham_study.errors import UsageError
from lewisham_study.teaching import answers as exercises
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_answers_for_lewisham() -> None:
    case = exercises.open_exercise(TABLES, "Lewisham")
    day = exercises.find_gap_day(case)
    assert str(day.date()) == "2024-01-02"
    assert exercises.read_grade(case, day, "inspected") == "good"
    assert exercises.read_grade(case, day, "published") == "requires_improvement"
    assert (exercises.count_inspections(case), exercises.count_visits(case)) == (4, 2)
    assert sum(exercises.mark_comparable(exercises.list_steps(case))) == 4
    assert exercises.measure_change(case) == pytest.approx(14.8 - 15.9)
    assert exercises.measure_england(case) == pytest.approx(16.6, abs=0.05)
    assert exercises.find_income(case) == ("2018-19", pytest.approx(79_354_462.39 - 62_577_378.99))
    assert exercises.find_widest_gap(case) == "2014-15"
    assert exercises.measure_growths(case)["cash"] == pytest.approx(82_772_800 / 57_466_276 - 1, abs=1e-4)
    assert exercises.list_same_path(case) == ["County Durham"]
    assert exercises.measure_apart(case, ["County Durham", "Lambeth"]) == {"County Durham": 2, "Lambeth": 3}
    assert exercises.count_missing(case) == {"implausible": 3}


@pytest.mark.parametrize("name", ["Bournemouth", "Cumberland", "North Northamptonshire", "Poole"])
def test_an_authority_without_history_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="choose another authority"):
        exercises.open_exercise(TABLES, name)


def test_a_place_without_neighbours_is_compared_with_its_region() -> None:
    case = exercises.open_exercise(TABLES, "Dorset")
    assert exercises.list_peers(case)
    assert exercises.name_companions(exercises.open_exercise(TABLES, "Lambeth")) == ["County Durham", "Lewisham"]


@pytest.mark.parametrize(
    ("name", "median", "returns"),
    [
        ("Kingston upon Thames", 15.9, 9),  # Richmond is a neighbour, but its return is Kingston's own
        ("Richmond upon Thames", 15.9, 9),
        ("Medway", 18.1, 9),  # both Northamptonshires are neighbours, by one return
        ("City of London", 13.5, 9),  # Kingston and Richmond are
        ("Barnet", 14.1, 10),  # one of a pair alone is a neighbour like others
        ("Lewisham", 14.9, 10),
    ],
)
def test_peers_joint_returns_count_once_and_as_in_the_report(name: str, median: float, returns: int) -> None:
    case = exercises.open_exercise(TABLES, name)
    measured = exercises.measure_peers(case)
    panel = gather_panel(case).others["caseload"]
    lines = gather_caseloads(case).median
    of_2022 = panel[panel["date"] == "2022-09-30"].iloc[0]
    assert measured == pytest.approx(median)
    assert (of_2022["value"], of_2022["authorities"]) == (pytest.approx(measured), returns)
    assert lines.set_index("year")["value"][2022] == pytest.approx(measured)


def test_the_average_of_averages_counts_a_joint_return_once() -> None:
    case = exercises.open_exercise(TABLES, "Lewisham")
    workforce = TABLES["workforce"]
    of_2022 = workforce[(workforce["measure"] == "caseload_fte") & (workforce["time_period"] == "2022")]
    councils = of_2022[of_2022["geographic_level"] == "local_authority"].set_index("la_code")["value"]
    assert exercises.average_returns(case) == pytest.approx(councils.drop(["318", "941"]).mean())
    assert exercises.average_returns(case) != pytest.approx(councils.mean(), abs=0.005)
