"""Tests of no link between spend and grade: ranks by grade, and what shuffled grades give."""

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
    """List the spend per child of each authority in the year of its first SIF inspection, beside its grade.

    Returns
    -------
    pandas.DataFrame
        la_code, grade, year, and a column for each of `CATEGORIES`: pounds per child, prices of 2021-22.
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
    """Test each category of the tables' own spend; see `compare_categories`."""
    return compare_categories(list_spend_by_grade(tables))


def compare_categories(spend: pd.DataFrame) -> pd.DataFrame:
    """Test each category of spend for any difference between the grades.

    Parameters
    ----------
    spend : from `list_spend_by_grade`.

    Returns
    -------
    pandas.DataFrame
        category, authorities, statistic (Kruskal-Wallis H), chance (its p-value), shuffled (the p-value from
        shuffling grades among authorities inspected in the same year), adjusted (the shuffled p-value,
        corrected by Holm for the number of categories).
    """
    rows = []
    for category in CATEGORIES:
        known = spend.dropna(subset=category)
        grades = pd.factorize(known["grade"])[0]
        statistic, chance = compare_ranks(known[category].to_numpy(), grades)
        shuffled = shuffle_grades(known[category].to_numpy(), grades, known["year"].to_numpy())
        rows.append((category, len(known), statistic, chance, shuffled))
    table = pd.DataFrame(rows, columns=["category", "authorities", "statistic", "chance", "shuffled"])
    return table.assign(adjusted=correct_holm(table["shuffled"].to_numpy()))


def compare_ranks(values: np.ndarray, groups: np.ndarray) -> tuple[float, float]:
    """Give Kruskal and Wallis's H and its p-value (Kruskal and Wallis 1952, JASA 47: 583-621)."""
    from scipy.special import chdtrc

    ranks = pd.Series(values).rank()
    size, ties = len(values), ranks.value_counts().to_numpy()
    spread = (ranks.groupby(groups).sum() ** 2 / ranks.groupby(groups).size()).sum()
    statistic = (12 * spread / (size * (size + 1)) - 3 * (size + 1)) / (1 - (ties**3 - ties).sum() / (size**3 - size))
    return float(statistic), float(chdtrc(len(np.unique(groups)) - 1, statistic))


def shuffle_grades(values: np.ndarray, groups: np.ndarray, years: np.ndarray, shuffles: int = SHUFFLES) -> float:
    """Give the share of shuffles, the data themselves among them, in which the grades differ as much in spend.

    Grades are shuffled within years, so that a year in which spend and grades were both low is no link.

    Parameters
    ----------
    values, groups, years : spend, grade and year of each authority.
    shuffles : how many.

    Notes
    -----
    The statistic is the part of H that depends on the grades: the sum over grades of squared rank sums
    over sizes. The seed is fixed, so that the same data give the same answer.

    Examples
    --------
    >>> spend, grade = np.arange(8.0), np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> shuffle_grades(spend, grade, np.zeros(8)) < 0.05
    True
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


def correct_holm(chances: np.ndarray) -> np.ndarray:
    """Correct p-values for their number (Holm 1979, Scandinavian Journal of Statistics 6: 65-70).

    Examples
    --------
    >>> correct_holm(np.array([0.01, 0.04, 0.5])).round(3).tolist()
    [0.03, 0.08, 0.5]
    """
    order = np.argsort(chances)
    steps = np.maximum.accumulate(chances[order] * np.arange(len(chances), 0, -1)).clip(max=1)
    corrected = np.empty_like(steps)
    corrected[order] = steps
    return corrected
