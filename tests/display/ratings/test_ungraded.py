"""Authorities inspected since April 2026: no overall grade is carried on, none is made up, the other grades go on."""

from __future__ import annotations

import re
from functools import cache

import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display import ratings
from lewisham_study.display.common.exhibit import FigureExhibit, draw_svg
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
FIVE = {
    "Portsmouth": ("outstanding", "July 2026", "May 2023", "good"),
    "Trafford": ("inadequate", "June 2026", "November 2022", "requires improvement"),
    "Lancashire": ("outstanding", "May 2026", "November 2022", "good"),
    "North Northamptonshire": ("outstanding", "May 2026", "October 2022", "requires improvement"),
}
ONE = ["Portsmouth", *(pytest.param(name, marks=pytest.mark.slow) for name in FIVE if name != "Portsmouth")]
REPORTS = {
    "Portsmouth": "https://files.ofsted.gov.uk/v1/file/50309432",
    "Trafford": "https://files.ofsted.gov.uk/v1/file/50308602",
    "Lancashire": "https://files.ofsted.gov.uk/v1/file/50309857",
    "North Northamptonshire": "https://files.ofsted.gov.uk/v1/file/50306548",
    "Lewisham": "https://files.ofsted.gov.uk/v1/file/50238709",
}
ENDED = "Inspections since April 2026 give no overall grade."


@cache
def show_path(name: str, end: int) -> tuple[FigureExhibit, str]:
    """Return an authority's path and its sentences, drawn once for all tests here."""
    case = open_case(TABLES, name, 2012, end)
    return ratings.draw_path(case), ratings.summarise_path(case).markdown


@cache
def show_areas(name: str, end: int) -> FigureExhibit:
    return ratings.draw_areas(open_case(TABLES, name, 2012, end))


@pytest.mark.parametrize("name", ONE)
def test_the_title_and_the_last_sentence_name_leadership_and_the_last_overall_grade(name: str) -> None:
    leaders, when, before, grade = FIVE[name]
    exhibit, text = show_path(name, 2026)
    assert exhibit.title == (
        f"{name}’s leadership was judged {leaders} in {when}; the last overall grade, of {before}, was {grade}"
    )
    assert (
        f"{name}’s leadership was judged **{leaders}** in {when}; inspections that begin from April 2026 give" in text
    )
    assert f"Its last overall grade was **{grade}**, from the inspection that began on" in text
    assert re.search(r"it can be stated up to \d+ (May|June|July) 2026\.", text)
    assert "142 authorities had an overall grade, 75% of them good or outstanding, and 11 had none any more" in text
    assert text.endswith("For all authorities this can be stated up to 31 March 2026: 73%.")
    assert f"{name} was rated" not in text


@pytest.mark.parametrize("name", ONE)
def test_a_window_to_2022_still_states_the_grade_of_2022(name: str) -> None:
    exhibit, text = show_path(name, 2022)
    assert f"{open_case(TABLES, name).opening} was judged {FIVE[name][3]} in " in exhibit.title
    assert "At the end of 2022" in text
    assert "had none any more" not in text
    ended = exhibit.title.endswith(
        f"leadership was judged {FIVE[name][0]} in {FIVE[name][1]}, after the window, without an overall grade"
    )
    assert ended == (name != "Portsmouth")  # judged good overall in May 2023 first
    if name == "Portsmouth":
        assert exhibit.title.endswith(
            "it was judged good again in May 2023, after the window, and its leadership outstanding in July 2026, "
            "without an overall grade"
        )


@pytest.mark.parametrize("name", ONE)
def test_the_figures_show_a_dash_and_explain_it(name: str) -> None:
    for end in (2022, 2026):
        path, areas = show_path(name, end)[0], show_areas(name, end)
        assert ENDED in areas.caption
        for exhibit in (path, areas):
            key = [text.get_text() for text in exhibit.figure.legends[0].get_texts()]
            assert "– no overall grade" in key
            assert "no overall grade any more" in exhibit.alt
            assert "–" in [text.get_text() for text in exhibit.figure.axes[0].texts]
            assert draw_svg(exhibit.figure)
        ended = path.table[path.table["Grade"] == "no overall grade any more"]
        assert ended[["Strand", "Framework"]].to_numpy().tolist() == [["Overall", "ILACS 2026"]]
        assert "no overall grade any more" not in set(areas.table["Grade"])


@pytest.mark.parametrize("name", ONE)
def test_the_strip_counts_the_authority_among_those_without(name: str) -> None:
    exhibit = ratings.draw_strip(open_case(TABLES, name, 2012, 2026))
    day = "on 6 July 2026 (the last inspection in the data)"
    assert exhibit.title.startswith(f"75% of graded authorities were good or outstanding {day}")
    assert exhibit.title.endswith(f"{name} had no grade")
    assert ENDED in exhibit.caption
    table = exhibit.table.set_index("End of")
    assert table.loc["2026", "No overall grade any more, authorities"] == 11
    assert table.loc[["2025", "2026"], f"{name}, grade"].tolist() == [FIVE[name][3], "no overall grade any more"]


def test_lewisham_was_not_inspected_since_and_keeps_its_grade() -> None:
    exhibit, text = show_path("Lewisham", 2026)
    assert exhibit.title == "Lewisham was judged good in December 2023"
    assert "no overall grade" not in exhibit.alt
    assert (
        "Lewisham was rated **good** overall, as were 60 of the 152 others. Its leadership was judged **good**." in text
    )
    assert "11 had none any more" in text
    strip = ratings.draw_strip(open_case(TABLES, "Lewisham", 2012, 2026))
    assert strip.title.endswith("Lewisham was among them")


@pytest.mark.parametrize("name", ["Lewisham", *ONE])
def test_each_inspection_links_to_its_report_and_no_inspector_is_named(name: str) -> None:
    inspectors = set(TABLES["inspections"]["lead_inspector"].dropna())
    assert inspectors
    for end in (2022, 2026):
        exhibit, text = show_path(name, end)
        assert re.search(rf"\[published on [^\]]+\]\({re.escape(REPORTS[name])}\)", text)
        assert REPORTS[name] in set(exhibit.table["Report"])
        shown = " ".join(
            [text, exhibit.alt, exhibit.caption, exhibit.table.to_csv(), show_areas(name, end).table.to_csv()]
        )
        assert not [one for one in inspectors if one in shown]


def test_shares_end_with_the_last_march_of_which_all_have_a_grade() -> None:
    exhibit = ratings.draw_shares(open_case(TABLES, "Portsmouth", 2012, 2026))
    assert exhibit.title.startswith("Good or outstanding in March 2026: 73% in England")
    assert "no overall grade any more" not in exhibit.table.columns
    assert ENDED not in ratings.draw_shares(open_case(TABLES, "Portsmouth")).caption


def test_an_authority_never_judged_overall_before_gets_no_invented_grade() -> None:
    judgements = TABLES["judgements"]
    late = judgements[(judgements["la_code"] != "851") | (judgements["framework"] == "ILACS_2026")]
    case = open_case({**TABLES, "judgements": late}, "Portsmouth", 2012, 2026)
    assert ratings.draw_path(case).title == (
        "Portsmouth’s leadership was judged outstanding in July 2026; no overall grade was ever given"
    )
    assert "Its last overall grade" not in ratings.summarise_path(case).markdown
