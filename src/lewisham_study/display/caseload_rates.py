"""Agency workers, turnover, vacancies and absence: one authority beside England and the middle half of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import RATES, select_measure, summarise_spread, take_authorities
from lewisham_study.display.exhibits import FigureExhibit, Prose
from lewisham_study.display.lines import draw_band, draw_line, mark_break
from lewisham_study.display.sources import cite_releases
from lewisham_study.display.statuses import explain_missing
from lewisham_study.display.style import HERE, PAGE_WIDTH, REFERENCE, drawing

RATE_NAMES = {
    "agency_rate_fte": "Agency workers",
    "turnover_rate_fte": "Turnover",
    "vacancy_rate_fte": "Vacancies",
    "absence_rate_fte": "Absence",
}
BAND = "#E3E3E3"
SPLICE = 2016.5
CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.2, "alpha": 1}


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
        spread = summarise_spread(take_authorities(rows))
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
            f"No rates of agency work, turnover, vacancy or absence of {case.la_name} were published for "
            f"{case.start_year} to {case.end_year}."
        )
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.9), layout="constrained")
        for axes, rate in zip(figure.subplots(2, 2, sharex=True).flat, rates, strict=True):
            draw_rate(axes, rate)
    return FigureExhibit(
        figure,
        "fig-workforce",
        title_workforce(case, rates),
        caption_workforce(case, rates),
        describe_workforce(case, rates),
        tabulate_workforce(case, rates),
    )


def draw_rate(axes: Axes, rate: Rate) -> None:
    """Draw one rate: band, England, the authority, and × where a figure is missing."""
    draw_band(axes, rate.spread, "lower_quartile", "upper_quartile", color=BAND, zorder=1)
    draw_line(axes, rate.england, color=REFERENCE, lw=1.2, ls=(0, (5, 1.5)), zorder=2)
    draw_line(axes, rate.own, color=HERE, lw=2, marker="o", markersize=3.8, zorder=3)
    years = sorted(rate.england["year"])
    missing = rate.own.loc[rate.own["value"].isna(), "year"]
    axes.plot(missing, [0.04] * len(missing), "x", color=HERE, transform=axes.get_xaxis_transform(), markersize=5)
    axes.set_title(rate.name, loc="left", pad=9)
    axes.set_ylim(0, None)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f}%")
    axes.set_xlim(years[0] - 0.3, years[-1] + 0.3)
    axes.set_xticks(years, [str(year) if number % 2 == 0 else "" for number, year in enumerate(years)])
    if years[0] < SPLICE < years[-1]:
        mark_break(axes, SPLICE, "totals", "each worker")
    label_last(axes, rate)


def label_last(axes: Axes, rate: Rate) -> None:
    """Write the last values beside their points."""
    known = rate.own.dropna(subset="value")
    if known.empty:
        return
    last = known.iloc[-1]
    beside = rate.england[rate.england["year"] == last["year"]].iloc[0]
    own_above = bool(last["value"] >= beside["value"])
    for value, colour, weight, above in (
        (last["value"], HERE, "bold", own_above),
        (beside["value"], REFERENCE, "normal", not own_above),
    ):
        place: dict[str, Any] = {"ha": "left", "va": "bottom" if above else "top", "fontsize": 6.8, "weight": weight}
        shift = (4, -2 if above else 2)
        axes.annotate(
            f"{value:.1f}", (last["year"], value), shift, textcoords="offset points", color=colour, bbox=CLEAR, **place
        )


def title_workforce(case: Case, rates: list[Rate]) -> str:
    """State the finding: each rate's last year beside England's."""
    told = []
    for rate in rates:
        known = rate.own.dropna(subset="value")
        if len(known):
            last = known.iloc[-1]
            england = rate.england.loc[rate.england["year"] == last["year"], "value"].iloc[0]
            told.append((int(last["year"]), f"{rate.name.lower()} {last['value']:.1f}% (England {england:.1f}%)"))
    years = {year for year, _ in told}
    if len(years) == 1:
        return f"{case.la_name} in {years.pop()}: {', '.join(text for _, text in told)}"
    return f"{case.la_name}, latest figures: {', '.join(f'{text} in {year}' for year, text in told)}"


def caption_workforce(case: Case, rates: list[Rate]) -> str:
    """Say how to read the panels, and why a year is marked missing."""
    rows = pd.concat([rate.own.assign(rate=rate.name) for rate in rates], ignore_index=True)
    missing = list_missing(rows, explain_missing(case, "workforce", rows))
    return (
        "Per cent of full-time equivalents at, or in the year to, 30 September: agency workers of them and those in "
        "post, vacancies of posts, leavers of those in post, absence of working days. Blue, with points: "
        f"{case.la_name}; dashed: England; grey: the middle half of all authorities. To 2016 authorities sent totals; "
        f"since 2017 each worker is counted.{missing}{warn_small(case)} Source: "
        f"{cite_releases(source for rate in rates for source in rate.own['source_id'])}."
    )


def list_missing(rows: pd.DataFrame, why: pd.Series) -> str:
    """List the rates and years without a value, reason by reason."""
    named = rows.loc[why.index, "rate"].str.lower() + " " + rows.loc[why.index, "year"].astype(str)
    told = [f"{', '.join(group)}: {reason}" for reason, group in named.groupby(why, sort=False)]
    return f" × no value for {'; '.join(told)}." if told else ""


def warn_small(case: Case, few: float = 20) -> str:
    """Warn where rates rest on a handful of workers."""
    inpost = select_measure(case.tables["workforce"], "inpost_fte", case.start_year, case.end_year)
    most = inpost.loc[inpost["la_code"] == case.la_code, "value"].max()
    return f" At most {most:.1f} full-time equivalents were in post: one person moves every rate." if most < few else ""


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
    return f"Four panels of workforce rates of {case.la_name}, per cent. {'; '.join(told)}."


def tabulate_workforce(case: Case, rates: list[Rate]) -> pd.DataFrame:
    """Give the rates as a table: a row a year, the authority's and England's side by side."""
    columns = {}
    for rate in rates:
        columns[f"{rate.name}, {case.la_name}"] = rate.own.set_index("year")["value"]
        columns[f"{rate.name}, England"] = rate.england.set_index("year")["value"]
    wide = pd.DataFrame(columns).sort_index().rename_axis("30 September").reset_index()
    return wide.astype({"30 September": str})
