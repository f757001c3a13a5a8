"""Periods that depend on when they are said: seen from each end of the time a document can have come out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from lewisham_study.tidy.numerals import read_number
from lewisham_study.tidy.spans import (
    DAY,
    MONTH,
    MONTHS,
    SEASONS,
    Span,
    measure_span,
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


def see_period(words: str, published: Published, ahead: bool) -> Span:
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
    return see_bracket(words, published)


def see_bracket(words: str, published: Published) -> Span:
    """Give the day in `last night (January 23)`, and hold the one wording against the other."""
    match = re.fullmatch(r"(?P<said>last night|yesterday|today) \((?P<named>.+)\)", words)
    if match is None:
        raise ValueError("the form is not known")
    said, named = see_period(match["said"], published, False), see_period(match["named"], published, False)
    if not said.start <= named.start <= said.end:
        raise ValueError(f"{match['said']} is {said.start} at the earliest, {said.end} at the latest")
    return named


def see_name(match: Match, day: date, ahead: bool) -> Span:
    """Give the latest month, season or day of that name to have begun; ahead: the next to end."""
    for year in (day.year, day.year + (1 if ahead else -1)):
        span = name_span(match, year)
        if span.end >= day if ahead else span.start <= day:
            return span
    raise ValueError("no year fits")


def see_last(match: Match, day: date, ahead: bool) -> Span:
    """Give the latest month or season of that name to be over."""
    span = name_span(match, day.year)
    return span if span.end < day else name_span(match, day.year - 1)


def see_year(match: Match, day: date, ahead: bool) -> Span:
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


def see_term(match: Match, day: date, ahead: bool) -> Span:
    """Give the school term that a day falls in."""
    return span_term(day)


def see_distance(match: Match, day: date) -> Span:
    """Give the day, week, month or year that lies so many back; `six months after` it, the document came out."""
    unit = f"{match['unit']}s"
    return widen_day(shift_date(day, -count_units(match), unit), unit)


def see_stretch(match: Match, day: date) -> Span:
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
    MONTH: see_name,
    rf"(?:the )?{SEASON}": see_name,
    rf"{MONTH} {DAY}": see_name,
    rf"{DAY} {MONTH}": see_name,
    rf"last (?:{MONTH}|{SEASON})": see_last,
    r"(?P<which>last|this|next) year": see_year,
    rf"(?:{MONTH}|{SEASON}),? (?:of )?(?P<which>last|this|next) year": see_year,
    r"(?:the )?(?:school )?term": see_term,
}
MOVING: dict[str, Callable[[Match, date], Span]] = {
    r"today|tonight|now|currently|at present": lambda match, day: Span(day, day, "day"),
    r"last night|yesterday": lambda match, day: Span(day - timedelta(1), day - timedelta(1), "day"),
    rf"(?P<number>a few|\S+) {UNIT} (?:ago|after|earlier|before)": see_distance,
    rf"the (?P<way>next|coming|last|past) (?P<number>){UNIT}": see_stretch,
    rf"(?:the )?(?P<way>next|coming|last|past) (?P<number>a few|\S+) {UNIT}": see_stretch,
    rf"(?P<way>)within (?P<number>a few|\S+) {UNIT}": see_stretch,
}
