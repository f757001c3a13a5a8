"""Many reports in one run: the same bytes by any number of workers, only what changed, nothing lost by accident."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lewisham_study.errors import StudyError, UsageError
from lewisham_study.paths import Project
from lewisham_study.report.batch.plan import Request
from lewisham_study.report.batch.pool import Workers
from lewisham_study.report.batch.run import Summary, read_failures, render_all, start_jobs

BOTH = ("Lewisham", "835")
BOOK = ["report.html"]
"""The step that makes the page and the PDF."""


@pytest.fixture
def make(study: Project, tmp_path: Path, inline: type, save_chapter: Callable[..., None]) -> Callable[..., Any]:
    """Make reports of Lewisham, if no other authority is named, in this process; gives summary and steps run."""

    def make_reports(**options: Any) -> tuple[Summary, list[str]]:
        executor = inline(options.pop("stop_after", 1000))
        asked = {"out": tmp_path / "out", "authorities": ["209"]} | options
        return render_all(study, Request(**asked), executor), executor.done

    return make_reports


def read_tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_any_number_of_workers_makes_the_same_bytes(study: Project, tmp_path: Path, make: Callable[..., Any]) -> None:
    summary = render_all(study, Request(out=tmp_path / "3", authorities=BOTH), Workers(3))
    assert str(summary).startswith("2 made, 0 unchanged, 0")
    three = read_tree(tmp_path / "3")
    assert {"lewisham/report.pdf", "dorset-835/manifest.json", "index.html"} <= set(three)
    make(out=tmp_path / "0", authorities=BOTH)
    assert read_tree(tmp_path / "0") == three


@pytest.mark.usefixtures("quick")
def test_a_second_run_makes_nothing(tmp_path: Path, make: Callable[..., Any]) -> None:
    _, first = make(authorities=BOTH)
    assert first == ["ratings", "evidence", *BOOK] * 2
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    again, second = make(authorities=BOTH)
    assert (second, again.unchanged, again.rendered) == ([], 2, 0)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")} == before
    assert make(authorities=BOTH, force=True)[1] == first


def change_notebook(study: Project, folder: Path, save: Callable[..., None]) -> None:
    save("05-evidence", fails=False)


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
    (folder / "tables" / "tbl-evidence.csv").unlink()


def edit_book(study: Project, folder: Path, save: Callable[..., None]) -> None:
    (folder / "report.pdf").write_bytes(b"%PDF")


def corrupt_manifest(study: Project, folder: Path, save: Callable[..., None]) -> None:
    (folder / "manifest.json").write_text("{", encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "made"),
    [
        (change_notebook, ["evidence", *BOOK]),
        (change_outputs, []),
        (change_table, ["ratings", "evidence", *BOOK]),
        pytest.param(add_year, ["ratings", "evidence", *BOOK], marks=pytest.mark.slow),
        pytest.param(change_lock, ["ratings", "evidence", *BOOK], marks=pytest.mark.slow),
        (delete_file, ["evidence"]),
        (edit_book, BOOK),
        (corrupt_manifest, ["ratings", "evidence", *BOOK]),
    ],
)
@pytest.mark.usefixtures("quick")
def test_only_what_changed_is_made_again(
    study: Project,
    save_chapter: Callable[..., None],
    tmp_path: Path,
    make: Callable[..., Any],
    change: Callable[..., None],
    made: list[str],
) -> None:
    make()
    change(study, tmp_path / "out" / "lewisham", save_chapter)
    assert make()[1] == made
    make(out=tmp_path / "whole")
    assert read_tree(tmp_path / "out") == read_tree(tmp_path / "whole")


@pytest.mark.usefixtures("quick")
class TestReportsThatAreThere:
    def test_another_format_keeps_window_choices_and_files(self, tmp_path: Path, make: Callable[..., Any]) -> None:
        make(parameters={"end_year": 2025}, show_code=True)
        before = read_tree(tmp_path / "out" / "lewisham")
        summary, done = make(formats=["xlsx"])
        assert (summary.deleted, summary.replaced) == ([], {})
        assert done[-1] == "report.xlsx"
        after = read_tree(tmp_path / "out" / "lewisham")
        assert set(after) == {*before, "report.xlsx"}
        assert {name: data for name, data in after.items() if name in before and name != "manifest.json"} == {
            name: data for name, data in before.items() if name != "manifest.json"
        }

    def test_after_a_change_every_format_is_made_again(
        self, study: Project, tmp_path: Path, make: Callable[..., Any], save_chapter: Callable[..., None]
    ) -> None:
        make(parameters={"end_year": 2025})
        change_lock(study, tmp_path, save_chapter)
        summary, _ = make(formats=["xlsx"])
        assert summary.deleted == []
        make(out=tmp_path / "whole", parameters={"end_year": 2025}, formats=["html", "pdf", "ipynb", "xlsx"])
        assert read_tree(tmp_path / "out" / "lewisham") == read_tree(tmp_path / "whole" / "lewisham")

    def test_a_notebook_added_has_the_window_of_the_others(self, tmp_path: Path, make: Callable[..., Any]) -> None:
        make(notebooks=["ratings"], parameters={"start_year": 2015}, formats=["ipynb"])
        make(formats=["html"])
        made = json.loads((tmp_path / "out" / "lewisham" / "manifest.json").read_bytes())["reports"]
        assert made["evidence"]["inputs"]["parameters"]["start_year"] == 2015
        assert list(made["report"]["files"]) == ["report.html"]

    def test_a_report_of_fewer_notebooks_is_refused(self, tmp_path: Path, make: Callable[..., Any]) -> None:
        make()
        with pytest.raises(UsageError, match="lewisham has the report with evidence; add --replace to replace it"):
            make(notebooks=["ratings"])
        summary, done = make(notebooks=["ratings"], replace=True)
        assert (summary.replaced, done) == ({"Lewisham": "with evidence"}, BOOK)
        assert sorted(path.name for path in summary.deleted) == ["evidence.ipynb", "tbl-evidence.csv"]

    @pytest.mark.parametrize("parameters", [{"end_year": 2020}, {"start_year": 2015, "end_year": 2022}])
    def test_another_window_is_refused_before_anything_runs(
        self, tmp_path: Path, make: Callable[..., Any], parameters: dict[str, int]
    ) -> None:
        make()
        before = read_tree(tmp_path / "out")
        with pytest.raises(UsageError) as refused:
            make(parameters=parameters)
        assert str(refused.value) == (
            f"{tmp_path}/out/lewisham has the report of 2012 to 2022; "
            "add --replace to replace it, or choose another folder with --out"
        )
        assert read_tree(tmp_path / "out") == before
        assert make(parameters={"start_year": 2012, "end_year": 2022})[0].unchanged == 1, "it is the same window"

    def test_several_refusals_are_one_line(self, make: Callable[..., Any]) -> None:
        make(authorities=())
        with pytest.raises(UsageError, match=r"lewisham has the report of 2012 to 2022, and 2 more folders; add"):
            make(authorities=(), parameters={"end_year": 2020})

    def test_replacing_leaves_nothing_of_before(self, tmp_path: Path, make: Callable[..., Any]) -> None:
        folder = tmp_path / "out" / "lewisham"
        make(formats=["html", "pdf", "ipynb", "xlsx"])
        (folder / "report.html").write_text("with a note of mine", encoding="utf-8")
        for name in ("spend.pdf", "notes.txt", "tables/own.csv"):
            (folder / name).write_text("mine", encoding="utf-8")
        before = set(read_tree(folder))
        later = {"parameters": {"end_year": 2020}, "replace": True}
        summary, _ = make(**later, formats=["ipynb"])
        assert summary.replaced == {"Lewisham": "of 2012 to 2022"}
        assert sorted(path.name for path in summary.deleted) == ["report.pdf", "report.xlsx"]
        assert set(read_tree(folder)) == before - {"report.pdf", "report.xlsx"}
        summary, done = make(**later, formats=["html"])
        assert (summary.deleted, summary.replaced, done) == ([], {}, ["report.html"]), "another format is added"


@pytest.mark.usefixtures("quick")
def test_choices_are_checked_before_anything_runs(
    study: Project, save_chapter: Callable[..., None], tmp_path: Path, inline: type
) -> None:
    asked: list[dict[str, Any]] = []

    def check(parameters: dict[str, Any]) -> None:
        asked.append(parameters)
        raise UsageError("no such year")

    with pytest.raises(UsageError, match="no such year"):
        render_all(study, Request(out=tmp_path / "out"), inline(0), check=check)
    assert [(one["start_year"], one["end_year"]) for one in asked] == [(2012, 2022)]
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_failure_stops_nothing_and_can_be_retried(
    study: Project, save_chapter: Callable[..., None], tmp_path: Path, inline: type
) -> None:
    summary = render_all(study, Request(out=tmp_path, formats=["ipynb"]), Workers(2))
    assert (summary.rendered, list(summary.failures)) == (2, ["838"])
    for message, name in zip(sorted(summary.failures["838"]), ("01-ratings", "05-evidence"), strict=True):
        assert f"{name}.ipynb, cell 3, line 2" in message
        assert message.startswith("Dorset (since 2019): ")
        assert message.endswith("AssertionError: no data")
    assert not (tmp_path / "dorset").exists()
    for name in ("01-ratings", "05-evidence"):
        save_chapter(name, fails=False)
    retried = render_all(study, read_failures(tmp_path), inline())
    assert (retried.rendered, retried.failures) == (1, {})
    assert (tmp_path / "dorset" / "ratings.ipynb").is_file()
    with pytest.raises(UsageError, match="nothing to retry"):
        read_failures(tmp_path)


def test_a_corrupt_record_of_failures_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "failures.json").write_text("[]", encoding="utf-8")
    with pytest.raises(StudyError, match="corrupt"):
        read_failures(tmp_path)


@pytest.mark.usefixtures("quick")
def test_an_interrupted_run_resumes(tmp_path: Path, make: Callable[..., Any]) -> None:
    with pytest.raises(KeyboardInterrupt):
        make(authorities=BOTH, stop_after=4)
    assert make(authorities=BOTH)[1] == ["ratings", "evidence", *BOOK]
    make(authorities=BOTH, out=tmp_path / "whole")
    assert read_tree(tmp_path / "out") == read_tree(tmp_path / "whole")


@pytest.mark.usefixtures("quick")
def test_a_folder_that_cannot_be_written_to_fails_that_authority(tmp_path: Path, make: Callable[..., Any]) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "lewisham").write_text("in the way")
    summary, _ = make(authorities=BOTH, notebooks=["ratings"], formats=["ipynb"])
    assert (summary.rendered, list(summary.failures)) == (1, ["209"])
    assert "cannot write" in summary.failures["209"][0]


def test_a_machine_without_room_for_threads_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refuse)
    with pytest.raises(StudyError, match="starts no further threads: it needs room for more processes"):
        start_jobs([None], force=True)
