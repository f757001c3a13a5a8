"""The matrix of grades: dated by inspections, with a guard against comparing frameworks."""

from lewisham_study.analysis.case import open_case
from lewisham_study.display.ratings.areas import draw_areas
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_a_grade_is_dated_by_its_inspection():
    exhibit = draw_areas(open_case(TABLES, "Lewisham"))
    assert exhibit.title == (
        "Lewisham was judged requires improvement in July 2019; it was judged good in December 2023, after the window"
    )
    assert "not on one scale" in exhibit.caption
    assert "Hollow: after the window." in exhibit.caption
    assert "Hollow" not in draw_areas(open_case(TABLES, "Lewisham", 2012, 2025)).caption


def test_cells_of_the_release_are_in_the_table_alone():
    exhibit = draw_areas(open_case(TABLES, "Lewisham"))
    assert exhibit.table["Source"].str.contains("!").any()
    assert "!" not in exhibit.caption
