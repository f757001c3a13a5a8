"""The timeline: events after the window, uncertain days, and labels inside the drawing."""

from __future__ import annotations

import itertools

import pytest

from lewisham_study.analysis.case import Case, open_case
from lewisham_study.display.common.exhibit import Prose
from lewisham_study.display.evidence.timeline import LANES, draw_timeline
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


@pytest.fixture(scope="module")
def lewisham() -> Case:
    return open_case(TABLES, "Lewisham")


def test_the_good_grade_is_shown_after_the_window(lewisham):
    table = draw_timeline(lewisham).table
    later = table[table["Window"] == "after"]
    assert later["What"].str.contains("good in all five").any()
    assert not table.loc[table["Window"] == "within", "What"].str.contains("good in all five").any()
    wider = draw_timeline(open_case(TABLES, "Lewisham", end_year=2024)).table
    assert wider.loc[wider["Window"] == "after", "When"].tolist() == ["30 Apr – 1 May 2025", "3 Jun 2025"]
    assert (draw_timeline(open_case(TABLES, "Lewisham", end_year=2025)).table["Window"] == "within").all()


def test_visits_and_letters_stand_at_the_days_that_the_letters_print(lewisham):
    table = draw_timeline(lewisham).table
    shown = table[table["Kind"].isin(["Focused visit", "Joint targeted", "Letter"])]
    assert shown["When"].tolist() == [
        "5–6 Sep 2018",
        "28 Sep 2018",
        "21–22 Jul 2021",
        "31 Aug 2021",
        "21–25 Nov 2022",
        "31 Jan 2023",
        "30 Apr – 1 May 2025",
        "3 Jun 2025",
    ]
    assert (shown["Known to"] == "the day").all()


def test_no_forecast_and_no_uncertain_day_is_drawn_as_a_day(lewisham):
    table = draw_timeline(lewisham).table
    assert not table["What"].str.contains("early 2019").any()
    start = table[table["What"].str.contains("programme begins")]
    assert start[["When", "Known to"]].to_numpy().tolist() == [["Jul 2018 – Jul 2019", "a year or less"]]


def test_every_kind_of_event_has_a_lane():
    assert set(TABLES["events"]["kind"]) <= set(LANES)


@pytest.mark.slow
@pytest.mark.parametrize(("start", "end"), [(2012, 2012), (2013, 2014), (2018, 2020), (2024, 2025)])
@pytest.mark.parametrize("la_code", ["209", "943", "420"])
def test_labels_stay_within_the_drawing(la_code, start, end):
    shown = draw_timeline(open_case(TABLES, la_code, start, end))
    if isinstance(shown, Prose):
        assert shown.markdown.startswith("No dated events are held on")
        return
    figure = shown.figure
    figure.canvas.draw()
    frame = figure.bbox
    for label in figure.axes[0].texts:
        box = label.get_window_extent()
        assert box.x0 >= frame.x0 - 1, label.get_text()
        assert box.x1 <= frame.x1 + 1, label.get_text()


def test_labels_of_events_do_not_overlap(lewisham):
    figure = draw_timeline(lewisham).figure
    figure.canvas.draw()
    boxes = [text.get_window_extent().shrunk(0.98, 0.9) for text in figure.axes[0].texts]
    assert [pair for pair in itertools.combinations(boxes, 2) if pair[0].overlaps(pair[1])] == []


def test_joint_inspections_are_without_a_grade_and_2026_gives_none_overall():
    table = draw_timeline(open_case(TABLES, "Portsmouth", 2012, 2026)).table
    joint = table[table["What"] == "Joint area inspection, ungraded"]
    assert joint["When"].tolist() == ["9–13 Dec 2019"]
    assert table["What"].str.contains("ILACS 2026 report: no overall grade; leadership outstanding").sum() == 1
