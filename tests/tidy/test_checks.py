"""The check finds each kind of error, with its file and row."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.paths import Project, find_project
from lewisham_study.raw.authorities import read_regions
from lewisham_study.tidy.build import render_files
from lewisham_study.tidy.checks import (
    Check,
    check_conflicts,
    check_contradictions,
    check_figures,
    check_project,
    check_rebuild,
    check_tables,
)
from lewisham_study.tidy.schemas import read_tables
from lewisham_study.tidy.tables import Tables

PROJECT = find_project()
SHARED = PROJECT.root.parent / "shared"
DOCUMENTS = [SHARED / "sources", SHARED / "data" / "official" / "inspections" / "report_texts"]
HELD = all(folder.is_dir() for folder in DOCUMENTS)
TABLES = read_tables(PROJECT.coding)
Frames = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def frames() -> Frames:
    """Load the tables, which are as a build makes them: the whole check below compares every file."""
    made = Tables()
    return {name: made[name] for name in TABLES}


@pytest.fixture(scope="module")
def checked() -> Check:
    return check_project(PROJECT, DOCUMENTS if HELD else ())


@pytest.fixture
def copy(tmp_path: Path) -> Project:
    shutil.copytree(PROJECT.raw, tmp_path / "data" / "raw")
    shutil.copytree(PROJECT.coding, tmp_path / "data" / "coding")
    return Project(tmp_path)


def change(path: Path, was: str, becomes: str) -> int:
    """Change the first line that holds a text, and return its number."""
    lines = path.read_text(encoding="utf-8").split("\n")
    row = next(number for number, line in enumerate(lines) if was in line)
    lines[row] = lines[row].replace(was, becomes, 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    return row + 1


def check_changed(frames: Frames, table: str, row: int, **cells: object) -> list[DataError]:
    frame = frames[table].copy()
    for column, cell in cells.items():
        frame.loc[row, column] = cell
    return check_tables({**frames, table: frame}, TABLES, read_regions(PROJECT.coding))


@pytest.mark.slow
def test_the_project_agrees_with_itself(checked: Check) -> None:
    assert [str(finding) for finding in checked.findings] == []
    assert any("official files" in what for what in checked.not_checked)


@pytest.mark.shared
@pytest.mark.slow
def test_every_quote_is_in_the_documents(checked: Check) -> None:
    if not HELD:
        pytest.skip("no documents in ../shared: data/raw/sources.csv says who published each")
    assert not any("--documents" in what for what in checked.not_checked)
    assert checked.findings == []


@pytest.mark.slow
def test_a_change_in_a_generated_file_is_found_at_its_line(frames: Frames, tmp_path: Path) -> None:
    copy = Project(tmp_path)
    shutil.copytree(PROJECT.processed, copy.processed)
    shutil.copytree(PROJECT.coding, copy.coding)
    for made in ("reports/references.json", "docs/data-dictionary.md"):
        (copy.root / made).parent.mkdir()
        shutil.copy(PROJECT.root / made, copy.root / made)
    row = change(copy.processed / "workforce.csv", ",14.8,cases_per_fte,", ",14.9,cases_per_fte,")
    found = {Path(finding.file).name: finding for finding in check_rebuild(render_files(frames, TABLES, copy))}
    # The package's checksums are of the tables, so it stays as it is.
    assert {name: finding.row for name, finding in found.items()} == {"workforce.csv": row}
    assert ",14.8," in found["workforce.csv"].expected
    assert ",14.9," in found["workforce.csv"].found
    assert "make data" in found["workforce.csv"].hint
    rows = {
        "workforce.csv": row,
        "references.json": change(copy.reports / "references.json", "News Shopper", "News Shoppers"),
        "data-dictionary.md": change(copy.root / "docs" / "data-dictionary.md", "in pounds and", "in pence and"),
    }
    changed = {Path(finding.file).name: finding.row for finding in check_rebuild(render_files(frames, TABLES, copy))}
    assert changed == rows


def test_an_unreadable_raw_file_is_a_finding(copy: Project) -> None:
    path = copy.raw / "sources.csv"
    row = change(path, "ofsted-2025,statistics", "ofsted-2025,statistic")
    checked = check_project(copy)
    assert {(Path(finding.file).name, finding.row) for finding in checked.findings} == {("sources.csv", row)}
    assert any("--documents" in what for what in checked.not_checked)


def test_tables_are_not_compared_with_rows_that_were_changed(copy: Project) -> None:
    row = change(copy.raw / "figures" / "prices.csv", ",54.3697", ",54.3698")
    checked = check_project(copy)
    (finding,) = checked.findings
    assert (Path(finding.file).name, finding.row) == ("prices.csv", row)
    assert "expected '54.3697' in value_as_published, as imported from hmt-deflator-2026-03 C2" in str(finding)
    assert any("rows that are not as imported" in what for what in checked.not_checked)


@pytest.mark.parametrize(
    ("was", "becomes", "expected"),
    [
        ("hmt-deflator-2026-03,", "ons-population-2024,", "a release of prices"),
        pytest.param(",2,C,", ",0,C,", "a row number and column letters", marks=pytest.mark.slow),
        pytest.param(",2,C,", ",2,c7,", "a row number and column letters", marks=pytest.mark.slow),
    ],
)
def test_a_figure_with_a_wrong_release_or_cell_is_found(copy: Project, was: str, becomes: str, expected: str) -> None:
    row = change(copy.raw / "figures" / "prices.csv", was, becomes)
    findings = [finding for finding in check_figures(copy) if expected in finding.expected]
    assert [(Path(finding.file).name, finding.row) for finding in findings] == [("prices.csv", row)]


@pytest.mark.parametrize(
    ("table", "cells", "expected"),
    [
        ("judgements", {"grade": "fair"}, "one of outstanding, good"),
        pytest.param(
            "judgements",
            {"inspection_id": "209-SIF-1999-01-01"},
            "a inspection_id of inspections",
            marks=pytest.mark.slow,
        ),
        pytest.param("spend", {"la_code": "999"}, "a la_code of authorities", marks=pytest.mark.slow),
        ("spend", {"la_name": "Lewishm"}, "the name of its code"),
        ("need", {"value": -1.0}, "at least 0"),
        ("inspections", {"start_date": pd.Timestamp("2030-01-01")}, "a day before publication"),
        pytest.param("conflicts", {"reason": None}, "a value in column reason", marks=pytest.mark.slow),
        ("facts", {"locator": "paragraph 4"}, "text like"),
        ("events", {"fact_ids": "news-shopper-1999-001"}, "a fact_id of facts in column fact_ids"),
        pytest.param(
            "neighbours", {"source_id": "dfe-neighbours-1999"}, "a source_id of sources", marks=pytest.mark.slow
        ),
    ],
)
def test_an_error_in_a_table_is_found_at_its_row(
    frames: Frames, table: str, cells: dict[str, object], expected: str
) -> None:
    row = len(frames[table]) // 2
    findings = check_changed(frames, table, row, **cells)
    assert any(expected in finding.expected for finding in findings)
    assert {(finding.file, finding.row) for finding in findings} >= {(f"data/processed/{table}.csv", row + 2)}


def test_a_disputed_fact_needs_a_choice(frames: Frames) -> None:
    disputed = frames["facts"].index[frames["facts"]["status"] == "disputed"]
    unchosen = frames["conflicts"].assign(chosen_fact_id=None, chosen_source_id=None)
    findings = check_conflicts(frames["facts"], unchosen, TABLES["facts"])
    assert [finding.row for finding in findings] == [row + 2 for row in disputed]
    assert len(findings) > 0
    assert check_conflicts(frames["facts"], frames["conflicts"], TABLES["facts"]) == []


def test_a_repeated_key_is_found(frames: Frames) -> None:
    first = frames["prices"].loc[0, ["index_name", "time_period"]].to_dict()
    (finding,) = check_changed(frames, "prices", 1, **first)
    assert (finding.row, finding.expected) == (3, "a new index_name + time_period")


def test_a_missing_or_incomplete_file_is_found(tmp_path: Path) -> None:
    cut, gone = tmp_path / "cut.csv", tmp_path / "gone.csv"
    cut.write_text("a\n1\n", encoding="utf-8")
    found = list(check_rebuild({cut: "a\n1\n2\n", gone: "a\n"}))
    assert [(finding.row, finding.expected, finding.found) for finding in found] == [
        (3, "2", "the end of the file"),
        (None, "a file", "none"),
    ]


def test_the_contradictions_of_the_figures_are_recorded_with_what_both_say(frames: Frames, tmp_path: Path) -> None:
    assert check_contradictions(frames, PROJECT.coding) == []
    path = tmp_path / "contradictions.csv"
    shutil.copy(PROJECT.coding / "contradictions.csv", path)
    row = change(path, "9359863", "9359864")
    new, stale = check_contradictions(frames, tmp_path)
    assert "total_gross of England 2017-18 to be the sum of its authorities, 9359863" in new.expected
    assert (Path(stale.file).name, stale.row, stale.hint) == ("contradictions.csv", row, "delete the row")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "la_name", "time_period", "measure", "value", "rule"),
    [
        ("workforce", "England", "2024", "inpost_fte", 99_999.0, "the sum of its authorities"),
        ("population", "London", "2020", None, 1.0, "the sum of its authorities"),
        ("spend", "Leeds", "2019-20", "looked_after_gross", 1.0, "the sum of its parts"),
        ("workforce", "Leeds", "2018", "caseload_fte", 12.3, "cases for each case holder"),
        ("spend", "Leeds", "2019-20", "ro3_net", 9e9, "no more than gross"),
    ],
)
def test_a_figure_that_contradicts_another_is_found(
    frames: Frames, table: str, la_name: str, time_period: str, measure: str | None, value: float, rule: str
) -> None:
    frame = frames[table].copy()
    chosen = (frame["la_name"] == la_name) & (frame["time_period"] == time_period)
    chosen &= (frame["measure"] == measure) if measure else True
    assert chosen.sum() == 1
    frame.loc[chosen, "value"] = value
    found = check_contradictions({**frames, table: frame}, PROJECT.coding)
    assert any(rule in finding.expected and la_name in finding.expected for finding in found)
