"""How amounts of spend are written."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.display.spend.amounts import (
    choose_unit,
    format_millions,
    format_more,
    format_part,
    format_percent,
    format_pounds,
)


@pytest.mark.parametrize(
    ("function", "value", "text"),
    [
        (format_millions, 57471234.0, "£57.5m"),
        (format_millions, -940000.0, "−£0.94m"),
        (format_millions, 12340.0, "£12,000"),
        (format_millions, 300.0, "£0"),
        (format_pounds, 1284.4, "£1,284"),
        (format_percent, 0.1234, "+12.3%"),
        (format_percent, -0.02, "−2.0%"),
        (format_part, 0.557, "56%"),
        (format_part, 0.002, "less than 1%"),
        (format_part, 0.0, "none"),
        (format_more, 0.123, "12% more than"),
        (format_more, -0.02, "2% less than"),
        (format_more, 0.001, "as much as"),
    ],
)
def test_numbers_as_text(function, value, text):
    assert function(value) == text


@pytest.mark.parametrize(
    ("largest", "amount", "name", "text"),
    [
        (57471234.0, 940000.0, "£ million", "0.9"),
        (9400000.0, 940000.0, "£ million", "0.94"),
        (900e6, 940000.0, "£ million", "1"),
        (620000.0, -4300.0, "£ thousand", "−4"),
    ],
)
def test_the_unit_follows_the_largest_amount(largest, amount, name, text):
    unit = choose_unit(pd.Series([largest, amount]))
    assert (unit.name, unit.write(amount)) == (name, text)
