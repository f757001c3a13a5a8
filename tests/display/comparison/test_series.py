"""Series of one authority: where they break, and how their change is described."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display.comparison.series import (
    describe_change,
    find_ends,
    format_value,
    gather_panel,
)
from lewisham_study.tidy.tables import Tables

CASE = open_case(Tables(), "209")


def test_the_ends_compared_are_of_one_series() -> None:
    ends = find_ends(gather_panel(CASE).own["caseload"], CASE)
    assert ends is not None
    assert [end["time_period"] for end in ends] == ["2017", "2022"]
    assert find_ends(gather_panel(CASE).own["caseload"].head(1), CASE) is None


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [(15.9, 14.8, "fell from 15.9 to 14.8"), (14.0, 14.04, "was 14.0 in the first and last year")],
)
def test_a_change_is_described_as_it_is_printed(first: float, last: float, text: str) -> None:
    assert describe_change((pd.Series({"value": first}), pd.Series({"value": last})), "caseload") == text


def test_values_are_formatted_in_their_unit() -> None:
    assert (format_value(1284.4, "spend"), format_value(14.8, "caseload")) == ("£1,284", "14.8")
