"""Readers of price indices."""

from __future__ import annotations

from pathlib import Path

import pytest

from lewisham_study.errors import DataError
from lewisham_study.releases.spend import read_deflator, read_deflator_calendar

HEAD = "fiscal_year_start,fiscal_year,gdp_deflator,cpi_index,cpih_index,is_forecast"


def test_a_year_without_an_index_has_no_cell(tmp_path: Path) -> None:
    path = tmp_path / "deflator.csv"
    path.write_text(f"{HEAD}\n2024,2024-25,100.0000,134.7833,134.0417,false\n2025,2025-26,103.2388,,,true\n")
    cells = read_deflator(path, "hmt-deflator-2026-03")
    assert set(cells["area_name"]) == {"United Kingdom"}
    assert cells[["row", "column", "time_period", "measure", "value_as_published"]].to_numpy().tolist() == [
        ["2", "C", "2024-25", "gdp_deflator", "100.0000"],
        ["3", "C", "2025-26", "gdp_deflator", "103.2388"],
        ["2", "D", "2024-25", "cpi_index", "134.7833"],
        ["2", "E", "2024-25", "cpih_index", "134.0417"],
        ["2", "F", "2024-25", "is_forecast", "false"],
        ["3", "F", "2025-26", "is_forecast", "true"],
    ]


def test_a_deflator_by_calendar_year_is_not_read_as_one_by_financial_year(tmp_path: Path) -> None:
    path = tmp_path / "deflator.csv"
    path.write_text('"year","value"\n2024,100\n')
    with pytest.raises(DataError, match="'fiscal_year' 0 times"):
        read_deflator(path, "hmt-deflator-2026-03")
    cells = read_deflator_calendar(path, "hmt-deflator-calendar-2025-12")
    assert cells.loc[0, ["time_period", "value_as_published"]].tolist() == ["2024", "100"]
