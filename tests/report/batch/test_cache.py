"""The manifest: what reports were made from, and which files belong to them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from lewisham_study.report.batch.cache import Manifest, hash_notebook, read_manifest, update_manifest

INPUTS = {"tables": {"need": "0"}, "parameters": {"end_year": 2022}}


def record(inputs: dict[str, object], **files: str) -> Manifest:
    hashes = {name.replace("_", "."): hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    return Manifest({"ratings": {"inputs": inputs, "files": hashes}}, "209", "Lewisham")


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


@pytest.mark.parametrize("content", [None, "", "[]", '{"reports": {"a": 1}}', '{"reports": {"a": {"inputs": {}}}}'])
def test_a_missing_or_corrupt_manifest_counts_as_empty(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    assert read_manifest(tmp_path) == Manifest()


def test_the_outputs_of_a_notebook_do_not_matter(save: Callable[..., Path], build: SimpleNamespace) -> None:
    paths = [save(build.code("x", *outputs), name=f"0{len(outputs)}.ipynb") for outputs in ([], [build.table()])]
    assert len({hash_notebook(path) for path in paths}) == 1
    assert hash_notebook(save(build.code("y"), name="02.ipynb")) != hash_notebook(paths[0])
