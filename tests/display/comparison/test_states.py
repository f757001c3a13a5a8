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


def test_a_strip_has_a_letter_for_a_grade_hatching_before_it_and_nothing_after_abolition() -> None:
    axes = Figure().subplots()
    draw_strip(axes, STATES, "209", 0, 1)
    assert [text.get_text() for text in axes.texts] == ["g"]
    assert [(bar.get_x(), bar.get_width(), bar.get_hatch()) for bar in axes.patches] == [
        (2011.5, 2, None),
        (2013.5, 1, "////"),
    ]
