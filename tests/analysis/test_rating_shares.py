"""Grades counted at a day: shares add to one, and a region is counted as if there were no other."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.moves import trace_region
from lewisham_study.analysis.ratings import trace_shares
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
REGIONS = TABLES["authorities"]["region"].unique().tolist()


def test_shares_add_to_one() -> None:
    days = [pd.Timestamp(year, 3, 31) for year in range(2010, 2025)]
    shares = trace_shares(TABLES["judgements"], TABLES["authorities"], days)
    assert shares.groupby("date")["share"].sum().round(12).eq(1).all()


@pytest.mark.parametrize("region", ["South West", "East Midlands"])
def test_a_region_is_counted_as_if_there_were_no_other(region: str) -> None:
    assert region in REGIONS
    chosen = TABLES["authorities"][TABLES["authorities"]["region"] == region]
    days = [pd.Timestamp(year, 3, 31) for year in (2018, 2019, 2020)]
    alone = trace_shares(TABLES["judgements"], chosen, days, basis="published")
    pd.testing.assert_frame_equal(trace_region(TABLES, region, 2018, 2020, "published"), alone)
