"""Choices, events and silences: the rules of each row, and the rows in the project."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.paths import find_project
from lewisham_study.raw.facts import FACT_COLUMNS, read_facts
from lewisham_study.raw.sources import SOURCE_COLUMNS, parse_published, read_sources
from lewisham_study.tidy.evidence import (
    ARRANGEMENT_COLUMNS,
    CHOICE_COLUMNS,
    DOCUMENT_COLUMNS,
    EVENT_COLUMNS,
    READING_COLUMNS,
    VOCABULARY_COLUMNS,
    parse_value,
    read_choices,
    read_kinds,
    read_readings,
    select_standing,
    tidy_arrangements,
    tidy_events,
    tidy_facts,
    tidy_sources,
)
from lewisham_study.tidy.parsing.numbers import TokenError
from lewisham_study.tidy.schemas import find_breaches, find_orphans, read_tables, read_written
from lewisham_study.tidy.tables import load_table, type_table

PROJECT = find_project()
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
    conflicts = read_choices(write_coding(tmp_path, "choices.csv", CHOICE_COLUMNS, choice))
    assert conflicts.loc[0, "fact_ids"] == "a-001 a-002 b-001"
    assert conflicts.loc[0, "chosen_fact_id"] == "a-001"


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


def test_a_choice_made_again_is_kept_and_disputes_nothing(tmp_path: Path) -> None:
    old = CHOICE | {"conflict_id": "C1a", "disputed_fact_ids": "a-002", "superseded_by": "C1"}
    write_coding(tmp_path, "choices.csv", CHOICE_COLUMNS, CHOICE | {"decided": "2026-11-30"}, old)
    choices = read_choices(tmp_path)
    assert choices["conflict_id"].tolist() == ["C1", "C1a"]
    assert select_standing(choices)["disputed_fact_ids"].tolist() == [""]
    assert read_choices(tmp_path)["superseded_by"].tolist() == ["", "C1"]


@pytest.mark.parametrize(
    ("choice", "found"),
    [
        ({"superseded_by": "C2"}, "'C2'"),
        ({"superseded_by": "C0"}, "'C0'"),
        ({"superseded_by": "C1"}, "'C1'"),
        ({"decided": "2026-11-29", "superseded_by": "C0"}, "'C0'"),
        ({"decided": "yesterday"}, "Invalid isoformat string: 'yesterday'"),
        ({"decided": ""}, "Invalid isoformat string: ''"),
    ],
)
def test_a_choice_superseded_by_no_later_current_choice_is_refused(
    tmp_path: Path, choice: dict[str, str], found: str
) -> None:
    write_coding(tmp_path, "choices.csv", CHOICE_COLUMNS, CHOICE | {"conflict_id": "C0"}, CHOICE | choice)
    with pytest.raises(DataError) as error:
        read_choices(tmp_path)
    assert error.value.row == 3 and error.value.found == found and error.value.hint


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
    assert "['paper', 'table']" in error.value.found


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
        "conflicts": read_choices(PROJECT.coding),
        "events": tidy_events(PROJECT.coding),
    }
    frames = {name: type_table(frame, tables[name]) for name, frame in made.items()}
    assert [str(breach) for name in made for breach in find_breaches(frames[name], tables[name])] == []
    assert [str(orphan) for orphan in find_orphans(frames, tables)] == []


def test_choices_cover_every_known_conflict() -> None:
    choices, sources = read_choices(PROJECT.coding), read_sources(PROJECT.raw)
    standing = select_standing(choices)
    assert standing["conflict_id"].tolist() == [f"C{number}" for number in range(1, 29)]
    superseded = choices[choices["superseded_by"] != ""]
    assert superseded["conflict_id"].tolist() == ["C2a", "C3a", "C11a", "C12a", "C19a"]
    assert (superseded["superseded_by"] == superseded["conflict_id"].str.removesuffix("a")).all()
    assert (choices[["question", "fact_ids", "reason"]] != "").all(axis=None)
    assert choices["confidence"].isin(["high", "medium", "low"]).all()
    assert not choices["fact_ids"].map(lambda cell: len(set(cell.split())) < len(cell.split())).any()
    assert set(choices["chosen_source_id"]) <= {*sources["source_id"], ""}


def test_events_are_in_the_years_studied_and_never_a_forecast() -> None:
    events, facts = tidy_events(PROJECT.coding), tidy_facts(PROJECT.raw, PROJECT.coding)
    assert events["source_id"].isin(read_sources(PROJECT.raw)["source_id"]).all()
    years = pd.to_datetime(events["date_start"]).dt.year
    assert (years.min(), years.max()) == (2012, 2025)
    behind = facts[facts["fact_id"].isin(" ".join(events["fact_ids"]).split())]
    dated = behind[behind["measure"].isin(["inspection_date", "publication_date"])]
    assert len(dated) and not dated["certainty"].eq("forecast").any()


def test_a_repeated_event_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"events\.csv, row 3: expected a new .* again"):
        tidy_events(write_coding(tmp_path, "events.csv", EVENT_COLUMNS, EVENT, EVENT))


def test_every_disputed_fact_exists() -> None:
    facts = tidy_facts(PROJECT.raw, PROJECT.coding)
    disputed = set(" ".join(select_standing(read_choices(PROJECT.coding))["disputed_fact_ids"]).split())
    assert disputed == set(facts.loc[facts["status"] == "disputed", "fact_id"])


def test_every_silence_has_a_consequence():
    silences = read_written("silences", PROJECT.coding)
    assert silences["silence_id"].tolist() == [f"S{number:02}" for number in range(1, len(silences) + 1)]
    assert (silences[["area", "not_said", "consequence"]] != "").all(axis=None)
    assert silences["area"].is_unique


def test_a_repeated_silence_is_refused(tmp_path):
    row = dict.fromkeys(["silence_id", "la_code", "area", "not_said", "consequence"], "S01")
    pd.DataFrame([row, row]).to_csv(tmp_path / "silences.csv", index=False)
    with pytest.raises(DataError, match="S01"):
        read_written("silences", PROJECT.coding, tmp_path)


def test_the_facts_of_the_five_documents_confirm_the_silences():
    facts, sources = load_table("facts"), load_table("sources")
    assert facts.loc[facts["area"] == "adoption", "source_id"].tolist() == ["ofsted-lewisham-2016"]
    facts = facts[facts["source_id"].isin(sources.loc[sources["coded"] == "whole", "source_id"])]
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


def test_a_long_quote_of_a_report_is_refused(tmp_path):
    row = ["x", "209", "trust", "A", "2018", "", "s", "f.txt, page 1", " ".join(["word"] * 13), ""]
    pd.DataFrame([row], columns=ARRANGEMENT_COLUMNS).to_csv(tmp_path / "arrangements.csv", index=False)
    with pytest.raises(DataError, match="a quote of at most 12 words"):
        tidy_arrangements(tmp_path)


SOURCE = {
    "source_id": "paper",
    "kind": "news",
    "publisher": "The Paper",
    "title": "A title",
    "published": "2020-01-24",
    "published_basis": "inferred",
    "licence": "all rights reserved",
    "sha256": "0" * 64,
    "file": "paper.txt",
}
FACT = {"locator": "p4", "quote": "a quote", "claim_type": "rating", "area": "overall", "certainty": "stated_fact"}
KINDS = ["money", "count", "duration", "grade", "date", "word", "none"]


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    raw, coding = tmp_path / "raw", tmp_path / "coding"
    (raw / "facts").mkdir(parents=True)
    coding.mkdir()
    words = [("claim_type", "rating", ""), ("area", "overall", ""), *(("measure", kind, kind) for kind in KINDS)]
    vocabulary = [{"field": field, "value": value, "value_kind": kind} for field, value, kind in words]
    vocabulary[KINDS.index("count") + 2]["unit"] = "cases"
    write(coding / "fact_vocabulary.csv", VOCABULARY_COLUMNS, *vocabulary)
    write(coding / "fact_readings.csv", READING_COLUMNS)
    write(coding / "choices.csv", CHOICE_COLUMNS)
    write(raw / "sources.csv", SOURCE_COLUMNS, SOURCE)
    return raw, coding


def write(path: Path, columns: list[str], *rows: dict[str, str]) -> None:
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)


def tidy(folders: tuple[Path, Path], *rows: dict[str, str]) -> pd.DataFrame:
    raw, coding = folders
    facts = [FACT | {"fact_id": f"paper-{number:03}"} | row for number, row in enumerate(rows, 1)]
    write(raw / "facts" / "paper.csv", FACT_COLUMNS, *facts)
    return tidy_facts(raw, coding)


@pytest.mark.parametrize(
    ("measure", "printed", "certainty", "cells"),
    [
        ("money", "£15.6m", "stated_fact", ("15600000", "15600000", "15600000", "pounds", "exact")),
        ("money", "£2.0m", "stated_fact", ("2000000", "2000000", "2000000", "pounds", "exact")),
        ("count", "at least 200", "forecast", ("200", "200", "", "cases", "at_least")),
        ("count", "20", "forecast", ("20", "", "", "cases", "expected")),
        ("duration", "three-week", "forecast", ("3", "", "", "weeks", "expected")),
        ("duration", "minimum of two years", "forecast", ("2", "2", "", "years", "at_least")),
        ("grade", "‘requires improvement’", "forecast", ("requires_improvement", "", "", "grade", "exact")),
        ("date", "in July", "stated_fact", ("2019-07-01/2019-07-31", "", "", "date", "exact")),
        ("date", "in July", "forecast", ("2020-07-01/2020-07-31", "", "", "date", "expected")),
        ("date", "last night (January 23)", "stated_fact", ("2020-01-23", "", "", "date", "exact")),
        ("date", "by 2015", "stated_fact", ("../2015-12-31", "", "", "date", "exact")),
        ("word", "“underdeveloped,”", "opinion", ("underdeveloped", "", "", "word", "exact")),
        ("money", "", "stated_fact", ("", "", "", "", "")),
        ("none", "", "stated_fact", ("", "", "", "", "")),
    ],
)
def test_a_value_is_typed_by_its_measure(
    folders: tuple[Path, Path], measure: str, printed: str, certainty: str, cells: tuple[str, ...]
) -> None:
    facts = tidy(folders, {"measure": measure, "value_as_stated": printed, "certainty": certainty})
    assert tuple(facts.loc[0, ["value", "value_low", "value_high", "unit", "qualifier"]]) == cells
    assert facts.loc[0, "value_as_stated"] == printed


def test_a_period_is_relative_to_the_date_of_the_document(folders: tuple[Path, Path]) -> None:
    rows = [{"measure": "none", "period_as_stated": period} for period in ("in July", "2015", "", "before 2015")]
    facts = tidy(folders, *rows)
    assert facts["period_start"].tolist() == ["2019-07-01", "2015-01-01", "", ""]
    assert facts["period_end"].tolist() == ["2019-07-31", "2015-12-31", "", "2014-12-31"]
    assert facts["period_basis"].tolist() == ["inferred", "stated", "none", "stated"]


def test_a_reading_replaces_the_print_and_its_basis_is_inferred(folders: tuple[Path, Path]) -> None:
    readings = [
        {"fact_id": "paper-001", "field": "value", "reading": "requires improvement", "reason": "the rating before"},
        {"fact_id": "paper-001", "field": "period", "reading": "2015", "reason": "the inspection before"},
    ]
    write(folders[1] / "fact_readings.csv", READING_COLUMNS, *readings)
    fact = {"measure": "grade", "value_as_stated": "the same rating", "period_as_stated": "last time"}
    tidied = tidy(folders, fact).iloc[0]
    assert tidied["value"] == "requires_improvement" and tidied["value_as_stated"] == "the same rating"
    assert (tidied["period_start"], tidied["period_basis"]) == ("2015-01-01", "inferred")


def test_repeats_and_disputed_facts_have_a_status(folders: tuple[Path, Path]) -> None:
    choice = {"conflict_id": "C1", "fact_ids": "paper-001 paper-003", "disputed_fact_ids": "paper-003"}
    old = choice | {"conflict_id": "C1a", "disputed_fact_ids": "paper-001", "superseded_by": "C1"}
    rows = choice | {"chosen_fact_id": "paper-001", "decided": "2026-11-30"}, old | {"decided": "2026-11-23"}
    write(folders[1] / "choices.csv", CHOICE_COLUMNS, *rows)
    facts = tidy(folders, {"measure": "none"}, {"measure": "none", "same_as": "paper-001"}, {"measure": "none"})
    assert facts["status"].tolist() == ["accepted", "repeat", "disputed"]


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        ({"measure": "grade", "value_as_stated": "the same rating"}, "requiring improvement"),
        ({"measure": "money", "value_as_stated": "a huge price tag"}, "£15.6m"),
        ({"measure": "none", "value_as_stated": "20"}, "an empty cell"),
        ({"measure": "none", "period_as_stated": "soon"}, "in the next few weeks"),
        ({"measure": "unheard", "value_as_stated": "20"}, "a known measure"),
        ({"measure": "none", "area": "elsewhere"}, "a known area"),
    ],
)
def test_an_unreadable_token_is_refused_with_file_row_and_forms(
    folders: tuple[Path, Path], fact: dict[str, str], expected: str
) -> None:
    with pytest.raises(DataError) as error:
        tidy(folders, {"measure": "none"}, fact)
    assert str(error.value.file).endswith("facts/paper.csv") and error.value.row == 3
    assert expected in error.value.expected + error.value.hint and error.value.hint
    assert str(error.value).index(", found ") < 500, "the text found comes before a long list of forms"


@pytest.mark.parametrize("reading", [("paper-009", "value"), ("paper-001", "speaker"), ("paper-001", "period")])
def test_a_reading_of_nothing_printed_is_refused(folders: tuple[Path, Path], reading: tuple[str, str]) -> None:
    row = {"fact_id": reading[0], "field": reading[1], "reading": "2015", "reason": "because"}
    write(folders[1] / "fact_readings.csv", READING_COLUMNS, row)
    with pytest.raises(DataError, match="a reading needs a fact with something printed there") as error:
        tidy(folders, {"measure": "count", "value_as_stated": "20"})
    assert error.value.row == 2


def test_every_word_is_in_the_vocabulary_with_its_meaning() -> None:
    project = find_project()
    facts = read_facts(project.raw)
    vocabulary = read_csv(project.coding / "fact_vocabulary.csv", VOCABULARY_COLUMNS, ["field", "value"])
    assert set(facts["measure"]) <= set(read_kinds(project.coding, facts))
    assert set(facts["certainty"]) == set(vocabulary.loc[vocabulary["field"] == "certainty", "value"])
    assert (vocabulary["description"] != "").all()
    measures = vocabulary[vocabulary["field"] == "measure"]
    kinds = {"money", "count", "share", "duration", "grade", "date", "direction", "word", "none"}
    assert set(measures["value_kind"]) <= kinds
    assert set(measures["value"]) == set(facts["measure"])


def test_every_reading_has_a_reason() -> None:
    project = find_project()
    readings = read_csv(project.coding / "fact_readings.csv", READING_COLUMNS, ["fact_id", "field"])
    assert len(read_readings(project.coding, read_facts(project.raw))) == len(readings)
    assert (readings[["reading", "reason"]] != "").all(axis=None)


def test_every_reading_differs_from_what_the_parser_makes_of_the_print() -> None:
    project = find_project()
    facts = read_facts(project.raw)
    published = read_sources(project.raw).set_index("source_id")["published"].map(parse_published)
    kinds, readings = read_kinds(project.coding, facts), read_readings(project.coding, facts)
    coded = facts.set_index("fact_id").to_dict("index")
    assert readings
    for (fact_id, field), reading in readings.items():
        fact = coded[fact_id]
        kind = kinds[fact["measure"]] if field == "value" else ("date", "date")
        seen = published[fact["source_id"]], fact["certainty"] == "forecast"
        try:
            printed = parse_value(fact[f"{field}_as_stated"], kind, *seen)
        except TokenError:
            continue
        assert parse_value(reading, kind, *seen) != printed, (fact_id, field)


def test_all_facts_in_the_project_are_typed_and_keep_their_schema() -> None:
    project = find_project()
    printed, facts = read_facts(project.raw), tidy_facts(project.raw, project.coding)
    table = read_tables(project.coding)["facts"]
    assert find_breaches(type_table(facts, table), table) == []
    assert len(facts) == len(printed)
    assert ((facts["value"] == "") == (facts["value_as_stated"] == "")).all()
    assert ((facts["period_basis"] == "none") == (facts["period_as_stated"] == "")).all()
