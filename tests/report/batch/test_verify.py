"""Reports held against their manifest: every file that differs is named, with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest

from lewisham_study.errors import StudyError
from lewisham_study.paths import Project
from lewisham_study.report.batch.request import Request
from lewisham_study.report.batch.run import render_all
from lewisham_study.report.batch.verify import verify_reports

AUTHORITIES = (
    "la_code,new_la_code,la_name,region,valid_from,valid_to,spoken_name\n209,E09000023,Lewisham,London,,,Lewisham\n"
)
LINE = "Data published up to 25 September 2025: grades to 4 December 2023"
LATER = f"it told of '{LINE}', now of '{LINE}, spend to 2023-24'"


def hire(_: object = None) -> AbstractContextManager[Any]:
    """Hire a crew of one, in this very process."""

    def submit(function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(function(*arguments))
        return future

    return nullcontext(SimpleNamespace(width=1, submit=submit))


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
def folder(study: Project, save_chapter: Callable[..., None], quick: None, tmp_path: Path) -> Path:
    """Make reports of Lewisham from both notebooks, one with a parameter that is not the default."""
    request = Request(["Lewisham"], [], {"prices": "2024-25", "end_year": 2022}, ["html", "ipynb", "xlsx"])
    render_all(study, request, tmp_path / "out", hire())
    return tmp_path / "out" / "lewisham"


def verify(study: Project, folder: Path) -> tuple[int, dict[str, str]]:
    return verify_reports(study, folder, hire)


def edit(path: Path, **changes: Any) -> None:
    """Change what the manifest says of the chapter on ratings."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content["reports"]["ratings"]["inputs"] |= changes
    path.write_text(json.dumps(content), encoding="utf-8")


def test_what_stands_as_made_passes_and_is_not_touched(study: Project, folder: Path) -> None:
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*.*")}
    assert verify(study, folder) == (7, {})
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*.*")} == before
    assert not list(folder.parent.glob(".lock"))


def test_chapters_of_different_requests_are_each_made_as_asked(study: Project, folder: Path) -> None:
    own = Request(["209"], ["spend"], {"start_year": 2015, "prices": "2019-20"}, ["html"], show_code=True)
    render_all(study, own, folder.parent, hire())
    anew = "cannot be made again: its chapters were made anew since, by another request"
    assert verify(study, folder) == (6, {"report.xlsx": anew})


def test_a_file_changed_by_hand_is_named(study: Project, folder: Path) -> None:
    (folder / "ratings.html").write_text("<p>Outstanding</p>")
    (folder / "spend.ipynb").unlink()
    (folder / "notes.txt").write_text("mine")
    assert verify(study, folder)[1] == {
        "notes.txt": "is of no run that the manifest knows; is it left from an earlier one?",
        "ratings.html": "was changed after it was made",
        "spend.ipynb": "is missing",
    }


@pytest.mark.parametrize(
    ("file", "text", "changed", "why"),
    [
        ("data/processed/authorities.csv", AUTHORITIES, "ratings.html", "data/processed/authorities.csv changed"),
        ("data/processed/spend.csv", "la_code,time_period\n383,2023-24\n", "ratings.html", LATER),
        ("data/processed/need.csv", "la_code\n", "", ""),
        ("requirements.lock", "pandas==3\n", "", ""),
        ("reports/references.json", "[]", "", ""),
    ],
)
def test_what_changed_since_is_the_reason(
    study: Project, folder: Path, file: str, text: str, changed: str, why: str
) -> None:
    (study.root / file).write_text(text, encoding="utf-8")
    found = verify(study, folder)[1]
    assert found.get(changed, "") == (f"comes out otherwise now: {why}" if changed else "")
    assert bool(found) is bool(changed)


def test_another_notebook_changes_its_chapter_and_the_book(
    study: Project, folder: Path, save_chapter: Callable[..., None]
) -> None:
    save_chapter("03-spend", "xyz")
    found = verify(study, folder)[1]
    assert found == {
        "report.xlsx": "comes out otherwise now: its notebook changed (spend)",
        "spend.ipynb": "comes out otherwise now: its notebook changed",
        "spend.html": "comes out otherwise now: its notebook changed",
    }


def test_without_its_notebook_a_report_cannot_be_made_again(study: Project, folder: Path) -> None:
    (study.notebooks / "03-spend.ipynb").unlink()
    assert "cannot be made again: no notebook is called 'spend'" in verify(study, folder)[1]["spend.html"]


def test_a_manifest_that_says_otherwise_is_found_out(study: Project, folder: Path) -> None:
    edit(folder / "manifest.json", parameters={"authority": "Lewisham", "start_year": 2013, "end_year": 2022})
    told = verify(study, folder)[1]
    assert told["ratings.html"].startswith("comes out otherwise now: though the manifest says")
    edit(folder / "manifest.json", parameters=7)
    with pytest.raises(StudyError, match=r"manifest\.json is spoilt at 'ratings'"):
        verify(study, folder)


@pytest.mark.parametrize("content", [None, "{", "[]", '{"la_code": "209", "reports": {}}'])
def test_without_a_manifest_there_is_nothing_to_verify(study: Project, tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(StudyError, match=r"has no manifest\.json to verify against; `lewisham-study report` makes it"):
        verify(study, tmp_path)
