"""Grades in force at the end of each year, as text and as a strip."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from lewisham_study.analysis.trajectories import GONE
from lewisham_study.display.comparison.states import describe_grades, draw_strip, format_state

STATES = pd.DataFrame(
    {2012: ["safeguarding good"], 2013: ["safeguarding good"], 2014: ["not_yet_judged"], 2015: [GONE]}, index=["209"]
)


def test_grades_are_described_with_their_first_year() -> None:
    assert describe_grades(STATES, "209") == "good (safeguarding) from 2012"
    assert describe_grades(STATES[[2014, 2015]], "209") == "no grade"
    assert format_state("overall requires_improvement") == "requires improvement (overall)"
    assert format_state("not_yet_judged") == "none"


def test_the_end_of_the_overall_grade_is_said_and_dashed() -> None:
    states = pd.DataFrame({2025: ["overall good"], 2026: ["no_overall_grade"]}, index=["851"])
    assert describe_grades(states, "851") == "good (overall) from 2025, no overall grade any more from 2026"
    assert format_state("no_overall_grade") == "no overall grade any more"
    axes = Figure().subplots()
    draw_strip(axes, states, "851", 0, 1)
    assert [bar.get_hatch() for bar in axes.patches] == [None, "----"]


def test_a_strip_has_a_letter_for_a_grade_hatching_before_it_and_nothing_after_abolition() -> None:
    axes = Figure().subplots()
    draw_strip(axes, STATES, "209", 0, 1)
    assert [text.get_text() for text in axes.texts] == ["g"]
    assert [(bar.get_x(), bar.get_width(), bar.get_hatch()) for bar in axes.patches] == [
        (2011.5, 2, None),
        (2013.5, 1, "////"),
    ]
