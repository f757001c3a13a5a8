"""The one assumption of the recipes: the first day on site of six inspections. Their values: test_headlines.py."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis import recipes
from lewisham_study.analysis.headlines import compare_headlines
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_the_assumed_gap_of_six_inspections_changes_no_headline(monkeypatch: pytest.MonkeyPatch) -> None:
    computed = []
    for days in (53, recipes.TYPICAL_LAG.days, 225):
        monkeypatch.setattr(recipes, "TYPICAL_LAG", pd.Timedelta(days=days))
        computed.append(compare_headlines(TABLES["headlines"], TABLES)["computed"])
    assert computed[0].equals(computed[1])
    assert computed[2].equals(computed[1])


def test_the_assumed_gap_is_the_median_of_the_known_ones() -> None:
    sif = TABLES["judgements"].query("framework == 'SIF' and strand == 'overall'")
    gap = sif["published_date"] - sif["start_date"]
    assert gap.median() == recipes.TYPICAL_LAG
    assert int((gap >= pd.Timedelta(days=53)).sum()) == 146
    assert gap.max() == pd.Timedelta(days=225)
    undated = TABLES["judgements"].query("framework.isin(['SIF', 'SIF_REINSPECTION']) and start_date.isna()")
    assert undated["inspection_id"].nunique() == 6
    assert set(undated["la_code"]) == {"835", "836", "837", "909", "928"}
