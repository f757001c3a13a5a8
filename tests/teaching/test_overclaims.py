"""Sentences that say too much, and what a rewritten one must hold."""

from __future__ import annotations

import pytest

from lewisham_study.teaching.answers import open_exercise
from lewisham_study.teaching.marking import find_causal, list_faults, state_overclaims
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
CLAIMS = state_overclaims(open_exercise(TABLES, "Lewisham"))


def test_the_claims_say_too_much() -> None:
    assert [claim.text for claim in CLAIMS] == [
        "Lewisham went from outstanding in 2012 to requires improvement in 2016, which measures how its quality changed.",
        "Caseload was 15.9 cases per worker in 2017 and 14.8 in 2022, which caused the grade good.",
        "Lewisham did 44% more for children in 2021-22 than in 2012-13: it spent 44% more.",
    ]
    assert all(list_faults(claim.text, claim) for claim in CLAIMS)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Lewisham was outstanding.", "write at least 12 words"),
        (
            "Lewisham was judged outstanding in 2012 and requires improvement in 2016, and so it fell by two grades.",
            "the two scales is missing",
        ),
        (
            "Judged outstanding and then requires improvement in 2016, on frameworks that are not one scale at all.",
            "the first year is missing",
        ),
        (
            "Outstanding in 2012 and requires improvement in 2016, on two scales, because of cuts in its budget.",
            "“because” claims a cause",
        ),
    ],
)
def test_a_rewritten_sentence_is_told_what_it_lacks(text: str, fault: str) -> None:
    assert list_faults(text, CLAIMS[0]) == [fault] or fault in list_faults(text, CLAIMS[0])


def test_words_of_cause_are_found_and_others_left() -> None:
    assert find_causal("This led to it, thanks to her, and therefore drove it.") == [
        "led to",
        "thanks to",
        "therefore",
        "drove",
    ]
    assert find_causal("It was driven to school in the same years, which does not show that one moved the other.") == [
        "driven"
    ]
    assert find_causal("In the same years both moved; no evidence links them.") == []


@pytest.mark.parametrize("name", ["Isles of Scilly", "Northumberland", "Bournemouth, Christchurch and Poole"])
def test_claims_can_be_made_of_any_authority(name: str) -> None:
    claims = state_overclaims(open_exercise(TABLES, name))
    assert len({claim.text for claim in claims}) == 3
    assert all(claim.needed for claim in claims)


def test_a_claim_names_the_years_that_are_held() -> None:
    texts = [claim.text for claim in state_overclaims(open_exercise(TABLES, "Bournemouth, Christchurch and Poole"))]
    assert "in 2019 and 16.0 in 2022" in texts[1]
    assert "in 2021-22 than in 2019-20" in texts[2]


@pytest.mark.parametrize(("own", "partner"), [("Kingston", "Richmond"), ("Richmond", "Kingston")])
def test_whose_a_joint_return_is_must_be_said(own: str, partner: str) -> None:
    claim = state_overclaims(open_exercise(TABLES, f"{own} upon Thames"))[1]
    assert f"one joint return with {partner} upon Thames" in claim.fault
    careful = f"{claim.text.split(', ')[0]}; that does not show what moved the grade {claim.needed['the grade']}"
    assert list_faults(careful, claim) == ["that the return is joint is missing"]
    assert list_faults(f"{careful} in Kingston and Richmond, by their joint return", claim) == []
    assert "that the return is joint" not in CLAIMS[1].needed
