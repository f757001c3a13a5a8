"""The title counts the areas that were good or outstanding."""

import pandas as pd
import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display.ratings.areas import count_good, draw_areas
from lewisham_study.tidy.tables import Tables


def test_areas_are_counted_in_the_title():
    assert draw_areas(open_case(Tables(), "Lewisham")).title == (
        "Lewisham: both areas judged in February 2012 were good or outstanding; in July 2019, under another "
        "framework, none of the three areas were"
    )


@pytest.mark.parametrize(
    ("grades", "counted"),
    [
        (["good"], ("the one area", "was")),
        (["inadequate"], ("the one area", "was not")),
        (["good", "outstanding"], ("both areas", "were")),
        (["inadequate", "inadequate"], ("neither of the two areas", "was")),
        (["good", "inadequate", "inadequate"], ("one of the three areas", "was")),
        (["good", "good", "inadequate"], ("two of the three areas", "were")),
        (["good", "good", "good"], ("all three areas", "were")),
    ],
)
def test_the_verb_agrees_with_the_count(grades, counted):
    steps = pd.DataFrame({"inspection_id": "a", "strand": "leadership", "grade": grades})
    overall = pd.DataFrame({"inspection_id": ["a"], "strand": ["overall"], "grade": ["good"]})
    assert count_good(pd.concat([steps, overall]), "a") == counted
