"""The page to explore with, as far as it can be told without a browser: what is chosen is answered in words."""

from __future__ import annotations

from datetime import date

import pytest

from lewisham_study.teaching.explorer import explore, render_page
from lewisham_study.tidy.tables import Tables


@pytest.mark.parametrize(
    ("la_code", "day", "told"),
    [
        ("209", date(2022, 12, 31), "Lewisham, overall: <strong>requires improvement</strong>"),
        ("209", None, "Choose a day."),
        ("838", date(2015, 1, 1), "Dorset did not exist on 1 January 2015."),
        ("838", date(2019, 6, 1), "Dorset, overall: <strong>not yet judged</strong>"),
        ("000", date(2022, 12, 31), "000"),
    ],
)
def test_every_choice_is_answered(la_code, day, told):
    assert told in render_page(Tables(), la_code, "overall", "inspected", day)


def test_a_choice_changes_the_page():
    pytest.importorskip("ipywidgets", reason="ipywidgets is missing: install the extra `teaching`")
    controls, page = explore(Tables(), "Leeds").children
    assert "Timeline of Leeds" in page.value
    authority, strand, basis, day = controls.children
    strand.value, basis.value, day.value = "care_leavers", "published", date(2024, 1, 2)
    authority.value = "209"
    assert "On 2 January 2024, Lewisham, care leavers: <strong>no longer judged apart" in page.value
