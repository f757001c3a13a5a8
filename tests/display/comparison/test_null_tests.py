"""The table of tests of no difference."""

from __future__ import annotations

from lewisham_study.analysis.case import open_case
from lewisham_study.display.comparison.null_tests import format_p, show_nulls, summarise_nulls
from lewisham_study.tidy.tables import Tables

CASE = open_case(Tables(), "209")


def test_the_number_of_tests_is_stated() -> None:
    exhibit = show_nulls(CASE)
    assert "none of four categories differs" in exhibit.title
    assert "149 authorities" in exhibit.caption
    assert "corrected for 4 tests. No return carries a caution." in exhibit.caption
    assert "Of four tests **none** finds a difference" in summarise_nulls(CASE).markdown


def test_every_source_of_the_tests_is_cited_from_the_rows() -> None:
    assert show_nulls(CASE).caption.endswith(
        "Sources: [@hmt-deflator-2026-03; @ofsted-2023; @ons-population-2024], "
        "each edition from [@dfe-s251-2013-14] to [-@dfe-s251-2017-18]."
    )


def test_p_values_are_formatted() -> None:
    assert (format_p(0.0581), format_p(0.0004)) == ("0.06", "<0.01")
