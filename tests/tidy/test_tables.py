"""Tidy tables as files: typed, written by one rule, loaded as they were."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lewisham_study.errors import DataError, StudyError, UsageError
from lewisham_study.paths import find_project
from lewisham_study.tidy.package import describe_schema
from lewisham_study.tidy.schemas import Column, Table
from lewisham_study.tidy.tables import format_column, format_table, load_table, type_table

TYPES = {"name": "string", "number": "number", "rank": "integer", "day": "date", "flag": "boolean"}
TABLE = Table(
    "things",
    "Things",
    "Things.",
    ("name",),
    "CC-BY-4.0",
    tuple(Column(name, kind, "", name in ("name", "flag"), (), None, "", "", name) for name, kind in TYPES.items()),
)
ROWS = pd.DataFrame(
    {
        "name": ["b", "a, “quoted”", "NA"],
        "number": ["1.50", "", "-3"],
        "rank": ["2", "", "10"],
        "day": ["2019-08-19", "", "2024-02-29"],
        "flag": ["true", "false", "true"],
    }
)
TEXT = """name,number,rank,day,flag
NA,-3,10,2024-02-29,true
"a, “quoted”",,,,false
b,1.5,2,2019-08-19,true
"""


def write_folder(folder: Path, text: str = TEXT) -> Path:
    digest = hashlib.sha256(text.encode()).hexdigest()
    package = {"resources": [{"name": "things", "hash": f"sha256:{digest}", "schema": describe_schema(TABLE)}]}
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    (folder / "things.csv").write_text(text, encoding="utf-8")
    return folder


def test_a_table_is_sorted_and_written_by_one_rule() -> None:
    assert format_table(type_table(ROWS, TABLE), TABLE) == TEXT


def test_what_is_written_is_loaded_as_it_was(tmp_path: Path) -> None:
    typed = type_table(ROWS, TABLE)
    loaded = load_table("things", write_folder(tmp_path))
    pd.testing.assert_frame_equal(loaded, typed)
    assert format_table(loaded, TABLE) == TEXT


def test_missing_is_missing_and_never_zero_or_text(tmp_path: Path) -> None:
    loaded = load_table("things", write_folder(tmp_path)).set_index("name")
    assert loaded.loc["a, “quoted”", ["number", "rank", "day"]].isna().all()
    assert "NA" in loaded.index


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("number", "12k", "a number"),
        ("rank", "1.5", "a whole number"),
        ("day", "19/08/2019", "a date such as 2019-08-19"),
        ("day", "2023-02-29", "a date such as 2019-08-19"),
        ("flag", "yes", "true or false"),
    ],
)
def test_a_cell_of_another_type_is_refused_with_its_row(column: str, cell: str, expected: str) -> None:
    rows = ROWS.copy()
    rows.loc[0, column] = cell
    with pytest.raises(DataError) as caught:
        type_table(rows, TABLE)
    assert (caught.value.row, caught.value.found) == (4, repr(cell))
    assert caught.value.expected == f"{expected} in column {column}"


def test_columns_must_be_those_described() -> None:
    with pytest.raises(DataError, match=r"missing \['flag'\], unknown \['flags'\]"):
        type_table(ROWS.rename(columns={"flag": "flags"}), TABLE)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_back_as_it_was_written(number: float) -> None:
    text = format_column(pd.Series([number]), "number")[0]
    assert float(text) == number
    assert "e" not in text
    assert not text.endswith(".")


def test_a_folder_without_tables_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="run `make data`"):
        load_table("spend", tmp_path)
    write_folder(tmp_path)
    (tmp_path / "things.csv").unlink()
    with pytest.raises(StudyError, match=r"things.csv is missing: run `make data`"):
        load_table("things", tmp_path)


def test_an_unknown_table_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no table is called 'spent'; there are: things"):
        load_table("spent", write_folder(tmp_path))


@pytest.mark.parametrize("text", [TEXT.replace("-3", "minus 3"), TEXT.replace("rank", "ranked"), ""])
def test_a_spoilt_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match="run `make data`"):
        load_table("things", write_folder(tmp_path, text))


def test_the_tables_of_the_project_load_typed() -> None:
    judgements = load_table("judgements")
    assert judgements["published_date"].dtype == "datetime64[us]"
    assert load_table("inspections")["graded"].dtype == "bool"
    assert load_table("neighbours")["rank"].dtype == "int64"
    spend = load_table("spend", find_project().processed)
    assert spend["value"].dtype == "float64"
    assert spend["la_code"].dropna().str.fullmatch(r"\d{3}").all()
