"""Interval censoring: published examples, Kaplan-Meier as a special case, properties, and the real data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lewisham_study.analysis.models.intervals import (
    bound_quantile,
    bound_share,
    compute_likelihood,
    estimate_turnbull,
    estimate_waits,
    find_cutoff,
    find_quantile,
    find_time,
    follow_waits,
    limit_share,
    list_waits,
    model_waits,
)
from lewisham_study.analysis.trajectories import join_namesakes
from lewisham_study.tidy.tables import Tables

UNTIL = "2025-03-31"
LIVERPOOL, MIDDLESBROUGH, BLACKPOOL = "341", "806", "890"

# Finkelstein and Wolfe (1985), Biometrics 41: 933-945: months to cosmetic deterioration of breasts treated with
# radiotherapy alone, as published and as used by Sun (2006) and the R packages Icens and interval.
RADIOTHERAPY = [
    (45, np.inf), (6, 10), (0, 7), (46, np.inf), (46, np.inf), (7, 16), (17, np.inf), (7, 14), (37, 44), (0, 8),
    (4, 11), (15, np.inf), (11, 15), (22, np.inf), (46, np.inf), (46, np.inf), (25, 37), (46, np.inf), (26, 40),
    (46, np.inf), (27, 34), (36, 44), (46, np.inf), (36, 48), (37, np.inf), (40, np.inf), (17, 25), (46, np.inf),
    (11, 18), (38, np.inf), (5, 12), (37, np.inf), (0, 5), (18, np.inf), (24, np.inf), (36, np.inf), (5, 11),
    (19, 35), (17, 25), (24, np.inf), (32, np.inf), (33, np.inf), (19, 26), (37, np.inf), (34, np.inf), (36, np.inf),
]  # fmt: skip
INTERVALS = st.lists(st.tuples(st.integers(0, 8), st.integers(1, 8), st.booleans()), min_size=1, max_size=12)


def split(intervals: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [low for low, _ in intervals], [high for _, high in intervals]


def test_the_published_example_of_radiotherapy() -> None:
    found = estimate_turnbull(*split(RADIOTHERAPY), tolerance=1e-9)
    kept = found.mass > 1e-5
    ends = list(zip(found.left[kept], found.right[kept], strict=True))
    assert ends == [(4, 5), (6, 7), (7, 8), (11, 12), (24, 25), (33, 34), (38, 40), (46, 48)]
    assert found.mass[kept].round(3).tolist() == [0.046, 0.033, 0.089, 0.071, 0.093, 0.082, 0.121, 0.466]


def test_exact_and_right_censored_times_give_kaplan_and_meier() -> None:
    times = np.array([1.0, 2.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    seen = np.array([True, True, False, True, False, True, False])
    found = estimate_turnbull(times, np.where(seen, times, np.inf), tolerance=1e-10)
    waits = pd.DataFrame({"lower": times, "upper": np.where(seen, times, np.inf), "reached": seen})
    curve = follow_waits(waits)
    shares = bound_share(found, curve["time"])
    assert shares["least"].to_numpy() == pytest.approx(curve["share"].to_numpy(), abs=1e-6)
    assert shares["greatest"].to_numpy() == pytest.approx(curve["share"].to_numpy(), abs=1e-6)


def test_exact_times_alone_give_the_shares_themselves() -> None:
    found = estimate_turnbull([1, 2, 2, 5], [1, 2, 2, 5])
    assert found.left.tolist() == found.right.tolist() == [1, 2, 5]
    assert found.mass == pytest.approx([0.25, 0.5, 0.25])


def test_a_single_interval_leaves_the_time_within_it_open() -> None:
    found = estimate_turnbull([2], [7])
    assert bound_share(found, [2, 3, 6.9, 7])[["least", "greatest"]].to_numpy().tolist() == [
        [0, 0],
        [0, 1],
        [0, 1],
        [1, 1],
    ]
    assert bound_quantile(found) == (2, 7)


def test_half_may_never_be_reached() -> None:
    low, high = bound_quantile(estimate_turnbull([0, 5, 5, 5, 5, 5], [1, *[np.inf] * 5]))
    assert (low, high) == (5, np.inf)


def test_the_band_of_half_contains_times_as_likely_as_the_best() -> None:
    """Half early or half late explain these equally: the mass between is flat."""
    found = estimate_turnbull([0, 0, 8, 8], [1, 1, 9, 9])
    assert bound_quantile(found) == (0, 9)


@pytest.mark.parametrize(("low", "high"), [([], []), ([3], [2])])
def test_no_interval_or_a_reversed_one_is_refused(low: list[float], high: list[float]) -> None:
    with pytest.raises(ValueError, match="lower end"):
        estimate_turnbull(low, high)


def widen(drawn: list[tuple[int, int, bool]]) -> tuple[np.ndarray, np.ndarray]:
    low = np.array([start for start, _, _ in drawn], dtype=float)
    high = np.array([np.inf if open_end else start + length for start, length, open_end in drawn])
    return low, high


@settings(max_examples=60)
@given(INTERVALS)
def test_the_estimate_is_a_distribution_and_its_bounds_are_ordered(drawn: list[tuple[int, int, bool]]) -> None:
    low, high = widen(drawn)
    found = estimate_turnbull(low, high, tolerance=1e-4)
    assert found.mass.sum() == pytest.approx(1)
    assert (found.mass >= 0).all()
    assert (found.left < found.right).all()
    bounds = bound_share(found, np.arange(0, 20, 0.5))
    assert (bounds["least"] <= bounds["greatest"] + 1e-12).all()
    assert bounds["least"].is_monotonic_increasing
    assert bounds["greatest"].is_monotonic_increasing


@settings(max_examples=60)
@given(INTERVALS, st.randoms(use_true_random=False))
def test_no_other_mass_is_more_likely(drawn: list[tuple[int, int, bool]], random: object) -> None:
    low, high = widen(drawn)
    found = estimate_turnbull(low, high)
    best = compute_likelihood(found, found.mass)
    rival = np.array([random.random() + 1e-3 for _ in found.mass])  # type: ignore[attr-defined]
    assert compute_likelihood(found, rival / rival.sum()) <= best + 1e-3
    assert compute_likelihood(found, np.full(found.mass.size, 1 / found.mass.size)) <= best + 1e-3


@settings(max_examples=30)
@given(INTERVALS, st.integers(2, 3))
def test_repeating_every_time_changes_nothing(drawn: list[tuple[int, int, bool]], copies: int) -> None:
    low, high = widen(drawn)
    once, more = estimate_turnbull(low, high), estimate_turnbull(np.tile(low, copies), np.tile(high, copies))
    assert more.mass == pytest.approx(once.mass, abs=1e-6)


@pytest.mark.parametrize(("early", "late"), [(30, 70), (3, 17)])
def test_limits_of_a_share_seen_at_one_time_are_those_of_a_binomial(early: int, late: int) -> None:
    found = estimate_turnbull([0.0] * early + [1.0] * late, [1.0] * early + [np.inf] * late)
    row = limit_share(found, [1.0]).iloc[0]

    def log_likelihood(share: float) -> float:
        return float(early * np.log(share) + late * np.log(1 - share))

    best = log_likelihood(early / (early + late))
    for end in (row["low"], row["high"]):
        assert log_likelihood(end) == pytest.approx(best - 1.92, abs=0.15)


def test_limits_lie_outside_the_band_and_reach_zero_where_nothing_is_known() -> None:
    found = estimate_turnbull(*split(RADIOTHERAPY))
    times = [2.0, 6.5, 12.0, 30.0, 60.0]
    limits, bounds = limit_share(found, times), bound_share(found, times)
    assert (limits["low"] <= bounds["least"] + 1e-9).all()
    assert (limits["high"] >= bounds["greatest"] - 1e-9).all()
    assert limits["low"].iloc[0] == 0
    assert (limits["high"] - limits["low"]).iloc[1:4].between(0.1, 0.45).all()


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


def test_half_takes_between_four_and_seven_years_and_longer_by_kaplan_meier(waits: pd.DataFrame) -> None:
    band = estimate_turnbull(waits["lower"], waits["upper"])
    assert [round(end, 1) for end in bound_quantile(band)] == [3.7, 7.4]
    assert [round(end, 1) for end in find_quantile(band)] == [5.9, 6.1]
    assert find_time(follow_waits(waits)) == pytest.approx(7.49, abs=0.005)


def test_the_kaplan_meier_median_of_publication_dates(judgements: pd.DataFrame) -> None:
    published = list_waits(judgements, UNTIL, basis="published")
    assert find_time(follow_waits(published)) == pytest.approx(7.44, abs=0.005)


def test_lewisham_became_good_between_its_inspections_of_2019_and_2023(waits: pd.DataFrame) -> None:
    own = waits.set_index("la_code").loc["209"]
    assert own["start"] == pd.Timestamp("2015-10-26")
    days = [(pd.Timestamp(day) - own["start"]).days for day in ("2019-07-08", "2023-12-04")]
    assert [own["lower"], own["upper"]] == pytest.approx([day / 365.25 for day in days])


def test_successors_do_not_continue_a_wait(waits: pd.DataFrame) -> None:
    bournemouth = waits.set_index("la_code").loc["837"]
    assert np.isinf(bournemouth["upper"])
    assert bournemouth["lower"] < 5
    assert not {"838", "839", "940", "941", "942", "943"} & set(waits["la_code"])


def test_the_cutoff_is_the_end_of_the_month_of_the_last_overall_grade(judgements: pd.DataFrame) -> None:
    releases = judgements[judgements["source_id"].isin(["ofsted-2023", "ofsted-2025"])]
    assert find_cutoff(releases, "inspected") == pd.Timestamp(UNTIL)
    until = estimate_waits(Tables(), "inspected").until
    assert until == find_cutoff(judgements, "inspected") == pd.Timestamp("2026-03-31")


def test_an_inspection_without_an_overall_grade_ends_no_wait_and_lengthens_none(judgements: pd.DataFrame) -> None:
    found = list_waits(judgements, "2026-03-31").set_index("la_code")
    open_still = found[found["ended"].notna()]
    assert sorted(open_still.index) == [LIVERPOOL, MIDDLESBROUGH, BLACKPOOL]
    assert np.isinf(open_still["upper"]).all()
    overall = judgements[(judgements["la_code"] == LIVERPOOL) & (judgements["strand"] == "overall")]
    last = (overall["start_date"].max() - open_still.loc[LIVERPOOL, "start"]).days / 365.25
    assert open_still.loc[LIVERPOOL, "lower"] == pytest.approx(last)
    assert int(found["reached"].sum()) == 69


def test_inspections_after_the_last_day_are_not_counted(judgements: pd.DataFrame) -> None:
    early = list_waits(judgements, "2019-12-31").set_index("la_code")
    assert not early.loc["209", "reached"]
    assert np.isinf(early.loc["209", "upper"])


def test_half_is_never_reached_where_few_reach_good() -> None:
    waits = pd.DataFrame({"lower": [1.0, 1, 1], "upper": [2, np.inf, np.inf], "reached": [True, False, False]})
    assert np.isinf(find_time(follow_waits(waits).query("share < 0.5")))


def test_kaplan_meier_starts_with_all_and_counts_those_who_reached_good() -> None:
    waits = pd.DataFrame({"lower": [1.0, 1, 1], "upper": [2, 2, np.inf], "reached": [True, True, False]})
    table = follow_waits(waits)
    assert table.index.tolist() == [0, 1]
    assert table[["time", "at_risk", "reached"]].to_numpy().tolist() == [[0, 3, 0], [2, 2, 2]]
    waits = pd.DataFrame({"lower": [0, 0, 1], "upper": [2, np.inf, 3], "reached": [True, False, True]})
    assert follow_waits(waits)["share"].tolist() == [0, 0.5, 1]


def test_the_model_of_waits_agrees_with_the_estimate_without_one() -> None:
    model = model_waits(Tables(), "inspected")
    assert model.within == len(model.years)
    terms = model.terms.set_index(["group", "term"])
    assert terms.loc[("with regions", "deprivation"), "ratio"] == pytest.approx(1.25, abs=0.005)
    assert terms.loc[("without regions", "deprivation"), "low"] < 1
    assert terms.loc["region", "n"].sum() == 98
    assert model.rival >= 0


def test_limits_are_stated_for_each_year(judgements: pd.DataFrame) -> None:
    found = estimate_waits(Tables(), "inspected")
    limits = found.limits.set_index("time")
    assert limits.loc[5, ["low", "high"]].round(2).tolist() == [0.35, 0.61]
    assert (limits["low"] < limits["high"]).all()
