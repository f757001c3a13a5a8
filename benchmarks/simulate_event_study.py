"""Simulate what the estimators of the comparison should find, and count how often their intervals hold it.

`python benchmarks/simulate_event_study.py [RUNS]` prints bias and coverage.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pandas as pd

from lewisham_study.analysis.models.association import PREVENTATIVE, SAFEGUARDING, rank_deprivation, sum_real_spend
from lewisham_study.analysis.models.event_study import (
    OFFSETS,
    Outcome,
    compare_changes,
    draw_limits,
    summarise_comparison,
    trace_changes,
)
from lewisham_study.analysis.models.specification import (
    DENOMINATORS,
    count_denominator,
    estimate_version,
    flip_signs,
    gather_inspections,
    list_versions,
    number_columns,
    select_sample,
    trace_curve,
)
from lewisham_study.tidy.tables import Tables

AFTER = {0: 0.04, 1: 0.1, 2: 0.12, 3: 0.12, 4: 0.1}
"""The true difference by year from the judgement."""
YEARS = range(2012, 2026)
LEVEL = Outcome("simulated", "simulated", "simulated", 3, False)


def simulate_panel(
    random: np.random.Generator, judged: int, good: int, effect: float = 1.0
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return events and a panel: authorities and years differ, errors last (0.6 a year), effects vary by a third."""
    size = judged + good
    when = random.choice([2014, 2015, 2016, 2017], size)
    given = np.arange(size) < judged
    noise = random.normal(0, 0.05, (size, len(YEARS)))
    for year in range(1, len(YEARS)):
        noise[:, year] += 0.6 * noise[:, year - 1]
    values = random.normal(7, 0.3, size)[:, None] + np.cumsum(random.normal(0.01, 0.02, len(YEARS))) + noise
    own = effect * random.normal(1, 1 / 3, size)
    for column, year in enumerate(YEARS):
        values[:, column] += given * own * np.array([AFTER.get(int(year - one), 0.0) for one in when])
    codes = [f"{number:03d}" for number in range(size)]
    events = pd.DataFrame(
        {
            "la_code": codes,
            "framework": "SIF",
            "grade": np.where(given, "inadequate", "good"),
            "date": pd.to_datetime([f"{year - 1}-10-01" for year in when]),
            "good": ~given,
            "until": pd.NaT,
        }
    ).astype({"until": "datetime64[us]"})
    panel = pd.DataFrame(values, index=codes, columns=list(YEARS)).rename_axis("la_code").reset_index()
    return events, panel.melt("la_code", var_name="year", value_name="value")


def simulate_event_study(runs: int = 500, judged: int = 33, good: int = 54, seed: int = 1) -> pd.DataFrame:
    """Return the bias of each year and of the average after, and the coverage of their 95% intervals.

    The row `test before` gives how often the test of the years before holds at 5% when there is no difference.
    """
    random = np.random.default_rng(seed)
    rows = []
    for _ in range(runs):
        events, values = simulate_panel(random, judged, good)
        comparison = compare_changes(trace_changes(events, values, "inadequate", LEVEL))
        for row in draw_limits(comparison).to_dict("records"):
            truth = AFTER.get(int(row["offset"]), 0.0)
            held = row["low"] <= truth <= row["high"]
            rows.append((f"year {row['offset']:+.0f}", truth, row["estimate"], held))
        found = summarise_comparison(comparison)
        truth = float(np.mean([AFTER[year] for year in (1, 2, 3)]))
        rows.append(("average after", truth, found["estimate"], found["low"] <= truth <= found["high"]))
        rows.append(("test before", 0.0, 0.0, found["p_before"] >= 0.05))
    table = pd.DataFrame(rows, columns=["of", "truth", "estimate", "covered"])
    grouped = table.groupby("of", sort=False)
    result = grouped.agg(truth=("truth", "mean"), mean=("estimate", "mean"), coverage=("covered", "mean"))
    return result.assign(bias=result["mean"] - result["truth"], runs=grouped.size()).drop(columns="mean").reset_index()


