"""The reader of ONS mid-year estimates."""

from __future__ import annotations

from pathlib import Path

import pytest

from lewisham_study.errors import DataError
from lewisham_study.releases.authorities import read_population

HEAD = "time_period,country_code,country_name,region_code,region_name,old_la_code,la_name,age_group,population_estimate"
LEWISHAM = "2012,E92000001,England,E13000001,Inner London,209,Lewisham,Children aged 0 to 17 years,64514"


def test_children_are_read_as_published(tmp_path: Path) -> None:
    path = tmp_path / "population.csv"
    path.write_text(f"{HEAD}\n{LEWISHAM}\n")
    measure = "Children aged 0 to 17 years | population_estimate"
    expected = [["", "2", "I", "209", "Lewisham", "2012", measure, "64514"]]
    assert read_population(path, "ons-population-2024").to_numpy().tolist() == expected


def test_another_age_group_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "population.csv"
    path.write_text(f"{HEAD}\n{LEWISHAM.replace('17', '24')}\n")
    with pytest.raises(
        DataError, match="expected age_group 'Children aged 0 to 17 years', found 'Children aged 0 to 24"
    ):
        read_population(path, "ons-population-2024")
