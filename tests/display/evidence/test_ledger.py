"""The counts of claims by document and type."""

from __future__ import annotations

import itertools

import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display.evidence.ledger import draw_ledger, show_standing
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
CASE = open_case(TABLES, "Lewisham")


def test_every_claim_is_counted():
    table = draw_ledger(CASE).table
    assert table["Claims"].sum() == len(TABLES["facts"])
    assert (table["Accepted"] + table["Repeats"] + table["Disputed"] == table["Claims"]).all()
    certainty = show_standing(CASE).table
    assert certainty["Claims"].iloc[-1] == certainty["Claims"].iloc[:-1].sum() == len(TABLES["facts"])


@pytest.mark.slow
def test_documents_coded_whole_have_a_column_each_and_no_labels_overlap():
    axes = draw_ledger(CASE).figure.axes[0]
    axes.figure.canvas.draw()
    words = [text.get_text().replace("\n", " ") for text in axes.texts]
    heads = ["News Shopper 2018", "Ofsted letter 2021", "London News Online 2024", "6 reports and letters", "2016–2025"]
    assert set(heads) <= set(words)
    boxes = [text.get_window_extent().shrunk(0.98, 0.9) for text in axes.texts if text.get_text()]
    assert [pair for pair in itertools.combinations(boxes, 2) if pair[0].overlaps(pair[1])] == []


def test_the_title_says_how_little_the_documents_say_on_spend_and_caseload():
    assert draw_ledger(CASE).title == "Of 428 claims, 188 are findings; 16 are on spend and 5 on caseload"
