"""Letters: their themes, addresses and what the coded rows rest on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from lewisham_study import load_table
from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.paths import find_project
from lewisham_study.raw.facts import count_words, normalise_text
from lewisham_study.tidy.evidence import refuse_long_quotes
from lewisham_study.tidy.reports import (
    KINDS,
    LETTER_COLUMNS,
    link_inspections,
    list_addresses,
    name_themes,
    read_documents,
)

PROJECT = find_project()


def letters() -> pd.DataFrame:
    documents = read_documents(PROJECT.raw, PROJECT.coding)
    own = documents[documents["kind"].isin(KINDS)]
    return own.assign(kind=own["kind"].map(KINDS))


def test_every_letter_has_a_theme() -> None:
    inspections = load_table("inspections")
    held = inspections[inspections["kind"].isin(KINDS.values())]
    assert held["theme"].notna().all()
    assert held.groupby("kind").size().to_dict() == {"focused_visit": 372, "joint_targeted": 64}


def test_a_theme_that_was_read_comes_before_the_pattern_of_a_subject() -> None:
    own = letters().set_index("document", drop=False)
    themes = name_themes(own, PROJECT.coding)
    assert own.loc["333_2021-05-10_focused-visit.txt", "subject"].startswith("children coming into care")
    assert themes["333_2021-05-10_focused-visit.txt"] == "Planning and decision-making"
    assert themes["209_2021-08-31_focused-visit.txt"] == "Children in care"


def test_a_theme_of_a_letter_that_is_not_held_is_an_error(tmp_path: Path) -> None:
    shutil.copytree(PROJECT.coding, tmp_path / "coding")
    path = tmp_path / "coding" / "letter_themes.csv"
    path.write_text(path.read_text(encoding="utf-8") + "999_2021.txt,Front door,,,read\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"expected a letter that is held, found 999_2021\.txt"):
        name_themes(letters(), tmp_path / "coding")


def test_joint_inspections_have_the_address_of_their_report() -> None:
    listed = list_addresses(PROJECT.raw)
    assert len(listed) == 49
    assert listed["209", "joint_targeted", "2023-01-31"].startswith("https://files.ofsted.gov.uk/")
    inspections = load_table("inspections")
    joint = inspections[inspections["kind"] == "joint_targeted"]
    assert joint["report_url"].notna().sum() == 43


def test_a_quote_of_a_theme_is_short() -> None:
    read = read_csv(PROJECT.coding / "letter_themes.csv", LETTER_COLUMNS, ["document"])
    assert (read["quote"].map(count_words) <= 12).all()
    assert ((read["quote"] != "") | (read["reason"] != "")).all()


@pytest.mark.shared
def test_a_quote_of_a_theme_is_on_its_page(official: Path) -> None:
    read = read_csv(PROJECT.coding / "letter_themes.csv", LETTER_COLUMNS, ["document"])
    for row in read[read["quote"] != ""].to_dict("records"):
        pages = (official / "inspections/report_texts" / row["document"]).read_text(encoding="utf-8").split("\f")
        assert normalise_text(row["quote"]) in normalise_text(pages[int(row["page"]) - 1]), row["document"]


def test_a_document_is_linked_to_the_inspection_published_nearest() -> None:
    rows = pd.DataFrame(
        {"la_code": "209", "published": ["2024-02-01", "2018-09-28"], "kind": ["inspection", "focused-visit"]}
    )
    inspections = pd.DataFrame(
        {
            "la_code": "209",
            "kind": ["short", "full", "focused_visit"],
            "graded": [True, True, False],
            "published_date": ["2024-01-31", "2019-08-19", "2018-09-28"],
            "inspection_id": ["new", "old", "visit"],
        }
    )
    assert link_inspections(rows, inspections)["inspection_id"].tolist() == ["new", "visit"]


def test_a_quote_of_thirteen_words_is_refused() -> None:
    rows = pd.DataFrame({"quote": ["short", " ".join(["word"] * 13)]})
    with pytest.raises(DataError, match=r"row 3: expected a quote of at most 12 words, found 13 words"):
        refuse_long_quotes(rows["quote"], "data/raw/statements.csv")


@pytest.mark.parametrize(("table", "least"), [("statements", 2300), ("improvements", 1400)])
def test_nearly_every_sentence_belongs_to_an_inspection(table: str, least: int) -> None:
    rows = load_table(table)
    assert len(rows) >= least
    assert rows["inspection_id"].isna().mean() < 0.01
    assert rows["quote"].str.split().str.len().max() <= 12
