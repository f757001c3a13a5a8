"""Every sensible version of the model of preventative spend and grades, and what chance alone would give.

An odds ratio compares the upper with the lower quartile of preventative spend in the version's own sample, because
pounds per child and per child in need are not one unit. All versions control for deprivation and safeguarding spend.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from scipy.special import expit

from lewisham_study.analysis.cautions import mark_cautioned
from lewisham_study.analysis.models.association import (
    FIRST_POPULATION,
    ODDS,
    PREVENTATIVE,
    SAFEGUARDING,
    list_first_inspections,
    rank_deprivation,
    sum_real_spend,
)
from lewisham_study.analysis.models.regression import Codes, Floats, fit_logit, number_values
from lewisham_study.analysis.rates import find_children, look_up
from lewisham_study.tidy.tables import Frames, once

FRAMEWORKS = {
    "all": (("SLAC", "CPI", "SIF", "ILACS"), (2011, 2019)),
    "before": (("SLAC", "CPI"), (2011, 2019)),
    "SIF": (("SIF",), (2011, 2019)),
    "ILACS": (("ILACS",), (2018, 2022)),
}
"""The inspections of a version: frameworks, and financial years of publication by the year they end in."""
CONTROLS = ("year", "framework", "none")
DENOMINATORS = ("child", "child_in_need")
MEASURES = ("imd_2019", "imd_2015", "idaci_2019", "low_income")
EXCLUSIONS = ("nobody", "unsure", "London")
LAGS = (0, 1)
TINY = ("201", "420")
"""City of London and Isles of Scilly."""
FLIPS = 999
SEED = 2022
CHOICES = ["framework", "control", "denominator", "deprivation", "exclusion", "lag"]


Version = dict[str, str | int]


@dataclass(frozen=True)
class Curve:
    """The estimates of all versions in order, and the same order as it falls out by chance.

    `versions` has a column for each of `CHOICES`, inspections, odds_ratio, low, high, range (between the quartiles of
    the spend) and clear (the interval holds no 1). `chance` has the 2.5%, 50% and 97.5% points of the odds ratio at
    each place of the order. `p_median` and `p_clear` are the shares of random orders with as high a median odds ratio,
    and with as many versions clearly above 1. `without` counts the versions that have no finite estimate.
    """

    versions: pd.DataFrame
    chance: pd.DataFrame
    p_median: float
    p_clear: float
    without: int


def list_versions() -> Iterator[Version]:
    """List every sensible combination: framework is no control where only one is left."""
    for values in product(FRAMEWORKS, CONTROLS, DENOMINATORS, MEASURES, EXCLUSIONS, LAGS):
        version: Version = dict(zip(CHOICES, values, strict=True))
        if version["control"] != "framework" or version["framework"] == "all":
            yield version


@once
def gather_inspections(tables: Frames) -> pd.DataFrame:
    """List first inspections with all that any version needs.

    Columns are those of `list_first_inspections`; prevention and safeguarding with each denominator and lag; each
    measure of deprivation; and the flags unsure (spend under a caution, or of a tiny authority) and London.
    """
    firsts = list_first_inspections(tables["judgements"], FRAMEWORKS["all"][0], (2011, 2022))
    for term, measures in {"prevention": PREVENTATIVE, "safeguarding": SAFEGUARDING}.items():
        real = sum_real_spend(tables, tuple(measures), "gdp_deflator", "2018-19")
        for denominator, lag in product(DENOMINATORS, LAGS):
            divided = real.assign(each=real["real_value"] / count_denominator(tables, real, denominator))
            each = divided.set_index(["la_code", "year"])["each"]
            firsts[f"{term}_{denominator}_{lag}"] = look_up(each, firsts["la_code"], firsts["year"] - lag)
    for name in MEASURES:
        firsts[name] = firsts["la_code"].map(rank_deprivation(tables["deprivation"], name))
    region = tables["authorities"].set_index("la_code")["region"]
    unsure = mark_cautioned(firsts, tables["cautions"]) | firsts["la_code"].isin(TINY)
    return firsts.assign(unsure=unsure, London=firsts["la_code"].map(region) == "London", nobody=False)


def count_denominator(tables: Frames, real: pd.DataFrame, denominator: str) -> pd.Series:
    """Return the children in the middle of each financial year, or the children in need at its end."""
    if denominator == "child":
        return find_children(real["new_la_code"], (real["year"] - 1).clip(lower=FIRST_POPULATION), tables["population"])
    need = tables["need"]
    need = need[(need["measure"] == "children_in_need") & (need["geographic_level"] == "local_authority")]
    counts = need.dropna(subset=["la_code", "value"]).set_index(["la_code", "time_period"])["value"]
    return look_up(counts, real["la_code"], real["year"].astype(str))


@dataclass(frozen=True)
class Sample:
    """The inspections of one version as arrays: prevention, safeguarding, deprivation and a constant are `terms`."""

    outcome: Floats
    terms: Floats
    authority: Codes
    control: Codes


@dataclass(frozen=True)
class Estimate:
    """One version's odds ratio with its interval, and each authority's part of the score when there is none."""

    odds: tuple[float, float, float]
    range: float
    inspections: int
    scores: Floats
    information: float


def select_sample(columns: Mapping[str, np.ndarray], version: Version) -> Sample:
    """Select the inspections of a version from the columns of `gather_inspections`.

    A year or framework in which all or none were good says nothing about spend, and is left out.
    """
    frameworks, (first, last) = FRAMEWORKS[str(version["framework"])]
    names = [f"{term}_{version['denominator']}_{version['lag']}" for term in ("prevention", "safeguarding")]
    terms = np.column_stack([*(columns[name] for name in names), columns[str(version["deprivation"])]])
    kept = np.isin(columns["framework"], frameworks) & ~columns[str(version["exclusion"])]
    kept &= (columns["year"] >= first) & (columns["year"] <= last) & ~np.isnan(terms).any(axis=1)
    control = columns[f"number_{version['control']}"]
    good = np.bincount(control[kept], columns["good"][kept], control.max() + 1)
    kept &= ((good > 0) & (good < np.bincount(control[kept], minlength=control.max() + 1)))[control]
    terms = np.column_stack([terms[kept], np.ones(kept.sum())])
    return Sample(columns["good"][kept], terms, columns["authority"][kept], control[kept])


def estimate_version(sample: Sample, authorities: int) -> Estimate:
    """Estimate one version by a logit with errors clustered by authority; ValueError where no estimate is finite."""
    quarters = np.quantile(sample.terms[:, :2], [0.25, 0.75], axis=0)
    terms = sample.terms / np.append(quarters[1] - quarters[0], [1, 1])
    numbers = np.unique(sample.control)[1:]
    design = np.column_stack([terms, sample.control[:, None] == numbers])
    _, groups = np.unique(sample.authority, return_inverse=True)
    fit = fit_logit(sample.outcome, design, groups)
    parts, information = score_null(sample.outcome, design[:, 0], design[:, 1:], groups)
    scores: Floats = np.bincount(sample.authority, parts, authorities).astype(float)
    return Estimate(fit.ratio(0), float(quarters[1, 0] - quarters[0, 0]), len(terms), scores, information)


def score_null(outcome: Floats, term: Floats, others: Floats, groups: Codes) -> tuple[Floats, float]:
    """Return each inspection's part of the effective score of a term without coefficient, and its information."""
    probability = expit(others @ fit_logit(outcome, others, groups).coefficients)
    weight = probability * (1 - probability)
    weighted = others * weight[:, None]
    rest = term - others @ np.linalg.solve(others.T @ weighted, weighted.T @ term)
    return rest * (outcome - probability), float(rest @ (weight * rest))


