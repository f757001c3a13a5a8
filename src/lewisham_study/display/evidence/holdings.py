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
from lewisham_study.display.common.citations import cite_releases
from lewisham_study.display.common.exhibit import FigureExhibit, TableExhibit
from lewisham_study.display.common.phrases import format_count
from lewisham_study.display.common.style import INK, PAGE_WIDTH, SMALLEST, clear_axes, drawing

TOPICS = {
    "judgements": "Judgements",
    "workforce": "Workforce and caseload",
    "spend": "Spend",
    "need": "Need",
    "population": "Population",
    "deprivation": "Low-income families",
}


def draw_holdings(case: Case) -> FigureExhibit:
    """Draw how many official figures and judgements are held on the authority, by topic and year.

    Returns
    -------
    FigureExhibit
        A row a topic, a column a year; hatched where the releases have rows for the year, none with a value.
    """
    held = count_holdings(case.tables, case.la_code)
    counts = held.groupby(["table", "year"])[["rows", "valued"]].sum()
    years = list(range(int(held["year"].min()), int(held["year"].max()) + 1))
    topics = [topic for topic in TOPICS if topic in set(held["table"])]
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 0.45 + 0.29 * len(topics)), layout="constrained")
        axes = figure.subplots()
        for count in counts.reset_index().to_dict("records"):
            draw_cell(axes, years.index(count["year"]), topics.index(count["table"]), count["rows"], count["valued"])
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
        "Numbers count figures with a value, and grades by the year of their report. Hatched: rows without any value, "
        "suppressed or not available; blank: no row. A financial year stands at its first year. The releases are in "
        "@tbl-evidence-releases.",
        describe_holdings(case, counts),
        tabulate_holdings(held),
    )


def draw_cell(axes: Axes, column: int, row: int, rows: int, valued: int) -> None:
    """Draw the count of one topic and year."""
    cell: dict[str, Any] = {"facecolor": "#D6E4F0", "edgecolor": "white"}
    if not valued:
        cell = {"facecolor": "white", "edgecolor": "#999999", "hatch": "////"}
    axes.add_patch(Rectangle((column + 0.04, row + 0.06), 0.92, 0.88, lw=0.4, **cell))
    if valued:
        axes.text(column + 0.5, row + 0.5, str(valued), ha="center", va="center_baseline", fontsize=7, color=INK)


def title_holdings(case: Case, held: pd.DataFrame) -> str:
    """State the finding: how many figures and grades are held, from how many releases."""
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
    told = []
    topics = counts.index.get_level_values("table")
    for topic in (topic for topic in TOPICS if topic in set(topics)):
        group = counts[topics == topic]
        years = group.index.get_level_values("year")
        span = f"{years.min()}" if years.min() == years.max() else f"{years.min()} to {years.max()}"
        values = int(group["valued"].sum())
        told.append(f"{TOPICS[topic].lower()}, {span}: {values} of {int(group['rows'].sum())} rows have a value")
    return f"Grid of what is held on {case.spoken} by topic and year. {'; '.join(told)}."


def tabulate_holdings(held: pd.DataFrame) -> pd.DataFrame:
    """Give the counts as a table: a row a topic, year and release."""
    rows = held.assign(order=held["table"].map(list(TOPICS).index), table=held["table"].map(TOPICS))
    names = {"table": "Topic", "year": "Year", "source_id": "Release", "rows": "Rows", "valued": "With a value"}
    return rows.sort_values(["order", "year", "source_id"])[list(names)].rename(columns=names).reset_index(drop=True)


def show_releases(case: Case) -> TableExhibit:
    """Show how many figures and judgements on the authority come from each release and its editions."""
    held = count_holdings(case.tables, case.la_code)
    releases = gather_editions(held)
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
        f"{format_count(releases['family'].nunique())} official releases hold something on {case.spoken}",
        "Editions of one release are counted together, under the common beginning of their names; the table behind "
        "@fig-evidence-holdings names each. Cited is the newest edition that is used: "
        f"{cite_releases(releases['newest'])}.",
    )


def gather_editions(held: pd.DataFrame) -> pd.DataFrame:
    """Gather the editions of each release: how many, which is the newest, their years and rows."""
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
    """Name what the editions of one release share: all before the year.

    Examples
    --------
    >>> name_family("dfe-children-in-need-2025-b1"), name_family("mhclg-ro3-2012-13")
    ('dfe-children-in-need', 'mhclg-ro3')
    """
    return re.split(r"-(?=\d{4})", source_id)[0]
