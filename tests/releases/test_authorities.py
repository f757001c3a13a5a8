"""Readers of DfE's authority numbers, Ofsted's provider numbers and statistical neighbours."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from lewisham_study.errors import DataError
from lewisham_study.releases.authorities import (
    RANKS,
    read_authority_codes,
    read_neighbours_2021,
    read_neighbours_2025,
    read_provider_numbers,
)


def write_book(path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Sheet1"
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_authority_codes_are_read_with_region_and_type(tmp_path):
    path = write_book(
        tmp_path / "l.xlsx", ["LA Number", "LA Name", "Region", "Type"], [209, "Lewisham", "Inner", "ILB"]
    )
    cells = read_authority_codes(path, "dfe-authority-codes")
    assert cells[["sheet", "row", "column", "area_code", "measure", "value_as_published"]].to_numpy().tolist() == [
        ["Sheet1", "2", "C", "209", "Region", "Inner"],
        ["Sheet1", "2", "D", "209", "Type", "ILB"],
    ]


def test_a_missing_heading_is_refused(tmp_path):
    path = write_book(tmp_path / "l.xlsx", ["LA Number", "LA Name", "Region"], [209, "Lewisham", "Inner"])
    with pytest.raises(DataError, match="'Type' 0 times"):
        read_authority_codes(path, "dfe-authority-codes")


def test_provider_numbers_are_read_with_the_ons_code(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("urn,la_code,la_code_new,local_authority_ons_name\n80508,209,E09000023,Lewisham\n")
    cells = read_provider_numbers(path, "ofsted-provider-numbers").set_index("measure")["value_as_published"]
    assert cells.to_dict() == {"urn": "80508", "la_code_new": "E09000023"}


HEAD_2021 = ",".join(["LA num", "LA Name", *(f"SN{rank},SNP" for rank in RANKS), ""])
HEAD_2025 = ",".join(["old_la_code", "la_name", *(f"SN_{rank},SN_{rank}P" for rank in RANKS)])
CELLS = ",".join(f"{300 + rank},Close " for rank in RANKS)


def write_file(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


def test_the_model_of_2021_is_read_below_its_empty_row(tmp_path: Path) -> None:
    lines = [HEAD_2021, f"209,Lewisham,{CELLS},", "," * 22, ",Old SNs:" + "," * 21, f"928,Northamptonshire,{CELLS},"]
    cells = read_neighbours_2021(write_file(tmp_path / "a.csv", *lines), "dfe-neighbours-2021")
    assert cells.loc[[0, 2], ["row", "column", "measure", "value_as_published"]].to_numpy().tolist() == [
        ["2", "C", "SN1", "301"],
        ["2", "D", "SN1 | SNP", "Close "],
    ]
    assert cells["area_code"].value_counts().to_dict() == {"209": 20, "928": 20}
    assert cells["measure"].nunique() == 20


def test_the_model_of_2025_is_read(tmp_path: Path) -> None:
    cells = read_neighbours_2025(
        write_file(tmp_path / "a.csv", HEAD_2025, f"209,Lewisham,{CELLS}"), "dfe-neighbours-2025"
    )
    assert cells.iloc[-1].tolist() == ["", "2", "V", "209", "Lewisham", "2025", "SN_10P", "Close "]
    assert len(cells) == 20


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (HEAD_2021.replace("SN7,", "SN17,"), "'SN7' 0 times"),
        (HEAD_2021.replace("SN7,SNP", "SN7,other"), "expected the heading 'SNP' right of 'SN7', found 'other'"),
        (HEAD_2021.removesuffix(",SNP,"), "right of 'SN10', found ''"),
        (HEAD_2025, "'LA num' 0 times"),
    ],
)
def test_another_layout_is_refused_for_2021(tmp_path: Path, head: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_neighbours_2021(write_file(tmp_path / "a.csv", head), "dfe-neighbours-2021")


def test_another_layout_is_refused_for_2025(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="'old_la_code' 0 times"):
        read_neighbours_2025(write_file(tmp_path / "a.csv", HEAD_2021), "dfe-neighbours-2025")
