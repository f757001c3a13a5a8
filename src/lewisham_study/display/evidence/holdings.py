"""What the official releases hold on one authority: figures and judgements by topic, year and release."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.evidence import count_holdings
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, TableExhibit
from lewisham_study.display.common.phrases import format_count
from lewisham_study.display.common.style import INK, PAGE_WIDTH, SMALLEST, clear_axes, drawing, set_margins

TOPICS = {
    "judgements": "Judgements",
    "workforce": "Workforce and caseload",
    "spend": "Spend",
    "need": "Need",
    "population": "Population",
    "deprivation": "Low-income families",
}


def draw_holdings(case: Case) -> FigureExhibit:
    """Draw how many official figures and judgements are held on the authority, by topic (row) and year (column)."""
    held = count_holdings(case.tables, case.la_code)
    counts = held.groupby(["table", "year"], as_index=False)[["rows", "valued"]].sum()
    years = list(range(int(held["year"].min()), int(held["year"].max()) + 1))
    topics = [topic for topic in TOPICS if topic in set(held["table"])]
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 0.45 + 0.29 * len(topics)))
        axes = figure.subplots()
        set_margins(figure, left=1.37, right=0.06, bottom=0.2, top=0.05)
        for count in counts.to_dict("records"):
            draw_cell(axes, years.index(count["year"]), topics.index(count["table"]), count["valued"])
        axes.set_xlim(0, len(years))
        axes.set_ylim(len(topics), 0)
        axes.set_xticks([place + 0.5 for place in range(len(years))], [str(year) for year in years])
        axes.set_yticks([place + 0.5 for place in range(len(topics))], [TOPICS[topic] for topic in topics])
        axes.tick_params(axis="x", labelsize=SMALLEST)
        clear_axes(axes)
    return FigureExhibit(
        figure,
        "fig-evidence-holdings",
        title_holdings(case, held),
        "Figures with a value, and grades by the year of the report. Hatched: suppressed or not available; blank: no "
        f"row. {credit_releases(gather_editions(held)['newest'])}",
        describe_holdings(case, counts),
        tabulate_holdings(held),
    )


def draw_cell(axes: Axes, column: int, row: int, valued: int) -> None:
    """Draw the count of one topic and year; hatched where there are rows but no values."""
    look: dict[str, Any] = {"facecolor": "white", "edgecolor": "#999999", "hatch": "////"}
    if valued:
        look = {"facecolor": "#D6E4F0", "edgecolor": "white"}
        axes.text(column + 0.5, row + 0.5, str(valued), ha="center", va="center_baseline", fontsize=7, color=INK)
    axes.add_patch(Rectangle((column + 0.04, row + 0.06), 0.92, 0.88, lw=0.4, **look))


def title_holdings(case: Case, held: pd.DataFrame) -> str:
    """State how many figures and grades are held, from how many releases."""
    judged, figures = held[held["table"] == "judgements"], held[held["table"] != "judgements"]
    missing = int(figures["rows"].sum() - figures["valued"].sum())
    grades = "grade" if judged["valued"].sum() == 1 else "grades"
    text = (
        f"{case.label}: {judged['valued'].sum()} {grades} and {figures['valued'].sum():,} figures are held, "
        f"from {held['source_id'].nunique()} releases"
    )
    gaps = "1 figure is missing" if missing == 1 else f"{missing:,} figures are missing"
    return f"{text}; {gaps}" if missing else text


def describe_holdings(case: Case, counts: pd.DataFrame) -> str:
    """Describe the holdings: for each topic the years and the number of values."""
    parts = []
    for topic in (topic for topic in TOPICS if topic in set(counts["table"])):
        group = counts[counts["table"] == topic]
        first, last = group["year"].min(), group["year"].max()
        span = f"{first}" if first == last else f"{first} to {last}"
        values = f"{group['valued'].sum()} of {group['rows'].sum()} rows have a value"
        parts.append(f"{TOPICS[topic].lower()}, {span}: {values}")
    return f"Grid of what is held on {case.spoken} by topic and year. {'; '.join(parts)}."


def tabulate_holdings(held: pd.DataFrame) -> pd.DataFrame:
    """Return the counts as a table: a row for each topic, year and release."""
    rows = held.assign(order=held["table"].map(list(TOPICS).index), table=held["table"].map(TOPICS))
    names = {"table": "Topic", "year": "Year", "source_id": "Release", "rows": "Rows", "valued": "With a value"}
    return rows.sort_values(["order", "year", "source_id"])[list(names)].rename(columns=names).reset_index(drop=True)


def show_releases(case: Case) -> TableExhibit:
    """Show how many figures and judgements on the authority come from each release and its editions."""
    releases = gather_editions(count_holdings(case.tables, case.la_code))
    publishers = case.tables["sources"].set_index("source_id")["publisher"]
    spans = [
        str(first) if first == last else f"{first}–{last}" for first, last in releases[["first", "last"]].to_numpy()
    ]
    table = pd.DataFrame(
        {
            "Topic": releases["table"].map(TOPICS),
            "Release": releases["family"],
            "Publisher": releases["newest"].map(publishers),
            "Editions": releases["editions"],
            "Years": spans,
            "Rows": releases["rows"],
            "With a value": releases["valued"],
        }
    )
    return TableExhibit(
        table,
        "tbl-evidence-releases",
        f"{format_count(releases['family'].nunique())} official releases have data on {case.spoken}",
        f"Editions of one release are counted together. {credit_releases(releases['newest'])}",
    )


def gather_editions(held: pd.DataFrame) -> pd.DataFrame:
    """Gather the editions of each release: how many, the newest, their years and rows."""
    order = held["table"].map(list(TOPICS).index)
    groups = held.assign(order=order, family=held["source_id"].map(name_family)).groupby(["order", "table", "family"])
    return groups.agg(
        newest=("source_id", "max"),
        editions=("source_id", "nunique"),
        first=("year", "min"),
        last=("year", "max"),
        rows=("rows", "sum"),
        valued=("valued", "sum"),
    ).reset_index()


def name_family(source_id: str) -> str:
    """Return the part of a source id that the editions of a release share: everything before the year.

    Examples
    --------
    >>> name_family("dfe-children-in-need-2025-b1"), name_family("mhclg-ro3-2012-13")
    ('dfe-children-in-need', 'mhclg-ro3')
    """
    return re.split(r"-(?=\d{4})", source_id)[0]
