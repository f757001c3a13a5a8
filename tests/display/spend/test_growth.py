"""Growth of spend in cash, in real terms and per child."""

import pandas as pd

from lewisham_study.display.spend.growth import draw_measures, format_span, show_deflators, show_growth
from lewisham_study.display.spend.index import draw_index
from lewisham_study.display.spend.per_child import draw_per_child


def test_lewisham_to_the_digit(show):
    nominal = show(draw_measures).table["Nominal, £ million"].round(1).tolist()
    assert nominal == [57.5, 68.7, 64.4, 67.9, 62.4, 67.4, 79.4, 88.0, 81.9, 82.8]


def test_growth_leads_from_a_base_behind_the_break_and_gives_both(show):
    exhibit = show(draw_measures)
    assert exhibit.title.startswith("Gross spend of Lewisham from 2013-14 to 2021-22: +20.6% in cash, +3.2% in real")
    assert "From 2012-13 it was +44.0% in cash, +20.8% in real terms and +20.9%" in exhibit.caption
    table = show(show_growth).table
    changes = table[table["Amount"] == "Per child, real"].set_index("From")["Change"]
    assert changes.to_dict() == {"2013-14": "+5.0%", "2012-13": "+20.9%"}
    england = table[table["Amount"] == "Per child, real: England"].set_index("From")["Change"]
    assert england.to_dict() == {"2013-14": "+11.2%", "2012-13": "+8.9%"}
    for function in (draw_per_child, draw_index, show_deflators):
        title = show(function).title
        assert "2013-14" in title
        assert "2012-13" not in title


def test_an_unsure_first_year_is_no_base(show):
    assert "from 2013-14" in show(draw_measures, "Southwark").title
    assert "from 2012-13" in show(draw_measures, "Leeds").title


def test_without_a_year_behind_the_break_no_growth_is_led_with(show):
    window = ("Lewisham", 2012, 2014)
    assert show(draw_measures, *window).title == "Lewisham spent £68.7m gross in 2013-14"
    assert show(show_deflators, *window) is None
    assert show(draw_index, *window) is None


def test_the_range_over_price_indices():
    assert format_span(pd.Series([0.209, 0.231])) == "+20.9% to +23.1%, depending on the price index"
    assert format_span(pd.Series([0.209, 0.209])) == "+20.9% under every price index"
