"""Tidy tables are typed, formatted and loaded unchanged; results are computed once."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lewisham_study.analysis.case import open_case
from lewisham_study.disk_cache import pack
from lewisham_study.errors import DataError, StudyError, UsageError
from lewisham_study.paths import find_project
from lewisham_study.tidy import tables as loading
from lewisham_study.tidy.package import describe_schema
from lewisham_study.tidy.schemas import Column, Table
from lewisham_study.tidy.tables import (
    Frames,
    Tables,
    Work,
    format_column,
    format_table,
    load_table,
    once,
    type_table,
)

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


def test_a_table_is_sorted_and_formatted() -> None:
    assert format_table(type_table(ROWS, TABLE), TABLE) == TEXT


def test_a_formatted_table_is_loaded_unchanged(tmp_path: Path) -> None:
    typed = type_table(ROWS, TABLE)
    loaded = load_table("things", write_folder(tmp_path))
    pd.testing.assert_frame_equal(loaded, typed)
    assert format_table(loaded, TABLE) == TEXT


def test_missing_values_are_never_zero_or_text(tmp_path: Path) -> None:
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


def test_columns_must_be_those_declared() -> None:
    with pytest.raises(DataError, match=r"missing \['flag'\], unknown \['flags'\]"):
        type_table(ROWS.rename(columns={"flag": "flags"}), TABLE)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_formatted_number_is_read_back_unchanged(number: float) -> None:
    text = format_column(pd.Series([number]), "number")[0]
    assert float(text) == number
    assert "e" not in text
    assert not text.endswith(".")


def test_the_error_for_a_folder_without_tables_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="run `make data`"):
        load_table("spend", tmp_path)
    write_folder(tmp_path)
    (tmp_path / "things.csv").unlink()
    with pytest.raises(StudyError, match=r"things.csv is missing: run `make data`"):
        load_table("things", tmp_path)


def test_the_error_for_an_unknown_table_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no table is called 'spent'; there are: things"):
        load_table("spent", write_folder(tmp_path))


@pytest.mark.parametrize("text", [TEXT.replace("-3", "minus 3"), TEXT.replace("rank", "ranked"), ""])
def test_an_edited_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataError, match="run `make data`"):
        load_table("things", write_folder(tmp_path, text))


def test_the_tables_in_the_project_are_loaded_with_their_types() -> None:
    judgements = load_table("judgements")
    assert judgements["published_date"].dtype == "datetime64[us]"
    assert load_table("inspections")["graded"].dtype == "bool"
    assert load_table("neighbours")["rank"].dtype == "int64"
    spend = load_table("spend", find_project().processed)
    assert spend["value"].dtype == "float64"
    assert spend["la_code"].dropna().str.fullmatch(r"\d{3}").all()


@pytest.fixture
def processed(tmp_path: Path) -> Path:
    """Copy the smallest tables."""
    for name in ("prices.csv", "datapackage.json"):
        shutil.copy(find_project().processed / name, tmp_path)
    return tmp_path


def test_a_table_is_read_once_in_a_process(processed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    load = loading.load_table
    monkeypatch.setattr(loading, "load_table", lambda name, folder: read.append(name) or load(name, folder))
    assert Tables(processed)["prices"].equals(Tables(processed)["prices"])
    assert read == ["prices"]


def test_a_change_to_a_loaded_table_does_not_reach_other_users(processed: Path) -> None:
    tables = Tables(processed)
    mine = tables["prices"]
    before = mine["value"].iloc[0]
    mine.loc[:, "value"] = 0.0
    mine["mine"] = 1
    assert tables["prices"]["value"].iloc[0] == Tables(processed)["prices"]["value"].iloc[0] == before
    assert "mine" not in tables["prices"]


def test_changed_files_are_read_again(processed: Path) -> None:
    assert len(Tables(processed)["prices"])
    path = processed / "prices.csv"
    lines = path.read_text().splitlines(keepends=True)
    state = path.stat()
    path.write_text("".join(lines[:-1]))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns + 1))
    with pytest.raises(DataError, match=r"the table that datapackage\.json describes"):
        Tables(processed)["prices"]


def test_a_result_is_computed_once_for_each_choice(processed: Path) -> None:
    worked: list[tuple[str, int]] = []

    @once
    def take(tables: Frames, name: str, *, rows: int = 1) -> pd.DataFrame:
        worked.append((name, rows))
        return tables[name].head(rows)

    tables = Tables(processed)
    first = take(tables, "prices")
    first["value"] = 0.0
    assert (take(Tables(processed), "prices")["value"] != 0).all()
    assert len(take(tables, "prices", rows=2)) == 2
    assert worked == [("prices", 1), ("prices", 2)]


def test_a_result_with_frames_is_copied(processed: Path) -> None:
    @once
    def pair(tables: Frames) -> dict[str, pd.DataFrame]:
        return dict(tables)

    tables = Tables(processed)
    mine = pair(tables)["prices"]
    mine.loc[:, "value"] = 0.0
    assert (pair(tables)["prices"]["value"] != 0).all()


def test_results_from_other_mappings_are_computed_each_time() -> None:
    @once
    def count(tables: Frames) -> int:
        return len(tables["prices"])

    own = {"prices": pd.DataFrame({"value": [1.0]})}
    assert count(own) == 1
    own["prices"] = pd.DataFrame({"value": [1.0, 2.0]})
    assert count(own) == 2


def test_cases_are_distinguished_by_every_choice() -> None:
    @once
    def name(case: object) -> str:
        return repr(case)

    tables = Tables()
    cases = [
        open_case(tables, "Lewisham"),
        open_case(tables, "Leeds"),
        open_case(tables, "Leeds", 2013),
        open_case(tables, "Leeds", comparators="region"),
        open_case(tables, "Leeds", basis="published"),
    ]
    assert [name(case) for case in cases] == [repr(case) for case in cases]


def test_work_that_is_not_whole_is_ignored_with_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.kept"
    Work({"t": pd.DataFrame({"a": [1]})}, {("f", 1): 2}).keep(path)
    whole = path.read_bytes()
    for damaged in (whole[:-1], b"", whole.replace(b"f", b"g"), pack([1, 2, 3]), pack(("a", 1))):
        path.write_bytes(damaged)
        work = Work()
        assert not work.recall(path)
        assert (work.tables, work.results) == ({}, {})
        assert capsys.readouterr().err.count("\n") == 1
    path.write_bytes(whole)
    assert work.recall(path)
    assert work.results == {("f", 1): 2}
    assert not work.recall(tmp_path / "none.kept")
    assert capsys.readouterr().err == ""
