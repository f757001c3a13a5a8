"""The average caseload over the years: one authority beside its comparators, its region and England."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.caseload import (
    CASELOAD,
    COMPARABLE,
    measure_place,
    select_measure,
    summarise_spread,
    take_authorities,
)
from lewisham_study.display.comparators import name_comparators, write_no_comparators
from lewisham_study.display.exhibits import FigureExhibit, Prose
from lewisham_study.display.lines import End, draw_line, label_ends, mark_break
from lewisham_study.display.sources import cite, cite_releases
from lewisham_study.display.style import FAINT, HERE, PAGE_WIDTH, REFERENCE, SECOND, THIRD, drawing

SPLICE = 2016.5
"""Between the count of 2016 and the first of the census of each worker."""


@dataclass(frozen=True)
class Series:
    """The caseload of an authority and of all it is compared with: year, series and value in each."""

    own: pd.DataFrame
    others: pd.DataFrame
    median: pd.DataFrame
    region: pd.DataFrame
    england: pd.DataFrame

    @property
    def known(self) -> pd.DataFrame:
        """The authority's own years that have a value."""
        return self.own.dropna(subset="value")

    @property
    def comparable(self) -> pd.DataFrame:
        """The authority's own values since the break."""
        return self.known[self.known["series"].str.endswith(COMPARABLE)]


def list_series(case: Case) -> Series:
    """Gather the caseloads of a case; of joint returns one stands for all, and the authority's own is no comparator."""
    workforce = case.tables["workforce"]
    caseload = select_measure(workforce, CASELOAD, case.start_year, case.end_year)
    own = caseload[caseload["la_code"] == case.la_code]
    shared = set(own["joint_la_codes"].dropna().str.split().sum() or [])
    codes = [code for code in list_comparators(case) if code not in shared]
    others = take_authorities(caseload[caseload["la_code"].isin(codes)])
    median = summarise_spread(others).rename(columns={"median": "value"})
    region, england = (
        measure_place(workforce, place, case.start_year, case.end_year) for place in (case.region, "England")
    )
    return Series(own, others, median, region, england)


def draw_caseload(case: Case) -> FigureExhibit | Prose:
    """Draw the authority's average caseload beside its comparators, its region and England.

    Returns
    -------
    FigureExhibit or Prose
        Lines from 2017 on; the count of 2016 stands apart. Prose where the authority has no figure.
    """
    series = list_series(case)
    if series.known.empty:
        return Prose(f"No average caseload of {case.la_name} was published for {case.start_year} to {case.end_year}.")
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.3), layout="constrained")
        axes = figure.subplots()
        draw_series(axes, case, series)
        figure.draw_without_rendering()
        label_ends(axes, list_ends(case, series))
    return FigureExhibit(
        figure,
        "fig-caseload",
        title_caseload(case, series),
        caption_caseload(case, series),
        describe_caseload(case, series),
        tabulate_caseload(case, series),
    )


def draw_series(axes: Axes, case: Case, series: Series) -> None:
    """Draw the lines, faint ones first, and the break before 2017."""
    for _, other in series.others.groupby("la_code"):
        draw_line(axes, other, color=FAINT, lw=0.9, zorder=1)
    draw_line(axes, series.median, color=SECOND, lw=1.3, ls=(0, (4, 1.5)), alone="D", zorder=3)
    draw_line(axes, series.region, color=THIRD, lw=1.3, ls=(0, (1, 1.2)), alone="^", zorder=3)
    draw_line(axes, series.england, color=REFERENCE, lw=1.3, ls=(0, (6, 1.5, 1, 1.5)), alone="s", zorder=3)
    draw_line(axes, series.own, color=HERE, lw=2.2, marker="o", markersize=4.5, zorder=4)
    for year, value in zip(series.known["year"], series.known["value"], strict=True):
        axes.annotate(
            f"{value:.1f}",
            (year, value),
            (0, 5.5),
            textcoords="offset points",
            ha="center",
            fontsize=7,
            color=HERE,
            weight="bold",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
            zorder=5,
        )
    years = sorted({*series.own["year"], *series.england["year"]})
    axes.set_xlim(years[0] - 0.35, years[-1] + 0.25)
    axes.set_xticks(years, [str(year) for year in years])
    axes.set_ylabel("cases per full-time worker")
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom, top + 0.05 * (top - bottom))
    if years[0] < SPLICE < years[-1]:
        mark_break(axes, SPLICE, "other count", "each worker counted")


