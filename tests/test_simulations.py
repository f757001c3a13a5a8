"""Every estimator recovers the truth on simulated panels; the committed table is complete."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]
FOUND = pd.read_csv(ROOT / "docs" / "reference" / "simulations.csv").set_index("estimator")


@pytest.fixture
def simulations(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Import the script."""
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module("simulate_estimators")


def test_every_estimator_has_five_hundred_panels(simulations: ModuleType) -> None:
    assert sorted(FOUND.index) == sorted(simulations.REGISTRY)
    assert (FOUND["panels"] >= 500).all()


@pytest.mark.parametrize("name", FOUND.index)
def test_bias_is_small_and_intervals_hold_the_truth(name: str) -> None:
    row = FOUND.loc[name]
    if np.isnan(row["coverage"]):
        assert row["mean"] == pytest.approx(row["truth"], abs=0.025)
        return
    assert abs(row["bias"]) < 0.3 * row["spread"]
    assert 0.9 <= row["coverage"] <= 0.985


@pytest.mark.slow
@pytest.mark.parametrize("name", ["jeffreys", "time_ratio", "ordered_logit", "cox"])
def test_a_simulation_gives_the_same_panels_again(simulations: ModuleType, name: str) -> None:
    once, again = (simulations.run(name, 2) for _ in range(2))
    assert once == again
    assert once["truth"] == pytest.approx(FOUND.loc[name, "truth"], abs=1e-3)
