"""Results computed in advance are those that the notebooks ask for."""

from __future__ import annotations

from pathlib import Path

from lewisham_study.analysis.case import open_case
from lewisham_study.analysis.country import prepare
from lewisham_study.display import caseload, comparison, need, ratings, spend
from lewisham_study.report.run.parameters import read_parameters
from lewisham_study.tidy.tables import Tables

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("0*.ipynb"))


def test_nothing_prepared_is_computed_again() -> None:
    defaults = {p.name: p.default for path in NOTEBOOKS for p in read_parameters(path).values()}
    defaults.pop("authority")
    tables = prepare(**defaults)
    assert set(tables.work.tables) == set(tables)
    known = set(tables.work.results)
    case = open_case(Tables(), "Leeds")
    ratings.summarise_headlines(case, "Overall effectiveness: good or outstanding")
    ratings.draw_strip(case)
    ratings.draw_shares(case)
    need.draw_need(case)
    caseload.draw_levels(case)
    caseload.show_levels_by_grade(case)
    ratings.draw_themes(case)
    ratings.show_next(case)
    spend.draw_mix(case)
    comparison.summarise_waits(case)
    comparison.show_wait_model(case)
    comparison.draw_starts(case)
    comparison.show_promise(case)
    comparison.draw_foretold(case)
    comparison.draw_foretold_odds(case)
    comparison.summarise_persistence(case)
    comparison.summarise_paths(case)
    comparison.show_falls(case)
    comparison.gather_estimates(case)
    comparison.show_nulls(case)
    comparison.draw_forest(case)
    new = {name for _, name, about, *_ in set(tables.work.results) - known if about is None}
    assert not new
