"""Agency workers, turnover, vacancies and absence: one authority beside England and the middle half of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import (
    RATES,
    SPLICE,
    compute_caseload_quartiles,
    select_authorities,
    select_measure,
)
from lewisham_study.display.common.cautions import explain_missing, note_joint
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.lines import End, draw_band, draw_line, label_ends, mark_break
from lewisham_study.display.common.style import HERE, PAGE_WIDTH, REFERENCE, SMALLEST, drawing

RATE_NAMES = {
    "agency_rate_fte": "Agency workers",
    "turnover_rate_fte": "Turnover",
    "vacancy_rate_fte": "Vacancies",
    "absence_rate_fte": "Absence",
}
BAND = "#E3E3E3"
FEW = 20
"""Fewer workers than this, full-time equivalents: one person moves a rate by 5 points, so no decimals are told."""


@dataclass(frozen=True)
class Rate:
    """One rate, per cent: the authority's, England's, and the spread over all authorities."""

    name: str
    own: pd.DataFrame
    england: pd.DataFrame
    spread: pd.DataFrame


def list_rates(case: Case) -> list[Rate]:
    """Gather the four rates of a case."""
    rates = []
    for measure in RATES:
        rows = select_measure(case.tables["workforce"], measure, case.start_year, case.end_year)
        england = rows[rows["geographic_level"] == "national"]
        spread = compute_caseload_quartiles(select_authorities(rows))
        rates.append(Rate(RATE_NAMES[measure], rows[rows["la_code"] == case.la_code], england, spread))
    return rates


def draw_workforce(case: Case) -> FigureExhibit | Prose:
    """Draw the four rates of the authority's workforce, a panel each.

    Returns
    -------
    FigureExhibit or Prose
        A year without a believable figure is marked ×, never drawn as nought. Prose where the authority
        has no figure at all.
    """
    rates = list_rates(case)
    if not any(rate.own["value"].notna().any() for rate in rates):
        return Prose(
            f"No rates of agency work, turnover, vacancy or absence of {case.spoken} were published for "
            f"{case.start_year} to {case.end_year}."
        )
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 4.1), layout="constrained")
        panels = list(figure.subplots(2, 2, sharex=True).flat)
        mark_years(panels[0], sorted(set().union(*[rate.england["year"] for rate in rates])))
        for axes, rate in zip(panels, rates, strict=True):
            draw_rate(axes, rate)
        draw_legend(figure, case, missing=any(rate.own["value"].isna().any() for rate in rates))
    return FigureExhibit(
        figure,
        "fig-workforce",
        title_workforce(case, rates),
        caption_workforce(case, rates),
        describe_workforce(case, rates),
        tabulate_workforce(case, rates),
    )


def mark_years(axes: Axes, years: list[int]) -> None:
    """Mark the years that all panels share, every second by its number."""
    axes.set_xlim(years[0] - 0.3, years[-1] + 0.3)
    axes.set_xticks(years, [str(year) if number % 2 == 0 else "" for number, year in enumerate(years)])


def draw_rate(axes: Axes, rate: Rate) -> None:
    """Draw one rate: band, England, the authority with their last values, and × where a figure is missing."""
    draw_band(axes, rate.spread, "lower_quartile", "upper_quartile", color=BAND, zorder=1)
    draw_line(axes, rate.england, color=REFERENCE, lw=1.2, ls=(0, (5, 1.5)), zorder=2)
    draw_line(axes, rate.own, color=HERE, lw=2, marker="o", markersize=3.8, zorder=3, clip_on=False)
    missing = rate.own.loc[rate.own["value"].isna(), "year"]
    axes.plot(missing, [0.04] * len(missing), "x", color=HERE, transform=axes.get_xaxis_transform(), markersize=5)
    axes.set_title(rate.name, loc="left", pad=9)
    axes.set_ylim(0, None)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f}%")
    first, last = axes.get_xlim()
    if first < SPLICE < last:
        mark_break(axes, SPLICE, "totals", "each worker")
    label_ends(axes, list_lasts(rate, 0.12 * axes.get_ylim()[1]))


def draw_legend(figure: Figure, case: Case, *, missing: bool) -> None:
    """Name the line, the dashes, the band and, where there are any, the crosses, above the panels."""
    entries: list[tuple[Any, str]] = [
        (Line2D([], [], color=HERE, lw=2, marker="o", markersize=3.8), case.label),
        (Line2D([], [], color=REFERENCE, lw=1.2, ls=(0, (5, 1.5))), "England"),
        (Patch(color=BAND, lw=0), "middle half of authorities"),
    ]
    entries += [(Line2D([], [], color=HERE, ls="", marker="x", markersize=5), "no value")] if missing else []
    handles, names = zip(*entries, strict=True)
    figure.legend(handles, names, loc="outside upper left", ncols=4, fontsize=SMALLEST, borderpad=0, handlelength=2.4)


def list_lasts(rate: Rate, lowest: float) -> list[End]:
    """List the last values of the authority and of England, to be written beside their points, none on the axis."""
    lasts = []
    for line, colour, weight in ((rate.own, HERE, "bold"), (rate.england, REFERENCE, "normal")):
        for last in line.dropna(subset="value").tail(1).to_dict("records"):
            height = max(float(last["value"]), lowest)
            when = f" ({last['year']})" if last["year"] < rate.england["year"].max() else ""
            lasts.append(End(f"{last['value']:.1f}{when}", float(last["year"]), height, colour, weight))
    return lasts


def title_workforce(case: Case, rates: list[Rate]) -> str:
    """State the finding: each rate's last known year beside England's."""
    told: dict[int, list[str]] = {}
    digits = 0 if count_most(case) < FEW else 1
    for rate in rates:
        for last in rate.own.dropna(subset="value").tail(1).to_dict("records"):
            england = rate.england.loc[rate.england["year"] == last["year"], "value"].iloc[0]
            own = f"{last['value']:.{digits}f}%"
            told.setdefault(last["year"], []).append(f"{rate.name.lower()} {own} ({england:.1f}%)")
    years = sorted(told, reverse=True)
    parts = [", ".join(told[year]) + (f", of {year}" if year != years[0] else "") for year in years]
    parts[0] = parts[0].replace("(", "(England ", 1)
    return f"{case.opening} in {years[0]}: {'; latest known '.join(parts)}"


def caption_workforce(case: Case, rates: list[Rate]) -> str:
    """Say how to read the panels, and why a year is marked missing."""
    rows = pd.concat([rate.own.assign(rate=rate.name) for rate in rates], ignore_index=True)
    missing = list_missing(rows, explain_missing(case, "workforce", rows))
    return (
        "Full-time equivalents. Agency workers: share of them and those in post together, 30 September; turnover: "
        "leavers in the year as a share of those in post; vacancies: share of posts; absence: share of working days. "
        "To 2016 authorities sent totals; since 2017 each worker is counted."
        f"{note_joint(case, rows)}{missing}{warn_small(case)} "
        f"{credit(cite_releases(source for rate in rates for source in rate.own['source_id']))}."
    )


def list_missing(rows: pd.DataFrame, why: pd.Series) -> str:
    """List the rates and years without a value, reason by reason."""
    named = rows.loc[why.index, "rate"].str.lower() + " " + rows.loc[why.index, "year"].astype(str)
    told = [f"{', '.join(group)}: {reason}" for reason, group in named.groupby(why, sort=False)]
    return f" × no value for {'; '.join(told)}." if told else ""


def count_most(case: Case) -> float:
    """Give the most full-time equivalents that were in post in the window."""
    inpost = select_measure(case.tables["workforce"], "inpost_fte", case.start_year, case.end_year)
    return float(inpost.loc[inpost["la_code"] == case.la_code, "value"].max())


def warn_small(case: Case) -> str:
    """Warn where rates rest on a handful of workers."""
    most = count_most(case)
    return f" At most {most:.1f} full-time equivalents were in post: one person moves every rate." if most < FEW else ""


def describe_workforce(case: Case, rates: list[Rate]) -> str:
    """Describe the panels: the authority's values beside England's, year by year."""
    told = []
    for rate in rates:
        england = rate.england.set_index("year")["value"]
        values = [
            f"{row['year']} {row['value']:.1f} (England {england[row['year']]:.1f})"
            if pd.notna(row["value"])
            else f"{row['year']} no value"
            for row in rate.own.to_dict("records")
        ]
        told.append(f"{rate.name}: {', '.join(values)}")
    return f"Four panels of workforce rates of {case.spoken}, per cent. {'; '.join(told)}."


def tabulate_workforce(case: Case, rates: list[Rate]) -> pd.DataFrame:
    """Give the rates as a table: a row a year, the authority's and England's side by side."""
    columns = {}
    for rate in rates:
        columns[f"{rate.name}, {case.label}"] = rate.own.set_index("year")["value"]
        columns[f"{rate.name}, England"] = rate.england.set_index("year")["value"]
    wide = pd.DataFrame(columns).sort_index().rename_axis("30 September").reset_index()
    return wide.astype({"30 September": str})
