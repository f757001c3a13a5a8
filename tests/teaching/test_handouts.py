"""Hand-outs show what was public on their day, and carry no overall grade beyond the inspection that ended it."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from lewisham_study.analysis.case import Case, open_case
from lewisham_study.teaching.forecasts import PARTS
from lewisham_study.teaching.handouts import (
    draw_known,
    draw_resources,
    show_asks,
    show_events,
    show_overspend,
    show_points,
    show_providers,
    show_workforce,
    summarise_resources,
)
from lewisham_study.tidy.known_tables import load_known_tables

AUGUST = date(2026, 8, 31)


know = cache(load_known_tables)


@pytest.fixture
def _grades_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the figures of a day out, which take longest to look back to."""
    monkeypatch.setattr("lewisham_study.tidy.known_tables.FIGURES", ())
    monkeypatch.setitem(globals(), "know", load_known_tables)


def open_known(name: str, day: date) -> Case:
    return open_case(know(day), name, 2012, day.year, comparators="region", basis="published")


@pytest.mark.usefixtures("_grades_alone")
def test_a_visit_is_shown_from_its_letter_on() -> None:
    before, after = date(2018, 9, 27), date(2018, 9, 28)
    assert "Inspected, no grade" not in list_lanes(open_known("Lewisham", before), before)
    exhibit = draw_known(open_known("Lewisham", after), after)
    assert "Inspected, no grade" in list_lanes(open_known("Lewisham", after), after)
    assert "ILACS 2026" not in [text.get_text() for text in exhibit.figure.axes[0].texts]
    assert "Squares" not in exhibit.caption


@cache
def open_part(part: str) -> Case:
    """Open the case as known on the day of a part."""
    return open_known("Lewisham", PARTS[part])


def test_a_slide_has_few_lanes() -> None:
    exhibit = draw_known(open_part("D"), PARTS["D"], few=True)
    assert set(exhibit.table["Strand"]) == {"Safeguarding", "Looked-after children", "Overall"}
    assert "Leadership" not in exhibit.alt
    assert exhibit.figure.get_figheight() < draw_known(open_part("D"), PARTS["D"]).figure.get_figheight() / 1.5


def list_lanes(case: Case, day: date) -> list[str]:
    return [label.get_text() for label in draw_known(case, day).figure.axes[0].get_yticklabels()]


@pytest.mark.usefixtures("_grades_alone")
def test_no_overall_grade_is_public_any_more_after_the_report_that_gives_none() -> None:
    case = open_known("Portsmouth", AUGUST)
    exhibit = draw_known(case, AUGUST)
    assert exhibit.title == "On 31 August 2026 Portsmouth had no overall grade any more"
    assert "Squares are joint area inspections." in exhibit.caption


@pytest.mark.slow
def test_what_the_inspectors_asked_for_is_shown_from_its_letter_on() -> None:
    assert [len(show_asks(open_part(part), since=2018).table) for part in PARTS] == [5, 12, 17, 21]
    table = show_asks(open_part("C"), since=2021).table
    assert table["Published"].tolist() == ["31 August 2021", "", "", "", ""]
    assert "Placement sufficiency" in table["In Ofsted’s words"][1]


@pytest.mark.slow
def test_events_stop_before_the_answer_is_given() -> None:
    shown = show_events(open_part("B"), since=2019, until=date(2020, 1, 22)).table["What"]
    assert not shown.str.contains("two years").any()
    assert show_events(open_part("B"), since=2019).table["What"].str.contains("two years").any()


def test_the_summary_of_spend_names_the_last_year_of_each_account() -> None:
    plain = summarise_resources(open_part("D")).markdown
    assert "In 2018-19, the latest section 251 outturn held" in plain
    assert "2022-23" not in plain
    assert "(RO3) goes on to 2022-23: £93.7m gross" in summarise_resources(open_part("D"), accounts=True).markdown
    assert "RO3 gross" in draw_resources(open_part("D"), PARTS["D"], accounts=True).table["Line"].tolist()


@pytest.mark.slow
def test_no_part_says_that_nobody_had_published_a_figure() -> None:
    early = open_known("Lewisham", date(2016, 1, 31))
    for case in (early, *map(open_part, PARTS)):
        text = summarise_resources(case).markdown
        assert "No caseload of any" not in text
        assert "Others had been published too" in text
    assert "This study holds no caseload of Lewisham from before today." in summarise_resources(early).markdown
    assert "What was public" not in draw_resources(early, date(2016, 1, 31)).title


@pytest.mark.slow
def test_a_point_that_goes_on_in_the_report_ends_with_dots() -> None:
    day = date(2020, 3, 17)
    points = show_points(open_known("Devon", day), day).table["In Ofsted’s words, shortened"]
    assert points[0] == "Services to care leavers, including …"
    assert points[7] == "Permanence planning for children"


@pytest.mark.slow
def test_a_printed_zero_is_doubted_and_a_missing_figure_is_a_dash() -> None:
    last = show_workforce(open_part("D"))
    assert last.table.set_index("On 30 September").loc["Left within the year, %", "Lewisham 2022"] == "0.0"
    assert "A zero is as printed" in last.caption
    first = show_workforce(open_part("A"))
    assert first.table["Lewisham 2015"].isna().tolist() == [True, False, False, False]
    assert "A zero" not in first.caption


@pytest.mark.slow
def test_printed_zeros_of_spend_are_doubted() -> None:
    paid = show_providers(open_part("C"))
    assert paid.table.iloc[:, -1].tolist() == ["8.2", "0.0", "29.2", "0.0"]
    assert "A zero is as printed; ask whether it can be true" in paid.caption


@pytest.mark.slow
def test_a_hand_out_shows_the_overspend_without_bounds() -> None:
    shown = show_overspend(open_part("A"))
    assert list(shown.table) == ["Part", "Amount, £ million", "Share, %"]
    assert shown.title == "The printed parts leave £1.1m of the £15.6m over"
    assert show_overspend(open_known("Leeds", PARTS["A"])) is None


@pytest.mark.usefixtures("_grades_alone")
def test_today_is_named_above_the_lanes_and_above_the_name_of_a_new_framework() -> None:
    levels = {}
    for day in (date(2018, 1, 31), date(2019, 12, 31)):
        figure = draw_known(open_known("Lewisham", day), day).figure
        (today,) = (text for text in figure.axes[0].texts if text.get_text() == "today")
        levels[day.year] = today.xyann[1]
    assert levels[2018] > levels[2019] > 0
