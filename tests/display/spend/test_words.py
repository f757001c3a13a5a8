"""Sentences about one authority's spend, and the cautions on its figures."""

from lewisham_study.display.spend.words import format_rank, summarise_cautions, summarise_spend


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


def test_ranks_in_words():
    assert format_rank(115, 36, 151) == "of 151 other authorities 115 spent less and 36 more"
    assert format_rank(151, 0, 151) == "all 151 other authorities spent less"
