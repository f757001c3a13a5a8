"""Coded facts: the rules of each row, and the rows in the project."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.documents import CODED_KINDS
from lewisham_study.raw.facts import (
    CERTAINTIES,
    FACT_COLUMNS,
    count_words,
    drop_quotes,
    normalise_text,
    parse_locator,
    plain_words,
    read_facts,
    strip_quotes,
)
from lewisham_study.raw.sources import SOURCE_COLUMNS, parse_published
from lewisham_study.tidy.evidence import tidy_sources

SOURCE = {
    "kind": "news",
    "publisher": "The Paper",
    "title": "A title",
    "published": "2020-01",
    "published_basis": "inferred",
    "licence": "all rights reserved",
    "sha256": "0" * 64,
    "file": "paper.txt",
}
FACT = {
    "fact_id": "paper-001",
    "locator": "p4",
    "quote": "rating it ‘requires improvement’",
    "claim_type": "rating",
    "area": "overall",
    "measure": "grade",
    "value_as_stated": "requires improvement",
    "certainty": "stated_fact",
}


def write_raw(raw: Path, **documents: list[dict[str, str]]) -> Path:
    (raw / "facts").mkdir(parents=True, exist_ok=True)
    sources = [SOURCE | {"source_id": source_id} for source_id in ("paper", "letter")]
    pd.DataFrame(sources, columns=SOURCE_COLUMNS).to_csv(raw / "sources.csv", index=False)
    for source_id, changes in documents.items():
        rows = [FACT | {"fact_id": f"{source_id}-{number:03}"} | change for number, change in enumerate(changes, 1)]
        pd.DataFrame(rows, columns=FACT_COLUMNS).to_csv(raw / "facts" / f"{source_id}.csv", index=False)
    return raw


def test_facts_of_all_documents_are_read_with_file_and_row(tmp_path: Path) -> None:
    facts = read_facts(write_raw(tmp_path, paper=[{}, {"same_as": "letter-001"}], letter=[{"locator": "l124-l126"}]))
    assert facts["source_id"].tolist() == ["letter", "paper", "paper"]
    assert facts["row"].tolist() == [2, 2, 3]
    assert facts["file"].map(lambda file: Path(file).name).tolist() == ["letter.csv", "paper.csv", "paper.csv"]
    assert facts["period_as_stated"].tolist() == ["", "", ""]


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("fact_id", "other-002", "the source_id, a hyphen and three digits"),
        ("fact_id", "paper-2", "the source_id, a hyphen and three digits"),
        ("locator", "P4", "a paragraph (p4), a line (l126)"),
        ("locator", "p4-l5", "a paragraph (p4), a line (l126)"),
        ("locator", "p0", "a paragraph (p4), a line (l126)"),
        ("quote", "", "one to 12 words"),
        ("quote", "one two three four five six seven eight nine ten eleven twelve thirteen", "one to 12 words"),
        ("certainty", "certain", "one of stated_fact, attributed_claim, forecast, opinion"),
        ("claim_type", "", "a kind of claim"),
        ("measure", "", "a measure"),
        ("same_as", "paper-999", "the fact_id of a first statement"),
        ("same_as", "paper-002", "the fact_id of a first statement"),
    ],
)
def test_a_wrong_cell_is_refused_with_file_and_row(tmp_path: Path, column: str, value: str, expected: str) -> None:
    write_raw(tmp_path, paper=[{}, {column: value}])
    with pytest.raises(DataError) as error:
        read_facts(tmp_path)
    assert error.value.row == 3 and str(error.value.file).endswith("paper.csv")
    assert expected in error.value.expected and repr(value) in error.value.found and error.value.hint


def test_a_repeat_of_a_repeat_is_refused(tmp_path: Path) -> None:
    write_raw(tmp_path, paper=[{}, {"same_as": "paper-001"}, {"same_as": "paper-002"}])
    with pytest.raises(DataError, match="repeats no other"):
        read_facts(tmp_path)


def test_a_document_that_is_not_registered_is_refused(tmp_path: Path) -> None:
    write_raw(tmp_path, paper=[{}], unknown=[{}])
    with pytest.raises(DataError, match=r"add the document to data/raw/sources\.csv"):
        read_facts(tmp_path)


def test_no_facts_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a file of facts per document"):
        read_facts(write_raw(tmp_path))


@pytest.mark.parametrize("locator", ["", "4", "q4", "p4-", "p04"])
def test_other_text_is_not_a_locator(locator: str) -> None:
    with pytest.raises(ValueError, match="is not a locator"):
        parse_locator(locator)


def test_a_row_out_of_document_order_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"row 3: expected a place not before .*found 'p3'; move the row"):
        read_facts(write_raw(tmp_path, paper=[{}, {"locator": "p3"}, {}]))
    late = [{}, {"fact_id": "paper-003"}, {"fact_id": "paper-002", "locator": "p5"}]
    assert len(read_facts(write_raw(tmp_path, paper=late))) == 3


def test_a_used_number_is_refused_with_the_next_free_one(tmp_path: Path) -> None:
    rows = [{}, {"fact_id": "paper-003"}, {"fact_id": "paper-002"}, {"fact_id": "paper-002"}]
    with pytest.raises(DataError, match=r"row 5: .*found 'paper-002'; the next free number is paper-004; or delete"):
        read_facts(write_raw(tmp_path, paper=rows))


def test_a_number_that_leaves_a_gap_is_refused_with_the_free_one(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"row 3: expected no number above paper-002, .*found 'paper-007'; number"):
        read_facts(write_raw(tmp_path, paper=[{}, {"fact_id": "paper-007"}]))


PROJECT = find_project()
SOURCES = tidy_sources(PROJECT.raw, PROJECT.coding).set_index("source_id")
WHOLE = SOURCES.index[SOURCES["coded"] == "whole"]


@pytest.fixture(scope="module")
def facts() -> pd.DataFrame:
    """Read the facts in the project, in the order in which the documents were certainly published."""
    coded = read_facts(PROJECT.raw)
    order = coded["source_id"].map(SOURCES["published"].map(lambda published: parse_published(published)[1]))
    return coded.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def test_the_facts_in_the_project_keep_the_rules(facts: pd.DataFrame) -> None:
    assert facts["quote"].map(count_words).le(12).all()
    assert set(facts["certainty"]) == set(CERTAINTIES)


def test_five_documents_are_coded_whole_and_six_ofsted_texts_in_part(facts: pd.DataFrame) -> None:
    assert sorted(WHOLE) == [
        "london-news-online-2024",
        "news-shopper-2018",
        "news-shopper-2019",
        "news-shopper-2020",
        "ofsted-letter-2021",
    ]
    assert set(SOURCES.index[SOURCES["kind"].isin(CODED_KINDS)]) <= set(facts["source_id"])
    others = facts[~facts["source_id"].isin(WHOLE)]
    assert others.groupby("source_id").size().to_dict() == {
        "ofsted-jtai-2023": 4,
        "ofsted-letter-2018": 33,
        "ofsted-letter-2025": 3,
        "ofsted-lewisham-2016": 15,
        "ofsted-lewisham-2019": 4,
        "ofsted-lewisham-2024": 1,
    }


def test_letters_have_the_dates_on_which_ofsted_published_them() -> None:
    letters = SOURCES.loc[SOURCES["kind"] == "letter", ["published", "published_basis"]]
    assert letters["published"].to_dict() == {
        "ofsted-jtai-2023": "2023-01-31",
        "ofsted-letter-2018": "2018-09-28",
        "ofsted-letter-2021": "2021-08-31",
        "ofsted-letter-2025": "2025-06-03",
    }
    assert set(letters["published_basis"]) == {"official"}


def test_the_article_of_2018_repeats_the_letter_where_it_quotes_it(facts: pd.DataFrame) -> None:
    article = facts[(facts["source_id"] == "news-shopper-2018") & facts["same_as"].str.startswith("ofsted-letter-2018")]
    assert article["locator"].tolist() == ["p7", "p8", "p8", "p8", "p16", "p17"]
    letter = facts.set_index("fact_id").loc[article["same_as"]]
    assert letter["value_as_stated"].str.lower().tolist() == article["value_as_stated"].str.lower().tolist()
    omitted = facts[facts["coder_note"].str.contains("article leaves it out")]
    assert set(omitted["source_id"]) == {"ofsted-letter-2018"} and len(omitted) == 12


def test_rows_follow_the_document_and_their_numbers_have_no_gap(facts: pd.DataFrame) -> None:
    for source_id, coded in facts.groupby("source_id"):
        places = [parse_locator(locator)[1] for locator in coded["locator"]]
        assert places == sorted(places), source_id
        numbers = coded["fact_id"].str.rsplit("-", n=1).str[-1].astype(int)
        assert sorted(numbers) == list(range(1, len(coded) + 1)), source_id


def test_two_facts_that_state_the_same_are_marked(facts: pd.DataFrame) -> None:
    first = facts[(facts["same_as"] == "") & (facts["value_as_stated"] != "")]
    key = ["source_id", "locator", "area", "measure", "value_as_stated", "coder_note"]
    assert not first.duplicated(key).any(), first.loc[first.duplicated(key, keep=False), ["fact_id", *key]]


def test_a_repeat_follows_the_first_statement(facts: pd.DataFrame) -> None:
    place = dict(zip(facts["fact_id"], facts.index, strict=True))
    repeats = facts[facts["same_as"] != ""]
    assert len(repeats) > 0
    assert all(place[row["same_as"]] < place[row["fact_id"]] for row in repeats.to_dict("records"))


def test_no_grade_is_coded_for_an_ungraded_visit(facts: pd.DataFrame) -> None:
    grades = facts[facts["measure"] == "grade"]
    assert not grades["source_id"].isin(SOURCES.index[SOURCES["kind"] == "letter"]).any()
    assert not grades["period_as_stated"].isin(["in May", "21 and 22 July 2021"]).any()


def test_a_share_is_not_a_caseload_and_a_missing_amount_is_not_zero(facts: pd.DataFrame) -> None:
    share = facts[facts["value_as_stated"] == "80 per cent"]
    assert share["measure"].tolist() == ["share_of_cases_linked_to_domestic_abuse"]
    some = facts[facts["source_id"].isin(["news-shopper-2018", "news-shopper-2020", "ofsted-letter-2021"])]
    assert set(some.loc[some["claim_type"] == "caseload", "value_as_stated"]) == {"too big", "manageable"}
    added = facts[~facts["source_id"].isin(WHOLE) & (facts["claim_type"] == "caseload")]
    assert added["value_as_stated"].tolist() == ["manageable", "reduced", "too high in some areas"]
    parts = some[some["measure"] == "overspend_component"].set_index("area")["value_as_stated"]
    assert parts["other_placements"] == ""
    assert sorted(parts) == ["", "£1.8m", "£2.0m", "£3.2m", "£7.5m"]


words = st.lists(st.from_regex(r"[a-z£]{1,6}[0-9]{0,3}", fullmatch=True), min_size=1, max_size=8)
gaps = st.sampled_from([" ", "\u00a0", "\n", " \n ", "\u2009", "\u202f", "\t", "\u00a0 \u00a0"])


@given(words, st.lists(gaps, min_size=8, max_size=8), st.sampled_from(["", "◼ ", "\u00a0", "\n\n"]))
def test_spaces_line_wraps_and_bullets_make_no_difference(parts: list[str], between: list[str], before: str) -> None:
    text = before + "".join(part + gap for part, gap in zip(parts, between, strict=False))
    assert normalise_text(text) == " ".join(parts)
    assert count_words(text) == len(parts)


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    for normalise in (normalise_text, strip_quotes, drop_quotes, plain_words):
        assert normalise(normalise(text)) == normalise(text)


@given(words)
def test_quotation_marks_at_the_ends_are_stripped(parts: list[str]) -> None:
    text = " ".join(parts)
    for quoted in (f"‘{text}’", f"“{text},”", f'"{text}".', f"'{text}'"):
        assert strip_quotes(quoted) == plain_words(quoted) == text


def test_an_apostrophe_is_not_a_quotation_mark() -> None:
    assert plain_words("the council’s ‘better’ children’s services") == "the council's better children's services"
    assert count_words("social workers’\u00a0caseloads too big") == 5
