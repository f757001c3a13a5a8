"""Which authority a name means."""

from __future__ import annotations

from pathlib import Path

import pytest

from lewisham_study.errors import DataError, StudyError, UsageError
from lewisham_study.paths import Project
from lewisham_study.report.batch.authorities import check_comparators, find_authority, list_authorities, name_folders

REAL = Path(__file__).parents[3] / "data" / "processed"


@pytest.mark.parametrize("asked", ["Lewisham", " LEWISHAM ", "Lewisham Council", "209", "e09000023", "E09000023"])
def test_names_and_codes_find_an_authority(study: Project, asked: str) -> None:
    found = find_authority(study.processed, asked)
    assert (found.la_code, found.slug, found.parameter, found.title) == ("209", "lewisham", "Lewisham", "Lewisham")


def test_of_two_with_one_name_the_living_one_is_meant(study: Project) -> None:
    living, gone = find_authority(study.processed, "Dorset"), find_authority(study.processed, "dorset-835")
    assert (living.la_code, living.slug, living.title) == ("838", "dorset", "Dorset (since 2019)")
    assert (gone.la_code, gone.slug, gone.title) == ("835", "dorset-835", "Dorset (until 2019)")
    assert {living.parameter, gone.parameter} == {"838", "835"}


@pytest.mark.parametrize("asked", ["Lewishm", "lewsiham", "Lewishm Council"])
def test_the_nearest_name_is_suggested(study: Project, asked: str) -> None:
    with pytest.raises(UsageError, match="did you mean Lewisham"):
        find_authority(study.processed, asked)


@pytest.mark.parametrize("asked", ["London", " region ", "neighbours 2025", "lewisham council, Dorset"])
def test_comparators_are_words_or_names(study: Project, asked: str) -> None:
    check_comparators(study.processed, asked)


@pytest.mark.parametrize(
    ("asked", "mend"),
    [
        ("Londn", "did you mean London"),
        ("neighbours 2019", "neighbours 2021"),
        ("Dorset, Lewishm", "Lewisham"),
        ("", ""),
    ],
)
def test_other_comparators_are_refused_before_anything_runs(study: Project, asked: str, mend: str) -> None:
    with pytest.raises(UsageError, match=f"no authority is called .*{mend}"):
        check_comparators(study.processed, asked)


@pytest.mark.parametrize("asked", ["", "../../etc", "'; --", "🙂", "\u202eمثال", "9" * 10_000, "[bold]"])
def test_a_hostile_name_is_only_unknown(study: Project, asked: str) -> None:
    with pytest.raises(UsageError, match="no authority is called"):
        find_authority(study.processed, asked)


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("../../etc", "etc"),
        ("'; --", "0000"),
        ("🙂", "0000"),
        ("لويشام", "0000"),
        ("\u202emahsiweL", "mahsiwel"),
        ("/", "0000"),
        ("C:\\nul", "c-nul"),
        ("a\nb", "a-b"),
    ],
)
def test_a_hostile_name_stays_in_a_folder_of_its_own(name: str, folder: str) -> None:
    assert name_folders([("0000", name, ""), ("209", "Lewisham", "")]) == {"0000": folder, "209": "lewisham"}


def test_a_hostile_code_leaves_no_folder() -> None:
    folders = name_folders([("../../x", "Dorset", "2019-03-31"), ("838", "Dorset", "")])
    assert folders == {"../../x": "dorset-x", "838": "dorset"}
    for code, name in (("..", ".."), ("835", "A 838")):
        with pytest.raises(StudyError, match="has no folder of its own"):
            name_folders([(code, name, ""), ("838", "A", ""), ("839", "A", "")])


def test_a_missing_table_or_column_says_what_to_do(study: Project) -> None:
    (study.processed / "authorities.csv").write_text("la_code\n209\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"no new_la_code, la_name.*make data"):
        list_authorities(study.processed)
    (study.processed / "authorities.csv").unlink()
    with pytest.raises(DataError, match="make data"):
        list_authorities(study.processed)


def test_every_real_authority_has_a_folder_of_its_own() -> None:
    known = list_authorities(REAL)
    assert len({authority.slug for authority in known}) == len(known) > 150
    assert all(find_authority(REAL, authority.slug) == authority for authority in known)
    assert all(find_authority(REAL, authority.parameter) == authority for authority in known)


@pytest.mark.parametrize(
    ("code", "title", "official"),
    [
        ("801", "Bristol", "Bristol, City of"),
        ("810", "Hull", "Kingston upon Hull, City of"),
        ("921", "Isle of Wight", ""),
        ("209", "Lewisham", ""),
    ],
)
def test_a_report_is_called_as_people_say_it(code: str, title: str, official: str) -> None:
    found = find_authority(REAL, code)
    assert (found.title, found.official) == (title, official)
    assert find_authority(REAL, title) == find_authority(REAL, f"the {title} council") == found
