"""Nine measures of need, a small panel each: the authority, its comparators' median and England; and in sentences."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.rates import SHARES, Need, count_above, find_rate, gather_need
from lewisham_study.display.common import charts, phrases
from lewisham_study.display.common.cautions import STATUS_WORDS
from lewisham_study.display.common.citations import cite_releases, credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, paint_widths
from lewisham_study.display.common.lines import set_panels
from lewisham_study.display.common.style import HERE, PAGE_WIDTH
from lewisham_study.vocabulary import FEWEST

NAMES = {
    "looked_after": "Children looked after",
    "children_in_need": "Children in need",
    "on_protection_plan": "Children on protection plans",
    "referrals": "Referrals in the year",
    "section_47_enquiries": "Section 47 enquiries",
    "initial_conferences": "Protection conferences",
    "protection_plans_started": "Protection plans begun",
    "rereferrals": "Referred again, %",
    "repeat_protection_plans": "Plans not the first, %",
}
LOOKS = {**charts.LOOKS, "own": {**charts.LOOKS["own"], "markersize": 3, "lw": 2}}
CROSS: dict[str, Any] = {"color": HERE, "ls": "", "marker": "x", "markersize": 4}


def draw_need(case: Case) -> FigureExhibit | None:
    """Draw each measure in a panel from zero; a year without a rate is a cross; None without any rate."""
    need = gather_need(case)
    if all(one.known.empty for one in need):
        return None
    figure, narrow = paint_widths(lambda width: paint_need(case, need, width))
    caption = (
        "Per 10,000 children, or per cent; scales differ, from zero. Rates show what councils record and do, not need "
        f"itself. ×: under five, or missing. {credit_releases(pd.concat([one.own['source_id'] for one in need]))}"
    )
    title, alt, table = title_need(case, need), describe_need(case, need), tabulate(case, need)
    return FigureExhibit(figure, "fig-need", title, caption, alt, table, narrow=narrow)


def paint_need(case: Case, need: list[Need], width: float) -> Figure:
    """Draw the panels at a width: three in a row, or two on a phone."""
    phone = width < PAGE_WIDTH
    figure = Figure(figsize=(width, 6.4 if phone else 4.7))
    panels = list(figure.subplots(*((5, 2) if phone else (3, 3)), sharex=True).flat)
    years = sorted(set().union(*[one.england["year"] for one in need]))
    panels[0].set_xlim(years[0] - 0.4, years[-1] + 0.4)
    panels[0].set_xticks([years[0], years[-1]], [str(years[0]), str(years[-1])])
    for axes, one in zip(panels, need, strict=False):
        draw_measure(axes, one)
    for axes in panels[len(need) :]:
        axes.set_axis_off()
    key = charts.draw_legend(figure, list_entries(case, need), 2 if phone else 4)
    set_panels(figure, bottom=0.25, top=key + 0.22, between=0.32)
    return figure


def find_missing(one: Need) -> pd.Series:
    """Find the years in which the authority has children, but no rate."""
    return one.own.loc[one.own["rate"].isna() & one.own["children"].notna(), "year"]


def draw_measure(axes: Axes, one: Need) -> None:
    """Draw the three lines of one measure with their last values, and crosses where the authority has no rate."""
    rows = {"own": one.own, "median": one.median, "England": one.england}
    lines = [charts.NamedLine("", role, figures, "rate") for role, figures in rows.items()]
    charts.draw_named_lines(axes, lines, LOOKS)
    axes.set_title(NAMES[one.measure], loc="left", fontsize=8)
    axes.set_ylim(0, max(axes.get_ylim()[1] * 1.1, 1.0))
    axes.locator_params(axis="y", nbins=4)
    missing = find_missing(one)
    axes.plot(missing, [0.05] * len(missing), transform=axes.get_xaxis_transform(), **CROSS)
    charts.label_lines(axes, lines, "{:.0f}".format, looks=LOOKS)


def list_entries(case: Case, need: list[Need]) -> dict[str, Any]:
    """List the lines and, where there are any, the crosses, to be named above the panels."""
    entries = {case.label: charts.LOOKS["own"]}
    if not all(one.median.empty for one in need):
        entries[phrases.lower_first(phrases.name_median(case))] = charts.LOOKS["median"]
    crosses = {"no rate": CROSS} if any(len(find_missing(one)) for one in need) else {}
    return {**entries, "England": charts.LOOKS["England"], **crosses}


def title_need(case: Case, need: list[Need]) -> str:
    """State the first measure that has a rate in its last year, next to England's and the comparators'."""
    one = next(one for one in need if len(one.known))
    last = one.known.iloc[-1]
    year, england = int(last["year"]), find_rate(one.england, int(last["year"]))
    median = find_rate(one.median, year)
    what, share = NAMES[one.measure].removesuffix(", %").lower(), one.measure in SHARES
    sign = "%" if share else ""
    others = f"England {england:.0f}{sign}" + (f", median of its comparators {median:.0f}{sign}" if median else "")
    if share:
        return f"{case.opening} in {year}: {what} {last['rate']:.0f}% ({others})"
    return f"{case.opening} had {last['rate']:.0f} {what} per 10,000 children in {year} ({others})"


def describe_need(case: Case, need: list[Need]) -> str:
    """Describe the first and last rate of each measure, and England's last."""
    parts = []
    for one in (one for one in need if len(one.known)):
        first, last = one.known.iloc[0], one.known.iloc[-1]
        england = find_rate(one.england, int(last["year"]))
        text = f"{first['year']} {first['rate']:.1f}, {last['year']} {last['rate']:.1f} (England {england:.1f})"
        parts.append(f"{NAMES[one.measure].lower()}: {text}")
    return f"Panels of measures of need in {case.spoken}, per 10,000 children or per cent. {'; '.join(parts)}."


