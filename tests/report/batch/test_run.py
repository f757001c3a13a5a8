"""Many reports in one run: the same bytes by any number of workers, only what changed, no failure stops the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Self

import nbformat
import pytest

from lewisham_study.errors import StudyError, UsageError
from lewisham_study.paths import Project
from lewisham_study.report.batch.authorities import read_authority
from lewisham_study.report.batch.pool import Workers
from lewisham_study.report.batch.render import render_report
from lewisham_study.report.batch.request import Request, read_failures
from lewisham_study.report.batch.run import plan_all, render_all

SHOW = """\
from IPython.display import display
assert authority != "838", "no data"
details = {"kind": "table", "label": "tbl-LABEL", "title": f"Of {authority}", "caption": "Counted."}
data = {"text/markdown": "| a | b |\\n|:--|--:|\\n| x | 1 |", "text/csv": "a,b\\nx,1\\n"}
display(data, raw=True, metadata={"exhibit": details})"""
BOTH = Request(["Lewisham", "835"], [], {}, ["html", "pdf", "ipynb"])
ALL = Request([], [], {}, ["ipynb"])


class Inline:
    """A crew of one, in this very process, that notes what it is given."""

    width = 1

    def __init__(self, stop_after: int = 1000) -> None:
        self.done: list[str] = []
        self.stop_after = stop_after

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        pass

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        if len(self.done) == self.stop_after:
            raise KeyboardInterrupt
        self.done.append(getattr(arguments[1], "name", "book"))
        future: Future[Any] = Future()
        future.set_result(function(*arguments))
        return future

    def renew(self) -> None:
        raise AssertionError


@pytest.fixture
def save_chapter(study: Project, build: SimpleNamespace) -> Callable[[str, str], None]:
    """Save a notebook of the study that shows one table."""

    def save(name: str, code: str = SHOW) -> None:
        label = name[3:]
        cells = [build.text(f"# {label.title()}"), build.code(build.PARAMETERS, tags=["parameters"])]
        notebook = build.notebook(*cells, build.code(code.replace("LABEL", label)))
        study.notebooks.mkdir(exist_ok=True)
        (study.notebooks / f"{name}.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")

    save("01-ratings")
    save("05-evidence")
    return save


def read_tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_any_number_of_workers_makes_the_same_bytes(
    study: Project, save_chapter: Callable[..., None], tmp_path: Path
) -> None:
    for count in (1, 3):
        assert str(render_all(study, BOTH, tmp_path / str(count), Workers(count))).startswith("2 made, 0 unchanged, 0")
    one = read_tree(tmp_path / "1")
    assert one == read_tree(tmp_path / "3")
    assert {"lewisham/report.pdf", "dorset-835/manifest.json", "index.html"} <= set(one)
    alone = render_report(
        study, sorted(study.notebooks.iterdir()), read_authority(study.processed, "209"), {}, out=tmp_path / "alone"
    )
    assert all(
        path.read_bytes() == one[f"lewisham/{path.relative_to(tmp_path / 'alone' / 'lewisham')}"] for path in alone
    )


@pytest.mark.usefixtures("quick")
def test_a_second_run_makes_nothing(study: Project, save_chapter: Callable[..., None], tmp_path: Path) -> None:
    render_all(study, BOTH, tmp_path, first := Inline())
    assert first.done == ["ratings", "evidence", "book"] * 2
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    again = render_all(study, BOTH, tmp_path, second := Inline())
    assert (second.done, again.unchanged, again.rendered) == ([], 2, 0)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")} == before
    render_all(study, BOTH, tmp_path, forced := Inline(), force=True)
    assert forced.done == first.done


def test_a_report_of_all_notebooks_is_made_again_without_naming_them(
    study: Project, save_chapter: Callable[..., None], tmp_path: Path
) -> None:
    for names, said in (([], ""), (["ratings", "evidence"], ""), (["ratings"], "--notebook ratings ")):
        _, (plan,) = plan_all(study, Request(["209"], names, {}, ["pdf"]), tmp_path)
        assert f'report --authority "Lewisham" {said}--from 2012' in plan.details["closing"]
        assert "--notebook ratings --from 2012" in plan.chapters[0].details["closing"]


def change_notebook(study: Project, folder: Path, save: Callable[..., None]) -> None:
    save("05-evidence", f"{SHOW}  # of spend\n")


def change_outputs(study: Project, folder: Path, save: Callable[..., None]) -> None:
    path = study.notebooks / "05-evidence.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["cells"][2]["execution_count"] = 7
    path.write_text(json.dumps(content), encoding="utf-8")


def change_table(study: Project, folder: Path, save: Callable[..., None]) -> None:
    (study.processed / "spend.csv").write_text("la_code,time_period\n", encoding="utf-8")


def add_year(study: Project, folder: Path, save: Callable[..., None]) -> None:
    (study.processed / "spend.csv").write_text("la_code,time_period\n209,2024-25\n", encoding="utf-8")


def change_lock(study: Project, folder: Path, save: Callable[..., None]) -> None:
    (study.root / "requirements.lock").write_text("pandas==3\n", encoding="utf-8")


def delete_file(study: Project, folder: Path, save: Callable[..., None]) -> None:
    (folder / "evidence.html").unlink()


def edit_book(study: Project, folder: Path, save: Callable[..., None]) -> None:
    (folder / "report.pdf").write_bytes(b"%PDF")


def spoil_manifest(study: Project, folder: Path, save: Callable[..., None]) -> None:
    (folder / "manifest.json").write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "made"),
    [
        (change_notebook, ["evidence", "book"]),
        (change_outputs, []),
        (change_table, ["evidence", "book"]),
        (add_year, ["ratings", "evidence", "book"]),
        (change_lock, ["ratings", "evidence", "book"]),
        (delete_file, ["evidence", "book"]),
        (edit_book, ["book"]),
        (spoil_manifest, ["ratings", "evidence", "book"]),
    ],
)
@pytest.mark.usefixtures("quick")
def test_only_what_changed_is_made_again(
    study: Project, save_chapter: Callable[..., None], tmp_path: Path, change: Callable[..., None], made: list[str]
) -> None:
    request = Request(["Lewisham"], [], {}, ["html", "pdf", "ipynb"])
    save_chapter("05-evidence", f"{SHOW}  # of spend")
    render_all(study, request, tmp_path / "out", Inline())
    change(study, tmp_path / "out" / "lewisham", save_chapter)
    render_all(study, request, tmp_path / "out", crew := Inline())
    assert crew.done == made
    render_all(study, request, tmp_path / "whole", Inline())
    assert read_tree(tmp_path / "out") == read_tree(tmp_path / "whole")


@pytest.mark.usefixtures("quick")
def test_another_window_or_format_is_made(study: Project, save_chapter: Callable[..., None], tmp_path: Path) -> None:
    render_all(study, Request(["209"], ["ratings"], {}, ["ipynb"]), tmp_path, Inline())
    render_all(study, Request(["209"], ["ratings"], {}, ["ipynb", "html"]), tmp_path, more := Inline())
    again = render_all(study, Request(["209"], ["ratings"], {"end_year": 2020}, ["html"]), tmp_path, later := Inline())
    assert again.replaced == {"Lewisham": "of 2012 to 2022"}
    assert (more.done, later.done) == (["ratings"], ["ratings"])
    same = render_all(study, Request(["209"], ["ratings"], {"end_year": 2020}, ["ipynb"]), tmp_path, last := Inline())
    assert same.replaced == {}
    assert last.done == ["ratings"]


@pytest.mark.usefixtures("quick")
def test_what_is_made_anew_leaves_nothing_of_before(
    study: Project, save_chapter: Callable[..., None], tmp_path: Path
) -> None:
    folder, formats = tmp_path / "lewisham", ["html", "pdf", "ipynb", "xlsx"]
    render_all(study, Request(["209"], [], {}, formats), tmp_path, Inline())
    (folder / "ratings.html").write_text("with a note of mine", encoding="utf-8")
    for name in ("spend.pdf", "notes.txt", "tables/own.csv"):
        (folder / name).write_text("mine", encoding="utf-8")
    before = set(read_tree(folder))
    summary = render_all(study, Request(["209"], ["ratings"], {"end_year": 2020}, ["ipynb"]), tmp_path, Inline())
    assert [path.name for path in summary.deleted] == ["ratings.pdf"]
    assert set(read_tree(folder)) == before - {"ratings.pdf"}
    summary = render_all(study, Request(["209"], ["ratings"], {"end_year": 2020}, ["html"]), tmp_path, Inline())
    assert summary.deleted == [], "another format of the same is added"


def test_a_failure_stops_nothing_and_can_be_retried(
    study: Project, save_chapter: Callable[..., None], tmp_path: Path
) -> None:
    summary = render_all(study, ALL, tmp_path, Workers(2))
    assert (summary.rendered, list(summary.failures)) == (2, ["838"])
    for message, name in zip(sorted(summary.failures["838"]), ("01-ratings", "05-evidence"), strict=True):
        assert f"{name}.ipynb, cell 3, line 2" in message
        assert message.startswith("Dorset (since 2019): ")
        assert message.endswith("AssertionError: no data")
    assert not (tmp_path / "dorset").exists()
    for name in ("01-ratings", "05-evidence"):
        save_chapter(name, SHOW.replace('assert authority != "838", "no data"', ""))
    retried = render_all(study, read_failures(tmp_path), tmp_path, Inline())
    assert (retried.rendered, retried.failures) == (1, {})
    assert (tmp_path / "dorset" / "ratings.ipynb").is_file()
    with pytest.raises(UsageError, match="nothing to retry"):
        read_failures(tmp_path)


def test_spoilt_failures_are_told(tmp_path: Path) -> None:
    (tmp_path / "failures.json").write_text("[]", encoding="utf-8")
    with pytest.raises(StudyError, match="spoilt"):
        read_failures(tmp_path)


@pytest.mark.usefixtures("quick")
def test_an_interrupted_run_resumes(study: Project, save_chapter: Callable[..., None], tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        render_all(study, BOTH, tmp_path / "out", Inline(stop_after=4))
    render_all(study, BOTH, tmp_path / "out", rest := Inline())
    assert rest.done == ["ratings", "evidence", "book"]
    render_all(study, BOTH, tmp_path / "whole", Inline())
    assert read_tree(tmp_path / "out") == read_tree(tmp_path / "whole")


@pytest.mark.usefixtures("quick")
def test_a_folder_that_cannot_be_written_to_fails_that_authority(
    study: Project, save_chapter: Callable[..., None], tmp_path: Path
) -> None:
    (tmp_path / "lewisham").write_text("in the way")
    summary = render_all(study, Request(["209", "835"], ["ratings"], {}, ["ipynb"]), tmp_path, Inline())
    assert (summary.rendered, list(summary.failures)) == (1, ["209"])
    assert "cannot write" in summary.failures["209"][0]
