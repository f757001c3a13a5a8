"""Anchors: a figure or fact that was changed by hand is refused with its release, row and cell, expected and found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lewisham_study.errors import DataError, StudyError, UsageError
from lewisham_study.files import write_csv, write_text
from lewisham_study.paths import Project, find_project
from lewisham_study.raw.anchors import (
    FACTS,
    are_anchored,
    copy_path,
    find_changes,
    find_damaged_copies,
    list_topics,
    read_anchors,
    read_copy,
    read_rows,
    refuse_changes,
    write_anchors,
)
from lewisham_study.raw.documents import import_facts
from lewisham_study.raw.imports import keep_figures, read_held
from lewisham_study.raw.sources import read_sources

PROJECT = find_project()
SHARED = PROJECT.root.parent / "shared"
TOPICS = {
    "workforce": ["dfe-workforce-2015", "dfe-workforce-2025"],
    "population": ["ons-population-2024"],
    "prices": ["hmt-deflator-2026-03"],
}
LINES = {topic: (PROJECT.raw / f"figures/{topic}.csv").read_text(encoding="utf-8").split("\n")[:60] for topic in TOPICS}
LEEDS = "dfe-workforce-2025,9e058bac193c,,1193,AD,383,Leeds,2018,caseload_fte,13.8"
OTHER = LEEDS.replace(",1193,AD,", ",1194,AD,").replace("2018", "2019")


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Make a small study: all facts, and of three topics the first and the tested figures, anchored."""
    raw = tmp_path / "data" / "raw"
    shutil.copytree(PROJECT.raw / "facts", raw / "facts")
    shutil.copytree(PROJECT.raw / "copies", raw / "copies")
    shutil.copy(PROJECT.raw / "sources.csv", raw)
    shutil.copy(PROJECT.raw / "imported.csv", raw)
    anchors = read_anchors(raw)
    write_csv(anchors[anchors["topic"] == FACTS], raw / "imported.csv")
    for topic, releases in TOPICS.items():
        lines = LINES[topic]
        write_text(
            "\n".join([*lines[:40], *([LEEDS, OTHER] if topic == "workforce" else []), ""]),
            raw / f"figures/{topic}.csv",
        )
        write_anchors(raw, topic, releases)
    return raw


def edit(path: Path, was: str, becomes: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(was) == 1
    path.write_text(text.replace(was, becomes), encoding="utf-8")


def list_changes(raw: Path, topic: str) -> list[str]:
    return [str(error) for error in find_changes(raw, [topic])]


def test_every_release_and_document_of_the_project_is_as_imported() -> None:
    assert list(find_changes(PROJECT.raw)) == []
    anchors = read_anchors(PROJECT.raw)
    registered = read_sources(PROJECT.raw).set_index("source_id")["sha256"]
    assert (anchors["source_id"].map(registered) == anchors["sha256"]).all()
    for topic in list_topics(PROJECT.raw):
        held = {name: rows.lines for name, rows in read_rows(PROJECT.raw, topic).items()}
        assert held == read_copy(PROJECT.raw, topic), topic


def test_a_changed_figure_is_refused_with_release_row_and_cell(raw: Path) -> None:
    edit(raw / "figures/workforce.csv", f"{LEEDS}\n", f"{LEEDS[:-4]}12.3\n")
    with pytest.raises(DataError) as error:
        refuse_changes(raw)
    text = str(error.value)
    assert "workforce.csv, row 41: expected '13.8' in value_as_published" in text
    assert "as imported from dfe-workforce-2025 AD1193, found '12.3'" in text
    assert "corrections.csv" in text


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        (LEEDS, LEEDS.replace("383,Leeds", "384,Leeds"), "expected '383' in area_code"),
        (LEEDS, LEEDS.replace("2018", "2019"), "expected '2018' in time_period"),
        (f"{LEEDS}\n", "", "expected '13.8' in a row for dfe-workforce-2025 AD1193"),
        (f"{LEEDS}\n", f"{LEEDS}\n{LEEDS.replace(',AD,', ',AX,')}\n", "expected no row for dfe-workforce-2025 AX1193"),
        (LEEDS, LEEDS.replace(",1193,", ",1,"), "expected no row for dfe-workforce-2025 AD1, as imported"),
        (f"{LEEDS}\n", f"{LEEDS}\n{LEEDS}\n", "expected no second row for dfe-workforce-2025 AD1193"),
        (LEEDS, LEEDS.replace("caseload_fte", '"caseload_fte"'), "in the order and form of the import"),
    ],
)
def test_every_kind_of_change_is_named(raw: Path, was: str, becomes: str, message: str) -> None:
    edit(raw / "figures/workforce.csv", was, becomes)
    with pytest.raises(DataError, match=message):
        refuse_changes(raw)


def test_two_rows_in_another_order_are_found(raw: Path) -> None:
    path = raw / "figures/population.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[5], lines[6] = lines[6], lines[5]
    path.write_text("\n".join(lines), encoding="utf-8")
    (change,) = list_changes(raw, "population")
    assert "in the order and form of the import" in change


