"""What inspectors said about caseloads, as lines, figure and tables."""

from __future__ import annotations

import pytest

import lewisham_study as study
from lewisham_study.display.caseload import said
from lewisham_study.display.common.exhibit import FigureExhibit


@pytest.fixture(scope="module")
def case() -> study.Case:
    return study.open_case(study.Tables(), "Lewisham", 2012, 2022)


def test_lewishams_lines_are_dated_and_linked(case: study.Case) -> None:
    text = said.summarise_said(case).markdown
    lines = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(lines) == 5
    assert lines[0].startswith("- **December 2023** (inspection, after the window)")
    assert "counted on 30 September 2018: 14.4 per worker" in text
    assert "https://files.ofsted.gov.uk/" in text


def test_a_quote_from_within_a_sentence_says_so(case: study.Case) -> None:
    assert "“… social work capacity has reduced caseloads" in said.summarise_said(case).markdown


def test_an_authority_without_a_statement_says_that_this_is_none() -> None:
    case = study.open_case(study.Tables(), "Poole", 2012, 2022)
    assert "says nothing either way" in said.summarise_said(case).markdown


@pytest.mark.parametrize("name", ["Leeds", "Slough", "Kingston upon Thames", "North Northamptonshire", "Kent"])
def test_at_most_six_documents_are_quoted_newest_first(name: str) -> None:
    chosen = said.choose_lines(study.open_case(study.Tables(), name))
    assert 1 <= len(chosen) <= 6
    assert chosen["published_date"].is_monotonic_decreasing
    assert (chosen["level_said"] != "none").all()


def test_the_figure_says_how_many_documents_and_marks_the_own(case: study.Case) -> None:
    figure = said.draw_levels(case)
    assert isinstance(figure, FigureExhibit)
    assert "median" in figure.alt
    assert len(figure.table) > 400
    left = figure.figure.axes[0]
    dark = [points for points in left.collections if points.get_sizes()[0] > 20 and len(points.get_offsets())]
    assert sum(len(points.get_offsets()) for points in dark) == 4


def test_tables_count_every_document(case: study.Case) -> None:
    table = said.show_directions(case).table
    assert table.iloc[:, 1:].to_numpy().sum() > 400
    assert "95% from (%)" in said.show_levels_by_place(case).table.columns


def test_the_documents_words_are_quoted_for_lewisham_alone(show):
    exhibit = show(said.show_words)
    assert exhibit.table[["Words", "Speaker", "Period"]].to_numpy().tolist() == [
        ["“manageable”", "the letter", "September 2018"],
        ["“too big”", "Ofsted", "July 2019"],
        ["“reduced”", "the report", "July 2019"],
        ["“too high in some areas”", "the report", "July 2019"],
        ["“manageable”", "staff", "July 2021"],
    ]
    for source in ("news-shopper-2020", "ofsted-letter-2018", "ofsted-letter-2021", "ofsted-lewisham-2019"):
        assert f"@{source}" in exhibit.caption
    assert show(said.summarise_words).markdown.startswith("## What the documents say")
    assert show(said.show_words, "Lambeth") is None
    assert show(said.summarise_words, "Lambeth") is None
