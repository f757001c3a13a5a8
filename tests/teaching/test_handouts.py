"""Hand-outs show what was public on their day, and carry no overall grade beyond the inspection that ended it."""

from __future__ import annotations

from datetime import date

import pytest

from lewisham_study.analysis.case import Case, open_case
from lewisham_study.errors import UsageError
from lewisham_study.teaching.handouts import draw_known, draw_outlook, show_claims, show_position
from lewisham_study.tidy.as_of import load_known_tables

AUGUST = date(2026, 8, 31)


def open_known(name: str, day: date) -> Case:
    return open_case(load_known_tables(day), name, 2012, day.year, comparators="region", basis="published")


def test_a_visit_is_shown_from_its_letter_on() -> None:
    before, after = date(2018, 9, 27), date(2018, 9, 28)
    assert "Inspected, no grade" not in list_lanes(open_known("Lewisham", before), before)
    exhibit = draw_known(open_known("Lewisham", after), after)
    assert "Inspected, no grade" in list_lanes(open_known("Lewisham", after), after)
    assert "ILACS 2026" not in [text.get_text() for text in exhibit.figure.axes[0].texts]
    assert "Squares" not in exhibit.caption


def list_lanes(case: Case, day: date) -> list[str]:
    return [label.get_text() for label in draw_known(case, day).figure.axes[0].get_yticklabels()]


def test_no_overall_grade_is_public_any_more_after_the_report_that_gives_none() -> None:
    case = open_known("Portsmouth", AUGUST)
    exhibit = draw_known(case, AUGUST)
    assert exhibit.title == "On 31 August 2026 Portsmouth had no overall grade any more"
    assert "Squares are joint area inspections." in exhibit.caption
    position = show_position(case, AUGUST).table.set_index("Overall grade")
    assert position.loc["No overall grade any more"].tolist() == ["11", "1"]
    with pytest.raises(UsageError, match="Portsmouth has no overall grade on 2026-08-31 to forecast from"):
        draw_outlook(case, AUGUST, 3)


def test_a_claim_of_the_press_is_not_answered_by_the_letter_that_it_quotes() -> None:
    day = date(2019, 8, 31)
    case = open_case(load_known_tables(day), "Lewisham", 2012, day.year, comparators="London", basis="published")
    table = show_claims(case, ["grade", "inspection_date"]).table
    assert table[["Document", "Printed", "Place"]].to_numpy().tolist() == [
        ["News Shopper, 2018", "early 2019", "p1"],
        ["News Shopper, 2018", "good", "p2"],
        ["News Shopper, 2018", "in May", "p5"],
        ["News Shopper, 2019", "in the next few weeks", "p1"],
        ["News Shopper, 2019", "requires improvement", "p1"],
        ["News Shopper, 2019", "before the end of the school term", "p2"],
        ["News Shopper, 2019", "2012", "p12"],
        ["News Shopper, 2019", "outstanding", "p12"],
        ["News Shopper, 2019", "good", "p12"],
    ]
