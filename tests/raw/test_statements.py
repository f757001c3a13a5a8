"""The coding of sentences: listed for a reader, registered with a short quote, refused where a code is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError, UsageError
from lewisham_study.files import write_csv
from lewisham_study.paths import Project
from lewisham_study.raw.statements import find_quotes, import_codes, list_for_coding, read_codes

ROOT = Path(__file__).parents[2]
TEXT = "Inspection of Lewisham\n1. Visits are timely. Caseloads are manageable in most teams.\n"


@pytest.fixture
def copy(tmp_path: Path) -> Project:
    for name in ("data/raw", "data/coding"):
        shutil.copytree(ROOT / name, tmp_path / "study" / name)
    return Project(tmp_path / "study")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "texts" / "209_2024-01-31_inspection.txt"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    return path


def code(report: Path, **codes: str) -> Path:
    listed = list_for_coding("statements", [report])[0]
    path = report.parents[1] / "coded.csv"
    write_csv(listed.assign(**codes), path)
    return path


CODES = {"who": "social_workers", "level": "uneven", "direction": "none", "voice": "inspectors"}


def test_sentences_are_listed_with_empty_codes(report: Path) -> None:
    listed, documents = list_for_coding("statements", [report.parent])
    assert documents == 1
    assert listed[["document", "page", "paragraph", "before", "who", "drop"]].to_numpy().tolist() == [
        ["209_2024-01-31_inspection", 1, "1", "Visits are timely.", "", ""]
    ]


def test_coded_sentences_replace_those_of_their_document(copy: Project, report: Path) -> None:
    before = read_codes(copy.raw, "statements")
    assert "1 statements of 1 documents" in import_codes(copy, "statements", code(report, **CODES))
    after = read_codes(copy.raw, "statements")
    (own,) = after[after["document"] == "209_2024-01-31_inspection"].to_dict("records")
    assert own["quote"] == "Caseloads are manageable in most teams"
    assert own["statement_id"] == "209_2024-01-31_inspection-01"
    others = before[before["document"] != "209_2024-01-31_inspection"]
    pd.testing.assert_frame_equal(
        after[after["document"] != own["document"]].reset_index(drop=True), others.reset_index(drop=True)
    )


def test_a_dropped_sentence_is_not_registered(copy: Project, report: Path) -> None:
    coded = code(report, drop="not about workers")
    assert "0 statements of 1 documents registered, 1 sentences dropped" in import_codes(copy, "statements", coded)


def test_a_code_outside_the_codebook_is_refused_with_its_row(copy: Project, report: Path) -> None:
    coded = code(report, **{**CODES, "level": "huge"})
    before = (copy.raw / "statements.csv").read_bytes()
    with pytest.raises(DataError, match=r"row 2: expected level: high, manageable, low, uneven, none, found 'huge'"):
        import_codes(copy, "statements", coded)
    assert (copy.raw / "statements.csv").read_bytes() == before


def test_a_document_that_is_not_registered_is_refused(copy: Project, report: Path) -> None:
    other = report.with_name("209_2031-01-31_inspection.txt")
    report.rename(other)
    with pytest.raises(DataError, match="import the report first"):
        import_codes(copy, "statements", code(other, **CODES))


def test_a_file_that_is_not_named_as_a_report_is_refused(report: Path) -> None:
    other = report.rename(report.with_name("lewisham.txt"))
    with pytest.raises(DataError, match="rename the file"):
        list_for_coding("statements", [other])
    with pytest.raises(UsageError, match="there is no report"):
        list_for_coding("statements", [report.with_name("gone.pdf")])


def test_every_quote_is_on_its_page(copy: Project, report: Path) -> None:
    import_codes(copy, "statements", code(report, **CODES))
    assert find_quotes(copy, "statements", [report.parent]) == []
    report.write_text("Caseloads are high.", encoding="utf-8")
    (problem,) = find_quotes(copy, "statements", [report.parent])
    assert "the quote on page 1 of 209_2024-01-31_inspection" in str(problem)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["statements", "improvements"])
def test_all_quotes_are_in_the_texts(kind: str, official: Path) -> None:
    texts = official / "inspections" / "report_texts"
    assert find_quotes(Project(ROOT), kind, [texts]) == []
