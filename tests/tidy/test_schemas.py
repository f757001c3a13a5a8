"""Schemas: each rule of a column refuses a wrong value and names its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.tidy.schemas import Column, Table, find_breaches, find_orphans, read_tables
from lewisham_study.tidy.tables import type_table

CODING = find_project().coding


def make_column(name: str, type_: str = "string", **rules: object) -> Column:
    defaults = {"unit": "", "required": False, "values": (), "minimum": None, "pattern": "", "foreign_key": ""}
    return Column(name=name, type=type_, description=name, **{**defaults, **rules})  # type: ignore[arg-type]


TABLE = Table(
    name="counts",
    title="Counts",
    description="Counts by authority.",
    key=("la_code", "year"),
    licence="OGL-UK-3.0",
    columns=(
        make_column("la_code", required=True, pattern=r"^\d{3}$", foreign_key="areas.la_code"),
        make_column("year", "integer", required=True),
        make_column("value", "number", minimum=0.0),
        make_column("status", required=True, values=("published", "suppressed")),
        make_column("joint", foreign_key="areas.la_code[]"),
        make_column("source_id", required=True),
        make_column("locator", required=True),
    ),
)
ROW = {
    "la_code": "209",
    "year": "2021",
    "value": "4",
    "status": "published",
    "joint": "",
    "source_id": "dfe",
    "locator": "C7",
}


def make_frame(**changes: str) -> pd.DataFrame:
    return type_table(pd.DataFrame([ROW, {**ROW, "year": "2022", **changes}]), TABLE)


def test_a_table_as_described_has_no_breach() -> None:
    assert find_breaches(make_frame(), TABLE) == []


@pytest.mark.parametrize(
    ("column", "cell", "expected", "found"),
    [
        ("la_code", "2099", r"text like ^\d{3}$ in column la_code", "'2099'"),
        ("value", "-1", "at least 0 in column value", "-1.0"),
        ("status", "lost", "one of published, suppressed in column status", "'lost'"),
        ("status", "", "a value in column status", "none"),
        ("year", "2021", "a new la_code + year", "209 2021 again"),
    ],
)
def test_a_breach_has_row_column_expected_and_found(column: str, cell: str, expected: str, found: str) -> None:
    (breach,) = find_breaches(make_frame(**{column: cell}), TABLE)
    assert (breach.file, breach.row, breach.expected, breach.found) == ("data/processed/counts.csv", 3, expected, found)
    assert "read from dfe at C7" in str(breach)


def test_every_breach_is_found() -> None:
    assert len(find_breaches(make_frame(value="-1", status="lost", la_code="x"), TABLE)) == 3


def test_keys_must_refer_to_a_row() -> None:
    areas = pd.DataFrame({"la_code": ["209"]})
    tables = {"counts": TABLE, "areas": TABLE}
    assert find_orphans({"counts": make_frame(joint="209")}, tables) == []
    (orphan,) = find_orphans({"counts": make_frame(joint="209 314")} | {"areas": make_frame().assign(**areas)}, tables)
    assert (orphan.row, orphan.found) == (3, "'314'")
    assert "a la_code of areas in column joint" in orphan.expected


def test_the_declared_keys_and_targets_exist() -> None:
    tables = read_tables(CODING)
    for table in tables.values():
        columns = {column.name: column for column in table.columns}
        assert all(columns[name].required for name in table.key), table.name
        for column in table.columns:
            if column.target:
                to_table, to_column = column.target
                assert to_column in {target.name for target in tables[to_table].columns}, (table.name, column.name)
            assert column.description.endswith("."), (table.name, column.name)
            assert column.values == () or column.type == "string"


def test_a_repeated_table_is_refused(tmp_path: Path) -> None:
    text = (CODING / "tables.csv").read_text(encoding="utf-8")
    (tmp_path / "tables.csv").write_text(text + text.splitlines()[-1] + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"tables\.csv, row \d+: expected a new table"):
        read_tables(tmp_path)


@pytest.mark.parametrize(("was", "becomes"), [("spend,value,number", "spend,value,float"), ("spend,la_", "spent,la_")])
def test_an_unknown_type_or_table_is_refused_with_its_row(tmp_path: Path, was: str, becomes: str) -> None:
    for name in ("tables.csv", "columns.csv"):
        shutil.copy(CODING / name, tmp_path)
    path = tmp_path / "columns.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(DataError, match=r"columns.csv, row \d+: expected a (type|table)"):
        read_tables(tmp_path)


def test_allowed_measures_are_those_of_the_code_list(tmp_path: Path) -> None:
    for path in CODING.glob("*.csv"):
        shutil.copy(path, tmp_path)
    with (tmp_path / "need_measures.csv").open("a", encoding="utf-8") as file:
        file.write("new,A heading,brothers,siblings,1,brothers,31_march\nnew,Another,,notes,1,,31_march\n")
    columns = {column.name: column.values for column in read_tables(tmp_path)["need"].columns}
    before = {column.name: column.values for column in read_tables(CODING)["need"].columns}
    assert set(columns["measure"]) - set(before["measure"]) == {"brothers"}
    assert set(columns["unit"]) - set(before["unit"]) == {"siblings"}
