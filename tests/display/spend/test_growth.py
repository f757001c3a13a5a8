"""Growth of spend in cash, in real terms and per child."""

import pandas as pd

from lewisham_study.display.spend.growth import draw_measures, format_span, show_deflators, show_growth
from lewisham_study.display.spend.index import draw_index
from lewisham_study.display.spend.per_child import draw_per_child
from lewisham_study.display.spend.words import summarise_spend


def test_lewisham_to_the_digit(show):
    nominal = show(draw_measures).table["Nominal, £ million"].round(1).tolist()
    assert nominal == [57.5, 68.7, 64.4, 67.9, 62.4, 67.4, 79.4, 88.0, 81.9, 82.8]


def test_growth_leads_from_a_base_behind_the_break_and_gives_both(show):
    exhibit = show(draw_measures)
    assert exhibit.title.startswith("Gross spend of Lewisham from 2013-14 to 2021-22: +20.6% in cash, +3.2% in real")
    assert "From 2012-13 to 2021-22 it was +44.0% in cash, +20.8% in real terms and +20.9%" in exhibit.caption
    table = show(show_growth).table.set_index("Amount")
    assert set(table["From"]) == {"2013-14"}
    assert table.loc["Per child, real", ["Change", "Other years"]].tolist() == ["+5.0%", "from 2012-13 +20.9%"]
    assert table.loc["Per child, real: England", ["Change", "Other years"]].tolist() == [
        "+11.2%",
        "from 2012-13 +8.9%",
    ]
    for function in (draw_per_child, draw_index, show_deflators):
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
    exhibit = show(draw_measures, *window)
    assert exhibit.title.startswith("Gross spend of Lewisham from 2013-14 to 2017-18: ")
    assert "2018-19 is under a caution: growth is to 2017-18." in exhibit.caption
    assert "From 2013-14 to 2018-19 it was " in exhibit.caption
    assert "per child in 2017-18" in show(draw_per_child, *window).title
    assert "in 2017-18" in show(draw_index, *window).title
    assert show(show_deflators, *window).title.startswith("From 2013-14 to 2017-18 ")
    table = show(show_growth, *window).table
    assert set(table["To"]) == {"2017-18"}
    assert table["Other years"].str.startswith("to 2018-19 ").all()
    text = show(summarise_spend, *window).markdown
    assert "a figure under a caution; in 2017-18 it was £67.4m, compared with £68.7m in 2013-14" in text


def test_a_provisional_year_is_not_led_with_for_any_authority(show):
    assert " to 2023-24: " in show(draw_measures, "Leeds", 2015, 2025).title


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
