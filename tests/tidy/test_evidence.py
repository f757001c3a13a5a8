"""Choices, events and silences: the rules of each row, and the rows in the project."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.sources import read_sources
from lewisham_study.tidy.evidence import (
    CHOICE_COLUMNS,
    EVENT_COLUMNS,
    SILENCE_COLUMNS,
    read_choices,
    tidy_conflicts,
    tidy_events,
    tidy_silences,
)
from lewisham_study.tidy.facts import tidy_facts
from lewisham_study.tidy.schemas import find_breaches, find_orphans, read_tables
from lewisham_study.tidy.tables import load_table, type_table

PROJECT = find_project()
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
        ({"disputed_fact_ids": "c-001"}, "'c-001', which is not one"),
        ({"chosen_fact_id": "c-001"}, "'c-001', which is not one"),
        ({"chosen_fact_id": "a-001", "disputed_fact_ids": "a-001"}, "'a-001' as both"),
        ({"chosen_fact_id": "a-001", "chosen_source_id": "a"}, "'a-001' and 'a'"),
    ],
)
def test_a_choice_of_a_fact_that_is_not_a_rival_is_refused(tmp_path: Path, choice: dict[str, str], found: str) -> None:
    write_coding(tmp_path, "choices.csv", CHOICE_COLUMNS, CHOICE | {"conflict_id": "C0"}, CHOICE | choice)
    with pytest.raises(DataError) as error:
        read_choices(tmp_path)
    assert error.value.row == 3 and error.value.found == found


def test_an_event_keeps_its_authority(tmp_path: Path) -> None:
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
def test_an_event_must_be_dated_as_precisely_as_it_says(tmp_path: Path, event: dict[str, str], expected: str) -> None:
    write_coding(tmp_path, "events.csv", EVENT_COLUMNS, EVENT | {"event_id": "0"}, EVENT | event)
    with pytest.raises(DataError) as error:
        tidy_events(tmp_path)
    assert error.value.row == 3 and error.value.expected == expected and error.value.hint


def test_conflicts_and_events_in_the_project_keep_their_schema_and_name_facts() -> None:
    tables = read_tables(PROJECT.coding)
    made = {
        "facts": tidy_facts(PROJECT.raw, PROJECT.coding),
        "conflicts": tidy_conflicts(PROJECT.coding),
        "events": tidy_events(PROJECT.coding),
    }
    frames = {name: type_table(frame, tables[name]) for name, frame in made.items()}
    assert [str(breach) for name in made for breach in find_breaches(frames[name], tables[name])] == []
    assert [str(orphan) for orphan in find_orphans(frames, tables)] == []


def test_choices_cover_every_known_conflict() -> None:
    choices, sources = read_choices(PROJECT.coding), read_sources(PROJECT.raw)
    assert {f"C{number}" for number in range(1, 24)} <= set(choices["conflict_id"])
    assert (choices[["question", "fact_ids", "reason"]] != "").all(axis=None)
    assert choices["confidence"].isin(["high", "medium", "low"]).all()
    assert not choices["fact_ids"].map(lambda cell: len(set(cell.split())) < len(cell.split())).any()
    assert set(choices["chosen_source_id"]) <= {*sources["source_id"], ""}


def test_events_are_in_the_years_studied_and_never_a_forecast() -> None:
    events, facts = tidy_events(PROJECT.coding), tidy_facts(PROJECT.raw, PROJECT.coding)
    assert events["source_id"].isin(read_sources(PROJECT.raw)["source_id"]).all()
    years = pd.to_datetime(events["date_start"]).dt.year
    assert (years.min(), years.max()) == (2012, 2024)
    behind = facts[facts["fact_id"].isin(" ".join(events["fact_ids"]).split())]
    dated = behind[behind["measure"].isin(["inspection_date", "publication_date"])]
    assert len(dated) and not dated["certainty"].eq("forecast").any()


def test_a_repeated_event_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"events\.csv, row 3: expected a new .* again"):
        tidy_events(write_coding(tmp_path, "events.csv", EVENT_COLUMNS, EVENT, EVENT))


def test_every_disputed_fact_exists() -> None:
    facts = tidy_facts(PROJECT.raw, PROJECT.coding)
    disputed = set(" ".join(read_choices(PROJECT.coding)["disputed_fact_ids"]).split())
    assert disputed == set(facts.loc[facts["status"] == "disputed", "fact_id"])


def test_every_silence_has_a_consequence():
    silences = tidy_silences(PROJECT.coding)
    assert silences["silence_id"].tolist() == [f"S{number:02}" for number in range(1, len(silences) + 1)]
    assert (silences[["area", "not_said", "consequence"]] != "").all(axis=None)
    assert silences["area"].is_unique


def test_a_repeated_silence_is_refused(tmp_path):
    row = dict.fromkeys(SILENCE_COLUMNS, "S01")
    pd.DataFrame([row, row]).to_csv(tmp_path / "silences.csv", index=False)
    with pytest.raises(DataError, match="S01"):
        tidy_silences(tmp_path)


def test_the_facts_confirm_the_silences():
    facts = load_table("facts")
    assert facts.loc[facts["claim_type"] == "caseload", "unit"].eq("word").all()
    assert facts.loc[facts["measure"] == "overspend", "value_as_stated"].unique().tolist() == ["£15.6m"]
    assert facts.loc[facts["measure"] == "cost_of_failing", "unit"].eq("word").all()
    assert not facts["area"].eq("adoption").any()
    grades = facts[facts["measure"] == "grade"]
    years = grades.groupby(grades["period_start"].dt.year)["area"].unique().map(sorted)
    assert years[2012] == ["looked_after", "safeguarding"]
    assert years[2015] == ["children_in_care", "overall"]
    assert not grades["source_id"].eq("ofsted-letter-2021").any()
    letter = facts[facts["source_id"] == "ofsted-letter-2021"]
    assert not letter["area"].isin(["front_door", "domestic_abuse", "early_help", "help_and_protection"]).any()
    assert not facts["quote"].str.contains(re.compile(r"\b(?:Lambeth|Southwark|Greenwich)\b")).any()
