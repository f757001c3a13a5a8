"""Readers of DfE's workforce statistics."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.figures import read_figures
from lewisham_study.raw.sources import read_sources
from lewisham_study.releases.cells import CELL_COLUMNS
from lewisham_study.releases.need import AREA_HEADINGS
from lewisham_study.releases.workforce import (
    HEADINGS_SINCE_2023,
    HEADINGS_TO_2022,
    SFR_AREA_HEADINGS,
    SFR_CASE_HEADINGS,
    SFR_HEADINGS,
    SHARED_HEADINGS,
    read_workforce,
    read_workforce_sfr,
)

PROJECT = find_project()
LEWISHAM = ["209", "Lewisham", "E12000007", "London", "E92000001", "England"]
LONDON = ["", "", "E12000007", "London", "E92000001", "England"]
ENGLAND = ["", "", "", "", "E92000001", "England"]


def write_release(path: Path, headings: list[str], rows: list[list[str]], encoding: str = "utf-8") -> Path:
    """Write a release: a row of headings, then each row filled up with its own last cell."""
    lines = [headings, *([*row, *[row[-1]] * (len(headings) - len(row))] for row in rows)]
    pd.DataFrame(lines).to_csv(path, header=False, index=False, encoding=encoding)
    return path


@pytest.fixture
def since_2023(tmp_path: Path) -> Path:
    headings = ["time_period", *AREA_HEADINGS, *SHARED_HEADINGS, *HEADINGS_SINCE_2023]
    rows = [["2025", *ENGLAND, "1"], ["2025", *LONDON, "2"], ["2024", *LEWISHAM, "u"]]
    return write_release(tmp_path / "release.csv", headings, rows)


def test_each_row_has_the_smallest_area_it_names(since_2023: Path) -> None:
    cells = read_workforce(since_2023, "dfe-workforce-2025")
    assert list(cells.columns) == CELL_COLUMNS
    areas = cells.drop_duplicates("row")[["row", "area_code", "area_name", "time_period"]].to_numpy().tolist()
    assert areas == [
        ["2", "E92000001", "England", "2025"],
        ["3", "E12000007", "London", "2025"],
        ["4", "209", "Lewisham", "2024"],
    ]


def test_a_cell_has_its_published_content_and_place(since_2023: Path) -> None:
    cells = read_workforce(since_2023, "dfe-workforce-2025")
    caseload = cells[(cells["measure"] == "caseload_fte") & (cells["area_code"] == "209")].iloc[0]
    assert (caseload["value_as_published"], caseload["column"], caseload["row"]) == ("u", "L", "4")
    assert set(cells["measure"]) == {*SHARED_HEADINGS, *HEADINGS_SINCE_2023}


def test_the_layout_up_to_2022_is_read_too(tmp_path: Path) -> None:
    headings = ["time_period", *AREA_HEADINGS, *SHARED_HEADINGS, *HEADINGS_TO_2022]
    path = write_release(tmp_path / "release.csv", headings, [["2022", *LEWISHAM, "14.8"]], encoding="utf-8-sig")
    assert set(read_workforce(path, "dfe-workforce-2022")["measure"]) == {*SHARED_HEADINGS, *HEADINGS_TO_2022}


@pytest.mark.parametrize("lost", ["caseload_fte", "turnover_rate_fte", "time_period", "old_la_code"])
def test_a_missing_heading_is_refused(tmp_path: Path, lost: str) -> None:
    headings = ["time_period", *AREA_HEADINGS, *SHARED_HEADINGS, *HEADINGS_SINCE_2023]
    headings[headings.index(lost)] = "something_new"
    path = write_release(tmp_path / "release.csv", headings, [["2025", *LEWISHAM, "1"]])
    with pytest.raises(DataError, match=f"row 1: expected one heading each of {lost}, found '{lost}' 0 times"):
        read_workforce(path, "dfe-workforce-2025")


def test_a_repeated_heading_is_refused(tmp_path: Path) -> None:
    headings = ["time_period", *AREA_HEADINGS, *SHARED_HEADINGS, *HEADINGS_SINCE_2023, "cases"]
    path = write_release(tmp_path / "release.csv", headings, [["2025", *LEWISHAM, "1"]])
    with pytest.raises(DataError, match="'cases' 2 times"):
        read_workforce(path, "dfe-workforce-2025")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'a,"b\n'])
def test_a_file_that_is_not_csv_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "release.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"fetch the file again|cut off\?"):
        read_workforce(path, "dfe-workforce-2025")


def write_sfr(path: Path, year: str, rows: list[list[str]]) -> Path:
    figures = [heading.format(year=year) for heading in SFR_HEADINGS]
    return write_release(path, [*SFR_AREA_HEADINGS, *figures, *SFR_CASE_HEADINGS[year]], rows, encoding="latin-1")


def test_the_aggregate_collection_has_its_year_in_the_headings(tmp_path: Path) -> None:
    path = write_sfr(tmp_path / "sfr.csv", "2016", [[*ENGLAND, "16.1"], [*LEWISHAM, "1,741"], [""]])
    cells = read_workforce_sfr(path, "dfe-workforce-2016")
    assert set(cells["row"]) == {"2", "3"}, "the empty lines at the end are no figures"
    assert set(cells["time_period"]) == {"2016"}
    assert set(cells.loc[cells["area_code"] == "209", "value_as_published"]) == {"1,741"}
    assert set(SFR_CASE_HEADINGS["2016"]) < set(cells["measure"])


@pytest.mark.parametrize(
    ("source_id", "expected"),
    [("dfe-workforce-2015", "A1_FTE_ChildrensSocialWorkers_2015"), ("dfe-workforce-2014", "2015 or 2016")],
)
def test_a_release_of_another_year_is_refused(tmp_path: Path, source_id: str, expected: str) -> None:
    path = write_sfr(tmp_path / "sfr.csv", "2016", [[*LEWISHAM, "1"]])
    with pytest.raises(DataError, match=expected):
        read_workforce_sfr(path, source_id)


@pytest.mark.shared
@pytest.mark.parametrize(
    "source_id", ["dfe-workforce-2015", "dfe-workforce-2016", "dfe-workforce-2022", "dfe-workforce-2025"]
)
def test_the_official_file_gives_the_figures_in_the_project(official: Path, source_id: str) -> None:
    reader = read_workforce_sfr if source_id < "dfe-workforce-2017" else read_workforce
    read = reader(official / read_sources(PROJECT.raw).set_index("source_id")["file"][source_id], source_id)
    held = read_figures(PROJECT.raw, "workforce")
    held = held[held["source_id"] == source_id]
    place = ["sheet", "row", "column"]
    pd.testing.assert_frame_equal(
        read.sort_values(place, ignore_index=True), held[CELL_COLUMNS].sort_values(place, ignore_index=True)
    )
