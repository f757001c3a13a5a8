"""Small multiples of several councils, or of the regions of England: one measure over the years in each row."""

from __future__ import annotations

import textwrap
from math import ceil
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lewisham_study.analysis.caseload import CASELOAD
from lewisham_study.analysis.cautions import find_lead
from lewisham_study.analysis.group import MOST_COUNCILS, Group, trace_members
from lewisham_study.analysis.spend import name_year
from lewisham_study.analysis.summary import AGENCY, IN_CARE, SPEND
from lewisham_study.display.common.charts import LOOKS as LINES
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, paint_widths
from lewisham_study.display.common.lines import PATCH, draw_line, split_runs
from lewisham_study.display.common.phrases import shorten_name
from lewisham_study.display.common.style import FAINT, HERE, PAGE_WIDTH, REFERENCE, SMALLEST
from lewisham_study.display.summary.numbers import LOOKS

COLUMNS, PHONE_COLUMNS = 5, 2
LETTER = 0.068
"""Inches: the width of a letter of a name, with a share of the space between two panels."""
AFTER = 0.25
"""From 30 September, where a year is drawn, to the end of the year."""
FAR, FEWEST_MEMBERS = 2, 5
"""A member this many times above all others, of so many or more, is off the scale, which would flatten their lines."""
LABELS = {CASELOAD: "caseload", AGENCY: "agency", IN_CARE: "in-care", SPEND: "spend"}
TITLES = {
    CASELOAD: "Cases per social worker",
    AGENCY: "The share of agency workers",
    IN_CARE: "Children looked after per 10,000",
    SPEND: "Real spend per child",
}


def compare_changes(group: Group, name: str) -> FigureExhibit | Prose:
    """Draw a measure of each member in a panel of its own, with England and all other members behind it."""
    traced = trace_members(group, name)
    if not list_known(group, traced):
        return Prose(f"No values of {TITLES[name].lower()} are held.")
    end, unsure = group.cases[0].end_year, traced["unsure"].astype(bool)
    figure, narrow = paint_widths(lambda width: paint_changes(group, traced, name, width))
    sources = sorted({str(source) for source in traced["source_id"].dropna()})
    parts = [
        f"Blue: the {'region' if group.regions else 'council'}; dashed: England; grey: the others.",
        f"Dotted: end of {end}." if traced["year"].max() > end else "",
        "Hollow: treat with caution." if unsure.any() else "",
        f"{group.cases[0].price_base} prices." if name == SPEND else "",
        f"{outlier}: off the scale." if (outlier := find_outlier(traced)) else "",
        f"{credit_releases(sources)}" if sources else "",
    ]
    return FigureExhibit(
        figure,
        f"fig-side-{LABELS[name]}",
        title_changes(group, traced, name),
        " ".join(part for part in parts if part),
        describe_changes(group, traced, name),
        tabulate_changes(group, traced),
        narrow=narrow,
    )


def list_known(group: Group, traced: pd.DataFrame) -> list[str]:
    """List the members with a value."""
    known = set(traced.dropna(subset="value")["member"])
    return [label for label in group.labels if label in known]


def find_outlier(traced: pd.DataFrame) -> str | None:
    """Find the member so far above all others that one scale for all would flatten their lines."""
    highest = traced.groupby("member", observed=True)["value"].max().drop("England", errors="ignore").dropna()
    if len(highest) < FEWEST_MEMBERS:
        return None
    second, first = highest.nlargest(2).iloc[::-1]
    return str(highest.idxmax()) if first > FAR * second else None


def paint_changes(group: Group, traced: pd.DataFrame, name: str, width: float) -> Figure:
    """Paint the panels of a measure on one scale, at a width in inches."""
    labels, england = list_known(group, traced), traced[traced["member"] == "England"]
    few = PHONE_COLUMNS if len(labels) <= MOST_COUNCILS else PHONE_COLUMNS + 1
    columns = min(COLUMNS if width == PAGE_WIDTH else few, len(labels))
    rows = ceil(len(labels) / columns)
    runs = [run for label in labels for run in split_runs(traced[traced["member"] == label])]
    others = [run[["year", "value"]].to_numpy(dtype=float) for run in runs]
    figure = Figure(figsize=(width, 0.25 + max(1.15, 1.45 - 0.15 * rows) * rows), layout="constrained")
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for axes, label in zip(panels, labels, strict=False):
        # All others at once: a line each would take most of the time.
        axes.add_collection(LineCollection(others, color=FAINT, lw=0.8, zorder=1))
        draw_line(axes, england, **{**LINES["England"], "lw": 1})
        heading = textwrap.fill(shorten_name(label), int(width / columns / LETTER))
        draw_member(axes, traced[traced["member"] == label], heading, name)
        if traced["year"].max() > group.cases[0].end_year:
            axes.axvline(group.cases[0].end_year + AFTER, color=REFERENCE, lw=0.8, ls=(0, (1, 1.5)), zorder=0.5)
    for axes in panels[len(labels) :]:
        axes.set_axis_off()
    outlier = find_outlier(traced)
    if outlier in labels:
        name_range(panels[labels.index(outlier)], traced[traced["member"] == outlier], name)
    finish_panels(panels, traced[traced["member"] != outlier], name)
    return figure


