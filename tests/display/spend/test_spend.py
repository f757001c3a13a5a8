"""What a reader sees of spend, for authorities of every kind and windows of every length."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from lewisham_study.analysis.case import Case, open_case
from lewisham_study.display import spend
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.style import MUTED
from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
# Long-lived, tiny, joint, abolished (with and without children), new, with a missing year; by DfE number.
KINDS = ["209", "420", "314", "928", "837", "943", "821"]
FIGURES = [spend.draw_per_child, spend.draw_mix, spend.draw_measures, spend.draw_index, spend.draw_income]
FIGURES += [spend.draw_accounts, spend.draw_overspend]
TABLES_SHOWN = [spend.show_growth, spend.show_deflators, spend.show_accounts, spend.show_england]
SENTENCES = [spend.summarise_spend, spend.summarise_cautions, spend.summarise_overspend]
MISSING = re.compile(r"\b(nan|NaN|None|NaT|inf)\b|  |\.\.")
CAUSAL = re.compile(r"\b(caused|drove|led to|due to)\b")
Draw = Callable[[Case], FigureExhibit | TableExhibit | Prose | None]


def read_texts(exhibit: FigureExhibit | TableExhibit | Prose | None) -> list[str]:
    if exhibit is None:
        return []
    if isinstance(exhibit, Prose):
        return [exhibit.markdown]
    return [exhibit.title, exhibit.caption, *([exhibit.alt] if isinstance(exhibit, FigureExhibit) else [])]


@pytest.mark.parametrize("la_code", KINDS)
@pytest.mark.parametrize("draw", [*FIGURES, *TABLES_SHOWN, *SENTENCES])
def test_all_say_what_they_show(la_code: str, draw: Draw) -> None:
    exhibit = draw(open_case(TABLES, la_code))
    for text in read_texts(exhibit):
        assert text
        assert not MISSING.search(text)
        assert not CAUSAL.search(text)
    if isinstance(exhibit, FigureExhibit):
        assert not exhibit.table.empty
    if isinstance(exhibit, TableExhibit):
        assert exhibit.table.shape[1] <= 8
        assert len(exhibit.table) <= 20


@pytest.mark.parametrize("draw", [*FIGURES, *TABLES_SHOWN, *SENTENCES])
@pytest.mark.parametrize("window", [(2012, 2012), (2012, 2025)])
def test_short_and_long_windows(draw: Draw, window: tuple[int, int]) -> None:
    for text in read_texts(draw(open_case(TABLES, "Lewisham", *window))):
        assert text
        assert not MISSING.search(text)


def test_lewisham_to_the_digit() -> None:
    exhibit = spend.draw_measures(open_case(TABLES, "Lewisham"))
    assert isinstance(exhibit, FigureExhibit)
    nominal = exhibit.table["Nominal, £ million"].round(1).tolist()
    assert nominal == [57.5, 68.7, 64.4, 67.9, 62.4, 67.4, 79.4, 88.0, 81.9, 82.8]


def test_gross_and_net_of_lewisham_with_the_reason() -> None:
    exhibit = spend.draw_income(open_case(TABLES, "Lewisham"))
    assert isinstance(exhibit, FigureExhibit)
    assert exhibit.title.startswith("In 2018-19 Lewisham spent £79.4m gross and £62.6m net")
    assert "recharged" in exhibit.caption


def test_the_last_year_is_told_to_be_provisional() -> None:
    told = spend.summarise_cautions(open_case(TABLES, "Lewisham", 2012, 2025)).markdown
    assert "provisional: up by 32 per cent in a year" in told
    assert "provisional: up by 32" not in spend.summarise_cautions(open_case(TABLES, "Lewisham")).markdown
    assert (
        "first edition that holds the year" in spend.summarise_cautions(open_case(TABLES, "Leeds", 2012, 2025)).markdown
    )


def test_a_comparator_under_a_caution_is_told_and_hollow() -> None:
    case = open_case(TABLES, "Wigan", comparators="Salford, Bolton")
    named = "a comparator’s figure to treat with caution (Salford 2019-20)"
    for draw in (spend.draw_per_child, spend.draw_index):
        exhibit = draw(case)
        assert isinstance(exhibit, FigureExhibit)
        assert named in exhibit.caption
    assert any(line.get_markeredgecolor() == MUTED for line in exhibit.figure.axes[0].lines)
    assert "Salford, 2019-20: £137.3m, between" in spend.summarise_cautions(case).markdown
    southwark = spend.draw_index(open_case(TABLES, "Lewisham", comparators="Southwark, Lambeth"))
    assert isinstance(southwark, FigureExhibit)
    assert "2012-13 is such a year of Southwark, and moves the whole line" in southwark.caption
    last = southwark.table.iloc[-1]
    moved = f"without it the 2021-22 median is {last['Lambeth']:.0f}, not {last['Median of comparators']:.0f}."
    assert moved in southwark.caption
    alone = spend.draw_per_child(open_case(TABLES, "Lewisham", comparators="Southwark"))
    assert isinstance(alone, FigureExhibit)
    assert "without it 2012-13 has no other figure" in alone.caption


def test_a_path_between_its_ends_is_told() -> None:
    wigan = spend.draw_per_child(open_case(TABLES, "Wigan"))
    salford = spend.draw_per_child(open_case(TABLES, "Salford"))
    lewisham = spend.draw_per_child(open_case(TABLES, "Lewisham"))
    assert isinstance(wigan, FigureExhibit)
    assert isinstance(salford, FigureExhibit)
    assert isinstance(lewisham, FigureExhibit)
    assert wigan.title.endswith("(lowest £802 in 2018-19)")
    assert "highest £2,536 in 2019-20, under a caution" in salford.title
    assert "est £" not in lewisham.title
    assert "(lowest £" in spend.summarise_spend(open_case(TABLES, "Wigan")).markdown


def test_accounts_are_told_over_one_scope_and_hollow_under_a_caution() -> None:
    lewisham = spend.draw_accounts(open_case(TABLES, "Lewisham"))
    assert isinstance(lewisham, FigureExhibit)
    assert lewisham.title.endswith("from 2014-15 to 2020-21")
    slough = spend.draw_accounts(open_case(TABLES, "Slough"))
    assert isinstance(slough, FigureExhibit)
    assert "Hollow: a figure to treat with caution (2016-17, 2017-18, 2018-19, 2019-20)" in slough.caption


def test_a_withheld_figure_is_told_with_its_reason() -> None:
    told = spend.summarise_cautions(open_case(TABLES, "Luton", 2012, 2025)).markdown
    assert "2022-23, the total, youth justice: withheld by the publisher" in told


def test_the_overspend_and_its_residual() -> None:
    exhibit = spend.draw_overspend(open_case(TABLES, "Lewisham"))
    assert isinstance(exhibit, FigureExhibit)
    assert exhibit.title.startswith("£14.5m of the £15.6m")
    rest = exhibit.table[exhibit.table["Amount is"] == "derived"].iloc[0]
    assert (rest["£ million"], rest["At least"], rest["At most"]) == (1.1, 0.85, 1.35)
    told = spend.summarise_overspend(open_case(TABLES, "Lewisham"))
    assert told is not None
    assert "financial year" in told.markdown
    other = spend.draw_overspend(open_case(TABLES, "Lambeth"))
    assert isinstance(other, Prose)
    assert "No document that names an overspend of Lambeth is coded" in other.markdown


def test_ro3_is_never_joined_to_section_251_or_across_its_break() -> None:
    exhibit = spend.draw_accounts(open_case(TABLES, "Lewisham", 2012, 2025))
    assert isinstance(exhibit, FigureExhibit)
    dashed = [line for line in exhibit.figure.axes[0].get_lines() if line.get_marker() == "s"]
    assert [list(line.get_xdata()) for line in dashed] == [[2012, 2013], list(range(2014, 2021)), [2022, 2023, 2024]]


def test_the_year_before_the_break_stands_apart() -> None:
    exhibit = spend.draw_mix(open_case(TABLES, "Lewisham"))
    assert isinstance(exhibit, FigureExhibit)
    assert exhibit.table["Financial year"].iloc[0] == "2011-12"
    assert "stands apart" in exhibit.caption
    later = spend.draw_mix(open_case(TABLES, "Lewisham", 2014, 2022))
    assert isinstance(later, FigureExhibit)
    assert later.table["Financial year"].iloc[0] == "2014-15"


@pytest.mark.parametrize("deflator", ["gdp_deflator", "cpi", "cpih"])
def test_other_prices(deflator: str) -> None:
    exhibit = spend.draw_per_child(open_case(TABLES, "Lewisham", price_base="2012-13", deflator=deflator))
    assert isinstance(exhibit, FigureExhibit)
    assert "prices of 2012-13" in exhibit.caption


def test_a_price_base_without_an_index_is_refused() -> None:
    with pytest.raises(UsageError, match="1890-91"):
        spend.draw_per_child(open_case(TABLES, "Lewisham", price_base="1890-91"))
