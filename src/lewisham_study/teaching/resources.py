"""Spend, children looked after and caseload as public on a day: in cash, as first printed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.lines import End, draw_line, label_ends
from lewisham_study.display.common.phrases import format_day
from lewisham_study.display.common.style import FAINT, HERE, PAGE_WIDTH, REFERENCE, SECOND, drawing
from lewisham_study.vocabulary import FEWEST

FIRST = 2012
"""The first year shown: section 251 had different categories in 2011-12."""


@dataclass(frozen=True)
class Series:
    """One line: its table and measure, its name, its panel and its look."""

    table: str
    measure: str
    name: str
    panel: str
    colour: str = HERE
    dashes: str = "-"


PANELS = {"spend": "Spend, £m in cash", "looked_after": "Children looked after", "caseload": "Cases per worker"}
SERIES = [
    Series("spend", "total_gross", "s251 gross", "spend"),
    Series("spend", "total_net", "s251 net", "spend", SECOND, "--"),
    Series("spend", "ro3_gross", "RO3 gross", "spend", REFERENCE, ":"),
    Series("need", "looked_after", "children", "looked_after"),
    Series("workforce", "caseload_fte", "cases", "caseload"),
]
CASELOAD_NOTE = ", cases per worker on 30 September"
HELD_NOTE = (
    "These are the figures that this study holds from before today. Others had been published too, so somebody could "
    "have known more."
)
BREAK_NOTE = "; 2016 was counted differently, so it is separate"
ACCOUNTS_NOTE = ", RO3 the revenue outturn, an account with different boundaries; a line breaks where its form changed"


def gather_resources(case: Case) -> pd.DataFrame:
    """Gather the figures of the case, line by line: spend in millions of pounds, children, cases per worker.

    `period` is as printed, `year` the one in which it begins.
    """
    parts = []
    for line in SERIES:
        rows = case.own(line.table)
        rows = rows[rows["measure"] == line.measure]
        year = rows["time_period"].str[:4].astype(int)
        value = rows["value"] / 1e6 if line.panel == "spend" else rows["value"]
        named = rows.assign(panel=line.panel, name=line.name, year=year, value=value, period=rows["time_period"])
        parts.append(named[named["year"] >= FIRST].dropna(subset="value"))
    columns = ["panel", "name", "period", "year", "value", "series", "source_id", "locator"]
    gathered = pd.concat(parts, ignore_index=True)
    few = (gathered["panel"] == "looked_after") & (gathered["value"] < FEWEST)
    few |= (gathered["panel"] == "caseload") & gathered["period"].isin(list_small_years(case))
    return gathered.loc[~few, columns].reset_index(drop=True)


def list_small_years(case: Case) -> list[str]:
    """List the years without five social workers, or five who hold cases, and those without their number."""
    rows = case.own("workforce")
    counts = rows[rows["measure"].isin(["case_holders_fte", "inpost_fte"])]
    least = counts.groupby("time_period")["value"].min()
    return [str(year) for year in sorted(rows["time_period"].unique()) if not least.get(year, 0) >= FEWEST]


def draw_resources(case: Case, day: date, *, accounts: bool = False) -> FigureExhibit:
    """Draw spend, children looked after and, if it was public, caseload, each on its own scale.

    `accounts` adds the revenue outturn (RO3) to the section 251 outturn.
    """
    figures = gather_resources(case)
    figures = figures[accounts | (figures["name"] != "RO3 gross")]
    broken = figures[figures["panel"] == "caseload"]["series"].nunique() > 1
    panels = [panel for panel in PANELS if panel in set(figures["panel"])]
    layout: Any = [panels] if len(panels) < 3 else [["spend", "spend"], ["looked_after", "caseload"]]
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, (1.95 if len(layout) == 1 else 1.45) * len(layout)), layout="constrained")
        for panel, axes in figure.subplot_mosaic(layout).items():
            draw_panel(axes, figures[figures["panel"] == panel], str(panel))
    return FigureExhibit(
        figure,
        "fig-resources",
        f"{case.opening}’s spend and children, as printed by {format_day(pd.Timestamp(day))}",
        "Cash, not real terms; financial years begin in April. s251 is the section 251 outturn"
        f"{ACCOUNTS_NOTE if accounts else ''}. Children on 31 March"
        f"{CASELOAD_NOTE if 'caseload' in panels else ''}{BREAK_NOTE if broken else ''}. "
        f"{credit(cite_releases(figures['source_id']))}.",
        describe_resources(case, figures),
        tabulate_resources(figures),
    )


def draw_panel(axes: Axes, figures: pd.DataFrame, panel: str) -> None:
    """Draw the lines of one panel from zero, with names or values at their ends."""
    looks = {line.name: line for line in SERIES}
    ends, middle = [], figures["value"].median()
    for name, rows in figures.groupby("name", sort=False):
        look = looks[str(name)]
        draw_line(axes, rows, color=look.colour, ls=look.dashes, lw=1.6)
        last = rows.sort_values("year", kind="stable").iloc[-1]
        shown = f"{last['value']:.1f}" if panel != "looked_after" else f"{last['value']:,.0f}"
        # A line that ends a year early is named at the edge, where names are kept apart; an earlier end is named there.
        early = figures["year"].max() - last["year"] > 1
        inside = 0.17 * figures["value"].max() if early else 0
        year = last["year"] if early else figures["year"].max()
        place = (year, last["value"] + (inside if last["value"] > middle else -inside))
        ends.append(End(f"{name} {shown}" if panel == "spend" else shown, *place, look.colour))
    first, last_year = int(figures["year"].min()), int(figures["year"].max())
    axes.set_title(PANELS[panel], loc="left")
    axes.set_xlim(first - 0.3, last_year + 0.3)
    axes.set_ylim(0, figures["value"].max() * 1.18)
    years = range(first, last_year + 1)
    axes.set_xticks(list(years), [name_year(year, panel) for year in years])
    axes.grid(axis="y", color=FAINT, lw=0.5)
    axes.set_axisbelow(True)
    label_ends(axes, ends)


def name_year(year: int, panel: str) -> str:
    """Name a year on the axis; a financial year by both of its halves.

    Examples
    --------
    >>> name_year(2014, "spend"), name_year(2014, "looked_after")
    ('14-15', '14')
    """
    return f"{year % 100}-{(year + 1) % 100:02d}" if panel == "spend" else f"{year % 100}"


def describe_resources(case: Case, figures: pd.DataFrame) -> str:
    """Describe the lines by their first and last values."""
    lines = []
    for (panel, name), rows in figures.groupby(["panel", "name"], sort=False):
        ends = rows.sort_values("year", kind="stable").iloc[[0, -1]]
        first, last = (f"{row['value']:.1f} in {row['period']}" for row in ends.to_dict("records"))
        line = f"{PANELS[str(panel)]}, {name}" if panel == "spend" else PANELS[str(panel)]
        lines.append(f"{line}: {first}" + (f", {last}" if len(rows) > 1 else ""))
    return f"Lines of {case.spoken}. {'; '.join(lines)}."


def tabulate_resources(figures: pd.DataFrame) -> pd.DataFrame:
    """Lay the figures out as a table, a row for each."""
    return pd.DataFrame(
        {
            "What": figures["panel"].map(PANELS),
            "Line": figures["name"],
            "Period": figures["period"],
            "Value": figures["value"].round(2),
            "Source": figures["source_id"] + ", " + figures["locator"],
        }
    )


def summarise_resources(case: Case, *, accounts: bool = False) -> Prose:
    """State the latest figures held; with `accounts` also the revenue outturn, if it goes on later."""
    figures = gather_resources(case).sort_values("year", kind="stable")
    last = figures.drop_duplicates("name", keep="last").set_index("name")
    sentences = describe_spend(last, accounts=accounts)
    if "children" in last.index:
        children = last.loc["children"]
        sentences.append(
            f"On 31 March {children['period']} the council looked after {children['value']:,.0f} children."
        )
    sentences.append(describe_caseload(case, figures[figures["name"] == "cases"]))
    return Prose(f"{' '.join(sentences)} {HELD_NOTE}")


def describe_spend(last: pd.DataFrame, *, accounts: bool) -> list[str]:
    """State the latest spend of each account held, of the last figures by name."""
    if "s251 gross" not in last.index:
        return ["This study holds no spend from before today."]
    gross = last.loc["s251 gross"]
    spend = f"In {gross['period']}, the latest section 251 outturn held, spend was £{gross['value']:.1f}m gross"
    net = last.loc["s251 net"] if "s251 net" in last.index else None
    if net is not None and net["period"] == gross["period"]:
        spend += f" and £{net['value']:.1f}m net of income"
    sentences = [f"{spend}, in cash."]
    if accounts and "RO3 gross" in last.index and last.loc["RO3 gross", "year"] > gross["year"]:
        other = last.loc["RO3 gross"]
        sentences.append(f"The revenue outturn (RO3) goes on to {other['period']}: £{other['value']:.1f}m gross.")
    return sentences


def describe_caseload(case: Case, cases: pd.DataFrame) -> str:
    """State the caseloads held, within one way of counting."""
    if cases.empty:
        return f"This study holds no caseload of {case.spoken} from before today."
    rows = cases[cases["series"] == cases["series"].iloc[-1]]
    first, end = rows.iloc[0], rows.iloc[-1]
    if len(rows) == 1:
        return f"On 30 September {end['period']!s} there were {end['value']:.1f} cases per full-time worker."
    return (
        f"Cases per full-time worker were {first['value']:.1f} in {first['period']} and {end['value']:.1f} in "
        f"{end['period']}, counted in the same way."
    )
