"""Answers compared by type, to a thousandth and part by part, and the faults of rewritten sentences."""

from __future__ import annotations

import pytest

from lewisham_study.teaching.answers import open_exercise
from lewisham_study.teaching.marking import count_right, find_causal, is_same, list_faults, state_overclaims
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
CLAIMS = state_overclaims(open_exercise(TABLES, "Lewisham"))


class Flatterer:
    """Equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("answer", "expected", "same"),
    [
        (4, 4.0, True),
        (0.4408, 0.4404, True),
        (0.46, 0.4404, False),
        (0, None, False),
        (None, 0.0, False),
        (None, None, True),
        ((200, None), (200.0, None), True),
        ((200, 200), (200.0, None), False),
        ([True, False], [True, False], True),
        ([1, 0], [True, False], False),
        (True, 1.0, False),
        ("Good", "good", False),
        ("4", 4.0, False),
    ],
)
def test_answers_are_compared_by_type_and_value(answer: object, expected: object, same: bool) -> None:
    assert is_same(answer, expected) is same


def test_an_answer_that_claims_to_equal_everything_is_wrong() -> None:
    for expected in (1.0, "good", (1.0, 2.0), None, True):
        assert not is_same(Flatterer(), expected)
    assert count_right(Flatterer(), {"a": 1.0}) == 0


def test_parts_count_separately() -> None:
    expected = {"a": (1.0, 2.0), "b": None, "c": "x"}
    assert count_right({"a": (1, 2), "b": None, "c": "y", "d": 7}, expected) == 2
    assert count_right([], expected) == 0


def test_the_overclaims_of_lewisham() -> None:
    assert [claim.text for claim in CLAIMS] == [
        "Lewisham went from outstanding in 2012 to requires improvement in 2016, which shows how its quality changed.",
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
def test_the_faults_of_a_rewritten_sentence_are_listed(text: str, fault: str) -> None:
    assert list_faults(text, CLAIMS[0]) == [fault] or fault in list_faults(text, CLAIMS[0])


def test_only_words_of_cause_are_found() -> None:
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
def test_overclaims_can_be_written_about_any_authority(name: str) -> None:
    claims = state_overclaims(open_exercise(TABLES, name))
    assert len({claim.text for claim in claims}) == 3
    assert all(claim.needed for claim in claims)


def test_an_overclaim_names_the_years_with_data() -> None:
    texts = [claim.text for claim in state_overclaims(open_exercise(TABLES, "Bournemouth, Christchurch and Poole"))]
    assert "in 2019 and 16.0 in 2022" in texts[1]
    assert "in 2021-22 than in 2019-20" in texts[2]


@pytest.mark.parametrize(("own", "partner"), [("Kingston", "Richmond"), ("Richmond", "Kingston")])
def test_a_rewrite_must_say_that_a_return_is_joint(own: str, partner: str) -> None:
    claim = state_overclaims(open_exercise(TABLES, f"{own} upon Thames"))[1]
    assert f"one joint return with {partner} upon Thames" in claim.fault
    careful = f"{claim.text.split(', ')[0]}; that does not show what moved the grade {claim.needed['the grade']}"
    assert list_faults(careful, claim) == ["that the return is joint is missing"]
    assert list_faults(f"{careful} in Kingston and Richmond, by their joint return", claim) == []
    assert "that the return is joint" not in CLAIMS[1].needed
