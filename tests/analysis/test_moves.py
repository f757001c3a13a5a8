"""Moves between two judgements, and regions counted over time."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.ratings import trace_shares
from lewisham_study.analysis.trajectories import count_moves, estimate_moves, pair_judgements, trace_region
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_moves_count_each_authority_once() -> None:
    pairs = pair_judgements(TABLES["judgements"], "SIF", "ILACS", strands=("overall", "overall"))
    assert pairs["la_code"].is_unique
    assert int(count_moves(pairs).to_numpy().sum()) == len(pairs) == 150
    assert (pairs["date_from"] < pairs["date_to"]).all()


def test_second_inspections_pair_the_first_two() -> None:
    pairs = pair_judgements(TABLES["judgements"], "ILACS", "ILACS", strands=("overall", "overall"))
    own = pairs.set_index("la_code").loc["209"]
    assert (own["grade_from"], own["grade_to"]) == ("requires_improvement", "good")


def test_intervals_contain_their_shares_and_end_at_0_and_1() -> None:
    moves = pd.DataFrame(
        {"good": [0, 5], "inadequate": [5, 0]}, index=pd.Index(["good", "adequate"], name="grade_from")
    )
    estimates = estimate_moves(moves)
    assert ((estimates["low"] <= estimates["share"]) & (estimates["share"] <= estimates["high"])).all()
    assert estimates.loc[estimates["share"] == 0, "low"].eq(0).all()
    assert estimates.loc[estimates["share"] == 1, "high"].eq(1).all()


@pytest.mark.parametrize("region", ["South West", "East Midlands"])
def test_a_region_is_counted_from_its_own_authorities_alone(region: str) -> None:
    chosen = TABLES["authorities"][TABLES["authorities"]["region"] == region]
    assert len(chosen)
    days = [pd.Timestamp(year, 3, 31) for year in (2018, 2019, 2020)]
    alone = trace_shares(TABLES["judgements"], chosen, days, basis="published")
    pd.testing.assert_frame_equal(trace_region(TABLES, region, 2018, 2020, "published"), alone)
