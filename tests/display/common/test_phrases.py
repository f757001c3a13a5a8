"""Days, counts, lists, extremes and comparators read as parts of a sentence."""

import pandas as pd
import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display.common.phrases import (
    begin_sentence,
    format_count,
    format_day,
    format_month,
    format_no_comparators,
    format_start,
    list_words,
    name_comparators,
    name_end,
    name_extremes,
    name_judgement,
    name_region,
    note_ungraded,
    reaches_ungraded,
    shorten_name,
    summarise_absence,
)
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
DAY = pd.Timestamp("2016-01-20")


def test_days_are_as_precise_as_known():
    assert (format_day(DAY), format_month(DAY)) == ("20 January 2016", "Jan 2016")
    assert format_start(DAY, "day") == "20 January 2016"
    assert format_start(DAY, "month") == "January 2016"
    assert format_start(pd.NaT, "day") == ""


def test_counts_and_lists():
    assert (format_count(0), format_count(2), format_count(10), format_count(14)) == ("No", "Two", "Ten", "14")
    assert begin_sentence("on 24 March 2025") == "On 24 March 2025"
    assert list_words(["overall", "leadership", "care leavers"]) == "overall, leadership and care leavers"
    assert list_words(["help and protection", "children in care"]) == "help and protection, and children in care"
    assert list_words(["overall"]) == "overall"


def test_only_clear_extremes_between_the_ends_are_named():
    path = pd.Series([970.0, 802.0, 1205.0], index=["2012-13", "2018-19", "2021-22"])
    assert name_extremes(path, "£{:,.0f}".format) == " (lowest £802 in 2018-19)"
    cautioned = " (lowest £802 in 2018-19, under a caution)"
    assert name_extremes(path, "£{:,.0f}".format, ["2018-19"]) == cautioned
    assert name_extremes(path.drop("2018-19"), "£{:,.0f}".format) == ""


def test_the_end_is_the_last_inspection_if_the_window_is_longer():
    assert name_end(open_case(TABLES, "Wigan", 2015, 2020)) == "at the end of 2020"
    long = open_case(TABLES, "Wigan", 2015, 2026)
    assert name_end(long) == "on 6 July 2026 (the last inspection in the data)"


def test_windows_beyond_march_2026_say_that_overall_grades_have_ended():
    assert not reaches_ungraded(open_case(TABLES, "Wigan", 2015, 2025))
    assert reaches_ungraded(open_case(TABLES, "Wigan", 2015, 2026))
    note = note_ungraded(shown=True)
    assert note == "Inspections since April 2026 give no overall grade. "
    assert note_ungraded(shown=False) == ""
    assert name_judgement("leadership", "good") == "Leadership good"
    assert name_judgement("overall", "no_overall_grade") == "no overall grade any more"


@pytest.mark.parametrize(
    ("comparators", "named"),
    [
        ("neighbours 2021", "its ten statistical neighbours"),
        ("London", "the 32 other authorities of London"),
        ("region", "the 32 other authorities of the region (London)"),
        ("Salford, Isle of Wight", "Salford and Isle of Wight"),
    ],
)
def test_comparators_are_named(comparators, named):
    case = open_case(TABLES, "Lewisham", comparators=comparators)
    assert name_comparators(case) == named
    model = " (model of 2021)" if comparators == "neighbours 2021" else ""
    assert name_comparators(case, model=True) == f"{named}{model}"


def test_a_region_has_its_article():
    assert name_region("South West") == "the South West"
    assert name_region("London") == "London"


def test_a_lack_of_comparators_is_explained():
    text = format_no_comparators(open_case(TABLES, "Cumberland"))
    assert text == "The 2021 model of statistical neighbours does not include Cumberland, so none are shown."


def test_long_names_are_shortened():
    assert shorten_name("Hammersmith and Fulham") == "Hammersmith & Fulham"
    assert shorten_name("County Durham") == "Co. Durham"
    assert shorten_name("Bournemouth, Christchurch and Poole") == "Bournemouth, Christchurch…"


@pytest.mark.parametrize(
    ("authority", "text"),
    [
        ("Cumberland", "did not exist before 1 April 2023"),
        ("Bournemouth", "was abolished on 31 March 2019"),
        ("Leeds", "has no figure"),
    ],
)
def test_an_absence_is_explained(authority, text):
    assert summarise_absence(open_case(TABLES, authority), "2022-09-30") == text
