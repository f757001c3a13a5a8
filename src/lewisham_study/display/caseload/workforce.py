"""Agency workers, turnover, vacancies and absence, compared with comparators, England and most authorities."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.caseload import (
    RATES,
    SPLICE,
    select_authorities,
    select_own_measure,
    select_window,
    spread_measure,
)
from lewisham_study.analysis.rates import compute_quartiles
from lewisham_study.display.common.cautions import bracket_joint, explain_missing
from lewisham_study.display.common.charts import NamedLine, describe_table, draw_legend, draw_named_lines
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, paint_widths
from lewisham_study.display.common.lines import End, draw_band, label_ends, mark_break
from lewisham_study.display.common.phrases import format_count, lower_first, name_comparators, name_median, name_share
from lewisham_study.display.common.style import HERE, PAGE_WIDTH, REFERENCE, SECOND, set_margins
from lewisham_study.tidy.tables import once
from lewisham_study.vocabulary import FEWEST

RATE_NAMES = dict(zip(RATES, ["Agency workers", "Turnover", "Vacancies", "Absence"], strict=True))
LOOKS: dict[str, dict[str, Any]] = {
    "own": {"color": HERE, "lw": 2, "marker": "o", "markersize": 3.8, "zorder": 3, "clip_on": False},
    "median": {"color": SECOND, "lw": 1.2, "ls": (0, (4, 1.5)), "alone": "D", "zorder": 2},
    "England": {"color": REFERENCE, "lw": 1.2, "ls": (0, (6, 1.5, 1, 1.5)), "zorder": 2},
}
CROSS: dict[str, Any] = {"color": HERE, "ls": "", "marker": "x", "markersize": 5}
BAND = "#E3E3E3"
FEW = 20
"""With fewer full-time equivalents than this, one person moves a rate by 5 points, so rates have no decimals."""


@dataclass(frozen=True)
class Rate:
    """One rate in per cent: the authority's, its comparators' median and England's, and the quartiles of all."""

    name: str
    own: pd.DataFrame
    median: pd.DataFrame
    england: pd.DataFrame
    spread: pd.DataFrame

    @property
    def lines(self) -> list[NamedLine]:
        """The lines drawn, without names, all with their values in the column `value`."""
        rows = {"own": self.own, "median": self.median, "England": self.england}
        return [NamedLine("", role, figures) for role, figures in rows.items()]


@once
def list_rates(case: Case) -> list[Rate]:
    """Select the four rates of a case."""
    rates, codes, few = [], list_comparators(case), list_small_years(case)
    for measure, name in RATE_NAMES.items():
        rows, own = select_window(case, measure), select_own_measure(case, measure)
        others = compute_quartiles(select_authorities(rows[rows["la_code"].isin(codes)]))
        median = others.drop(columns="value", errors="ignore").rename(columns={"median": "value"})
        england, spread = (
            rows[rows["geographic_level"] == "national"],
            spread_measure(case.tables, measure, case.start_year, case.end_year),
        )
        rates.append(Rate(name, own[~own["year"].isin(few)], median, england, spread))
    return rates


def list_small_years(case: Case) -> list[int]:
    """List the years in which fewer than `FEWEST` full-time equivalents were in post: no rates, only counts."""
    own = select_own_measure(case, "inpost_fte")
    always = own["value"].max() < FEWEST
    return [int(year) for year in own.loc[(own["value"] < FEWEST) | (always & own["value"].isna()), "year"]]


def list_latest(rates: list[Rate]) -> pd.DataFrame:
    """List the last value of each rate that has one, with England's and the comparators' median of its year."""
    lines = [line.figures.assign(rate=rate.name, role=line.role) for rate in rates for line in rate.lines]
    values = pd.concat(lines).pivot(index=["rate", "year"], columns="role", values="value")
    values = values.reindex(columns=list(LOOKS)).reset_index()
    last = values.dropna(subset="own").groupby("rate").tail(1).set_index("rate")
    return last.reindex([name for name in RATE_NAMES.values() if name in last.index])


