"""The day and checksum of the data, and the manifest: what reports were made from, and which files belong to them."""

from __future__ import annotations

import datetime
import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from lewisham_study.errors import DataError, StudyError
from lewisham_study.paths import Project, find_project
from lewisham_study.report.batch.manifest import (
    Manifest,
    describe_data,
    find_data_date,
    hash_notebook,
    hash_tables,
    join_hashes,
    read_manifest,
    update_manifest,
)

INPUTS = {"tables": {"need": "0"}, "parameters": {"end_year": 2022}}


def record(inputs: dict[str, object], **files: str) -> Manifest:
    hashes = {name.replace("_", "."): hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    book = {"inputs": {"chapters": {"ratings": "0"}}, "files": {}}
    return Manifest({"ratings": {"inputs": inputs, "files": hashes}, "report": book}, "209", "Lewisham")


def test_a_report_is_current_if_inputs_and_files_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "ratings.html").write_text("old")
    update_manifest(tmp_path, record(INPUTS, ratings_html="old"))
    manifest = read_manifest(tmp_path)
    assert (manifest.la_code, manifest.list_parameters("ratings")) == ("209", {"end_year": 2022})
    assert manifest.is_current(tmp_path, "ratings", INPUTS, ["ratings.html"])
    assert not manifest.is_current(tmp_path, "ratings", INPUTS, ["ratings.pdf"])
    assert not manifest.is_current(tmp_path, "ratings", {**INPUTS, "tables": {}}, ["ratings.html"])
    assert not manifest.is_current(tmp_path, "spend", {}, [])
    (tmp_path / "ratings.html").write_text("edited")
    assert not manifest.is_current(tmp_path, "ratings", INPUTS, [])


def test_the_same_inputs_add_files_and_others_supersede_them(tmp_path: Path) -> None:
    for name, text in {"ratings.html": "old", "ratings.pdf": "old", "ratings.ipynb": "a note"}.items():
        (tmp_path / name).write_text(text)
    assert update_manifest(tmp_path, record(INPUTS, ratings_html="old", ratings_ipynb="old")) == []
    assert update_manifest(tmp_path, record(INPUTS, ratings_pdf="old")) == []
    assert list(read_manifest(tmp_path).list_files("ratings")) == ["ratings.html", "ratings.ipynb", "ratings.pdf"]
    # What was changed after it was made is not deleted.
    assert update_manifest(tmp_path, record({}, ratings_pdf="new")) == [tmp_path / "ratings.html"]
    assert sorted(path.name for path in tmp_path.glob("ratings.*")) == ["ratings.ipynb", "ratings.pdf"]


@pytest.mark.parametrize(
    "content", [None, "", "[]", '{"reports": {"a": 1}}', '{"reports": {"a": {"inputs": {}}}}', "[" * 100_000]
)
def test_a_missing_or_corrupt_manifest_counts_as_empty(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    assert read_manifest(tmp_path) == Manifest()


def test_the_outputs_of_a_notebook_do_not_matter(save: Callable[..., Path], build: SimpleNamespace) -> None:
    paths = [save(build.code("x", *outputs), name=f"0{len(outputs)}.ipynb") for outputs in ([], [build.table()])]
    assert len({hash_notebook(path) for path in paths}) == 1
    assert hash_notebook(save(build.code("y"), name="02.ipynb")) != hash_notebook(paths[0])


def test_a_document_is_stale_if_missing_changed_or_of_other_inputs(tmp_path: Path) -> None:
    inputs, steps = {"chapters": {"ratings": "0"}}, {"report": ["report.html"], "annex": ["annex.html"]}
    for name in ("report", "annex"):
        (tmp_path / f"{name}.html").write_text(name)
    files = {f"{name}.html": hashlib.sha256(name.encode()).hexdigest() for name in steps}
    manifest = Manifest({"report": {"inputs": inputs, "files": files}})
    assert manifest.list_stale(tmp_path, inputs, steps) == []
    assert manifest.list_stale(tmp_path, {"chapters": {}}, steps) == ["report", "annex"]
    assert manifest.list_stale(tmp_path, inputs, {**steps, "workbook": ["report.xlsx"]}) == ["workbook"]
    (tmp_path / "annex.html").write_text("edited")
    assert manifest.list_stale(tmp_path, inputs, steps) == ["annex"]


def test_a_notebook_that_is_no_chapter_any_more_leaves_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "spend.ipynb").write_text("old")
    digest = hashlib.sha256(b"old").hexdigest()
    book = {"inputs": {"chapters": {"spend": "0"}}, "files": {}}
    update_manifest(tmp_path, Manifest({"spend": {"inputs": {}, "files": {"spend.ipynb": digest}}, "report": book}))
    assert update_manifest(tmp_path, record(INPUTS)) == [tmp_path / "spend.ipynb"]
    assert list(read_manifest(tmp_path).reports) == ["ratings", "report"]


def test_the_newest_source_dates_the_data(study: Project) -> None:
    assert find_data_date(study) == datetime.date(2025, 9, 25)


def test_the_real_register_dates_the_data() -> None:
    assert find_data_date(Project(Path(__file__).parents[3])) >= datetime.date(2026, 4, 8)


@pytest.mark.slow
def test_the_line_says_to_which_month_there_are_overall_grades(study: Project) -> None:
    assert "grades to 6 July 2026, overall grades to March 2026, caseloads to" in describe_data(find_project())
    assert "overall" not in describe_data(study)


def test_a_register_without_dates_is_an_error(study: Project) -> None:
    (study.raw / "sources.csv").write_text("source_id\na\n", encoding="utf-8")
    with pytest.raises(DataError, match="columns published, found no published"):
        find_data_date(study)


def test_the_checksum_follows_names_and_contents(study: Project) -> None:
    first = join_hashes(hash_tables(study))
    assert join_hashes(hash_tables(study)) == first
    (study.processed / "authorities.csv").rename(study.processed / "other.csv")
    assert join_hashes(hash_tables(study)) != first


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="sha256sum is not on this machine")
def test_a_reader_finds_the_checksum_by_sha256sum(study: Project) -> None:
    line = "export LC_ALL=C; sha256sum *.csv | sha256sum"
    printed = subprocess.run(line, shell=True, cwd=study.processed, capture_output=True, text=True, check=True).stdout
    assert printed.split()[0] == join_hashes(hash_tables(study))


def test_no_data_says_what_to_do(study: Project) -> None:
    for table in study.processed.iterdir():
        table.unlink()
    with pytest.raises(StudyError, match="make data"):
        hash_tables(study)
