"""Parse printed numbers, in figures or in words, and the wording that bounds them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from lewisham_study.raw.facts import drop_quotes, normalise_text, plain_words

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
SCALES = {"": 1, "k": 10**3, "m": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9}
GRADES = {
    "outstanding": "outstanding",
    "good": "good",
    "require improvement to be good": "requires_improvement",
    "requires improvement": "requires_improvement",
    "requires improvement to be good": "requires_improvement",
    "requiring improvement": "requires_improvement",
    "requiring improvement to be good": "requires_improvement",
    "adequate": "adequate",
    "inadequate": "inadequate",
}
DIRECTIONS = {
    "improved": ("improved", "improving", "improvement", "improvements", "better", "strengthened"),
    "deteriorated": ("deteriorated", "deteriorating", "deterioration", "worsened", "worse"),
    "maintained": ("maintained", "unchanged", "no change", "sustained"),
    "increased": ("increased", "increasing", "increase", "risen", "rose"),
    "decreased": ("decreased", "decreasing", "decrease", "reduced", "fallen", "fell"),
}
MEANINGS = {word: direction for direction, words in DIRECTIONS.items() for word in words}
FORMS = {
    "money": "pounds with their sign (£15.6m, £1.2bn, £15,600, £2 million), with or without a bound (over £15m)",
    "count": "a whole number (20, 1,500, twenty-one, all four), with or without a bound (at least 200, over 600)",
    "share": "a share (80 per cent, 80%, the majority), with or without a bound (over 80 per cent)",
    "duration": "a number and its unit (three weeks, three-year, a year), with or without a bound (minimum of two "
    "years); not `over`, which may mean during or more than",
    "grade": f"only a grade ({', '.join(GRADES)}), with or without rated, judged or rating",
    "direction": f"a direction ({', '.join(MEANINGS)}), or two that agree",
    "none": "an empty cell, because the measure has no value",
}


class TokenError(ValueError):
    """A printed token that cannot be parsed: what was expected and found, and the known forms if there are many."""

    def __init__(self, expected: str, text: str, why: str = "", forms: str = "") -> None:
        self.expected, self.found, self.forms = expected, f"{text!r} ({why})" if why else repr(text), forms
        hint = f"; the forms are {forms}" if forms else ""
        super().__init__(f"expected {self.expected}, found {self.found}{hint}")


@dataclass(frozen=True)
class Token:
    """A typed value with the bounds that its wording sets.

    `value` is the number printed, the code of a grade or direction, or a word, and None if nothing is stated; `low`
    and `high` are None if not bounded. The unit is pounds, number, share (0 to 1), days, weeks, months, years, grade,
    direction, word or empty; the qualifier `more_than` excludes the number itself.
    """

    value: Decimal | str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    qualifier: Qualifier | None = None


def read_number(text: str) -> Decimal | None:
    """Parse a number in figures, with or without thousands commas, or in words up to ninety-nine; else return None.

    Examples
    --------
    >>> read_number("15,600"), read_number("twenty-one"), read_number("1,56")
    (Decimal('15600'), Decimal('21'), None)
    """
    return Decimal(text.replace(",", "")) if re.fullmatch(DIGITS, text) else NUMBERS.get(text)


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
    """Return a number with the bounds that its qualifier sets; `most` is the maximum that the unit allows."""
    if qualifier == "exact":
        return Token(number, number, number, unit, qualifier)
    return Token(number, number if qualifier in ("at_least", "more_than") else None, most, unit, qualifier)


def parse_token(text: str, kind: str) -> Token:
    """Parse a printed token of a kind (money, count, share, duration, grade, direction, word or none).

    An empty token has no value, never zero; a token in an unknown form is a `TokenError`.

    Examples
    --------
    >>> parse_token("a “minimum of two years”", "duration").qualifier
    'at_least'
    """
    parsers = {
        "money": parse_money,
        "count": parse_count,
        "share": parse_share,
        "duration": parse_duration,
        "grade": parse_grade,
        "direction": parse_direction,
        "word": parse_word,
    }
    if not normalise_text(text):
        return Token()
    if kind not in parsers:
        raise TokenError(FORMS.get(kind, f"a kind of value ({', '.join(parsers)}, none)"), text)
    return parsers[kind](text)


def parse_money(text: str) -> Token:
    """Parse an amount in pounds.

    Examples
    --------
    >>> int(parse_money("£2.0m").value), parse_money("over £1.2bn").qualifier
    (2000000, 'more_than')
    """
    qualifier, digits, scale = split_money(text)
    return bound_number(digits * scale, "pounds", qualifier)


def split_money(text: str) -> tuple[Qualifier, Decimal, int]:
    """Split an amount into its bound, its digits and its scale, a power of ten."""
    qualifier, amount = split_bound(text)
    match = re.fullmatch(rf"£ ?({DIGITS}) ?({'|'.join(filter(None, SCALES))})?", amount)
    if match is None:
        raise TokenError(FORMS["money"], text)
    return qualifier, Decimal(match[1].replace(",", "")), SCALES[match[2] or ""]


def round_half(text: str) -> Decimal:
    """Return the largest error in pounds that rounding to the last printed digit can hide in an amount.

    Examples
    --------
    >>> int(round_half("£15.6m")), int(round_half("£7m"))
    (50000, 500000)
    """
    _, digits, scale = split_money(text)
    return Decimal("0.5").scaleb(int(digits.as_tuple().exponent)) * scale


def parse_count(text: str) -> Token:
    """Parse a whole number."""
    qualifier, rest = split_bound(text)
    number = read_number(re.sub(r"^(?:all|the|all the) (?=\S)", "", rest))
    if number is None or number != number.to_integral_value():
        raise TokenError(FORMS["count"], text)
    return bound_number(number, "number", qualifier)


def parse_share(text: str) -> Token:
    """Parse a share of a whole, from 0 to 1; a majority is more than half."""
    qualifier, rest = split_bound(text)
    if qualifier == "exact" and rest in ("majority", "a majority", "the majority"):
        qualifier, rest = "more_than", "50%"
    match = re.fullmatch(r"(\S+?) ?(?:%|per ?cent)", rest)
    number = read_number(match[1]) if match else None
    if number is None or number > 100:
        raise TokenError(FORMS["share"], text)
    return bound_number(number / 100, "share", qualifier, most=Decimal(1))


def parse_duration(text: str) -> Token:
    """Parse a length of time in its printed unit, because a month is not a fixed number of weeks."""
    qualifier, rest = split_bound(text)
    match = re.fullmatch(r"(?:(?:a|the) (?=\S+[ -]))?(\S+?)[ -](day|week|month|year)s?", rest)
    number = Decimal(1) if match and match[1] in ("a", "an") else read_number(match[1]) if match else None
    if match is None or number is None or plain_words(text).startswith("over "):
        raise TokenError(FORMS["duration"], text)
    return bound_number(number, f"{match[2]}s", qualifier)


def parse_grade(text: str) -> Token:
    """Parse a grade; praise (`good progress`, `consistently good`) is not a grade.

    Examples
    --------
    >>> parse_grade("Requires improvement to be good").value, parse_grade("rated ‘good’").value
    ('requires_improvement', 'good')
    """
    grade = GRADES.get(re.sub(r"^(?:rated|judged|rating)(?: of| as)? ", "", plain_words(text)))
    if grade is None:
        raise TokenError(FORMS["grade"], text)
    return Token(grade, unit="grade", qualifier="exact")


def parse_direction(text: str) -> Token:
    """Parse the direction of a change, which has no size."""
    directions = {MEANINGS.get(word) for word in plain_words(text).split(" and ")}
    direction = directions.pop()
    if directions or direction is None:
        raise TokenError(FORMS["direction"], text)
    return Token(direction, unit="direction", qualifier="exact")


def parse_word(text: str) -> Token:
    """Parse a word or name, without quotation marks.

    Examples
    --------
    >>> parse_word("“underdeveloped,”").value, parse_word("had not “received a high priority”").value
    ('underdeveloped', 'had not received a high priority')
    """
    return Token(drop_quotes(text), unit="word", qualifier="exact")


def write_minus(text: str) -> str:
    """Put a minus sign before negative numbers; other hyphens stay.

    Examples
    --------
    >>> write_minus("-35% from 2014-15 (-41% to -29%)")
    '−35% from 2014-15 (−41% to −29%)'
    """
    return re.sub(r"(?<!\w)-(?=\d)", "−", text)
