"""The path of one authority: its grades in the window, before and after it, at its creation and abolition."""

import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display.ratings.path import draw_areas, draw_path
from lewisham_study.display.ratings.words import name_strands, summarise_path
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_the_caption_explains_gaps_and_the_key_has_what_is_drawn():
    path = draw_path(open_case(TABLES, "Lewisham"))
    assert "Lines stop where the scale changes" in path.caption
    assert "Hollow: after the window." in path.caption
    within = draw_path(open_case(TABLES, "Lewisham", 2012, 2025))
    assert "Hollow" not in within.caption
    for exhibit in (path, within):
        key = {text.get_text().split()[0] for text in exhibit.figure.legends[0].get_texts()}
        assert key == {"O", "G", "RI"}


def test_good_is_after_the_window():
    case = open_case(TABLES, "Lewisham")
    text = summarise_path(case).markdown
    before, after = text.split("**After the window:**")
    assert "4 December 2023" in after
    assert "December 2023" not in before
    assert "rated **requires improvement** overall" in after
    assert draw_path(case).title.endswith("it was judged good in December 2023, after the window")


@pytest.mark.slow
def test_a_longer_window_includes_good():
    case = open_case(TABLES, "Lewisham", end_year=2024)
    assert "After the window" not in summarise_path(case).markdown
    assert draw_path(case).title == "Lewisham was judged good in December 2023"


def test_2012_is_two_strands_without_an_overall_grade():
    table = draw_path(open_case(TABLES, "Lewisham")).table
    early = table[table["Framework"] == "SLAC"]
    assert early[["Strand", "Grade"]].to_numpy().tolist() == [
        ["Looked-after children", "good"],
        ["Safeguarding", "outstanding"],
    ]


def test_the_basis_moves_the_dates():
    table = draw_path(open_case(TABLES, "Lewisham", start_year=2016, basis="published")).table
    assert table.loc[table["Published"] == "20 January 2016", "Window"].eq("within").all()
    inspected = draw_path(open_case(TABLES, "Lewisham", start_year=2016)).table
    assert inspected.loc[inspected["Published"] == "20 January 2016", "Window"].eq("before").all()


def test_the_same_figure_gives_the_same_bytes():
    first, second = (draw_path(open_case(TABLES, "Lewisham"))._repr_mimebundle_() for _ in range(2))
    assert first == second


def test_many_inspections_have_short_dates_and_whole_words_on_a_phone():
    exhibit = draw_areas(open_case(TABLES, "Birmingham"))
    page, phone = ([text.get_text() for text in one.axes[0].texts] for one in (exhibit.figure, exhibit.narrow))
    assert {"Sep 2016", "SIF\nre-inspection"} <= set(page)
    assert {"Sep ’16", "SIF re-\ninspection"} <= set(phone)


def test_an_abolished_authority_has_no_grade_after_its_end():
    title = draw_path(open_case(TABLES, "837")).title
    assert title == "Bournemouth was judged requires improvement in July 2018 and abolished in March 2019"


def test_a_new_authority_is_described_as_created():
    case = open_case(TABLES, "943")
    assert draw_path(case).title == (
        "Westmorland and Furness was created after the window, on 1 April 2023; it was judged good in April 2024"
    )
    assert summarise_path(case).markdown.endswith("on 1 April 2023, after the window, and began without a grade.")
    text = summarise_path(open_case(TABLES, "838")).markdown
    assert "was created on 1 April 2019 and began without a grade. At the end of 2022 Dorset was rated" in text


def test_an_end_after_the_window_and_a_repeated_grade_are_stated():
    assert summarise_path(open_case(TABLES, "Cumbria")).markdown.endswith(
        "It was abolished on 31 March 2023; its successors start without a grade."
    )
    assert draw_path(open_case(TABLES, "Slough")).title.endswith(
        "it was judged requires improvement again in January 2023, after the window"
    )


def test_an_authority_without_inspections_has_one_sentence():
    tables = {**TABLES, "judgements": TABLES["judgements"].query("la_code != '209'")}
    text = summarise_path(open_case(tables, "Lewisham")).markdown
    assert text == "The Ofsted releases used here hold no graded inspection of Lewisham."


@pytest.mark.parametrize(
    ("strands", "named"),
    [
        (["overall", "leadership", "adoption"], "overall and for leadership and adoption"),
        (["overall"], "overall"),
        (["help_and_protection", "children_in_care"], "for help and protection, and children in care"),
    ],
)
def test_strands_follow_their_grade(strands, named):
    assert name_strands(strands) == named


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