def draw_workforce(case: Case) -> FigureExhibit | None:
    """Draw the four rates of the authority's workforce, a panel each; a year without a credible figure is a cross."""
    rates = list_rates(case)
    if not any(rate.own["value"].notna().any() for rate in rates):
        return None
    years = sorted(set().union(*[rate.england["year"] for rate in rates]))

    def paint(width: float) -> Figure:
        phone = width < PAGE_WIDTH
        figure = Figure(figsize=(width, 4.8 if phone else 5.8))
        panels = list(figure.subplots(2, 2, sharex=True).flat)
        panels[0].set_xlim(years[0] - 0.3, years[-1] + 0.3)
        every = 4 if phone else 2
        panels[0].set_xticks(years, [str(year) if number % every == 0 else "" for number, year in enumerate(years)])
        key = draw_legend(figure, list_entries(case, rates), 2 if phone else 5, length=2.4)
        # A label with its year is of a line that ends within the panel.
        late = any("(" in end.name for rate in rates for end in list_ends(rate, 0))
        right = (0.4 if phone else 0.34) + (0.26 if phone else 0.08) * late
        set_margins(figure, left=0.4, right=right, bottom=0.25, top=key + 0.33, gaps=(right + 0.4, 0.41))
        for axes, rate in zip(panels, rates, strict=True):
            draw_rate(axes, rate)
        return figure

    figure, narrow = paint_widths(paint)
    table = tabulate_workforce(case, rates)
    shown = table.filter(regex=rf"^30 September$|, ({re.escape(case.label)}|England), %$")
    alt = f"Four panels of workforce rates of {case.spoken}, per cent. {describe_table(shown, '%')}"
    most = count_most(case)
    small = f" At most {most:.1f} were in post: one person moves a rate." if most < FEW else ""
    sources = credit_releases(pd.concat([rate.own["source_id"] for rate in rates]))
    caption = f"Shares in full-time equivalents; a missing figure is not zero.{small} {sources}"
    return FigureExhibit(figure, "fig-workforce", title_workforce(case, rates), caption, alt, table, narrow=narrow)


def draw_rate(axes: Axes, rate: Rate) -> None:
    """Draw one rate: band, England, the authority with their last values, and a cross where a figure is missing."""
    draw_band(axes, rate.spread, "lower_quartile", "upper_quartile", color=BAND, zorder=1)
    draw_named_lines(axes, rate.lines, LOOKS)
    missing = rate.own.loc[rate.own["value"].isna(), "year"]
    axes.plot(missing, [0.04] * len(missing), transform=axes.get_xaxis_transform(), **CROSS)
    axes.set_title(rate.name, loc="left", pad=12)
    axes.set_ylim(0, None)
    axes.yaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f}%")
    first, last = axes.get_xlim()
    if first < SPLICE < last:
        mark_break(axes, SPLICE, "totals", "each worker")
    label_ends(axes, list_ends(rate, 0.12 * axes.get_ylim()[1]))


def list_entries(case: Case, rates: list[Rate]) -> dict[str, Any]:
    """List the lines, the band and, where there are any, the crosses, to be named above the panels."""
    entries: dict[str, Any] = {case.label: LOOKS["own"]}
    entries |= {lower_first(name_median(case)): LOOKS["median"]} if len(rates[0].median) else {}
    entries |= {"England": LOOKS["England"], "middle half of authorities": Patch(color=BAND, lw=0)}
    return entries | ({"no value": CROSS} if any(rate.own["value"].isna().any() for rate in rates) else {})


def list_ends(rate: Rate, lowest: float) -> list[End]:
    """List the last values of the three lines, to write at their points but above the axis."""
    ends = []
    for line in rate.lines:
        for last in line.figures.dropna(subset="value").tail(1).to_dict("records"):
            when = f" ({last['year']})" if last["year"] < rate.england["year"].max() else ""
            height, weight = max(float(last["value"]), lowest), "bold" if line.role == "own" else "normal"
            colour = LOOKS[line.role]["color"]
            ends.append(End(f"{last['value']:.1f}{when}", float(last["year"]), height, colour, weight))
    return ends


