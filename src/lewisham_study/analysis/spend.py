"""Spend: real terms per child, its mix, its growth, and how one account of it stands beside another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from lewisham_study.analysis.rates import find_children, sum_authorities, to_real_terms

CATEGORIES = ["looked_after", "safeguarding", "family_support", "young_people", "youth_justice", "sure_start"]
CATEGORIES += ["strategy", "other"]
"""Categories of section 251, largest first; strategy stood apart to 2011-12."""
SPREAD = ["low", "fifth", "lower_quartile", "median", "upper_quartile", "ninety_fifth", "high"]
PERCENTILES = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]


@dataclass(frozen=True)
class Prices:
    """The prices to express money in: the index table, the base year and the index."""

    table: pd.DataFrame
    base: str = "2021-22"
    index: str = "gdp_deflator"


def list_years(start_year: int, end_year: int) -> list[str]:
    """List the financial years of a window: those that begin in it and end by its last year.

    A window of one year takes the financial year that ends in it.

    Examples
    --------
    >>> list_years(2012, 2014), list_years(2022, 2022)
    (['2012-13', '2013-14'], ['2021-22'])
    """
    first = min(start_year, end_year - 1)
    return [name_year(year) for year in range(first, end_year)]


def name_year(first: int) -> str:
    """Name the financial year that begins in a year.

    Examples
    --------
    >>> name_year(1999), name_year(2012)
    ('1999-00', '2012-13')
    """
    return f"{first}-{(first + 1) % 100:02d}"


def select_spend(spend: pd.DataFrame, measures: str | Sequence[str], years: Sequence[str]) -> pd.DataFrame:
    """Take some measures in some financial years, with `year` (the one they begin in), ordered by it."""
    wanted = [measures] if isinstance(measures, str) else list(measures)
    chosen = spend[spend["measure"].isin(wanted) & spend["time_period"].isin(list(years))]
    year = chosen["time_period"].str[:4].astype(int)
    return chosen.assign(year=year).sort_values(["year", "measure"], kind="stable", ignore_index=True)


def express(figures: pd.DataFrame, population: pd.DataFrame, prices: Prices) -> pd.DataFrame:
    """Add real terms and amounts per child to rows of spend.

    Returns
    -------
    pandas.DataFrame
        The rows with real_value (pounds in prices of the base), children (aged 0 to 17, mid-year),
        value_per_child and real_per_child (pounds); missing where either part is.
    """
    real = to_real_terms(figures, prices.table, prices.base, prices.index)
    children = find_children(real["new_la_code"], real["time_period"].str[:4].astype(int), population)
    per = {"value_per_child": real["value"] / children, "real_per_child": real["real_value"] / children}
    return real.assign(children=children, **per)


def sum_place(
    figures: pd.DataFrame, population: pd.DataFrame, codes: Sequence[str], place_code: str, prices: Prices
) -> pd.DataFrame:
    """Give the spend of a region or of England: the sum over its authorities, per child of those that it covers.

    Parameters
    ----------
    figures : rows of one measure, from `select_spend`.
    population : the tidy table.
    codes : the `la_code` of the place's authorities, those abolished since too.
    place_code : the place's own `new_la_code`, for its children.
    prices : to express money in.

    Returns
    -------
    pandas.DataFrame
        time_period, year, series, value, authorities, missing, real_value, children, value_per_child and
        real_per_child. The children of an authority without a figure are left out of the divisor.
    """
    here = figures[figures["la_code"].isin(list(codes))]
    summed = sum_authorities(here).rename(columns={"figures": "authorities"})
    summed = summed.assign(new_la_code=place_code, year=summed["time_period"].str[:4].astype(int))
    real = to_real_terms(summed, prices.table, prices.base, prices.index)
    without = here[here["value"].isna()]
    lacking = find_children(without["new_la_code"], without["year"], population).groupby(without["time_period"]).sum()
    children = find_children(real["new_la_code"], real["year"], population)
    children = children - real["time_period"].map(lacking).fillna(0)
    per = {"value_per_child": real["value"] / children, "real_per_child": real["real_value"] / children}
    return real.assign(children=children, **per)


def compute_spend_quartiles(figures: pd.DataFrame, column: str = "real_per_child") -> pd.DataFrame:
    """Give the spread of the authorities' amounts in each year: `SPREAD` and how many have one."""
    local = figures[figures["geographic_level"] == "local_authority"].dropna(subset=column)
    if local.empty:
        return pd.DataFrame(columns=["time_period", "year", "series", *SPREAD, "authorities"])
    grouped = local.groupby(["time_period", "year", "series"])[column]
    spread = pd.DataFrame({name: grouped.quantile(part) for name, part in zip(SPREAD, PERCENTILES, strict=True)})
    return spread.assign(authorities=grouped.count()).reset_index()


