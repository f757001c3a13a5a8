"""Preventative spend, deprivation and grades: the model of Webb, Bennett and Bywaters (2022), from official data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lewisham_study.analysis.cautions import mark_cautioned
from lewisham_study.analysis.models.regression import Fit, fit_logit, fit_mixed_logit, number_values
from lewisham_study.analysis.rates import find_children, look_up, to_real_terms, widen
from lewisham_study.analysis.ratings import date_judgements
from lewisham_study.analysis.spend import list_rate_sources
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import GOOD_OR_BETTER

PREVENTATIVE = ["family_support_gross", "sure_start_gross", "young_people_gross"]
SAFEGUARDING = ["safeguarding_gross"]
STRANDS = {"SLAC": "safeguarding", "CPI": "safeguarding", "SIF": "overall", "ILACS": "overall"}
POVERTY = "children_in_low_income_families"
POVERTY_YEARS = ["2015", "2016", "2017", "2018", "2019"]
DEPRIVATION = {
    "imd_2019": ("imd_average_score", ["2019"]),
    "imd_2015": ("imd_average_score", ["2015"]),
    "idaci_2019": ("idaci_average_score", ["2019"]),
    "idaci_2015": ("idaci_average_score", ["2015"]),
    "low_income": (POVERTY, POVERTY_YEARS),
}
"""Measures of deprivation, and the years of which the mean is ranked."""
FIRST_POPULATION = 2012
FIRST_SPEND = "2010-11"
"""Services for young people and Sure Start have categories of their own from this year on."""
TERMS = ["prevention", "safeguarding", "deprivation"]
ODDS = ["odds_ratio", "low", "high"]
ESTIMATE_COLUMNS = ["specification", "estimator", "term", "odds_ratio", "low", "high", "inspections", "good"]


@dataclass(frozen=True)
class Specification:
    """One version of the model.

    `frameworks` and `years` (financial years of publication, by the year they end in) select the inspections;
    `controls` are columns with a constant for each value; `mixed` adds crossed random intercepts; `index` and `base`
    set the prices; children are counted `lag` years before the financial year begins (0: in its middle); `cautioned`
    includes spend from returns with a caution; `deprivation` is one of `DEPRIVATION`. Year and framework together have
    no estimate: a single inspection separates ILACS from the year in which it began.
    """

    name: str
    label: str
    frameworks: tuple[str, ...] = ("SLAC", "CPI", "SIF", "ILACS")
    years: tuple[int, int] = (2011, 2019)
    controls: tuple[str, ...] = ("year",)
    mixed: bool = False
    index: str = "gdp_deflator"
    base: str = "2018-19"
    lag: int = 0
    cautioned: bool = True
    deprivation: str = "imd_2019"


SPECIFICATIONS = (
    Specification("published", "controlling for year", mixed=True),
    Specification("framework", "controlling for framework instead of year", controls=("framework",)),
    Specification("no_year", "not controlling for year", controls=()),
    Specification(
        "other_prices", "another deflator and population year", mixed=True, index="cpih", base="2021-22", lag=1
    ),
    Specification("uncautioned", "without spend returns under a caution", mixed=True, cautioned=False),
    Specification(
        "low_income",
        "deprivation by low incomes, from 2011-12",
        years=(2012, 2019),
        mixed=True,
        deprivation="low_income",
    ),
    Specification("ilacs", "first ILACS only, 2018-19 to 2021-22", ("ILACS",), (2019, 2022)),
)
FROM_2011 = Specification("from_2011", "from 2011-12", years=(2012, 2019), mixed=True)


def list_first_inspections(
    judgements: pd.DataFrame, frameworks: tuple[str, ...], years: tuple[int, int]
) -> pd.DataFrame:
    """List each authority's first inspection under each framework, if published in some financial years.

    Columns are la_code, framework, grade, good (1 or 0), year (the one in which the financial year ends) and source_id.
    """
    dated = date_judgements(judgements, "published")
    read = dated["framework"].isin(frameworks) & (dated["strand"] == dated["framework"].map(STRANDS))
    firsts = dated[read].drop_duplicates(["la_code", "framework"])
    year = (firsts["date"] - pd.DateOffset(months=3)).dt.year + 1
    firsts = firsts.assign(year=year, good=firsts["grade"].isin(GOOD_OR_BETTER).astype(float))
    chosen = firsts[firsts["year"].between(*years)]
    return chosen[["la_code", "framework", "grade", "good", "year", "source_id"]].reset_index(drop=True)


def spend_per_child(tables: Frames, measures: list[str], index: str, base: str, lag: int = 0) -> pd.Series:
    """Return real spend per child on some measures together, by la_code and the year in which the financial year ends.

    Missing where any measure is. The first population held, mid-2012, is also used for the years before.
    """
    real = sum_real_spend(tables, tuple(measures), index, base)
    counted = (real["year"] - 1 - lag).clip(lower=FIRST_POPULATION)
    children = find_children(real["new_la_code"], counted, tables["population"])
    return real.assign(each=real["real_value"] / children).set_index(["la_code", "year"])["each"]


@once
def sum_real_spend(tables: Frames, measures: tuple[str, ...], index: str, base: str) -> pd.DataFrame:
    """Sum some measures of each authority in real terms: la_code, new_la_code, year (in which it ends), real_value."""
    spend = tables["spend"]
    wide = widen(spend[spend["time_period"] >= FIRST_SPEND], measures, ["la_code", "new_la_code", "time_period"])
    total = wide.sum(axis=1, skipna=False).rename("value").reset_index()
    real = to_real_terms(total, tables["prices"], base, index)
    return real.assign(year=real["time_period"].str[:4].astype(int) + 1)


def rank_deprivation(deprivation: pd.DataFrame, name: str = "imd_2019") -> pd.Series:
    """Return each authority's decile of a measure of deprivation, by la_code; 10 is the most deprived.

    Authorities that the edition does not list have none: those abolished before it, or created since.
    """
    measure, years = DEPRIVATION[name]
    chosen = deprivation[(deprivation["measure"] == measure) & deprivation["time_period"].isin(years)]
    chosen = chosen[chosen["geographic_level"] == "local_authority"].dropna(subset=["la_code", "value"])
    mean = chosen.groupby("la_code")["value"].mean()
    share = mean.rank(method="first") / len(mean)
    return (share * 10 - 1e-9).apply(np.ceil)


@once
def build_sample(tables: Frames, specification: Specification) -> pd.DataFrame:
    """Join first inspections to spend of the same financial year and to deprivation; drop those with any missing.

    Adds prevention and safeguarding (hundreds of pounds per child, real) and deprivation (decile).
    """
    firsts = list_first_inspections(tables["judgements"], specification.frameworks, specification.years)
    if not specification.cautioned:
        firsts = firsts[~mark_cautioned(firsts, tables["cautions"])]
    for term, measures in {"prevention": PREVENTATIVE, "safeguarding": SAFEGUARDING}.items():
        pounds = spend_per_child(tables, measures, specification.index, specification.base, specification.lag)
        firsts[term] = look_up(pounds, firsts["la_code"], firsts["year"]) / 100
    firsts["deprivation"] = firsts["la_code"].map(rank_deprivation(tables["deprivation"], specification.deprivation))
    return firsts.dropna(subset=TERMS).reset_index(drop=True)


@once
def estimate_specification(tables: Frames, specification: Specification) -> pd.DataFrame:
    """Estimate one version of the model; returns `ESTIMATE_COLUMNS`, a row for each estimator and term.

    An odds ratio is per £100 of spend per child, or per decile of deprivation, with its 95% interval.
    """
    sample = build_sample(tables, specification)
    outcome, groups = sample["good"].to_numpy(), number_values(sample["la_code"])
    plain = np.column_stack([sample[TERMS].to_numpy(), np.ones(len(sample))])
    constants = [pd.get_dummies(sample[name], drop_first=True, dtype=float) for name in specification.controls]
    fits: dict[str, Fit] = {"logit": fit_logit(outcome, np.column_stack([plain, *constants]), groups)}
    if specification.mixed:
        fits["mixed logit"] = fit_mixed_logit(outcome, plain, groups, number_values(sample["year"]))
    rows = [
        (specification.name, estimator, term, *fit.ratio(column), len(sample), float(outcome.mean()))
        for estimator, fit in fits.items()
        for column, term in enumerate(TERMS)
    ]
    # Further decimals of an odds ratio depend on the processor's order of addition.
    return pd.DataFrame(rows, columns=ESTIMATE_COLUMNS).round({"odds_ratio": 4, "low": 4, "high": 4})


@once
def list_steps(tables: Frames) -> pd.DataFrame:
    """List the estimates between the study's first rebuilding of the model and the published one, a change at a time.

    Columns are step, inspections, and the odds ratio with its interval of prevention and of deprivation. Prices of
    another year only rescale the pounds, so that step is exact.
    """
    versions = {one.name: one for one in (*SPECIFICATIONS, FROM_2011)}
    names = {"low_income": "low_income", "from_2011": "imd", "published": "from_2010", "other_prices": "other_prices"}
    rows = {}
    for version, step in names.items():
        found = estimate_specification(tables, versions[version])
        found = found[found["estimator"] == "mixed logit"].set_index("term")
        rows[step] = [int(found["inspections"].iloc[0]), *found.loc[["prevention", "deprivation"], ODDS].stack()]
    prices = tables["prices"]
    level = prices[prices["index_name"] == "gdp_deflator"].set_index("time_period")["value"]
    ratio = level[versions["published"].base] / level[versions["other_prices"].base]
    count, *odds = rows["from_2010"]
    rows["prices"] = [count, *(value**ratio for value in odds[:3]), *odds[3:]]
    order = ["low_income", "imd", "from_2010", "prices", "other_prices"]
    table = pd.DataFrame(
        [rows[step] for step in order], columns=["inspections", *ODDS, *(f"deprivation_{n}" for n in ODDS)]
    )
    return table.assign(step=order)


def list_sources(tables: Frames, measures: list[str], years: tuple[int, int], index: str) -> set[str]:
    """List the sources of real spend per child on some measures, in the financial years that end in some years."""
    spend = tables["spend"]
    ends = spend["time_period"].str[:4].astype(int) + 1
    used = spend["measure"].isin(measures) & ends.between(*years) & (spend["geographic_level"] == "local_authority")
    return {*spend.loc[used, "source_id"], *list_rate_sources(tables, index)}


def list_deprivation_sources(tables: Frames, names: Iterable[str]) -> set[str]:
    """List the sources of some measures of deprivation."""
    rows = tables["deprivation"]
    used = [DEPRIVATION[name] for name in names]
    return {
        str(source)
        for measure, years in used
        for source in rows.loc[(rows["measure"] == measure) & rows["time_period"].isin(years), "source_id"].unique()
    }


@once
def estimate_all(tables: Frames) -> pd.DataFrame:
    """Estimate every version of the model; see `estimate_specification`."""
    return pd.concat([estimate_specification(tables, one) for one in SPECIFICATIONS], ignore_index=True)
