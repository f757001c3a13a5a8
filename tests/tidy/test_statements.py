"""The tables of coded sentences: linked to inspections, codes and quotes checked."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study import load_table
from lewisham_study.errors import DataError
from lewisham_study.tidy.evidence import refuse_long_quotes
from lewisham_study.tidy.statements import link_inspections


def test_a_document_is_linked_to_the_inspection_published_nearest() -> None:
    rows = pd.DataFrame(
        {"la_code": "209", "published": ["2024-02-01", "2018-09-28"], "kind": ["inspection", "focused-visit"]}
    )
    inspections = pd.DataFrame(
        {
            "la_code": "209",
            "kind": ["short", "full", "focused_visit"],
            "graded": [True, True, False],
            "published_date": ["2024-01-31", "2019-08-19", "2018-09-28"],
            "inspection_id": ["new", "old", "visit"],
        }
    )
    assert link_inspections(rows, inspections)["inspection_id"].tolist() == ["new", "visit"]


def test_a_quote_of_thirteen_words_is_refused() -> None:
    rows = pd.DataFrame({"quote": ["short", " ".join(["word"] * 13)]})
    with pytest.raises(DataError, match=r"row 3: expected a quote of at most 12 words, found 13 words"):
        refuse_long_quotes(rows["quote"], "data/raw/statements.csv")


@pytest.mark.parametrize(("table", "least"), [("statements", 2300), ("improvements", 1400)])
def test_nearly_every_sentence_belongs_to_an_inspection(table: str, least: int) -> None:
    rows = load_table(table)
    assert len(rows) >= least
    assert rows["inspection_id"].isna().mean() < 0.01
    assert rows["quote"].str.split().str.len().max() <= 12
