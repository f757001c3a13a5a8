"""Results computed in advance are those that the notebooks ask for."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.analysis.country import prepare
from lewisham_study.disk_cache import pack
from lewisham_study.display import caseload, comparison, need, ratings, spend
from lewisham_study.paths import CACHE_VARIABLE
from lewisham_study.report.run.parameters import read_parameters
from lewisham_study.tidy import tables as tidy
from lewisham_study.tidy.tables import Tables, Work

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("0*.ipynb"))


@pytest.fixture(scope="module")
def prepared() -> Work:
    """Compute everything in advance from nothing, as a new process does; the tests that follow here may use it."""
    defaults = {p.name: p.default for path in NOTEBOOKS for p in read_parameters(path).values()}
    defaults.pop("authority")
    usual = Tables().work
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tidy, "_keep_work", lru_cache(tidy._keep_work.__wrapped__))
        work = prepare(**defaults).work
    usual.tables.update(work.tables)
    usual.results.update(work.results)
    return work


@pytest.mark.slow
def test_nothing_prepared_is_computed_again(prepared: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work(dict(prepared.tables), dict(prepared.results))
    monkeypatch.setattr(tidy, "_keep_work", lambda *_: work)
    tables = Tables()
    assert set(work.tables) == set(tables)
    case = open_case(tables, "Leeds")
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
    comparison.draw_prediction(case)
    comparison.draw_prediction_odds(case)
    comparison.summarise_persistence(case)
    comparison.summarise_paths(case)
    comparison.show_falls(case)
    comparison.gather_estimates(case)
    comparison.show_nulls(case)
    comparison.draw_forest(case)
    new = {name for _, name, about, *_ in set(work.results) - set(prepared.results) if about is None}
    assert not new


@pytest.mark.slow
def test_the_next_run_gets_what_this_one_computed(
    prepared: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidy, "_keep_work", lru_cache(tidy._keep_work.__wrapped__))
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path))
    made = prepare(key="k", is_asked=False).work
    assert not made.results
    made.tables.update(prepared.tables)
    made.results.update(prepared.results)
    assert prepare(key="k").work is made
    tidy._keep_work.cache_clear()
    found = prepare(key="k", is_asked=False).work
    assert found is not made
    assert {key: pack(one) for key, one in found.results.items()} == {
        key: pack(one) for key, one in made.results.items()
    }
    assert {name: pack(one) for name, one in found.tables.items()} == {
        name: pack(one) for name, one in made.tables.items()
    }
    tidy._keep_work.cache_clear()
    assert not prepare(key="other", is_asked=False).work.results
    tidy._keep_work.cache_clear()
    assert not prepare(2013, key="k", is_asked=False).work.results