@once
def trace_curve(tables: Frames) -> Curve:
    """Estimate every version, and the order that random signs give; the seed is fixed.

    If spend and grades are not associated, each authority's part of the score is as likely to count for as against.
    All its inspections in all versions get one random sign (Hemerik, Goeman and Finos 2020, Journal of the Royal
    Statistical Society B 82: 841-864), so authorities stay whole and versions stay as alike as they are.
    """
    inspections = gather_inspections(tables)
    columns = number_columns(inspections)
    authorities = int(columns["authority"].max()) + 1
    rows, found = [], []
    every = list(list_versions())
    for version in every:
        try:
            estimate = estimate_version(select_sample(columns, version), authorities)
        except (ValueError, np.linalg.LinAlgError):
            continue
        found.append(estimate)
        rows.append([*version.values(), estimate.inspections, *estimate.odds, estimate.range])
    versions = pd.DataFrame(rows, columns=[*CHOICES, "inspections", *ODDS, "range"])
    versions["clear"] = (versions["low"] > 1) | (versions["high"] < 1)
    chance, p_median, p_clear = flip_signs(versions, found)
    ordered = versions.sort_values("odds_ratio", kind="stable", ignore_index=True)
    return Curve(ordered, chance, p_median, p_clear, len(every) - len(rows))


def number_columns(inspections: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the inspections as arrays, with authorities and the values of each control numbered from 0."""
    columns = {str(name): inspections[name].to_numpy() for name in inspections}
    numbers = {f"number_{name}": number_values(inspections[name]) for name in CONTROLS if name != "none"}
    numbers["number_none"] = np.zeros(len(inspections), dtype=np.int64)
    return columns | numbers | {"authority": number_values(inspections["la_code"])}


def flip_signs(versions: pd.DataFrame, found: list[Estimate]) -> tuple[pd.DataFrame, float, float]:
    """Return the points of the odds ratio at each place under random signs, and the p-values of median and clear."""
    scores = np.column_stack([estimate.scores for estimate in found])
    random = np.random.default_rng(SEED)
    signs = random.choice([-1.0, 1.0], (FLIPS, len(scores)))
    sums = signs @ scores
    logs = sums / np.array([estimate.information for estimate in found])
    ratios = sums / np.sqrt((scores**2).sum(axis=0))
    observed = np.log(versions["odds_ratio"].to_numpy())
    clear = int((versions["low"] > 1).sum())
    medians, many = np.median(logs, axis=1), (ratios > 1.96).sum(axis=1)
    points = np.exp(np.quantile(np.sort(logs, axis=1), [0.025, 0.5, 0.975], axis=0))
    chance = pd.DataFrame(points.T, columns=["low", "middle", "high"])
    p_median = (1 + (medians >= np.median(observed)).sum()) / (FLIPS + 1)
    return chance, float(p_median), float((1 + (many >= clear).sum()) / (FLIPS + 1))
