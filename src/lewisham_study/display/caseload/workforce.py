"""Agency workers, turnover, vacancies and absence, compared with comparators, England and most authorities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.caseload import RATES, SPLICE, select_authorities, select_window
from lewisham_study.analysis.rates import compute_quartiles
from lewisham_study.display.common.cautions import bracket_joint, explain_missing
from lewisham_study.display.common.charts import describe_table
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, paint_widths
from lewisham_study.display.common.lines import End, draw_band, draw_line, label_ends, mark_break
from lewisham_study.display.common.phrases import format_count, lower_first, name_comparators, name_median, name_share
from lewisham_study.display.common.style import HERE, PAGE_WIDTH, REFERENCE, SECOND, SMALLEST, set_margins
from lewisham_study.tidy.tables import once
from lewisham_study.vocabulary import FEWEST

RATE_NAMES = dict(zip(RATES, ["Agency workers", "Turnover", "Vacancies", "Absence"], strict=True))
OWN_LOOK: dict[str, Any] = {"color": HERE, "lw": 2, "marker": "o", "markersize": 3.8}
MEDIAN_LOOK: dict[str, Any] = {"color": SECOND, "lw": 1.2, "ls": (0, (4, 1.5))}
ENGLAND_LOOK: dict[str, Any] = {"color": REFERENCE, "lw": 1.2, "ls": (0, (6, 1.5, 1, 1.5))}
CROSS: dict[str, Any] = {"color": HERE, "ls": "", "marker": "x", "markersize": 5}
BAND = "#E3E3E3"
FEW = 20
"""With fewer full-time equivalents than this, one person moves a rate by 5 points, so rates have no decimals."""


@dataclass(frozen=True)
class Rate:
    """One rate in per cent: the authority's, England's, its comparators' median, and the quartiles of all."""

    name: str
    own: pd.DataFrame
    england: pd.DataFrame
    median: pd.DataFrame
    spread: pd.DataFrame


@once
def list_rates(case: Case) -> list[Rate]:
    """Select the four rates of a case."""
    rates, codes, few = [], list_comparators(case), list_small_years(case)
    for measure, name in RATE_NAMES.items():
        rows = select_window(case, measure)
        own, england = rows[rows["la_code"] == case.la_code], rows[rows["geographic_level"] == "national"]
        own = own[~own["year"].isin(few)]
        others = compute_quartiles(select_authorities(rows[rows["la_code"].isin(codes)]))
        rates.append(Rate(name, own, england, others, compute_quartiles(select_authorities(rows))))
    return rates


def list_small_years(case: Case) -> list[int]:
    """List the years in which fewer than `FEWEST` full-time equivalents were in post: no rates, only counts."""
    inpost = select_window(case, "inpost_fte")
    own = inpost[inpost["la_code"] == case.la_code]
    small = own["value"] < FEWEST
    always = own["value"].max() < FEWEST
    return [int(year) for year in own.loc[small | (always & own["value"].isna()), "year"]]


def describe_counts(case: Case, years: list[int]) -> str:
    """Give, after a space, the counts of years with too few workers for rates; empty where there are none."""
    names = {"inpost_fte": "in post", "agency_fte": "agency", "leavers_fte": "left", "vacancy_fte": "vacant"}
    texts = []
    for year in years:
        counts = []
        for measure, name in names.items():
            rows = select_window(case, measure)
            value = rows.loc[(rows["la_code"] == case.la_code) & (rows["year"] == year), "value"].dropna()
            counts += [f"{count:g} {name}" for count in value]
        texts += [f"in {year}, {', '.join(counts)}"] if counts else []
    few = format_count(FEWEST).lower()
    return f" With fewer than {few} in post only numbers are given: {'; '.join(texts)}." if texts else ""


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
        key = draw_legend(figure, case, rates, 2 if phone else 5)
        # A label with its year is of a line that ends within the panel.
        late = any("(" in end.name for rate in rates for end in list_ends(rate, 0))
        right = (0.4 if phone else 0.34) + (0.26 if phone else 0.08) * late
        set_margins(figure, left=0.4, right=right, bottom=0.25, top=key + 0.33, gaps=(right + 0.4, 0.41))
        for axes, rate in zip(panels, rates, strict=True):
            draw_rate(axes, rate)
        return figure

    figure, narrow = paint_widths(paint)
    title, caption = title_workforce(case, rates), caption_workforce(case, rates)
    table = tabulate_workforce(case, rates)
    shown = table[
        ["30 September", *[name for name in map(str, table) if name.endswith((f"{case.label}, %", "England, %"))]]
    ]
    alt = f"Four panels of workforce rates of {case.spoken}, per cent. {describe_table(shown, '%')}"
    return FigureExhibit(figure, "fig-workforce", title, caption, alt, table, narrow=narrow)


def draw_rate(axes: Axes, rate: Rate) -> None:
    """Draw one rate: band, England, the authority with their last values, and a cross where a figure is missing."""
    draw_band(axes, rate.spread, "lower_quartile", "upper_quartile", color=BAND, zorder=1)
    draw_line(axes, rate.england, **ENGLAND_LOOK, zorder=2)
    draw_line(axes, rate.median, "median", **MEDIAN_LOOK, alone="D", zorder=2)
    draw_line(axes, rate.own, **OWN_LOOK, zorder=3, clip_on=False)
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


