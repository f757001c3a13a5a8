"""The tables as known on a day: later publications cannot change them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.paths import Project, find_project
from lewisham_study.raw.sources import parse_published, select_known
from lewisham_study.tidy.known_tables import FIGURES, load_known_tables

Known = Callable[[date], dict[str, pd.DataFrame]]
DAYS = [date(2016, 1, 31), date(2019, 8, 31), date(2024, 1, 31)]
ONE_DAY = [DAYS[1], *(pytest.param(day, marks=pytest.mark.slow) for day in (DAYS[0], DAYS[2]))]


@pytest.fixture(scope="module")
def known() -> Known:
    """Look back to a day when it is first asked for, and keep what was found."""
    return cache(load_known_tables)


def change_later(project: Project, day: date) -> None:
    """Change everything published after a day, in the processed tables and in the figures as published."""
    read = {"dtype": str, "keep_default_na": False}
    sources = pd.read_csv(project.processed / "sources.csv", **read)
    later = set(sources["source_id"]) - set(select_known(sources, day)["source_id"])
    changes = {
        "judgements": ("published_date", "grade", "inadequate"),
        "inspections": ("published_date", "kind", "short"),
        "authorities": ("valid_to", "valid_to", "2099-03-31"),
    }
    for name, (column, target, value) in changes.items():
        table = pd.read_csv(project.processed / f"{name}.csv", **read)
        table.loc[table[column] > day.isoformat(), target] = value
        table.to_csv(project.processed / f"{name}.csv", index=False)
    facts = pd.read_csv(project.processed / "facts.csv", **read)
    facts.loc[facts["source_id"].isin(later), ["quote", "value_as_stated", "measure"]] = "changed"
    facts.loc[:, ["note", "value_low"]] = ["changed", "7"]
    facts.to_csv(project.processed / "facts.csv", index=False)
    events = pd.read_csv(project.processed / "events.csv", **read)
    events.loc[events["date_start"] > day.isoformat(), "title"] = "changed"
    events.to_csv(project.processed / "events.csv", index=False)
    for topic in FIGURES:
        path = project.raw / "figures" / f"{topic}.csv"
        figures = pd.read_csv(path, **read)
        figures.loc[figures["source_id"].isin(later), "value_as_published"] = "7"
        figures.to_csv(path, index=False)


@pytest.mark.slow
@pytest.mark.parametrize("day", DAYS)
def test_later_publications_do_not_change_the_known_tables(
    known: Known,
    day: date,
    tmp_path: Path,
    update_hashes: Callable[[Path], None],
) -> None:
    study, copy = find_project(), Project(tmp_path)
    for folder in ("raw", "coding", "processed"):
        shutil.copytree(study.root / "data" / folder, tmp_path / "data" / folder)
    change_later(copy, day)
    update_hashes(copy.processed)
    again = load_known_tables(day, copy)
    assert set(again) == set(known(day))
    for name, table in known(day).items():
        pd.testing.assert_frame_equal(again[name], table)


@pytest.mark.parametrize("day", ONE_DAY)
def test_every_row_was_published_by_the_day(known: Known, day: date) -> None:
    tables, today = known(day), pd.Timestamp(day)
    assert max(parse_published(published)[1] for published in tables["sources"]["published"]) <= day
    assert tables["judgements"]["published_date"].max() <= today
    assert tables["inspections"][["start_date", "published_date"]].max().max() <= today
    assert tables["events"]["date_end"].max() <= today
    out = set(tables["sources"]["source_id"])
    for name in ("facts", *FIGURES):
        assert set(tables[name]["source_id"]) <= out
    # A place in a later release would name that release.
    assert tables["judgements"][["source_id", "locator"]].isna().all(axis=None)


@pytest.mark.slow
def test_the_known_tables_of_lewisham_grow_with_time(known: Known) -> None:
    def own(day: date, name: str) -> pd.DataFrame:
        table = known(day)[name]
        return table[table["la_code"] == "209"]

    first, second, third = DAYS
    assert [own(day, "judgements")["inspection_id"].nunique() for day in DAYS] == [2, 3, 4]
    assert [len(own(day, "events")) for day in DAYS] == [4, 15, 26]
    caseload = [own(day, "workforce").query("measure == 'caseload_fte'")["time_period"].tolist() for day in DAYS]
    assert caseload == [[], ["2016"], ["2016", "2017", "2018", "2019", "2020", "2021", "2022"]]
    assert set(known(first)["facts"]["source_id"]) == {"ofsted-lewisham-2016"}
    assert set(known(second)["facts"]["source_id"]) == {
        "news-shopper-2018",
        "news-shopper-2019",
        "ofsted-letter-2018",
        "ofsted-lewisham-2016",
        "ofsted-lewisham-2019",
    }
    # Superseded since: 462 children looked after in 2022 were first printed as 465.
    assert own(third, "need").query("measure == 'looked_after' and time_period == '2022'")["value"].item() == 465


@pytest.mark.parametrize(
    ("source_id", "last_unknown", "first_known"),
    [
        ("ofsted-letter-2018", date(2018, 9, 27), date(2018, 9, 28)),
        ("ofsted-letter-2021", date(2021, 8, 30), date(2021, 8, 31)),
        ("ofsted-jtai-2023", date(2023, 1, 30), date(2023, 1, 31)),
    ],
)
def test_a_letter_and_its_visit_are_known_from_its_day_of_publication(
    monkeypatch: pytest.MonkeyPatch, source_id: str, last_unknown: date, first_known: date
) -> None:
    monkeypatch.setattr("lewisham_study.tidy.known_tables.FIGURES", ())  # they take longest to look back to
    before, after = load_known_tables(last_unknown), load_known_tables(first_known)
    assert source_id not in set(before["facts"]["source_id"])
    assert source_id in set(after["facts"]["source_id"])
    for name in ("events", "inspections"):
        own = [tables[name][tables[name]["la_code"] == "209"] for tables in (before, after)]
        assert len(own[0]) < len(own[1]), name


@pytest.mark.slow
def test_later_events_are_unknown(known: Known) -> None:
    authorities = known(DAYS[0])["authorities"].set_index("la_name")
    assert authorities["valid_to"].isna().all()
    assert "Cumberland" not in authorities.index
    assert "conflicts" not in known(DAYS[2])
