"""The RO-Crate: every file with its checksum, every run with its parameters, the same bytes for the same reports."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import nbformat
import pytest

from lewisham_study.errors import StudyError
from lewisham_study.paths import Project
from lewisham_study.report.batch.crate import LICENCES, NAME, write_crate
from lewisham_study.report.batch.manifest import hash_notebook, hash_tables

PARAMETERS = {"authority": "Lewisham", "start_year": 2012, "end_year": 2022}


@pytest.fixture
def reports(study: Project) -> Path:
    """Make a report as `lewisham-study report` leaves it."""
    resource = {"name": "judgements", "path": "judgements.csv", "title": "Judgements", "description": "Grades."}
    digest = hashlib.sha256((study.processed / "judgements.csv").read_bytes()).hexdigest()
    resource |= {"licenses": [{"name": "OGL-UK-3.0"}], "hash": f"sha256:{digest}"}
    sources = [{"title": "Ofsted: Outcomes", "path": "https://example.org/outcomes"}, {"title": "A letter"}]
    package = json.dumps({"resources": [resource], "sources": sources})
    (study.processed / "datapackage.json").write_text(package, encoding="utf-8")
    study.notebooks.mkdir()
    nbformat.write(nbformat.v4.new_notebook(), study.notebooks / "01-ratings.ipynb")
    folder = study.reports / "lewisham"
    (folder / "tables").mkdir(parents=True)
    made = {"ratings.html": b"<p>good</p>", "tables/fig-steps.csv": b"year\n2012\n"}
    for name, data in made.items():
        (folder / name).write_bytes(data)
    inputs = {"parameters": PARAMETERS, "notebook": hash_notebook(study.notebooks / "01-ratings.ipynb")}
    inputs["tables"] = hash_tables(study)
    run = {"inputs": inputs, "files": {n: hashlib.sha256(d).hexdigest() for n, d in made.items()}}
    manifest = json.dumps({"authority": "Lewisham", "la_code": "209", "reports": {"ratings": run}})
    (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    return folder


@pytest.fixture
def graph(study: Project, reports: Path, tmp_path: Path) -> dict[str, dict]:
    """Write the crate; return its entities by id."""
    path = write_crate(study, reports, tmp_path / "crate")
    return {one["@id"]: one for one in json.loads(path.read_text(encoding="utf-8"))["@graph"]}


def resolve(graph: dict[str, dict], links: dict | list[dict]) -> list[dict]:
    return [graph[link["@id"]] for link in ([links] if isinstance(links, dict) else links)]


def test_a_run_says_what_was_used_with_which_parameters_and_what_came_of_it(graph):
    run = graph["#make-ratings"]
    assert run["@type"] == "CreateAction"
    used = resolve(graph, run["object"])
    assert {one["name"]: one["value"] for one in used if one["@type"] == "PropertyValue"} == PARAMETERS
    assert {"data/processed/judgements.csv", "notebooks/01-ratings.ipynb"} <= {one["@id"] for one in used}
    made = {one["@id"] for one in resolve(graph, run["result"])}
    assert made == {"reports/lewisham/ratings.html", "reports/lewisham/tables/fig-steps.csv"}
    assert resolve(graph, run["instrument"])[0]["name"] == "lewisham-study"
    mentioned = graph["./"]["mentions"]
    assert run in resolve(graph, mentioned)


def test_every_file_is_there_as_described(graph, tmp_path):
    files = [one for one in graph.values() if "File" in one["@type"]]
    assert len(files) == 5
    for one in files:
        data = (tmp_path / "crate" / one["@id"]).read_bytes()
        assert one["sha256"] == hashlib.sha256(data).hexdigest()
        assert one["contentSize"] == str(len(data))
        assert one["license"]["@id"] in LICENCES.values()
    assert {link["@id"] for link in graph["./"]["hasPart"]} == {one["@id"] for one in files}


def test_sources_are_cited_and_the_package_is_linked(graph):
    assert [one["name"] for one in resolve(graph, graph["./"]["citation"])] == ["Ofsted: Outcomes", "A letter"]
    assert graph["#source-1"]["url"] == "https://example.org/outcomes"
    assert "url" not in graph["#source-2"]
    assert "Frictionless" in graph["data/processed/datapackage.json"]["description"]
    assert {link["@id"] for link in graph["./"]["license"]} == set(LICENCES.values())


def test_the_same_reports_give_the_same_bytes_and_nothing_old_stays(study, reports, tmp_path):
    out = tmp_path / "crate"
    first = write_crate(study, reports, out).read_bytes()
    (out / "old.pdf").write_bytes(b"old")
    (out / NAME).write_bytes(first.replace(b'"@graph": [', b'"@graph": [{"@id": "old.pdf"},'))
    assert write_crate(study, reports, out).read_bytes() == first
    assert not (out / "old.pdf").exists()
    assert str(tmp_path).encode() not in first


def test_an_edited_report_is_not_packed(study, reports, tmp_path):
    (reports / "ratings.html").write_text("edited")
    with pytest.raises(StudyError, match="a file of 'ratings' was changed after it was made"):
        write_crate(study, reports, tmp_path / "crate")


def test_reports_are_not_packed_with_other_tables_or_notebooks_than_theirs(study, reports, update_hashes, tmp_path):
    notebook = study.notebooks / "01-ratings.ipynb"
    kept = notebook.read_bytes()
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), notebook)
    with pytest.raises(StudyError, match="'ratings' was made from other tables or another notebook"):
        write_crate(study, reports, tmp_path / "crate")
    notebook.rename(study.notebooks / "01-grades.ipynb")
    with pytest.raises(StudyError, match="'ratings' was made from other tables or another notebook"):
        write_crate(study, reports, tmp_path / "crate")
    notebook.write_bytes(kept)
    (study.processed / "judgements.csv").write_text("edited")
    with pytest.raises(StudyError, match="a build was stopped midway"):
        write_crate(study, reports, tmp_path / "crate")
    update_hashes(study.processed)
    with pytest.raises(StudyError, match="'ratings' was made from other tables or another notebook"):
        write_crate(study, reports, tmp_path / "crate")
    assert not (tmp_path / "crate").exists()


@pytest.mark.parametrize(
    "name", ["../../private.txt", "/etc/hostname", "tables/../../../private.txt", "..\\private.txt"]
)
def test_a_manifest_cannot_name_a_file_outside_its_folder(study, reports, tmp_path, name):
    (study.root / "private.txt").write_text("private")
    content = json.loads((reports / "manifest.json").read_text())
    content["reports"]["ratings"]["files"][name] = hashlib.sha256(b"private").hexdigest()
    (reports / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(StudyError, match="has no reports"):
        write_crate(study, reports, tmp_path / "crate")
    assert not (tmp_path / "crate").exists()


@pytest.mark.parametrize(
    ("name", "inputs"),
    [("ratings", {"parameters": 7}), ("report", {"chapters": {"nothing": "0"}}), ("report", {"chapters": {}})],
)
def test_a_corrupt_manifest_is_refused(study, reports, tmp_path, name, inputs):
    content = json.loads((reports / "manifest.json").read_text())
    content["reports"][name] = {"inputs": inputs, "files": {}}
    (reports / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(StudyError, match=f"its manifest is corrupt at '{name}'"):
        write_crate(study, reports, tmp_path / "crate")


def test_a_folder_of_something_else_is_left_alone(study, reports, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "thesis.docx").write_text("mine")
    with pytest.raises(StudyError, match="is not a crate"):
        write_crate(study, reports, tmp_path / "own")
    assert (tmp_path / "own" / "thesis.docx").is_file()


def test_a_file_that_somebody_added_to_a_crate_is_not_deleted(study, reports, tmp_path):
    write_crate(study, reports, tmp_path / "crate")
    write_crate(study, reports, tmp_path / "crate")
    (tmp_path / "crate" / "notes").mkdir()
    (tmp_path / "crate" / "notes" / "mine.txt").write_text("mine")
    with pytest.raises(StudyError, match=r"it holds notes/mine\.txt, which would be lost"):
        write_crate(study, reports, tmp_path / "crate")
    assert (tmp_path / "crate" / "notes" / "mine.txt").read_text() == "mine"


def test_without_reports_it_says_how_to_make_them(study: Project, tmp_path: Path):
    with pytest.raises(StudyError, match="lewisham-study report"):
        write_crate(study, study.reports / "leeds", tmp_path / "crate")
    assert not (tmp_path / "crate" / NAME).exists()
