"""Shares of grades, and published headlines next to computed ones."""

import pandas as pd

from lewisham_study.analysis.case import open_case
from lewisham_study.display.ratings.shares import (
    draw_shares,
    format_as_at,
    format_good,
    show_headlines,
    summarise_headlines,
)
from lewisham_study.tidy.tables import Tables

MEASURE = "Overall effectiveness: good or outstanding"


def test_days_are_written_out_and_years_unchanged():
    assert (format_as_at("2016-03-31"), format_as_at("2021-22")) == ("31 March 2016", "2021-22")


def test_every_headline_of_a_measure_is_shown_and_counted():
    case = open_case(Tables(), "Lewisham")
    table = show_headlines(case, MEASURE, "tbl-headlines", "Shares").table
    assert (table["Published"] == table["Computed"]).all()
    assert summarise_headlines(case, MEASURE).markdown.startswith(f"All {len(table)} figures computed here for ")


def test_fewer_than_five_judged_authorities_are_counts():
    day = pd.Timestamp("2014-03-31")
    grades = ["outstanding", "good", "requires_improvement", "adequate", "inadequate"]
    rows = pd.DataFrame({"place": "London", "date": day, "grade": grades, "authorities": [0, 1, 2, 0, 0]})
    assert format_good(rows, "London", day) == "1 of 3"
    assert format_good(rows.assign(authorities=[1, 2, 1, 0, 1]), "London", day) == "60%"
    assert format_good(rows.assign(authorities=0), "London", day) == "–"


def test_london_in_march_2014_is_counted():
    exhibit = draw_shares(open_case(Tables(), "Lewisham"))
    texts = [text.get_text() for axes in exhibit.figure.axes for text in axes.texts]
    assert any(" of " in text for text in texts)
    assert "London: of judged authorities 0 of 3 in 2014" in exhibit.alt
