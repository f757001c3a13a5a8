"""Growth of spend in cash, in real terms and per child."""

import pandas as pd

from lewisham_study.display.spend.growth import draw_measures, format_span


def test_lewisham_to_the_digit(show):
    nominal = show(draw_measures).table["Nominal, £ million"].round(1).tolist()
    assert nominal == [57.5, 68.7, 64.4, 67.9, 62.4, 67.4, 79.4, 88.0, 81.9, 82.8]


def test_the_range_over_price_indices():
    assert format_span(pd.Series([0.209, 0.231])) == "+20.9% to +23.1%, depending on the price index"
    assert format_span(pd.Series([0.209, 0.209])) == "+20.9% under every price index"
