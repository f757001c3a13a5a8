"""Typed facts: values and periods parsed from the print, or from a reading of it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.paths import find_project
from lewisham_study.raw.facts import FACT_COLUMNS, read_facts
from lewisham_study.raw.sources import SOURCE_COLUMNS, parse_published, read_sources
from lewisham_study.tidy.evidence import CHOICE_COLUMNS
from lewisham_study.tidy.facts import (
    READING_COLUMNS,
    TIDY_COLUMNS,
    VOCABULARY_COLUMNS,
    parse_value,
    read_kinds,
    read_readings,
    tidy_facts,
)
from lewisham_study.tidy.parsing.numbers import TokenError
from lewisham_study.tidy.schemas import find_breaches, read_tables
from lewisham_study.tidy.tables import type_table

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
    assert facts.columns.tolist() == TIDY_COLUMNS
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
    write(folders[1] / "choices.csv", CHOICE_COLUMNS, choice | {"chosen_fact_id": "paper-001"})
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
