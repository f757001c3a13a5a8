"""The coding as it stands: facts, vocabulary, readings, choices and events agree with each other and with the texts."""

from __future__ import annotations

import hashlib
import re

import pandas as pd
import pytest

from lewisham_study.csvfiles import read_csv
from lewisham_study.paths import find_project
from lewisham_study.raw.facts import FACT_COLUMNS
from lewisham_study.raw.sources import SOURCE_COLUMNS

PROJECT = find_project()
DOCUMENTS = PROJECT.root.parent / "shared" / "sources"
CHOICE_COLUMNS = [
    "conflict_id",
    "question",
    "fact_ids",
    "disputed_fact_ids",
    "chosen_fact_id",
    "chosen_source_id",
    "reason",
    "confidence",
]
EVENT_COLUMNS = ["event_id", "date_start", "date_end", "precision", "kind", "title", "fact_ids", "source_id"]
READING_COLUMNS = ["fact_id", "field", "reading", "reason"]
VOCABULARY_COLUMNS = ["field", "value", "value_kind", "unit", "description"]
# Lines of a hard-wrapped document within which a value must stand.
NEAR = 3
PLAIN = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "\u00a0": " ", "\f": " "})


def read_sources() -> pd.DataFrame:
    return read_csv(PROJECT.raw / "sources.csv", SOURCE_COLUMNS, ["source_id"]).set_index("source_id")


def read_coded() -> pd.DataFrame:
    """All facts, in the order of the documents."""
    sources = read_sources()
    files = sorted((PROJECT.raw / "facts").glob("*.csv"), key=lambda path: str(sources.loc[path.stem, "file"]))
    return pd.concat([read_csv(path, FACT_COLUMNS, ["fact_id"]).assign(source_id=path.stem) for path in files])


FACTS = read_coded().reset_index(drop=True)
VOCABULARY = read_csv(PROJECT.coding / "fact_vocabulary.csv", VOCABULARY_COLUMNS, ["field", "value"])
READINGS = read_csv(PROJECT.coding / "fact_readings.csv", READING_COLUMNS, ["fact_id", "field"])
CHOICES = read_csv(PROJECT.coding / "choices.csv", CHOICE_COLUMNS, ["conflict_id"])
EVENTS = read_csv(PROJECT.coding / "events.csv", EVENT_COLUMNS, ["event_id"])


def split_ids(cells: pd.Series) -> set[str]:
    return {fact_id for cell in cells for fact_id in cell.split()}


def test_all_five_documents_are_coded_and_numbered_in_order() -> None:
    held = read_sources().query("kind in ['news', 'letter'] and file != ''").sort_values("file").index
    assert FACTS["source_id"].drop_duplicates().tolist() == held.tolist()
    for source_id, coded in FACTS.groupby("source_id"):
        assert coded["fact_id"].tolist() == [f"{source_id}-{number:03}" for number in range(1, len(coded) + 1)]


def test_quotes_only_find_the_place() -> None:
    words = FACTS["quote"].map(lambda quote: len(quote.split()))
    assert words.between(1, 12).all(), FACTS.loc[~words.between(1, 12), "fact_id"].tolist()


def test_no_two_facts_of_a_document_state_the_same_unmarked() -> None:
    first = FACTS[(FACTS["same_as"] == "") & (FACTS["value_as_stated"] != "")]
    key = ["source_id", "locator", "area", "measure", "value_as_stated", "coder_note"]
    assert not first.duplicated(key).any(), first.loc[first.duplicated(key, keep=False), ["fact_id", *key]]


@pytest.mark.parametrize("field", ["claim_type", "area", "measure", "certainty"])
def test_every_word_is_in_the_vocabulary(field: str) -> None:
    known = set(VOCABULARY.loc[VOCABULARY["field"] == field, "value"])
    assert set(FACTS[field]) <= known


def test_every_measure_has_a_kind_and_is_used() -> None:
    measures = VOCABULARY[VOCABULARY["field"] == "measure"]
    kinds = {"money", "count", "share", "duration", "grade", "date", "direction", "word", "none"}
    assert set(measures["value_kind"]) <= kinds
    assert set(measures["value"]) == set(FACTS["measure"])
    assert (VOCABULARY["description"] != "").all()


def test_a_repeat_names_an_earlier_first_statement() -> None:
    place = dict(zip(FACTS["fact_id"], FACTS.index, strict=True))
    repeats = FACTS[FACTS["same_as"] != ""]
    assert len(repeats) > 0
    assert repeats["same_as"].isin(FACTS.loc[FACTS["same_as"] == "", "fact_id"]).all()
    assert all(place[row["same_as"]] < place[row["fact_id"]] for row in repeats.to_dict("records"))


def test_a_reading_is_of_something_printed() -> None:
    printed = FACTS.set_index("fact_id")
    for row in READINGS.to_dict("records"):
        assert row["field"] in ("value", "period"), row["fact_id"]
        assert printed.loc[row["fact_id"], f"{row['field']}_as_stated"], row["fact_id"]
        assert row["reading"], row["fact_id"]
        assert row["reason"], row["fact_id"]


