"""Who provides what authorities spend on children, next to their grades, and prevention's share of spend."""

from __future__ import annotations

import numpy as np
import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.cautions import UNSURE, select_published
from lewisham_study.analysis.models.association import (
    FIRST_SPEND,
    PREVENTATIVE,
    list_deprivation_sources,
    list_first_inspections,
    rank_deprivation,
)
from lewisham_study.analysis.models.rank_tests import correct_holm
from lewisham_study.analysis.models.regression import fit_logit, number_values
from lewisham_study.analysis.rates import look_up, widen
from lewisham_study.tidy.tables import Frames, once

PROVIDERS = ("own", "public", "private", "voluntary")
SERVICES = ("looked_after", "safeguarding")
INSPECTED = {"SIF": (2014, 2018), "ILACS": (2019, 2020)}
"""Frameworks, and the financial years (in which they end) of reports that follow a year with spend by provider."""
TEN = 0.1
"""Ten percentage points: the difference of private provision that an odds ratio is for."""
ADDED = {"prevention": [], "with_justice": ["youth_justice_gross"], "with_other": ["other_gross"]}
"""Readings of what counts as preventative: lines added to `PREVENTATIVE`."""


def share_private(spend: pd.DataFrame, service: str) -> pd.DataFrame:
    """Return the share of gross spend on a service that private providers received, by authority and financial year.

    Columns are la_code, time_period, year (in which it ends), share, source_id. The lines by provider add up to gross.
    """
    names = [f"{service}_{name}" for name in PROVIDERS]
    wide = widen(spend, names, ["la_code", "time_period", "source_id"]).dropna()
    total = wide.sum(axis=1)
    share = (wide[f"{service}_private"] / total).where(total > 0).rename("share").dropna().reset_index()
    return share.assign(year=share["time_period"].str[:4].astype(int) + 1)


@once
def list_provision(tables: Frames) -> pd.DataFrame:
    """List first SIF and ILACS judgements with the private share of each service in the financial year before."""
    firsts = list_first_inspections(tables["judgements"], tuple(INSPECTED), (2014, 2020))
    span = pd.DataFrame([INSPECTED[name] for name in firsts["framework"]], columns=["first", "last"])
    firsts = firsts[firsts["year"].between(span["first"], span["last"])]
    for service in SERVICES:
        shares = share_private(tables["spend"], service).set_index(["la_code", "year"])["share"]
        firsts[service] = look_up(shares, firsts["la_code"], firsts["year"] - 1)
    deprivation = firsts["la_code"].map(rank_deprivation(tables["deprivation"]))
    return firsts.assign(deprivation=deprivation).dropna(subset=["looked_after"]).reset_index(drop=True)


@once
def compare_provision(tables: Frames) -> pd.DataFrame:
    """Estimate how the odds of good or better go with private provision: service, framework, odds, interval, p-value.

    A logit per ten points of the share, with a constant for each year and the decile of deprivation, clustered by
    authority; adjusted is the p-value corrected for the number of estimates (Holm).
    """
    from scipy.special import ndtr

    every = list_provision(tables)
    rows = []
    for service in SERVICES:
        for framework in (*INSPECTED, "both"):
            sample = every if framework == "both" else every[every["framework"] == framework]
            sample = sample.dropna(subset=[service, "deprivation"])
            terms = pd.DataFrame({"share": sample[service] / TEN, "decile": sample["deprivation"], "constant": 1.0})
            design = terms.join(pd.get_dummies(sample["year"], drop_first=True, dtype=float)).to_numpy()
            fit = fit_logit(sample["good"].to_numpy(), design, number_values(sample["la_code"]))
            p_value = 2 * ndtr(-abs(fit.coefficients[0] / fit.errors[0]))
            rows.append((service, framework, *fit.ratio(0), float(p_value), len(sample)))
    columns = ["service", "framework", "odds_ratio", "low", "high", "p_value", "inspections"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(adjusted=correct_holm(table["p_value"].to_numpy()))


@once
def list_provision_sources(tables: Frames) -> set[str]:
    """List the sources of the grades, of spend by provider and of deprivation behind `compare_provision`."""
    spend = tables["spend"]
    names = [f"{service}_{name}" for service in SERVICES for name in PROVIDERS]
    first, last = (min(span[0] for span in INSPECTED.values()) - 2, max(span[1] for span in INSPECTED.values()) - 2)
    used = spend["measure"].isin(names) & spend["time_period"].str[:4].astype(int).between(first, last)
    grades = list_provision(tables)["source_id"]
    return {*spend.loc[used, "source_id"], *grades, *list_deprivation_sources(tables, ["imd_2019"])}


def share_prevention(spend: pd.DataFrame, added: list[str] | None = None) -> pd.DataFrame:
    """Return preventative spend as a share of gross spend by authority and year, missing where a part is.

    Columns are la_code, time_period, year (in which it begins), series (of the categories), value (the share), part and
    total (pounds). Years before 2010-11 have no such categories: Sure Start and youth services were in another return.
    """
    names = [*PREVENTATIVE, *(added or [])]
    wide = widen(spend[spend["time_period"] >= FIRST_SPEND], [*names, "total_gross"], ["la_code", "time_period"])
    part, total = wide[names].sum(axis=1, skipna=False), wide["total_gross"]
    kinds = spend[spend["measure"] == PREVENTATIVE[0]].drop_duplicates("time_period").set_index("time_period")["series"]
    table = pd.DataFrame({"part": part, "total": total, "value": part / total}).reset_index()
    period = table["time_period"]
    return table.assign(year=period.str[:4].astype(int), series=period.map(kinds))


@once
def trace_prevention(tables: Frames) -> pd.DataFrame:
    """Return England's share by each reading of prevention, and the quartiles of authorities' shares, year by year.

    England's share is the sum of the parts over the sum of the totals of authorities that have both.
    """
    parts = []
    for reading, added in ADDED.items():
        known = share_prevention(tables["spend"], added).dropna(subset="value")
        keys = ["time_period", "year", "series"]
        grouped = known.groupby(keys)
        summed = grouped[["part", "total"]].sum()
        table = pd.DataFrame({"value": summed["part"] / summed["total"], "authorities": grouped.size()})
        for name, point in (("lower", 0.25), ("upper", 0.75)):
            table[name] = grouped["value"].quantile(point)
        parts.append(table.reset_index().assign(reading=reading))
    return pd.concat(parts, ignore_index=True)


def select_prevention(case: Case) -> pd.DataFrame:
    """Return the authority's own share of preventative spend in the years it has one.

    A level shift of its total under a caution begins a series of its own; unsure marks single figures under a caution.
    """
    own = (
        share_prevention(case.own("spend")).dropna(subset="value").sort_values("year", ignore_index=True, kind="stable")
    )
    cautions = select_published(case.tables["cautions"], case.la_code, ["total_gross"])
    shifts = sorted(cautions.loc[cautions["kind"] == "level", "time_period"])
    number = np.searchsorted(shifts, own["time_period"].to_numpy(), side="right")
    unsure = own["time_period"].isin(cautions.loc[cautions["kind"].isin(UNSURE), "time_period"])
    return own.assign(series=own["series"] + [f" {place}" for place in number], unsure=unsure)
