"""DfE's list of authorities and Ofsted's provider numbers."""

from pathlib import Path

import openpyxl
import pytest

from lewisham_study.errors import DataError
from lewisham_study.releases.authorities import read_authority_codes, read_provider_numbers


def write_book(path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Sheet1"
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_codes_give_region_and_type_with_their_place(tmp_path):
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


def test_providers_give_number_and_code(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("urn,la_code,la_code_new,local_authority_ons_name\n80508,209,E09000023,Lewisham\n")
    cells = read_provider_numbers(path, "ofsted-provider-numbers").set_index("measure")["value_as_published"]
    assert cells.to_dict() == {"urn": "80508", "la_code_new": "E09000023"}
