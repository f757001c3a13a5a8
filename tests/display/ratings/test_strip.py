"""Counts of grades over the authority's own strip: the title, the window's end, and what the table holds."""

import pandas as pd
import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display.ratings.strip import count_states, describe_own, draw_strip
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_the_title_compares_the_window_s_end_with_now():
    assert draw_strip(open_case(TABLES, "Lewisham")).title == (
        "57% of graded authorities were good or outstanding at the end of 2022 and 71% at the end of 2025; Lewisham "
        "was not among them in 2022 but was in 2025"
    )


def test_an_abolished_authority_has_no_grade_and_a_new_one_starts_when_created():
    assert draw_strip(open_case(TABLES, "837")).title.endswith("; Bournemouth had no grade")
    own = draw_strip(open_case(TABLES, "North Northamptonshire")).table["North Northamptonshire, grade"]
    assert own.isna().sum() == 8
    assert own.dropna().tolist()[0] == "not yet judged"


def test_the_table_counts_every_authority_once():
    table = draw_strip(open_case(TABLES, "Lewisham")).table
    counts = table[[name for name in table if name.endswith(", authorities")]]
    assert counts.sum(axis=1).between(150, 154).all()
    last = table.set_index("End of").loc["2022"]
    assert last[["Outstanding, authorities", "Good, authorities"]].tolist() == [24, 63]


def test_the_window_s_end_is_drawn_where_years_follow():
    def lines(end):
        upper, lower = draw_strip(open_case(TABLES, "Lewisham", 2012, end)).figure.axes
        return [line.get_xdata()[0] for axes in (upper, lower) for line in axes.lines]

    assert lines(2022) == [2022.5, 2022.5]
    assert lines(2025) == []


def test_a_state_that_no_authority_has_counts_zero():
    states = pd.DataFrame({2020: ["good", "good"], 2021: ["good", "inadequate"]}, index=["a", "b"])
    assert count_states(states).loc[2020, ["good", "inadequate"]].tolist() == [2, 0]


@pytest.mark.parametrize(
    ("grades", "text"),
    [
        (["inadequate", "good"], "was not among them in 2022 but was in 2025"),
        (["good", "outstanding"], "was among them both times"),
        (["good", "inadequate"], "was among them in 2022 but not in 2025"),
        (["inadequate", "inadequate"], "was not among them either time"),
        ([None, "good"], "was among them in 2025"),
        ([None, None], "had no grade"),
    ],
)
def test_the_authority_s_own_state_in_words(grades, text):
    assert describe_own(pd.Series(grades, index=[2022, 2025])) == text
