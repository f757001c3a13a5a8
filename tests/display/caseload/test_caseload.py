"""Every caseload exhibit, for authorities of every kind and windows of every length."""

from __future__ import annotations

import pytest

from lewisham_study.display import caseload
from lewisham_study.display.common.exhibit import FigureExhibit

# Tiny, long-lived, abolished without children; joint, new, abolished, with a missing year; by DfE number.
KINDS = ["420", "209", "837", "314", "943", "928", "921"]
EXHIBITS = [getattr(caseload, name) for name in caseload.__all__]
WINDOWS = [(2016, 2016), *(pytest.param(one, marks=pytest.mark.slow) for one in ((2012, 2014), (2017, 2017)))]
FIGURES = [caseload.draw_caseload, caseload.draw_spread, caseload.draw_workforce]


@pytest.mark.parametrize("la_code", KINDS)
@pytest.mark.parametrize("function", EXHIBITS)
def test_texts_are_complete(show, read, la_code, function):
    exhibit = show(function, la_code)
    read(exhibit)
    if isinstance(exhibit, FigureExhibit):
        assert not exhibit.table.empty
        assert exhibit.figure.get_figheight() <= 6


@pytest.mark.parametrize("function", EXHIBITS)
@pytest.mark.parametrize("window", WINDOWS)
def test_short_and_empty_windows(show, read, function, window):
    read(show(function, "Lewisham", *window))


@pytest.mark.parametrize("function", FIGURES)
def test_a_joint_return_is_named(show, read, function):
    assert "one return with Richmond upon Thames" in " ".join(read(show(function, "Kingston upon Thames")))
