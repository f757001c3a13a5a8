"""Sentences about need: the last rates compared with others, and why some are missing."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.rates import Need, count_above, find_rate, gather_need
from lewisham_study.display.common.cautions import STATUS_WORDS
from lewisham_study.display.common.citations import cite_releases
from lewisham_study.display.common.exhibit import Prose
from lewisham_study.display.common.phrases import (
    begin_sentence,
    format_count,
    name_comparators,
    name_share,
    summarise_absence,
)
from lewisham_study.display.need.panels import NAMES
from lewisham_study.vocabulary import FEWEST


def summarise_need(case: Case) -> Prose:
    """Compare the authority's last rates with England's and its comparators', and with its own first."""
    need = gather_need(case)
    known = [one for one in need if len(one.known)]
    if not known:
        why = summarise_absence(case, f"{case.end_year}-03-31")
        return Prose(f"There is no rate of need to show: {case.spoken} {why}.")
    year = max(int(one.known["year"].max()) for one in known)
    above, both = count_above(need, year)
    share = begin_sentence(name_share(above, both, "measures of need"))
    verb = "was" if above < 2 else "were"
    lead = f"{share} {verb} higher in {case.spoken} than in England, at 31 March {year} or in the year to that day."
    lead = lead if both else ""
    main = [one for one in need if one.measure in ("looked_after", "children_in_need") and len(one.known)]
    parts = [describe_rate(case, one) for one in main]
    guard = "A rate counts what a council recorded and did: more may mean more need, or more help given."
    return Prose("\n\n".join([" ".join(part for part in [lead, guard] if part), *parts]))


def describe_rate(case: Case, one: Need) -> str:
    """Describe a measure's last count and rate, England's and the comparators', and the change since the first."""
    first, last = one.known.iloc[0], one.known.iloc[-1]
    year = int(last["year"])
    median, england = find_rate(one.median, year), find_rate(one.england, year)
    compared = f"England {england:.1f}" + (f", median of {name_comparators(case)} {median:.1f}" if median else "")
    text = (
        f"{NAMES[one.measure]}: **{last['value']:,.0f}**, or **{last['rate']:.1f}** per 10,000 children aged 0 to 17 "
        f"at 31 March {year} ({compared}) {cite_releases([last['source_id']])}."
    )
    if first["year"] == year:
        return text
    return f"{text} In {first['year']} the rate was {first['rate']:.1f}."


def summarise_missing(case: Case) -> Prose | None:
    """Say which counts of the authority are missing and why; None where none is."""
    rows = pd.concat([one.own for one in gather_need(case)], ignore_index=True)
    lacking = rows[rows["value"].isna()]
    few = f"Counts under {format_count(FEWEST).lower()} give no rate, and shares of so few no percentage."
    if lacking.empty:
        return Prose(f"{few} No count of {case.spoken} is missing in this window.")
    named = lacking.assign(named=lacking["measure"].map(NAMES).str.removesuffix(", %").str.lower())
    reasons = [
        f"- {name}, {', '.join(group)}: {STATUS_WORDS[str(status)]}."
        for (name, status), group in named.groupby(["named", "status"], sort=False)["time_period"]
    ]
    return Prose("\n".join([f"{few} Missing counts of {case.spoken}:", "", *reasons]))
