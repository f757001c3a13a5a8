"""Simulate what the estimators of the comparison should find, and count how often their intervals hold it.

`simulate_estimators.py` registers the simulations. `python benchmarks/simulate_event_study.py [SHUFFLES]` compares the
random signs behind the versions of the spend model with whole spend histories shuffled among authorities.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from lewisham_study.analysis.models.association import PREVENTATIVE, SAFEGUARDING, rank_deprivation, sum_real_spend
from lewisham_study.analysis.models.event_study import (
    Outcome,
)
from lewisham_study.analysis.models.specification import (
    DENOMINATORS,
    count_denominator,
    estimate_version,
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
        real = sum_real_spend(tables, tuple(measures), "gdp_deflator", "2018-19")
        index = pd.MultiIndex.from_arrays([real["la_code"], real["year"] + lag])
        for denominator in DENOMINATORS:
            divided = real["real_value"] / count_denominator(tables, real, denominator)
            parts[f"{term}_{denominator}_{lag}"] = pd.Series(divided.to_numpy(), index=index)
    return pd.DataFrame(parts)


if __name__ == "__main__":
    shuffles = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print("shuffled histories: p of the median and of the clear versions", shuffle_histories(shuffles))
