"""The panels of one authority on one time axis."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from lewisham_study.analysis.case import open_case
from lewisham_study.display.common.exhibit import FigureExhibit
from lewisham_study.display.comparison.panel import draw_panel, summarise_panel
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_the_title_says_whether_caseload_and_spend_rose_or_fell() -> None:
    panel = draw_panel(open_case(TABLES, "209"))
    assert isinstance(panel, FigureExhibit)
    assert "caseload fell from 15.9 to 14.8" in panel.title
    assert "real spend per child rose from £1,223 to £1,284" in panel.title
    assert "after the window" in panel.caption


def test_figures_with_a_caution_are_named_the_comparators_included() -> None:
    panel = draw_panel(open_case(TABLES, "209"))
    spend = panel.table[panel.table["Entry"] == "Spend per child"].set_index("Date")["Treat with caution"]
    assert spend["31 March 2013"] == "Southwark"
    assert spend["31 March 2025"] == "Lewisham, Waltham Forest"
    assert spend[["31 March 2014"]].isna().all()
    assert (
        "Treat with caution (counted as published): spend of Southwark in 2012-13; Lewisham in 2018-19; Lewisham and "
        "Waltham Forest in 2024-25." in summarise_panel(open_case(TABLES, "209")).markdown
    )


def test_few_workers_have_no_line() -> None:
    entries = draw_panel(open_case(TABLES, "420")).table["Entry"]
    assert "Spend per child" in set(entries)
    assert "Cases per social worker" not in set(entries)


def test_the_summary_compares_with_the_median_of_the_comparators() -> None:
    text = summarise_panel(open_case(TABLES, "209")).markdown
    assert "The average caseload in Lewisham was 15.9 in 2017 and **14.8** in 2022" in text
    assert "was then 14.9. Real spend per child was £1,223 in 2013-14 and **£1,284** in 2021-22" in text


def test_a_joint_return_is_named_and_numbers_are_numbers() -> None:
    case = open_case(TABLES, "Kingston upon Thames")
    text = summarise_panel(case).markdown
    assert text.startswith(
        "The average caseload in Kingston upon Thames (one return with Richmond upon Thames) was **13.1** in 2022, "
    )
    assert "Real spend per child (" not in text, "only the workforce is returned jointly"
    table = draw_panel(case).table
    spend = table[table["Entry"] == "Spend per child"]
    assert spend["Kingston upon Thames"].dtype.kind == "f"
    assert spend["Grade"].isna().all()


def test_the_last_mark_is_clear_of_the_edge_and_names_are_as_spoken() -> None:
    panel = draw_panel(open_case(TABLES, "Lewisham")).figure
    marks = [offset for axes in panel.axes for shown in axes.collections for offset in shown.get_offsets()[:, 0]]
    assert max(marks) + 60 < panel.axes[-1].get_xlim()[1]
    wight = draw_panel(open_case(TABLES, "Isle of Wight"))
    assert wight.title.startswith("Isle of Wight: ")
    assert "of the Isle of Wight on one time axis" in wight.alt


def test_leadership_goes_on_where_the_overall_grade_has_ended() -> None:
    exhibit = draw_panel(open_case(TABLES, "Portsmouth", 2012, 2026))
    assert exhibit.title.startswith(
        "Portsmouth: requires improvement in 2014, good in 2018 and 2023, no overall grade in 2026;"
    )
    assert "Leadership outstanding (ILACS 2026) from 6 July 2026".lower() in exhibit.alt.lower()
    assert "; no overall grade any more (ILACS 2026) from 6 July 2026" in exhibit.alt
    assert "no overall grade" in exhibit.caption
    assert "Hollow" not in exhibit.caption
    before = draw_panel(open_case(TABLES, "Portsmouth"))
    assert "leadership" not in before.alt
    assert "no overall grade any more (ILACS 2026) from 6 July 2026, after the window" in before.alt


@pytest.mark.parametrize("name", ["City of London", "Dorset", "Richmond upon Thames", "Slough"])
def test_no_text_of_the_frameworks_is_cut(name: str) -> None:
    figure = draw_panel(open_case(TABLES, name)).figure
    canvas = FigureCanvasAgg(figure)
    edges = [text.get_window_extent(canvas.get_renderer()) for text in figure.axes[0].texts]
    width, height = figure.get_size_inches() * figure.dpi
    assert all(box.y1 <= height and box.x1 <= width for box in edges)


def test_only_series_that_are_drawn_have_cautions_and_names_with_commas_stay_whole() -> None:
    text = summarise_panel(open_case(TABLES, "Isles of Scilly")).markdown
    assert text.endswith("spend of the Isles of Scilly in 2015-16, 2022-23 and 2024-25.")
    text = summarise_panel(open_case(TABLES, "Bournemouth, Christchurch and Poole")).markdown
    assert "spend of Bournemouth, Christchurch and Poole in 2024-25" in text


@pytest.mark.parametrize("code", ["209", "330", "871", "383", "420"])
def test_no_date_of_a_grade_overlaps_another_on_a_phone(code: str) -> None:
    narrow = draw_panel(open_case(TABLES, code)).narrow
    renderer = FigureCanvasAgg(narrow).get_renderer()
    narrow.draw(renderer)
    dates = [text for text in narrow.axes[0].texts if re.fullmatch(r"(since )?20\d\d", text.get_text())]
    boxes = [text.get_window_extent(renderer) for text in dates]
    assert len(boxes) > 2
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
