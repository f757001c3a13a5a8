"""Series of one authority: where they break, and how their change is described."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.figure import Figure

from lewisham_study.analysis.case import open_case
from lewisham_study.analysis.trajectories import GONE
from lewisham_study.display.comparison.series import (
    describe_change,
    describe_grades,
    draw_strip,
    find_ends,
    format_state,
    format_value,
    gather_panel,
)
from lewisham_study.tidy.tables import Tables

CASE = open_case(Tables(), "209")


def test_the_ends_compared_are_of_one_series() -> None:
    ends = find_ends(gather_panel(CASE), "caseload")
    assert ends is not None
    assert [end["time_period"] for end in ends] == ["2017", "2022"]
    alone = open_case(Tables(), "Richmond upon Thames")
    assert find_ends(gather_panel(alone), "caseload") is None
    assert gather_panel(alone).lead["caseload"]["time_period"].tolist() == ["2022"]


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [(15.9, 14.8, "fell from 15.9 to 14.8"), (14.0, 14.04, "was 14.0 in the first and last year")],
)
def test_a_change_is_described_as_it_is_printed(first: float, last: float, text: str) -> None:
    assert describe_change((pd.Series({"value": first}), pd.Series({"value": last})), "caseload") == text


def test_values_are_formatted_in_their_unit() -> None:
    assert (format_value(1284.4, "spend"), format_value(14.8, "caseload")) == ("£1,284", "14.8")


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


def test_the_end_of_the_overall_grade_is_said_and_dashed() -> None:
    states = pd.DataFrame({2025: ["overall good"], 2026: ["no_overall_grade"]}, index=["851"])
    assert describe_grades(states, "851") == "good (overall) from 2025, no overall grade any more from 2026"
    assert format_state("no_overall_grade") == "no overall grade any more"
    axes = Figure().subplots()
    draw_strip(axes, states, "851", 0, 1)
    assert [bar.get_hatch() for bar in axes.patches] == [None, "----"]
