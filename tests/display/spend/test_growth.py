"""Growth of spend in cash, in real terms and per child."""

import pandas as pd

from lewisham_study.display.spend.growth import format_span, show_deflators, show_growth
from lewisham_study.display.spend.per_child import draw_per_child


def test_growth_is_given_from_a_base_behind_the_break_and_from_the_first_year(show):
    table = show(show_growth).table
    changes = table[table["Amount"] == "Per child, real"].set_index("From")["Change"]
    assert changes.to_dict() == {"2013-14": "+5.0%", "2012-13": "+20.9%"}
    england = table[table["Amount"] == "Per child, real: England"].set_index("From")["Change"]
    assert england.to_dict() == {"2013-14": "+11.2%", "2012-13": "+8.9%"}
    for function in (draw_per_child, show_deflators):
        title = show(function).title
        assert "2013-14" in title
        assert "2012-13" not in title


def test_without_a_year_behind_the_break_no_growth_is_led_with(show):
    assert show(show_deflators, "Lewisham", 2012, 2014) is None


def test_the_range_over_price_indices():
    assert format_span(pd.Series([0.209, 0.231])) == "+20.9% to +23.1%, depending on the price index"
    assert format_span(pd.Series([0.209, 0.209])) == "+20.9% under every price index"
