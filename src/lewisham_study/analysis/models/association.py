"""Preventative spend, deprivation and grades: the model of Webb, Bennett and Bywaters (2022), from official data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lewisham_study.analysis.cautions import mark_cautioned
from lewisham_study.analysis.models.logit import Fit, fit_logit, fit_mixed_logit
from lewisham_study.analysis.rates import find_children, to_real_terms
from lewisham_study.analysis.ratings import date_judgements
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import GOOD_OR_BETTER

PREVENTATIVE = ["family_support_gross", "sure_start_gross", "young_people_gross"]
"""What counts as preventative: family support, Sure Start and early years, services for young people."""
SAFEGUARDING = ["safeguarding_gross"]
STRANDS = {"SLAC": "safeguarding", "CPI": "safeguarding", "SIF": "overall", "ILACS": "overall"}
POVERTY_YEARS = ["2015", "2016", "2017", "2018", "2019"]
FIRST_POPULATION = 2012
TERMS = ["prevention", "safeguarding", "deprivation"]


@dataclass(frozen=True)
class Specification:
    """One version of the model.

    Parameters
    ----------
    name : as the table `estimates` names it.
    wording : what a reader is told of it.
    frameworks : whose first inspections are counted.
    years : first and last financial year of publication, by the year they end in.
    controls : columns of which each value gets a constant of its own. Year and framework together have no
        estimate: one inspection alone sets ILACS apart from the year in which it began.
    mixed : whether to fit crossed random intercepts too.
    index, base : price index, and the financial year whose prices are used.
    lag : how many years before the financial year begins the children are counted; 0: in its middle.
    cautioned : whether inspections are counted whose spend is of a return under a caution.
    """

    name: str
    wording: str
    frameworks: tuple[str, ...] = ("SLAC", "CPI", "SIF", "ILACS")
    years: tuple[int, int] = (2012, 2019)
    controls: tuple[str, ...] = ("year",)
    mixed: bool = False
    index: str = "gdp_deflator"
    base: str = "2018-19"
    lag: int = 0
    cautioned: bool = True


SPECIFICATIONS = (
    Specification("published", "with the year", mixed=True),
    Specification("framework", "with the framework instead of the year", controls=("framework",)),
    Specification("no_year", "without the year", controls=()),
    Specification("other_prices", "another deflator and denominator", mixed=True, index="cpih", base="2021-22", lag=1),
    Specification("uncautioned", "without returns of spend under a caution", mixed=True, cautioned=False),
    Specification("ilacs", "first ILACS alone, 2018-19 to 2021-22", ("ILACS",), (2019, 2022)),
)


def list_first_inspections(
    judgements: pd.DataFrame, frameworks: tuple[str, ...], years: tuple[int, int]
) -> pd.DataFrame:
    """List each authority's first inspection under each framework that was published in some financial years.

    Returns
    -------
    pandas.DataFrame
        la_code, framework, grade, good (1 or 0), year (the one that the financial year ends in).
    """
    dated = date_judgements(judgements, "published")
    read = dated["framework"].isin(frameworks) & (dated["strand"] == dated["framework"].map(STRANDS))
    firsts = dated[read].drop_duplicates(["la_code", "framework"])
    year = (firsts["date"] - pd.DateOffset(months=3)).dt.year + 1
    firsts = firsts.assign(year=year, good=firsts["grade"].isin(GOOD_OR_BETTER).astype(float))
    chosen = firsts[firsts["year"].between(*years)]
    return chosen[["la_code", "framework", "grade", "good", "year"]].reset_index(drop=True)


def spend_per_child(tables: Frames, measures: list[str], index: str, base: str, lag: int = 0) -> pd.Series:
    """Give the real spend per child on some categories together.

    Returns
    -------
    pandas.Series
        Pounds, by la_code and year (the one that the financial year ends in); missing where any category is. The
        first population held is mid-2012; it stands in for the year before.
    """
    spend = tables["spend"]
    chosen = spend[spend["measure"].isin(measures) & (spend["geographic_level"] == "local_authority")]
    key = ["la_code", "new_la_code", "time_period"]
    wide = chosen.pivot(index=key, columns="measure", values="value")
    total = wide[measures].sum(axis=1, skipna=False).rename("value").reset_index()
    real = to_real_terms(total, tables["prices"], base, index)
    begins = real["time_period"].str[:4].astype(int)
    counted = (begins - lag).clip(lower=FIRST_POPULATION)
    children = find_children(real["new_la_code"], counted, tables["population"])
    values = (real["real_value"] / children).to_numpy()
    return pd.Series(values, index=pd.MultiIndex.from_arrays([real["la_code"], begins + 1]))


def rank_deprivation(deprivation: pd.DataFrame) -> pd.Series:
    """Give each authority's decile of children in low-income families; 10 holds the most.

    Parameters
    ----------
    deprivation : the tidy table; the mean of the years ending March 2015 to 2019 is ranked.

    Returns
    -------
    pandas.Series
        1 to 10, by la_code; authorities abolished before the release have none.
    """
    chosen = deprivation[deprivation["time_period"].isin(POVERTY_YEARS)].dropna(subset=["la_code", "value"])
    mean = chosen.groupby("la_code")["value"].mean()
    share = mean.rank(method="first") / len(mean)
    return (share * 10 - 1e-9).apply(np.ceil)


@once
def build_sample(tables: Frames, specification: Specification) -> pd.DataFrame:
    """Put first inspections beside spend of the same financial year and deprivation.

    Returns
    -------
    pandas.DataFrame
        la_code, framework, grade, good, year; prevention and safeguarding (hundreds of pounds per child,
        real), deprivation (decile). Inspections for which any is missing are left out.
    """
    firsts = list_first_inspections(tables["judgements"], specification.frameworks, specification.years)
    if not specification.cautioned:
        firsts = firsts[~mark_cautioned(firsts, tables["cautions"])]
    key = pd.MultiIndex.from_frame(firsts[["la_code", "year"]])
    for term, measures in {"prevention": PREVENTATIVE, "safeguarding": SAFEGUARDING}.items():
        pounds = spend_per_child(tables, measures, specification.index, specification.base, specification.lag)
        firsts[term] = pounds.reindex(key).to_numpy() / 100
    firsts["deprivation"] = firsts["la_code"].map(rank_deprivation(tables["deprivation"]))
    return firsts.dropna(subset=TERMS).reset_index(drop=True)


def estimate_specification(tables: Frames, specification: Specification) -> pd.DataFrame:
    """Estimate one version of the model.

    Returns
    -------
    pandas.DataFrame
        specification, estimator ('logit' with authority-clustered errors, 'mixed logit' with crossed
        intercepts of authority and year), term (£100 of preventative or of safeguarding spend per child, or one
        decile of deprivation), odds_ratio, low, high (95 per cent interval), inspections, good (share).
    """
    sample = build_sample(tables, specification)
    outcome, groups = sample["good"].to_numpy(), number(sample["la_code"])
    plain = np.column_stack([sample[TERMS].to_numpy(), np.ones(len(sample))])
    constants = [dummies(sample[control]) for control in specification.controls]
    fits: dict[str, Fit] = {"logit": fit_logit(outcome, np.column_stack([plain, *constants]), groups)}
    if specification.mixed:
        fits["mixed logit"] = fit_mixed_logit(outcome, plain, groups, number(sample["year"]))
    rows = [
        (specification.name, estimator, term, *fit.odds(place), len(sample), float(outcome.mean()))
        for estimator, fit in fits.items()
        for place, term in enumerate(TERMS)
    ]
    columns = ["specification", "estimator", "term", "odds_ratio", "low", "high", "inspections", "good"]
    # Further decimals of an odds ratio depend on the processor's way of adding up.
    return pd.DataFrame(rows, columns=columns).round({"odds_ratio": 4, "low": 4, "high": 4})


@once
def estimate_all(tables: Frames) -> pd.DataFrame:
    """Estimate every version of the model: the rows of `estimate_specification`."""
    return pd.concat([estimate_specification(tables, one) for one in SPECIFICATIONS], ignore_index=True)


def number(values: pd.Series) -> np.ndarray:
    """Number the values from 0, in order."""
    return np.asarray(pd.factorize(values, sort=True)[0], dtype=np.int64)


def dummies(values: pd.Series) -> np.ndarray:
    """Give a column of 1 and 0 for each value but the first."""
    return np.asarray(pd.get_dummies(values, drop_first=True, dtype=float))
