"""Spend in real terms and per child, its mix and growth, and section 251 compared with other accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from lewisham_study.analysis.case import Case, forget_authority, list_comparators
from lewisham_study.analysis.rates import find_children, sum_authorities, to_real_terms
from lewisham_study.tidy.tables import Frames, once

CATEGORIES = ["looked_after", "safeguarding", "family_support", "young_people", "youth_justice", "sure_start"]
CATEGORIES += ["strategy", "other"]
"""Categories of section 251, largest first; strategy was one of its own to 2011-12."""
SPEND_SERIES = "s251"
"""Total spend from 2011-12; each earlier year is a series of its own."""
ACCOUNTS = {"s251": "total_gross", "ro3": "ro3_gross"}
SAME_SCOPE = "2014-15"
"""RO3 covers what section 251 does from this year on."""
ROUNDING = 50_000
"""Pounds: a smaller difference from a published total is rounding."""


@dataclass(frozen=True)
class Prices:
    """The prices to express money in: the index table, the base year and the index."""

    table: pd.DataFrame
    base: str = "2021-22"
    index: str = "gdp_deflator"


@dataclass(frozen=True)
class Amounts:
    """Gross spend of an authority, all authorities, its comparators, its region and England; see `express`."""

    own: pd.DataFrame
    every: pd.DataFrame
    others: pd.DataFrame
    region: pd.DataFrame
    england: pd.DataFrame


def list_window(case: Case) -> list[str]:
    """List the financial years of the case's window."""
    return list_years(case.start_year, case.end_year)


def choose_prices(case: Case) -> Prices:
    """Return the prices that the case asks for."""
    return Prices(case.tables["prices"], case.price_base, case.deflator)


@once
def gather_amounts(case: Case) -> Amounts:
    """Select the total gross spend of a case and of all it is compared with, in real terms and per child."""
    shared = forget_authority(case)
    every = express_every(shared)
    return Amounts(
        every[every["la_code"] == case.la_code].reset_index(drop=True),
        every,
        every[every["la_code"].isin(list_comparators(case))],
        sum_area(shared, case.region),
        sum_area(shared, "England"),
    )


@once
def express_every(case: Case) -> pd.DataFrame:
    """Express the total gross spend of every authority in real terms and per child; the authority plays no part."""
    figures = select_spend(case.tables["spend"], "total_gross", list_window(case))
    local = figures[figures["geographic_level"] == "local_authority"]
    return express(local, case.tables["population"], choose_prices(case))


@once
def sum_area(case: Case, place: str) -> pd.DataFrame:
    """Sum the total gross spend of a region or of England, see `sum_place`; the authority plays no part."""
    population, authorities = case.tables["population"], case.tables["authorities"]
    figures = select_spend(case.tables["spend"], "total_gross", list_window(case))
    code = population.loc[population["la_name"] == place, "new_la_code"].iloc[0]
    here = authorities if place == "England" else authorities[authorities["region"] == place]
    return sum_place(figures, population, here["la_code"].tolist(), str(code), choose_prices(case))


@once
def gather_mix(case: Case) -> pd.DataFrame:
    """Return the gross spend of a case by today's categories and year, in real terms, with England's per child.

    Columns are time_period, year, series, category, own_value (pounds), own and england (pounds per child), source_id
    and locator; every category has every year.
    """
    tables, prices, years = case.tables, choose_prices(case), list_window(case)
    figures = select_spend(case.own("spend"), [f"{name}_gross" for name in CATEGORIES], years)
    own = express(figures, tables["population"], prices)
    own = own.assign(category=own["measure"].str.removesuffix("_gross"))
    england = measure_england_mix(tables, tuple(years), prices.base, prices.index)
    columns = {"real_value": "own_value", "real_per_child": "own"}
    columns |= {name: name for name in ("time_period", "category", "source_id", "locator")}
    mix: pd.DataFrame = england.merge(
        own[list(columns)].rename(columns=columns), "left", on=["time_period", "category"]
    )
    return mix.sort_values(["category", "year"], kind="stable", ignore_index=True)


@once
def measure_england_mix(tables: Frames, years: tuple[str, ...], base: str, index: str) -> pd.DataFrame:
    """Return England's real gross spend per child by category and year: the sum of authorities over all children."""
    population, prices = tables["population"], Prices(tables["prices"], base, index)
    code = str(population.loc[population["la_name"] == "England", "new_la_code"].iloc[0])
    every = tables["authorities"]["la_code"].tolist()
    parts = []
    for name in CATEGORIES:
        figures = select_spend(tables["spend"], f"{name}_gross", years)
        if len(figures):
            place = sum_place(figures, population, every, code, prices)
            parts.append(place[["time_period", "year", "series", "real_per_child"]].assign(category=name))
    return pd.concat(parts, ignore_index=True).rename(columns={"real_per_child": "england"})


