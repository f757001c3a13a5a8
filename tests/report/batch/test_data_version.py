"""The day of the data, and its checksum."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from pathlib import Path

import pytest

from lewisham_study.errors import DataError, StudyError
from lewisham_study.paths import Project, find_project
from lewisham_study.report.batch.data_version import describe_data, find_data_date, hash_tables, join_hashes


def test_the_newest_source_dates_the_data(study: Project) -> None:
    assert find_data_date(study) == datetime.date(2025, 9, 25)


def test_the_real_register_dates_the_data() -> None:
    assert find_data_date(Project(Path(__file__).parents[3])) >= datetime.date(2026, 4, 8)


def test_the_line_says_to_which_month_there_are_overall_grades(study: Project) -> None:
    assert "grades to 6 July 2026, overall grades to March 2026, caseloads to" in describe_data(find_project())
    assert "overall" not in describe_data(study)


def test_a_register_without_dates_is_an_error(study: Project) -> None:
    (study.raw / "sources.csv").write_text("source_id\na\n", encoding="utf-8")
    with pytest.raises(DataError, match="columns published, found no published"):
        find_data_date(study)


def test_the_checksum_follows_names_and_contents(study: Project) -> None:
    first = join_hashes(hash_tables(study))
    assert join_hashes(hash_tables(study)) == first
    (study.processed / "authorities.csv").rename(study.processed / "other.csv")
    assert join_hashes(hash_tables(study)) != first


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="sha256sum is not on this machine")
def test_a_reader_finds_the_checksum_by_sha256sum(study: Project) -> None:
    line = "export LC_ALL=C; sha256sum *.csv | sha256sum"
    printed = subprocess.run(line, shell=True, cwd=study.processed, capture_output=True, text=True, check=True).stdout
    assert printed.split()[0] == join_hashes(hash_tables(study))


def test_no_data_says_what_to_do(study: Project) -> None:
    for table in study.processed.iterdir():
        table.unlink()
    with pytest.raises(StudyError, match="make data"):
        hash_tables(study)
