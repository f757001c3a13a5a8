"""Lines break where they must, and their labels do not overlap."""

from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.figure import Figure

from lewisham_study.display.common.lines import End, is_higher, label_ends, split_runs, spread_apart


def test_lines_break_at_a_new_series_and_at_a_gap():
    rows = pd.DataFrame({"year": [2016, 2017, 2018, 2020], "series": ["a", "b", "b", "b"], "value": 1.0})
    assert [run["year"].tolist() for run in split_runs(rows)] == [[2016], [2017, 2018], [2020]]


def test_a_label_is_placed_away_from_the_points_near_it():
    assert is_higher(pd.Series([88.0, 81.9, 82.8]), 82.8)
    assert not is_higher(pd.Series([60.0, 82.8]), 82.8)


def test_labels_move_apart_as_little_as_possible():
    placed = spread_apart([1.0, 1.1, 1.2, 9.0], 1.0)
    assert placed[3] == 9.0
    assert all(b - a >= 1 - 1e-9 for a, b in pairwise(placed))
    assert sum(placed[:3]) == pytest.approx(3.3)
    assert spread_apart([1.0, 1.0, 5.0], 1.0) == [0.5, 1.5, 5.0]
    assert spread_apart([1.0, 1.0, 5.0], [2.0, 1.0]) == [0.0, 2.0, 5.0]


def test_one_label_or_none_stays_in_place():
    assert spread_apart([], 1.0) == []
    assert spread_apart([2.5], []) == [2.5]


@pytest.mark.parametrize(("other", "rise"), [([0.9, 0.9], 9), ([1.1, 1.1], -9), ([3.0, 3.0], 0)])
def test_the_label_of_a_line_that_ends_early_is_clear_of_one_that_goes_on(other, rise):
    axes = Figure(figsize=(4, 3)).subplots()
    axes.plot([1, 2], [1.0, 1.0])
    axes.plot([2, 3], other)
    axes.axvline(2.5)
    axes.set_ylim(0, 5)
    label_ends(axes, [End("Cumbria 20%", 2, 1.0), End("England 18%", 3, other[-1])])
    placed = {text.get_text(): text.xyann[1] for text in axes.texts}
    assert placed == {"Cumbria 20%": rise, "England 18%": 0}