def title_workforce(case: Case, rates: list[Rate]) -> str:
    """State each rate of the latest year with one, and England's."""
    by_year: dict[int, list[str]] = {}
    digits = 0 if count_most(case) < FEW else 1
    for name, last in list_latest(rates).iterrows():
        text = f"{str(name).lower()} {last['own']:.{digits}f}% ({last['England']:.1f}%)"
        by_year.setdefault(int(last["year"]), []).append(text)
    latest, *earlier = sorted(by_year, reverse=True)
    parts = [", ".join(by_year[latest]).replace("(", "(England ", 1)]
    parts += [f"latest known {', '.join(by_year[year])}, in {year}" for year in earlier]
    joint = bracket_joint(case, rates[0].own)
    return f"{case.opening}{joint} in {latest}: {'; '.join(parts)}"


def count_most(case: Case) -> float:
    """Return the largest number of full-time equivalents in post in the window."""
    return float(select_own_measure(case, "inpost_fte")["value"].max())


def tabulate_workforce(case: Case, rates: list[Rate]) -> pd.DataFrame:
    """Return the rates as a table: a row a year, every line and the band of each rate."""
    columns = {}
    for rate in rates:
        own, spread = rate.own.set_index("year"), rate.spread.set_index("year")
        columns[f"{rate.name}, {case.label}, %"] = own["value"]
        columns[f"{rate.name}, England, %"] = rate.england.set_index("year")["value"]
        columns[f"{rate.name}, median of comparators, %"] = rate.median.set_index("year")["value"]
        columns[f"{rate.name}, lower quartile, %"] = spread["lower_quartile"]
        columns[f"{rate.name}, upper quartile, %"] = spread["upper_quartile"]
        columns[f"{rate.name}, source"] = own["source_id"] + ", " + own["locator"]
    wide = pd.DataFrame(columns).sort_index().round(2).rename_axis("30 September").reset_index()
    return wide.astype({"30 September": str})


def summarise_workforce(case: Case) -> Prose:
    """Count the rates of the last year that were above England's and above the comparators' median."""
    latest = list_latest(list_rates(case))
    counts = describe_counts(case, list_small_years(case))
    if latest.empty and counts:
        return Prose(f"{case.opening} has too few workers for rates.{counts}")
    if latest.empty:
        return Prose(f"No rates of the workforce of {case.spoken} are held for this window.")
    above = int((latest["own"] > latest["England"]).sum())
    text = f"{name_share(above, len(latest), 'rates')} {'was' if above < 2 else 'were'} higher than in England"
    if latest["median"].notna().any():
        many = int((latest["own"] > latest["median"]).sum())
        count = format_count(many).lower() if many else "none"
        text += f", and {count} higher than the median of {name_comparators(case)}"
    return Prose(
        f"In the latest figures, to {int(latest['year'].max())}, {text}. The rates describe posts, not the quality of "
        f"the work.{counts}"
    )


def describe_counts(case: Case, years: list[int]) -> str:
    """Give, after a space, the counts of years with too few workers for rates; empty where there are none."""
    names = {"inpost_fte": "in post", "agency_fte": "agency", "leavers_fte": "left", "vacancy_fte": "vacant"}
    own = {name: select_own_measure(case, measure).set_index("year")["value"] for measure, name in names.items()}
    texts = [
        f"in {year}, {', '.join(f'{count:g} {name}' for name, count in known.items())}"
        for year, counts in pd.DataFrame(own).loc[years].iterrows()
        if len(known := counts.dropna())
    ]
    few = format_count(FEWEST).lower()
    return f" With fewer than {few} in post only numbers are given: {'; '.join(texts)}." if texts else ""


def summarise_missing_rates(case: Case) -> Prose:
    """Define the four rates, and give the reason for each that is missing."""
    rows = pd.concat([rate.own.assign(rate=rate.name) for rate in list_rates(case)], ignore_index=True)
    why = explain_missing(case, "workforce", rows)
    named = rows.loc[why.index, "rate"].str.lower() + " " + rows.loc[why.index, "year"].astype(str)
    reasons = [f"{', '.join(group)}: {reason}" for reason, group in named.groupby(why, sort=False)]
    missing = f" No value for {'; '.join(reasons)}." if reasons else ""
    return Prose(
        "Agency workers are a share of agency workers and staff in post together on 30 September, turnover is leavers "
        "in the year as a share of staff in post, vacancies are a share of posts, and absence is a share of working "
        f"days.{missing}"
    )
