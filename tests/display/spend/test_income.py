"""Gross and net spend, and the income between them."""

from lewisham_study.display.spend.income import show_income, summarise_income


def test_gross_and_net_of_lewisham_with_the_reason(show):
    exhibit = show(show_income)
    assert exhibit.title.startswith("In 2018-19 Lewisham spent £79.4m gross and £62.6m net")
    assert exhibit.table.set_index("Financial year").loc["2018-19"].tolist() == [79.4, 62.6, 16.8, 21.1]
    assert "recharged" in show(summarise_income).markdown
    assert show(summarise_income, "Cumberland") is None


def test_sources_are_those_of_the_rows(show):
    assert "from [@dfe-s251-2012-13] to [-@dfe-s251-2018-19]" in show(show_income).caption
    assert (
        "Sources: [@dfe-s251-2016-17; @dfe-s251-2017-18; @dfe-s251-2018-19]"
        in show(show_income, "Lambeth", 2016, 2019).caption
    )
