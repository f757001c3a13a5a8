"""The data package is valid, true to the files and reproducible; the data dictionary counts the rows."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lewisham_study.paths import find_project
from lewisham_study.tidy.package import count_measures, count_years, describe_package
from lewisham_study.tidy.schemas import read_tables
from lewisham_study.tidy.tables import format_table, load_table

frictionless = pytest.importorskip("frictionless", reason="frictionless is missing: run `make setup`")

PROJECT = find_project()
PACKAGE: dict[str, Any] = json.loads((PROJECT.processed / "datapackage.json").read_bytes())
NAMES = [resource["name"] for resource in PACKAGE["resources"]]
FEW = 300


def validate(folder: Path, name: str, limit: int | None = None) -> Any:
    resource = frictionless.Package(str(folder / "datapackage.json")).get_resource(name)
    return frictionless.validate(resource, limit_rows=limit)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_first_rows_of_each_table_are_valid(name: str) -> None:
    report = validate(PROJECT.processed, name, FEW)
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])[:5]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_each_whole_table_is_valid_with_keys_and_checksum(name: str) -> None:
    report = validate(PROJECT.processed, name)
    assert report.valid, report.flatten(["rowNumber", "fieldName", "note"])[:5]


@pytest.mark.parametrize(
    ("was", "becomes", "kind"),
    [
        (",london_borough,", ",borough,", "constraint-error"),
        ("\n203,", "\n202,", "primary-key"),
        ("\n203,", "\n2O3,", "constraint-error"),
        ("2019-04-01", "01/04/2019", "type-error"),
    ],
)
def test_a_changed_table_is_not_valid(tmp_path: Path, was: str, becomes: str, kind: str) -> None:
    for name in ("datapackage.json", "authorities.csv"):
        shutil.copy(PROJECT.processed / name, tmp_path)
    path = tmp_path / "authorities.csv"
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    found = {kind for (kind,) in validate(tmp_path, "authorities").flatten(["type"])}
    assert {kind, "hash-count"} <= found


def test_foreign_keys_are_enforced(tmp_path: Path) -> None:
    for name in ("datapackage.json", "authorities.csv", "neighbours.csv"):
        shutil.copy(PROJECT.processed / name, tmp_path)
    shutil.copy(PROJECT.processed / "sources.csv", tmp_path)
    path = tmp_path / "neighbours.csv"
    head, first, *rest = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, "999" + first[3:], *rest]) + "\n", encoding="utf-8")
    assert ["foreign-key"] in validate(tmp_path, "neighbours", FEW).flatten(["type"])


@pytest.mark.parametrize("resource", PACKAGE["resources"], ids=NAMES)
def test_bytes_and_checksum_are_those_of_the_file(resource: dict[str, Any]) -> None:
    data = (PROJECT.processed / resource["path"]).read_bytes()
    assert resource["bytes"] == len(data)
    assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"


def test_every_table_has_a_licence_a_key_a_description_and_its_sources() -> None:
    tables = read_tables(PROJECT.coding)
    assert sorted(NAMES) == sorted(tables)
    for resource in PACKAGE["resources"]:
        assert resource["licenses"][0]["name"] in {"OGL-UK-3.0", "CC-BY-4.0"}
        assert resource["schema"]["primaryKey"] == list(tables[resource["name"]].key)
        assert resource["schema"]["missingValues"] == [""]
        assert all(field["description"] for field in resource["schema"]["fields"])
        if "source_id" in {field["name"] for field in resource["schema"]["fields"]} - {"sources"}:
            assert resource["name"] == "sources" or resource["sources"]
    assert "Open Government Licence v3.0" in PACKAGE["description"]


@pytest.mark.slow
def test_the_same_tables_give_the_same_package() -> None:
    tables = read_tables(PROJECT.coding)
    frames = {name: load_table(name) for name in NAMES}
    texts = {name: format_table(frame, tables[name]) for name, frame in frames.items()}
    package = describe_package(tables, frames, texts)
    assert package == (PROJECT.processed / "datapackage.json").read_text(encoding="utf-8")
    assert str(PROJECT.root) not in package


PROJECT = find_project()
FIGURES = pd.DataFrame(
    {
        "la_code": ["209", "210", None, "209"],
        "time_period": ["2021", "2021", "2021", "2022"],
        "measure": "cases",
        "series": "cases_2017_on",
        "unit": "cases",
        "value": [1.0, None, 5.0, 2.0],
        "value_as_published": ["1", "c", "5", "2"],
    }
)


def test_rows_and_authorities_are_counted_by_year() -> None:
    counts = count_years(FIGURES).set_index("`time_period`")
    assert counts.loc["2021"].tolist() == [3, 2, 2, 1]
    assert counts.loc["2022"].tolist() == [1, 1, 1, 1]


def test_rows_are_counted_by_measure() -> None:
    row = {"Measure": "cases", "Series": "cases_2017_on", "Unit": "cases", "From": "2021", "To": "2022", "Rows": 4}
    row |= {"With a value": 3, "Authorities a year": "1 to 1"}
    assert count_measures(FIGURES).to_dict("records") == [row]


def test_undated_rows_are_counted_too() -> None:
    dated = pd.DataFrame({"la_code": ["209", "210"], "published_date": pd.to_datetime(["2019-08-19", None])})
    assert count_years(dated)["`published_date`"].tolist() == ["2019", "no date"]


def test_a_visit_without_publication_counts_by_its_first_day() -> None:
    days = {"start_date": ["2018-09-01", "2019-07-08"], "published_date": [None, "2019-08-19"]}
    dated = pd.DataFrame({name: pd.to_datetime(values) for name, values in days.items()})
    assert count_years(dated)["`published_date` or `start_date`"].tolist() == ["2018", "2019"]


def test_the_dictionary_names_every_table_and_column() -> None:
    text = (PROJECT.root / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    for table in (read_tables(PROJECT.coding) | read_tables(PROJECT.coding, "library")).values():
        section = text.partition(f"\n## {table.name}\n")[2].partition("\n## ")[0]
        assert section
        assert all(f"| `{column.name}` | {column.description} | {column.type} |" in section for column in table.columns)
