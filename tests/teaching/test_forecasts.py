"""Forecasts are settled by what was published by their last day; other authorities include those still waiting."""

from __future__ import annotations

from datetime import date
from functools import cache

import pandas as pd
import pytest

from lewisham_study.errors import UsageError
from lewisham_study.teaching import council
from lewisham_study.teaching.council import introduce
from lewisham_study.teaching.forecasts import (
    FORECASTS,
    PARTS,
    Forecast,
    find_next,
    settle,
    show_forecast,
    show_next,
    state_forecast,
    summarise_position,
)
from lewisham_study.tidy.tables import Tables

open_known = cache(council.open_known)
REPORTS = pd.DataFrame(
    {
        "la_code": "1",
        "strand": ["overall", "overall", "leadership"],
        "grade": ["requires_improvement", "good", "outstanding"],
        "published_date": pd.to_datetime(["2019-06-01", "2022-06-01", "2018-06-01"]),
    }
)


@pytest.mark.parametrize(
    ("rule", "due", "seen", "happened"),
    [
        ("any", "2018-12-31", "2023-01-01", False),
        ("any", "2019-06-01", "2023-01-01", True),
        ("any", "2020-01-01", "2019-05-31", None),
        ("any", "2020-01-01", "2019-06-01", True),
        ("good", "2022-05-31", "2023-01-01", False),
        ("good", "2022-06-01", "2022-06-01", True),
        ("good", "2024-01-01", "2020-01-01", None),
        ("next_good", "2024-01-01", "2020-01-01", False),
    ],
)
def test_a_forecast_is_settled_by_reports_up_to_its_last_day(rule: str, due: str, seen: str, happened: object) -> None:
    forecast = Forecast("X", rule, date(2018, 1, 1), date.fromisoformat(due))
    assert settle(forecast, REPORTS, "1", date.fromisoformat(seen)) is happened


def test_every_forecast_of_the_case_is_settled_in_part_d_and_none_when_it_is_made() -> None:
    judgements = Tables()["judgements"]
    outcomes = {one.name: settle(one, judgements, "209", PARTS["D"]) for one in FORECASTS}
    assert outcomes == {"A1": True, "A2": False, "A3": False, "B1": False, "B2": True, "C1": False, "C2": True}
    assert {settle(one, judgements, "209", one.made) for one in FORECASTS} == {None}
    assert {one.made for one in FORECASTS} == {PARTS[part] for part in "ABC"}


def test_the_sheet_has_a_chance_for_each_forecast_of_its_part() -> None:
    table = show_forecast("B").table
    assert table.iloc[:, 0].tolist() == ["B1", "B2"]
    assert table["What may happen"].tolist() == [state_forecast(one) for one in FORECASTS if one.name[0] == "B"]
    with pytest.raises(UsageError, match="no forecast is made in part 'D'"):
        show_forecast("D")


@pytest.mark.slow
def test_what_came_next_counts_those_still_waiting() -> None:
    case = open_known("Lewisham", PARTS["B"].isoformat())
    table = show_next(case, PARTS["B"]).table.set_index("Next grade")["Authorities"].astype(int)
    assert table.to_dict() == {
        "Outstanding": 1,
        "Good": 17,
        "Requires improvement": 18,
        "Inadequate": 11,
        "Not inspected again yet": 29,
    }
    years = show_next(case, PARTS["B"]).table.set_index("Next grade")["Years between the reports"]
    assert years[["Outstanding", "Good"]].tolist() == ["4.2", "1.6 to 5.5"]
    assert table.sum() == 76


@pytest.mark.slow
def test_older_rules_are_shown_where_nobody_was_judged_again_under_the_new_ones() -> None:
    day = date(2019, 8, 27)
    case = open_known("Medway", day.isoformat())
    shown = show_next(case, day, day)
    assert "were once judged inadequate under the single inspection" in shown.title
    assert "Good" in shown.table["Next grade"].tolist()
    later = date(2023, 9, 11)
    known = show_next(open_known("Medway", later.isoformat()), later, day)
    assert known.title == "26 authorities were once judged inadequate under the rules of 2018; what came next"


def test_the_rules_of_the_case_are_kept_where_no_rules_have_a_later_judgement() -> None:
    one = {"la_code": "1", "era": "x", "grade": "good", "published_date": pd.Timestamp(2019, 1, 1)}
    alike, after = find_next(pd.DataFrame([one]), pd.Series(one))
    assert (list(alike.index), len(after)) == (["1"], 0)


@pytest.mark.slow
def test_a_region_is_named_as_in_a_sentence() -> None:
    case = open_known("Medway", "2019-08-27")
    assert "19 of 19 in the South East" in summarise_position(case, date(2019, 8, 27)).markdown
    assert "**Medway**, in the South East." in introduce(case, "2019-08-27").markdown
