"""What an authority's own figures need to be read with care."""

from __future__ import annotations

import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display.evidence.reading import summarise_reading
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


@pytest.mark.parametrize(
    ("name", "end", "expected"),
    [
        ("Kent", 2022, "No figure of Kent in this window carries a caution."),
        ("Lewisham", 2022, "Treat with caution (drawn hollow; reasons in the annex): spend 2013-14 and 2018-19."),
        ("Leeds", 2025, "Two official accounts of its spend moved apart to 2024-25: the chapter on spend has both."),
        ("Kingston upon Thames", 2022, "Workforce figures cover"),
    ],
)
def test_every_caution_of_the_window_is_named(name: str, end: int, expected: str) -> None:
    assert expected in summarise_reading(open_case(TABLES, name, 2012, end)).markdown
