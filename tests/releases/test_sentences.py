"""The sentences of reports: where each stands, which speak of caseload, the points to improve, the quotes."""

from __future__ import annotations

import pytest

from lewisham_study.releases.sentences import (
    LOAD,
    cut_quote,
    find_caseload_sentences,
    find_improvement_points,
    list_sentences,
)

REPORT = [
    """Inspection of Leeds local authority children’s services
Inspection dates: 12 to 16 January 2026
What needs to improve?
◼ The quality of plans, so that parents
understand them.
◼ Workloads in the assessment team.
The experiences and progress of children who need help and protection: good
1. Most social workers are well supported. Their caseloads are
manageable and""",
    """Inspection of Leeds local authority children’s services
12 to 16 January 2026
3
allow for direct work. Visits are timely.
Headline findings
Staff say, e.g. in the duty team, that they have too many children to see. Not so in others.2""",
]


def test_sentences_have_page_line_and_paragraph() -> None:
    found = list_sentences(REPORT)
    row = found[found["sentence"].str.startswith("Their caseloads")].iloc[0]
    assert (row["page"], row["line"], row["paragraph"]) == (1, 8, "1")


def test_a_sentence_goes_on_over_the_page_without_its_running_head() -> None:
    sentences = list_sentences(REPORT)["sentence"]
    assert "Their caseloads are manageable and allow for direct work." in set(sentences)


def test_headings_abbreviations_and_page_numbers_do_not_part_or_join_sentences() -> None:
    sentences = set(list_sentences(REPORT)["sentence"])
    assert "Headline findings" in sentences
    assert "Staff say, e.g. in the duty team, that they have too many children to see." in sentences
    assert "Not so in others." in sentences


def test_sentences_on_caseload_come_with_their_neighbours() -> None:
    found = find_caseload_sentences(REPORT)
    assert found["sentence"].str[:13].tolist() == ["Workloads in ", "Their caseloa", "Staff say, e."]
    assert found["before"].iloc[1] == "Most social workers are well supported."
    assert found["after"].iloc[1] == "Visits are timely."


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("Caseloads are high.", True),
        ("A case load of 20 is usual.", True),
        ("Social workers hold between 22 and 65 cases each.", True),
        ("There are 18 cases per social worker.", True),
        ("The volume of work is not sustainable.", True),
        ("Managers are overstretched.", True),
        ("The number of children they are responsible for is monitored.", True),
        ("In a small number of cases there was delay.", False),
        ("Too many children wait.", False),
    ],
)
def test_what_speaks_of_caseload(text: str, hit: bool) -> None:
    assert bool(LOAD.search(text)) is hit


def test_points_to_improve_end_at_the_next_heading() -> None:
    found = find_improvement_points(REPORT)
    assert found["sentence"].tolist() == [
        "The quality of plans, so that parents understand them.",
        "Workloads in the assessment team.",
    ]
    assert found["paragraph"].tolist() == ["1", "2"]
    assert found["line"].tolist() == [4, 6]


def test_a_report_without_the_heading_has_no_points() -> None:
    assert find_improvement_points(["Findings\n◼ Plans are good."]).empty


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Caseloads are high.", "Caseloads are high"),
        (
            "Leaders have acted, but workloads remain too high in three of the teams that assess children.",
            "Leaders have acted, but workloads remain too high in three",
        ),
        (
            "Additional social work capacity has reduced caseloads, although these are still too high in many teams.",
            "social work capacity has reduced caseloads, although these are still too high",
        ),
        (
            "In all of the many teams of the service that were visited by us in the first week of the inspection "
            "caseloads were fair.",
            "by us in the first week of the inspection caseloads were fair",
        ),
        (
            "A long list of what inspectors saw in the first of the teams and of the others",
            "A long list of what inspectors saw in the first",
        ),
    ],
)
def test_a_quote_is_part_of_its_sentence_and_short(sentence: str, quote: str) -> None:
    assert cut_quote(sentence) == quote
    assert len(quote.split()) <= 12
    assert quote in sentence