def draw_member(axes: Axes, own: pd.DataFrame, heading: str, name: str) -> None:
    """Draw the line of one member, with hollow marks for figures with a caution, below its name and last value."""
    draw_line(axes, own, color=HERE, lw=1.7, zorder=4)
    unsure = own["unsure"].astype(bool)
    for rows, look in ((own[~unsure], {"markersize": 2.5}), (own[unsure], {"markersize": 3.2, "mfc": "white"})):
        axes.plot(rows["year"], rows["value"], "o", color=HERE, zorder=5, **look)
    place: dict[str, Any] = {"loc": "left", "fontsize": SMALLEST, "pad": 2, "color": HERE}
    axes.set_title(f"{heading}\n{write_last(own, name)}", **place)


def name_range(axes: Axes, own: pd.DataFrame, name: str) -> None:
    """Write the lowest and highest value of a member that is off the scale into its panel."""
    low, high = (LOOKS[name].write(value) for value in (own["value"].min(), own["value"].max()))
    look: dict[str, Any] = {"transform": axes.transAxes, "ha": "center", "va": "bottom", "zorder": 6, "bbox": PATCH}
    axes.text(0.5, 0.05, f"off the scale:\n{low} to {high}", fontsize=SMALLEST, color=HERE, **look)


def write_last(own: pd.DataFrame, name: str) -> str:
    """Write the last sound value of a member and its period; of all values if none is sound."""
    known = own.dropna(subset="value")
    sound = known[~known["unsure"].astype(bool)]
    last = (sound if len(sound) else known).sort_values("year", kind="stable").iloc[-1]
    return f"{LOOKS[name].write(last['value'])} in {last['time_period']}"


def finish_panels(panels: Any, traced: pd.DataFrame, name: str) -> None:
    """Set one scale from zero and few ticks for all panels."""
    first, last = int(traced["year"].min()), int(traced["year"].max())
    panels[0].set_ylim(0, 1.05 * float(traced["value"].max()))
    panels[0].set_xlim(first - 0.5, last + 0.5)
    panels[0].yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    panels[0].yaxis.set_major_formatter(lambda value, _: LOOKS[name].write(value).removesuffix(".0"))
    texts = [name_year(year)[2:] if name == SPEND else str(year) for year in (first, last)]
    panels[0].set_xticks([first, last], texts)
    for axes in panels:
        axes.tick_params(labelsize=SMALLEST, length=2, colors=REFERENCE)
        for label, side in zip(axes.get_xticklabels(), ("left", "right"), strict=False):
            label.set_horizontalalignment(side)


def tabulate_changes(group: Group, traced: pd.DataFrame) -> pd.DataFrame:
    """Return the values as a table: a row a period, a column a member."""
    table = traced.pivot_table(index="time_period", columns="member", values="value", observed=True)
    table = table[[*list_known(group, traced), "England"]]
    return table.round(2).rename_axis("Period").rename_axis(columns=None).reset_index()


def title_changes(group: Group, traced: pd.DataFrame, name: str) -> str:
    """State in how many members a measure rose and fell between two sound years with no break between them."""
    changes = find_changes(group, traced, name)
    if changes.empty:
        return f"{TITLES[name]}: no two comparable years"
    noun = "regions" if group.regions else "councils"
    sides = {"rose": changes["last"] > changes["first"], "fell": changes["last"] < changes["first"]}
    moved = [f"{verb} in {here.sum()}" for verb, here in sides.items() if here.any()]
    text = f"{' and '.join(moved) or 'did not change in any'} of {len(changes)} {noun}"
    text = next((f"{verb} in all {len(changes)} {noun}" for verb, here in sides.items() if here.all()), text)
    return f"{TITLES[name]} {text}, from first to last sound year"


def find_changes(group: Group, traced: pd.DataFrame, name: str) -> pd.DataFrame:
    """Find the first and last sound value of each member that has two, in its last series and after any level shift."""
    sound = traced[~traced["unsure"].astype(bool)].dropna(subset="value").sort_values("year", kind="stable")
    codes = {case.label: case.la_code for case in group.cases}
    rows = {}
    for label in group.labels:
        own = sound[sound["member"] == label]
        own = own[own["series"] == own["series"].iloc[-1]] if len(own) else own
        if len(own) and name == SPEND and not group.regions:
            lead = find_lead(group.cases[0].tables["cautions"], codes[label], own["time_period"].tolist())
            own = own[own["time_period"] >= lead]
        if len(own) > 1:
            rows[label] = [own["value"].iloc[0], own["value"].iloc[-1]]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["first", "last"], dtype=float)


def describe_changes(group: Group, traced: pd.DataFrame, name: str) -> str:
    """Describe the panels of a measure for readers who cannot see them."""
    write = LOOKS[name].write
    ends = "; ".join(
        f"{label} {write(values.iloc[0])} to {write(values.iloc[-1])}"
        for label in list_known(group, traced)
        if len(values := traced.loc[traced["member"] == label, "value"].dropna())
    )
    return f"Small multiples of {TITLES[name].lower()}, first to last year held. {ends}."
