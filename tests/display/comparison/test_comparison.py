"""What the comparison notebook shows, for authorities of every kind."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import pytest

from lewisham_study.analysis.case import Case, open_case
from lewisham_study.display import comparison
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit, draw_svg
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
KINDS = {
    "Lewisham": "209",
    "City of London": "201",
    "Isles of Scilly": "420",
    "joint return": "314",
    "abolished, no population": "837",
    "abolished": "909",
    "abolished, namesake": "835",
    "created 2019": "839",
    "created 2021": "940",
    "created 2023": "942",
}
BANNED = re.compile(r"\b(nan|None|NaT|caused|drove|led to|due to)\b|<NA>")
SHOWS: list[Callable[[Case], FigureExhibit | TableExhibit | Prose]] = [
    comparison.summarise_panel,
    comparison.draw_panel,
    comparison.summarise_neighbours,
    comparison.draw_neighbours,
    comparison.show_models,
    comparison.summarise_paths,
    comparison.draw_paths,
    comparison.summarise_waits,
    comparison.draw_waits,
]


@pytest.fixture(scope="module")
def estimates() -> pd.DataFrame:
    return comparison.gather_estimates(open_case(TABLES, "209"))


def read_texts(exhibit: FigureExhibit | TableExhibit | Prose) -> list[str]:
    if isinstance(exhibit, Prose):
        return [exhibit.markdown]
    texts = [exhibit.title, exhibit.caption]
    return [*texts, exhibit.alt] if isinstance(exhibit, FigureExhibit) else texts


@pytest.mark.parametrize("show", SHOWS, ids=lambda show: show.__name__)
@pytest.mark.parametrize("code", KINDS.values(), ids=KINDS)
def test_every_kind_of_authority_reads_well(show: Callable[[Case], FigureExhibit], code: str) -> None:
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
def test_every_choice_reads_well(code: str, choices: dict[str, str]) -> None:
    case = open_case(TABLES, code, **choices)  # type: ignore[arg-type]
    for show in SHOWS:
        assert not BANNED.search(" ".join(read_texts(show(case))))


def test_a_figure_is_the_same_twice_and_not_heavy(estimates: pd.DataFrame) -> None:
    case = open_case(TABLES, "209")
    drawn = [comparison.draw_panel(case), comparison.draw_neighbours(case), comparison.draw_paths(case)]
    drawn += [comparison.draw_waits(case), comparison.draw_forest(case, estimates)]
    for exhibit in drawn:
        assert isinstance(exhibit, FigureExhibit)
        assert len(draw_svg(exhibit.figure)) < 150_000
    again = comparison.draw_waits(case)
    assert draw_svg(comparison.draw_waits(case).figure) == draw_svg(again.figure)


def test_lewisham_in_its_own_numbers(estimates: pd.DataFrame) -> None:
    case = open_case(TABLES, "209")
    panel = comparison.draw_panel(case)
    assert isinstance(panel, FigureExhibit)
    assert "caseload 15.9 to 14.8" in panel.title
    assert "after the window" in panel.caption
    assert "seven neighbours in common" in comparison.summarise_neighbours(case).markdown
    assert "County Durham" in comparison.summarise_paths(case).markdown
    assert "**none** was outstanding" in comparison.summarise_best(case).markdown
    assert "anywhere from 3.7 to 7.4 years" in comparison.summarise_waits(case).markdown
    words = comparison.summarise_forest(estimates).markdown
    assert "1.69 (1.28–2.24)" in words
    assert "1.93 (1.32–2.82)" in words


def test_falls_tell_who_is_counted() -> None:
    table = comparison.show_falls(open_case(TABLES, "209")).table
    assert table.iloc[:, 1:].to_numpy().tolist() == [
        ["150", "60", "33", "19"],
        ["147", "59", "32", "18"],
        ["148", "60", "33", "18"],
    ]


def test_the_forest_sets_theirs_beside_ours(estimates: pd.DataFrame) -> None:
    exhibit = comparison.draw_forest(open_case(TABLES, "209"), estimates)
    table = exhibit.table
    assert len(table) == 33
    assert (table["Estimate"] == "as published").sum() == 2
    assert not BANNED.search(table.fillna("–").to_csv())
    assert "an association, not an effect" in exhibit.caption
    assert "Under a caution: the spend of Southwark 2012-13." in exhibit.caption


def test_the_model_says_what_it_leans_on_lightly(estimates: pd.DataFrame) -> None:
    told = comparison.summarise_forest(estimates).markdown
    assert "One of the 328 rests on a return of spend to lean on lightly" in told
    assert told.endswith("without it the estimate is 1.92 (1.31–2.81).")
    every = estimates[estimates["specification"] == "published"].assign(specification="uncautioned")
    sound = pd.concat([estimates[estimates["specification"] != "uncautioned"], every])
    assert comparison.summarise_forest(sound).markdown.endswith("No return of spend among them stands under a caution.")


def test_nulls_say_how_many_tests_there_were() -> None:
    case = open_case(TABLES, "209")
    exhibit = comparison.show_nulls(case)
    assert "none of four categories differs" in exhibit.title
    assert "corrected for 4 tests. No return stands under a caution." in exhibit.caption
    assert not BANNED.search(" ".join([*read_texts(exhibit), comparison.summarise_nulls(case).markdown]))


def test_the_last_mark_is_clear_of_the_edge_and_names_are_as_spoken() -> None:
    panel = comparison.draw_panel(open_case(TABLES, "Lewisham")).figure
    marks = [offset for axes in panel.axes for shown in axes.collections for offset in shown.get_offsets()[:, 0]]
    assert max(marks) + 60 < panel.axes[-1].get_xlim()[1]
    wight = comparison.draw_panel(open_case(TABLES, "Isle of Wight"))
    assert wight.title.startswith("Isle of Wight: ")
    assert "of the Isle of Wight on one time axis" in wight.alt
