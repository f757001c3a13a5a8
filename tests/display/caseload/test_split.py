"""The parts of each change of the average caseload."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.display.caseload.split import draw_split, format_move, format_signed, summarise_jumps
from lewisham_study.display.caseload.words import summarise_split


def test_a_year_with_a_caution_is_named(show):
    assert "Some years: treat with caution." in show(draw_split, "Cumbria").caption
    assert "caution" not in show(draw_split, "Leeds").caption


def test_a_year_in_which_cases_and_workers_jump_is_named(show):
    said = show(summarise_split, "Cambridgeshire").markdown
    assert "From 2019 to 2020 cases fell by 57% and workers by 37%" in said
    assert "compiled differently" not in show(summarise_split, "Leeds").markdown


def test_only_a_jump_in_one_year_is_a_jump():
    counts = pd.DataFrame({"year": [2019, 2020, 2022], "cases": [2605, 1114, 2200], "workers": [182.6, 115.2, 220.0]})
    assert summarise_jumps(counts) == (
        " From 2019 to 2020 cases fell by 57% and workers by 37%: the return may have been compiled differently."
    )


def test_parts_of_zero_have_no_sign(show):
    alt = show(draw_split, "Isles of Scilly").alt
    assert "Part of cases: 2018 −1" in alt
    assert "Part of workers: 2018 0" in alt
    assert (format_signed(-1.56), format_signed(-0.001)) == ("−1.6", "0.0")


@pytest.mark.parametrize(("share", "text"), [(0.277, "rose by 28%"), (-0.02, "fell by 2%"), (0.001, "did not change")])
def test_relative_changes_in_words(share, text):
    assert format_move(share) == text
