"""Shares of grades, published headlines next to computed ones, and leaders' grades next to overall grades."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import open_case
from lewisham_study.display.ratings.shares import (
    draw_shares,
    format_as_at,
    format_good,
    show_headlines,
    show_leadership,
    summarise_headlines,
    summarise_leadership,
)
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
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


def test_both_series_are_counted_and_never_mixed() -> None:
    exhibit = show_leadership(open_case(TABLES, "Portsmouth", 2012, 2026))
    assert exhibit.title == (
        "Good or outstanding on 6 July 2026 (the last inspection in the data): 107 of 142 authorities overall, "
        "118 of 153 for leadership"
    )
    assert exhibit.table.iloc[-1].tolist() == ["2026", "107", "142", "118", "153", "11"]
    assert exhibit.table.iloc[-2].tolist() == ["2025", "108", "153", "111", "153", "0"]
    assert "two strands, not one series" in exhibit.caption
    assert "no overall grade" in exhibit.caption


def test_a_window_to_2022_has_no_column_for_the_end() -> None:
    table = show_leadership(open_case(TABLES, "Lewisham")).table
    assert table.columns.tolist()[-1] == "Leadership: with a grade"
    assert table.iloc[-1].tolist() == ["2022", "87", "152", "93", "152"]
    assert table["End of"].iloc[0] == "2013"


def test_the_summary_counts_the_reports_in_which_the_two_differ() -> None:
    text = summarise_leadership(open_case(TABLES, "Portsmouth", 2012, 2026)).markdown
    assert "in **44 of 313** ILACS reports that gave both (March 2018 to June 2026) the two differed" in text
    assert "leaders had the better grade in 40 and the worse in 4" in text
    assert (
        "overall 46 outstanding, 61 good, 24 requires improvement, 11 inadequate and 11 with no overall grade" in text
    )
    assert "leadership 60 outstanding, 58 good, 27 requires improvement and 8 inadequate. Source" in text


def test_before_any_overall_grade_nothing_is_counted() -> None:
    text = summarise_leadership(open_case(TABLES, "Lewisham", 2012, 2012)).markdown
    assert "overall no grade yet; leadership no grade yet. Source" in text
    assert show_leadership(open_case(TABLES, "Lewisham", 2012, 2012)).table.shape == (1, 5)
