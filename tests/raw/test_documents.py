"""A quote, value or period that is not at its place in the document is a problem."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.documents import find_quote, holds_token, split_text, verify_documents
from lewisham_study.raw.facts import FACT_COLUMNS
from lewisham_study.raw.sources import SOURCE_COLUMNS

PAPER = (
    "The service\u00a0was rated ‘requires improvement’ in July.\u00a0\n\n"
    "A 2020 programme made 20 new posts, at a cost of £2.0m.\n"
)
LETTER = "Dear Pinaki\n\n◼ This includes the use of the social work\n\n practice model,\nwhich over 600 workers know.\n"
PAPER_FACT = {
    "locator": "p1",
    "quote": "rated 'requires improvement'",
    "claim_type": "rating",
    "measure": "grade",
    "value_as_stated": "“requires improvement”",
    "period_as_stated": "in July",
    "certainty": "stated_fact",
}
LETTER_FACT = PAPER_FACT | {
    "locator": "l3",
    "quote": "the social work practice model",
    "value_as_stated": "over 600",
    "period_as_stated": "",
}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "documents").mkdir()
    (tmp_path / "facts").mkdir()
    register = []
    for source_id, text in {"paper": PAPER, "letter": LETTER}.items():
        (tmp_path / "documents" / f"{source_id}.txt").write_text(text, encoding="utf-8")
        register.append(
            {
                "source_id": source_id,
                "kind": "news",
                "publisher": "P",
                "title": "T",
                "published": "2020",
                "published_basis": "inferred",
                "licence": "L",
                "sha256": hashlib.sha256(text.encode()).hexdigest(),
                "file": f"{source_id}.txt",
            }
        )
    pd.DataFrame(register, columns=SOURCE_COLUMNS).to_csv(tmp_path / "sources.csv", index=False)
    return tmp_path


def verify(raw: Path, paper: dict[str, str], letter: dict[str, str]) -> list[DataError]:
    for source_id, fact in (("paper", PAPER_FACT | paper), ("letter", LETTER_FACT | letter)):
        row = {"fact_id": f"{source_id}-001"} | fact
        pd.DataFrame([row], columns=FACT_COLUMNS).to_csv(raw / "facts" / f"{source_id}.csv", index=False)
    return verify_documents(raw, raw / "documents")


def test_facts_at_their_locators_are_no_problem(raw: Path) -> None:
    assert verify(raw, {}, {}) == []


@pytest.mark.parametrize(
    ("paper", "expected", "hint"),
    [
        ({"locator": "p2"}, "the quote \"rated 'requires improvement'\" at p2", "the quote begins at p1"),
        ({"quote": "rated good"}, "the quote 'rated good' at p1", "copy the quote"),
        ({"value_as_stated": "good"}, "the value 'good' near p1", "as printed"),
        ({"value_as_stated": "£2.0m"}, "the value '£2.0m' near p1", "fix the locator"),
        ({"period_as_stated": "in June"}, "the period 'in June' in the document", "as printed"),
        ({"locator": "p9"}, "at p9", "the quote begins at p1"),
    ],
)
def test_a_fact_elsewhere_is_a_problem(raw: Path, paper: dict[str, str], expected: str, hint: str) -> None:
    first = verify(raw, paper, {})[0]
    assert str(first.file).endswith("facts/paper.csv") and first.row == 2
    assert expected in first.expected and hint in first.hint


def test_a_value_is_found_only_as_whole_words(raw: Path) -> None:
    year = {"locator": "p2", "quote": "A 2020 programme", "period_as_stated": ""}
    assert verify(raw, year | {"value_as_stated": "20"}, {}) == []
    assert len(verify(raw, year | {"value_as_stated": "202"}, {})) == 1
    assert len(verify(raw, year | {"value_as_stated": "£2"}, {})) == 1


def test_a_quote_may_continue_over_lines_and_page_breaks(raw: Path) -> None:
    assert verify(raw, {}, {"locator": "l3-l5"}) == []
    (problem,) = verify(raw, {}, {"locator": "l6"})
    assert problem.hint == "the quote begins at l3"


def test_a_value_may_be_three_lines_away_and_no_more(raw: Path) -> None:
    (problem,) = verify(raw, {}, {"locator": "l1", "quote": "Dear Pinaki"})
    assert problem.expected == "the value 'over 600' near l1"


def test_a_missing_or_changed_document_is_named(raw: Path) -> None:
    document = raw / "documents" / "paper.txt"
    document.write_text(PAPER + " ", encoding="utf-8")
    changed = verify(raw, {}, {})[0]
    assert str(changed.file).endswith("paper.txt") and "paper" in changed.expected and "sha256" in changed.found
    document.unlink()
    assert [problem.row for problem in verify(raw, {}, {"locator": "l6"})] == [2, None]
    (missing,) = verify(raw, {}, {})
    assert missing.found == "no file" and "the folder" in missing.hint


def test_a_registered_document_without_facts_is_a_problem(raw: Path) -> None:
    register = pd.read_csv(raw / "sources.csv", dtype=str)
    others = [register.iloc[0].to_dict() | {"source_id": kind, "kind": kind} for kind in ("minutes", "letter", "news")]
    others[1]["source_id"] = "other-letter"
    pd.concat([register, pd.DataFrame(others)]).to_csv(raw / "sources.csv", index=False)
    problems = verify(raw, {}, {})
    assert [problem.row for problem in problems] == [5, 6]
    assert all(str(problem.file).endswith("sources.csv") for problem in problems)
    assert problems[0].expected == "facts of other-letter in data/raw/facts/other-letter.csv"


def test_paragraphs_are_counted_without_empty_lines_and_lines_with_them() -> None:
    assert split_text(PAPER, "p")[1].startswith("A 2020 programme")
    assert split_text(LETTER, "l")[2].startswith("This includes")
    assert find_quote("practice model", split_text(LETTER, "l"), run=3) == [5]


@pytest.mark.parametrize(("token", "held"), [("2", False), ("2.0m", False), ("£2.0m", True), ("", True), ("0m", False)])
def test_a_number_is_not_found_inside_another(token: str, held: bool) -> None:
    assert holds_token("at a cost of £2.0m", token) is held


@pytest.mark.shared
def test_the_facts_in_the_project_agree_with_the_documents() -> None:
    documents = find_project().root.parent / "shared" / "sources"
    if not documents.is_dir():
        pytest.skip("no documents in ../shared/sources: data/raw/sources.csv says who published each")
    assert [str(problem) for problem in verify_documents(find_project().raw, documents)] == []
