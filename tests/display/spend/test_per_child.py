"""Spend per child in real terms."""

from lewisham_study.display.spend.per_child import draw_per_child


def test_comparators_with_a_caution_are_named(show):
    wigan = show(draw_per_child, "Wigan", comparators="Salford, Bolton")
    assert "a comparator’s figure to treat with caution (Salford 2019-20)" in wigan.caption
    assert "without it 2012-13 has no other figure" in show(draw_per_child, comparators="Southwark").caption


def test_the_title_names_extremes_between_the_ends(show):
    assert show(draw_per_child, "Wigan").title.endswith("(lowest £802 in 2018-19)")
    assert "highest £2,536 in 2019-20, under a caution" in show(draw_per_child, "Salford").title
    assert "est £" not in show(draw_per_child).title


def test_sources_of_children_and_prices_are_those_of_the_rows(show):
    exhibit = show(draw_per_child)
    assert exhibit.caption.endswith("children and prices: [@hmt-deflator-2026-03; @ons-population-2024].")
