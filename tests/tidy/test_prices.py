"""The table `prices`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.tidy.measures import COLUMNS, tidy_prices

PROJECT = find_project()


def test_indices_held() -> None:
    prices = tidy_prices(PROJECT.raw, PROJECT.coding)
    assert list(prices) == COLUMNS
    assert not prices.duplicated(["index_name", "time_period"]).any()
    assert prices.groupby("index_name").size().to_dict() == {
        "cpi": 25,
        "cpih": 25,
        "gdp_deflator": 31,
        "gdp_deflator_calendar": 35,
    }
    deflator = prices[prices["index_name"] == "gdp_deflator"].set_index("time_period")["value"]
    assert deflator[["2012-13", "2021-22", "2024-25"]].tolist() == [71.5454, 85.3036, 100.0]


def test_forecasts_are_marked() -> None:
    prices = tidy_prices(PROJECT.raw, PROJECT.coding)
    assert set(prices.loc[prices["forecast"], "index_name"]) == {"gdp_deflator"}
    assert prices.loc[prices["forecast"], "time_period"].min() == "2025-26"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("gdp_deflator,71.5454", "gdp_deflator,n/a", "a number in a known column, found gdp_deflator 'n/a'"),
        ("gdp_deflator,71.5454", "rpi,71.5454", "a number in a known column, found rpi '71.5454'"),
        ("2012-13,gdp_deflator", "2012-14,gdp_deflator", "a year or financial year"),
    ],
)
def test_what_is_no_index_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    shutil.copytree(PROJECT.raw / "figures", tmp_path / "figures", ignore=lambda *_: ["spend.csv", "workforce.csv"])
    path = tmp_path / "figures" / "prices.csv"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(DataError, match=message):
        tidy_prices(tmp_path, PROJECT.coding)
