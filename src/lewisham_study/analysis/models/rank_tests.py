"""Tests of no difference in spend between grades: Kruskal-Wallis, and grades shuffled within years."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lewisham_study.analysis.models.association import (
    PREVENTATIVE,
    SAFEGUARDING,
    list_first_inspections,
    spend_per_child,
)
from lewisham_study.tidy.tables import Frames, once

SHUFFLES = 999
SEED = 2022
CATEGORIES = {
    "All services": ["total_gross"],
    "Preventative": PREVENTATIVE,
    "Safeguarding": SAFEGUARDING,
    "Looked-after children": ["looked_after_gross"],
}


@once
def list_spend_by_grade(tables: Frames) -> pd.DataFrame:
    """List each authority's first SIF grade, and its spend per child (prices of 2021-22) in that financial year.

    Columns are those of `list_first_inspections` and one for each of `CATEGORIES`.
    """
    firsts = list_first_inspections(tables["judgements"], ("SIF",), (2013, 2019))
    key = pd.MultiIndex.from_frame(firsts[["la_code", "year"]])
    pounds = {
        name: spend_per_child(tables, measures, "gdp_deflator", "2021-22").reindex(key).to_numpy()
        for name, measures in CATEGORIES.items()
    }
    return firsts.assign(**pounds)


@once
def compare_spend(tables: Frames) -> pd.DataFrame:
    """Test each category of spend in the tables; see `compare_categories`."""
    return compare_categories(list_spend_by_grade(tables))


def compare_categories(spend: pd.DataFrame) -> pd.DataFrame:
    """Test each category of spend for any difference between the grades.

    Returns category, authorities, statistic (Kruskal-Wallis H), p_value, shuffled (the p-value from
    shuffled grades) and adjusted (the shuffled p-value with Holm's correction for the number of categories).
    """
    rows = []
    for category in CATEGORIES:
        known = spend.dropna(subset=category)
        values, grades = known[category].to_numpy(), pd.factorize(known["grade"])[0]
        shuffled = shuffle_grades(values, grades, known["year"].to_numpy())
        rows.append((category, len(known), *compare_ranks(values, grades), shuffled))
    table = pd.DataFrame(rows, columns=["category", "authorities", "statistic", "p_value", "shuffled"])
    return table.assign(adjusted=correct_holm(table["shuffled"].to_numpy()))


def compare_ranks(values: np.ndarray, groups: np.ndarray) -> tuple[float, float]:
    """Return the Kruskal-Wallis H of values in groups, and its p-value."""
    from scipy.stats import kruskal

    found = kruskal(*(values[groups == group] for group in np.unique(groups)))
    return float(found.statistic), float(found.pvalue)


def shuffle_grades(values: np.ndarray, groups: np.ndarray, years: np.ndarray, shuffles: int = SHUFFLES) -> float:
    """Return the share of shuffles, the data included, in which spend differs between grades at least as much.

    Grades are shuffled within years, so that a year in which spend and grades were both low is no link. The
    statistic is the part of H that depends on the grades. The seed is fixed: the same data give the same answer.
    """
    random = np.random.default_rng(SEED)
    order = np.argsort(years + random.random((shuffles, len(years))) / 2, axis=1)
    original = np.argsort(years, kind="stable")
    ranks = pd.Series(values).rank().to_numpy()
    mixed = np.vstack([groups[None, original], groups[order]])
    sums = [(mixed == group) @ ranks[original] for group in np.unique(groups)]
    sizes = [(groups == group).sum() for group in np.unique(groups)]
    spread = sum(total**2 / size for total, size in zip(sums, sizes, strict=True))
    return float((spread >= spread[0] - 1e-9).mean())


def correct_holm(p_values: np.ndarray) -> np.ndarray:
    """Correct p-values for their number (Holm 1979, Scandinavian Journal of Statistics 6: 65-70)."""
    order = np.argsort(p_values)
    steps = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1)).clip(max=1)
    corrected = np.empty_like(steps)
    corrected[order] = steps
    return corrected
