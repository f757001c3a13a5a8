"""Section 251 with RO3, gross with net, and authorities with England."""

from __future__ import annotations

import pytest

from lewisham_study.display.common.cautions import note_open_marks
from lewisham_study.display.spend.accounts import (
    draw_accounts,
    format_sides,
    show_england,
    show_income,
    summarise_accounts,
    summarise_income,
)


def test_the_title_covers_one_scope_of_ro3(show):
    assert show(draw_accounts).title.endswith("from 2014-15 to 2020-21")


def test_years_with_a_caution_have_open_marks(show):
    years = ["2016-17", "2017-18", "2018-19", "2019-20"]
    assert note_open_marks(years) in show(draw_accounts, "Slough").caption


def test_ro3_is_never_joined_to_section_251_or_across_its_break(show):
    lines = show(draw_accounts, "Lewisham", 2012, 2025).figure.axes[0].get_lines()
    dashed = [list(line.get_xdata()) for line in lines if line.get_marker() == "s"]
    assert dashed == [[2012, 2013], list(range(2014, 2021)), [2022, 2023, 2024]]


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (-8271000.0, 4919000.0, "between £8.3m below RO3 and £4.9m above it"),
        (1300000.0, 32300000.0, "£1.3m to £32.3m above RO3"),
        (-7000000.0, -2400000.0, "£2.4m to £7.0m below RO3"),
        (900000.0, 900000.0, "£0.90m above RO3"),
    ],
)
def test_differences_in_words(low, high, text):
    assert format_sides(low, high) == text


def test_england_in_numbers_with_units(show):
    table = show(show_england).table.set_index("Financial year")
    assert table.loc["2017-18", "Published less sum, £ million"] == 59.1
    assert table.loc["2021-22", "Lewisham’s share, %"] == 0.696
    assert table["England as published, £ million"].isna()["2012-13"]


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


def test_the_other_account_is_beside_the_headline(show):
    text = show(summarise_accounts, "Leeds", 2012, 2025).markdown
    assert "From 2014-15 to 2024-25 Leeds’s spend changed by +5.7% per child in real terms." in text
    assert "By the other account, RO3, it changed by +45.7% over the same years" in text
    assert "opposite" not in text
    assert "The two accounts move in opposite directions." in show(summarise_accounts, "Liverpool", 2012, 2025).markdown
