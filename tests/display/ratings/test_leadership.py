"""Leaders' grades are a series of their own next to overall grades."""

from __future__ import annotations

from lewisham_study.analysis.case import open_case
from lewisham_study.display.ratings.leadership import show_leadership, summarise_leadership
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_both_series_are_counted_and_never_mixed() -> None:
    exhibit = show_leadership(open_case(TABLES, "Portsmouth", 2012, 2026))
    assert exhibit.title == (
        "Good or outstanding on 6 July 2026 (the last inspection in the data): 107 of 142 authorities overall, "
        "118 of 153 for leadership"
    )
    assert exhibit.table.iloc[-1].tolist() == ["2026", "107", "142", "118", "153", "11"]
    assert exhibit.table.iloc[-2].tolist() == ["2025", "108", "153", "111", "153", "0"]
    assert "two strands, not one series" in exhibit.caption
    assert "no overall grade" in exhibit.caption


def test_a_window_to_2022_has_no_column_for_the_end() -> None:
    table = show_leadership(open_case(TABLES, "Lewisham")).table
    assert table.columns.tolist()[-1] == "Leadership: with a grade"
    assert table.iloc[-1].tolist() == ["2022", "87", "152", "93", "152"]
    assert table["End of"].iloc[0] == "2013"


def test_the_summary_counts_the_reports_in_which_the_two_differ() -> None:
    text = summarise_leadership(open_case(TABLES, "Portsmouth", 2012, 2026)).markdown
    assert "in **44 of 313** ILACS reports that gave both (March 2018 to June 2026) the two differed" in text
    assert "leaders had the better grade in 40 and the worse in 4" in text
    assert (
        "overall 46 outstanding, 61 good, 24 requires improvement, 11 inadequate and 11 with no overall grade" in text
    )
    assert "leadership 60 outstanding, 58 good, 27 requires improvement and 8 inadequate. Source" in text


def test_before_any_overall_grade_nothing_is_counted() -> None:
    text = summarise_leadership(open_case(TABLES, "Lewisham", 2012, 2012)).markdown
    assert "overall no grade yet; leadership no grade yet. Source" in text
    assert show_leadership(open_case(TABLES, "Lewisham", 2012, 2012)).table.shape == (1, 5)
