"""Simulate panels with a known difference after a judgement, and count how often the estimates hold it.

`python benchmarks/simulate_event_study.py [RUNS]` prints bias and coverage.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from lewisham_study.analysis.models.event_study import (
    OFFSETS,
    Outcome,
    compare_changes,
    draw_limits,
    summarise_comparison,
    trace_changes,
)

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


if __name__ == "__main__":
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    for judged in (15, 33):
        print(f"{judged} judged, 54 good; offsets {OFFSETS}")
        print(simulate_event_study(runs, judged).round(3).to_string(index=False))
