"""The average caseload over the years: one authority beside its comparators, its region and England."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case, list_comparators
from lewisham_study.analysis.caseload import (
    CASELOAD,
    COMPARABLE,
    SPLICE,
    compute_caseload_quartiles,
    measure_place,
    select_authorities,
    select_measure,
)
from lewisham_study.analysis.cautions import compare_medians
from lewisham_study.display.common.cautions import (
    bracket_joint,
    find_cautioned,
    list_cautioned,
    mark_cautioned_values,
    mark_cautions,
    note_cautioned,
    note_joint,
    note_open_marks,
    summarise_medians,
)
from lewisham_study.display.common.citations import cite, cite_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.lines import End, draw_line, label_ends, mark_break
from lewisham_study.display.common.phrases import format_no_comparators, name_comparators, name_extremes
from lewisham_study.display.common.style import FAINT, HERE, PAGE_WIDTH, REFERENCE, SECOND, SMALLEST, THIRD, drawing


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
    others = select_authorities(caseload[caseload["la_code"].isin(codes)])
    median = compute_caseload_quartiles(others).rename(columns={"median": "value"})
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
        return Prose(f"There is no caseload of {case.spoken} to draw for {case.start_year} to {case.end_year}.")
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.3), layout="constrained")
        axes = figure.subplots()
        draw_series(axes, case, series)
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
    mark_cautioned_values(axes, list_cautioned_peers(case, series), "value")
    draw_line(axes, series.median, color=SECOND, lw=1.3, ls=(0, (4, 1.5)), alone="D", zorder=3)
    draw_line(axes, series.region, color=THIRD, lw=1.3, ls=(0, (1, 1.2)), alone="^", zorder=3)
    draw_line(axes, series.england, color=REFERENCE, lw=1.3, ls=(0, (6, 1.5, 1, 1.5)), alone="s", zorder=3)
    draw_line(axes, series.own, color=HERE, lw=2.2, marker="o", markersize=4.5, zorder=4)
    mark_cautions(axes, series.own, "value", list_cautioned_years(case, series))
    label_values(axes, series)
    years = sorted({*series.own["year"], *series.england["year"]})
    axes.set_xlim(years[0] - 0.35, years[-1] + 0.25)
    axes.set_xticks(years, [str(year) for year in years])
    axes.set_ylabel("Cases per full-time equivalent worker")
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom - 0.06 * (top - bottom), top + 0.05 * (top - bottom))
    if years[0] < SPLICE < years[-1]:
        mark_break(axes, SPLICE, "other count", "each worker counted")


def list_cautioned_years(case: Case, series: Series) -> list[str]:
    """List the years whose caseload carries a caution."""
    return list_cautioned(case, "workforce", CASELOAD, series.known["time_period"])


def list_cautioned_peers(case: Case, series: Series) -> pd.DataFrame:
    """List the comparators' caseloads that carry a caution."""
    return find_cautioned(case, "workforce", CASELOAD, series.others.dropna(subset="value"))


def label_values(axes: Axes, series: Series) -> None:
    """Write the authority's own values at their points, clear of its line; the last one stands with its name."""
    rows = series.known.to_dict("records")
    beside: dict[str, Any] = {"textcoords": "offset points", "fontsize": SMALLEST, "color": HERE, "weight": "bold"}
    patch = {"facecolor": "white", "edgecolor": "none", "pad": 0.4}
    for number, row in enumerate(rows[:-1]):
        at, text = (row["year"], row["value"]), f"{row['value']:.1f}"
        if row["year"] < SPLICE:
            axes.annotate(text, at, (5, 0), va="center", zorder=5, **beside)
            continue
        near = [other["value"] for other in rows[max(number - 1, 0) : number + 2] if other["year"] > SPLICE]
        place = (0, -13) if row["value"] < sum(near) / len(near) else (0, 5.5)
        axes.annotate(text, at, place, ha="center", bbox=patch, zorder=5, **beside)


