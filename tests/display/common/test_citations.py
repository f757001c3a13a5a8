"""Citations name cells as ranges, and of many editions in a row the first and last."""

import pandas as pd
import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display.common.citations import (
    cite,
    cite_ratings,
    cite_releases,
    credit,
    join_cells,
    link,
    list_runs,
    name_sheets,
    read_cell,
)
from lewisham_study.tidy.tables import Tables


def test_adjacent_cells_become_ranges():
    places = ["H!Z7", "H!AA7", "p. 4", "E5", "E6", "H!B2", "Z8"]
    assert join_cells(places) == ["H!Z7:AA7", "p. 4", "E5:E6", "H!B2", "Z8"]
    assert read_cell("Table_A1!AB17") == ("Table_A1", 17, 28)
    assert read_cell("E5") == ("", 5, 5)


def test_a_sheet_is_named_once():
    assert name_sheets(["H!F78:H78", "H!V78", "K!B2", "E5"]) == ["H!F78:H78", "V78", "K!B2", "E5"]


def test_editions_are_consecutive_only_year_by_year():
    sources = ["ofsted-2024", "ofsted-2023", "dfe-s251-2012-13", "dfe-s251-2014-15"]
    assert list_runs(sources) == [["dfe-s251-2012-13"], ["dfe-s251-2014-15"], ["ofsted-2023", "ofsted-2024"]]
    assert list_runs(["a-2019", "a-2020-report", "a-2021"]) == [["a-2019"], ["a-2020-report"], ["a-2021"]]


def test_only_many_editions_in_a_row_are_cited_by_first_and_last():
    assert cite_releases(["ofsted-2025", "ofsted-2023"]) == "[@ofsted-2023; @ofsted-2025]"
    some = cite_releases(["dfe-s251-2011-12", "dfe-s251-2012-13", "dfe-s251-2013-14", "ofsted-2023"])
    assert some == "[@dfe-s251-2011-12; @dfe-s251-2012-13; @dfe-s251-2013-14; @ofsted-2023]"
    gap = cite_releases(f"mhclg-ro3-{year}-{year - 1999}" for year in (2017, 2018, 2019, 2020, 2022, 2023))
    many = "each edition from [@mhclg-ro3-2017-18] to [-@mhclg-ro3-2020-21]"
    assert gap == f"[@mhclg-ro3-2022-23; @mhclg-ro3-2023-24], {many}"
    alone = cite_releases(f"dfe-s251-{year}-{year - 1999}" for year in range(2012, 2018))
    assert alone == "each edition from [@dfe-s251-2012-13] to [-@dfe-s251-2017-18]"


def test_editions_cited_with_a_place_have_a_comma_before_the_last():
    rows = pd.DataFrame([{"source_id": f"dfe-{year}", "locator": f"K{year}"} for year in range(2012, 2018)])
    assert cite(rows) == "each edition from [@dfe-2012, K2012], to [-@dfe-2017, K2017]"


@pytest.mark.parametrize(
    ("citation", "credited"), [("[@a]", "Source: [@a]"), ("[@a; @b]", "Sources: [@a; @b]")], ids=["one", "two"]
)
def test_one_source_or_several(citation, credited):
    assert credit(citation) == credited


RELEASES = "[@ofsted-2023; @ofsted-2025; @ofsted-lewisham-2016; @ofsted-report-dates]"


def test_ratings_cite_the_releases_of_their_rows():
    tables = Tables()
    assert cite_ratings(open_case(tables, "Leeds")) == RELEASES
    assert cite_ratings(open_case(tables, "Leeds", basis="published")) == "[@ofsted-2023; @ofsted-2025]"


def test_many_inspection_reports_are_cited_by_the_first_and_last():
    few = ["ofsted-ilacs-851-2026-08-18", "ofsted-2025"]
    assert cite_releases(few) == "[@ofsted-2025; @ofsted-ilacs-851-2026-08-18]"
    many = [*few, "ofsted-ilacs-391-2025-06-25", "ofsted-ilacs-888-2026-08-20", "ofsted-ilacs-316-2026-01-12"]
    assert cite_releases(many) == (
        "[@ofsted-2025], 4 inspection reports from [@ofsted-ilacs-391-2025-06-25] to [-@ofsted-ilacs-888-2026-08-20]"
    )
    assert cite_releases(many[2:] + many[:1]).startswith("4 inspection reports from [@ofsted-ilacs-391")


def test_the_lines_of_a_report_become_a_range():
    rows = pd.DataFrame({"source_id": "a", "locator": ["p. 1, line 15", "p. 1, line 6", "p. 2, line 3"]})
    assert cite(rows) == "[@a, p. 1, lines 6 to 15, p. 2, line 3]"


def test_ratings_cite_what_was_known_of_the_window():
    tables = Tables()
    assert cite_ratings(open_case(tables, "Leeds")) == RELEASES
    assert "53 inspection reports from" in cite_ratings(open_case(tables, "Leeds", 2012, 2026))


def test_only_a_known_address_is_linked():
    assert link("report", "https://files.ofsted.gov.uk/v1/file/1") == "[report](https://files.ofsted.gov.uk/v1/file/1)"
    assert link("report", float("nan")) == link("report", None) == "report"
