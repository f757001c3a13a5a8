"""The layout of DfE's Explore education statistics."""

from __future__ import annotations

from pathlib import Path

import pytest

from lewisham_study.errors import DataError
from lewisham_study.releases.need import read_categories

HEAD = "time_period,geographic_level,country_code,country_name,region_code,region_name,old_la_code,la_name,kind,number"
ROWS = [
    "2022,National,E92000001,England,,,,,all,404310",
    "2022,Regional,E92000001,England,E13000001,Inner London,,,all,15620",
    "2022,Local authority,E92000001,England,E13000001,Inner London,209,Lewisham,all,2776",
    "2022,Local authority,E92000001,England,E13000001,Inner London,204,Hackney,all,x",
    "2022,Local authority,E92000001,England,E13000001,Inner London,204,Hackney,other,7",
]


def write_file(path: Path, head: str = HEAD, rows: list[str] = ROWS) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8-sig")
    return path


def test_each_row_has_the_smallest_area_it_names(tmp_path: Path) -> None:
    cells = read_categories(write_file(tmp_path / "file.csv"), "kind", {"all": ["number"]})
    areas = cells[["area_code", "area_name"]].to_numpy().tolist()
    assert areas == [["E92000001", "England"], ["E13000001", "Inner London"], ["209", "Lewisham"], ["204", "Hackney"]]


def test_cells_have_their_published_content_and_place(tmp_path: Path) -> None:
    cells = read_categories(write_file(tmp_path / "file.csv"), "kind", {"all": ["number"]})
    assert cells.iloc[3].tolist() == ["", "5", "J", "204", "Hackney", "2022", "all | number", "x"]


def test_two_categories_are_read_with_their_own_rows(tmp_path: Path) -> None:
    cells = read_categories(write_file(tmp_path / "file.csv"), "kind", {"all": ["number"], "other": ["number"]})
    assert cells["row"].tolist() == ["2", "3", "4", "5", "6"]
    assert cells["measure"].tolist() == ["all | number"] * 4 + ["other | number"]


def test_a_moved_column_is_read_by_its_heading(tmp_path: Path) -> None:
    rows = [f"{row.rsplit(',', 1)[1]},{row.rsplit(',', 1)[0]}" for row in ROWS]
    path = write_file(tmp_path / "file.csv", "number," + HEAD.removesuffix(",number"), rows)
    cells = read_categories(path, "kind", {"all": ["number"]})
    assert cells.loc[2, ["column", "value_as_published"]].tolist() == ["A", "2776"]


@pytest.mark.parametrize("heading", ["time_period", "old_la_code", "region_name", "kind", "number"])
def test_a_missing_heading_is_refused(tmp_path: Path, heading: str) -> None:
    path = write_file(tmp_path / "file.csv", HEAD.replace(heading, "other"))
    with pytest.raises(DataError, match=f"row 1: expected one heading each of .*found '{heading}' 0 times"):
        read_categories(path, "kind", {"all": ["number"]})


def test_a_repeated_heading_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="found 'number' 2 times"):
        read_categories(
            write_file(tmp_path / "file.csv", HEAD + ",number", [row + ",7" for row in ROWS]),
            "kind",
            {"all": ["number"]},
        )


def test_a_file_without_the_category_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"expected kind 'none', found 'all', 'other'"):
        read_categories(write_file(tmp_path / "file.csv"), "kind", {"none": ["number"]})


def test_moved_columns_are_found_by_heading_and_located_at_their_new_place(tmp_path: Path) -> None:
    there = read_categories(write_file(tmp_path / "file.csv"), "kind", {"all": ["number"]})
    turned = [",".join(reversed(line.split(","))) for line in [HEAD, *ROWS]]
    moved = read_categories(write_file(tmp_path / "moved.csv", turned[0], turned[1:]), "kind", {"all": ["number"]})
    assert (set(there["column"]), set(moved["column"])) == ({"J"}, {"A"})
    assert moved.drop(columns="column").equals(there.drop(columns="column"))
