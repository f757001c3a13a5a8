"""Parse printed periods (`in July`, `six months after`) into dates, relative to the date of the document.

Often only a range is known for the date of a document. A period is then computed twice, as if the document had been
published on the first and on the last possible day: a name (`in July`) must mean the same on both, and a distance
(`six months ago`) covers all that it can mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lewisham_study.raw.facts import plain_words
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
"""The first and last day on which a document can have been published."""
Basis = Literal["stated", "inferred", "none"]

# The most that `a few` days, weeks or months are taken to be; if more depends on it, a coded reading says so.
FEW = 6
UNIT = r"(?P<unit>day|week|month|year)s?"
SEASON = rf"(?P<season>{'|'.join(SEASONS)})"
FORMS = (
    "a day (21 July 2021), days (21 and 22 July 2021, 30 April and 1 May 2025), a month (July 2019), a season (autumn "
    "2018), early, mid or late in a year, a year, a financial year (2017-18); or one relative to the document's date: "
    "today, currently, last night, last night (January 23), in July, last July, December last year, the summer, last "
    "year, six months ago or after, in the last year, in the next few weeks, within two years, the school term; or "
    "since, by, before or at the end of one of these, or from one to another"
)


@dataclass(frozen=True)
class Period:
    """The days that a claim is about.

    `start` and `end` are None if the wording leaves that side open, and `precision` is None if either is open.
    The basis is stated (the wording fixes the dates), inferred (with the document's date) or none.
    """

    start: date | None = None
    end: date | None = None
    precision: Precision | None = None
    basis: Basis = "none"


def parse_period(text: str, published: Published, ahead: bool = False) -> Period:
    """Parse a printed period; with `ahead` (a forecast) `in July` is the next July and not the latest.

    Unknown forms, impossible dates and names that could mean two years are a `TokenError`.

    Examples
    --------
    >>> parse_period("last night (January 23)", (date(2020, 1, 24), date(2020, 1, 24))).start
    datetime.date(2020, 1, 23)
    """
    words = trim_words(plain_words(text))
    try:
        return read_words(words, published, ahead) if words else Period()
    except (ValueError, OverflowError) as error:
        raise TokenError("a period", text, str(error), FORMS) from None


def trim_words(words: str) -> str:
    """Remove words before a period that do not change it: in, during, over three weeks in.

    Examples
    --------
    >>> trim_words("over three weeks in december last year"), trim_words("likely to be early in 2019")
    ('december last year', 'early in 2019')
    """
    words = re.sub(r"^(?:expected|due|likely)(?: to be)? ", "", words)
    words = re.sub(r"^(?:over |for )?\S+[ -](?:day|week|month)s? (?:in|of) ", "", words)
    return re.sub(r"^(?:in|on|during|of|over|throughout) ", "", words)


def read_words(words: str, published: Published, ahead: bool) -> Period:
    """Parse plain words into a period: one span, or the days that other spans bound."""
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
    """Return the period between two days, either of which may be open."""
    if start is None or end is None:
        return Period(start, end, None, basis)
    if end < start:
        raise ValueError(f"it would end on {end}, before it begins on {start}")
    return Period(start, end, measure_span(start, end).precision, basis)


def resolve_period(words: str, published: Published, ahead: bool) -> Span:
    """Return the span that relative words mean in a document published between two days."""
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
    """Return the day in `last night (January 23)`; the two wordings must agree."""
    match = re.fullmatch(r"(?P<said>last night|yesterday|today) \((?P<named>.+)\)", words)
    if match is None:
        raise ValueError("the form is not known")
    said, named = resolve_period(match["said"], published, False), resolve_period(match["named"], published, False)
    if not said.start <= named.start <= said.end:
        raise ValueError(f"{match['said']} is {said.start} at the earliest, {said.end} at the latest")
    return named


def resolve_name(match: Match, day: date, ahead: bool) -> Span:
    """Return the latest month, season or day of that name to have begun; ahead, the next to end."""
    for year in (day.year, day.year + (1 if ahead else -1)):
        span = name_span(match, year)
        if span.end >= day if ahead else span.start <= day:
            return span
    raise ValueError("no year fits")


def resolve_last(match: Match, day: date, ahead: bool) -> Span:
    """Return the latest month or season of that name to have ended."""
    span = name_span(match, day.year)
    return span if span.end < day else name_span(match, day.year - 1)


def resolve_year(match: Match, day: date, ahead: bool) -> Span:
    """Return this, last or next year, or the month or season that is named in it."""
    year = day.year + {"last": -1, "this": 0, "next": 1}[match["which"]]
    named = any(match.groupdict().get(name) for name in ("month", "season"))
    return name_span(match, year) if named else span_months(year, 1, 12)


def name_span(match: Match, year: int) -> Span:
    """Return the day, month or season that a match names, in a year."""
    names = match.groupdict()
    if names.get("season"):
        return span_months(year, *SEASONS[names["season"]])
    month = MONTHS[names["month"]]
    return span_days(year, month, names["day"]) if names.get("day") else span_months(year, month, month)


def resolve_distance(match: Match, day: date) -> Span:
    """Return the day, week, month or year a distance before a day; in `six months after`, the document came after."""
    unit = f"{match['unit']}s"
    return widen_day(shift_date(day, -count_units(match), unit), unit)


def resolve_stretch(match: Match, day: date) -> Span:
    """Return the span from a day to some units later, or from some units earlier to it."""
    number = count_units(match) * (-1 if match["way"] in ("last", "past") else 1)
    edge = shift_date(day, number, f"{match['unit']}s")
    return measure_span(min(day, edge), max(day, edge))


def count_units(match: Match) -> int:
    """Return the number of units in a match: one if none is printed, at most `FEW` for a few."""
    words = match["number"] or "one"
    number = {"a": 1, "an": 1, "few": FEW, "a few": FEW}.get(words) or read_number(words)
    if number is None or number != int(number):
        raise ValueError(f"{words!r} is not a number")
    return int(number)


NAMED: dict[str, Callable[[Match, date, bool], Span]] = {
    MONTH: resolve_name,
    rf"(?:the )?{SEASON}": resolve_name,
    rf"{MONTH} {DAY}": resolve_name,
    rf"{DAY} {MONTH}": resolve_name,
    rf"last (?:{MONTH}|{SEASON})": resolve_last,
    r"(?P<which>last|this|next) year": resolve_year,
    rf"(?:{MONTH}|{SEASON}),? (?:of )?(?P<which>last|this|next) year": resolve_year,
    r"(?:the )?(?:school )?term": lambda match, day, ahead: span_term(day),
}
"""Names, which must mean the same span on every possible day of publication."""
MOVING: dict[str, Callable[[Match, date], Span]] = {
    r"today|tonight|now|currently|at present": lambda match, day: Span(day, day, "day"),
    r"last night|yesterday": lambda match, day: Span(day - timedelta(1), day - timedelta(1), "day"),
    rf"(?P<number>a few|\S+) {UNIT} (?:ago|after|earlier|before)": resolve_distance,
    rf"the (?P<way>next|coming|last|past) (?P<number>){UNIT}": resolve_stretch,
    rf"(?:the )?(?P<way>next|coming|last|past) (?P<number>a few|\S+) {UNIT}": resolve_stretch,
    rf"(?P<way>)within (?P<number>a few|\S+) {UNIT}": resolve_stretch,
}
"""Distances, which cover all that they can mean between the first and last possible day of publication."""
