"""Simulate panels whose truth is known, estimate each, and write bias and coverage to docs/reference/simulations.csv.

    python benchmarks/simulate_estimators.py [--panels 500] [--only NAME ...]

To add an estimator, write a function that draws one panel with a random generator and returns a `Draw`, and register
it with `@simulate("what is estimated", truth)`. Seeds depend on the name alone, so other rows do not change.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm
from simulate_event_study import AFTER, LEVEL, simulate_panel

from lewisham_study.analysis.models.event_study import compare_changes, summarise_comparison, trace_changes
from lewisham_study.analysis.models.intervals import bound_share, compute_likelihood, estimate_turnbull, find_limit
from lewisham_study.analysis.models.ordinal import fit_ordinal, fit_random_ordinal
from lewisham_study.analysis.models.rank_tests import shuffle_grades
from lewisham_study.analysis.models.regression import fit_cox, fit_times
from lewisham_study.analysis.models.specification import (
    estimate_version,
    flip_signs,
    gather_inspections,
    number_columns,
    select_sample,
)
from lewisham_study.analysis.trajectories import estimate_share
from lewisham_study.tidy.tables import Tables

RESULTS = Path(__file__).parents[1] / "docs" / "reference" / "simulations.csv"
PANELS = 500


@dataclass(frozen=True)
class Draw:
    """The estimate from one panel with the ends of its interval; a test has no interval, and its estimate is 1 or 0."""

    estimate: float
    low: float = float("nan")
    high: float = float("nan")


@dataclass(frozen=True)
class Simulation:
    """A function that draws and estimates one panel, what it estimates, and the truth."""

    draw: Callable[[np.random.Generator], Draw]
    quantity: str
    truth: float


REGISTRY: dict[str, Simulation] = {}


def simulate(quantity: str, truth: float) -> Callable[[Callable[[np.random.Generator], Draw]], Callable[..., Draw]]:
    """Register a function as a simulation under its own name."""

    def add(function: Callable[[np.random.Generator], Draw]) -> Callable[..., Draw]:
        REGISTRY[function.__name__] = Simulation(function, quantity, truth)
        return function

    return add


@simulate("share of 22 authorities given good, Jeffreys interval", 0.45)
def jeffreys(random: np.random.Generator) -> Draw:
    count = int(random.binomial(22, 0.45))
    low, high = estimate_share(count, 22)
    return Draw(count / 22, float(low), float(high))


def draw_waits(random: np.random.Generator, location: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draw Weibull times, seen only at inspections about four years apart, until 12 years."""
    times = np.exp(location + 0.65 * np.log(random.exponential(size=location.size)))
    gaps = np.maximum(random.normal(3.9, 0.9, (location.size, 6)), 0.8)
    seen = np.where(gaps.cumsum(axis=1) <= 12, gaps.cumsum(axis=1), np.inf)
    before = np.where((seen < times[:, None]) & np.isfinite(seen), seen, 0).max(axis=1)
    after = np.where(seen >= times[:, None], seen, np.inf).min(axis=1)
    return before, after


YEAR = 5.0
REACHED = 1 - np.exp(-((YEAR / np.exp(1.9)) ** (1 / 0.65)))


@simulate("share of 98 that had become good after five years, Turnbull with likelihood limits", float(REACHED))
def turnbull(random: np.random.Generator) -> Draw:
    found = estimate_turnbull(*draw_waits(random, np.full(98, 1.9)), tolerance=1e-4)
    bounds = bound_share(found, [YEAR]).iloc[0]
    ended = found.right <= YEAR
    begun = ended | (found.left < YEAR)
    best = compute_likelihood(found, found.mass)
    ends = [find_limit(found, first, best, upward=upward) for first, upward in ((ended, False), (begun, True))]
    return Draw(float(bounds["least"] + bounds["greatest"]) / 2, *ends)


