"""Parse the spans that print names in full: days, months, seasons, school terms, years, financial years."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Precision = Literal["day", "month", "quarter", "year"]

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if number}
MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if number} | {"sept": 9}
# Seasons as the Met Office counts them; winter falls in two years, so its name and a year do not fix it.
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11)}
# Early, mid and late are the four-month thirds of a year (ISO 8601-2, codes 37 to 39).
THIRDS = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}
# English schools have three terms; August is in none.
TERMS = ((1, 4), (5, 7), (9, 12))
YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
MONTH = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"


@dataclass(frozen=True)
class Span:
    """First day, last day, and how precisely the wording fixes them."""

    start: date
    end: date
    precision: Precision


def read_span(words: str) -> Span | None:
    """Parse plain words that name a span with its year; None if they do not, an error if the date is impossible.

    Examples
    --------
    >>> read_span("2017-18").end, read_span("early in 2019").end, read_span("july")
    (datetime.date(2018, 3, 31), datetime.date(2019, 4, 30), None)
    """
    if match := re.fullmatch(rf"{YEAR}", words):
        return span_months(int(match["year"]), 1, 12)
    if match := re.fullmatch(rf"{YEAR}[-/](?P<next>[0-9]{{2}}|(?:19|20)[0-9]{{2}})", words):
        return span_financial_year(int(match["year"]), match["next"])
    if match := re.fullmatch(rf"(?P<part>early|mid|late)(?:-| in | )?{YEAR}", words):
        return span_months(int(match["year"]), *THIRDS[match["part"]])
    if match := re.fullmatch(rf"(?P<part>spring|summer|autumn)(?: of| in)? {YEAR}", words):
        return span_months(int(match["year"]), *SEASONS[match["part"]])
    if match := re.fullmatch(rf"{MONTH},? (?:of )?{YEAR}", words):
        return span_months(int(match["year"]), MONTHS[match["month"]], MONTHS[match["month"]])
    if match := re.fullmatch(rf"{YEAR}-(?P<number>[0-9]{{2}})-(?P<day>[0-9]{{2}})", words):
        return span_days(int(match["year"]), int(match["number"]), match["day"])
    return read_days(words)


def read_days(words: str) -> Span | None:
    """Parse plain words that name a day, or several days of one month, with the year; else return None."""
    if match := re.fullmatch(rf"{DAY} {MONTH},? {YEAR}", words) or re.fullmatch(rf"{MONTH} {DAY},? {YEAR}", words):
        return span_days(int(match["year"]), MONTHS[match["month"]], match["day"])
    first = DAY.replace("day", "first")
    if match := re.fullmatch(rf"{first}(?: and | to | ?- ?){DAY} {MONTH} {YEAR}", words):
        return span_days(int(match["year"]), MONTHS[match["month"]], match["first"], match["day"])
    return None


def span_days(year: int, month: int, first: str, last: str = "") -> Span:
    """Return the span from one day of a month to another."""
    start, end = date(year, month, int(first)), date(year, month, int(last or first))
    if end < start:
        raise ValueError("the last day comes before the first")
    return Span(start, end, "day")


def span_months(year: int, first: int, last: int) -> Span:
    """Return the span of whole months of one year."""
    return measure_span(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))


def measure_span(start: date, end: date) -> Span:
    """Return a span; its precision is the shortest of day, month and quarter that is as long, or else year.

    Examples
    --------
    >>> measure_span(date(2020, 1, 24), date(2020, 3, 6)).precision
    'quarter'
    """
    days = (end - start).days + 1
    precision: Precision = "day" if days == 1 else "month" if days <= 31 else "quarter" if days <= 92 else "year"
    return Span(start, end, precision)


def span_financial_year(year: int, following: str) -> Span:
    """Return 1 April to 31 March; the second year must be the next one."""
    if int(following) not in (year + 1, (year + 1) % 100):
        raise ValueError("a financial year ends in the year after it begins")
    return Span(date(year, 4, 1), date(year + 1, 3, 31), "year")


def span_term(day: date) -> Span:
    """Return the school term that a day is in."""
    for first, last in TERMS:
        if first <= day.month <= last:
            return span_months(day.year, first, last)
    raise ValueError("no school term runs in August")


def shift_date(day: date, number: int, unit: str) -> date:
    """Move a day by some days, weeks, months or years; the 31st becomes the last day of a shorter month.

    Examples
    --------
    >>> shift_date(date(2019, 8, 31), -6, "months")
    datetime.date(2019, 2, 28)
    """
    if unit in ("days", "weeks"):
        return day + timedelta(days=number * (7 if unit == "weeks" else 1))
    months = day.year * 12 + day.month - 1 + number * (12 if unit == "years" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def widen_day(day: date, unit: str) -> Span:
    """Return the day, week, month or year that a day is in; weeks begin on Monday."""
    if unit == "years":
        return span_months(day.year, 1, 12)
    if unit == "months":
        return span_months(day.year, day.month, day.month)
    monday = day - timedelta(days=day.weekday())
    return measure_span(monday, monday + timedelta(days=6)) if unit == "weeks" else Span(day, day, "day")
