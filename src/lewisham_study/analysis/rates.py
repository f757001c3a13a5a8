"""Rates and real terms: pounds per child, counts per 10,000 children, prices of one year, sums of authorities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import FEWEST

PER_CHILDREN = 10_000


def per_child(spend: pd.DataFrame, population: pd.DataFrame, column: str = "value") -> pd.DataFrame:
    """Divide the amounts of a financial year by the children at the middle of its first calendar year.

    Parameters
    ----------
    spend : pandas.DataFrame
        Rows with new_la_code, time_period (a financial year) and the amounts.
    population : pandas.DataFrame
        The table `population`; mid-2012 is used for 2012-13.
    column : str, optional
        The column of amounts, such as `value` or `real_value`.

    Returns
    -------
    pandas.DataFrame
        The rows of `spend`, with children (aged 0 to 17) and <column>_per_child; missing where either is missing.

    Examples
    --------
    >>> spend = pd.DataFrame({"new_la_code": ["E09000023"], "time_period": ["2012-13"], "value": [6451400.0]})
    >>> population = pd.DataFrame({"new_la_code": ["E09000023"], "time_period": ["2012"], "value": [64514.0]})
    >>> per_child(spend, population)["value_per_child"].tolist()
    [100.0]
    """
    children = find_children(spend["new_la_code"], spend["time_period"].str[:4].astype(int), population)
    return spend.assign(**{"children": children, f"{column}_per_child": spend[column] / children})


def rate_per_10000(need: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Convert counts at, or in the year to, 31 March to rates per 10,000 children, as the DfE does.

    Parameters
    ----------
    need : pandas.DataFrame
        Rows with new_la_code, time_period (a year) and value (a count).
    population : pandas.DataFrame
        The table `population`; mid-2021, the estimate before, is used for 31 March 2022.

    Returns
    -------
    pandas.DataFrame
        The rows of `need`, with children (aged 0 to 17) and rate_per_10000; missing where either is missing. An
        earlier edition's rate differs where population estimates have been rebased since.

    Examples
    --------
    >>> need = pd.DataFrame({"new_la_code": ["E09000023"], "time_period": ["2022"], "value": [462.0]})
    >>> population = pd.DataFrame({"new_la_code": ["E09000023"], "time_period": ["2021"], "value": [64443.0]})
    >>> rate_per_10000(need, population)["rate_per_10000"].round(1).tolist()
    [71.7]
    """
    children = find_children(need["new_la_code"], need["time_period"].astype(int) - 1, population)
    return need.assign(children=children, rate_per_10000=need["value"] / children * PER_CHILDREN)


def find_children(codes: pd.Series, years: pd.Series, population: pd.DataFrame) -> pd.Series:
    """Return the children of each area at the middle of a year, missing where there is no estimate."""
    estimates = population.set_index(["new_la_code", "time_period"])["value"]
    if not estimates.index.is_unique:
        raise ValueError("expected one row per area and year in the population, found some twice; remove one")
    return look_up(estimates, codes, years.astype(str)).astype(float)


def look_up(values: pd.Series, *keys: pd.Series) -> pd.Series:
    """Return for each row the value that has its keys, missing where none has."""
    found = values.reindex(pd.MultiIndex.from_arrays(list(keys)))
    return pd.Series(found.to_numpy(), index=keys[0].index)


def widen(rows: pd.DataFrame, measures: Sequence[str], key: Sequence[str], column: str = "value") -> pd.DataFrame:
    """Return a column for each measure of authorities, by a key; a measure that is there twice is an error."""
    chosen = rows[rows["measure"].isin(list(measures)) & (rows["geographic_level"] == "local_authority")]
    wide = chosen.pivot(index=list(key), columns="measure", values=column)
    return wide.reindex(columns=list(measures)).rename_axis(columns=None)


def mark_listed(rows: pd.DataFrame, listed: pd.DataFrame, keys: list[str]) -> pd.Series:
    """Mark the rows whose keys are those of a listed row."""
    marks = pd.MultiIndex.from_frame(rows[keys]).isin(pd.MultiIndex.from_frame(listed[keys]))
    return pd.Series(marks, index=rows.index)


