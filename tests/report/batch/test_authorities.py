"""How a report names an authority."""

from __future__ import annotations

from pathlib import Path

import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import Project
from lewisham_study.report.batch.authorities import list_authorities, name_group, read_authority

REAL = Path(__file__).parents[3] / "data" / "processed"


def test_an_authority_has_a_folder_a_parameter_and_a_title(study: Project) -> None:
    found = read_authority(study.processed, " LEWISHAM ")
    assert (found.la_code, found.slug, found.parameter, found.title) == ("209", "lewisham", "Lewisham", "Lewisham")


def test_namesakes_have_their_years_in_the_title_and_are_passed_by_code(study: Project) -> None:
    living, gone = read_authority(study.processed, "Dorset"), read_authority(study.processed, "dorset-835")
    assert (living.la_code, living.slug, living.title) == ("838", "dorset", "Dorset (since 2019)")
    assert (gone.la_code, gone.slug, gone.title) == ("835", "dorset-835", "Dorset (until 2019)")
    assert {living.parameter, gone.parameter} == {"838", "835"}


def test_a_missing_table_or_column_says_what_to_do(study: Project) -> None:
    (study.processed / "authorities.csv").write_text("la_code\n209\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"no new_la_code, la_name.*make data"):
        list_authorities(study.processed)
    (study.processed / "authorities.csv").unlink()
    with pytest.raises(DataError, match="make data"):
        list_authorities(study.processed)


@pytest.mark.slow
def test_every_real_authority_is_found_by_what_its_notebooks_are_given() -> None:
    known = list_authorities(REAL)
    assert len({authority.slug for authority in known}) == len(known) > 150
    assert all(read_authority(REAL, authority.parameter) == authority for authority in known)


@pytest.mark.parametrize(
    ("code", "title", "official"),
    [
        ("801", "Bristol", "Bristol, City of"),
        ("810", "Hull", "Kingston upon Hull, City of"),
        ("921", "Isle of Wight", ""),
        ("209", "Lewisham", ""),
    ],
)
def test_a_report_uses_the_everyday_name(code: str, title: str, official: str) -> None:
    found = read_authority(REAL, code)
    assert (found.title, found.official) == (title, official)


def test_councils_side_by_side_are_named_apart_and_made_by_what_finds_them() -> None:
    both = name_group(REAL, "835, 838")
    assert (both.title, both.slug) == (
        "Dorset (until 2019) and Dorset (since 2019)",
        "compare-dorset-until-2019-dorset-since-2019",
    )
    assert (both.parameter, both.command) == ("835, 838", 'compare "835" "Dorset"')
    assert name_group(REAL, "leeds, 801").command == 'compare "Leeds" "Bristol"'
