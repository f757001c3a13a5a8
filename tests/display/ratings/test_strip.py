"""The strip of all authorities: its title, and where letters are placed."""

import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display.ratings.strip import draw_strip, format_state, place_letter
from lewisham_study.tidy.tables import Tables


def test_an_abolished_authority_is_named_in_the_title():
    title = draw_strip(open_case(Tables(), "837")).title
    assert title.endswith("; Bournemouth was abolished on 31 March 2019")


@pytest.mark.parametrize(("marked", "middle"), [(40, 25.0), (24, 37.5), (None, 25.0)])
def test_a_letter_is_clear_of_the_outlined_column(marked, middle):
    assert place_letter(0, 50, marked) == middle


def test_only_a_grade_is_rated():
    assert format_state("requires_improvement") == "was rated requires improvement"
    assert format_state("not_yet_judged") == "was not yet judged"
    assert format_state("no_overall_grade") == "had no overall grade any more"
