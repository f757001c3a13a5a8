"""The data for machines: the same rows in every format, and files of authorities as their schema says."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from frictionless import Package
from jsonschema import Draft202012Validator

import lewisham_study as study
from lewisham_study.paths import find_project
from lewisham_study.publish.data import SCHEMA, SECTIONS, write_data
from lewisham_study.tidy.schemas import read_tables
from lewisham_study.tidy.tables import load_table, parse_table, type_table

PROJECT = find_project()
BUILT, COMPUTED = read_tables(PROJECT.coding), read_tables(PROJECT.coding, "library")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("data")
    files = write_data(out)
    assert files == sorted(path for path in out.rglob("*") if path.is_file())
    return out


def read_authority(data: Path, name: str) -> dict[str, Any]:
    return json.loads((data / "authorities" / f"{name}.json").read_bytes())


def test_every_table_is_there_as_built(data: Path) -> None:
    for name in BUILT:
        assert (data / f"{name}.csv").read_bytes() == (PROJECT.processed / f"{name}.csv").read_bytes()


@pytest.mark.parametrize("name", ["panel", "changes", "inspections", "cautions", "prices"])
def test_csv_and_parquet_hold_the_same_rows_as_the_library(data: Path, name: str) -> None:
    table = (BUILT | COMPUTED)[name]
    frame = {"panel": study.panel, "changes": study.changes}.get(name, lambda: load_table(name))()
    package = {one["name"]: one for one in json.loads((data / "datapackage.json").read_bytes())["resources"]}
    read = parse_table((data / f"{name}.csv").read_bytes(), package[name]["schema"]["fields"])
    pd.testing.assert_frame_equal(read, frame)
    parquet = pd.read_parquet(data / f"{name}.parquet")
    days = [column.name for column in table.columns if column.type == "date"]
    parquet[days] = parquet[days].apply(pd.to_datetime)
    pd.testing.assert_frame_equal(type_table(parquet, table), frame)


def test_the_data_package_describes_the_computed_tables_too(data: Path) -> None:
    package = json.loads((data / "datapackage.json").read_bytes())
    assert {one["name"] for one in package["resources"]} == {*BUILT, *COMPUTED}
    assert package["version"] == study.__data_version__
    small = {**package, "resources": [one for one in package["resources"] if one["name"] in COMPUTED]}
    for one in small["resources"]:
        one["schema"].pop("foreignKeys", None)
    report = Package.from_descriptor(small, basepath=str(data)).validate()
    assert report.valid, report.flatten(["note", "message"])[:5]


@pytest.mark.slow
def test_every_file_of_an_authority_is_as_the_schema_says(data: Path) -> None:
    schema = json.loads((data / SCHEMA).read_bytes())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    names = sorted(path.stem for path in (data / "authorities").glob("*.json"))
    assert len(names) == len(load_table("authorities"))
    for name in names:
        assert not [error.message for error in validator.iter_errors(read_authority(data, name))], name


@pytest.mark.parametrize(
    ("section", "column", "value"),
    [
        ("years", "year", "2022"),
        ("years", "grade", "excellent"),
        ("changes", "date", "5 May"),
        ("cautions", "kind", "x"),
    ],
)
def test_the_schema_refuses_what_is_wrong(data: Path, section: str, column: str, value: Any) -> None:
    one = read_authority(data, "lewisham")
    other = one if one[section] else read_authority(data, "city-of-london")
    other[section][0][column] = value
    schema = json.loads((data / SCHEMA).read_bytes())
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [list(error.path) for error in validator.iter_errors(other)] == [[section, 0, column]]


def test_a_file_has_the_authoritys_own_rows_and_no_others(data: Path) -> None:
    one = read_authority(data, "lewisham")
    assert one["authority"]["la_code"] == "209"
    frames = {"panel": study.panel(), "changes": study.changes()}
    for section, name in SECTIONS.items():
        frame = frames.get(name)
        rows = load_table(name) if frame is None else frame
        assert len(one[section]) == (rows["la_code"] == "209").sum(), section
        assert {row["la_code"] for row in one[section]} <= {"209"}
    year = next(row for row in one["years"] if row["year"] == 2013)
    assert year["caseload_fte"] is None
    assert (year["looked_after"], year["cautions"]) == (494, [])


@pytest.mark.slow
def test_the_same_tables_give_the_same_bytes(data: Path, tmp_path: Path) -> None:
    for path in write_data(tmp_path):
        assert path.read_bytes() == (data / path.relative_to(tmp_path)).read_bytes(), path.name


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_one_line_of_r_gives_the_same_panel_cell_by_cell(data: Path) -> None:
    classes = 'c(la_code = "character", workforce_comparable = "logical")'
    script = f'panel <- read.csv("panel.csv", colClasses = {classes}, na.strings = "")\n'
    assert script in (data / "README.md").read_text("utf-8")
    script += "numbers <- sapply(panel, is.numeric)\n"
    script += 'panel[numbers] <- lapply(panel[numbers], function(x) ifelse(is.na(x), "", sprintf("%.17g", x)))\n'
    script += 'write.table(panel, sep = "\t", na = "", row.names = FALSE, quote = FALSE)'
    done = subprocess.run(["Rscript", "-"], input=script, cwd=data, capture_output=True, encoding="utf-8", check=True)
    read = pd.read_csv(io.StringIO(done.stdout), sep="\t", dtype=str, keep_default_na=False, na_values=[""])
    # R reads some numbers one step of the last bit away.
    words = read.replace({"TRUE": "true", "FALSE": "false"})
    pd.testing.assert_frame_equal(type_table(words, COMPUTED["panel"]), study.panel(), rtol=1e-15)