def test_choices_cover_every_known_conflict() -> None:
    assert {f"C{number}" for number in range(1, 24)} <= set(CHOICES["conflict_id"])
    assert (CHOICES[["question", "fact_ids", "reason"]] != "").all(axis=None)
    assert CHOICES["confidence"].isin(["high", "medium", "low"]).all()


def test_a_choice_is_of_a_rival_or_of_a_source() -> None:
    sources = set(read_sources().index)
    for row in CHOICES.to_dict("records"):
        rivals = row["fact_ids"].split()
        assert len(set(rivals)) == len(rivals), row["conflict_id"]
        assert {*row["disputed_fact_ids"].split(), *row["chosen_fact_id"].split()} <= set(rivals), row["conflict_id"]
        assert row["chosen_fact_id"] not in row["disputed_fact_ids"].split(), row["conflict_id"]
        assert not (row["chosen_fact_id"] and row["chosen_source_id"]), row["conflict_id"]
        assert row["chosen_source_id"] in sources | {""}, row["conflict_id"]


def test_choices_and_events_speak_of_facts_that_exist() -> None:
    cited = split_ids(CHOICES["fact_ids"]) | split_ids(EVENTS["fact_ids"]) | set(READINGS["fact_id"])
    assert cited <= set(FACTS["fact_id"])


def test_events_are_dated_as_finely_as_they_say() -> None:
    assert EVENTS["source_id"].isin(read_sources().index).all()
    start, end = pd.to_datetime(EVENTS["date_start"]), pd.to_datetime(EVENTS["date_end"])
    most = EVENTS["precision"].map({"day": 30, "month": 31, "quarter": 92, "year": 800})
    assert (end >= start).all()
    assert ((end - start).dt.days < most).all()
    assert start.dt.year.min() == 2012
    assert end.dt.year.max() == 2024


def test_no_grade_is_coded_for_an_ungraded_visit() -> None:
    grades = FACTS[FACTS["measure"] == "grade"]
    assert not (grades["source_id"] == "ofsted-letter-2021").any()
    assert not grades["period_as_stated"].isin(["in May", "21 and 22 July 2021"]).any()


def test_the_share_is_no_caseload_and_the_missing_part_no_zero() -> None:
    share = FACTS[FACTS["value_as_stated"] == "80 per cent"]
    assert share["measure"].tolist() == ["share_of_cases_linked_to_domestic_abuse"]
    assert set(FACTS.loc[FACTS["claim_type"] == "caseload", "value_as_stated"]) == {"too big", "manageable"}
    parts = FACTS[FACTS["measure"] == "overspend_component"].set_index("area")["value_as_stated"]
    assert parts["other_placements"] == ""
    assert sorted(parts) == ["", "£1.8m", "£2.0m", "£3.2m", "£7.5m"]


def read_document(source_id: str) -> list[str]:
    """The lines of a document, or skip; a document that is there but not the coded one fails."""
    if not DOCUMENTS.is_dir():
        pytest.skip("the documents are not beside the project (../shared/sources)")
    source = read_sources().loc[source_id]
    data = (DOCUMENTS / str(source["file"])).read_bytes()
    assert hashlib.sha256(data).hexdigest() == source["sha256"]
    return data.decode("utf-8").split("\n")


def plain(text: str) -> str:
    return " ".join(text.translate(PLAIN).split()).lower()


def find_places(locator: str, lines: list[str]) -> tuple[str, str, str]:
    """The place a locator names, with what a quote may run on into, and with what lies near."""
    first = int(re.sub(r"^[pl](\d+).*", r"\1", locator))
    if locator.startswith("p"):
        paragraph = [line for line in lines if line.strip()][first - 1]
        return plain(paragraph), plain(paragraph), plain(paragraph)
    last = int(locator.rsplit("l", 1)[1])
    here = plain(" ".join(lines[first - 1 : last]))
    return (
        here,
        plain(" ".join(lines[first - 1 : last + NEAR])),
        plain(" ".join(lines[max(first - 1 - NEAR, 0) : last + NEAR])),
    )


@pytest.mark.parametrize("source_id", FACTS["source_id"].unique())
def test_every_quote_stands_at_its_locator(source_id: str) -> None:
    lines = read_document(source_id)
    missed = []
    for fact in FACTS[FACTS["source_id"] == source_id].to_dict("records"):
        here, runs_on, _ = find_places(fact["locator"], lines)
        if not 0 <= runs_on.find(plain(fact["quote"])) < len(here):
            missed.append((fact["fact_id"], fact["locator"], fact["quote"]))
    assert not missed


@pytest.mark.parametrize("source_id", FACTS["source_id"].unique())
def test_every_value_stands_near_its_quote_and_every_period_in_the_document(source_id: str) -> None:
    lines = read_document(source_id)
    whole = plain(" ".join(lines))
    missed = []
    for fact in FACTS[FACTS["source_id"] == source_id].to_dict("records"):
        near = find_places(fact["locator"], lines)[2]
        if plain(fact["value_as_stated"]) not in near or plain(fact["period_as_stated"]) not in whole:
            missed.append((fact["fact_id"], fact["value_as_stated"], fact["period_as_stated"]))
    assert not missed
