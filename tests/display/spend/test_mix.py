"""Spend per child by category, compared with England."""

import pytest

from lewisham_study.display.spend.mix import draw_mix


def test_the_title_compares_the_share_with_england(show):
    assert show(draw_mix).title == (
        "Children looked after took 56% of Lewisham’s gross spend in 2021-22; in England 52%"
    )


def test_every_line_is_in_the_table_as_numbers(show):
    table = show(draw_mix).table
    assert table[["Lewisham, £ per child", "England, £ per child"]].dtypes.eq("float64").all()
    last = table[(table["Financial year"] == "2021-22") & (table["Category"] == "children looked after")].iloc[0]
    assert (round(last["Lewisham, £ per child"]), round(last["England, £ per child"])) == (715, 521)
    assert table["Lewisham, £ per child"].groupby(table["Financial year"]).sum()["2021-22"] == pytest.approx(
        1284, abs=1
    )


def test_every_panel_starts_at_zero_with_its_own_scale(show):
    panels = [axes for axes in show(draw_mix).figure.axes if axes.lines]
    assert {axes.get_ylim()[0] for axes in panels} == {0.0}
    assert len({axes.get_ylim()[1] for axes in panels}) > 3


def test_without_children_spend_is_drawn_in_total_and_without_england(show):
    exhibit = show(draw_mix, "837")
    assert "England, £ per child" not in exhibit.table
    assert "Bournemouth, £ million" in exhibit.table