@simulate("time ratio per standard deviation of deprivation (logarithm), Weibull times in intervals, with regions", 0.2)
def time_ratio(random: np.random.Generator) -> Draw:
    region, deprivation = random.integers(0, 9, 98), random.normal(size=98)
    effects = random.normal(0, 0.3, 9)
    lower, upper = draw_waits(random, 1.9 + 0.2 * deprivation + effects[region])
    design = np.column_stack([np.ones(98), deprivation, np.eye(9)[region]])
    fit = fit_times(lower, upper, design, penalty=np.array([0, 0] + [4.0] * 9))
    return Draw(*map(float, np.log(fit.ratio(1))))


def draw_alike(random: np.random.Generator, groups: np.ndarray, likeness: float = 0.4) -> np.ndarray:
    """Draw standard logistic errors that are alike within groups."""
    count = int(groups.max()) + 1
    normal = np.sqrt(likeness) * random.normal(size=count)[groups] + np.sqrt(1 - likeness) * random.normal(
        size=groups.size
    )
    chance = norm.cdf(normal)
    return np.asarray(np.log(chance / (1 - chance)))


@simulate("odds of a higher grade per case (logarithm), ordered logit, authorities resampled", -0.18)
def ordered_logit(random: np.random.Generator) -> Draw:
    groups = np.repeat(np.arange(150), 2)
    own = 2.0 * random.normal(size=150)[groups] + 1.5 * random.normal(size=300)
    controls = random.normal(size=(300, 4)) + 0.2 * own[:, None]
    latent = -0.18 * own + controls @ [0.5, -0.3, 0.2, 0.0] + draw_alike(random, groups)
    grades = np.digitize(latent, [-2.1, -0.4, 1.4])
    fit = fit_ordinal(grades, np.column_stack([own, controls]), groups, seed=int(random.integers(2**31)))
    return Draw(*map(float, np.log(fit.odds(0))))


@simulate("share of the variance between 150 authorities, ordered logit with random intercepts", 0.4)
def random_intercepts(random: np.random.Generator) -> Draw:
    groups, stages = np.repeat(np.arange(150), 3), np.tile(np.arange(3), 150)
    spread = np.sqrt(0.4 / 0.6 * np.pi**2 / 3)
    latent = spread * random.normal(size=150)[groups] + random.logistic(size=450)
    cuts = np.array([[-1.8, 0.7, 4.2], [-2.6, -0.4, 2.4], [-2.9, -1.3, 1.2]])
    grades = (latent[:, None] > cuts[stages]).sum(axis=1)
    if len(set(zip(grades, stages, strict=True))) < 12:
        return random_intercepts(random)
    return Draw(*fit_random_ordinal(grades, stages, groups).shares())