def list_years(start_year: int, end_year: int) -> list[str]:
    """List the financial years that begin and end in a window; for a window of one year, the one that ends in it."""
    return [name_year(year) for year in range(min(start_year, end_year - 1), end_year)]


def name_year(first: int) -> str:
    """Return the name of the financial year that begins in a year.

    Examples
    --------
    >>> name_year(1999), name_year(2012)
    ('1999-00', '2012-13')
    """
    return f"{first}-{(first + 1) % 100:02d}"


def select_spend(spend: pd.DataFrame, measures: str | Sequence[str], years: Sequence[str]) -> pd.DataFrame:
    """Select measures in some financial years, with `year` (the one they begin in), in its order."""
    wanted = [measures] if isinstance(measures, str) else list(measures)
    chosen = spend[spend["measure"].isin(wanted) & spend["time_period"].isin(list(years))]
    year = chosen["time_period"].str[:4].astype(int)
    return chosen.assign(year=year).sort_values(["year", "measure"], kind="stable", ignore_index=True)


def find_last_net(spend: pd.DataFrame) -> str:
    """Return the last financial year with net spend by authority."""
    net = spend[(spend["measure"] == "total_net") & (spend["geographic_level"] == "local_authority")]
    return str(net.dropna(subset="value")["time_period"].max())


def express(figures: pd.DataFrame, population: pd.DataFrame, prices: Prices) -> pd.DataFrame:
    """Add real terms and amounts per child (aged 0 to 17, mid-year) to rows of spend, missing where either part is."""
    children = find_children(figures["new_la_code"], figures["time_period"].str[:4].astype(int), population)
    return divide_amounts(figures, children, prices)


def divide_amounts(figures: pd.DataFrame, children: pd.Series, prices: Prices) -> pd.DataFrame:
    """Add real_value (pounds in prices of the base), children, value_per_child and real_per_child."""
    real = to_real_terms(figures, prices.table, prices.base, prices.index)
    per = {"value_per_child": real["value"] / children, "real_per_child": real["real_value"] / children}
    return real.assign(children=children, **per)


def sum_place(
    figures: pd.DataFrame, population: pd.DataFrame, codes: Sequence[str], place_code: str, prices: Prices
) -> pd.DataFrame:
    """Sum the spend of a place over its authorities, those abolished since too, and divide it by the place's children.

    The children of an authority without a figure are left out of the divisor.
    """
    here = figures[figures["la_code"].isin(list(codes))]
    summed = sum_authorities(here).rename(columns={"figures": "authorities"})
    summed = summed.assign(new_la_code=place_code, year=summed["time_period"].str[:4].astype(int))
    without = here[here["value"].isna()]
    lacking = find_children(without["new_la_code"], without["year"], population).groupby(without["time_period"]).sum()
    children = find_children(summed["new_la_code"], summed["year"], population)
    return divide_amounts(summed, children - summed["time_period"].map(lacking).fillna(0), prices)


def trace_spend(
    tables: Frames, codes: Sequence[str], *, base: str = "2021-22", index: str = "gdp_deflator"
) -> pd.DataFrame:
    """Return the real gross spend on children's services per child of some authorities.

    Columns are la_code, time_period, date (31 March, the end of the financial year), value (pounds per child aged 0 to
    17), children, status, source_id and locator. No population is held before mid-2012, so 2011-12 has no value.
    """
    spend = tables["spend"]
    chosen = (spend["measure"] == "total_gross") & (spend["series"] == SPEND_SERIES) & spend["la_code"].isin(codes)
    columns = ["la_code", "time_period", "date", "value", "children", "status", "source_id", "locator"]
    if not chosen.any():
        return pd.DataFrame(columns=columns).astype({"date": "datetime64[us]", "value": float})
    real = express(spend[chosen], tables["population"], Prices(tables["prices"], base, index))
    ends = pd.to_datetime((real["time_period"].str[:4].astype(int) + 1).astype(str) + "-03-31")
    return real.assign(date=ends, value=real["real_per_child"])[columns].sort_values(
        ["la_code", "date"], ignore_index=True
    )


