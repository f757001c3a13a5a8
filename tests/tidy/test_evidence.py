"""Choices and events: what a row must hold, and that the real rows hold together with the facts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.tidy.evidence import CHOICE_COLUMNS, EVENT_COLUMNS, read_choices, tidy_conflicts, tidy_events
from lewisham_study.tidy.facts import tidy_facts
from lewisham_study.tidy.schemas import find_breaches, find_orphans, read_tables
from lewisham_study.tidy.tables import type_table

CHOICE = {
    "conflict_id": "C1",
    "question": "Which?",
    "fact_ids": "a-001 a-002 b-001",
    "reason": "so",
    "confidence": "high",
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
    ("choice", "found"),
    [
        ({"disputed_fact_ids": "c-001"}, "'c-001' beside them"),
        ({"chosen_fact_id": "c-001"}, "'c-001' beside them"),
        ({"chosen_fact_id": "a-001", "disputed_fact_ids": "a-001"}, "'a-001' as both"),
        ({"chosen_fact_id": "a-001", "chosen_source_id": "a"}, "'a-001' and 'a'"),
    ],
)
def test_a_choice_among_others_than_the_rivals_is_refused(tmp_path: Path, choice: dict[str, str], found: str) -> None:
    write_coding(tmp_path, "choices.csv", CHOICE_COLUMNS, CHOICE | {"conflict_id": "C0"}, CHOICE | choice)
    with pytest.raises(DataError) as error:
        read_choices(tmp_path)
    assert error.value.row == 3 and error.value.found == found


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
    assert error.value.row == 3 and error.value.expected == expected and error.value.hint


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
    disputed = set(" ".join(read_choices(project.coding)["disputed_fact_ids"]).split())
    assert disputed == set(facts.loc[facts["status"] == "disputed", "fact_id"])
