"""The build reproduces the committed tables; an error writes nothing."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import Project, find_project
from lewisham_study.tidy.build import build, make_tables

PROJECT = find_project()


def copy_project(folder: Path) -> Project:
    for part in ("raw", "coding", "processed"):
        shutil.copytree(PROJECT.root / "data" / part, folder / "data" / part)
    for part in ("docs", "reports"):
        (folder / part).mkdir()
    shutil.copy(PROJECT.root / "docs" / "data-dictionary.md", folder / "docs")
    shutil.copy(PROJECT.reports / "references.json", folder / "reports")
    return Project(folder)


def read_all(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_build_makes_the_committed_bytes_and_a_second_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copy_project(tmp_path)
    before = read_all(copy.root)
    shutil.rmtree(copy.processed)
    (copy.root / "docs" / "data-dictionary.md").unlink()
    # The second build gets the tables of the first: making them takes longest, and gave the committed bytes.
    monkeypatch.setattr("lewisham_study.tidy.build.make_tables", cache(make_tables))
    made = build(copy)
    assert read_all(copy.root) == before
    assert {path.name for path in made.changed} == {p.name for p in copy.processed.iterdir()} | {"data-dictionary.md"}
    assert {f"{name}.csv" for name in made.tables} | {"datapackage.json"} == {p.name for p in copy.processed.iterdir()}
    assert build(copy).changed == []
    assert read_all(copy.root) == before


@pytest.mark.parametrize(
    ("file", "was", "becomes", "message"),
    [
        ("raw/sources.csv", "\nofsted-2025,statistics", "\nofsted-2O25,statistics", "source"),
        pytest.param(
            "coding/authorities.csv",
            "E09000023,Lewisham,London",
            "E09000023,Lewisham,Londinium",
            "row",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "coding/columns.csv",
            "judgements,grade,string,,true,outstanding good",
            "judgements,grade,string,,true,good",
            "grade",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "raw/figures/workforce.csv",
            ",Lewisham,2022,caseload_fte,14.8",
            ",Lewisham,2022,caseload_fte,14.8*",
            r"raw/figures/workforce\.csv, row \d+: .* known code, found '14\.8\*' from dfe-workforce-20\d+ [A-Z]+\d+",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "raw/figures/workforce.csv",
            ",Lewisham,2022,turnover_rate_fte,0",
            ",Lewisham,2022,turnover_rate_fte,7",
            r"corrections\.csv, row \d+: expected 'published' in status, found no row with la_code=209",
            marks=pytest.mark.slow,
        ),
        (
            "raw/figures/inspections.csv",
            "Publication date,2019-08-19",
            "Publication date,2019-07-01",
            r"inspections\.csv, row \d+: expected published_date on or after start_date, "
            "found start_date 2019-07-08 and published_date 2019-07-01 for Lewisham",
        ),
        (
            "raw/figures/inspections.csv",
            "Inspection date,2019-07-08",
            "Inspection date,in July",
            r"inspections\.csv, row \d+: expected a date such as 2019-08-19, found 'in July' from ofsted-2025",
        ),
    ],
)
def test_an_error_is_located_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, was: str, becomes: str, message: str
) -> None:
    # A change by hand would be refused before; here it stands for a release that is wrong.
    monkeypatch.setattr("lewisham_study.tidy.build.refuse_changes", lambda raw: None)
    project = copy_project(tmp_path)
    path = project.root / "data" / file
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    before = read_all(project.root)
    with pytest.raises(DataError, match=message):
        build(project)
    assert read_all(project.root) == before
