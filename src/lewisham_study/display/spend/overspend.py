"""The overspend that the documents name: its printed parts and the rest."""

from __future__ import annotations

from textwrap import fill
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.evidence import reconcile_overspend
from lewisham_study.display.common.charts import describe_table
from lewisham_study.display.common.citations import cite, credit_releases
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, paint_widths
from lewisham_study.display.common.style import HERE, INK, MUTED, THIRD, set_margins
from lewisham_study.display.spend.amounts import format_millions

AREA_NAMES = {
    "residential_care": "residential care",
    "fostering": "fostering",
    "semi_independent": "semi-independent accommodation",
    "workforce": "staffing",
    "other_placements": "other placements",
}


def draw_overspend(case: Case) -> FigureExhibit | None:
    """Draw the printed parts of the overspend up to its total, and the rest; None without coded documents."""
    if case.own("events").empty:
        return None
    parts = reconcile_overspend(case.tables["facts"])

    def paint(width: float) -> Figure:
        figure = Figure(figsize=(width, 2.4))
        draw_steps(figure.subplots(), parts)
        set_margins(figure, left=1.06, right=0.12, bottom=0.41, top=0.05)
        return figure

    figure, narrow = paint_widths(paint)
    table = tabulate_overspend(parts)
    total, rest = (float(parts.loc[parts["part"] == part, "value"].sum()) for part in ("total", "residual"))
    return FigureExhibit(
        figure,
        "fig-spend-overspend",
        f"{format_millions(total - rest)} of the {format_millions(total)} overspend is itemised; the article does not "
        f"explain {format_millions(rest)}",
        "Solid: printed. Hatched: the rest, derived, with the range that rounding allows. The article does not say "
        f"that its list is complete. {credit_releases(parts['source_id'].dropna())}",
        f"Waterfall of an overspend. {describe_table(table.iloc[:, :4])}",
        table,
        narrow=narrow,
    )


def list_steps(parts: pd.DataFrame) -> pd.DataFrame:
    """List the bars in order, printed parts, the rest and the total, with the amount at which each starts."""
    printed = parts[(parts["part"] == "component") & (parts["basis"] == "printed")]
    steps = pd.concat([printed, parts[parts["part"] == "residual"], parts[parts["part"] == "total"]], ignore_index=True)
    start = steps["value"].cumsum() - steps["value"]
    return steps.assign(start=start.mask(steps["part"] == "total", 0.0))


def draw_steps(axes: Axes, parts: pd.DataFrame) -> None:
    """Draw the bars, from top to bottom, and the lines between them; the rest has its amount to the left."""
    steps = list_steps(parts)
    for place, row in enumerate(steps.to_dict("records")):
        base, amount, rest = row["start"] / 1e6, row["value"] / 1e6, row["part"] == "residual"
        look: dict[str, Any] = {"color": INK if row["part"] == "total" else HERE}
        text, at, shift = f"{amount:.1f}", (base + amount, place), (4, 0)
        if rest:
            look = {"facecolor": "white", "edgecolor": THIRD, "hatch": "/////", "ls": "--", "lw": 1}
            span = [[(row["value"] - row["low"]) / 1e6], [(row["high"] - row["value"]) / 1e6]]
            axes.errorbar(base + amount, place + 0.18, xerr=span, color=THIRD, capsize=3, lw=1, zorder=4)
            text = f"{text} ({row['low'] / 1e6:.2f} to {row['high'] / 1e6:.2f})"
            at, shift = (base, place), (-4, 0)
        axes.barh(place, amount, left=base, height=0.62, **look)
        side, colour = ("right", THIRD) if rest else ("left", INK)
        axes.annotate(text, at, shift, color=colour, ha=side, va="center", textcoords="offset points", fontsize=7.5)
        if place + 1 < len(steps):
            axes.plot([base + amount] * 2, [place + 0.31, place + 0.69], color=MUTED, lw=0.7)
    names = [fill(name_step(row), 16, break_on_hyphens=False) for row in steps.to_dict("records")]
    axes.set_yticks(range(len(steps)), names)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, float(parts["value"].max()) / 1e6 * 1.15)
    axes.set_xlabel("£ million")


def name_step(row: dict[Any, Any]) -> str:
    """Return the name of a bar."""
    named = {"total": "the whole", "residual": "not stated"}
    return named.get(row["part"]) or AREA_NAMES.get(row["area"], str(row["area"]).replace("_", " "))


def tabulate_overspend(parts: pd.DataFrame) -> pd.DataFrame:
    """Return the parts as a table: printed, missing and derived."""
    return pd.DataFrame(
        {
            "Part": [name_step(row) for row in parts.to_dict("records")],
            "Amount, £ million": (parts["value"] / 1e6).round(2),
            "At least, £ million": (parts["low"] / 1e6).round(2),
            "At most, £ million": (parts["high"] / 1e6).round(2),
            "Share, %": (parts["share"] * 100).round(1),
            "Basis": parts["basis"],
            "Source": parts["source_id"].str.cat(parts["locator"], sep=", "),
        }
    )


def summarise_overspend(case: Case) -> Prose | None:
    """Explain what is not known about the overspend: its year, and whose it was; None without coded documents."""
    facts, conflicts = case.tables["facts"], case.tables["conflicts"]
    named = facts[facts["measure"].isin(["overspend", "overspend_report_date"])]
    if case.own("events").empty or named.empty:
        return None
    touched = conflicts["fact_ids"].str.split().map(lambda ids: bool(set(ids) & set(named["fact_id"])))
    choices = [
        f"- **{row['question']}** {row['reason']} (Confidence: {row['confidence']}.)"
        for row in conflicts[touched].to_dict("records")
    ]
    lead = f"No coded document gives the financial year of the overspend, so no chart shows it by year {cite(named)}."
    head = (
        "## The overspend in the documents\n\nWhat the press calls an overspend is spending above a budget. The "
        "outturn does not show it, and it has no place in the series above."
    )
    return Prose("\n".join([head, "", lead, "", *choices]))
