"""Answers to the exercises: checked values for Lewisham, and an answer for every other council."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.caseload import gather_caseloads
from lewisham_study.display.comparison.series import gather_panel
from lewisham_study.errors import UsageError
from lewisham_study.teaching import answers
from lewisham_study.teaching.answers import (
    DATES,
    MONEY,
    NUMBERS,
    RIVALS,
    list_choices,
    read_facts,
    show_printed,
    show_rivals,
)
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_ten_facts_are_read_with_bounds() -> None:
    assert len({*MONEY, *DATES, *NUMBERS}) == 10
    assert list(read_facts(TABLES["facts"], MONEY).values()) == [(15.6e6, 15.6e6), (2e6, 2e6), (None, None)]
    days = [("2020-01-23", "2020-01-23"), ("2019-07-01", "2019-07-31"), ("2023-12-01", "2023-12-31")]
    assert list(read_facts(TABLES["facts"], DATES).values()) == days
    bounds = [(200.0, None), (600.0, None), (2.0, None), (0.8, 0.8)]
    assert list(read_facts(TABLES["facts"], NUMBERS).values()) == bounds


def test_the_printed_facts_show_no_answer() -> None:
    shown = show_printed(TABLES, [*MONEY, *DATES, *NUMBERS])
    assert list(shown) == ["fact_id", "quote", "value_as_stated", "period_as_stated", "published"]
    rivals = show_rivals(TABLES)
    assert "reason" not in rivals
    for conflict, choice in list_choices(TABLES["conflicts"]).items():
        offered = set(rivals.loc[rivals["conflict"] == conflict, "claim_or_source"])
        assert choice is None or choice in offered
        assert len(offered) > 1
    assert list(list_choices(TABLES["conflicts"])) == RIVALS


def test_answers_for_lewisham() -> None:
    case = answers.open_exercise(answers.load_exercise("2024-01-31"), "Lewisham")
    day = answers.find_gap_day(case)
    assert str(day.date()) == "2024-01-02"
    assert answers.read_grade(case, day, "inspected") == "good"
    assert answers.read_grade(case, day, "published") == "requires_improvement"
    assert (answers.count_inspections(case), answers.count_visits(case)) == (4, 3)
    assert sum(answers.mark_comparable(answers.list_steps(case))) == 4
    assert answers.measure_change(case) == pytest.approx(14.8 - 15.9)
    assert answers.measure_england(case) == pytest.approx(16.6, abs=0.05)
    assert answers.find_income(case) == ("2018-19", pytest.approx(79_354_462.39 - 62_577_378.99))
    assert answers.find_widest_gap(case) == "2014-15"
    assert answers.measure_growths(case)["cash"] == pytest.approx(82_772_800 / 57_466_276 - 1, abs=1e-4)
    assert answers.list_same_path(case) == ["County Durham"]
    assert answers.measure_apart(case, ["County Durham", "Lambeth"]) == {"County Durham": 2, "Lambeth": 3}
    assert answers.count_missing(case) == {"implausible": 3}


@pytest.mark.parametrize("name", ["Bournemouth", "Cumberland", "North Northamptonshire", "Poole"])
def test_an_authority_without_history_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="choose another authority"):
        answers.open_exercise(TABLES, name)


def test_a_council_without_neighbours_is_compared_with_its_region() -> None:
    case = answers.open_exercise(TABLES, "Dorset")
    assert answers.list_peers(case)
    assert answers.name_companions(answers.open_exercise(TABLES, "Lambeth")) == ["County Durham", "Lewisham"]


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
def test_joint_returns_of_peers_count_once_as_in_the_report(name: str, median: float, returns: int) -> None:
    case = answers.open_exercise(TABLES, name)
    measured = answers.measure_peers(case)
    panel = gather_panel(case).others["caseload"]
    lines = gather_caseloads(case).median
    of_2022 = panel[panel["date"] == "2022-09-30"].iloc[0]
    assert measured == pytest.approx(median)
    assert (of_2022["value"], of_2022["authorities"]) == (pytest.approx(measured), returns)
    assert lines.set_index("year")["value"][2022] == pytest.approx(measured)


def test_the_mean_of_averages_counts_a_joint_return_once() -> None:
    case = answers.open_exercise(TABLES, "Lewisham")
    workforce = TABLES["workforce"]
    of_2022 = workforce[(workforce["measure"] == "caseload_fte") & (workforce["time_period"] == "2022")]
    councils = of_2022[of_2022["geographic_level"] == "local_authority"].set_index("la_code")["value"]
    assert answers.average_returns(case) == pytest.approx(councils.drop(["318", "941"]).mean())
    assert answers.average_returns(case) != pytest.approx(councils.mean(), abs=0.005)


def test_an_exercise_holds_nothing_published_later_and_no_later_period() -> None:
    early = answers.load_exercise("2018-12-31")
    assert early["judgements"]["published_date"].max() <= pd.Timestamp("2018-12-31")
    assert early["spend"]["time_period"].max() == "2017-18"
    late = answers.load_exercise("2024-01-31")
    assert late["workforce"]["time_period"].max() == "2022"
    assert set(late["facts"]["source_id"]).isdisjoint({"ofsted-letter-2025"})
