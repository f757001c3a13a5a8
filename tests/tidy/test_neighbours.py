"""The table `neighbours`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.authorities import read_authorities
from lewisham_study.raw.figures import read_figures, write_figures
from lewisham_study.tidy.measures import COLUMNS, tidy_neighbours

PROJECT = find_project()
LEWISHAM = {
    "2021": [
        "Lambeth",
        "Croydon",
        "Haringey",
        "Waltham Forest",
        "Hackney",
        "Southwark",
        "Enfield",
        "Brent",
        "Greenwich",
        "Hammersmith and Fulham",
    ],
    "2025": [
        "Lambeth",
        "Southwark",
        "Croydon",
        "Hammersmith and Fulham",
        "Greenwich",
        "Waltham Forest",
        "Haringey",
        "Barnet",
        "Leeds",
        "Salford",
    ],
}


@pytest.fixture(scope="module")
def neighbours() -> pd.DataFrame:
    return tidy_neighbours(PROJECT.raw, PROJECT.coding)


@pytest.mark.parametrize("model", ["2021", "2025"])
def test_neighbours_of_lewisham_in_order(neighbours: pd.DataFrame, model: str) -> None:
    names = read_authorities(PROJECT.coding).set_index("la_code")["la_name"]
    rows = neighbours[(neighbours["la_code"] == "209") & (neighbours["model"] == model)]
    assert rows["rank"].tolist() == list(range(1, 11))
    assert rows["neighbour_la_code"].map(names).tolist() == LEWISHAM[model]


def test_ten_of_each_authority(neighbours: pd.DataFrame) -> None:
    assert list(neighbours) == COLUMNS
    assert neighbours.groupby(["model", "la_code"]).size().eq(10).all()
    assert neighbours.groupby("model")["la_code"].nunique().to_dict() == {"2021": 156, "2025": 153}
    assert not (neighbours["la_code"] == neighbours["neighbour_la_code"]).any()


def test_closeness_is_kept_as_worded_and_does_not_rise_with_rank(neighbours: pd.DataFrame) -> None:
    order = ["extremely close", "very close", "close", "somewhat close", "not close"]
    grade = neighbours["closeness"].str.lower().map(order.index)
    assert neighbours["closeness"].eq(neighbours["closeness"].str.strip()).all()
    steps = grade.groupby([neighbours["model"], neighbours["la_code"]]).diff()
    assert (steps.dropna() >= 0).all()


@pytest.mark.parametrize(
    ("heading", "value", "message"),
    [
        ("SN3", "208", "expected ten neighbours.*found 9 for 209"),
        ("SN3", "209", "expected ten neighbours.*found 9 for 209"),
        ("SN3", "999", "a known authority or region, found code '999'"),
        ("SN3 | SNP", None, "expected ten neighbours.*found 10 for 209"),
    ],
)
def test_what_is_not_ten_neighbours_is_refused(tmp_path: Path, heading: str, value: str | None, message: str) -> None:
    figures = read_figures(PROJECT.raw, "neighbours")
    figures = figures[(figures["area_code"] == "209") & (figures["time_period"] == "2021")].copy()
    chosen = figures["measure"] == heading
    figures = (
        figures[~chosen]
        if value is None
        else figures.assign(value_as_published=figures["value_as_published"].mask(chosen, value))
    )
    write_figures(figures, tmp_path, "neighbours")
    with pytest.raises(DataError, match=message):
        tidy_neighbours(tmp_path, PROJECT.coding)
