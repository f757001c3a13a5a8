"""Sentences about one authority's spend: its path, and what to know of its figures."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import rank_value
from lewisham_study.analysis.spend import CATEGORIES, select_spend
from lewisham_study.display.common.cautions import (
    describe_cautions,
    explain_missing,
    find_cautioned,
    list_cautioned,
    summarise_cautioned_peers,
)
from lewisham_study.display.common.citations import cite
from lewisham_study.display.common.exhibit import Prose
from lewisham_study.display.common.phrases import name_extremes, summarise_absence
from lewisham_study.display.spend.amounts import (
    Amounts,
    explain_no_children,
    format_millions,
    format_more,
    format_pounds,
    format_prices,
    gather_amounts,
    list_window,
    summarise_no_spend,
    summarise_nothing,
)
from lewisham_study.display.spend.mix import GROUPS


def summarise_spend(case: Case) -> Prose:
    """Tell the path of the authority's spend in the window, and how it stands beside others."""
    amounts = gather_amounts(case)
    if amounts.own["value"].isna().all():
        return summarise_no_spend(case)
    parts = [summarise_window(case), summarise_total(case, amounts), summarise_rate(case, amounts)]
    return Prose("\n\n".join(part for part in parts if part))


def summarise_window(case: Case) -> str:
    """Say which financial years the window takes in."""
    years = list_window(case)
    return (
        f"The window {case.start_year} to {case.end_year} takes the financial years {years[0]} to {years[-1]}: those "
        "that begin and end in it."
        if case.start_year < case.end_year
        else f"The window {case.end_year} takes the financial year that ends in it, {years[-1]}."
    )


def summarise_total(case: Case, amounts: Amounts) -> str:
    """Tell of the first and last total, nominal and in real terms."""
    known = amounts.own.dropna(subset="value")
    first, last = known.iloc[0], known.iloc[-1]
    text = (
        f"In {last['time_period']} {case.spoken} spent **{format_millions(last['value'])}** gross on children’s and "
        f"young people’s services {cite(known.tail(1))}"
    )
    if len(known) > 1:
        real = format_more(last["real_value"] / first["real_value"] - 1)
        text += (
            f", after {format_millions(first['value'])} in {first['time_period']} {cite(known.head(1))}: in "
            f"{format_prices(case)} {real} then"
        )
        light = list_cautioned(case, "spend", "total_gross", known["time_period"])
        text += name_extremes(known.set_index("time_period")["real_value"], format_millions, light)
    why = summarise_absence(case, f"{case.window_end:%Y-%m-%d}")
    return f"{text}. It {why}." if why.startswith("was abolished") else f"{text}."


def summarise_rate(case: Case, amounts: Amounts) -> str:
    """Tell of spend per child beside England, the region and all authorities."""
    known = amounts.own.dropna(subset="real_per_child")
    if known.empty:
        return explain_no_children(case)
    last = known.iloc[-1]
    year, value = str(last["time_period"]), float(last["real_per_child"])
    england, region = (
        format_pounds(float(line.loc[line["time_period"] == year, "real_per_child"].iloc[0]))
        for line in (amounts.england, amounts.region)
    )
    every = amounts.every.loc[amounts.every["time_period"] == year, "real_per_child"].dropna()
    lower, _, higher = rank_value(every, value)
    others = format_rank(lower, higher, len(every) - 1)
    return (
        f"Per child aged 0 to 17, in {format_prices(case)}, it was **{format_pounds(value)}** in {year} "
        f"(England {england}, {case.region} {region}); {others}. Spend reflects need, the prices of care and the way "
        "accounts are kept; more is neither better nor worse."
    )


def format_rank(lower: int, higher: int, others: int) -> str:
    """Say how many of the others spent less, and how many more.

    Examples
    --------
    >>> format_rank(115, 36, 151), format_rank(151, 0, 151)
    ('of 151 other authorities 115 spent less and 36 more', 'all 151 other authorities spent less')
    """
    if others in (lower, higher):
        return f"all {others} other authorities spent {'less' if lower else 'more'}"
    return f"of {others} other authorities {lower or 'none'} spent less and {higher or 'none'} more"


def summarise_cautions(case: Case) -> Prose:
    """Tell what is missing of the authority's spend, and what stands but bears little weight."""
    years = list_window(case)
    spend = case.tables["spend"]
    names = ["total_gross", *(f"{name}_gross" for name in CATEGORIES), "ro3_gross"]
    own = select_spend(spend[spend["la_code"] == case.la_code], names, years)
    if own.empty:
        return summarise_nothing(case)
    light = find_cautioned(case, "spend", "total_gross", gather_amounts(case).others)
    parts = [
        *summarise_missing(case, own),
        *describe_cautions(case, "spend", years),
        *summarise_cautioned_peers(light),
    ]
    if not parts:
        return Prose(
            f"No figure of {case.spoken}’s spend in this window is missing, and none of its own or its comparators’ "
            "carries a caution."
        )
    return Prose("\n".join(f"- {part}" for part in parts))


def summarise_missing(case: Case, own: pd.DataFrame) -> list[str]:
    """Tell of each missing figure and its reason, measures of one year together."""
    why = explain_missing(case, "spend", own)
    rows = own.loc[why.index]
    named = rows["measure"].str.removesuffix("_gross").map({**GROUPS, "total": "the total", "ro3": "RO3"})
    keys = [rows["time_period"], why]
    return [f"{year}, {', '.join(group)}: {reason}." for (year, reason), group in named.groupby(keys, sort=False)]