def measure_growth(first: float, last: float, years: int) -> float:
    """Give the compound annual growth rate between two amounts.

    Examples
    --------
    >>> round(measure_growth(57.5, 82.8, 9), 4)
    0.0413
    """
    return float((last / first) ** (1 / years) - 1)


def tabulate_growth(figures: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    """Give the growth of some columns between the first and last year that has each.

    Parameters
    ----------
    figures : a row a year, with time_period, year, series and the columns.
    columns : what to call each column.

    Returns
    -------
    pandas.DataFrame
        amount, first_year, first, last_year, last, total (share), annual (compound rate). Nothing is
        computed across a break: only the series that stands last counts.
    """
    rows = []
    for column, name in columns.items():
        known = figures.dropna(subset=column)
        known = known[known["series"] == known["series"].iloc[-1]] if len(known) else known
        if len(known) < 2:
            continue
        first, last = known.iloc[0], known.iloc[-1]
        span = int(last["year"] - first["year"])
        annual = measure_growth(first[column], last[column], span)
        ends = [first["time_period"], first[column], last["time_period"], last[column]]
        rows.append([name, *ends, last[column] / first[column] - 1, annual])
    return pd.DataFrame(rows, columns=["amount", "first_year", "first", "last_year", "last", "total", "annual"])


def compare_deflators(
    figures: pd.DataFrame,
    population: pd.DataFrame,
    prices: Prices,
    indices: Sequence[str],
    column: str = "real_per_child",
) -> pd.DataFrame:
    """Give one authority's spend in real terms under each index, and its change.

    Parameters
    ----------
    figures, population, prices : as `express` takes them.
    indices : the price indices.
    column : which amount of `express`, `real_per_child` or `real_value`.

    Returns
    -------
    pandas.DataFrame
        index, first_year, first, last_year, last (pounds in prices of the base), total, annual.
    """
    parts = []
    for index in indices:
        real = express(figures, population, Prices(prices.table, prices.base, index))
        parts.append(tabulate_growth(real, {column: index}))
    return pd.concat(parts, ignore_index=True).rename(columns={"amount": "index"})


def reconcile_england(spend: pd.DataFrame, years: Sequence[str], measure: str = "total_gross") -> pd.DataFrame:
    """Set the sum of authorities against the total published for England.

    Returns
    -------
    pandas.DataFrame
        time_period, authorities, missing, summed, published (missing where none is held), difference
        (published less summed), in pounds.
    """
    figures = select_spend(spend, measure, years)
    summed = sum_authorities(figures).rename(columns={"figures": "authorities", "value": "summed"})
    national = figures[figures["geographic_level"] == "national"].set_index("time_period")["value"]
    published = summed["time_period"].map(national).astype(float)
    columns = ["time_period", "authorities", "missing", "summed"]
    return summed[columns].assign(published=published, difference=published - summed["summed"])


def compare_accounts(spend: pd.DataFrame, la_code: str, years: Sequence[str], kind: str = "gross") -> pd.DataFrame:
    """Set an authority's section 251 outturn beside its revenue outturn RO3: two accounts, never one series.

    Returns
    -------
    pandas.DataFrame
        time_period, year, s251, ro3, ro3_series, difference (section 251 less RO3), in pounds.
    """
    own = spend[spend["la_code"] == la_code]
    s251 = select_spend(own, f"total_{kind}", years).set_index("time_period")["value"]
    ro3 = select_spend(own, f"ro3_{kind}", years).set_index("time_period")
    both = pd.DataFrame({"s251": s251, "ro3": ro3["value"], "ro3_series": ro3["series"]}).sort_index()
    both = both.rename_axis("time_period").reset_index()
    return both.assign(year=both["time_period"].str[:4].astype(int), difference=both["s251"] - both["ro3"])


def split_income(spend: pd.DataFrame, la_code: str, years: Sequence[str]) -> pd.DataFrame:
    """Give gross, net and the income between them, of the total and of every category.

    Returns
    -------
    pandas.DataFrame
        time_period, year, category ('total' or one of `CATEGORIES`), gross, net, income (gross less net), in
        pounds; only years that have both.
    """
    own = spend[spend["la_code"] == la_code]
    names = [f"{name}_{kind}" for name in ["total", *CATEGORIES] for kind in ("gross", "net")]
    figures = select_spend(own, names, years)
    measure = figures["measure"].astype(str)
    figures = figures.assign(category=measure.str.replace(r"_[a-z]+$", "", regex=True))
    figures = figures.assign(kind=measure.str.extract(r"_([a-z]+)$", expand=False))
    wide = figures.pivot(index=["time_period", "year", "category"], columns="kind", values="value")
    wide = wide.reindex(columns=["gross", "net"]).dropna().reset_index().rename_axis(columns=None)
    return wide.assign(income=wide["gross"] - wide["net"])
