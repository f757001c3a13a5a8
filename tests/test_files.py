"""The tables of the last build: a file that is not of that build is refused, wherever it is read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lewisham_study.errors import DataError, StudyError
from lewisham_study.files import PACKAGE, read_package, read_table
from lewisham_study.paths import Project, find_project
from lewisham_study.report.batch.data_version import hash_tables
from lewisham_study.tidy.tables import load_table


@pytest.fixture
def study(tmp_path: Path) -> Project:
    project = Project(tmp_path)
    project.processed.mkdir(parents=True)
    for name in ("prices.csv", PACKAGE):
        shutil.copy(find_project().processed / name, project.processed)
    return project


def test_a_table_comes_with_what_the_package_says_of_it(study: Project) -> None:
    data, resource = read_table(study.processed, "prices")
    assert data == (study.processed / "prices.csv").read_bytes()
    assert resource["path"] == "prices.csv"


def test_a_build_stopped_between_two_files_is_noticed_before_anything_is_made_of_it(study: Project) -> None:
    hash_tables(study)
    path = study.processed / "prices.csv"
    path.write_text(path.read_text().replace("2012-13", "2012-31", 1))
    for read in (lambda: load_table("prices", study.processed), lambda: hash_tables(study)):
        with pytest.raises(DataError, match=r"prices\.csv: expected .* stopped midway: run `make data`"):
            read()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"resources": [7]}', '{"resources": [{"title": "no name"}]}', "\0"])
def test_a_package_that_is_none_is_refused(study: Project, text: str) -> None:
    (study.processed / PACKAGE).write_text(text)
    with pytest.raises(DataError, match=r"expected the data package of a build, found .*; run `make data`"):
        read_package(study.processed)


def test_without_a_package_nothing_has_been_built(study: Project) -> None:
    (study.processed / PACKAGE).unlink()
    with pytest.raises(StudyError, match=r"datapackage\.json is missing: run `make data`"):
        read_table(study.processed, "prices")
