"""What the commands on reports ask for, and what they print."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from lewisham_study.cli.reports import prepare_first
from lewisham_study.display.country import prepare
from lewisham_study.paths import find_project
from lewisham_study.report.batch.cluster import Cluster
from lewisham_study.report.batch.manifest import hash_shared
from lewisham_study.report.batch.plan import Request
from lewisham_study.report.batch.pool import Workers
from lewisham_study.report.batch.run import Summary
from lewisham_study.site.build import Site

PROJECT = find_project()


@pytest.fixture
def rendered(monkeypatch):
    """Make no report, but keep what is asked for; gives a summary that tests may fill."""
    kept = SimpleNamespace(summary=Summary())

    def render_all(project, request, executor, *, check, console):
        kept.request, kept.executor, kept.check, kept.console = request, executor, check, console
        return kept.summary

    monkeypatch.setattr("lewisham_study.report.batch.run.render_all", render_all)
    return kept


def test_the_default_is_lewishams_reports(run, rendered, monkeypatch):
    monkeypatch.chdir(PROJECT.root)
    rendered.summary.made, rendered.summary.rendered = [PROJECT.output / "lewisham" / "ratings.html"], 1
    code, printed, error = run("report")
    assert (code, printed) == (0, "reports/lewisham/ratings.html\n")
    assert error == "1 made, 0 unchanged, 0 failed, in 0.0 s\n"
    # The window is left open: that of the reports that are there.
    usual = {"notebooks": [], "formats": ["html", "pdf", "ipynb"]}
    assert rendered.request == Request(out=PROJECT.output, authorities=["Lewisham"], **usual)
    # What all authorities share is kept for the next run.
    assert (type(rendered.executor), rendered.executor.prepare.func) == (Workers, prepare)
    assert rendered.executor.prepare.keywords == {"key": hash_shared(PROJECT), "is_asked": True, "draws": False}


@pytest.mark.parametrize(
    ("words", "is_asked"),
    [(["--notebook", "spend"], False), (["--notebook", "spend", "--authority", "Leeds", "--authority", "380"], True)],
)
def test_what_all_authorities_share_is_not_computed_for_one_chapter(run, rendered, words, is_asked):
    assert run("report", *words, "--quiet")[0] == 0
    asked = rendered.executor.prepare.keywords
    assert (asked["is_asked"], asked["draws"]) == (is_asked, is_asked)


def test_set_up_computes_what_the_first_report_asks_for(run, rendered, monkeypatch):
    assert run("report", "--quiet")[0] == 0
    asked = []
    monkeypatch.setattr("lewisham_study.display.country.prepare", lambda **words: asked.append(words))
    prepare_first()
    usual = {"is_asked": True}
    assert [{**usual, **words} for words in asked] == [rendered.executor.prepare.keywords]


def test_nothing_is_shared_by_councils_side_by_side(run, rendered):
    assert run("report", "--england", "--quiet")[0] == 0
    assert rendered.executor.prepare is None


def test_every_option_is_in_the_request(run, rendered, tmp_path):
    words = ["--all", "--notebook", "spend", "--from", "2015", "--to", "2025", "--format", "pdf, xlsx", "--show-code"]
    words += ["--comparators", "london", "--workers", "3", "--force", "--quiet", "--out", str(tmp_path)]
    rendered.summary.made = [tmp_path / "one.pdf"]
    code, printed, _ = run("report", *words, "--replace")
    assert (code, printed) == (0, "")
    parameters = {"comparators": "London", "start_year": 2015, "end_year": 2025}
    assert rendered.request == Request(
        out=tmp_path,
        authorities=[],
        notebooks=["spend"],
        parameters=parameters,
        formats=["pdf", "xlsx"],
        show_code=True,
        force=True,
        replace=True,
    )
    assert rendered.console is None
    assert (rendered.executor.count, rendered.executor.prepare.func) == (3, prepare)
    assert rendered.executor.prepare.keywords == {
        **parameters,
        "key": hash_shared(PROJECT),
        "is_asked": True,
        "draws": True,
    }


def test_a_scheduler_does_the_work_if_one_is_named(run, rendered):
    assert run("report", "--scheduler", "tcp://10.0.0.1:8786", "--quiet")[0] == 0
    assert (type(rendered.executor), rendered.executor.address) == (Cluster, "tcp://10.0.0.1:8786")


def test_failures_are_listed_with_the_way_to_retry(run, rendered):
    rendered.summary.failures = {"209": ["Lewisham: cell [3]", "Lewisham: no room"], "383": ["Leeds: gone"]}
    code, _, error = run("report", "--all", "--quiet")
    assert code == 1
    assert error.splitlines()[1:] == [
        "error: 2 failed; fix what the messages name, then run `lewisham-study report --retry-failed`",
        "Lewisham: cell [3]",
        "Lewisham: no room",
        "Leeds: gone",
    ]


def test_a_retry_asks_for_the_same_again(run, rendered, tmp_path):
    again = '{"authorities": ["383"], "notebooks": [], "parameters": {}, "formats": ["pdf"], "show_code": true}'
    (tmp_path / "failures.json").write_text(f'{{"request": {again}, "failures": {{}}}}')
    assert run("report", "--retry-failed", "--out", str(tmp_path))[0] == 0
    asked = {"authorities": ["383"], "notebooks": [], "formats": ["pdf"], "show_code": True}
    assert rendered.request == Request(out=tmp_path, **asked)


def test_nothing_failed_so_there_is_nothing_to_retry(run, tmp_path):
    code, printed, error = run("report", "--retry-failed", "--out", str(tmp_path))
    assert (code, printed) == (2, "")
    assert error == "error: nothing failed in the last run: there is nothing to retry\n"


@pytest.mark.slow
def test_adding_a_format_keeps_the_window_and_another_window_is_refused(run, tmp_path):
    words = ["report", "--authority", "Leeds City Council", "--notebook", "evidence", "--quiet", "--out", str(tmp_path)]
    assert run(*words, "--to", "2025", "--format", "html,ipynb")[0] == 0
    before = {path: path.read_bytes() for path in (tmp_path / "leeds").rglob("*.*") if path.name != "manifest.json"}
    code, _, error = run(*words, "--format", "xlsx")
    assert (code, len(error.splitlines())) == (0, 1)
    assert (tmp_path / "leeds" / "report.xlsx").is_file()
    assert {path: path.read_bytes() for path in before} == before
    code, printed, error = run(*words, "--to", "2022")
    assert (code, printed) == (2, "")
    refused = f"{tmp_path}/leeds has the report of 2012 to 2025; add --replace to replace it, or choose another folder"
    assert error == f"error: {refused} with --out\n"


@pytest.mark.parametrize(
    ("found", "printed", "error"),
    [
        ({}, "made: 7 files, each the same when made again\n", ""),
        (
            {"a.pdf": "was changed [today]"},
            "✗ made/a.pdf was changed [today]\n",
            "error: 1 file differs from what the manifest says\n",
        ),
        (
            {"a.pdf": "is gone", "b.csv": "is gone"},
            "✗ made/a.pdf is gone\n✗ made/b.csv is gone\n",
            "error: 2 files differ from what the manifest says\n",
        ),
    ],
)
def test_verify_names_each_file_that_differs(run, monkeypatch, tmp_path, found, printed, error):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("lewisham_study.report.batch.verify.verify_reports", lambda *_: (7, found))
    assert run("verify", "made", "--quiet") == (1 if found else 0, printed, error)


def test_a_crate_has_a_folder_of_its_own_name(run, monkeypatch):
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
    monkeypatch.setattr("lewisham_study.report.batch.render.refresh_notebooks", lambda *_, **__: changed)
    assert run("notebooks")[:2] == (0, "notebooks/03-spend.ipynb\n")


def test_validate_refuses_a_folder_without_notebooks(run, tmp_path):
    code, _, error = run("validate", str(tmp_path))
    assert code in (1, 2)
    assert "notebook" in error


def test_verify_refuses_a_folder_without_manifest(run, tmp_path):
    code, printed, error = run("verify", str(tmp_path))
    assert (code, printed) == (1, "")
    assert "no manifest.json" in error


def test_a_bare_name_gets_the_option_it_needs(run, rendered):
    code, _, error = run("report", "Kingston", "upon", "Thames")
    assert (code, error) == (
        2,
        "error: unexpected argument 'Kingston upon Thames'; did you mean --authority \"Kingston upon Thames\"?\n",
    )


def test_replaced_reports_are_named(run, rendered):
    rendered.summary.replaced = {"Leeds": "of 2012 to 2022", "Bury": "of 2012 to 2022", "York": "with deflator=cpi"}
    lines = run("report", "--quiet")[2].splitlines()
    assert lines[0] == "2 authorities: replaced the report of 2012 to 2022"
    assert lines[1] == "York: replaced the report with deflator=cpi"


@pytest.mark.parametrize(
    ("words", "group"),
    [
        (["compare", "Leeds", "Bristol, City of"], "383, 801"),
        (["compare", "--region", "London"], "region London"),
        (["report", "--region", "London"], "region London"),
        (["report", "--england"], "England"),
    ],
)
def test_councils_are_set_side_by_side(run, rendered, words, group):
    assert run(*words, "--quiet")[0] == 0
    assert (rendered.request.group, list(rendered.request.authorities)) == (group, [])
    assert rendered.request.notebooks == ["side-by-side"]


@pytest.mark.parametrize("words", [[], ["Leeds", "--region", "London"], ["Leeds", "Bristl"]])
def test_councils_that_cannot_be_compared_are_refused(run, rendered, words):
    code, _, error = run("compare", *words)
    assert code
    assert error.startswith("error: ")


def test_a_site_is_made_of_every_council_england_and_its_regions(run, rendered, monkeypatch, tmp_path):
    asked, built = [], []

    def render_all(project, request, executor, **_):
        asked.append(request)
        return rendered.summary

    def make_site(project, reports, docs, out, authorities, *, console):
        built.append((reports, docs, out, list(authorities)))
        return Site(out, councils=158, files=9, size=3_000_000, seconds=1.5)

    monkeypatch.setattr("lewisham_study.report.batch.run.render_all", render_all)
    monkeypatch.setattr("lewisham_study.site.build.make_site", make_site)
    monkeypatch.setattr("lewisham_study.cli.reports.require_extra", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    code, printed, _ = run("site", "--quiet")
    assert (code, len(asked)) == (0, 11)
    assert {one.formats for one in asked} == {("html", "pdf")}
    assert [one.group for one in asked][:3] == ["", "England", "region East Midlands"]
    assert built == [(PROJECT.output, PROJECT.root / "docs" / "_build" / "html", Path("site"), [])]
    end = "158 councils, 9 files, 3 MB, no dead link and no request to another host, in 1.5 s"
    assert printed == f"site/index.html: {end}\n"
    run("site", "--authority", "Leeds", "--out", "x")
    assert (asked[11].authorities, built[1][2:]) == (["Leeds"], (Path("x"), ["Leeds"]))
