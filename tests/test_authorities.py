"""Finding an authority by any name or code, and the names to print."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.authorities import find_authorities, find_authority, fold_name, label_authorities, slug_authorities
from lewisham_study.errors import StudyError, UsageError
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
AUTHORITIES = TABLES["authorities"]


@pytest.mark.parametrize(
    "asked", ["Lewisham", " LEWISHAM ", "Lewisham Council", "209", 209, "E09000023", "e09000023", "lewisham"]
)
def test_an_authority_is_found_by_name_and_code(asked: str | int) -> None:
    assert find_authority(AUTHORITIES, asked)["la_code"] == "209"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("Hull", "810"),
        ("hull city council", "810"),
        ("Kingston upon Hull, City of", "810"),
        ("Durham", "840"),
        ("st helens", "342"),
        ("London Borough of Lewisham", "209"),
        ("201", "201"),
        ("the Isle of Wight council", "921"),
        ("isle-of-wight", "921"),
    ],
)
def test_everyday_names_are_found_whatever_the_kind_of_council(asked: str, code: str) -> None:
    assert find_authority(AUTHORITIES, asked)["la_code"] == code


@pytest.mark.parametrize(
    ("asked", "code"), [("Dorset", "838"), ("dorset", "838"), ("835", "835"), ("dorset-835", "835")]
)
def test_of_two_with_one_name_the_present_one_is_meant(asked: str, code: str) -> None:
    assert find_authority(AUTHORITIES, asked)["la_code"] == code


@pytest.mark.slow
@pytest.mark.parametrize("text", [False, True])
def test_every_authority_is_found_by_its_folder_and_by_its_code(text: bool) -> None:
    table = AUTHORITIES.assign(valid_to=AUTHORITIES["valid_to"].astype(str).replace("NaT", "")) if text else AUTHORITIES
    slugs = slug_authorities(table)
    assert slugs.is_unique
    assert len(slugs) == len(table) > 150
    for code, slug in slugs.iloc[:: 10 if text else 1].items():
        assert find_authority(table, slug)["la_code"] == find_authority(table, str(code))["la_code"] == code


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("Lewishm", "Lewisham"), ("lewsiham", "Lewisham"), ("Lewishm Council", "Lewisham"), ("Kingston", "Kingston")],
)
def test_an_unknown_authority_suggests_the_nearest(asked: str, meant: str) -> None:
    with pytest.raises(UsageError, match=f"no authority is called '{asked}'; did you mean .*{meant}"):
        find_authority(AUTHORITIES, asked)


@pytest.mark.parametrize("asked", ["", "../../etc", "'; --", "🙂", "ﻻ", "\u202eمثال", "9" * 10_000, "[bold]"])
def test_a_hostile_name_is_only_unknown(asked: str) -> None:
    with pytest.raises(UsageError, match="no authority is called"):
        find_authority(AUTHORITIES, asked)


def test_several_authorities_are_found_in_their_order() -> None:
    assert find_authorities(AUTHORITIES, "lewisham council, Dorset,383,") == ["209", "838", "383"]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("Londn", "no authority is called 'Londn'; did you mean London"),
        ("neighbours 2019", "no authority is called 'neighbours 2019'; did you mean neighbours 2021"),
        ("Dorset, Lewishm", "no authority is called 'Lewishm'; did you mean Lewisham"),
        ("", "comparators are one of neighbours, neighbours 2021, .* or names of authorities; got ''"),
        (" , ", "comparators are one of"),
    ],
)
def test_unknown_comparators_suggest_names_and_words(asked: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        find_authorities(AUTHORITIES, asked)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("Lewisham", ("Lewisham", "Lewisham", "Lewisham")),
        ("Bristol, City of", ("Bristol", "Bristol", "Bristol")),
        ("Isle of Wight", ("the Isle of Wight", "The Isle of Wight", "Isle of Wight")),
    ],
)
def test_a_name_suits_its_place_in_a_sentence(asked: str, names: tuple[str, str, str]) -> None:
    case = open_case(TABLES, asked)
    assert (case.spoken, case.opening, case.label) == names


def test_no_label_has_a_suffix_and_only_dorset_appears_twice() -> None:
    labels = label_authorities(AUTHORITIES)
    assert not labels.str.contains(", City of|, County of|^the ").any()
    assert set(labels[labels.duplicated()]) == {"Dorset"}


def test_no_two_present_authorities_fold_to_the_same_name() -> None:
    folded = AUTHORITIES.loc[AUTHORITIES["valid_to"].isna(), "la_name"].map(fold_name)
    assert folded.is_unique
    assert (folded != "").all()


def make_table(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Make a table of authorities from code, name and last day."""
    return pd.DataFrame(rows, columns=["la_code", "la_name", "valid_to"])


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
def test_a_hostile_name_stays_in_its_own_folder(name: str, folder: str) -> None:
    slugs = slug_authorities(make_table(("0000", name, ""), ("209", "Lewisham", "")))
    assert slugs.to_dict() == {"0000": folder, "209": "lewisham"}


def test_a_hostile_code_leaves_no_folder() -> None:
    slugs = slug_authorities(make_table(("../../x", "Dorset", "2019-03-31"), ("838", "Dorset", "")))
    assert slugs.to_dict() == {"../../x": "dorset-x", "838": "dorset"}
    for code, name in (("..", ".."), ("835", "A 838")):
        with pytest.raises(StudyError, match="has no unique output folder"):
            slug_authorities(make_table((code, name, ""), ("838", "A", ""), ("839", "A", "")))
