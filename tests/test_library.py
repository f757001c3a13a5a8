"""`import lewisham_study`: what it offers, how light it is, and that other people's notebooks can lean on it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import lewisham_study as study
from lewisham_study.errors import UsageError
from lewisham_study.paths import HOME_VARIABLE, PACKAGE, Project, find_checkout, find_project


@pytest.mark.parametrize("command", [["-c", "import lewisham_study"], ["-m", "lewisham_study", "--version"]])
def test_it_is_light(command):
    """Neither the import nor a first command loads what takes a second to load."""
    done = subprocess.run([sys.executable, "-X", "importtime", *command], capture_output=True, text=True, check=True)
    loaded = set(re.findall(r"\| +([\w.]+)$", done.stderr, re.MULTILINE))
    assert "lewisham_study" in loaded
    assert not loaded & {"pandas", "numpy", "matplotlib", "papermill", "scipy"}


@pytest.mark.parametrize("name", study.__all__)
def test_every_name_that_is_offered_is_there_and_explained(name):
    assert name in dir(study)
    assert (getattr(study, name).__doc__ or "").strip()


def test_the_stub_that_editors_read_offers_the_same_names():
    stub = (PACKAGE / "__init__.pyi").read_text(encoding="utf-8")
    listed = re.findall(r'^    "(\w+)",$', stub, re.MULTILINE)
    assert listed == study.__all__


def test_another_name_is_refused():
    with pytest.raises(AttributeError, match="state_on"):
        _ = study.state_on


def test_an_analysis_of_ones_own():
    """What the README promises: tables, a state, a trajectory, comparators, real terms per child, a figure."""
    tables = study.Tables()
    state = study.state_at(tables["judgements"], tables["authorities"], "2022-12-31")
    assert 0.5 < study.share_good(state) < 0.6
    case = study.open_case(tables, "Lewisham")
    peers = study.list_comparators(case)
    assert len(peers) == 10
    paths = study.trace_annual_states(tables["judgements"], tables["authorities"], range(2012, 2023))
    distances = study.measure_distances(paths, case.la_code)
    assert set(peers) <= set(distances["la_code"])
    spend = tables["spend"].query("measure == 'total_gross' and time_period == '2012-13' and la_code == '209'")
    real = study.per_child(study.to_real_terms(spend, tables["prices"]), tables["population"], "real_value")
    assert real["real_value_per_child"].round().tolist() == [1062.0]
    assert isinstance(study.ratings.draw_path(case).table, pd.DataFrame)


def test_a_wheels_own_copy_is_never_written_to(monkeypatch):
    """Reports of an installed package go to the working folder; what changes the study asks for a checkout."""
    assert Project(PACKAGE).output == Path("reports")
    assert find_project().output == find_project().root / "reports"
    monkeypatch.setenv(HOME_VARIABLE, str(PACKAGE))
    with pytest.raises(UsageError, match="checkout"):
        find_checkout()