def list_ends(case: Case, series: Series) -> list[End]:
    """List the names of the lines with their last values, at their last points."""
    named = [
        (case.label, series.own, HERE, "bold"),
        ("England", series.england, REFERENCE, "normal"),
        (case.region, series.region, THIRD, "normal"),
        ("comparators, median", series.median, SECOND, "normal"),
    ]
    ends = []
    for name, line, colour, weight in named:
        for last in line.dropna(subset="value").sort_values("year", kind="stable").tail(1).to_dict("records"):
            ends.append(End(f"{name} {last['value']:.1f}", last["year"], last["value"], colour, weight))
    return ends


def title_caseload(case: Case, series: Series) -> str:
    """State the finding: the first and last comparable caseload, and England's beside them."""
    rows = series.comparable if not series.comparable.empty else series.known
    first, last = rows.iloc[0], rows.iloc[-1]
    england = series.england.set_index("year")["value"]
    own = [f"{row['value']:.1f}" for row in (first, last)]
    others = [f"{england[row['year']]:.1f}" for row in (first, last)]
    text = f"{case.opening}’s average caseload{bracket_joint(case, series.own)}"
    if first["year"] == last["year"]:
        text += f" was {own[0]} in {first['year']}; England’s was {others[0]}"
    elif own[0] == own[1]:
        text += (
            f" was {own[0]} in {first['year']} and in {last['year']}{format_extremes(case, series)}; England’s went "
            f"from {others[0]} to {others[1]}"
        )
    else:
        text += f" went from {own[0]} in {first['year']} to {own[1]} in {last['year']}"
        text += f"{format_extremes(case, series)}, England’s from {others[0]} to {others[1]}"
    return text


def format_extremes(case: Case, series: Series) -> str:
    """Write the lowest and highest comparable caseload where the two ends hide them."""
    values = series.comparable.set_index("time_period")["value"]
    return name_extremes(values, "{:.1f}".format, list_cautioned_years(case, series))


def caption_caseload(case: Case, series: Series) -> str:
    """Say how to read the lines and where they come from."""
    compared = (
        f"Grey: {name_comparators(case)}; dashed green: their median."
        if not series.others.empty
        else format_no_comparators(case)
    )
    light = list_cautioned_peers(case, series)
    moved = summarise_medians(compare_medians(series.others, light, "value"), "{:.1f}".format)
    return (
        "Cases held by social workers at 30 September over full-time equivalents who held any, agency workers "
        f"included; the scale does not begin at nought. {compared}{note_joint(case, series.own)} Region and England "
        "are the sum of cases over the sum of workers. The figure of 2016 rests on another count and is not joined to "
        f"those after it; before 2016 none was published by "
        f"authority.{note_open_marks(list_cautioned_years(case, series))}{note_cautioned(light, moved)} "
        f"{case.label}: {cite(series.known, most=2)}; "
        f"all: {cite_releases(series.england['source_id'])}."
    )


def describe_caseload(case: Case, series: Series) -> str:
    """Describe the lines: the values of each, year by year."""
    named = {case.label: series.own, "England": series.england, case.region: series.region}
    named["Median of comparators"] = series.median
    told = []
    for name, line in named.items():
        known = line.dropna(subset="value").sort_values("year", kind="stable")
        if not known.empty:
            pairs = zip(known["year"], known["value"], strict=True)
            told.append(f"{name}: " + ", ".join(f"{year} {value:.1f}" for year, value in pairs))
    return f"Lines of average caseload by year, with a break between 2016 and 2017. {'; '.join(told)}."


def tabulate_caseload(case: Case, series: Series) -> pd.DataFrame:
    """Give the lines as a table: a row a year."""
    lines = {case.label: series.own, "Median of comparators": series.median}
    lines |= {case.region: series.region, "England": series.england}
    # As the words write them: `round` takes 18.15 for 18.2, `format` for 18.1.
    columns = {name: line.set_index("year")["value"].map("{:.1f}".format).astype(float) for name, line in lines.items()}
    spread = series.median.set_index("year")
    columns |= {"Lowest comparator": spread["low"], "Highest comparator": spread["high"]}
    wide = pd.DataFrame(columns).sort_index().rename_axis("30 September").reset_index()
    wide["Series"] = wide["30 September"].map(lambda year: "since 2017" if year > SPLICE else "2016, not comparable")
    return wide.astype({"30 September": str})
