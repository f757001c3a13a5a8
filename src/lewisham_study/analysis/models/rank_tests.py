"""Tests of no difference and of no trend in spend between grades: rank tests, and grades shuffled within years."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lewisham_study.analysis.models.association import (
    PREVENTATIVE,
    SAFEGUARDING,
    list_first_inspections,
    spend_per_child,
)
from lewisham_study.analysis.rates import look_up
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import GRADES

LOWEST_FIRST = GRADES[::-1]
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
    for name, measures in CATEGORIES.items():
        pounds = spend_per_child(tables, measures, "gdp_deflator", "2021-22")
        firsts[name] = look_up(pounds, firsts["la_code"], firsts["year"])
    return firsts


@once
def compare_spend(tables: Frames) -> pd.DataFrame:
    """Test each category of spend for any difference between the grades, and for a trend over them.

    Returns category, authorities, statistic (Kruskal-Wallis H), p_value, shuffled (the p-value from
    shuffled grades), trend (Spearman's rank correlation, positive where higher grades went with more spend),
    trend_shuffled, and adjusted and trend_adjusted (with Holm's correction for all tests together).
    """
    spend, rows = list_spend_by_grade(tables), []
    for category in CATEGORIES:
        known = spend.dropna(subset=category)
        values, grades = known[category].to_numpy(), known["grade"].map(LOWEST_FIRST.index).to_numpy()
        shuffled = shuffle_grades(values, grades, known["year"].to_numpy())
        trend = correlate_ranks(values, grades)
        rows.append((category, len(known), *compare_ranks(values, grades), shuffled[0], trend, shuffled[1]))
    columns = ["category", "authorities", "statistic", "p_value", "shuffled", "trend", "trend_shuffled"]
    table = pd.DataFrame(rows, columns=columns)
    both = correct_holm(table[["shuffled", "trend_shuffled"]].to_numpy().T.ravel())
    return table.assign(adjusted=both[: len(table)], trend_adjusted=both[len(table) :])


def compare_ranks(values: np.ndarray, groups: np.ndarray) -> tuple[float, float]:
    """Return the Kruskal-Wallis H of values in groups, corrected for ties, and its p-value."""
    from scipy.special import chdtrc

    ranks, count = pd.Series(values).rank(), len(values)
    of_group = ranks.groupby(groups)
    between = 12 / (count * (count + 1)) * (of_group.sum() ** 2 / of_group.size()).sum() - 3 * (count + 1)
    ties = pd.Series(values).value_counts()
    statistic = between / (1 - (ties**3 - ties).sum() / (count**3 - count))
    return float(statistic), float(chdtrc(of_group.ngroups - 1, statistic))


def correlate_ranks(values: np.ndarray, groups: np.ndarray) -> float:
    """Return Spearman's rank correlation of values and ordered groups."""
    return float(np.corrcoef(pd.Series(values).rank(), pd.Series(groups).rank())[0, 1])


def shuffle_grades(
    values: np.ndarray, groups: np.ndarray, years: np.ndarray, shuffles: int = SHUFFLES
) -> tuple[float, float]:
    """Return the share of shuffles, the data included, with at least as much difference, and with as strong a trend.

    Grades (numbered, the lowest first) are shuffled within years, so that a year in which spend and grades were both
    low is no link. The statistics are the part of H that depends on the grades, and how far Spearman's correlation is
    from its mean over shuffles. The seed is fixed: the same data give the same answer.
    """
    random = np.random.default_rng(SEED)
    order = np.argsort(years + random.random((shuffles, len(years))) / 2, axis=1)
    original = np.argsort(years, kind="stable")
    ranks = pd.Series(values).rank().to_numpy()
    mixed = np.vstack([groups[None, original], groups[order]])
    codes = np.unique(groups)
    sums = [(mixed == group) @ ranks[original] for group in codes]
    sizes = [(groups == group).sum() for group in codes]
    spread = sum(total**2 / size for total, size in zip(sums, sizes, strict=True))
    middles = pd.Series(groups).rank().groupby(groups).first()
    score = sum(middles[group] * total for group, total in zip(codes, sums, strict=True))
    off = np.abs(score - score[1:].mean())
    return float((spread >= spread[0] - 1e-9).mean()), float((off >= off[0] - 1e-9).mean())


def correct_holm(p_values: np.ndarray) -> np.ndarray:
    """Correct p-values for their number (Holm 1979, Scandinavian Journal of Statistics 6: 65-70)."""
    order = np.argsort(p_values)
    steps = np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1)).clip(max=1)
    corrected = np.empty_like(steps)
    corrected[order] = steps
    return corrected
