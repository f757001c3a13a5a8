"""Sentences about one authority's spend, and the cautions on its figures."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import rank_value
from lewisham_study.analysis.cautions import compare_medians
from lewisham_study.analysis.spend import (
    ACCOUNTS,
    CATEGORIES,
    SAME_SCOPE,
    Amounts,
    choose_prices,
    compare_movements,
    gather_amounts,
    list_window,
    select_spend,
)
from lewisham_study.display.common.arrangements import describe_arrangements
from lewisham_study.display.common.cautions import (
    describe_cautions,
    explain_missing,
    list_cautioned_peers,
    list_cautioned_years,
    summarise_cautioned_medians,
    summarise_cautioned_peers,
    summarise_medians,
)
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import Prose
from lewisham_study.display.common.phrases import name_extremes, name_region, summarise_absence
from lewisham_study.display.spend.amounts import (
    choose_span,
    explain_no_children,
    format_millions,
    format_more,
    format_percent,
    format_pounds,
    format_prices,
    summarise_no_spend,
    summarise_nothing,
)
from lewisham_study.display.spend.mix import GROUPS

FEW = 3000
"""With fewer children than this, one placement can move spend per child."""


def summarise_spend(case: Case) -> Prose:
    """Summarise the authority's spend in the window and compare it with others."""
    amounts = gather_amounts(case)
    if amounts.own["value"].isna().all():
        return summarise_no_spend(case)
    parts = [summarise_rate(case, amounts), summarise_total(case, amounts)]
    return Prose("\n\n".join(part for part in parts if part))


def summarise_accounts(case: Case) -> Prose:
    """Name the financial years of the window, and give the change by each of the two accounts."""
    parts = [summarise_window(case), summarise_other(case)]
    return Prose("\n\n".join(part for part in parts if part))


def summarise_window(case: Case) -> str:
    """Name the financial years of the window."""
    years = list_window(case)
    if case.start_year == case.end_year:
        return f"The window {case.end_year} covers the financial year that ends in it, {years[-1]}."
    return f"The window {case.start_year} to {case.end_year} covers the financial years {years[0]} to {years[-1]}."


def summarise_total(case: Case, amounts: Amounts) -> str:
    """Describe the last and first total, nominal and in real terms."""
    known = amounts.own.dropna(subset="value")
    span = choose_span(case, known)
    sound = known[known["time_period"].between(*span)] if span else known
    first, last, end = sound.iloc[0], known.iloc[-1], sound.iloc[-1]
    text = (
        f"In {last['time_period']} {case.spoken} spent **{format_millions(last['value'])}** gross on children’s and "
        f"young people’s services {cite_releases(known.tail(1)['source_id'])}"
    )
    if span is not None:
        more = format_more(end["real_value"] / first["real_value"] - 1, alone=True)
        years = list_cautioned_years(case, "spend", "total_gross", known)
        extremes = name_extremes(sound.set_index("time_period")["real_value"], format_millions, years)
        if end["time_period"] != last["time_period"]:
            text += f", a figure under a caution; in {end['time_period']} it was {format_millions(end['value'])}"
        text += (
            f", compared with {format_millions(first['value'])} in {first['time_period']} "
            f"{cite_releases(sound.head(1)['source_id'])}: in real terms {more}{extremes}"
            f"{summarise_first(known, first, end)}"
        )
    elif len(known) > 1:
        text += f", and {format_millions(first['value'])} in {first['time_period']}, across a break in the return"
    why = summarise_absence(case, f"{case.window_end:%Y-%m-%d}")
    return f"{text}. It {why}." if why.startswith("was abolished") else f"{text}."


def summarise_first(known: pd.DataFrame, base: pd.Series, end: pd.Series) -> str:
    """Give the change from the first year, where a break lies between it and the base; otherwise empty text."""
    first = known.iloc[0]
    if first["time_period"] == base["time_period"]:
        return ""
    more = format_more(end["real_value"] / first["real_value"] - 1)
    return (
        f"; {more} in {first['time_period']} ({format_millions(first['value'])}), but a caution says that figure is "
        "not comparable"
    )


