"""Lanes of grades: the levels of a strand, and the dates of visits."""

import pandas as pd
from matplotlib.dates import date2num

from lewisham_study.analysis.case import open_case
from lewisham_study.display.ratings.lanes import ERAS, list_levels
from lewisham_study.display.ratings.path import draw_path
from lewisham_study.tidy.tables import Tables


def test_the_third_grade_depends_on_the_framework():
    assert list_levels("looked_after") == ["outstanding", "good", "adequate", "inadequate"]
    assert list_levels("overall") == ["outstanding", "good", "requires_improvement", "inadequate"]


def test_each_framework_lasts_until_the_next_begins():
    days = [pd.Timestamp(day) for day in ERAS.values()]
    assert days == sorted(days)
    assert list(ERAS)[-2:] == ["ILACS", "ILACS 2026"]
    assert ERAS["ILACS 2026"] == "2026-04-01"


def test_a_grade_goes_on_across_ilacs_and_the_overall_grade_does_not():
    case = open_case(Tables(), "Portsmouth", 2012, 2026)
    axes = draw_path(case).figure.axes[0]
    ends = [line.get_xdata() for line in axes.lines if line.get_linewidth() == 1.3]
    july = date2num(pd.Timestamp("2026-07-06"))
    upright = [xs for xs in ends if xs[0] == xs[1] == july]
    assert len(upright) == 4  # in every lane but that of the overall grade
    assert july in [xs[1] for xs in ends if xs[0] < july]


def test_many_visits_in_a_row_share_a_note():
    notes = [text.get_text() for text in draw_path(open_case(Tables(), "839")).figure.axes[0].texts]
    assert "5, Oct 2022 to Feb 2024" in notes
    assert not any(note in ("Oct 2022", "Feb 2024") for note in notes)
