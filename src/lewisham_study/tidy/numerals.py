"""Numbers as print has them, in figures or in words, and the wording that bounds them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from lewisham_study.raw.wording import plain_words

Qualifier = Literal["exact", "at_least", "about", "more_than", "expected"]

ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
COUNTED = ["zero", *ONES, *TEENS, *(word for ten in TENS for word in [ten, *(f"{ten}-{one}" for one in ONES)])]
NUMBERS = {word: Decimal(number) for number, word in enumerate(COUNTED)}
DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
BOUNDS: dict[Qualifier, str] = {
    "at_least": "at least|(?:an? )?minimum(?: of)?|no fewer than|no less than|not less than",
    "more_than": "more than|over|above",
    "about": "about|around|approximately|roughly",
    "expected": "expected(?: to be)?|likely(?: to be)?|forecast(?: to be)?",
}


class TokenError(ValueError):
    """A printed token that cannot be read: what was expected, what stands there, and the forms where they are many."""

    def __init__(self, expected: str, got: str, why: str = "", forms: str = "") -> None:
        self.expected, self.got, self.forms = expected, f"{got!r} ({why})" if why else repr(got), forms
        super().__init__(f"expected {self.expected}, got {self.got}" + (f"; the forms are {forms}" if forms else ""))


@dataclass(frozen=True)
class Token:
    """A typed value with the bounds that its wording gives.

    Parameters
    ----------
    value : the number printed, or the code of a grade or direction, or the word; None where nothing is stated.
    low, high : least and greatest number that the wording allows; None: not bounded on that side.
    unit : pounds, number, share (0 to 1), days, weeks, months, years, grade, direction, word, or empty.
    qualifier : how the wording bounds the value (`more_than` shuts out the number itself); None without a value.
    """

    value: Decimal | str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    qualifier: Qualifier | None = None


def read_number(text: str) -> Decimal | None:
    """Give a number in figures, with or without thousands commas, or in words up to ninety-nine; else None.

    Examples
    --------
    >>> read_number("15,600"), read_number("twenty-one"), read_number("1,56")
    (Decimal('15600'), Decimal('21'), None)
    """
    if re.fullmatch(DIGITS, text):
        return Decimal(text.replace(",", ""))
    return NUMBERS.get(text)


def split_bound(text: str) -> tuple[Qualifier, str]:
    """Split a token into the bound that its wording sets and the rest, in plain words.

    Examples
    --------
    >>> split_bound("a “minimum of two years”")
    ('at_least', 'two years')
    """
    words = plain_words(text)
    for qualifier, pattern in BOUNDS.items():
        match = re.match(rf"(?:{pattern}) (?=\S)", words)
        if match:
            return qualifier, words[match.end() :]
    return "exact", words


def bound_number(number: Decimal, unit: str, qualifier: Qualifier, most: Decimal | None = None) -> Token:
    """Give a number with the bounds that its qualifier sets; `most` is the greatest that the unit allows."""
    if qualifier == "exact":
        return Token(number, number, number, unit, qualifier)
    if qualifier in ("at_least", "more_than"):
        return Token(number, number, most, unit, qualifier)
    return Token(number, None, most, unit, qualifier)
