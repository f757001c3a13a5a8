"""Sentences about one authority's spend, and the cautions on its figures."""

from lewisham_study.display.spend.words import format_rank, summarise_accounts, summarise_cautions, summarise_spend


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


def test_the_other_account_is_beside_the_headline(show):
    text = show(summarise_accounts, "Leeds", 2012, 2025).markdown
    assert "From 2014-15 to 2024-25 Leeds’s spend changed by +5.7% per child in real terms." in text
    assert "By the other account, RO3, it changed by +45.7% over the same years" in text
    assert "opposite" not in text
    assert "The two accounts move in opposite directions." in show(summarise_accounts, "Liverpool", 2012, 2025).markdown


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