def list_rate_sources(tables: Frames, index: str) -> set[str]:
    """List the sources of the children and prices behind real spend per child."""
    prices = tables["prices"]
    return {*tables["population"]["source_id"], *prices.loc[prices["index_name"] == index, "source_id"]}


def measure_growth(first: float, last: float, years: int) -> float:
    """Return the compound annual growth rate between two amounts."""
    return float((last / first) ** (1 / years) - 1)


def tabulate_growth(figures: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    """Return the growth of some columns, by their new names, between the first and last year that has each.

    Total is a share, annual a compound rate. Growth never crosses a break: only the last series counts.
    """
    rows = []
    for column, name in columns.items():
        known = figures.dropna(subset=column)
        known = known[known["series"] == known["series"].iloc[-1]] if len(known) else known
        if len(known) < 2:
            continue
        first, last = known.iloc[0], known.iloc[-1]
        annual = measure_growth(first[column], last[column], int(last["year"] - first["year"]))
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
    """Return the growth of one authority's spend in real terms under each price index; see `tabulate_growth`."""
    parts = [
        tabulate_growth(express(figures, population, Prices(prices.table, prices.base, index)), {column: index})
        for index in indices
    ]
    return pd.concat(parts, ignore_index=True).rename(columns={"amount": "index"})


def reconcile_england(spend: pd.DataFrame, years: Sequence[str]) -> pd.DataFrame:
    """Compare the sum of gross spend over authorities with the total published for England, missing where none is held.

    The difference, published less summed, is in pounds; the years `apart` are those where it is no rounding.
    """
    figures = select_spend(spend, "total_gross", years)
    summed = sum_authorities(figures).rename(columns={"figures": "authorities", "value": "summed"})
    national = figures[figures["geographic_level"] == "national"].set_index("time_period")["value"]
    published = summed["time_period"].map(national).astype(float)
    difference = published - summed["summed"]
    sums = summed[["time_period", "authorities", "missing", "summed"]]
    return sums.assign(published=published, difference=difference, apart=difference.abs() >= ROUNDING)


def compare_accounts(spend: pd.DataFrame, la_code: str, years: Sequence[str], kind: str = "gross") -> pd.DataFrame:
    """Return an authority's section 251 outturn, its revenue outturn RO3, and the first less the second, in pounds."""
    own = spend[spend["la_code"] == la_code]
    s251 = select_spend(own, f"total_{kind}", years).set_index("time_period")["value"]
    ro3 = select_spend(own, f"ro3_{kind}", years).set_index("time_period")
    both = pd.DataFrame({"s251": s251, "ro3": ro3["value"], "ro3_series": ro3["series"]}).sort_index()
    both = both.rename_axis("time_period").reset_index()
    return both.assign(year=both["time_period"].str[:4].astype(int), difference=both["s251"] - both["ro3"])


def compare_movements(
    spend: pd.DataFrame, population: pd.DataFrame, prices: Prices, first: str, last: str
) -> pd.DataFrame:
    """Return each authority's real change per child between two years by both accounts, where it has all figures.

    The columns s251 and ro3 are shares; gap is the first less the second; opposed marks moves in two directions.
    Both years must be of one scope of RO3, from 2014-15 on.
    """
    figures = select_spend(spend, list(ACCOUNTS.values()), [first, last])
    real = express(figures[figures["geographic_level"] == "local_authority"], population, prices)
    wide = real.pivot(index=["la_code", "la_name"], columns=["measure", "time_period"], values="real_per_child")
    moves = {name: wide[measure, last] / wide[measure, first] - 1 for name, measure in ACCOUNTS.items()}
    both = pd.DataFrame(moves).dropna().reset_index()
    opposed = (both["s251"] > 0) != (both["ro3"] > 0)
    return both.assign(gap=both["s251"] - both["ro3"], opposed=opposed)


def split_income(spend: pd.DataFrame, la_code: str, years: Sequence[str]) -> pd.DataFrame:
    """Return gross, net and income (gross less net) of the total and every category, in years that have both."""
    own = spend[spend["la_code"] == la_code]
    names = [f"{name}_{kind}" for name in ["total", *CATEGORIES] for kind in ("gross", "net")]
    figures = select_spend(own, names, years)
    figures[["category", "kind"]] = figures["measure"].str.rsplit("_", n=1, expand=True)
    wide = figures.pivot(index=["time_period", "year", "category"], columns="kind", values="value")
    wide = wide.reindex(columns=["gross", "net"]).dropna().reset_index().rename_axis(columns=None)
    return wide.assign(income=wide["gross"] - wide["net"])
