"""The coding as it stands: facts, vocabulary, readings, choices and events agree with each other and with the texts."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.paths import find_project
from lewisham_study.raw.documents import CODED_KINDS, list_unread, verify_documents
from lewisham_study.raw.facts import parse_locator, read_facts
from lewisham_study.raw.sources import parse_published
from lewisham_study.tidy.coding import read_corrections
from lewisham_study.tidy.evidence import read_choices, select_standing, tidy_events, tidy_sources
from lewisham_study.tidy.facts import READING_COLUMNS, VOCABULARY_COLUMNS, read_kinds, read_readings
from lewisham_study.tidy.measures import tidy_prices
from lewisham_study.tidy.schemas import read_tables

PROJECT = find_project()
SHARED = PROJECT.root.parent / "shared"
DOCUMENTS = [SHARED / "sources", SHARED / "data" / "official" / "inspections" / "report_texts"]
SOURCES = tidy_sources(PROJECT.raw, PROJECT.coding).set_index("source_id")
WHOLE = SOURCES.index[SOURCES["coded"] == "whole"]


def read_in_order() -> pd.DataFrame:
    """All facts, in the order in which the documents surely were out."""
    facts = read_facts(PROJECT.raw)
    order = facts["source_id"].map(SOURCES["published"].map(lambda published: parse_published(published)[1]))
    return facts.iloc[order.argsort(kind="stable")].reset_index(drop=True)


FACTS = read_in_order()
VOCABULARY = read_csv(PROJECT.coding / "fact_vocabulary.csv", VOCABULARY_COLUMNS, ["field", "value"])
READINGS = read_csv(PROJECT.coding / "fact_readings.csv", READING_COLUMNS, ["fact_id", "field"])
CHOICES = read_choices(PROJECT.coding)
EVENTS = tidy_events(PROJECT.coding)


def split_ids(cells: pd.Series) -> set[str]:
    return {fact_id for cell in cells for fact_id in cell.split()}


def test_all_five_documents_are_coded_whole_and_six_texts_of_ofsted_in_part() -> None:
    assert sorted(WHOLE) == [
        "london-news-online-2024",
        "news-shopper-2018",
        "news-shopper-2019",
        "news-shopper-2020",
        "ofsted-letter-2021",
    ]
    held = SOURCES[SOURCES["kind"].isin(CODED_KINDS)]
    assert set(held.index) <= set(FACTS["source_id"])
    others = FACTS[~FACTS["source_id"].isin(WHOLE)]
    assert others.groupby("source_id").size().to_dict() == {
        "ofsted-jtai-2023": 4,
        "ofsted-letter-2018": 33,
        "ofsted-letter-2025": 3,
        "ofsted-lewisham-2016": 15,
        "ofsted-lewisham-2019": 4,
        "ofsted-lewisham-2024": 1,
    }


def test_letters_have_the_dates_that_ofsted_published_them_on() -> None:
    letters = SOURCES.loc[SOURCES["kind"] == "letter", ["published", "published_basis"]]
    assert letters["published"].to_dict() == {
        "ofsted-jtai-2023": "2023-01-31",
        "ofsted-letter-2018": "2018-09-28",
        "ofsted-letter-2021": "2021-08-31",
        "ofsted-letter-2025": "2025-06-03",
    }
    assert set(letters["published_basis"]) == {"official"}


def test_the_article_of_2018_repeats_the_letter_where_it_quotes_it() -> None:
    article = FACTS[(FACTS["source_id"] == "news-shopper-2018") & FACTS["same_as"].str.startswith("ofsted-letter-2018")]
    assert article["locator"].tolist() == ["p7", "p8", "p8", "p8", "p16", "p17"]
    letter = FACTS.set_index("fact_id").loc[article["same_as"]]
    assert letter["value_as_stated"].str.lower().tolist() == article["value_as_stated"].str.lower().tolist()
    omitted = FACTS[FACTS["coder_note"].str.contains("article leaves it out")]
    assert set(omitted["source_id"]) == {"ofsted-letter-2018"} and len(omitted) == 12


@pytest.mark.parametrize("source_id", FACTS["source_id"].unique())
def test_rows_stand_in_the_order_of_the_document_and_no_number_is_lost(source_id: str) -> None:
    coded = FACTS[FACTS["source_id"] == source_id]
    places = [parse_locator(locator)[1] for locator in coded["locator"]]
    assert places == sorted(places)
    numbers = coded["fact_id"].str.rsplit("-", n=1).str[-1].astype(int)
    assert sorted(numbers) == list(range(1, len(coded) + 1))


def test_no_two_facts_of_a_document_state_the_same_unmarked() -> None:
    first = FACTS[(FACTS["same_as"] == "") & (FACTS["value_as_stated"] != "")]
    key = ["source_id", "locator", "area", "measure", "value_as_stated", "coder_note"]
    assert not first.duplicated(key).any(), first.loc[first.duplicated(key, keep=False), ["fact_id", *key]]


def test_every_word_is_in_the_vocabulary_with_its_meaning() -> None:
    assert set(FACTS["measure"]) <= set(read_kinds(PROJECT.coding, FACTS))
    assert set(FACTS["certainty"]) == set(VOCABULARY.loc[VOCABULARY["field"] == "certainty", "value"])
    assert (VOCABULARY["description"] != "").all()


def test_every_measure_has_a_kind_and_is_used() -> None:
    measures = VOCABULARY[VOCABULARY["field"] == "measure"]
    kinds = {"money", "count", "share", "duration", "grade", "date", "direction", "word", "none"}
    assert set(measures["value_kind"]) <= kinds
    assert set(measures["value"]) == set(FACTS["measure"])


def test_a_repeat_follows_what_it_repeats() -> None:
    place = dict(zip(FACTS["fact_id"], FACTS.index, strict=True))
    repeats = FACTS[FACTS["same_as"] != ""]
    assert len(repeats) > 0
    assert all(place[row["same_as"]] < place[row["fact_id"]] for row in repeats.to_dict("records"))


def test_a_reading_is_of_something_printed_and_says_why() -> None:
    assert len(read_readings(PROJECT.coding, FACTS)) == len(READINGS)
    assert (READINGS[["reading", "reason"]] != "").all(axis=None)


def test_choices_cover_every_known_conflict() -> None:
    standing = select_standing(CHOICES)
    assert standing["conflict_id"].tolist() == [f"C{number}" for number in range(1, 29)]
    superseded = CHOICES[CHOICES["superseded_by"] != ""]
    assert superseded["conflict_id"].tolist() == ["C2a", "C3a", "C11a", "C12a", "C19a"]
    assert (superseded["superseded_by"] == superseded["conflict_id"].str.removesuffix("a")).all()
    assert (CHOICES[["question", "fact_ids", "reason"]] != "").all(axis=None)
    assert CHOICES["confidence"].isin(["high", "medium", "low"]).all()
    assert not CHOICES["fact_ids"].map(lambda cell: len(set(cell.split())) < len(cell.split())).any()
    assert set(CHOICES["chosen_source_id"]) <= {*SOURCES.index, ""}


def test_choices_and_events_speak_of_facts_that_exist() -> None:
    assert split_ids(CHOICES["fact_ids"]) | split_ids(EVENTS["fact_ids"]) <= set(FACTS["fact_id"])


def test_events_are_of_the_years_studied_and_never_of_a_forecast() -> None:
    assert EVENTS["source_id"].isin(SOURCES.index).all()
    years = pd.to_datetime(EVENTS["date_start"]).dt.year
    assert (years.min(), years.max()) == (2012, 2025)
    told = FACTS[FACTS["fact_id"].isin(split_ids(EVENTS["fact_ids"]))]
    dated = told[told["measure"].isin(["inspection_date", "publication_date"])]
    assert len(dated) and not dated["certainty"].eq("forecast").any()


def test_no_grade_is_coded_for_an_ungraded_visit() -> None:
    grades = FACTS[FACTS["measure"] == "grade"]
    assert not grades["source_id"].isin(SOURCES.index[SOURCES["kind"] == "letter"]).any()
    assert not grades["period_as_stated"].isin(["in May", "21 and 22 July 2021"]).any()


def test_the_share_is_no_caseload_and_the_missing_part_no_zero() -> None:
    share = FACTS[FACTS["value_as_stated"] == "80 per cent"]
    assert share["measure"].tolist() == ["share_of_cases_linked_to_domestic_abuse"]
    told = FACTS[FACTS["source_id"].isin(["news-shopper-2018", "news-shopper-2020", "ofsted-letter-2021"])]
    assert set(told.loc[told["claim_type"] == "caseload", "value_as_stated"]) == {"too big", "manageable"}
    added = FACTS[~FACTS["source_id"].isin(WHOLE) & (FACTS["claim_type"] == "caseload")]
    assert added["value_as_stated"].tolist() == ["manageable", "reduced", "too high in some areas"]
    parts = told[told["measure"] == "overspend_component"].set_index("area")["value_as_stated"]
    assert parts["other_placements"] == ""
    assert sorted(parts) == ["", "£1.8m", "£2.0m", "£3.2m", "£7.5m"]


@pytest.mark.shared
def test_the_coding_agrees_with_the_texts() -> None:
    if not all(folder.is_dir() for folder in DOCUMENTS):
        pytest.skip("no documents in ../shared: data/raw/sources.csv says who published each")
    problems = verify_documents(PROJECT.raw, DOCUMENTS)
    assert problems.empty, problems.to_string()
    assert list_unread(PROJECT.raw, DOCUMENTS) == []


@pytest.mark.parametrize(
    ("file", "read"),
    [
        ("corrections.csv", lambda coding: read_corrections(coding, "spend")),
        ("events.csv", lambda coding: tidy_events(coding)),
        ("tables.csv", lambda coding: read_tables(coding)),
        ("price_indices.csv", lambda coding: tidy_prices(PROJECT.raw, coding)),
    ],
)
def test_a_decision_that_stands_twice_is_refused(tmp_path, file, read):
    shutil.copytree(PROJECT.coding, tmp_path / "coding")
    path = tmp_path / "coding" / file
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[-1]]) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=f"{file}, row {len(lines) + 1}: expected a new .* again"):
        read(tmp_path / "coding")
