"""What a reader sees of ratings, for authorities of every kind."""

import re

import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display import ratings
from lewisham_study.display.common.citations import cite_releases
from lewisham_study.display.common.exhibit import FigureExhibit, draw_svg
from lewisham_study.display.common.style import SMALLEST
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
# Long-lived, county, tiny, joint, abolished, new, in intervention; by DfE number, for two are called Dorset.
KINDS = ["209", "886", "420", "201", "314", "928", "835", "940", "838", "943", "330", "941"]
MISSING = re.compile(r"\b(nan|NaN|None|NaT)\b")


@pytest.mark.parametrize("la_code", KINDS)
@pytest.mark.parametrize("draw", [ratings.draw_path, ratings.draw_areas, ratings.draw_strip, ratings.draw_shares])
def test_figures_say_what_they_show(la_code, draw):
    exhibit = draw(open_case(TABLES, la_code))
    assert isinstance(exhibit, FigureExhibit)
    for text in (exhibit.title, exhibit.caption, exhibit.alt):
        assert text
        assert not MISSING.search(text)
    assert not exhibit.table.empty


@pytest.mark.parametrize("la_code", KINDS)
def test_sentences_read_whole(la_code):
    text = ratings.summarise_path(open_case(TABLES, la_code)).markdown
    assert text
    assert not MISSING.search(text)
    assert "  " not in text
    assert text.count("**") % 2 == 0


def test_a_line_broken_off_is_said_to_be_no_lapse_and_the_key_has_what_is_drawn():
    path = ratings.draw_path(open_case(TABLES, "Lewisham"))
    assert "the line is broken off before its mark" in path.caption
    assert "the grade did not lapse there" in path.caption
    assert "Hollow marks fall after the window." in path.caption
    within = ratings.draw_path(open_case(TABLES, "Lewisham", 2012, 2025))
    assert "Hollow" not in within.caption
    for exhibit in (path, within):
        key = {text.get_text().split()[0] for text in exhibit.figure.legends[0].get_texts()}
        assert key == {"O", "G", "RI"}


def test_good_is_told_as_after_the_window():
    case = open_case(TABLES, "Lewisham")
    text = ratings.summarise_path(case).markdown
    before, after = text.split("**After the window:**")
    assert "4 December 2023" in after
    assert "December 2023" not in before
    assert "rated **requires improvement** overall" in after
    assert ratings.draw_path(case).title.endswith("it was judged good in December 2023, after the window")


def test_a_longer_window_takes_good_in():
    case = open_case(TABLES, "Lewisham", end_year=2024)
    assert "After the window" not in ratings.summarise_path(case).markdown
    assert "rated good at the end of 2024" in ratings.draw_path(case).title


def test_2012_is_two_strands_without_an_overall_grade():
    table = ratings.draw_path(open_case(TABLES, "Lewisham")).table
    early = table[table["Framework"] == "SLAC"]
    assert early[["Strand", "Grade"]].to_numpy().tolist() == [
        ["Looked-after children", "good"],
        ["Safeguarding", "outstanding"],
    ]


def test_the_basis_moves_the_dates():
    table = ratings.draw_path(open_case(TABLES, "Lewisham", start_year=2016, basis="published")).table
    assert table.loc[table["Published"] == "20 January 2016", "Window"].eq("within").all()
    inspected = ratings.draw_path(open_case(TABLES, "Lewisham", start_year=2016)).table
    assert inspected.loc[inspected["Published"] == "20 January 2016", "Window"].eq("before").all()


def test_the_same_figure_gives_the_same_bytes():
    first, second = (ratings.draw_path(open_case(TABLES, "Lewisham"))._repr_mimebundle_() for _ in range(2))
    assert first == second


def test_matrices_hold_every_authority_judged_under_both():
    table = ratings.show_moves(open_case(TABLES, "Lewisham"), "sif-ilacs").table
    assert table["All"].sum() == 150


def test_an_abolished_authority_has_no_grade_after_its_end():
    case = open_case(TABLES, "837")
    assert ratings.draw_path(case).title == (
        "Bournemouth was rated requires improvement when it was abolished in March 2019"
    )
    assert ratings.draw_strip(case).title.endswith("; Bournemouth was abolished on 31 March 2019")


def test_a_new_authority_is_told_as_created():
    case = open_case(TABLES, "943")
    assert ratings.draw_path(case).title == (
        "Westmorland and Furness was created after the window, on 1 April 2023; it was judged good in April 2024"
    )
    assert ratings.summarise_path(case).markdown.endswith(
        "on 1 April 2023, after the window, and began without a grade."
    )
    told = ratings.summarise_path(open_case(TABLES, "838")).markdown
    assert "was created on 1 April 2019 and began without a grade. At the end of 2022 Dorset was rated" in told


def test_an_end_after_the_window_is_told_and_a_grade_given_again():
    assert ratings.summarise_path(open_case(TABLES, "Cumbria")).markdown.endswith(
        "It was abolished on 31 March 2023; its successors start without a grade."
    )
    assert ratings.draw_path(open_case(TABLES, "Slough")).title.endswith(
        "it was judged requires improvement again in January 2023, after the window"
    )


def test_many_visits_in_a_row_share_a_note():
    notes = [text.get_text() for text in ratings.draw_path(open_case(TABLES, "839")).figure.axes[0].texts]
    assert "5, Oct 2022 to Feb 2024" in notes
    assert not any(note in ("Oct 2022", "Feb 2024") for note in notes)


def test_areas_are_counted_in_the_title():
    assert ratings.draw_areas(open_case(TABLES, "Lewisham")).title == (
        "Lewisham: both areas judged in February 2012 were good or outstanding; in July 2019, under another "
        "framework, none of the three areas were"
    )


@pytest.mark.parametrize("draw", [ratings.draw_path, ratings.draw_strip, ratings.draw_shares, ratings.draw_flows])
def test_every_grade_drawn_has_its_name_in_a_key_and_no_type_is_small(draw):
    figure = draw(open_case(TABLES, "Kent")).figure
    key = [text.get_text() for text in figure.legends[0].get_texts()]
    assert {"O outstanding", "G good", "RI requires improvement", "I inadequate"} <= set(key)
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", draw_svg(figure))]
    assert min(sizes) >= SMALLEST


def test_only_many_editions_in_a_row_are_cited_by_first_and_last():
    some = cite_releases(["dfe-s251-2011-12", "dfe-s251-2012-13", "dfe-s251-2013-14", "ofsted-2023"])
    assert some == "[@dfe-s251-2011-12; @dfe-s251-2012-13; @dfe-s251-2013-14; @ofsted-2023]"
    gap = cite_releases(f"mhclg-ro3-{year}-{year - 1999}" for year in (2017, 2018, 2019, 2020, 2022, 2023))
    assert (
        gap
        == "[@mhclg-ro3-2022-23; @mhclg-ro3-2023-24], each edition from [@mhclg-ro3-2017-18] to [-@mhclg-ro3-2020-21]"
    )
