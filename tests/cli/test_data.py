"""Output and exit codes of the commands on the data."""

from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.analysis.models.headlines import RECIPE_FILE
from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.imports import ImportResult
from lewisham_study.tidy.build import Build
from lewisham_study.tidy.checks import Check

PROJECT = find_project()


@pytest.fixture
def answer(monkeypatch):
    """Replace a function that a command calls by one that returns a result; records its arguments."""

    def answer_for(name, result):
        calls = []
        monkeypatch.setattr(name, lambda *words, **options: calls.append((words, options)) or result)
        return calls

    return answer_for


@pytest.mark.parametrize(
    ("changed", "text"),
    [([], "nothing changed\n"), ([PROJECT.processed / "spend [1].csv"], "changed: data/processed/spend [1].csv\n")],
)
def test_build_lists_changed_files(run, answer, monkeypatch, changed, text):
    monkeypatch.chdir(PROJECT.root)
    tables = {"spend": pd.DataFrame({"a": range(1200)}), "need": pd.DataFrame({"a": [1]})}
    calls = answer("lewisham_study.tidy.build.build", Build(tables, changed))
    assert run("build")[:2] == (0, "2 tables, 1,201 rows\n" + text)
    assert [words[0].root for words, _ in calls] == [PROJECT.root]


FINDING = DataError("data/raw/sources.csv", "a day", "'[x]'", row=3)
HEADLINES = pd.DataFrame(
    {
        "headline_id": ["a", "b", "c"],
        "measure": "share",
        "scope": "England [all]",
        "as_at": "2020",
        "published": ["36", "37", "38"],
        "computed": ["36", "36", None],
        "difference": [0.0, -1.0, float("nan")],
        "accepted": [None, "36", None],
        "verdict": ["matches", "differs", "not_reached"],
        "reason": [None, "later revised", "never published"],
    }
)
OUTPUT = """\
= a share, England [all], 2020: published 36, computed 36
≠ b share, England [all], 2020: published 37, computed 36 (later revised)
? c share, England [all], 2020: published 38 (never published)
3 published headlines: 1 match the published figure, 1 differ for a stated reason, \
1 cannot be computed from the data held
unusual figures: 1 far from neighbouring years or the other account, 0 at a new level; \
1 with a caution in data/coding/cautions.csv and 0 without
not checked: quotes, without [texts]
"""
SPIKES = pd.DataFrame(
    {
        "table": ["workforce"],
        "la_code": ["353"],
        "la_name": ["Oldham"],
        "time_period": ["2022"],
        "measure": ["caseload_fte"],
        "value": [26.9],
        "before": [17.2],
        "after": [float("nan")],
        "rule": ["both years"],
    }
)


@pytest.mark.parametrize(
    ("findings", "accepted", "last", "error"),
    [
        ([], "36", ["all checks passed"], ""),
        ([FINDING], "36", [f"✗ {FINDING}"], "error: 1 problem found\n"),
        ([FINDING] * 2, "36", [f"✗ {FINDING}"] * 2, "error: 2 problems found\n"),
        ([], "35", [f"✗ {RECIPE_FILE}: expected 37 for b, found 36; "], "error: 1 problem found\n"),
    ],
)
def test_check_prints_each_headline_and_each_problem(run, answer, findings, accepted, last, error):
    calls = answer("lewisham_study.tidy.checks.check_project", Check(findings, ["quotes, without [texts]"]))
    compared = HEADLINES.assign(accepted=[None, accepted, None])
    answer("lewisham_study.analysis.models.headlines.compare_headlines", compared)
    answer("lewisham_study.analysis.cautions.list_unusual", SPIKES)
    code, printed, errors = run("check", "--documents", "texts", "--documents", "more")
    assert calls[0][0][1] == [Path("texts"), Path("more")]
    assert printed.startswith(OUTPUT)
    for line, begins in zip(printed.removeprefix(OUTPUT).splitlines(), last, strict=True):
        assert line.startswith(begins)
    assert (code, errors) == (bool(error), error)


def test_a_figure_without_a_caution_fails_the_check(run, answer):
    answer("lewisham_study.tidy.checks.check_project", Check([], []))
    answer("lewisham_study.analysis.models.headlines.compare_headlines", HEADLINES.iloc[:1])
    answer("lewisham_study.analysis.cautions.list_unusual", SPIKES.assign(time_period="2019", rule="edge"))
    code, printed, errors = run("check")
    assert "0 far from neighbouring years or the other account, 1 at a new level" in printed
    assert "0 with a caution in data/coding/cautions.csv and 1 without" in printed
    last = "✗ data/coding/cautions.csv: expected a caution on Oldham 2019 caseload_fte, found 26.9, before 17.2"
    assert printed.splitlines()[-1].startswith(last)
    assert "all checks passed" not in printed
    assert (code, errors) == (1, "error: 1 problem found\n")


def test_import_passes_its_arguments_and_prints_the_result(run, answer):
    result = ImportResult("dfe-workforce-2025", "workforce", False, 0, 0, 7, pd.DataFrame(), written=False)
    calls = answer("lewisham_study.raw.imports.import_release", result)
    assert run("import", "dfe-workforce-2025", "b1.csv", "--accept") == (0, f"{result}\n", "")
    ((project, *words), options), *_ = calls
    assert (project.root, words, options) == (PROJECT.root, ["dfe-workforce-2025", Path("b1.csv")], {"accept": True})


def test_authorities_of_a_region(run):
    code, printed, _ = run("authorities", "--region", "London")
    assert code == 0
    assert "Lewisham" in printed
    assert "Leeds" not in printed
    assert len(printed.strip().splitlines()) == 34


def test_misspelt_region_gets_a_suggestion(run):
    code, _, error = run("authorities", "--region", "Northwest")
    assert (code, error.startswith("error: no region is called 'Northwest'; did you mean North West")) == (2, True)


def test_missing_documents_are_an_error_in_one_line(run, tmp_path):
    code, printed, error = run("check", "--documents", str(tmp_path / "sources"))
    assert (code, printed, error.count("\n")) == (2, "", 1)
    assert error.startswith(f"error: there is no folder {tmp_path / 'sources'}; ")


def test_export_counts_what_it_wrote(run, answer, tmp_path):
    (tmp_path / "panel.csv").write_bytes(b"x" * 1_600_000)
    calls = answer("lewisham_study.publish.data.write_data", [tmp_path / "panel.csv"])
    assert run("export", "--out", str(tmp_path))[:2] == (0, f"1 files, 2 MB: {tmp_path}\n")
    assert calls == [((tmp_path,), {})]


def test_changes_are_printed_or_written(run, answer, tmp_path):
    answer("lewisham_study.publish.news.describe_changes", "# What changed\n")
    folder = str(PROJECT.processed)
    assert run("changes", folder)[:2] == (0, "# What changed\n\n")
    assert run("changes", folder, folder, "--out", str(tmp_path / "new.md"))[:2] == (0, f"{tmp_path / 'new.md'}\n")
    assert (tmp_path / "new.md").read_text() == "# What changed\n"
