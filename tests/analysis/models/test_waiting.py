"""Waits for good: the counts of the real data, and small cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lewisham_study.analysis.models.intervals import (
    bound_quantile,
    estimate_kaplan_meier,
    estimate_turnbull,
    find_median,
    list_waits,
)
from lewisham_study.analysis.trajectories import join_namesakes
from lewisham_study.tidy.tables import Tables

UNTIL = "2025-03-31"


@pytest.fixture(scope="module")
def judgements() -> pd.DataFrame:
    return Tables()["judgements"]


@pytest.fixture(scope="module")
def waits(judgements: pd.DataFrame) -> pd.DataFrame:
    return list_waits(judgements, UNTIL)


def test_of_98_below_good_60_were_seen_good(waits: pd.DataFrame) -> None:
    assert (len(waits), int(waits["reached"].sum())) == (98, 60)


def test_a_match_by_name_would_count_dorset_as_the_sixty_first(judgements: pd.DataFrame) -> None:
    joined = list_waits(join_namesakes(judgements, Tables()["authorities"]), UNTIL)
    assert (len(joined), int(joined["reached"].sum())) == (98, 61)


def test_half_lies_anywhere_from_four_to_seven_years_and_naively_at_its_end(waits: pd.DataFrame) -> None:
    low, high = bound_quantile(estimate_turnbull(waits["lower"], waits["upper"]))
    assert (round(low, 1), round(high, 1)) == (3.7, 7.4)
    assert find_median(estimate_kaplan_meier(waits)) == pytest.approx(7.49, abs=0.005)


def test_the_naive_median_of_publication_dates(judgements: pd.DataFrame) -> None:
    published = list_waits(judgements, UNTIL, basis="published")
    assert find_median(estimate_kaplan_meier(published)) == pytest.approx(7.44, abs=0.005)


def test_lewisham_became_good_between_its_inspections_of_2019_and_2023(waits: pd.DataFrame) -> None:
    own = waits.set_index("la_code").loc["209"]
    assert own["start"] == pd.Timestamp("2015-10-26")
    days = [(pd.Timestamp(day) - own["start"]).days for day in ("2019-07-08", "2023-12-04")]
    assert [own["lower"], own["upper"]] == pytest.approx([day / 365.25 for day in days])


def test_successors_do_not_go_on_with_a_wait(waits: pd.DataFrame) -> None:
    bournemouth = waits.set_index("la_code").loc["837"]
    assert np.isinf(bournemouth["upper"])
    assert bournemouth["lower"] < 5
    assert not {"838", "839", "940", "941", "942", "943"} & set(waits["la_code"])


def test_what_comes_after_the_last_day_is_not_known(judgements: pd.DataFrame) -> None:
    early = list_waits(judgements, "2019-12-31").set_index("la_code")
    assert not early.loc["209", "reached"]
    assert np.isinf(early.loc["209", "upper"])


def test_half_is_never_reached_where_few_are() -> None:
    waits = pd.DataFrame({"lower": [1.0, 1, 1], "upper": [2, np.inf, np.inf], "reached": [True, False, False]})
    assert np.isinf(find_median(estimate_kaplan_meier(waits).query("share < 0.5")))


def test_the_estimate_begins_with_everybody_and_counts_who_reached() -> None:
    waits = pd.DataFrame({"lower": [1.0, 1, 1], "upper": [2, 2, np.inf], "reached": [True, True, False]})
    table = estimate_kaplan_meier(waits)
    assert table.index.tolist() == [0, 1]
    assert table[["time", "at_risk", "reached"]].to_numpy().tolist() == [[0, 3, 0], [2, 2, 2]]
