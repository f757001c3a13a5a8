"""The average caseload over time."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.display.caseload.returns import summarise_returns
from lewisham_study.display.caseload.series import (
    draw_caseload,
    format_held,
    format_move,
    format_ranks,
    summarise_caseload,
)
from lewisham_study.display.common.cautions import note_open_marks
from lewisham_study.display.common.phrases import format_tenth
from lewisham_study.display.common.style import HERE, MUTED
from lewisham_study.tidy.tables import load_table


def list_hollow(exhibit, edge):
    """List the points of open marks with an edge of some colour."""
    lines = [line for line in exhibit.figure.axes[0].lines if line.get_markerfacecolor() == "white"]
    return [(list(line.get_xdata()), list(line.get_ydata())) for line in lines if line.get_markeredgecolor() == edge]


def test_lewisham_in_title_and_table(show):
    exhibit = show(draw_caseload)
    assert exhibit.title == (
        "Lewisham’s average caseload fell from 15.9 in 2017 to 14.8 in 2022; England’s fell from 17.7 to 16.6"
    )
    own = exhibit.table.set_index("30 September")["Lewisham, cases per worker"]
    assert own.loc["2017":"2022"].tolist() == [15.9, 14.4, 14.5, 15.3, 15.1, 14.8]
    assert "Lewisham: 2016 14.3, 2017 15.9, 2018 14.4" in exhibit.alt


def test_no_line_joins_2016_to_2017(show):
    for line in show(draw_caseload).figure.axes[0].get_lines():
        assert not {2016, 2017} <= set(line.get_xdata())


def test_a_caseload_with_a_caution_has_an_open_mark(show):
    exhibit = show(draw_caseload, "Cumbria")
    assert note_open_marks(["2018"]) in exhibit.caption
    assert [years for years, _ in list_hollow(exhibit, HERE)] == [[2018]]


def test_a_comparator_with_a_caution_has_an_open_mark(show):
    exhibit = show(draw_caseload, comparators="Norfolk, Lambeth")
    assert "Hollow: treat with caution" in exhibit.caption
    assert list_hollow(exhibit, MUTED) == [([2018], [19.0])]
    workforce = load_table("workforce").query("measure == 'caseload_fte' and time_period == '2018'")
    norfolk, lambeth = workforce.set_index("la_code")["value"][["926", "208"]]
    moved = f"without it the 2018 median is {lambeth:.1f}, not {format_tenth((norfolk + lambeth) / 2)}."
    returns = show(summarise_returns, comparators="Norfolk, Lambeth").markdown
    assert f"(Norfolk 2018) as published; {moved}" in returns
    assert "Hollow" not in show(draw_caseload, comparators="Lambeth, Leeds").caption


def test_table_and_words_round_alike(show):
    medians = show(draw_caseload, "Bolton").table.set_index("30 September")["Median of neighbours, cases per worker"]
    text = show(summarise_returns, "Bolton").markdown
    assert f"the 2018 median is 16.8, not {medians['2018']}; " in text
    assert f"the 2019 median is 15.5, not {medians['2019']}." in text


def test_every_line_drawn_is_in_the_table_with_its_unit(show):
    exhibit = show(draw_caseload, comparators="Norfolk, Lambeth")
    assert {"Norfolk, cases per worker", "Lambeth, cases per worker"} <= set(exhibit.table)
    assert exhibit.table["Source, Lewisham"].str.contains("dfe-workforce").all()


def test_the_title_names_extremes_between_the_ends(show):
    title = show(draw_caseload, "Telford and Wrekin", 2017, 2025).title
    assert "(lowest 13.7 in 2021; highest 22.3 in 2018, under a caution)" in title


def test_the_title_of_an_unchanged_caseload(show):
    title = show(draw_caseload, "Northamptonshire").title
    assert "was 17.7 in 2017 and in 2020; England’s fell from 17.7 to 16.3" in title
    assert format_move(17.72, 17.68) == "stayed at 17.7"
    assert format_move(1.0, 2.0, " in 2017", " in 2018") == "rose from 1.0 in 2017 to 2.0 in 2018"


@pytest.mark.slow
@pytest.mark.parametrize("comparators", ["neighbours 2025", "London", "region", "Lambeth, Southwark"])
def test_any_comparators(show, comparators):
    table = show(draw_caseload, comparators=comparators).table
    (median,) = [name for name in table if name.startswith("Median of ")]
    assert table[median].notna().all()
    named = {"neighbours 2025": "neighbours", "London": "London", "region": "region"}.get(comparators, "comparators")
    assert median == f"Median of {named}, cases per worker"


def test_the_title_does_not_run_across_a_level_shift(show):
    assert "was 13.1 in 2022" in show(draw_caseload, "Kingston upon Thames").title
    returns = show(summarise_returns, "Kingston upon Thames").markdown
    assert "A caution sets 2017 to 2021 apart: no change from or to then is given." in returns
    devon = show(draw_caseload, "Devon").title
    assert " in 2017" not in devon
    assert "from 13.1 in 2019" in devon
    assert "A caution sets" not in show(summarise_returns).markdown


def test_cases_and_workers_of_the_last_year(show):
    assert "2,082 cases held by 141.1 full-time equivalent workers" in show(summarise_caseload).markdown
    assert format_held(9, 1) == "9 cases held by 1.0 full-time equivalent worker"


def test_the_range_between_first_and_last_year(show):
    text = show(summarise_caseload, "Telford and Wrekin", 2017, 2025).markdown
    assert "from 13.7 in 2021 to 22.3 in 2018" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.0, "Of the three with a figure, one had fewer and one had more"),
        (15.0, "Of the three with a figure, two had fewer and one had more"),
        (30.0, "All three with a figure had fewer"),
    ],
)
def test_ranks_in_words(value, text):
    assert format_ranks(pd.Series([10.0, 12.0, 20.0]), value) == text


def test_ranks_of_a_single_comparator_and_of_equals():
    assert format_ranks(pd.Series([10.0]), 9.0) == "The one with a figure had more"
    assert format_ranks(pd.Series([10.0, 10.0]), 10.0) == "Both with a figure had as many"
