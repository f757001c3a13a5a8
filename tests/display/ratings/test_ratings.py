"""Figures of ratings read well for authorities of every kind."""

import re

import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display import ratings
from lewisham_study.display.common.exhibit import FigureExhibit, draw_svg
from lewisham_study.display.common.style import SMALLEST
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
# Tiny, long-lived, abolished; county, joint, new, in intervention; by DfE number because two are called Dorset.
KINDS = ["420", "209", "835", "886", "314", "940", "330"]
FIGURES = [ratings.draw_path, ratings.draw_areas, ratings.draw_strip, ratings.draw_shares, ratings.draw_moves]
MISSING = re.compile(r"\b(nan|NaN|None|NaT)\b")


@pytest.mark.parametrize("la_code", KINDS)
@pytest.mark.parametrize(
    "draw", [ratings.draw_path, ratings.draw_areas, ratings.draw_strip, ratings.draw_shares, ratings.draw_moves]
)
def test_figures_have_their_texts_and_table(la_code, draw):
    exhibit = draw(open_case(TABLES, la_code))
    assert isinstance(exhibit, FigureExhibit)
    for text in (exhibit.title, exhibit.caption, exhibit.alt):
        assert text
        assert not MISSING.search(text)
    assert not exhibit.table.empty


@pytest.mark.parametrize("la_code", KINDS)
def test_sentences_are_complete(la_code):
    case = open_case(TABLES, la_code)
    text = "\n\n".join([ratings.summarise_path(case).markdown, ratings.summarise_grades(case).markdown])
    assert text
    assert not MISSING.search(text)
    assert "  " not in text
    assert text.count("**") % 2 == 0


@pytest.mark.slow
@pytest.mark.parametrize("draw", [ratings.draw_path, ratings.draw_strip, ratings.draw_shares])
def test_every_grade_drawn_has_its_name_in_a_key_and_no_type_is_small(draw):
    figure = draw(open_case(TABLES, "Kent")).figure
    key = [text.get_text() for text in figure.legends[0].get_texts()]
    assert {"O outstanding", "G good", "RI requires improvement", "I inadequate"} <= set(key)
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", draw_svg(figure))]
    assert min(sizes) >= SMALLEST