def list_ends(case: Case, series: Series) -> list[End]:
    """List the names of the lines, at their last points."""
    named = [
        (case.la_name, series.own, HERE, "bold"),
        ("England", series.england, REFERENCE, "normal"),
        (case.region, series.region, THIRD, "normal"),
        ("comparators, median", series.median, SECOND, "normal"),
    ]
    ends = []
    for name, line, colour, weight in named:
        known = line.dropna(subset="value")
        if not known.empty:
            last = known.sort_values("year").iloc[-1]
            ends.append(End(name, float(last["year"]), float(last["value"]), colour, weight))
    return ends


def title_caseload(case: Case, series: Series) -> str:
    """State the finding: the first and last comparable caseload, and England's beside the last."""
    rows = series.comparable if not series.comparable.empty else series.known
    first, last = rows.iloc[0], rows.iloc[-1]
    name = f"{case.la_name}’s average caseload"
    if first["year"] == last["year"]:
        text = f"{name} was {last['value']:.1f} in {last['year']}"
    else:
        text = f"{name} went from {first['value']:.1f} in {first['year']} to {last['value']:.1f} in {last['year']}"
    beside = series.england[series.england["year"] == last["year"]]["value"].dropna()
    return text if beside.empty else f"{text}; England’s was {beside.iloc[0]:.1f}"


def caption_caseload(case: Case, series: Series) -> str:
    """Say how to read the lines and where they come from."""
    compared = (
        f"Grey: {name_comparators(case)}; dashed green: their median."
        if not series.others.empty
        else write_no_comparators(case)
    )
    joint = " A joint return is one line." if series.own["joint_la_codes"].notna().any() else ""
    return (
        "Cases held by social workers at 30 September over full-time equivalents who held any, agency workers "
        f"included; the scale does not begin at zero. {compared}{joint} Region and England are the sum of cases over "
        "the sum of workers. The figure of 2016 rests on another count and is not joined to those after it; before "
        f"2016 none was published by authority. {case.la_name}: {cite(series.known, most=2)}; all: "
        f"{cite_releases(series.england['source_id'])}."
    )


def describe_caseload(case: Case, series: Series) -> str:
    """Describe the lines: the values of each, year by year."""
    named = {case.la_name: series.own, "England": series.england, case.region: series.region}
    named["Median of comparators"] = series.median
    told = []
    for name, line in named.items():
        known = line.dropna(subset="value").sort_values("year")
        if not known.empty:
            pairs = zip(known["year"], known["value"], strict=True)
            told.append(f"{name}: " + ", ".join(f"{year} {value:.1f}" for year, value in pairs))
    return f"Lines of average caseload by year, with a break between 2016 and 2017. {'; '.join(told)}."


def tabulate_caseload(case: Case, series: Series) -> pd.DataFrame:
    """Give the lines as a table: a row a year."""
    lines = {case.la_name: series.own, "Median of comparators": series.median}
    lines |= {case.region: series.region, "England": series.england}
    columns = {name: line.set_index("year")["value"].round(1) for name, line in lines.items()}
    spread = series.median.set_index("year")
    columns |= {"Lowest comparator": spread["low"], "Highest comparator": spread["high"]}
    wide = pd.DataFrame(columns).sort_index().rename_axis("30 September").reset_index()
    wide["Series"] = wide["30 September"].map(lambda year: "since 2017" if year > SPLICE else "2016, not comparable")
    return wide.astype({"30 September": str})
