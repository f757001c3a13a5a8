"""Forecasts are settled by what was published by their last day."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from lewisham_study.errors import UsageError
from lewisham_study.teaching.forecasts import (
    FORECASTS,
    PARTS,
    Forecast,
    settle,
    show_forecast,
    state_forecast,
)
from lewisham_study.tidy.tables import Tables

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
