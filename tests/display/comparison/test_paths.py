"""Authorities with the same or nearly the same path."""

from __future__ import annotations

from lewisham_study.analysis.case import open_case
from lewisham_study.display.comparison.paths import draw_paths, show_falls, summarise_best, summarise_paths
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_lewisham_has_the_same_grades_as_county_durham() -> None:
    case = open_case(TABLES, "209")
    text = summarise_paths(case).markdown
    assert "One other authority has the same grades at these stages (County Durham), of 149 with a grade" in text
    assert "not compared" not in text
    assert "=: same first grades under SLAC, SIF and ILACS. Two more tied, not drawn." in (draw_paths(case).caption)


def test_stages_without_a_grade_are_named_as_not_compared() -> None:
    text = summarise_paths(open_case(TABLES, "Cumberland")).markdown
    assert "the same grade at that stage" in text
    assert "Stages without a grade are not compared: for safeguarding under SLAC and at the first SIF." in text
    case = open_case(TABLES, "Cumberland", 2015, 2025)
    assert "=: same first grades under ILACS." in draw_paths(case).caption


def test_years_without_all_overall_grades_are_not_compared() -> None:
    exhibit = draw_paths(open_case(TABLES, "Liverpool", 2012, 2026))
    assert exhibit.title == "Halton and Nottingham came nearest to the path of Liverpool: each differs in 1 of 14 years"
    assert "Not compared: 2026 (dashed: no overall grade any more)." in exhibit.caption
    assert "no overall grade any more from 2026" in exhibit.alt
    assert "Not compared" not in draw_paths(open_case(TABLES, "Liverpool", 2012, 2025)).caption
    alone = draw_paths(open_case(TABLES, "Lewisham", 2026, 2026))
    assert alone.title == "No year of 2026 to 2026 can be compared: overall grades ended with March 2026"


def test_none_of_the_outstanding_stayed_so() -> None:
    assert "**none** was outstanding" in summarise_best(open_case(TABLES, "209")).markdown


def test_the_counts_of_falls_depend_on_which_authorities_are_counted() -> None:
    table = show_falls(open_case(TABLES, "209")).table
    assert table.iloc[:, 1:].to_numpy().tolist() == [
        ["150", "60", "33", "19"],
        ["147", "59", "32", "18"],
        ["148", "60", "33", "18"],
    ]
