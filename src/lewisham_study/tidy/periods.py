"""Printed periods (`in July`, `six months after`) made dates, seen from the date of the document they stand in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lewisham_study.raw.wording import plain_words
from lewisham_study.tidy.numerals import TokenError
from lewisham_study.tidy.spans import Precision, measure_span, read_span
from lewisham_study.tidy.vantage import Published, see_period

Basis = Literal["stated", "inferred", "none"]

FORMS = (
    "a day (21 July 2021), days of a month (21 and 22 July 2021), a month (July 2019), a season (autumn "
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
    span = see_period(words, published, ahead)
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
