"""The amounts that the spend figures share: one authority's, all authorities', a region's and England's."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.spend import Prices, express, list_years, select_spend, sum_place
from lewisham_study.display.common.exhibit import Prose
from lewisham_study.display.common.phrases import summarise_absence
from lewisham_study.tidy.tables import once
from lewisham_study.vocabulary import INDEX_NAMES

FIRST_YEAR = "2012-13"


@dataclass(frozen=True)
class Amounts:
    """Gross spend in total, a row a year, nominal, in real terms and per child.

    Parameters
    ----------
    own, region, england : of the authority, its region and England.
    every : of all authorities.
    others : of the comparators.
    """

    own: pd.DataFrame
    every: pd.DataFrame
    others: pd.DataFrame
    region: pd.DataFrame
    england: pd.DataFrame


def list_window(case: Case) -> list[str]:
    """List the financial years of the case's window."""
    return list_years(case.start_year, case.end_year)


def choose_prices(case: Case) -> Prices:
    """Give the prices that the case asks for."""
    return Prices(case.tables["prices"], case.price_base, case.deflator)


@once
def gather_amounts(case: Case) -> Amounts:
    """Gather the total gross spend of a case and all that it is compared with."""
    tables, prices = case.tables, choose_prices(case)
    figures = select_spend(tables["spend"], "total_gross", list_window(case))
    population, authorities = tables["population"], tables["authorities"]
    every = express(figures[figures["geographic_level"] == "local_authority"], population, prices)
    codes = population.drop_duplicates("la_name").set_index("la_name")["new_la_code"]
    regional = authorities.loc[authorities["region"] == case.region, "la_code"].tolist()
    return Amounts(
        every[every["la_code"] == case.la_code].reset_index(drop=True),
        every,
        every[every["la_code"].isin(list_comparators(case))],
        sum_place(figures, population, regional, str(codes[case.region]), prices),
        sum_place(figures, population, authorities["la_code"].tolist(), str(codes["England"]), prices),
    )


def summarise_no_spend(case: Case) -> Prose:
    """Say that the authority has no spend in the window, and why."""
    years = list_window(case)
    why = summarise_absence(case, f"{years[-1][:4]}-04-01")
    text = f"No spend of {case.spoken} is held for {years[0]} to {years[-1]}"
    return Prose(f"{text}." if why == "has no figure" else f"{text}: it {why}.")


def summarise_nothing(case: Case) -> Prose:
    """Say, where the reason has been told before, that there is nothing to show."""
    return Prose(f"Nothing to show: no spend of {case.spoken} is held for this window.")


def explain_no_children(case: Case) -> str:
    """Say why spend cannot be set against children."""
    population = case.tables["population"]
    if population.loc[population["la_code"] == case.la_code, "value"].notna().any():
        first = population["time_period"].min()
        return f"The population estimates held begin in {first}, so spend before then cannot be given per child."
    return (
        f"The population estimates held follow today’s boundaries and have no children of {case.spoken}, so its spend "
        "cannot be given per child."
    )


def format_millions(pounds: float) -> str:
    """Write an amount in millions.

    Examples
    --------
    >>> format_millions(57471234.0), format_millions(-940000.0), format_millions(12340.0)
    ('£57.5m', '−£0.94m', '£12,000')
    """
    sign, size = "−" if pounds < 0 else "", abs(pounds)
    if size < 100_000:
        return f"{sign}£{size / 1e3:,.0f},000" if round(size / 1e3) else "£0"
    return f"{sign}£{size / 1e6:,.{2 if size < 1e6 else 1}f}m"


@dataclass(frozen=True)
class Unit:
    """What pounds are counted in: the unit's name, its pounds, and how many decimals to write."""

    name: str
    pounds: float
    decimals: int

    def write(self, pounds: float) -> str:
        """Write an amount of pounds in the unit, without its name."""
        return f"{pounds / self.pounds:,.{self.decimals}f}".replace("-", "−")

    def scale(self, pounds: pd.Series) -> pd.Series:
        """Give amounts of pounds in the unit, rounded as they are written."""
        scaled = (pounds / self.pounds).round(self.decimals)
        return scaled if self.decimals else scaled.astype("Int64")


def choose_unit(pounds: pd.Series) -> Unit:
    """Choose a unit for amounts: thousands where the largest is below a million, else millions.

    Examples
    --------
    >>> choose_unit(pd.Series([57471234.0, 940000.0])).write(940000.0)
    '0.9'
    >>> choose_unit(pd.Series([620000.0])).name, choose_unit(pd.Series([620000.0])).write(-4300.0)
    ('£ thousand', '−4')
    """
    largest = float(pounds.abs().max())
    if largest < 1e6:
        return Unit("£ thousand", 1e3, 0)
    return Unit("£ million", 1e6, 2 if largest < 1e7 else 1 if largest < 5e8 else 0)


def format_pounds(pounds: float) -> str:
    """Write an amount per child.

    Examples
    --------
    >>> format_pounds(1284.4)
    '£1,284'
    """
    return f"£{pounds:,.0f}"


def format_percent(share: float) -> str:
    """Write a change as a percentage with its sign.

    Examples
    --------
    >>> format_percent(0.1234), format_percent(-0.02)
    ('+12.3%', '−2.0%')
    """
    return f"{share:+.1%}".replace("-", "−")


def format_part(share: float) -> str:
    """Write a share as a whole percentage; little is not nothing.

    Examples
    --------
    >>> format_part(0.557), format_part(0.002), format_part(0.0)
    ('56%', 'less than 1%', 'none')
    """
    if 0 < share < 0.005:
        return "less than 1%"
    return f"{share:.0%}" if share else "none"


def format_more(share: float) -> str:
    """Write a change in words.

    Examples
    --------
    >>> format_more(0.123), format_more(-0.02), format_more(0.001)
    ('12% more than', '2% less than', 'as much as')
    """
    if abs(share) < 0.005:
        return "as much as"
    return f"{abs(share):.0%} {'more' if share > 0 else 'less'} than"


def format_prices(case: Case) -> str:
    """Name the prices that real terms are in."""
    return f"prices of {case.price_base} ({INDEX_NAMES[case.deflator]})"
