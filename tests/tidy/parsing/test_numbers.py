"""Printed tokens: every wording in the documents, and random tokens of every form."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lewisham_study.tidy.parsing.numbers import (
    COUNTED,
    DIRECTIONS,
    FORMS,
    GRADES,
    NUMBERS,
    Token,
    TokenError,
    parse_token,
    read_number,
    round_half,
    split_bound,
)

KINDS = ["money", "count", "share", "duration", "grade", "direction", "word"]
NUMERIC = ["money", "count", "share", "duration"]
BOUNDS = {
    "at least ": "at_least",
    "a minimum of ": "at_least",
    "more than ": "more_than",
    "about ": "about",
    "": "exact",
}
SCALES = {"": 1, "k": 10**3, "m": 10**6, " million": 10**6, "bn": 10**9, " billion": 10**9}


@pytest.mark.parametrize(
    ("text", "kind", "value", "low", "high", "unit", "qualifier"),
    [
        ("£15.6m", "money", "15600000", "15600000", "15600000", "pounds", "exact"),
        ("£2.0m", "money", "2000000", "2000000", "2000000", "pounds", "exact"),
        ("£15,600", "money", "15600", "15600", "15600", "pounds", "exact"),
        ("£1.2bn", "money", "1200000000", "1200000000", "1200000000", "pounds", "exact"),
        ("over £1.2 billion", "money", "1200000000", "1200000000", None, "pounds", "more_than"),
        ("at least 200", "count", "200", "200", None, "number", "at_least"),
        ("over 600", "count", "600", "600", None, "number", "more_than"),
        ("about 1,500", "count", "1500", None, None, "number", "about"),
        ("expected to be 20", "count", "20", None, None, "number", "expected"),
        ("20", "count", "20", "20", "20", "number", "exact"),
        ("all four", "count", "4", "4", "4", "number", "exact"),
        ("all five", "count", "5", "5", "5", "number", "exact"),
        ("80 per cent", "share", "0.8", "0.8", "0.8", "share", "exact"),
        ("80%", "share", "0.8", "0.8", "0.8", "share", "exact"),
        ("at least 80 percent", "share", "0.8", "0.8", "1", "share", "at_least"),
        ("The majority", "share", "0.5", "0.5", "1", "share", "more_than"),
        ("“minimum of two years”", "duration", "2", "2", None, "years", "at_least"),
        ("a “minimum of\u00a0two\nyears”.”", "duration", "2", "2", None, "years", "at_least"),
        ("at least two years", "duration", "2", "2", None, "years", "at_least"),
        ("three-year", "duration", "3", "3", "3", "years", "exact"),
        ("three-week", "duration", "3", "3", "3", "weeks", "exact"),
        ("three weeks", "duration", "3", "3", "3", "weeks", "exact"),
        ("six months", "duration", "6", "6", "6", "months", "exact"),
        ("a year", "duration", "1", "1", "1", "years", "exact"),
        ("a three-year", "duration", "3", "3", "3", "years", "exact"),
        ("about 10 days", "duration", "10", None, None, "days", "about"),
    ],
)
def test_numbers_are_parsed_with_their_bounds(
    text: str, kind: str, value: str, low: str | None, high: str | None, unit: str, qualifier: str
) -> None:
    bounds = [None if bound is None else Decimal(bound) for bound in (low, high)]
    token = parse_token(text, kind)
    assert (token.value, token.low, token.high, token.unit, token.qualifier) == (
        Decimal(value),
        *bounds,
        unit,
        qualifier,
    )


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("requires improvement", "requires_improvement"),
        ("‘requires improvement’", "requires_improvement"),
        ("requiring improvement", "requires_improvement"),
        ("Requires improvement to be good", "requires_improvement"),
        ("judged as requiring improvement", "requires_improvement"),
        ("rating of ‘good’", "good"),
        ("Good", "good"),
        ("“outstanding”", "outstanding"),
        ("Adequate", "adequate"),
        ("inadequate", "inadequate"),
    ],
)
def test_a_grade_is_parsed_in_every_wording(text: str, grade: str) -> None:
    assert parse_token(text, "grade") == Token(grade, unit="grade", qualifier="exact")


@pytest.mark.parametrize(
    "text",
    [
        "good progress",
        "consistently good",
        "really good work",
        "less than good",
        "clean bill of health",
        "not good",
        "a better ‘requires improvement’",
        "the same rating",
        "adequate service",
        "adversely affected",
        "received a high priority",
        "good or outstanding",
    ],
)
def test_praise_and_references_are_not_grades(text: str) -> None:
    with pytest.raises(TokenError) as error:
        parse_token(text, "grade")
    assert "requiring improvement" in str(error.value)
    assert repr(text) in str(error.value)


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("improved", "improved"),
        ("had deteriorated", None),
        ("“deteriorated”", "deteriorated"),
        ("maintained", "maintained"),
        ("no change", "maintained"),
        ("increased", "increased"),
        ("improved and strengthened", "improved"),
        ("improved and deteriorated", None),
    ],
)
def test_a_direction_is_parsed_or_refused(text: str, direction: str | None) -> None:
    if direction:
        assert parse_token(text, "direction").value == direction
    else:
        with pytest.raises(TokenError, match="or two that agree"):
            parse_token(text, "direction")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("15.6m", "money"),
        ("£15.6", "count"),
        ("£1,56m", "money"),
        ("£15.6m–£16m", "money"),
        ("$3m", "money"),
        ("up to 20", "count"),
        ("fewer than 20", "count"),
        ("2.5", "count"),
        ("twenty one hundred", "count"),
        ("several", "count"),
        ("80", "share"),
        ("101 per cent", "share"),
        ("over three weeks", "duration"),
        ("two", "duration"),
        ("2 fortnights", "duration"),
        ("some years", "duration"),
        ("anything", "none"),
        ("20", "number"),
    ],
)
def test_an_unknown_form_is_refused_with_the_known_forms(text: str, kind: str) -> None:
    with pytest.raises(TokenError) as error:
        parse_token(text, kind)
    assert error.value.expected == FORMS.get(kind, error.value.expected)
    assert repr(text) in error.value.found


@pytest.mark.parametrize("kind", [*KINDS, "none"])
@pytest.mark.parametrize("text", ["", " ", "\u00a0", "◼"])
def test_an_empty_token_has_no_value_and_is_never_zero(text: str, kind: str) -> None:
    assert parse_token(text, kind) == Token(None, None, None, "", None)


@given(st.integers(0, 10**7), st.integers(0, 999), st.sampled_from(sorted(SCALES)), st.sampled_from(sorted(BOUNDS)))
def test_money_is_digits_times_scale(pounds: int, places: int, scale: str, bound: str) -> None:
    digits = f"{pounds:,}.{places:03}"
    token = parse_token(f"{bound}£{digits}{scale}", "money")
    assert token.value == Decimal(digits.replace(",", "")) * SCALES[scale]
    assert token.qualifier == BOUNDS[bound]


@given(st.integers(0, 10**9), st.integers(0, 3), st.sampled_from(sorted(SCALES)))
def test_rounding_hides_half_of_the_last_printed_digit(number: int, places: int, scale: str) -> None:
    printed = Decimal(number).scaleb(-places)
    step = round_half(f"£{printed:f}{scale}") * 2
    assert step == Decimal(10) ** -places * SCALES[scale]


@given(st.integers(0, 10**9), st.sampled_from(sorted(BOUNDS)), st.booleans())
def test_a_count_keeps_its_number_and_bound(number: int, bound: str, commas: bool) -> None:
    token = parse_token(f"{bound}{number:,}" if commas else f"{bound}{number}", "count")
    assert (token.value, token.qualifier) == (number, BOUNDS[bound])
    assert token.low in (None, number) and token.high in (None, number)


@given(st.integers(0, 99))
def test_number_words_equal_figures(number: int) -> None:
    assert NUMBERS[COUNTED[number]] == number == read_number(str(number))
    assert parse_token(COUNTED[number].capitalize(), "count") == parse_token(str(number), "count")


@given(st.decimals(0, 100, places=2), st.sampled_from(["%", " per cent", " percent"]))
def test_a_share_is_between_zero_and_one(percent: Decimal, unit: str) -> None:
    token = parse_token(f"{percent}{unit}", "share")
    assert token.value == percent / 100
    assert 0 <= Decimal(token.value) <= 1


@given(
    st.integers(2, 99),
    st.sampled_from(["day", "week", "month", "year"]),
    st.booleans(),
    st.sampled_from(sorted(set(BOUNDS))),
)
def test_a_duration_keeps_its_unit(number: int, unit: str, in_words: bool, bound: str) -> None:
    printed = COUNTED[number] if in_words else str(number)
    token = parse_token(f"{bound}{printed} {unit}s", "duration")
    assert (token.value, token.unit, token.qualifier) == (number, f"{unit}s", BOUNDS[bound])
    assert parse_token(f"{printed}-{unit}", "duration").value == number


@given(
    st.sampled_from(sorted(GRADES)), st.sampled_from(["{}", "‘{}’", "“{},”", "rated “{}”", "judged as {}", "\u00a0{} "])
)
def test_quotes_and_spaces_do_not_change_a_grade(wording: str, frame: str) -> None:
    assert parse_token(frame.format(wording.replace(" ", "\u00a0")), "grade").value == GRADES[wording]


@given(st.sampled_from(sorted(GRADES)), st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.booleans())
def test_a_grade_with_another_word_is_not_a_grade(wording: str, word: str, before: bool) -> None:
    text = f"{word} {wording}" if before else f"{wording} {word}"
    if text not in GRADES and word not in ("rated", "judged", "rating"):
        with pytest.raises(TokenError):
            parse_token(text, "grade")


@given(st.sampled_from([(word, to) for to, words in DIRECTIONS.items() for word in words]))
def test_every_word_of_direction_has_one_meaning(pair: tuple[str, str]) -> None:
    assert parse_token(pair[0].upper(), "direction").value == pair[1]


@given(st.text(max_size=30), st.sampled_from(NUMERIC))
def test_any_text_is_parsed_or_refused(text: str, kind: str) -> None:
    try:
        token = parse_token(text, kind)
    except TokenError as error:
        assert error.expected and error.found
    else:
        assert token.value is None or isinstance(token.value, Decimal)


@given(st.integers(0, 10**6), st.sampled_from(sorted(BOUNDS)))
def test_a_bound_is_split_off(number: int, bound: str) -> None:
    assert split_bound(f"{bound}{number}") == (BOUNDS[bound], str(number))
