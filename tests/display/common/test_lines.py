"""Labels at the ends of lines do not overlap."""

from itertools import pairwise

import pytest

from lewisham_study.display.common.lines import spread_apart


def test_labels_move_apart_as_little_as_possible():
    placed = spread_apart([1.0, 1.1, 1.2, 9.0], 1.0)
    assert placed[3] == 9.0
    assert all(b - a >= 1 - 1e-9 for a, b in pairwise(placed))
    assert sum(placed[:3]) == pytest.approx(3.3)


def test_one_label_or_none_stays_in_place():
    assert spread_apart([], 1.0) == []
    assert spread_apart([2.5], []) == [2.5]
