"""Agency workers, turnover, vacancies and absence, compared with England and the middle half of authorities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import FEWEST, RATES, SPLICE, select_authorities, select_window
from lewisham_study.analysis.rates import compute_quartiles
from lewisham_study.display.common.cautions import explain_missing, note_joint
from lewisham_study.display.common.charts import describe_table
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.lines import End, draw_band, draw_line, label_ends, mark_break
from lewisham_study.display.common.style import HERE, PAGE_WIDTH, REFERENCE, SMALLEST, drawing

RATE_NAMES = dict(zip(RATES, ["Agency workers", "Turnover", "Vacancies", "Absence"], strict=True))
OWN_LOOK: dict[str, Any] = {"color": HERE, "lw": 2, "marker": "o", "markersize": 3.8}
ENGLAND_LOOK: dict[str, Any] = {"color": REFERENCE, "lw": 1.2, "ls": (0, (5, 1.5))}
CROSS: dict[str, Any] = {"color": HERE, "ls": "", "marker": "x", "markersize": 5}
BAND = "#E3E3E3"
FEW = 20
"""With fewer full-time equivalents than this, one person moves a rate by 5 points, so rates have no decimals."""


@dataclass(frozen=True)
class Rate:
    """One rate in per cent: the authority's, England's, and the quartiles of all authorities."""

    name: str
    own: pd.DataFrame
    england: pd.DataFrame
    spread: pd.DataFrame


def list_rates(case: Case) -> list[Rate]:
    """Select the four rates of a case."""
    rates, few = [], list_small_years(case)
    for measure, name in RATE_NAMES.items():
        rows = select_window(case, measure)
        own, england = rows[rows["la_code"] == case.la_code], rows[rows["geographic_level"] == "national"]
        own = own[~own["year"].isin(few)]
        rates.append(Rate(name, own, england, compute_quartiles(select_authorities(rows))))
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
    names = {"inpost_fte": "in post", "agency_fte": "agency", "leavers_fte": "leavers", "vacancy_fte": "vacancies"}
    texts = []
    for year in years:
        counts = []
        for measure, name in names.items():
            rows = select_window(case, measure)
            value = rows.loc[(rows["la_code"] == case.la_code) & (rows["year"] == year), "value"].dropna()
            counts += [f"{count:g} {name}" for count in value]
        texts += [f"{year} {', '.join(counts)}"] if counts else []
    return f" Fewer than {FEWEST} in post, so no rates: {'; '.join(texts)}." if texts else ""


def draw_workforce(case: Case) -> FigureExhibit | Prose:
    """Draw the four rates of the authority's workforce, a panel each; a year without a credible figure is a cross."""
    rates = list_rates(case)
    few = list_small_years(case)
    if not any(rate.own["value"].notna().any() for rate in rates):
        if few:
            return Prose(f"{case.opening} has too few workers for rates.{describe_counts(case, few)}")
        return Prose(
            f"No rates of agency work, turnover, vacancy or absence of {case.spoken} were published for "
            f"{case.start_year} to {case.end_year}."
        )
    years = sorted(set().union(*[rate.england["year"] for rate in rates]))
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 4.1), layout="constrained")
        panels = list(figure.subplots(2, 2, sharex=True).flat)
        panels[0].set_xlim(years[0] - 0.3, years[-1] + 0.3)
        panels[0].set_xticks(years, [str(year) if number % 2 == 0 else "" for number, year in enumerate(years)])
        for axes, rate in zip(panels, rates, strict=True):
            draw_rate(axes, rate)
        draw_legend(figure, case, missing=any(rate.own["value"].isna().any() for rate in rates))
    title, caption = title_workforce(case, rates), caption_workforce(case, rates)
    table = tabulate_workforce(case, rates)
    alt = f"Four panels of workforce rates of {case.spoken}, per cent. {describe_table(table)}"
    return FigureExhibit(figure, "fig-workforce", title, caption, alt, table)


