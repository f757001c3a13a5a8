"""Nine measures of need, a small panel each: the authority, its comparators' median and England."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.rates import SHARES, Need, find_rate, gather_need
from lewisham_study.display.common.charts import LOOKS
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, paint_widths
from lewisham_study.display.common.lines import End, draw_line, label_ends, set_panels
from lewisham_study.display.common.phrases import lower_first, name_median
from lewisham_study.display.common.style import HERE, PAGE_WIDTH, SMALLEST

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
LINES = {"own": "own", "median": "median", "england": "England"}
"""The rows of a measure, and the look of each line."""
CROSS: dict[str, Any] = {"color": HERE, "ls": "", "marker": "x", "markersize": 4}


def draw_need(case: Case) -> FigureExhibit | None:
    """Draw each measure in a panel from zero; a year without a rate is a cross; None without any rate."""
    need = gather_need(case)
    if all(one.known.empty for one in need):
        return None
    figure, narrow = paint_widths(lambda width: paint_need(case, need, width))
    return FigureExhibit(
        figure,
        "fig-need",
        title_need(case, need),
        caption_need(need),
        describe_need(case, need),
        tabulate(case, need),
        narrow=narrow,
    )


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
    key = add_legend(figure, case, need, 2 if phone else 4)
    set_panels(figure, bottom=0.25, top=key + 0.22, between=0.32)
    return figure


def draw_measure(axes: Axes, one: Need) -> None:
    """Draw the three lines of one measure with their last values, and crosses where the authority has no rate."""
    ends = []
    for rows, role in reversed(LINES.items()):
        look = {**LOOKS[role], **({"markersize": 3, "lw": 2} if role == "own" else {})}
        figures = getattr(one, rows)
        draw_line(axes, figures, "rate", **look)
        weight = "bold" if role == "own" else "normal"
        for last in figures.dropna(subset="rate").sort_values("year", kind="stable").tail(1).to_dict("records"):
            ends.append(End(f"{last['rate']:.0f}", float(last["year"]), float(last["rate"]), look["color"], weight))
    axes.set_title(NAMES[one.measure], loc="left", fontsize=8)
    axes.set_ylim(0, max(axes.get_ylim()[1] * 1.1, 1.0))
    axes.locator_params(axis="y", nbins=4)
    missing = one.own.loc[one.own["rate"].isna() & one.own["children"].notna(), "year"]
    axes.plot(missing, [0.05] * len(missing), transform=axes.get_xaxis_transform(), **CROSS)
    label_ends(axes, ends)


def add_legend(figure: Figure, case: Case, need: list[Need], columns: int) -> float:
    """Name the three lines and any crosses above the panels; return the inches from the top that this takes."""
    names = {"own": case.label, "median": lower_first(name_median(case)), "England": "England"}
    looks = {role: {key: value for key, value in LOOKS[role].items() if key != "alone"} for role in names}
    if all(one.median.empty for one in need):
        names.pop("median")
    entries: list[tuple[Any, str]] = [(Line2D([], [], **looks[role]), name) for role, name in names.items()]
    if any((one.own["rate"].isna() & one.own["children"].notna()).any() for one in need):
        entries.append((Line2D([], [], **CROSS), "no rate"))
    handles, labels = zip(*entries, strict=True)
    look: dict[str, Any] = {"fontsize": SMALLEST, "borderpad": 0, "handlelength": 3}
    figure.legend(handles, labels, loc="outside upper left", ncols=columns, **look)
    return 0.04 + 0.14 * -(-len(names) // columns)


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


def caption_need(need: list[Need]) -> str:
    """Say what the panels show, guard against reading them as need itself, and cite the sources."""
    sources = pd.concat([one.own["source_id"] for one in need])
    return (
        "Per 10,000 children, or per cent; scales differ, from zero. Rates show what councils record and do, not need "
        f"itself. ×: under five, or missing. {credit(cite_releases(sources))}."
    )


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
