"""Spans of the calendar: their bounds and precision."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lewisham_study.tidy.parsing.spans import (
    SEASONS,
    read_span,
    shift_date,
    span_financial_year,
    span_months,
    span_term,
    widen_day,
)

days = st.dates(date(1990, 1, 1), date(2040, 12, 31))


def test_a_span_of_months_has_the_shortest_precision_that_fits() -> None:
    assert span_months(2019, 2, 2).end == date(2019, 2, 28)
    assert [span_months(2019, first, last).precision for first, last in [(2, 2), (6, 8), (1, 4)]] == [
        *("month", "quarter", "year")
    ]


def test_a_financial_year_may_end_a_century() -> None:
    assert span_financial_year(1999, "00").start == date(1999, 4, 1)


def test_august_is_in_no_school_term() -> None:
    assert span_term(date(2019, 7, 31)) == span_months(2019, 5, 7)
    with pytest.raises(ValueError, match="no school term runs in August"):
        span_term(date(2019, 8, 1))


@given(days, st.integers(0, 600), st.sampled_from(["days", "weeks", "months", "years"]))
def test_shifting_a_date_back_and_forth_returns_within_three_days(day: date, number: int, unit: str) -> None:
    assume(number < 50 or unit != "years")
    back = shift_date(shift_date(day, number, unit), -number, unit)
    assert 0 <= (day - back).days <= (0 if unit in ("days", "weeks") else 3)


@given(days, st.sampled_from(["days", "weeks", "months", "years"]))
def test_a_day_is_in_the_unit_it_is_widened_to(day: date, unit: str) -> None:
    span = widen_day(day, unit)
    assert span.start <= day <= span.end


@given(st.integers(1900, 2099), st.sampled_from(sorted(SEASONS)))
def test_a_season_is_three_months_of_its_year(year: int, season: str) -> None:
    assert read_span(f"{season} {year}") == span_months(year, *SEASONS[season])
