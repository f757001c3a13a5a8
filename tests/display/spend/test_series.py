"""Spend per child and in total over time, and the sentences about it."""

from lewisham_study.display.spend.series import (
    draw_cash,
    draw_per_child,
    format_rank,
    summarise_cautions,
    summarise_spend,
)


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


def test_lewisham_to_the_digit(show):
    table = show(draw_cash).table
    assert table["In cash, £ million"].round(1).tolist() == [
        57.5, 68.7, 64.4, 67.9, 62.4, 67.4, 79.4, 88.0, 81.9, 82.8
    ]  # fmt: skip
    last = table.iloc[-1]
    assert last["In cash, £ million"] == last["Real terms, £ million"]


def test_the_title_leads_from_behind_a_break(show):
    exhibit = show(draw_cash)
    assert exhibit.title == (
        "Lewisham’s gross spend rose by 21% in cash and by 3% in real terms from 2013-14 to 2021-22"
    )
    assert "Growth is from 2013-14, after a caution." in exhibit.caption
    assert "from 2013-14" in show(draw_cash, "Southwark").title
    assert "from 2012-13" in show(draw_cash, "Leeds").title
    assert "fell by 6% in real terms" in show(draw_cash, "Kent").title


def test_without_a_year_behind_the_break_no_growth_is_led_with(show):
    assert show(draw_cash, "Lewisham", 2012, 2014).title == "Lewisham spent £68.7m gross in 2013-14"


def test_the_axis_starts_at_zero_and_no_label_is_small(show):
    axes = show(draw_cash).figure.axes[0]
    assert axes.get_ylim()[0] == 0
    assert min(text.get_fontsize() for text in axes.texts) >= 7


def test_one_year_is_labelled_once(show):
    axes = show(draw_cash, "North Northamptonshire").figure.axes[0]
    assert sum("64.9" in text.get_text() for text in axes.texts) == 2


def test_a_provisional_last_year_is_marked(show):
    assert "provisional: up by 32 per cent in a year" in show(summarise_cautions, "Lewisham", 2012, 2025).markdown
    assert "provisional: up by 32" not in show(summarise_cautions).markdown
    assert "first edition that holds the year" in show(summarise_cautions, "Leeds", 2012, 2025).markdown


def test_a_withheld_figure_has_its_reason(show):
    text = show(summarise_cautions, "Luton", 2012, 2025).markdown
    assert "2022-23, the total, youth justice: withheld by the publisher" in text


def test_a_comparators_caution_is_explained(show):
    text = show(summarise_cautions, "Wigan", comparators="Salford, Bolton").markdown
    assert "Salford, 2019-20: £137.3m, between" in text


def test_extremes_between_the_ends_are_named(show):
    assert "(lowest £" in show(summarise_spend, "Wigan").markdown


def test_growth_from_both_bases_and_the_caution_on_the_first(show):
    text = show(summarise_spend).markdown
    assert "in real terms 3% more" in text
    assert "21% more than in 2012-13 (£57.5m), but a caution says that figure is not comparable" in text
    assert "2013-14: up by 19 per cent in cash" in show(summarise_cautions).markdown


def test_accounts_that_move_apart_are_a_caution(show):
    assert (
        "- From 2014-15 to 2024-25, in real terms per child, section 251" in show(summarise_cautions, "Leeds").markdown
    )
    assert "section 251 rises" not in show(summarise_cautions, "Leeds", 2012, 2014).markdown


def test_ranks_in_words():
    assert format_rank(115, 36, 151) == "Of the 151 other authorities, 115 spent less and 36 more"
    assert format_rank(151, 0, 151) == "All 151 other authorities spent less"
