"""Small multiples of the neighbours, and both models."""

from __future__ import annotations

from lewisham_study.analysis.case import open_case
from lewisham_study.display.comparison.neighbours import draw_neighbours, show_models, summarise_neighbours
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_lewisham_has_seven_neighbours_in_both_models() -> None:
    case = open_case(TABLES, "209")
    assert "seven of their ten neighbours** in common" in summarise_neighbours(case).markdown
    assert show_models(case).title.endswith("in both models: 7 of 10 in common")


def test_the_sources_are_those_of_the_rows_shown() -> None:
    caption = draw_neighbours(open_case(TABLES, "209", comparators="neighbours 2025")).caption
    assert "@dfe-neighbours-2025" in caption
    assert "@dfe-neighbours-2021" not in caption
    assert "@ons-population-2024" in caption
    assert "@dfe-neighbours-2025" not in draw_neighbours(open_case(TABLES, "209", comparators="Leeds")).caption


def test_only_cautions_of_an_authority_itself_are_hollow() -> None:
    exhibit = draw_neighbours(open_case(TABLES, "209"))
    assert "Hollow: treat with caution." in exhibit.caption
    some = exhibit.table[exhibit.table["Caution"].notna()]
    assert some[["Authority", "Year"]].to_numpy().tolist() == [["Lewisham", 2019], ["Southwark", 2013]]


def test_of_many_comparators_the_caption_counts_those_drawn() -> None:
    caption = draw_neighbours(open_case(TABLES, "209", comparators="London")).caption
    assert caption.startswith("10 of 32 are drawn. Strip: grade at year ends")


def test_only_the_left_and_the_foot_have_ticks() -> None:
    panels = draw_neighbours(open_case(TABLES, "209")).figure.axes
    assert [place for place, axes in enumerate(panels) if axes.xaxis.get_visible()] == [7, 8, 9, 10, 11]
    assert [place for place, axes in enumerate(panels) if axes.yaxis.get_visible()] == [0, 4, 8]
    assert not panels[11].get_visible()


def test_comparators_without_an_overall_grade_any_more_are_counted_apart() -> None:
    exhibit = draw_neighbours(open_case(TABLES, "Liverpool", 2012, 2026))
    assert exhibit.title.endswith(
        "6 of 8 comparators with a grade were good or outstanding, 2 had no overall grade any more; nor had Liverpool"
    )
    assert "dashed: no overall grade any more" in exhibit.caption
    alone = draw_neighbours(open_case(TABLES, "Portsmouth", 2012, 2026))
    assert alone.title.endswith("were good or outstanding; Portsmouth had no overall grade any more")


def test_an_abolished_authority_is_said_to_be() -> None:
    title = draw_neighbours(open_case(TABLES, "835")).title
    assert title.endswith("were good or outstanding; Dorset was abolished on 31 March 2019")


def test_a_phone_has_two_columns_and_long_names_take_two_lines_on_a_page() -> None:
    exhibit = draw_neighbours(open_case(TABLES, "908", comparators="region"))
    assert exhibit.narrow is not None
    columns = [figure.axes[0].get_subplotspec().get_gridspec().ncols for figure in (exhibit.figure, exhibit.narrow)]
    assert columns == [4, 2]
    titles = [axes.get_title(loc="left") for axes in exhibit.figure.axes]
    assert "Bath & North East\nSomerset" in titles
