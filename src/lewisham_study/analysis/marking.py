"""How far an answer is right: of its kind, a number to a thousandth, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real


def count_right(answers: object, expected: Mapping[str, object]) -> int:
    """Count the right answers, key by key; whole numbers and decimals count alike, to a thousandth.

    Examples
    --------
    >>> count_right({"a": (200, None), "b": 0}, {"a": (200.0, None), "b": None})
    1
    """
    given = answers if isinstance(answers, dict) else {}
    return sum(name in given and is_same(given[name], value) for name, value in expected.items())


def is_same(answer: object, expected: object) -> bool:
    """Tell whether an answer is what was expected: of its kind, a number to a thousandth of it.

    Examples
    --------
    >>> is_same(0.4404, 0.44037), is_same("good", "good"), is_same(None, 0.0), is_same([1, 2], (1.0, 2.0))
    (True, True, False, True)
    """
    if isinstance(expected, tuple | list):
        if not isinstance(answer, tuple | list) or len(answer) != len(expected):
            return False
        return all(is_same(one, other) for one, other in zip(answer, expected, strict=True))
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        number = isinstance(answer, Real) and not isinstance(answer, bool)
        return number and abs(float(str(answer)) - expected) <= max(abs(expected) / 1000, 1e-9)
    return type(answer) is type(expected) and answer == expected
