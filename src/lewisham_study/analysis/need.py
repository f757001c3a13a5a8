"""Measures of need: counts as rates per 10,000 children or as shares, of an authority and of those it compares with."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.rates import rate_per_10000
from lewisham_study.tidy.tables import Frames, once

RATES = ["looked_after", "children_in_need", "on_protection_plan", "referrals", "section_47_enquiries"]
RATES += ["initial_conferences", "protection_plans_started"]
SHARES = {"rereferrals": "referrals", "repeat_protection_plans": "protection_plans_started"}
"""Measures given in per cent of another."""
MEASURES = [*RATES, *SHARES]
FEW = 5
"""A rate of fewer cases than this, or a share of fewer, is not given."""


@dataclass(frozen=True)
class Need:
    """One measure: rows of an authority and of England, and the comparators' median (all with year and rate)."""

    measure: str
    own: pd.DataFrame
    median: pd.DataFrame
    england: pd.DataFrame

    @property
    def known(self) -> pd.DataFrame:
        """The authority's own years with a rate."""
        return self.own.dropna(subset="rate")


@once
def gather_need(case: Case) -> list[Need]:
    """Return every measure of need within the window of a case."""
    rates = measure_need(case.tables)
    rates = rates[rates["year"].between(case.start_year, case.end_year)]
    codes, gathered = list_comparators(case), []
    for measure in MEASURES:
        rows = rates[rates["measure"] == measure]
        others = rows[rows["la_code"].isin(codes)].dropna(subset="rate")
        median = others.groupby(["time_period", "year", "series"])["rate"].median().reset_index()
        own, england = rows[rows["la_code"] == case.la_code], rows[rows["geographic_level"] == "national"]
        gathered.append(Need(measure, own, median, england))
    return gathered


@once
def measure_need(tables: Frames) -> pd.DataFrame:
    """Return the table `need` with its year and a rate: per 10,000 children, or per cent for `SHARES`.

    The rate is missing where the count or its base is, and where either is fewer than `FEW`.
    """
    rates = rate_per_10000(tables["need"], tables["population"])
    key = ["new_la_code", "time_period"]
    base = rates["measure"].map(SHARES)
    counts = rates.set_index([*key, "measure"])["value"]
    bases = counts.reindex(pd.MultiIndex.from_arrays([rates["new_la_code"], rates["time_period"], base])).to_numpy()
    shared = base.notna()
    rate = rates["rate_per_10000"].where(~(rates["value"] < FEW)).mask(shared, rates["value"] / bases * 100)
    rate = rate.mask(shared & ~(bases >= FEW))
    return rates.assign(year=rates["time_period"].astype(int), rate=rate).sort_values(
        ["measure", "year"], kind="stable", ignore_index=True
    )


def count_above(need: list[Need], year: int) -> tuple[int, int]:
    """Count the measures with a rate in a year that are above England's, and all that both have.

    Examples
    --------
    >>> rows = lambda rate: pd.DataFrame({"year": [2022], "rate": [rate]})
    >>> count_above([Need("a", rows(2.0), rows(1.0), rows(1.0)), Need("b", rows(None), rows(1.0), rows(1.0))], 2022)
    (1, 1)
    """
    pairs = [(find_rate(one.own, year), find_rate(one.england, year)) for one in need]
    known = [(own, england) for own, england in pairs if own is not None and england is not None]
    return sum(own > england for own, england in known), len(known)


def find_rate(rows: pd.DataFrame, year: int) -> float | None:
    """Return the rate of a year, or None if there is none."""
    rate = rows.loc[rows["year"] == year, "rate"].dropna()
    return None if rate.empty else float(rate.iloc[0])
