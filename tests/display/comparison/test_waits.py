"""Time to good: of all authorities and of one."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.display.comparison.waits import (
    draw_waits,
    format_wait,
    show_wait_model,
    summarise_wait_model,
    summarise_waits,
)
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_half_had_become_good_after_about_six_years() -> None:
    case = open_case(TABLES, "209")
    text = summarise_waits(case).markdown
    assert "it became good between 3.7 and 8.1 years later" in text
    assert "69 were judged good by 31 March 2026" in text
    assert "after **about 6 years** (best estimate); anything from 3.7 to 7.4 years fits the data" in text
    assert "gives 7.7 years" in text
    assert draw_waits(case).title.endswith("about 6 years; anything from 3.7 to 7.4 years fits the data")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Bournemouth", "was still below good at its last overall grade, 4.0 years later"),
        ("Isles of Scilly", "was good or better at its first SIF"),
        ("Cumberland", "had no inspection under the SIF"),
    ],
)
def test_an_authority_without_a_known_end_is_described_as_such(name: str, text: str) -> None:
    assert text in summarise_waits(open_case(TABLES, name)).markdown


def test_the_figure_says_of_an_authority_that_is_not_counted_why() -> None:
    texts = {
        name: [text.get_text() for text in draw_waits(open_case(TABLES, name)).figure.axes[0].texts]
        for name in ("Leeds", "Dorset", "Slough")
    }
    assert "Leeds is not counted: good or better at its first SIF" in texts["Leeds"]
    assert "Dorset is not counted: no first SIF" in texts["Dorset"]
    assert not [text for text in texts["Slough"] if "not counted" in text]


def test_an_inspection_without_an_overall_grade_leaves_the_wait_open() -> None:
    case = open_case(TABLES, "Liverpool", 2012, 2026)
    text = summarise_waits(case).markdown
    assert "was still below good at its last overall grade, 8.8 years later. Its inspection of May 2026 gave no" in text
    count = "Three authorities below good were next inspected from April 2026 on, without an overall grade"
    assert count in text
    assert count in summarise_waits(case).markdown


def test_an_interval_is_described_by_its_ends() -> None:
    assert format_wait(pd.Series({"lower": 3.7, "upper": 8.1})) == "between 3.7 and 8.1 years later"
    assert format_wait(pd.Series({"lower": 0.0, "upper": 3.1})) == "within 3.1 years"


def test_best_estimate_and_limits_are_printed_for_each_year() -> None:
    case = open_case(TABLES, "209")
    table = draw_waits(case).table.set_index("Years since first SIF")
    assert table.loc[5].tolist() == [49, 49, 35, 61, 32]
    assert "After five years the best estimate is 49% (95% limits 35% to 61%)." in summarise_waits(case).markdown


def test_the_model_is_printed_with_and_without_regions_and_its_number_of_intervals() -> None:
    case = open_case(TABLES, "209")
    exhibit, text = show_wait_model(case), summarise_wait_model(case).markdown
    assert "London (with Lewisham)" in exhibit.table["Compared"].tolist()
    assert len(exhibit.table) == 13
    assert "13 intervals, none adjusted" in exhibit.caption
    assert "**1.13 (0.95–1.34)** times as long, or 1.25 (1.03–1.51) times among authorities of one region" in text
