"""Every exhibit of the comparison notebook, for authorities of every kind and every choice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from lewisham_study.analysis.case import Case, open_case
from lewisham_study.display import comparison
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit, draw_svg
from lewisham_study.paths import find_project
from lewisham_study.tidy.tables import Tables

Exhibit = FigureExhibit | TableExhibit | Prose
TABLES = Tables()
NAMES = {
    "420": "Isles of Scilly",
    "209": "Lewisham",
    "837": "abolished, no population",
    "201": "City of London",
    "314": "joint return",
    "835": "abolished, namesake",
    "942": "created 2023",
}
KINDS = list(NAMES)
BANNED = re.compile(r"\b(nan|None|NaT|caused|drove|led to|due to)\b|<NA>")


SHOWS: list[Callable[[Case], Exhibit]] = [
    comparison.show_answers,
    comparison.summarise_panel,
    comparison.draw_panel,
    comparison.summarise_neighbours,
    comparison.draw_neighbours,
    comparison.show_models,
    comparison.summarise_paths,
    comparison.draw_paths,
    comparison.summarise_waits,
    comparison.draw_waits,
    comparison.show_wait_model,
    comparison.summarise_starts,
    comparison.draw_starts,
    comparison.summarise_prediction,
    comparison.draw_prediction,
    comparison.summarise_persistence,
    comparison.draw_persistence,
]


def read_texts(exhibit: Exhibit) -> list[str]:
    if isinstance(exhibit, Prose):
        return [exhibit.markdown]
    texts = [exhibit.title, exhibit.caption]
    return [*texts, exhibit.alt] if isinstance(exhibit, FigureExhibit) else texts


def test_exhibits_that_are_the_same_for_every_authority_are_complete() -> None:
    case = open_case(TABLES, "209")
    estimates = comparison.gather_estimates(case)
    exhibits = [comparison.draw_forest(case), comparison.summarise_forest(estimates)]
    exhibits += [
        comparison.draw_prediction_odds(case),
        comparison.show_promise(case),
        comparison.summarise_wait_model(case),
    ]
    exhibits += [comparison.show_nulls(case), comparison.summarise_nulls(case), comparison.show_falls(case)]
    for exhibit in exhibits:
        assert not BANNED.search(" ".join(read_texts(exhibit)))
        if not isinstance(exhibit, Prose):
            assert not BANNED.search(exhibit.table.to_csv(index=False))


@pytest.mark.parametrize("show", SHOWS, ids=lambda show: show.__name__)
@pytest.mark.parametrize("code", KINDS, ids=NAMES.get)
def test_texts_and_tables_are_complete_for_every_kind_of_authority(show: Callable[[Case], Exhibit], code: str) -> None:
    exhibit = show(open_case(TABLES, code))
    for text in read_texts(exhibit):
        assert len(text) > 20
        assert not BANNED.search(text)
    if isinstance(exhibit, FigureExhibit | TableExhibit):
        assert len(exhibit.table)
        assert not BANNED.search(exhibit.table.to_csv(index=False))


@pytest.mark.parametrize(
    "choices",
    [
        {"start_year": 2012, "end_year": 2012},
        {"start_year": 2025, "end_year": 2025},
        {"start_year": 2015, "end_year": 2025, "basis": "published", "comparators": "London"},
        {"comparators": "Lambeth, Leeds", "price_base": "2018-19", "deflator": "cpih"},
        {"comparators": "neighbours 2025"},
    ],
    ids=str,
)
@pytest.mark.parametrize("code", ["209", "942"])
def test_texts_are_complete_for_every_choice(code: str, choices: dict[str, str]) -> None:
    case = open_case(TABLES, code, **choices)  # type: ignore[arg-type]
    for show in SHOWS:
        assert not BANNED.search(" ".join(read_texts(show(case))))


@pytest.mark.slow
def test_a_figure_has_the_same_bytes_twice_and_few_of_them() -> None:
    case = open_case(TABLES, "209")
    drawn = [comparison.draw_panel(case), comparison.draw_neighbours(case), comparison.draw_paths(case)]
    drawn += [comparison.draw_waits(case), comparison.draw_forest(case)]
    for exhibit in drawn:
        assert isinstance(exhibit, FigureExhibit)
        assert len(draw_svg(exhibit.figure)) < 150_000
    assert draw_svg(comparison.draw_waits(case).figure) == draw_svg(comparison.draw_waits(case).figure)


def test_visits_without_a_grade_are_inspections_too() -> None:
    notebook = json.loads((find_project().notebooks / "04-comparison.ipynb").read_text(encoding="utf-8"))
    text = "".join("".join(cell["source"]) for cell in notebook["cells"])
    assert "Focused and monitoring visits in between give no grade" in text
    assert not re.search(r"nobody looked|exact (path|match)", text)
