"""Shares of grades, and published headlines next to computed ones."""

from lewisham_study.analysis.case import open_case
from lewisham_study.display.ratings.shares import format_as_at, name_region, show_headlines, summarise_headlines
from lewisham_study.tidy.tables import Tables

MEASURE = "Overall effectiveness: good or outstanding"


def test_regions_have_their_article():
    assert name_region("South West") == "the South West"
    assert name_region("London") == "London"


def test_days_are_written_out_and_years_unchanged():
    assert (format_as_at("2016-03-31"), format_as_at("2021-22")) == ("31 March 2016", "2021-22")


def test_every_headline_of_a_measure_is_shown_and_counted():
    case = open_case(Tables(), "Lewisham")
    table = show_headlines(case, MEASURE, "tbl-headlines", "Shares").table
    assert (table["Published"] == table["Computed"]).all()
    assert summarise_headlines(case, MEASURE).markdown.startswith(f"All {len(table)} figures computed here for ")
