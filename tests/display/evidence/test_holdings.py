"""The holdings: the figure and the table of releases count the same rows."""

from __future__ import annotations

from lewisham_study.analysis.case import open_case
from lewisham_study.display.evidence.holdings import draw_holdings, show_releases
from lewisham_study.tidy.tables import Tables


def test_the_releases_and_the_figure_count_the_same_rows():
    case = open_case(Tables(), "Lewisham")
    behind, releases = draw_holdings(case).table, show_releases(case).table
    assert behind["Rows"].sum() == releases["Rows"].sum()
    assert releases["Editions"].sum() >= behind["Release"].nunique()