def draw_legend(figure: Figure, case: Case, rates: list[Rate], columns: int) -> float:
    """Name the lines, the band and any crosses above the panels; return the inches from the top that this takes."""
    entries: list[tuple[Any, str]] = [
        (Line2D([], [], **OWN_LOOK), case.label),
        *([(Line2D([], [], **MEDIAN_LOOK), lower_first(name_median(case)))] if len(rates[0].median) else []),
        (Line2D([], [], **ENGLAND_LOOK), "England"),
        (Patch(color=BAND, lw=0), "middle half of authorities"),
    ]
    entries += [(Line2D([], [], **CROSS), "no value")] if any(rate.own["value"].isna().any() for rate in rates) else []
    handles, names = zip(*entries, strict=True)
    look: dict[str, Any] = {"fontsize": SMALLEST, "borderpad": 0, "handlelength": 2.4}
    figure.legend(handles, names, loc="outside upper left", ncols=columns, **look)
    return 0.04 + 0.14 * -(-len(names) // columns)


def list_ends(rate: Rate, lowest: float) -> list[End]:
    """List the last values of the three lines, to write at their points but above the axis."""
    ends = []
    median = rate.median.drop(columns="value", errors="ignore").rename(columns={"median": "value"})
    for line, colour, weight in ((rate.own, HERE, "bold"), (median, SECOND, "normal"), (rate.england, REFERENCE, "")):
        for last in line.dropna(subset="value").tail(1).to_dict("records"):
            when = f" ({last['year']})" if last["year"] < rate.england["year"].max() else ""
            height = max(float(last["value"]), lowest)
            ends.append(End(f"{last['value']:.1f}{when}", float(last["year"]), height, colour, weight or "normal"))
    return ends


def title_workforce(case: Case, rates: list[Rate]) -> str:
    """State each rate of the latest year with one, and England's."""
    by_year: dict[int, list[str]] = {}
    digits = 0 if count_most(case) < FEW else 1
    for rate in rates:
        for last in rate.own.dropna(subset="value").tail(1).to_dict("records"):
            england = rate.england.loc[rate.england["year"] == last["year"], "value"].iloc[0]
            text = f"{rate.name.lower()} {last['value']:.{digits}f}% ({england:.1f}%)"
            by_year.setdefault(last["year"], []).append(text)
    latest, *earlier = sorted(by_year, reverse=True)
    parts = [", ".join(by_year[latest]).replace("(", "(England ", 1)]
    parts += [f"latest known {', '.join(by_year[year])}, in {year}" for year in earlier]
    joint = bracket_joint(case, rates[0].own)
    return f"{case.opening}{joint} in {latest}: {'; '.join(parts)}"


def caption_workforce(case: Case, rates: list[Rate]) -> str:
    """Guard against overreading, and cite the sources."""
    sources = pd.concat([rate.own["source_id"] for rate in rates])
    most = count_most(case)
    small = f" At most {most:.1f} were in post: one person moves a rate." if most < FEW else ""
    return f"Shares in full-time equivalents; a missing figure is not zero.{small} {credit(cite_releases(sources))}."


def summarise_workforce(case: Case) -> Prose:
    """Count the rates of the last year that were above England's and above the comparators' median."""
    year, england, peers = 0, [], []
    for rate in list_rates(case):
        for last in rate.own.dropna(subset="value").tail(1).to_dict("records"):
            year = max(year, int(last["year"]))
            england += list(last["value"] > rate.england.loc[rate.england["year"] == last["year"], "value"].dropna())
            peers += list(last["value"] > rate.median.loc[rate.median["year"] == last["year"], "median"])
    counts = describe_counts(case, list_small_years(case))
    if not england and counts:
        return Prose(f"{case.opening} has too few workers for rates.{counts}")
    if not england:
        return Prose(f"No rates of the workforce of {case.spoken} are held for this window.")
    verb = "was" if sum(england) < 2 else "were"
    text = f"{name_share(sum(england), len(england), 'rates')} {verb} higher than in England"
    many = format_count(sum(peers)).lower() if any(peers) else "none"
    others = f", and {many} higher than the median of {name_comparators(case)}" if peers else ""
    return Prose(
        f"In the latest figures, to {year}, {text}{others}. The rates describe posts, not the quality of "
        f"the work.{counts}"
    )


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


def count_most(case: Case) -> float:
    """Return the largest number of full-time equivalents in post in the window."""
    inpost = select_window(case, "inpost_fte")
    return float(inpost.loc[inpost["la_code"] == case.la_code, "value"].max())


def tabulate_workforce(case: Case, rates: list[Rate]) -> pd.DataFrame:
    """Return the rates as a table: a row a year, every line and the band of each rate."""
    columns = {}
    for rate in rates:
        own, spread = rate.own.set_index("year"), rate.spread.set_index("year")
        columns[f"{rate.name}, {case.label}, %"] = own["value"]
        columns[f"{rate.name}, England, %"] = rate.england.set_index("year")["value"]
        columns[f"{rate.name}, median of comparators, %"] = rate.median.set_index("year")["median"]
        columns[f"{rate.name}, lower quartile, %"] = spread["lower_quartile"]
        columns[f"{rate.name}, upper quartile, %"] = spread["upper_quartile"]
        columns[f"{rate.name}, source"] = own["source_id"] + ", " + own["locator"]
    wide = pd.DataFrame(columns).sort_index().round(2).rename_axis("30 September").reset_index()
    return wide.astype({"30 September": str})