def draw_rate(axes: Axes, rate: Rate) -> None:
    """Draw one rate: band, England, the authority with their last values, and a cross where a figure is missing."""
    draw_band(axes, rate.spread, "lower_quartile", "upper_quartile", color=BAND, zorder=1)
    draw_line(axes, rate.england, **ENGLAND_LOOK, zorder=2)
    draw_line(axes, rate.own, **OWN_LOOK, zorder=3, clip_on=False)
    missing = rate.own.loc[rate.own["value"].isna(), "year"]
    axes.plot(missing, [0.04] * len(missing), transform=axes.get_xaxis_transform(), **CROSS)
    axes.set_title(rate.name, loc="left", pad=9)
    axes.set_ylim(0, None)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0f}%")
    first, last = axes.get_xlim()
    if first < SPLICE < last:
        mark_break(axes, SPLICE, "totals", "each worker")
    label_ends(axes, list_ends(rate, 0.12 * axes.get_ylim()[1]))


def draw_legend(figure: Figure, case: Case, *, missing: bool) -> None:
    """Name the line, the dashes, the band and, where there are any, the crosses, above the panels."""
    entries: list[tuple[Any, str]] = [
        (Line2D([], [], **OWN_LOOK), case.label),
        (Line2D([], [], **ENGLAND_LOOK), "England"),
        (Patch(color=BAND, lw=0), "middle half of authorities"),
    ]
    entries += [(Line2D([], [], **CROSS), "no value")] if missing else []
    handles, names = zip(*entries, strict=True)
    figure.legend(handles, names, loc="outside upper left", ncols=4, fontsize=SMALLEST, borderpad=0, handlelength=2.4)


def list_ends(rate: Rate, lowest: float) -> list[End]:
    """List the last values of the authority and of England, to write at their points but above the axis."""
    ends = []
    for line, colour, weight in ((rate.own, HERE, "bold"), (rate.england, REFERENCE, "normal")):
        for last in line.dropna(subset="value").tail(1).to_dict("records"):
            when = f" ({last['year']})" if last["year"] < rate.england["year"].max() else ""
            height = max(float(last["value"]), lowest)
            ends.append(End(f"{last['value']:.1f}{when}", float(last["year"]), height, colour, weight))
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
    return f"{case.opening} in {latest}: {'; '.join(parts)}"


def caption_workforce(case: Case, rates: list[Rate]) -> str:
    """Define the rates, explain missing values and cite the sources."""
    rows = pd.concat([rate.own.assign(rate=rate.name) for rate in rates], ignore_index=True)
    most = count_most(case)
    small = f" Only {most:.1f} or fewer were in post: one person moves every rate." if most < FEW else ""
    return (
        "Shares in full-time equivalents: agency workers of all workers, leavers in the year of those in post, "
        "vacancies of posts, absence of working days."
        f"{note_joint(case, rows)}{list_missing(rows, explain_missing(case, 'workforce', rows))}{small}"
        f"{describe_counts(case, list_small_years(case))} {credit(cite_releases(rows['source_id']))}."
    )


def list_missing(rows: pd.DataFrame, why: pd.Series) -> str:
    """List the rates and years without a value, by reason."""
    named = rows.loc[why.index, "rate"].str.lower() + " " + rows.loc[why.index, "year"].astype(str)
    reasons = [f"{', '.join(group)}: {reason}" for reason, group in named.groupby(why, sort=False)]
    return f" × no value for {'; '.join(reasons)}." if reasons else ""


def count_most(case: Case) -> float:
    """Return the largest number of full-time equivalents in post in the window."""
    inpost = select_window(case, "inpost_fte")
    return float(inpost.loc[inpost["la_code"] == case.la_code, "value"].max())


def tabulate_workforce(case: Case, rates: list[Rate]) -> pd.DataFrame:
    """Return the rates as a table: a row a year, the authority's and England's side by side."""
    columns = {}
    for rate in rates:
        columns[f"{rate.name}, {case.label}"] = rate.own.set_index("year")["value"]
        columns[f"{rate.name}, England"] = rate.england.set_index("year")["value"]
    wide = pd.DataFrame(columns).sort_index().rename_axis("30 September").reset_index()
    return wide.astype({"30 September": str})
