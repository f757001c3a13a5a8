"""What the commands on the data tell."""

from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.analysis.headlines import RECIPE_FILE
from lewisham_study.errors import DataError
from lewisham_study.paths import find_project
from lewisham_study.raw.imports import ImportResult
from lewisham_study.tidy.build import Build
from lewisham_study.tidy.checks import Check

PROJECT = find_project()


@pytest.fixture
def answer(monkeypatch):
    """Have what a command calls give an answer; keeps what it was called with."""

    def answer_for(name, given):
        asked = []
        monkeypatch.setattr(name, lambda *words, **options: asked.append((words, options)) or given)
        return asked

    return answer_for


@pytest.mark.parametrize(
    ("changed", "told"),
    [([], "nothing changed\n"), ([PROJECT.processed / "spend [1].csv"], "changed: data/processed/spend [1].csv\n")],
)
def test_a_build_tells_what_it_changed(run, answer, monkeypatch, changed, told):
    monkeypatch.chdir(PROJECT.root)
    tables = {"spend": pd.DataFrame({"a": range(1200)}), "need": pd.DataFrame({"a": [1]})}
    asked = answer("lewisham_study.tidy.build.build", Build(tables, changed))
    assert run("build")[:2] == (0, "2 tables, 1,201 rows\n" + told)
    assert [words[0].root for words, _ in asked] == [PROJECT.root]


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
TOLD = """\
= a share, England [all], 2020: published 36, computed 36
≠ b share, England [all], 2020: published 37, computed 36 (later revised)
? c share, England [all], 2020: published 38 (never published)
3 published headlines: 1 come out as published, 1 differ with a reason, 1 cannot be reached from the data held
1 figure stands out from the years beside or from the other account: with a caution in \
data/coding/cautions.csv 0, without 1
~ Oldham 2022 caseload_fte: 26.9, before 17.2, after none (both years)
not checked: quotes, for want of [texts]
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
        ([], "36", ["everything agrees"], ""),
        ([FINDING], "36", [f"✗ {FINDING}"], "error: 1 finding\n"),
        ([FINDING] * 2, "36", [f"✗ {FINDING}"] * 2, "error: 2 findings\n"),
        ([], "35", [f"✗ {RECIPE_FILE}: expected 37 for b, found 36; "], "error: 1 finding\n"),
    ],
)
def test_a_check_tells_how_each_headline_comes_out_and_what_does_not_agree(
    run, answer, findings, accepted, last, error
):
    asked = answer("lewisham_study.tidy.checks.check_project", Check(findings, ["quotes, for want of [texts]"]))
    compared = HEADLINES.assign(accepted=[None, accepted, None])
    answer("lewisham_study.analysis.headlines.compare_headlines", compared)
    answer("lewisham_study.analysis.cautions.list_spikes", SPIKES)
    code, told, wrong = run("check", "--documents", "texts")
    assert asked[0][0][1] == Path("texts")
    assert told.startswith(TOLD)
    for line, begins in zip(told.removeprefix(TOLD).splitlines(), last, strict=True):
        assert line.startswith(begins)
    assert (code, wrong) == (bool(error), error)


def test_an_import_hands_on_what_was_asked_and_tells_what_came_of_it(run, answer):
    result = ImportResult("dfe-workforce-2025", "workforce", False, 0, 0, 7, pd.DataFrame(), written=False)
    asked = answer("lewisham_study.raw.imports.import_release", result)
    assert run("import", "dfe-workforce-2025", "b1.csv", "--accept") == (0, f"{result}\n", "")
    ((project, *words), options), *_ = asked
    assert (project.root, words, options) == (PROJECT.root, ["dfe-workforce-2025", Path("b1.csv")], {"accept": True})


def test_authorities_of_a_region(run):
    code, told, _ = run("authorities", "--region", "London")
    assert code == 0
    assert "Lewisham" in told
    assert "Leeds" not in told
    assert len(told.strip().splitlines()) == 34


def test_a_region_misspelt_is_told_the_nearest(run):
    code, _, error = run("authorities", "--region", "Northwest")
    assert (code, error.startswith("error: no region is called 'Northwest'; did you mean North West")) == (2, True)


def test_documents_that_are_not_there_are_told_in_one_line(run, tmp_path):
    code, told, error = run("check", "--documents", str(tmp_path / "sources"))
    assert (code, told, error.count("\n")) == (2, "", 1)
    assert error.startswith(f"error: there is no folder {tmp_path / 'sources'}; ")
