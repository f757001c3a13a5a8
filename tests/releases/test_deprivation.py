"""The reader of children in low-income families."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.figures import read_figures
from lewisham_study.releases.cells import CELL_COLUMNS
from lewisham_study.releases.deprivation import LOW_INCOME, read_low_income

SOURCE = "dfe-lait-2025-low-income"


def write_lait(path: Path, measure: str) -> Path:
    columns = {"Short Desc": [measure, "CIN"], "Years": "2015", "LA and Regions": "Lewisham", "Values": ["14.1", "300"]}
    pd.DataFrame({**columns, "LA Number": 209.0}).to_parquet(path)
    return path


def test_only_the_measure_is_read(tmp_path: Path) -> None:
    cells = read_low_income(write_lait(tmp_path / "lait.parquet", LOW_INCOME), SOURCE)
    assert list(cells.columns) == CELL_COLUMNS
    assert cells[["area_code", "time_period", "value_as_published"]].to_numpy().tolist() == [["209", "2015", "14.1"]]


def test_a_table_without_the_measure_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=LOW_INCOME):
        read_low_income(write_lait(tmp_path / "lait.parquet", "PriFSM"), SOURCE)


@pytest.mark.shared
def test_the_figures_in_the_project_are_those_of_the_file(official: Path) -> None:
    read = read_low_income(official / "lait" / "bds_long_0_2025-04-29.parquet", SOURCE).set_index("row")[
        "value_as_published"
    ]
    held = read_figures(find_project().raw, "deprivation").set_index("row")["value_as_published"]
    assert read.sort_index().equals(held.sort_index())
