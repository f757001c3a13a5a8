"""Every spend exhibit, for authorities of every kind and windows of every length."""

from __future__ import annotations

import pytest

from lewisham_study.display import spend
from lewisham_study.display.common.exhibit import FigureExhibit, TableExhibit
from lewisham_study.errors import UsageError

# Tiny, long-lived, abolished without children; joint, new, abolished, with a missing year; by DfE number.
KINDS = ["420", "209", "837", "314", "943", "928", "821"]
EXHIBITS = [getattr(spend, name) for name in spend.__all__]


@pytest.mark.parametrize("la_code", KINDS)
@pytest.mark.parametrize("function", EXHIBITS)
def test_texts_and_tables_are_complete(show, read, la_code, function):
    exhibit = show(function, la_code)
    read(exhibit)
    if isinstance(exhibit, FigureExhibit):
        assert not exhibit.table.empty
    if isinstance(exhibit, TableExhibit):
        assert exhibit.table.shape[1] <= 9
        assert len(exhibit.table) <= 20


@pytest.mark.slow
@pytest.mark.parametrize("function", EXHIBITS)
@pytest.mark.parametrize("window", [(2012, 2012), (2012, 2025)])
def test_short_and_long_windows(show, read, function, window):
    read(show(function, "Lewisham", *window))


@pytest.mark.slow
@pytest.mark.parametrize("deflator", ["gdp_deflator", "cpi", "cpih"])
def test_other_prices(show, deflator):
    assert "prices of 2012-13" in show(spend.draw_mix, price_base="2012-13", deflator=deflator).caption


def test_a_price_base_without_an_index_is_refused(show):
    with pytest.raises(UsageError, match="1890-91"):
        show(spend.draw_per_child, price_base="1890-91")
