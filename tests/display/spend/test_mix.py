"""Spend by category of section 251."""

from lewisham_study.display.spend.mix import draw_mix


def test_the_year_before_the_break_is_marked_as_different(show):
    exhibit = show(draw_mix)
    assert exhibit.table["Financial year"].iloc[0] == "2011-12"
    assert "To 2011-12 the categories were different" in exhibit.caption
    assert show(draw_mix, "Lewisham", 2014, 2022).table["Financial year"].iloc[0] == "2014-15"
