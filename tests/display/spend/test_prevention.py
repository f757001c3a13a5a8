"""Prevention's share of spend, shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lewisham_study.display.spend.prevention import draw_prevention, summarise_prevention


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
