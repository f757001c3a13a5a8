"""Printed periods (`in July`, `six months after`) made dates, seen from the date of the document they stand in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lewisham_study.raw.wording import plain_words
from lewisham_study.tidy.parsing.numbers import TokenError, read_number
from lewisham_study.tidy.parsing.spans import (
    DAY,
    MONTH,
    MONTHS,
    SEASONS,
    Precision,
    Span,
    measure_span,
    read_span,
    shift_date,
    span_days,
    span_months,
    span_term,
    widen_day,
)

Match = re.Match[str]
Published = tuple[date, date]

# The most that `a few` days, weeks or months are taken to be; where more hangs on it, a reading says so.
FEW = 6
UNIT = r"(?P<unit>day|week|month|year)s?"
SEASON = rf"(?P<season>{'|'.join(SEASONS)})"


def resolve_period(words: str, published: Published, ahead: bool) -> Span:
    """Give the span that plain words mean, said between two days.

    Parameters
    ----------
    words : in lower case, without `in` before them.
    published : first and last day on which they can have been said.
    ahead : they speak of what is to come.

    Raises
    ------
    ValueError
        Where the words are not understood, or name one span if said on the first day and another on the last.
    """
    for pattern, rule in NAMED.items():
        if match := re.fullmatch(pattern, words):
            first, last = (rule(match, day, ahead) for day in published)
            if first != last:
                raise ValueError(f"it may begin on {first.start} or on {last.start}")
            return first
    for pattern, moving in MOVING.items():
        if match := re.fullmatch(pattern, words):
            first, last = (moving(match, day) for day in published)
            return first if first == last else measure_span(first.start, last.end)
    return resolve_bracket(words, published)


def resolve_bracket(words: str, published: Published) -> Span:
    """Give the day in `last night (January 23)`, and hold the one wording against the other."""
    match = re.fullmatch(r"(?P<said>last night|yesterday|today) \((?P<named>.+)\)", words)
    if match is None:
        raise ValueError("the form is not known")
    said, named = resolve_period(match["said"], published, False), resolve_period(match["named"], published, False)
    if not said.start <= named.start <= said.end:
        raise ValueError(f"{match['said']} is {said.start} at the earliest, {said.end} at the latest")
    return named


def resolve_name(match: Match, day: date, ahead: bool) -> Span:
    """Give the latest month, season or day of that name to have begun; ahead: the next to end."""
    for year in (day.year, day.year + (1 if ahead else -1)):
        span = name_span(match, year)
        if span.end >= day if ahead else span.start <= day:
            return span
    raise ValueError("no year fits")


def resolve_last(match: Match, day: date, ahead: bool) -> Span:
    """Give the latest month or season of that name to be over."""
    span = name_span(match, day.year)
    return span if span.end < day else name_span(match, day.year - 1)


def resolve_year(match: Match, day: date, ahead: bool) -> Span:
    """Give this, last or next year, or its month or season of that name."""
    year = day.year + {"last": -1, "this": 0, "next": 1}[match["which"]]
    named = any(match.groupdict().get(name) for name in ("month", "season"))
    return name_span(match, year) if named else span_months(year, 1, 12)


def name_span(match: Match, year: int) -> Span:
    """Give the day, month or season that a match names, in a year."""
    names = match.groupdict()
    if names.get("season"):
        return span_months(year, *SEASONS[names["season"]])
    month = MONTHS[names["month"]]
    return span_days(year, month, names["day"]) if names.get("day") else span_months(year, month, month)


def resolve_term(match: Match, day: date, ahead: bool) -> Span:
    """Give the school term that a day falls in."""
    return span_term(day)


def resolve_distance(match: Match, day: date) -> Span:
    """Give the day, week, month or year that lies so many back; `six months after` it, the document came out."""
    unit = f"{match['unit']}s"
    return widen_day(shift_date(day, -count_units(match), unit), unit)


def resolve_stretch(match: Match, day: date) -> Span:
    """Give the stretch from a day to so many units on, or from so many units back to it."""
    number = count_units(match) * (-1 if match["way"] in ("last", "past") else 1)
    edge = shift_date(day, number, f"{match['unit']}s")
    return measure_span(min(day, edge), max(day, edge))


def count_units(match: Match) -> int:
    """Give the number of units in a match: one if none is printed, at most `FEW` for a few."""
    words = match["number"] or "one"
    number = {"a": 1, "an": 1, "few": FEW, "a few": FEW}.get(words) or read_number(words)
    if number is None or number != int(number):
        raise ValueError(f"{words!r} is no number")
    return int(number)


NAMED: dict[str, Callable[[Match, date, bool], Span]] = {
    MONTH: resolve_name,
    rf"(?:the )?{SEASON}": resolve_name,
    rf"{MONTH} {DAY}": resolve_name,
    rf"{DAY} {MONTH}": resolve_name,
    rf"last (?:{MONTH}|{SEASON})": resolve_last,
    r"(?P<which>last|this|next) year": resolve_year,
    rf"(?:{MONTH}|{SEASON}),? (?:of )?(?P<which>last|this|next) year": resolve_year,
    r"(?:the )?(?:school )?term": resolve_term,
}
MOVING: dict[str, Callable[[Match, date], Span]] = {
    r"today|tonight|now|currently|at present": lambda match, day: Span(day, day, "day"),
    r"last night|yesterday": lambda match, day: Span(day - timedelta(1), day - timedelta(1), "day"),
    rf"(?P<number>a few|\S+) {UNIT} (?:ago|after|earlier|before)": resolve_distance,
    rf"the (?P<way>next|coming|last|past) (?P<number>){UNIT}": resolve_stretch,
    rf"(?:the )?(?P<way>next|coming|last|past) (?P<number>a few|\S+) {UNIT}": resolve_stretch,
    rf"(?P<way>)within (?P<number>a few|\S+) {UNIT}": resolve_stretch,
}

Basis = Literal["stated", "inferred", "none"]

FORMS = (
    "a day (21 July 2021), days (21 and 22 July 2021, 30 April and 1 May 2025), a month (July 2019), a season (autumn "
    "2018), early, mid or late in a year, a year, a financial year (2017-18); or one seen from the document's date: "
    "today, currently, last night, last night (January 23), in July, last July, December last year, the summer, last "
    "year, six months ago or after, in the last year, in the next few weeks, within two years, the school term; or "
    "since, by, before or at the end of one of these, or from one to another"
)


@dataclass(frozen=True)
class Period:
    """The days that a claim speaks of.

    Parameters
    ----------
    start, end : first and last day it can mean; None where the wording leaves that side open.
    precision : how finely it is known; None where a side is open.
    basis : stated (the wording fixes it), inferred (with the document's date), none.
    """

    start: date | None = None
    end: date | None = None
    precision: Precision | None = None
    basis: Basis = "none"


def parse_period(text: str, published: Published, ahead: bool = False) -> Period:
    """Give the days that a printed period means.

    Parameters
    ----------
    text : the period as printed; empty gives a `Period` without dates and with basis none.
    published : first and last day on which the document can have come out.
    ahead : the claim is a forecast, so `in July` is the next July and not the latest.

    Returns
    -------
    Period
        Seen from an uncertain date, `six months ago` covers all that it can mean.

    Raises
    ------
    TokenError
        Where the form is unknown, the day does not exist, or a name (`in July`) means one year seen
        from the first day on which the document can have come out and another seen from the last.

    Examples
    --------
    >>> parse_period("last night (January 23)", (date(2020, 1, 24), date(2020, 1, 24))).start
    datetime.date(2020, 1, 23)
    >>> january_2024 = date(2024, 1, 1), date(2024, 1, 31)
    >>> parse_period("over three weeks in December last year", january_2024).start
    datetime.date(2023, 12, 1)
    """
    words = trim_words(plain_words(text))
    try:
        return read_words(words, published, ahead) if words else Period()
    except (ValueError, OverflowError) as error:
        raise TokenError("a period", text, str(error), FORMS) from None


def trim_words(words: str) -> str:
    """Take away what stands before a period and leaves it as it is: in, during, over three weeks in.

    Examples
    --------
    >>> trim_words("over three weeks in december last year"), trim_words("likely to be early in 2019")
    ('december last year', 'early in 2019')
    """
    words = re.sub(r"^(?:expected|due|likely)(?: to be)? ", "", words)
    words = re.sub(r"^(?:over |for )?\S+[ -](?:day|week|month)s? (?:in|of) ", "", words)
    return re.sub(r"^(?:in|on|during|of|over|throughout) ", "", words)


def read_words(words: str, published: Published, ahead: bool) -> Period:
    """Give the period that plain words mean: one span, or what other spans bound."""
    opening = published[0] if ahead else None
    if match := re.fullmatch(r"since (.+)", words):
        since = read_words(trim_words(match[1]), published, False)
        return bound_days(since.start, published[1], "inferred")
    if match := re.fullmatch(r"(?:by|until|before (?=(?:the )?end of )) ?(?:the )?(?:end of )?(.+)", words):
        limit = read_words(trim_words(match[1]), published, ahead)
        return bound_days(opening, limit.end, "inferred" if ahead else limit.basis)
    if match := re.fullmatch(r"before (.+)", words):
        limit = read_words(trim_words(match[1]), published, ahead)
        eve = limit.start - timedelta(days=1) if limit.start else None
        return bound_days(opening, eve, "inferred" if ahead else limit.basis)
    if match := re.fullmatch(r"(?:the )?end of (.+)", words):
        limit = read_words(trim_words(match[1]), published, ahead)
        return bound_days(limit.end.replace(day=1) if limit.end else None, limit.end, limit.basis)
    if match := re.fullmatch(r"(?:between|from) (.+?) (?:and|to|until) (.+)", words):
        first, last = (read_words(trim_words(part), published, ahead) for part in match.groups())
        return bound_days(first.start, last.end, "stated" if first.basis == last.basis == "stated" else "inferred")
    if span := read_span(words):
        return Period(span.start, span.end, span.precision, "stated")
    span = resolve_period(words, published, ahead)
    return Period(span.start, span.end, span.precision, "inferred")


def bound_days(start: date | None, end: date | None, basis: Basis) -> Period:
    """Give the period between two days, either of which may be open.

    Raises
    ------
    ValueError
        Where it would end before it begins.
    """
    if start is None or end is None:
        return Period(start, end, None, basis)
    if end < start:
        raise ValueError(f"it would end on {end}, before it begins on {start}")
    return Period(start, end, measure_span(start, end).precision, basis)
