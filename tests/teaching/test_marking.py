"""How answers are compared: of their kind, to a thousandth, part by part; nothing that merely claims to be equal."""

from __future__ import annotations

import pytest

from lewisham_study.teaching.marking import count_right, is_same


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
def test_answers_are_compared_by_kind_and_value(answer: object, expected: object, same: bool) -> None:
    assert is_same(answer, expected) is same


def test_an_answer_that_claims_to_equal_everything_is_wrong() -> None:
    for expected in (1.0, "good", (1.0, 2.0), None, True):
        assert not is_same(Flatterer(), expected)
    assert count_right(Flatterer(), {"a": 1.0}) == 0


def test_parts_count_one_by_one() -> None:
    expected = {"a": (1.0, 2.0), "b": None, "c": "x"}
    assert count_right({"a": (1, 2), "b": None, "c": "y", "d": 7}, expected) == 2
    assert count_right([], expected) == 0
