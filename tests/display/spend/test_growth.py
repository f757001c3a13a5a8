"""Growth of spend in cash, in real terms and per child."""

import pandas as pd

from lewisham_study.display.spend.growth import format_span, show_deflators, show_growth
from lewisham_study.display.spend.series import draw_cash, draw_per_child, summarise_spend


def test_growth_is_given_from_a_base_behind_the_break_and_from_the_first_year(show):
    table = show(show_growth).table.set_index("Amount")
    assert set(table["From"]) == {"2013-14"}
    assert table.loc["Per child, real", ["Change", "Other years"]].tolist() == ["+5.0%", "from 2012-13 +20.9%"]
    england = table.loc["Per child, real: England", ["Change", "Other years"]]
    assert england.tolist() == ["+11.2%", "from 2012-13 +8.9%"]
    for function in (draw_per_child, draw_cash, show_deflators):
        title = show(function).title
        assert "2013-14" in title
        assert "2012-13" not in title


def test_categories_grow_from_the_same_bases(show):
    table = show(show_growth).table.set_index("Amount")
    support = table.loc["Family support, real"]
    assert (support["From"], support["Change"]) == ("2013-14", "−12.6%")
    assert support["Other years"] == "from 2012-13 +189.3%"
    # From less than £100,000 no growth is given.
    assert "Other, real" not in table.index
    assert "Other years" not in show(show_growth, "Leeds").table


def test_a_last_year_under_a_caution_is_not_led_with(show):
    window = ("Lewisham", 2013, 2019)
    exhibit = show(draw_cash, *window)
    assert exhibit.title.endswith("from 2013-14 to 2017-18")
    assert "Growth is to 2017-18, between cautions." in exhibit.caption
    assert "per child in 2017-18" in show(draw_per_child, *window).title
    assert show(show_deflators, *window).title.startswith("From 2013-14 to 2017-18 ")
    table = show(show_growth, *window).table
    assert set(table["To"]) == {"2017-18"}
    assert table["Other years"].str.startswith("to 2018-19 ").all()
    text = show(summarise_spend, *window).markdown
    assert "a figure under a caution; in 2017-18 it was £67.4m, compared with £68.7m in 2013-14" in text


def test_a_provisional_year_is_not_led_with_for_any_authority(show):
    assert show(draw_cash, "Leeds", 2015, 2025).title.endswith(" to 2023-24")


def test_without_a_year_behind_the_break_no_growth_is_led_with(show):
    assert show(show_deflators, "Lewisham", 2012, 2014) is None


def test_the_range_over_price_indices():
    assert format_span(pd.Series([0.209, 0.231])) == "+20.9% to +23.1%, depending on the price index"
    assert format_span(pd.Series([0.209, 0.209])) == "+20.9% under every price index"
