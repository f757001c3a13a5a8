"""Reports verified against their manifest: every file that differs is named, with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest

from lewisham_study.errors import StudyError
from lewisham_study.paths import Project
from lewisham_study.report.batch.plan import Request
from lewisham_study.report.batch.run import render_all
from lewisham_study.report.batch.verify import verify_reports

AUTHORITIES = (
    "la_code,new_la_code,la_name,region,valid_from,valid_to,predecessor_la_codes,spoken_name\n"
    "209,E09000023,Lewisham,London,,,,Lewisham\n"
)
LINE = "Data published up to 25 September 2025: grades to 4 December 2023"
LATER = f"data/processed/spend.csv changed; its line about the data was '{LINE}' and is '{LINE}, spend to 2023-24'"


@pytest.fixture
def save_chapter(study: Project, build: SimpleNamespace) -> Callable[..., None]:
    """Save a notebook of the study; the one on spend has a parameter of its own."""

    def save(name: str, code: str = "x") -> None:
        own = '\nprices: str = "2021-22"  # price base' if "spend" in name else ""
        cells = [build.text(f"# {name[3:]}"), build.code(build.PARAMETERS + own, tags=["parameters"])]
        study.notebooks.mkdir(exist_ok=True)
        text = nbformat.writes(build.notebook(*cells, build.code(code)))
        (study.notebooks / f"{name}.ipynb").write_text(text, encoding="utf-8")

    save("01-ratings")
    save("03-spend")
    return save


@pytest.fixture
def folder(study: Project, save_chapter: Callable[..., None], quick: None, tmp_path: Path, inline: type) -> Path:
    """Make reports of Lewisham from both notebooks, one with a parameter that is not the default."""
    parameters = {"prices": "2024-25", "end_year": 2022}
    asked = {"authorities": ["Lewisham"], "parameters": parameters, "formats": ["html", "ipynb", "xlsx"]}
    render_all(study, Request(out=tmp_path / "out", **asked), inline())
    return tmp_path / "out" / "lewisham"


@pytest.fixture
def verify(study: Project, folder: Path, inline: type) -> Callable[[], tuple[int, dict[str, str]]]:
    return lambda: verify_reports(study, folder, inline)


def edit(path: Path, **changes: Any) -> None:
    """Change what the manifest says of the chapter on ratings."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content["reports"]["ratings"]["inputs"] |= changes
    path.write_text(json.dumps(content), encoding="utf-8")


Verify = Callable[[], tuple[int, dict[str, str]]]


def test_unchanged_reports_pass_and_are_not_touched(folder: Path, verify: Verify) -> None:
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*.*")}
    assert verify() == (6, {})
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*.*")} == before
    assert not list(folder.parent.glob(".lock"))


def test_an_edited_file_is_named(folder: Path, verify: Verify) -> None:
    (folder / "report.html").write_text("<p>Outstanding</p>")
    (folder / "spend.ipynb").unlink()
    (folder / "notes.txt").write_text("mine")
    assert verify()[1] == {
        "notes.txt": "is not in the manifest; is it left from an earlier run?",
        "report.html": "was changed after it was made",
        "spend.ipynb": "is missing",
    }


@pytest.mark.parametrize(
    ("file", "text", "changed", "why"),
    [
        ("data/processed/authorities.csv", AUTHORITIES, "report.html", "data/processed/authorities.csv changed"),
        ("data/processed/spend.csv", "la_code,time_period\n383,2023-24\n", "report.html", LATER),
        ("data/processed/need.csv", "la_code\n", "report.html", "data/processed/need.csv changed"),
        ("requirements.lock", "pandas==3\n", "", ""),
        ("reports/references.json", "[]", "", ""),
    ],
)
def test_a_change_since_is_the_reason(
    study: Project, folder: Path, verify: Verify, file: str, text: str, changed: str, why: str
) -> None:
    (study.root / file).write_text(text, encoding="utf-8")
    found = verify()[1]
    assert found.get(changed, "") == (f"is different when made again: {why}" if changed else "")
    assert bool(found) is bool(changed)


def test_another_notebook_changes_its_chapter_and_the_book(
    folder: Path, verify: Verify, save_chapter: Callable[..., None]
) -> None:
    save_chapter("03-spend", "xyz")
    assert verify()[1] == {
        "report.html": "is different when made again: its notebook changed (spend)",
        "report.xlsx": "is different when made again: its notebook changed (spend)",
        "spend.ipynb": "is different when made again: its notebook changed",
    }


def test_without_its_notebook_a_report_cannot_be_made_again(study: Project, folder: Path, verify: Verify) -> None:
    (study.notebooks / "03-spend.ipynb").unlink()
    assert "cannot be made again: no notebook is called 'spend'" in verify()[1]["spend.ipynb"]


def test_an_edited_manifest_is_noticed(folder: Path, verify: Verify) -> None:
    edit(folder / "manifest.json", parameters={"authority": "Lewisham", "start_year": 2013, "end_year": 2022})
    assert verify()[1]["ratings.ipynb"].startswith("is different when made again: though the manifest lists the same")
    for wrong in ({"parameters": 7}, {"parameters": {}, "tables": True}):
        edit(folder / "manifest.json", **wrong)
        with pytest.raises(StudyError, match=r"manifest\.json is corrupt at 'ratings'"):
            verify()


@pytest.mark.parametrize("content", [None, "{", "[]", '{"la_code": "209", "reports": {}}'])
def test_without_a_manifest_there_is_nothing_to_verify(
    study: Project, tmp_path: Path, inline: type, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(StudyError, match=r"has no manifest\.json to verify against; `lewisham-study report` makes it"):
        verify_reports(study, tmp_path, inline)