def summarise_other(case: Case) -> str:
    """Give the change of both accounts, in real terms per child, over the years in which their scope is the same."""
    years = [year for year in list_window(case) if year >= SAME_SCOPE]
    figures = select_spend(case.own("spend"), list(ACCOUNTS.values()), years)
    counts = figures.dropna(subset="value")["time_period"].value_counts()
    both = sorted(counts[counts == len(ACCOUNTS)].index)
    if len(both) < 2:
        return ""
    spend, population = case.own("spend"), case.tables["population"]
    moves = compare_movements(spend, population, choose_prices(case), both[0], both[-1])
    if moves.empty:
        return ""
    move = moves.iloc[0]
    apart = " The two accounts move in opposite directions." if move["opposed"] else ""
    return (
        f"From {both[0]} to {both[-1]} {case.spoken}’s spend changed by {format_percent(move['s251'])} per child in "
        f"real terms. By the other account, RO3, it changed by {format_percent(move['ro3'])} over the same years."
        f"{apart} {credit(cite_releases(figures['source_id']))}."
    )


def summarise_rate(case: Case, amounts: Amounts) -> str:
    """Compare spend per child with England, the region and all authorities."""
    known = amounts.own.dropna(subset="real_per_child")
    if known.empty:
        return explain_no_children(case)
    year, value = str(known["time_period"].iloc[-1]), float(known["real_per_child"].iloc[-1])
    england, region, every = (
        line.loc[line["time_period"] == year, "real_per_child"].dropna()
        for line in (amounts.england, amounts.region, amounts.every)
    )
    lower, _, higher = rank_value(every, value)
    few, most = amounts.own["children"].min(), amounts.own["children"].max()
    small = f" With at most {most:,.0f} children, one placement moves the figure." if few < FEW else ""
    return (
        f"{case.opening} spent **{format_pounds(value)}** per child aged 0 to 17 in {year}, in {format_prices(case)}; "
        f"England {format_pounds(england.iloc[0])}, {name_region(case.region)} {format_pounds(region.iloc[0])}. "
        f"{format_rank(lower, higher, len(every) - 1)}. Spend reflects need, the prices of care and accounting "
        f"practice; more is neither better nor worse.{small}"
    )


def format_rank(lower: int, higher: int, others: int) -> str:
    """Say how many of the others spent less, and how many more."""
    if others in (lower, higher):
        return f"All {others} other authorities spent {'less' if lower else 'more'}"
    return f"Of the {others} other authorities, {lower or 'none'} spent less and {higher or 'none'} more"


def summarise_cautions(case: Case) -> Prose:
    """List the authority's missing figures and the figures to treat with caution, its own and its comparators'."""
    years = list_window(case)
    names = ["total_gross", *(f"{name}_gross" for name in CATEGORIES), "ro3_gross"]
    own = select_spend(case.own("spend"), names, years)
    if own.empty:
        return summarise_nothing(case)
    others = gather_amounts(case).others
    peers = list_cautioned_peers(case, "spend", "total_gross", others, "real_per_child")
    moved = summarise_medians(compare_medians(others, peers, "real_per_child"), format_pounds)
    parts = [
        *summarise_missing(case, own),
        *describe_cautions(case, "spend", years),
        *summarise_cautioned_peers(peers),
        *([summarise_cautioned_medians(peers, moved)] if len(peers) else []),
    ]
    parts += describe_arrangements(case)
    if not parts:
        return Prose(
            f"No figure of {case.spoken}’s spend in this window is missing, and none of its own or its comparators’ "
            "carries a caution."
        )
    return Prose("\n".join(f"- {part}" for part in parts))


def summarise_missing(case: Case, own: pd.DataFrame) -> list[str]:
    """Name the missing figures with their reasons, measures of one year together."""
    why = explain_missing(case, "spend", own)
    rows = own.loc[why.index]
    named = rows["measure"].str.removesuffix("_gross").map({**GROUPS, "total": "the total", "ro3": "RO3"})
    keys = [rows["time_period"], why]
    return [f"{year}, {', '.join(group)}: {reason}." for (year, reason), group in named.groupby(keys, sort=False)]