def simulate_versions(runs: int = 500, odds: float = 1.5, spread: float = 0.5, seed: int = 2) -> pd.DataFrame:
    """Return bias and coverage of one version on the real design, and how often random signs reject at 5%.

    Grades are drawn from the model itself, with the slopes of the published version; `spread` is the standard deviation
    of what authorities have in common, in the rows of the test without an association.
    """
    columns = number_columns(gather_inspections(Tables()))
    version = {"framework": "all", "control": "year", "denominator": "child", "deprivation": "imd_2019"}
    sample = select_sample(columns, {**version, "exclusion": "unsure", "lag": 0})
    authorities = int(columns["authority"].max()) + 1
    quarters = np.quantile(sample.terms[:, 0], [0.25, 0.75])
    spend = (sample.terms[:, 0] - quarters.mean()) / (quarters[1] - quarters[0])
    random, rows = np.random.default_rng(seed), []
    for slope, shared in ((np.log(odds), 0.0), (0.0, 0.0), (0.0, spread)):
        for _ in range(runs):
            score = slope * spend - 0.15 * (sample.terms[:, 2] - 5.5) - 0.5
            score = score + shared * random.normal(size=authorities)[sample.authority]
            outcome = (random.random(len(spend)) < 1 / (1 + np.exp(-score))).astype(float)
            drawn = replace(sample, outcome=outcome)
            try:
                estimate = estimate_version(drawn, authorities)
            except (ValueError, np.linalg.LinAlgError):
                continue
            middle, low, high = np.log(estimate.odds)
            found = pd.DataFrame([estimate.odds], columns=["odds_ratio", "low", "high"])
            _, one_sided, _ = flip_signs(found, [estimate])
            rows.append((slope, shared, middle - slope, low <= slope <= high, one_sided <= 0.05))
    table = pd.DataFrame(rows, columns=["slope", "shared", "bias", "coverage", "rejected"])
    return table.groupby(["slope", "shared"]).mean().assign(runs=table.groupby(["slope", "shared"]).size())


def shuffle_histories(shuffles: int = 200, seed: int = 3) -> tuple[float, float]:
    """Give whole spend histories to other authorities of the same fifth of deprivation, and estimate all versions.

    Returns the shares of shuffles with as high a median odds ratio, and with as many versions clearly above 1, as the
    data: a check of the random signs, which cost a thousandth.
    """
    tables = Tables()
    curve, inspections = trace_curve(tables), gather_inspections(tables)
    terms = [name for name in inspections if name.startswith(("prevention_", "safeguarding_"))]
    histories = {lag: read_histories(tables, lag) for lag in (0, 1)}
    fifths = np.ceil(rank_deprivation(tables["deprivation"]) / 2)
    random, better, more = np.random.default_rng(seed), 0, 0
    for _ in range(shuffles):
        other = fifths.groupby(fifths).transform(lambda codes: random.permutation(codes.index))
        drawn = inspections.copy()
        for name in terms:
            key = pd.MultiIndex.from_arrays([drawn["la_code"].map(other), drawn["year"]])
            drawn[name] = histories[int(name[-1])][name].reindex(key).to_numpy()
        columns = number_columns(drawn)
        authorities = int(columns["authority"].max()) + 1
        odds = []
        for version in list_versions():
            try:
                odds.append(estimate_version(select_sample(columns, version), authorities).odds)
            except (ValueError, np.linalg.LinAlgError):
                odds.append((1.0, 0.0, 2.0))
        better += np.median(odds, axis=0)[0] >= curve.versions["odds_ratio"].median()
        more += sum(low > 1 for _, low, _ in odds) >= (curve.versions["low"] > 1).sum()
    return (1 + better) / (1 + shuffles), (1 + more) / (1 + shuffles)


def read_histories(tables: Tables, lag: int) -> pd.DataFrame:
    """Return preventative and safeguarding spend by authority and year of inspection, with each denominator."""
    parts = {}
    for term, measures in {"prevention": PREVENTATIVE, "safeguarding": SAFEGUARDING}.items():
        real = sum_real_spend(tables, measures, "gdp_deflator", "2018-19")
        index = pd.MultiIndex.from_arrays([real["la_code"], real["year"] + lag])
        for denominator in DENOMINATORS:
            divided = real["real_value"] / count_denominator(tables, real, denominator)
            parts[f"{term}_{denominator}_{lag}"] = pd.Series(divided.to_numpy(), index=index)
    return pd.DataFrame(parts)


if __name__ == "__main__":
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    for judged in (15, 33):
        print(f"{judged} judged, 54 good; offsets {OFFSETS}")
        print(simulate_event_study(runs, judged).round(3).to_string(index=False))
    print(simulate_versions(runs).round(3).to_string())
    print("shuffled histories: p of the median and of the clear versions", shuffle_histories(runs // 5))
