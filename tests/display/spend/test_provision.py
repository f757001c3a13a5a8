"""Prevention's share of spend, and private provision next to grades, shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from lewisham_study.display.common.exhibit import settle_layout
from lewisham_study.display.spend.provision import (
    draw_prevention,
    draw_providers,
    show_providers,
    summarise_prevention,
    summarise_providers,
)


def test_the_summary_gives_every_reading_beside_the_printed_shares(show: Callable[..., Any], read: Any) -> None:
    (text,) = read(show(summarise_prevention))
    assert "fell from **37%** to **23%**; the National Audit Office printed 41% and 25%" in text
    assert "Counting youth justice as well gives 42% and 26%, counting other services 42% and 24%" in text


def test_the_title_crosses_no_level_shift_and_ends_with_a_sure_year(show: Callable[..., Any], read: Any) -> None:
    exhibit = show(draw_prevention)
    read(exhibit)
    assert exhibit.title.endswith("in Lewisham it went from 34% in 2013-14 to 18% in 2023-24")
    assert "NAO 41%" in [text.get_text() for text in exhibit.figure.axes[0].texts]
    assert exhibit.table["Lewisham"].notna().sum() == 15


@pytest.mark.parametrize("authority", ["Poole", "Cumberland", "Isles of Scilly", "Slough"])
def test_odd_authorities_have_what_is_known(show: Callable[..., Any], read: Any, authority: str) -> None:
    read(show(draw_prevention, authority))
    read(show(summarise_prevention, authority))


def test_the_summary_names_the_measure_and_its_limits(show: Callable[..., Any], read: Any) -> None:
    (text,) = read(show(summarise_providers))
    assert "ten points more go with **0.80** times the odds of good or outstanding (0.69–0.93)" in text
    assert "counted children placed with for-profit providers, another measure" in text
    assert "Of 6 estimates, 2 are clear" in text
    assert "84% before the SIF report (requires improvement) and 78% before the ILACS report" in text


def test_a_grade_of_fewer_than_five_has_no_median(show: Callable[..., Any], read: Any) -> None:
    exhibit = show(draw_providers)
    read(exhibit)
    assert "SIF: outstanding 3, too few for a median" in exhibit.alt
    sif, ilacs = exhibit.figure.axes
    bars = [sum(line.get_color() == "#1F1F1F" for line in axes.lines) for axes in (sif, ilacs)]
    assert bars == [3, 4]


def test_the_authority_is_marked_in_both_panels(show: Callable[..., Any]) -> None:
    exhibit = show(draw_providers)
    assert all("Lewisham" in [text.get_text() for text in axes.texts] for axes in exhibit.figure.axes)
    assert exhibit.table["Authority"].tolist().count("Lewisham") == 2


@pytest.mark.parametrize("authority", ["Richmond upon Thames", "Isles of Scilly", "Lewisham"])
def test_the_name_stays_within_its_panel_and_above_the_dots(show: Callable[..., Any], authority: str) -> None:
    figure = show(draw_providers, authority).figure
    settle_layout(figure)
    renderer = FigureCanvasAgg(figure).get_renderer()
    for axes in figure.axes:
        for name in [text for text in axes.texts if text.get_text() == authority]:
            box, panel = name.get_window_extent(renderer), axes.get_window_extent(renderer)
            assert panel.x0 - 1 <= box.x0 < box.x1 <= panel.x1 + 1
            dots = [axes.transData.transform(line.get_xydata()) for line in axes.lines if line.get_marker() == "."]
            assert not [dot for row in dots for dot in row if box.contains(*dot)]


@pytest.mark.slow
@pytest.mark.parametrize("authority", ["Cumberland", "Northamptonshire", "Isles of Scilly"])
def test_odd_authorities_are_placed(show: Callable[..., Any], read: Any, authority: str) -> None:
    for function in (draw_providers, show_providers, summarise_providers):
        read(show(function, authority))
