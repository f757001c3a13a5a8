"""Councils set side by side: every figure holds each of them, and England."""

from __future__ import annotations

import re

import pytest

from lewisham_study.analysis.caseload import CASELOAD
from lewisham_study.analysis.group import open_group
from lewisham_study.analysis.summary import AGENCY, IN_CARE, SPEND
from lewisham_study.display import summary
from lewisham_study.display.common.style import PHONE_WIDTH
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
FOUR = ["Leeds", "Bristol", "Newcastle upon Tyne", "Manchester"]


@pytest.fixture(scope="module")
def cities():
    return open_group(TABLES, ", ".join(FOUR))


@pytest.fixture(scope="module")
def england():
    return open_group(TABLES, "England")


def test_every_figure_has_every_council(cities, read):
    strips, numbers = summary.compare_grades(cities), summary.compare_numbers(cities)
    places, asked = summary.compare_places(cities), summary.compare_asked(cities)
    charts = [summary.compare_changes(cities, name) for name in (CASELOAD, AGENCY, IN_CARE, SPEND)]
    assert list(dict.fromkeys(strips.table["Council"])) == FOUR
    assert numbers.table["Council"].tolist() == [*FOUR, "England"]
    assert numbers.table.iloc[0, 1] == "outstanding, Jun 2025"
    for chart in charts:
        assert list(chart.table.columns) == ["Period", *FOUR, "England"]
    for figure in (strips, *charts):
        assert figure.narrow.get_figwidth() == PHONE_WIDTH
    for table in (places, asked):
        assert table.table["Council"].tolist() == FOUR
    texts = (summary.summarise_group(cities), summary.list_group_cautions(cities))
    for exhibit in (*texts, strips, numbers, places, asked, *charts):
        read(exhibit)
        caption = re.sub(r" Sources?: .*", "", getattr(exhibit, "caption", ""))
        assert len(caption.split()) <= 25, caption
    assert summary.compare_grades(cities, fewest=11, most=60) is None
    assert summary.compare_places(cities, fewest=7) is None


def test_a_panel_ends_its_line_with_the_last_sound_year():
    group = open_group(TABLES, "Leeds, Liverpool")
    figure = summary.compare_changes(group, CASELOAD).figure
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["Leeds\n14.8 in 2025", "Liverpool\n20.3 in 2024"]


@pytest.mark.slow
def test_a_council_far_above_all_others_does_not_flatten_their_lines():
    exhibit = summary.compare_changes(open_group(TABLES, "region London"), SPEND)
    city = next(axes for axes in exhibit.figure.axes if axes.get_title(loc="left").startswith("City of London"))
    assert city.get_ylim()[1] < exhibit.table["City of London"].min()
    assert [text.get_text() for text in city.texts] == ["off the scale:\n£4,397 to £8,601"]
    assert "City of London: off the scale." in exhibit.caption
    titles = [axes.get_title(loc="left") for axes in exhibit.figure.axes]
    assert max(len(line) for title in titles for line in title.split("\n")) < 20, "no name meets the next"


def test_among_a_few_councils_all_are_on_the_scale():
    exhibit = summary.compare_changes(open_group(TABLES, "City of London, Kent"), SPEND)
    assert "off the scale" not in exhibit.caption


@pytest.mark.slow
def test_many_councils_have_strips_in_two_columns():
    group = open_group(TABLES, "region London")
    figure = summary.compare_grades(group, fewest=11, most=60).figure
    assert len(figure.axes) == 2
    assert figure.get_figheight() < 8
    assert summary.compare_places(group, most=6) is None
    assert summary.compare_asked(group) is None


@pytest.mark.slow
def test_of_england_the_regions_are_compared(england, read):
    counts = summary.compare_grades(england)
    assert len(counts.table) == 9
    # Every council that existed on the last day for which all overall grades can be stated.
    assert counts.table.drop(columns="Region").to_numpy().sum() == 153
    numbers = summary.compare_numbers(england)
    assert len(numbers.table) == 10
    assert list(numbers.table.columns)[1].startswith("Cases per worker, ")
    assert summary.compare_places(england) is None
    assert summary.compare_asked(england) is None
    for exhibit in (summary.summarise_group(england), counts, numbers):
        read(exhibit)


def test_titles_say_of_what_they_count_and_namesakes_have_a_panel_each() -> None:
    assert "9 regions, from first to last" in summary.compare_changes(open_group(TABLES, "England"), CASELOAD).title
    both = summary.compare_changes(open_group(TABLES, "835, 838, Leeds"), CASELOAD)
    assert both.title.endswith("of 3 councils, from first to last sound year")
    assert {"Dorset (until 2019)", "Dorset (since 2019)"} <= set(both.table)


@pytest.mark.parametrize(
    ("councils", "said"),
    [
        ("835, 838", "In September 2025, no council with a figure had more cases per social worker than England"),
        ("835, 838", "In 2024-25, the one council with a figure spent more per child"),
        ("Leeds, Bristol, Manchester", "In September 2025, one of the three councils with a figure had more cases"),
    ],
)
def test_how_many_had_more_than_england_is_said_of_none_one_and_several(councils: str, said: str) -> None:
    assert said in summary.summarise_group(open_group(TABLES, councils)).markdown