@simulate("hazard of a lower grade per case (logarithm), Cox with about 25 events among 270 spells", 0.08)
def cox(random: np.random.Generator) -> Draw:
    cases = random.normal(0, 2.5, 270)
    end = random.exponential(1 / (0.022 * np.exp(0.08 * cases)))
    last = random.uniform(2.5, 5.5, 270)
    fit = fit_cox(np.zeros(270), np.minimum(end, last), end <= last, cases[:, None], np.arange(270) // 2)
    return Draw(*map(float, np.log(fit.ratio(0))))


@simulate("share of panels without a trend in which the shuffled trend test gives p below 5%", 0.05)
def trend_test(random: np.random.Generator) -> Draw:
    years, grades = random.integers(2014, 2018, 149), random.choice(4, 149, p=[0.22, 0.42, 0.34, 0.02])
    spend = random.normal(size=149) + 0.4 * (years - 2014)
    return Draw(float(shuffle_grades(spend, grades, years, shuffles=299)[1] <= 0.05))


AVERAGE = float(np.mean([AFTER[year] for year in (1, 2, 3)]))


def compare_panel(random: np.random.Generator, judged: int) -> dict[str, float]:
    """Compare spend after judgements with that of 54 authorities judged good, on a simulated panel."""
    events, values = simulate_panel(random, judged, 54)
    return summarise_comparison(compare_changes(trace_changes(events, values, "inadequate", LEVEL)))


@simulate("difference of log spend in three years after 33 judgements, stacked against 54 good", AVERAGE)
def event_study(random: np.random.Generator) -> Draw:
    found = compare_panel(random, 33)
    return Draw(float(found["estimate"]), float(found["low"]), float(found["high"]))


@cache
def select_real_sample() -> tuple[Any, int, np.ndarray]:
    """Return the real inspections of one version of the spend model, its authorities, and spend in quartile widths."""
    columns = number_columns(gather_inspections(Tables()))
    version = {"framework": "all", "control": "year", "denominator": "child", "deprivation": "imd_2019"}
    sample = select_sample(columns, {**version, "exclusion": "unsure", "lag": 0})
    quarters = np.quantile(sample.terms[:, 0], [0.25, 0.75])
    spend = (sample.terms[:, 0] - quarters.mean()) / (quarters[1] - quarters[0])
    return sample, int(columns["authority"].max()) + 1, spend


@simulate(
    "odds of good between the quartiles of spend (logarithm), one version on its real inspections", float(np.log(1.5))
)
def spend_version(random: np.random.Generator) -> Draw:
    sample, authorities, spend = select_real_sample()
    score = np.log(1.5) * spend - 0.15 * (sample.terms[:, 2] - 5.5) - 0.5
    outcome = (random.random(len(spend)) < 1 / (1 + np.exp(-score))).astype(float)
    return Draw(*map(float, np.log(estimate_version(replace(sample, outcome=outcome), authorities).odds)))


@simulate("difference of log spend in three years after 15 judgements, stacked against 54 good", AVERAGE)
def event_study_few(random: np.random.Generator) -> Draw:
    found = compare_panel(random, 15)
    return Draw(float(found["estimate"]), float(found["low"]), float(found["high"]))


@simulate("share of panels alike before 33 judgements in which the test of those years gives p below 5%", 0.05)
def event_study_before(random: np.random.Generator) -> Draw:
    found = compare_panel(random, 33)
    return Draw(float(found["p_before"] < 0.05))


@simulate("share of panels without an association in which random signs give p below 5%, authorities alike", 0.05)
def random_signs(random: np.random.Generator) -> Draw:
    sample, authorities, spend = select_real_sample()
    score = 0.5 * random.normal(size=authorities)[sample.authority] - 0.15 * (sample.terms[:, 2] - 5.5) - 0.5
    outcome = (random.random(len(spend)) < 1 / (1 + np.exp(-score))).astype(float)
    estimate = estimate_version(replace(sample, outcome=outcome), authorities)
    found = pd.DataFrame([estimate.odds], columns=["odds_ratio", "low", "high"])
    return Draw(float(flip_signs(found, [estimate])[1] <= 0.05))


def run(name: str, panels: int) -> dict[str, object]:
    """Draw the panels of one simulation, and summarise its estimates."""
    one = REGISTRY[name]
    random = np.random.default_rng([2026, zlib.crc32(name.encode())])
    draws = pd.DataFrame([vars(one.draw(random)) for _ in range(panels)])
    known = draws.dropna()
    covered = ((known["low"] <= one.truth) & (one.truth <= known["high"])).mean() if len(known) else float("nan")
    mean = draws["estimate"].mean()
    row = {"estimator": name, "quantity": one.quantity, "truth": one.truth, "mean": mean, "bias": mean - one.truth}
    spread = draws["estimate"].std()
    return {**row, "spread": spread, "coverage": covered, "panels": panels}


def main() -> None:
    """Run the simulations that are asked for, and replace their rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--panels", type=int, default=PANELS)
    parser.add_argument("--only", nargs="+", choices=sorted(REGISTRY), default=list(REGISTRY))
    choice = parser.parse_args()
    rows = []
    for name in choice.only:
        rows.append(run(name, choice.panels))
        print({key: round(value, 3) if isinstance(value, float) else value for key, value in rows[-1].items()})
    table = pd.DataFrame(rows).round({"truth": 4, "mean": 4, "bias": 4, "spread": 4, "coverage": 3})
    if RESULTS.exists():
        kept = pd.read_csv(RESULTS)
        table = pd.concat([kept[~kept["estimator"].isin(table["estimator"])], table])
    order = table["estimator"].map({name: place for place, name in enumerate(REGISTRY)})
    table.assign(order=order).sort_values("order").drop(columns="order").to_csv(
        RESULTS, index=False, lineterminator="\n"
    )


if __name__ == "__main__":
    main()
