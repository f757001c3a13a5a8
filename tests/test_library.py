"""The public API: `import lewisham_study` is quick, complete, documented, and enough for an analysis."""

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
def test_the_import_is_quick(command: list[str]) -> None:
    """Neither the import nor `--version` loads the large libraries."""
    done = subprocess.run([sys.executable, "-X", "importtime", *command], capture_output=True, text=True, check=True)
    loaded = set(re.findall(r"\| +([\w.]+)$", done.stderr, re.MULTILINE))
    assert "lewisham_study" in loaded
    assert not loaded & {"pandas", "numpy", "matplotlib", "papermill", "scipy"}


@pytest.mark.parametrize("name", study.__all__)
def test_every_public_name_exists_and_has_a_docstring(name: str) -> None:
    assert name in dir(study)
    assert (getattr(study, name).__doc__ or "").strip()


def test_the_stub_lists_the_same_names() -> None:
    stub = (PACKAGE / "__init__.pyi").read_text(encoding="utf-8")
    listed = re.findall(r'^    "(\w+)",$', stub, re.MULTILINE)
    assert listed == study.__all__


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="state_on"):
        _ = study.state_on


def test_a_readers_own_analysis() -> None:
    """Do what the README promises: tables, a state, a trajectory, comparators, real terms per child, a figure."""
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


def test_an_installed_package_is_never_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write reports of an installed package to the working folder, and change the study only in a checkout."""
    assert Project(PACKAGE).output == Path("reports")
    assert find_project().output == find_project().root / "reports"
    monkeypatch.setenv(HOME_VARIABLE, str(PACKAGE))
    with pytest.raises(UsageError, match="checkout"):
        find_checkout()