def to_real_terms(
    spend: pd.DataFrame, prices: pd.DataFrame, base: str = "2021-22", index: str = "gdp_deflator"
) -> pd.DataFrame:
    """Convert pounds of each financial year to the prices of one year.

    Parameters
    ----------
    spend : pandas.DataFrame
        Rows with time_period (a financial year) and value (pounds in cash).
    prices : pandas.DataFrame
        The table `prices`.
    base : str, optional
        The financial year whose prices are used.
    index : {'gdp_deflator', 'cpi', 'cpih'}, optional
        The price index; HM Treasury advises the GDP deflator for public spending.

    Returns
    -------
    pandas.DataFrame
        The rows of `spend`, with real_value (pounds in prices of `base`), price_base and price_index; missing values
        stay missing.

    Raises
    ------
    UsageError
        If there is no such index, or it has no value for the base or for a year of `spend`.

    Examples
    --------
    >>> spend = pd.DataFrame({"time_period": ["2012-13", "2021-22"], "value": [100.0, 100.0]})
    >>> prices = pd.DataFrame({"index_name": "gdp_deflator", "time_period": ["2012-13", "2021-22"],
    ...                        "value": [71.5454, 85.3036]})
    >>> to_real_terms(spend, prices)["real_value"].round(2).tolist()
    [119.23, 100.0]
    """
    series = prices[prices["index_name"] == index].set_index("time_period")["value"]
    if series.empty:
        names = ", ".join(prices["index_name"].unique())
        raise UsageError(f"expected a price index among {names}, found {index!r}")
    missing = sorted({base, *spend["time_period"]} - set(series.index))
    if missing:
        raise UsageError(
            f"expected a value of {index} for {', '.join(missing)}, found none; choose financial years from "
            f"{series.index.min()} to {series.index.max()}"
        )
    factor = series[base] / spend["time_period"].map(series).astype(float)
    return spend.assign(real_value=spend["value"] * factor, price_base=base, price_index=index)


WITHIN = ["time_period", "measure", "series"]


def sum_authorities(figures: pd.DataFrame, by: Sequence[str] = WITHIN) -> pd.DataFrame:
    """Sum counts or pounds over authorities, with the number of figures added and of those missing.

    A joint return is in the row of each authority it covers, and is counted once, for the first of them here.
    """
    authorities = figures[figures["geographic_level"] == "local_authority"]
    joint = authorities.get("joint_la_codes", pd.Series(pd.NA, index=authorities.index, dtype="str"))
    returns = authorities.assign(returned_by=joint.fillna(authorities["la_code"]))
    values = returns.drop_duplicates([*WITHIN, "returned_by"]).groupby(list(by), sort=True)["value"]
    summed = values.agg(value=lambda known: known.sum(min_count=1), figures="count", rows="size")
    summed["missing"] = summed["rows"] - summed["figures"]
    return summed.drop(columns="rows").reset_index()


PERCENTILES = {
    "low": 0,
    "fifth": 0.05,
    "lower_quartile": 0.25,
    "median": 0.5,
    "upper_quartile": 0.75,
    "ninety_fifth": 0.95,
    "high": 1,
}


def compute_quartiles(figures: pd.DataFrame, column: str = "value") -> pd.DataFrame:
    """Return the `PERCENTILES` of the authorities' values in each year, and the number of authorities with one."""
    local = figures[figures["geographic_level"] == "local_authority"].dropna(subset=column)
    grouped = local.groupby(["time_period", "year", "series"])[column]
    spread = pd.DataFrame({name: grouped.quantile(part) for name, part in PERCENTILES.items()})
    return spread.assign(authorities=grouped.count()).reset_index()


def score_deprivation(deprivation: pd.DataFrame) -> pd.Series:
    """Return each authority's deprivation in standard deviations above the mean of its edition, by `la_code`.

    The index of 2019 is used; of 2015 for an authority abolished before it, of 2025 for one created since.

    Examples
    --------
    >>> rows = {"la_code": ["1", "2", "2", "3"], "time_period": ["2015", "2015", "2019", "2019"], "value": [1, 3, 1, 3]}
    >>> score_deprivation(pd.DataFrame({"measure": "idaci_average_score", **rows})).round(2).to_dict()
    {'1': -1.0, '2': -1.0, '3': 1.0}
    """
    index = deprivation[deprivation["measure"] == "idaci_average_score"]
    chosen = index.dropna(subset=["la_code", "value"])
    editions = chosen.groupby("time_period")["value"]
    score = (chosen["value"] - editions.transform("mean")) / editions.transform("std", ddof=0)
    order = chosen["time_period"].map({"2019": 0, "2015": 1, "2025": 2})
    ordered = chosen.assign(score=score, order=order).sort_values(["la_code", "order"])
    return ordered.drop_duplicates("la_code").set_index("la_code")["score"].rename_axis(None)


RATES = ["looked_after", "children_in_need", "on_protection_plan", "referrals", "section_47_enquiries"]
RATES += ["initial_conferences", "protection_plans_started"]
SHARES = {"rereferrals": "referrals", "repeat_protection_plans": "protection_plans_started"}
SHARES |= {"stable_placements": "long_looked_after", "three_placements": "looked_after"}
"""Measures given in per cent of another."""
MEASURES = [*RATES, "rereferrals", "repeat_protection_plans"]
"""The measures that reports show."""


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

    The rate is missing where the count or its base is, and where either is fewer than `FEWEST`.
    """
    rates = rate_per_10000(tables["need"], tables["population"])
    base = rates["measure"].map(SHARES)
    counts = rates.set_index(["new_la_code", "time_period", "measure"])["value"]
    bases = look_up(counts, rates["new_la_code"], rates["time_period"], base)
    shared = base.notna()
    rate = rates["rate_per_10000"].where(~(rates["value"] < FEWEST)).mask(shared, rates["value"] / bases * 100)
    rate = rate.mask(shared & ~(bases >= FEWEST))
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
