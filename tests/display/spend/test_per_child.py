"""Spend per child in real terms."""

from lewisham_study.display.spend.per_child import draw_per_child
from lewisham_study.display.spend.words import summarise_cautions


def test_comparators_with_a_caution_are_named_with_the_cautions(show):
    wigan = show(summarise_cautions, "Wigan", comparators="Salford, Bolton")
    assert "a comparator’s figure to treat with caution (Salford 2019-20)" in wigan.markdown
    assert "without it 2012-13 has no other figure" in show(summarise_cautions, comparators="Southwark").markdown


def test_the_bands_and_lines_are_in_the_table_with_their_unit(show):
    table = show(draw_per_child).table
    for name in ("Lewisham", "England", "Median of neighbours", "Fifth percentile", "Upper quartile"):
        assert f"{name}, £ per child" in table
    assert table.set_index("Financial year")["Caution, Lewisham"]["2018-19"] == "treat with caution"


def test_the_title_names_extremes_between_the_ends(show):
    assert show(draw_per_child, "Wigan").title.endswith("(lowest £802 in 2018-19)")
    assert "highest £2,536 in 2019-20, under a caution" in show(draw_per_child, "Salford").title
    assert "est £" not in show(draw_per_child).title


def test_sources_of_children_and_prices_are_those_of_the_rows(show):
    assert "@hmt-deflator-2026-03; @ons-population-2024]" in show(draw_per_child).caption
