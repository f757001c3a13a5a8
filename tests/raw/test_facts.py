"""Facts as coded: what a row must hold, and that the real rows hold it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.facts import CERTAINTIES, FACT_COLUMNS, parse_locator, read_facts
from lewisham_study.raw.sources import SOURCE_COLUMNS
from lewisham_study.raw.wording import count_words

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


def test_facts_of_all_documents_are_read_with_their_place(tmp_path: Path) -> None:
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
def test_a_wrong_cell_is_named_with_file_and_row(tmp_path: Path, column: str, value: str, expected: str) -> None:
    write_raw(tmp_path, paper=[{}, {column: value}])
    with pytest.raises(DataError) as error:
        read_facts(tmp_path)
    assert error.value.row == 3 and str(error.value.file).endswith("paper.csv")
    assert expected in error.value.expected and repr(value) in error.value.found and error.value.hint


def test_a_repeat_of_a_repeat_is_refused(tmp_path: Path) -> None:
    write_raw(tmp_path, paper=[{}, {"same_as": "paper-001"}, {"same_as": "paper-002"}])
    with pytest.raises(DataError, match="repeats none itself"):
        read_facts(tmp_path)


def test_a_document_that_is_not_registered_is_refused(tmp_path: Path) -> None:
    write_raw(tmp_path, paper=[{}], unknown=[{}])
    with pytest.raises(DataError, match=r"add the document to data/raw/sources\.csv"):
        read_facts(tmp_path)


def test_no_facts_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="a file of facts per document"):
        read_facts(write_raw(tmp_path))


@pytest.mark.parametrize("locator", ["", "4", "q4", "p4-", "p04"])
def test_what_is_no_locator_is_refused(locator: str) -> None:
    with pytest.raises(ValueError, match="is no locator"):
        parse_locator(locator)


def test_the_real_facts_keep_the_rules() -> None:
    facts = read_facts(find_project().raw)
    assert facts["source_id"].nunique() >= 5
    assert facts["quote"].map(count_words).le(12).all()
    assert set(facts["certainty"]) == set(CERTAINTIES)


def test_a_row_above_its_place_in_the_document_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"row 3: expected a place not before .*found 'p3'; move the row"):
        read_facts(write_raw(tmp_path, paper=[{}, {"locator": "p3"}, {}]))
    late = [{}, {"fact_id": "paper-003"}, {"fact_id": "paper-002", "locator": "p5"}]
    assert len(read_facts(write_raw(tmp_path, paper=late))) == 3


def test_a_number_that_is_taken_is_refused_and_the_next_free_one_named(tmp_path: Path) -> None:
    rows = [{}, {"fact_id": "paper-003"}, {"fact_id": "paper-002"}, {"fact_id": "paper-002"}]
    with pytest.raises(DataError, match=r"row 5: .*found 'paper-002'; the next free number is paper-004; or delete"):
        read_facts(write_raw(tmp_path, paper=rows))


def test_a_number_that_leaves_another_out_is_refused_and_the_free_one_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"row 3: expected no number above paper-002, .*found 'paper-007'; number"):
        read_facts(write_raw(tmp_path, paper=[{}, {"fact_id": "paper-007"}]))
