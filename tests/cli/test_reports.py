"""What the commands on reports tell."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from lewisham_study.paths import find_project
from lewisham_study.report.batch.cluster import Cluster
from lewisham_study.report.batch.pool import Workers
from lewisham_study.report.batch.request import Request, Summary

PROJECT = find_project()


@pytest.fixture
def rendered(monkeypatch):
    """Make no report, but keep what is asked for; gives a summary that tests may fill."""
    kept = SimpleNamespace(summary=Summary())

    def render_all(project, request, place, crew, *, force, console):
        kept.request, kept.place, kept.crew, kept.force, kept.console = request, place, crew, force, console
        return kept.summary

    monkeypatch.setattr("lewisham_study.report.batch.run.render_all", render_all)
    return kept


def test_without_a_word_it_is_lewishams_reports(run, rendered, monkeypatch):
    monkeypatch.chdir(PROJECT.root)
    rendered.summary.made, rendered.summary.rendered = [PROJECT.output / "lewisham" / "ratings.html"], 1
    code, told, error = run("report")
    assert (code, told) == (0, "reports/lewisham/ratings.html\n")
    assert error == "1 made, 0 unchanged, 0 failed, in 0.0 s\n"
    window = {"start_year": 2012, "end_year": 2022}
    assert rendered.request == Request(["Lewisham"], [], window, ["html", "pdf", "ipynb"], show_code=False)
    assert (rendered.place, rendered.force) == (PROJECT.output, False)
    # What all authorities have in common is worked out beforehand only where there are several.
    assert (type(rendered.crew), rendered.crew.common) == (Workers, None)


def test_every_option_is_handed_on(run, rendered, tmp_path):
    words = ["--all", "--notebook", "spend", "--from", "2015", "--to", "2025", "--format", "pdf, xlsx", "--show-code"]
    words += ["--parameter", "comparators=London", "--workers", "3", "--force", "--quiet", "--out", str(tmp_path)]
    rendered.summary.made = [tmp_path / "one.pdf"]
    code, told, _ = run("report", *words)
    assert (code, told) == (0, "")
    parameters = {"comparators": "London", "start_year": 2015, "end_year": 2025}
    assert rendered.request == Request([], ["spend"], parameters, ["pdf", "xlsx"], show_code=True)
    assert (rendered.place, rendered.force, rendered.console) == (tmp_path, True, None)
    assert (rendered.crew.count, rendered.crew.common) == (3, parameters)
    assert [path.name for path in rendered.crew.notebooks] == ["03-spend.ipynb"]


def test_a_scheduler_does_the_work_where_one_is_named(run, rendered):
    assert run("report", "--scheduler", "tcp://10.0.0.1:8786", "--quiet")[0] == 0
    assert (type(rendered.crew), rendered.crew.address) == (Cluster, "tcp://10.0.0.1:8786")


def test_what_failed_is_told_line_by_line_with_the_way_to_retry(run, rendered):
    rendered.summary.failures = {"209": ["Lewisham: cell [3]", "Lewisham: no room"], "383": ["Leeds: gone"]}
    code, _, error = run("report", "--all", "--quiet")
    assert code == 1
    assert error.splitlines()[1:] == [
        "error: 2 failed; mend what they name, then `lewisham-study report --retry-failed`",
        "Lewisham: cell [3]",
        "Lewisham: no room",
        "Leeds: gone",
    ]


def test_nothing_failed_so_there_is_nothing_to_retry(run, tmp_path):
    code, told, error = run("report", "--retry-failed", "--out", str(tmp_path))
    assert (code, told) == (2, "")
    assert error == "error: nothing failed in the last run: there is nothing to retry\n"


@pytest.mark.parametrize(
    ("found", "told", "error"),
    [
        ({}, "made: 7 files, each comes out as it stands\n", ""),
        (
            {"a.pdf": "was changed [by hand]"},
            "✗ made/a.pdf was changed [by hand]\n",
            "error: 1 file is not as made, or not as it comes out now\n",
        ),
        (
            {"a.pdf": "is gone", "b.csv": "is gone"},
            "✗ made/a.pdf is gone\n✗ made/b.csv is gone\n",
            "error: 2 files are not as made, or not as it comes out now\n",
        ),
    ],
)
def test_verify_tells_each_file_that_differs(run, monkeypatch, tmp_path, found, told, error):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lewisham_study.report.batch.run.verify.verify_reports", lambda *_: (7, found))
    assert run("verify", "made", "--quiet") == (1 if found else 0, told, error)


def test_a_crate_is_packed_where_it_is_told(run, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "lewisham_study.report.batch.crate.write_crate",
        lambda _, reports, folder: asked.append((reports, folder)) or folder,
    )
    assert run("crate", "--authority", "383") == (0, "dist/leeds-crate\n", "")
    assert asked == [(PROJECT.output / "leeds", Path("dist/leeds-crate"))]


def test_notebooks_whose_outputs_changed_are_named(run, monkeypatch):
    monkeypatch.chdir(PROJECT.root)
    changed = [PROJECT.notebooks / "03-spend.ipynb"]
    monkeypatch.setattr("lewisham_study.report.batch.run.notebooks.refresh_notebooks", lambda *_, **__: changed)
    assert run("notebooks")[:2] == (0, "notebooks/03-spend.ipynb\n")


def test_validate_refuses_a_folder_without_notebooks(run, tmp_path):
    code, _, error = run("validate", str(tmp_path))
    assert code in (1, 2)
    assert "notebook" in error


def test_verify_refuses_a_folder_without_manifest(run, tmp_path):
    code, told, error = run("verify", str(tmp_path))
    assert (code, told) == (1, "")
    assert "no manifest.json" in error


def test_a_bare_name_is_told_the_option_it_wants(run, rendered):
    code, _, error = run("report", "Kingston", "upon", "Thames")
    assert (code, error) == (
        2,
        "error: unexpected argument 'Kingston upon Thames'; did you mean --authority \"Kingston upon Thames\"?\n",
    )


def test_reports_of_another_window_are_said_to_be_replaced(run, rendered):
    rendered.summary.replaced = {"Leeds": "of 2012 to 2022", "Bury": "of 2012 to 2022", "York": "with deflator=cpi"}
    lines = run("report", "--quiet")[2].splitlines()
    keep = "; to keep both, name another folder with --out"
    assert lines[0] == f"2 authorities: replaced the report of 2012 to 2022{keep}"
    assert lines[1] == f"York: replaced the report with deflator=cpi{keep}"
