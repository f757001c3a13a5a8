"""Lanes of grades: the levels of a strand, and the dates of visits."""

from lewisham_study.analysis.case import open_case
from lewisham_study.display.ratings.lanes import list_levels
from lewisham_study.display.ratings.path import draw_path
from lewisham_study.tidy.tables import Tables


def test_the_third_grade_depends_on_the_framework():
    assert list_levels("looked_after") == ["outstanding", "good", "adequate", "inadequate"]
    assert list_levels("overall") == ["outstanding", "good", "requires_improvement", "inadequate"]


def test_many_visits_in_a_row_share_a_note():
    notes = [text.get_text() for text in draw_path(open_case(Tables(), "839")).figure.axes[0].texts]
    assert "5, Oct 2022 to Feb 2024" in notes
    assert not any(note in ("Oct 2022", "Feb 2024") for note in notes)