def test_figures_that_were_never_imported_are_refused(raw: Path) -> None:
    path = raw / "figures/prices.csv"
    first = path.read_text(encoding="utf-8").split("\n")[1]
    row = first.replace("hmt-deflator-2026-03", "ons-population-2024")
    path.write_text(path.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    (change,) = list_changes(raw, "prices")
    assert "expected rows that `lewisham-study import` wrote, found 1 rows of ons-population-2024" in change


def test_a_release_without_its_figures_is_refused(raw: Path) -> None:
    path = raw / "figures/population.csv"
    path.write_text(path.read_text(encoding="utf-8").split("\n")[0] + "\n", encoding="utf-8")
    (change,) = list_changes(raw, "population")
    assert "expected the rows of ons-population-2024, as imported, found none" in change


def test_another_checksum_in_the_register_is_refused_once(raw: Path) -> None:
    sha256 = read_sources(PROJECT.raw).set_index("source_id").loc["ons-population-2024", "sha256"]
    edit(raw / "sources.csv", sha256, "0" * 64)
    (change,) = list_changes(raw, "population")
    assert f"the file that was imported as ons-population-2024, with sha256 {sha256}, found sha256 000" in change


@pytest.mark.parametrize("damage", [b"", b"no archive"])
def test_without_the_copy_the_release_is_named_but_not_the_cell(raw: Path, damage: bytes) -> None:
    edit(raw / "figures/workforce.csv", f"{LEEDS}\n", f"{LEEDS[:-4]}12.3\n")
    copy_path(raw, "workforce").write_bytes(damage)
    (change,) = list_changes(raw, "workforce")
    assert "expected the rows of dfe-workforce-2025, as imported" in change


def test_a_damaged_copy_is_found_and_repaired_by_import(raw: Path) -> None:
    assert list(find_damaged_copies(raw)) == []
    path = copy_path(raw, "population")
    path.write_bytes(path.read_bytes()[:-9])
    assert not list_changes(raw, "population")
    (damage,) = find_damaged_copies(raw)
    assert "population.xz: expected the rows of ons-population-2024, as imported" in str(damage)
    assert not are_anchored(raw, "population", "ons-population-2024")
    write_anchors(raw, "population", ["ons-population-2024"])
    assert list(find_damaged_copies(raw)) == []


def test_a_changed_fact_is_refused_with_its_fact(raw: Path) -> None:
    path = raw / "facts/news-shopper-2018.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[3] = lines[3].replace("news-shopper-2018-003,", "news-shopper-2018-003,", 1).replace("stated_fact", "opinion")
    lines[3] = lines[3] if lines[3] != path.read_text(encoding="utf-8").split("\n")[3] else lines[3] + "x"
    path.write_text("\n".join(lines), encoding="utf-8")
    refuse_changes(raw)
    (change,) = list_changes(raw, FACTS)
    assert "news-shopper-2018.csv, row 4: expected " in change
    assert "as imported from news-shopper-2018 news-shopper-2018-003" in change


def test_another_release_that_was_changed_stops_an_import(raw: Path) -> None:
    edit(raw / "figures/workforce.csv", f"{LEEDS}\n", f"{LEEDS[:-4]}12.3\n")
    held = read_held(raw, "workforce")
    with pytest.raises(DataError, match=r"expected '13\.8' in value_as_published"):
        keep_figures(held, raw, "workforce", ["dfe-workforce-2015"])
    keep_figures(held, raw, "workforce", ["dfe-workforce-2025"])


def test_anchors_of_the_same_rows_are_the_same_bytes(raw: Path) -> None:
    before = {path: path.read_bytes() for path in raw.rglob("*") if path.is_file()}
    write_anchors(raw, "population", ["ons-population-2024"])
    assert {path: path.read_bytes() for path in raw.rglob("*") if path.is_file()} == before


def test_facts_are_anchored_only_with_their_documents(raw: Path) -> None:
    project = Project(raw.parents[1])
    with pytest.raises(UsageError, match="there is no folder"):
        import_facts(project, [raw / "nowhere"])
    (raw / "empty").mkdir()
    with pytest.raises(StudyError, match="problems found; nothing is written"):
        import_facts(project, [raw / "empty"])


@pytest.mark.shared
def test_facts_that_their_documents_hold_are_anchored(raw: Path) -> None:
    folders = [SHARED / "sources", SHARED / "data/official/inspections/report_texts"]
    if not all(folder.is_dir() for folder in folders):
        pytest.skip("no documents in ../shared: data/raw/sources.csv says who published each")
    project = Project(raw.parents[1])
    path = raw / "facts/news-shopper-2018.csv"
    row = path.read_text(encoding="utf-8").rstrip("\n").split("\n")[-1]
    path.write_text(path.read_text(encoding="utf-8").replace(row, f"{row}; read again"), encoding="utf-8")
    assert list_changes(raw, FACTS)
    assert "news-shopper-2018: 51 facts, checked" in import_facts(project, folders)
    assert not list_changes(raw, FACTS)
    assert "news-shopper-2018: 51 facts, as held" in import_facts(project, folders)
    only = raw.parent / "only"
    only.mkdir()
    name = read_sources(raw).set_index("source_id").loc["news-shopper-2018", "file"]
    shutil.copy(SHARED / "sources" / str(name), only)
    lines = import_facts(project, [only])
    assert "news-shopper-2018: 51 facts, as held" in lines
    assert sum("left as it was" in line for line in lines) == len(lines) - 1
