"""Printed periods: every wording in the documents, relative to their dates, and random spans."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lewisham_study.tidy.parsing.numbers import COUNTED, TokenError
from lewisham_study.tidy.parsing.periods import FORMS, Period, bound_days, parse_period
from lewisham_study.tidy.parsing.spans import MONTHS, shift_date

AUTUMN_2018 = date(2018, 10, 1), date(2018, 12, 31)
EARLY_2019 = date(2019, 1, 15), date(2019, 2, 10)
JANUARY_2020 = date(2020, 1, 24), date(2020, 1, 24)
LATE_2021 = date(2021, 7, 22), date(2021, 12, 31)
JANUARY_2024 = date(2024, 1, 1), date(2024, 1, 31)

days = st.dates(date(1990, 1, 1), date(2040, 12, 31))
month_names = st.sampled_from(calendar.month_name[1:])


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("21 and 22 July 2021", "2021-07-21", "2021-07-22", "day"),
        ("on 8 to 19 July 2019", "2019-07-08", "2019-07-19", "day"),
        ("4–15 December 2023", "2023-12-04", "2023-12-15", "day"),
        ("31 January 2024", "2024-01-31", "2024-01-31", "day"),
        ("January 23, 2020", "2020-01-23", "2020-01-23", "day"),
        ("2020-01-23", "2020-01-23", "2020-01-23", "day"),
        ("July 2019", "2019-07-01", "2019-07-31", "month"),
        ("in\u00a0February\n2020", "2020-02-01", "2020-02-29", "month"),
        ("Sept 2018", "2018-09-01", "2018-09-30", "month"),
        ("autumn 2018", "2018-09-01", "2018-11-30", "quarter"),
        ("2015", "2015-01-01", "2015-12-31", "year"),
        ("in 2015", "2015-01-01", "2015-12-31", "year"),
        ("early 2019", "2019-01-01", "2019-04-30", "year"),
        ("likely to be early in 2019", "2019-01-01", "2019-04-30", "year"),
        ("mid-2019", "2019-05-01", "2019-08-31", "year"),
        ("2017-18", "2017-04-01", "2018-03-31", "year"),
        ("2017/18", "2017-04-01", "2018-03-31", "year"),
        ("1999-2000", "1999-04-01", "2000-03-31", "year"),
        ("between May 2018 and September 2018", "2018-05-01", "2018-09-30", "year"),
        ("the end of March 2019", "2019-03-01", "2019-03-31", "month"),
    ],
)
@pytest.mark.parametrize("published", [AUTUMN_2018, JANUARY_2024])
def test_a_full_date_does_not_depend_on_the_document(
    text: str, start: str, end: str, precision: str, published: tuple[date, date]
) -> None:
    period = parse_period(text, published)
    assert period == Period(date.fromisoformat(start), date.fromisoformat(end), precision, "stated")


@pytest.mark.parametrize(
    ("text", "published", "ahead", "start", "end"),
    [
        ("last night (January 23)", JANUARY_2020, False, "2020-01-23", "2020-01-23"),
        ("last night", JANUARY_2020, False, "2020-01-23", "2020-01-23"),
        ("in July", JANUARY_2020, False, "2019-07-01", "2019-07-31"),
        ("July", JANUARY_2020, True, "2020-07-01", "2020-07-31"),
        ("in July", LATE_2021, False, "2021-07-01", "2021-07-31"),
        ("in May", AUTUMN_2018, False, "2018-05-01", "2018-05-31"),
        ("last July", EARLY_2019, False, "2018-07-01", "2018-07-31"),
        ("six months after", EARLY_2019, False, "2018-07-01", "2018-08-31"),
        ("six months ago", (date(2019, 1, 22), date(2019, 1, 22)), False, "2018-07-01", "2018-07-31"),
        ("in the next few weeks", EARLY_2019, True, "2019-01-15", "2019-03-24"),
        ("before the end of the school term", EARLY_2019, True, "2019-01-15", "2019-04-30"),
        ("December last year", JANUARY_2024, False, "2023-12-01", "2023-12-31"),
        ("over three weeks in December last year", JANUARY_2024, False, "2023-12-01", "2023-12-31"),
        ("today", JANUARY_2024, False, "2024-01-01", "2024-01-31"),
        ("currently", AUTUMN_2018, False, "2018-10-01", "2018-12-31"),
        ("since the summer", JANUARY_2020, False, "2019-06-01", "2020-01-24"),
        ("since 2015", JANUARY_2020, False, "2015-01-01", "2020-01-24"),
        ("in the last year", LATE_2021, False, "2020-07-22", "2021-12-31"),
        ("last year", JANUARY_2024, False, "2023-01-01", "2023-12-31"),
        ("by the end of the next two years", JANUARY_2020, True, "2020-01-24", "2022-01-24"),
        ("within two years", JANUARY_2020, True, "2020-01-24", "2022-01-24"),
        ("from 2015 to last July", JANUARY_2020, False, "2015-01-01", "2019-07-31"),
    ],
)
def test_a_relative_period_depends_on_the_document(
    text: str, published: tuple[date, date], ahead: bool, start: str, end: str
) -> None:
    period = parse_period(text, published, ahead)
    assert (str(period.start), str(period.end), period.basis) == (start, end, "inferred")


@pytest.mark.parametrize(
    ("text", "published", "why"),
    [
        ("in September", LATE_2021, "it may begin on 2020-09-01 or on 2021-09-01"),
        ("last year", (date(2019, 12, 1), date(2020, 2, 1)), "2018-01-01 or on 2019-01-01"),
        ("last night (January 22)", JANUARY_2020, "last night is 2020-01-23"),
        ("the school term", (date(2019, 8, 10), date(2019, 8, 10)), "no school term runs in August"),
        ("31 June 2021", JANUARY_2020, "day"),
        ("22 and 21 July 2021", JANUARY_2020, "the last day comes before the first"),
        ("2017-19", JANUARY_2020, "a financial year ends in the year after"),
        ("from 2019 to 2015", JANUARY_2020, "before it begins"),
        ("soon", JANUARY_2020, "the form is not known"),
        ("winter 2018", JANUARY_2020, "the form is not known"),
        ("the 2015 report", JANUARY_2020, "the form is not known"),
        ("seventyleven months ago", JANUARY_2020, "is not a number"),
        ("99999999 years ago", JANUARY_2020, ""),
    ],
)
def test_an_ambiguous_or_unknown_period_is_refused_with_the_forms(
    text: str, published: tuple[date, date], why: str
) -> None:
    with pytest.raises(TokenError) as error:
        parse_period(text, published)
    assert (error.value.expected, error.value.forms) == ("a period", FORMS)
    assert repr(text) in error.value.found and why in error.value.found


def test_an_empty_period_has_no_dates() -> None:
    assert parse_period("\u00a0", JANUARY_2020) == Period(None, None, None, "none")


def test_a_limit_in_the_past_leaves_the_start_open() -> None:
    assert parse_period("before 2015", JANUARY_2020) == Period(None, date(2014, 12, 31), None, "stated")
    assert parse_period("by last July", JANUARY_2020) == Period(None, date(2019, 7, 31), None, "inferred")


@given(days)
def test_a_day_is_parsed_in_every_order(day: date) -> None:
    name = calendar.month_name[day.month]
    for text in (f"{day.day} {name} {day.year}", f"{name} {day.day}, {day.year}", day.isoformat()):
        assert parse_period(text, JANUARY_2020) == Period(day, day, "day", "stated")


@given(month_names, st.integers(1900, 2099))
def test_a_month_runs_from_its_first_day_to_its_last(name: str, year: int) -> None:
    period = parse_period(f"{name} {year}", JANUARY_2020)
    assert period.start is not None and period.end is not None
    assert period.start.day == 1 and period.start.month == period.end.month == MONTHS[name.lower()]
    assert (period.end + timedelta(days=1)).day == 1


@given(st.integers(1900, 2098), st.sampled_from(["-", "/", "–"]))
def test_a_financial_year_runs_from_april_to_march(year: int, stroke: str) -> None:
    period = parse_period(f"{year}{stroke}{(year + 1) % 100:02}", JANUARY_2020)
    assert (period.start, period.end) == (date(year, 4, 1), date(year + 1, 3, 31))


@given(month_names, days, st.booleans())
def test_a_month_without_a_year_is_the_nearest_one(name: str, day: date, ahead: bool) -> None:
    period = parse_period(f"in {name}", (day, day), ahead)
    assert period.start is not None and period.end is not None
    if ahead:
        assert day <= period.end and (period.start - day).days <= 366
    else:
        assert period.start <= day and (day - period.end).days <= 366


@given(days, st.integers(0, 400), month_names)
def test_a_name_must_mean_one_month_on_every_possible_day(day: date, length: int, name: str) -> None:
    published = day, day + timedelta(days=length)
    readings = {parse_period(f"in {name}", (end, end)) for end in published}
    if len(readings) == 1:
        assert parse_period(f"in {name}", published) == readings.pop()
    else:
        with pytest.raises(TokenError):
            parse_period(f"in {name}", published)


@given(days, st.integers(0, 60), st.integers(1, 99), st.sampled_from(["day", "week", "month", "year"]))
def test_a_distance_covers_every_possible_day_of_publication(day: date, length: int, number: int, unit: str) -> None:
    published = day, day + timedelta(days=length)
    whole = parse_period(f"{COUNTED[number]} {unit}s ago", published)
    assert whole.start is not None and whole.end is not None
    for said in (published[0], published[0] + timedelta(days=length // 2), published[1]):
        part = parse_period(f"{number} {unit}s after", (said, said))
        assert part.start is not None and part.end is not None
        assert whole.start <= part.start <= part.end <= whole.end <= published[1]


@given(days, st.integers(1, 99), st.sampled_from(["days", "weeks", "months", "years"]))
def test_the_next_units_begin_and_the_last_units_end_on_the_day(day: date, number: int, unit: str) -> None:
    ahead = parse_period(f"in the next {number} {unit}", (day, day), ahead=True)
    behind = parse_period(f"over the past {number} {unit}", (day, day))
    assert (ahead.start, behind.end) == (day, day)
    assert ahead.end == shift_date(day, number, unit) and behind.start == shift_date(day, -number, unit)


@given(st.text(max_size=40), days, st.integers(0, 400), st.booleans())
def test_any_text_is_parsed_or_refused(text: str, day: date, length: int, ahead: bool) -> None:
    try:
        period = parse_period(text, (day, day + timedelta(days=length)), ahead)
    except TokenError as error:
        assert error.forms == FORMS
    else:
        assert (period.basis == "none") == (period.start is None and period.end is None)


def test_one_day_is_a_period_with_the_precision_day() -> None:
    day = date(2020, 1, 24)
    assert bound_days(day, day, "stated") == Period(day, day, "day", "stated")
