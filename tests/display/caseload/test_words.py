"""Sentences about one authority's caseload, and what the documents say about it."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.display.caseload.words import (
    format_held,
    format_ranks,
    show_words,
    summarise_caseload,
    summarise_split,
    summarise_words,
)


def test_cases_and_workers_of_the_last_year(show):
    assert "2,082 cases held by 141.1 full-time equivalent workers" in show(summarise_caseload).markdown
    assert format_held(9, 1) == "9 cases held by 1.0 full-time equivalent worker"


def test_the_range_between_first_and_last_year(show):
    text = show(summarise_caseload, "Telford and Wrekin", 2017, 2025).markdown
    assert "from 13.7 in 2021 to 22.3 in 2018" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.0, "Of the three with a figure, one had fewer and one had more"),
        (15.0, "Of the three with a figure, two had fewer and one had more"),
        (30.0, "All three with a figure had fewer"),
    ],
)
def test_ranks_in_words(value, text):
    assert format_ranks(pd.Series([10.0, 12.0, 20.0]), value) == text


def test_ranks_of_a_single_comparator_and_of_equals():
    assert format_ranks(pd.Series([10.0]), 9.0) == "The one with a figure had more"
    assert format_ranks(pd.Series([10.0, 10.0]), 10.0) == "Both with a figure had as many"


def test_the_documents_words_are_quoted_for_lewisham_alone(show):
    exhibit = show(show_words)
    assert exhibit.table[["Words", "Speaker", "Period"]].to_numpy().tolist() == [
        ["“manageable”", "the letter", "September 2018"],
        ["“too big”", "Ofsted", "July 2019"],
        ["“reduced”", "the report", "July 2019"],
        ["“too high in some areas”", "the report", "July 2019"],
        ["“manageable”", "staff", "July 2021"],
    ]
    for source in ("news-shopper-2020", "ofsted-letter-2018", "ofsted-letter-2021", "ofsted-lewisham-2019"):
        assert f"@{source}" in exhibit.caption
    assert show(summarise_words).markdown.startswith("## What the documents say")
    assert show(show_words, "Lambeth") is None
    assert show(summarise_words, "Lambeth") is None


def test_cases_and_workers_in_one_sentence(show):
    text = show(summarise_split).markdown
    assert text.startswith("From 2017 to 2022 Lewisham’s cases rose by 28% and the workers who held them by 38%;")
    assert "the return may have been compiled differently" in text
    assert show(summarise_split, "Isles of Scilly") is None
    assert show(summarise_split, "Lewisham", 2012, 2016) is None
