"""Choices and events: what a row must hold, and that the real rows hold together with the facts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.facts import FACT_COLUMNS
from lewisham_study.raw.sources import SOURCE_COLUMNS
from lewisham_study.tidy.evidence import (
    CHOICE_COLUMNS,
    DOCUMENT_COLUMNS,
    EVENT_COLUMNS,
    read_choices,
    select_standing,
    tidy_conflicts,
    tidy_events,
    tidy_sources,
)
from lewisham_study.tidy.facts import tidy_facts
from lewisham_study.tidy.schemas import find_breaches, find_orphans, read_tables
from lewisham_study.tidy.tables import type_table

CHOICE = {
    "conflict_id": "C1",
    "question": "Which?",
    "fact_ids": "a-001 a-002 b-001",
    "reason": "so",
    "confidence": "high",
    "decided": "2026-11-23",
}
EVENT = {
    "event_id": "2019-07-inspection",
    "la_code": "301",
    "date_start": "2019-07-08",
    "date_end": "2019-07-19",
    "precision": "day",
    "kind": "inspection",
    "title": "Inspection",
    "source_id": "a",
}


def write_coding(coding: Path, name: str, columns: list[str], *rows: dict[str, str]) -> Path:
    pd.DataFrame(rows, columns=columns).to_csv(coding / name, index=False)
    return coding


def test_a_conflict_keeps_its_rivals_and_the_choice(tmp_path: Path) -> None:
    choice = CHOICE | {"disputed_fact_ids": "a-002 b-001", "chosen_fact_id": "a-001"}
    conflicts = tidy_conflicts(write_coding(tmp_path, "choices.csv", CHOICE_COLUMNS, choice))
    assert conflicts.loc[0, "fact_ids"] == "a-001 a-002 b-001"
    assert conflicts.loc[0, "chosen_fact_id"] == "a-001"
    assert "disputed_fact_ids" not in conflicts


@pytest.mark.parametrize(
    ("choice", "got"),
    [
        ({"disputed_fact_ids": "c-001"}, "'c-001' beside them"),
        ({"chosen_fact_id": "c-001"}, "'c-001' beside them"),
        ({"chosen_fact_id": "a-001", "disputed_fact_ids": "a-001"}, "'a-001' as both"),
        ({"chosen_fact_id": "a-001", "chosen_source_id": "a"}, "'a-001' and 'a'"),
    ],
)
def test_a_choice_among_others_than_the_rivals_is_refused(tmp_path: Path, choice: dict[str, str], got: str) -> None:
    write_coding(tmp_path, "choices.csv", CHOICE_COLUMNS, CHOICE | {"conflict_id": "C0"}, CHOICE | choice)
    with pytest.raises(DataError) as error:
        read_choices(tmp_path)
    assert error.value.row == 3 and error.value.got == got


def test_a_choice_decided_again_stays_and_disputes_nothing(tmp_path: Path) -> None:
    old = CHOICE | {"conflict_id": "C1a", "disputed_fact_ids": "a-002", "superseded_by": "C1"}
    write_coding(tmp_path, "choices.csv", CHOICE_COLUMNS, CHOICE | {"decided": "2026-11-30"}, old)
    choices = read_choices(tmp_path)
    assert choices["conflict_id"].tolist() == ["C1", "C1a"]
    assert select_standing(choices)["disputed_fact_ids"].tolist() == [""]
    assert tidy_conflicts(tmp_path)["superseded_by"].tolist() == ["", "C1"]


@pytest.mark.parametrize(
    ("choice", "got"),
    [
        ({"superseded_by": "C2"}, "'C2'"),
        ({"superseded_by": "C0"}, "'C0'"),
        ({"superseded_by": "C1"}, "'C1'"),
        ({"decided": "2026-11-29", "superseded_by": "C0"}, "'C0'"),
        ({"decided": "yesterday"}, "Invalid isoformat string: 'yesterday'"),
        ({"decided": ""}, "Invalid isoformat string: ''"),
    ],
)
def test_a_choice_superseded_by_none_that_stands_later_is_refused(
    tmp_path: Path, choice: dict[str, str], got: str
) -> None:
    write_coding(tmp_path, "choices.csv", CHOICE_COLUMNS, CHOICE | {"conflict_id": "C0"}, CHOICE | choice)
    with pytest.raises(DataError) as error:
        read_choices(tmp_path)
    assert error.value.row == 3 and error.value.got == got and error.value.mend


def test_the_extent_of_every_coded_text_is_listed(tmp_path: Path) -> None:
    source = dict.fromkeys(SOURCE_COLUMNS, "") | {
        "source_id": "paper",
        "kind": "news",
        "publisher": "P",
        "title": "T",
        "published": "2020",
        "published_basis": "inferred",
        "licence": "L",
        "sha256": "0" * 64,
        "file": "paper.txt",
    }
    fact = {"fact_id": "paper-001", "locator": "p1", "quote": "q", "claim_type": "rating", "measure": "grade"}
    (tmp_path / "facts").mkdir()
    write_coding(tmp_path, "sources.csv", SOURCE_COLUMNS, source, source | {"source_id": "table"})
    write_coding(tmp_path / "facts", "paper.csv", FACT_COLUMNS, fact | {"certainty": "opinion"})
    write_coding(tmp_path, "coded_documents.csv", DOCUMENT_COLUMNS, {"source_id": "paper", "extent": "part"})
    assert tidy_sources(tmp_path, tmp_path)["coded"].tolist() == ["part", ""]
    write_coding(tmp_path, "coded_documents.csv", DOCUMENT_COLUMNS, {"source_id": "table", "extent": "part"})
    with pytest.raises(DataError, match="the documents in data/raw/facts") as error:
        tidy_sources(tmp_path, tmp_path)
    assert "['paper', 'table']" in error.value.got


def test_an_event_is_of_the_authority_it_names(tmp_path: Path) -> None:
    events = tidy_events(write_coding(tmp_path, "events.csv", EVENT_COLUMNS, EVENT))
    assert events["la_code"].tolist() == ["301"]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"date_start": "July 2019"}, "days such as 2019-08-19"),
        ({"date_end": ""}, "days such as 2019-08-19"),
        ({"date_end": "2019-07-01"}, "a date_end from 2019-07-08 on"),
        ({"precision": "quarter"}, "the precision month or day"),
        ({"date_end": "2019-12-31", "precision": "month"}, "the precision year or day"),
    ],
)
def test_an_event_is_dated_as_finely_as_it_says(tmp_path: Path, event: dict[str, str], expected: str) -> None:
    write_coding(tmp_path, "events.csv", EVENT_COLUMNS, EVENT | {"event_id": "0"}, EVENT | event)
    with pytest.raises(DataError) as error:
        tidy_events(tmp_path)
    assert error.value.row == 3 and error.value.expected == expected and error.value.mend


def test_the_real_conflicts_and_events_keep_their_schema_and_name_real_facts() -> None:
    project = find_project()
    tables = read_tables(project.coding)
    made = {
        "facts": tidy_facts(project.raw, project.coding),
        "conflicts": tidy_conflicts(project.coding),
        "events": tidy_events(project.coding),
    }
    frames = {name: type_table(frame, tables[name]) for name, frame in made.items()}
    assert [str(breach) for name in made for breach in find_breaches(frames[name], tables[name])] == []
    assert [str(orphan) for orphan in find_orphans(frames, tables)] == []


def test_every_disputed_fact_is_a_real_one() -> None:
    project = find_project()
    facts = tidy_facts(project.raw, project.coding)
    disputed = set(" ".join(select_standing(read_choices(project.coding))["disputed_fact_ids"]).split())
    assert disputed == set(facts.loc[facts["status"] == "disputed", "fact_id"])