def tabulate(case: Case, need: list[Need]) -> pd.DataFrame:
    """Return the measures as a table: a row a measure and year, with every line drawn and the count."""
    parts = []
    for one in need:
        own = one.own.set_index("year")
        unit = "per cent" if one.measure in SHARES else "per 10,000 children"
        part = pd.DataFrame(
            {
                "Measure": NAMES[one.measure].removesuffix(", %"),
                "Unit": unit,
                f"{case.label}, in that unit": own["rate"].round(2),
                "Median of comparators, in that unit": one.median.set_index("year")["rate"].round(2),
                "England, in that unit": one.england.set_index("year")["rate"].round(2),
                f"{case.label}, count": own["value"],
                f"Source, {case.label}": own["source_id"] + ", " + own["locator"],
            }
        )
        parts.append(part.rename_axis("31 March").reset_index())
    columns = ["Measure", "Unit", "31 March"]
    table = pd.concat(parts, ignore_index=True)
    return table[[*columns, *table.columns.drop(columns)]].astype({"31 March": str})


def summarise_need(case: Case) -> Prose:
    """Compare the authority's last rates with England's and its comparators', and with its own first."""
    need = gather_need(case)
    known = [one for one in need if len(one.known)]
    if not known:
        why = phrases.summarise_absence(case, f"{case.end_year}-03-31")
        return Prose(f"There is no rate of need to show: {case.spoken} {why}.")
    year = max(int(one.known["year"].max()) for one in known)
    above, both = count_above(need, year)
    share = phrases.begin_sentence(phrases.name_share(above, both, "measures of need"))
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
    peers = f", median of {phrases.name_comparators(case)} {median:.1f}" if median else ""
    text = (
        f"{NAMES[one.measure]}: **{last['value']:,.0f}**, or **{last['rate']:.1f}** per 10,000 children aged 0 to 17 "
        f"at 31 March {year} (England {england:.1f}{peers}) {cite_releases([last['source_id']])}."
    )
    if first["year"] == year:
        return text
    return f"{text} In {first['year']} the rate was {first['rate']:.1f}."


def summarise_missing(case: Case) -> Prose | None:
    """Say which counts of the authority are missing and why; None where none is."""
    rows = pd.concat([one.own for one in gather_need(case)], ignore_index=True)
    lacking = rows[rows["value"].isna()]
    few = f"Counts under {phrases.format_count(FEWEST).lower()} give no rate, and shares of so few no percentage."
    if lacking.empty:
        return Prose(f"{few} No count of {case.spoken} is missing in this window.")
    named = lacking.assign(named=lacking["measure"].map(NAMES).str.removesuffix(", %").str.lower())
    reasons = [
        f"- {name}, {', '.join(group)}: {STATUS_WORDS[str(status)]}."
        for (name, status), group in named.groupby(["named", "status"], sort=False)["time_period"]
    ]
    return Prose("\n".join([f"{few} Missing counts of {case.spoken}:", "", *reasons]))
