"""Gross and net spend, and the income between them."""

from lewisham_study.display.spend.income import draw_income


def test_gross_and_net_of_lewisham_with_the_reason(show):
    exhibit = show(draw_income)
    assert exhibit.title.startswith("In 2018-19 Lewisham spent £79.4m gross and £62.6m net")
    assert "recharged" in exhibit.caption


def test_sources_are_those_of_the_rows(show):
    assert "from [@dfe-s251-2012-13] to [-@dfe-s251-2018-19]" in show(draw_income).caption
    assert (
        "Sources: [@dfe-s251-2016-17; @dfe-s251-2017-18; @dfe-s251-2018-19]"
        in show(draw_income, "Lambeth", 2016, 2019).caption
    )
