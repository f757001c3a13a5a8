"""The overspend that the documents name: its printed parts, and what they leave over."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.evidence import reconcile_overspend
from lewisham_study.display.common.citations import cite, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.phrases import list_names, list_words
from lewisham_study.display.common.style import HERE, INK, MUTED, PAGE_WIDTH, THIRD, drawing
from lewisham_study.display.spend.amounts import format_millions

AREA_NAMES = {
    "residential_care": "residential care",
    "fostering": "fostering",
    "semi_independent": "semi-independent\naccommodation",
    "workforce": "staffing",
    "other_placements": "other placements",
}
TOTAL, REST = "the whole", "not stated"


def draw_overspend(case: Case) -> FigureExhibit | Prose:
    """Draw the printed parts of the overspend up to its total, with the residual as an interval.

    Returns
    -------
    FigureExhibit or Prose
        A waterfall; the residual is hatched and has the span that rounding allows. Prose for an authority
        of which no document is coded.
    """
    documented = sorted(set(case.tables["events"]["la_code"]))
    if case.la_code not in documented:
        names = list_words(list_names(case, documented))
        return Prose(
            f"No document that names an overspend of {case.spoken} is coded here; the documents of this study are of "
            f"{names} alone. That says nothing of whether there was one."
        )
    parts = reconcile_overspend(case.tables["facts"])
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 2.4), layout="constrained")
        draw_steps(figure.subplots(), parts)
    return FigureExhibit(
        figure,
        "fig-spend-overspend",
        title_overspend(parts),
        caption_overspend(parts),
        describe_overspend(parts),
        tabulate_overspend(parts),
    )


def list_steps(parts: pd.DataFrame) -> pd.DataFrame:
    """List the bars in order: printed parts, the residual, the total; with the height at which each begins."""
    printed = parts[(parts["part"] == "component") & (parts["basis"] == "printed")]
    steps = pd.concat([printed, parts[parts["part"] == "residual"], parts[parts["part"] == "total"]], ignore_index=True)
    start = steps["value"].cumsum() - steps["value"]
    return steps.assign(start=start.mask(steps["part"] == "total", 0.0))


def draw_steps(axes: Axes, parts: pd.DataFrame) -> None:
    """Draw the bars and the lines that carry each height on to the next."""
    steps = list_steps(parts)
    for place, row in enumerate(steps.to_dict("records")):
        base, height = row["start"] / 1e6, row["value"] / 1e6
        look: dict[str, Any] = {"color": INK if row["part"] == "total" else HERE}
        text = f"{height:.1f}"
        if row["part"] == "residual":
            look = {"facecolor": "white", "edgecolor": THIRD, "hatch": "/////", "ls": "--", "lw": 1}
            span = [[(row["value"] - row["low"]) / 1e6], [(row["high"] - row["value"]) / 1e6]]
            axes.errorbar(place + 0.22, base + height, yerr=span, color=THIRD, capsize=3, lw=1, zorder=4)
            text = f"{height:.1f}\n({row['low'] / 1e6:.2f} to {row['high'] / 1e6:.2f})"
        axes.bar(place, height, bottom=base, width=0.62, **look)
        axes.annotate(
            text, (place, base + height), (0, 9 if row["part"] == "residual" else 3), textcoords="offset points",
            ha="center", fontsize=7.5, color=THIRD if row["part"] == "residual" else INK,
        )  # fmt: skip
        if place + 1 < len(steps):
            axes.plot([place + 0.31, place + 0.69], [base + height] * 2, color=MUTED, lw=0.7)
    axes.set_xticks(range(len(steps)), [name_step(row) for row in steps.to_dict("records")])
    axes.tick_params(axis="x", length=0)
    axes.set_ylim(0, float(parts["value"].max()) / 1e6 * 1.2)
    axes.set_ylabel("£ million")


def name_step(row: dict[Any, Any]) -> str:
    """Name a bar."""
    named = {"total": TOTAL, "residual": REST}
    return named.get(row["part"]) or AREA_NAMES.get(row["area"], str(row["area"]).replace("_", " "))


def title_overspend(parts: pd.DataFrame) -> str:
    """State the finding: how much of the overspend is itemised."""
    total, rest = (float(parts.loc[parts["part"] == part, "value"].sum()) for part in ("total", "residual"))
    return (
        f"{format_millions(total - rest)} of the {format_millions(total)} overspend is itemised; of "
        f"{format_millions(rest)} the article says nothing"
    )


def caption_overspend(parts: pd.DataFrame) -> str:
    """Say what is printed, what is derived, and what the residual may be."""
    rest = parts[parts["part"] == "residual"].iloc[0]
    unpriced = parts[(parts["part"] == "component") & (parts["basis"] == "missing")]
    named = list_words([AREA_NAMES.get(area, area).replace("\n", " ") for area in unpriced["area"]])
    also = f" The article also names {named}, without an amount." if len(unpriced) else ""
    return (
        f"Solid: printed. Hatched: what is left over, derived; with the rounding of every figure it lies between "
        f"£{rest['low'] / 1e6:.2f}m and £{rest['high'] / 1e6:.2f}m.{also} The residual is theirs only if the list is "
        "complete, which is not said. An overspend is spending above a budget, not spending: it has no place in the "
        f"series above. {credit(cite(parts.dropna(subset='source_id')))}."
    )


def describe_overspend(parts: pd.DataFrame) -> str:
    """Describe the waterfall: each part and the residual with its interval."""
    told = [f"{name_step(row)} £{row['value'] / 1e6:.1f}m" for row in list_steps(parts).to_dict("records")]
    rest = parts[parts["part"] == "residual"].iloc[0]
    span = f"between £{rest['low'] / 1e6:.2f}m and £{rest['high'] / 1e6:.2f}m"
    return f"Waterfall of an overspend: {', '.join(told)}. The part not stated lies {span}.".replace("\n", " ")


def tabulate_overspend(parts: pd.DataFrame) -> pd.DataFrame:
    """Give the parts as a table: printed, missing and derived."""
    source = parts["source_id"].str.cat(parts["locator"], sep=", ")
    return pd.DataFrame(
        {
            "Part": [name_step(row).replace("\n", " ") for row in parts.to_dict("records")],
            "£ million": (parts["value"] / 1e6).round(2),
            "At least": (parts["low"] / 1e6).round(2),
            "At most": (parts["high"] / 1e6).round(2),
            "Share": parts["share"].map("{:.1%}".format, na_action="ignore"),
            "Amount is": parts["basis"],
            "Source": source,
        }
    )


def summarise_overspend(case: Case) -> Prose | None:
    """Tell what is undecided of the overspend: its year, and whose it was; nothing where no document is coded."""
    facts, conflicts = case.tables["facts"], case.tables["conflicts"]
    named = facts[facts["measure"].isin(["overspend", "overspend_report_date"])]
    if case.la_code not in set(case.tables["events"]["la_code"]) or named.empty:
        return None
    touched = conflicts["fact_ids"].str.split().map(lambda ids: bool(set(ids) & set(named["fact_id"])))
    told = [
        f"- **{row['question']}** {row['reason']} (Confidence: {row['confidence']}.)"
        for row in conflicts[touched].to_dict("records")
    ]
    lead = f"No coded document gives the financial year of the overspend, so it is on no time axis here {cite(named)}."
    return Prose("\n".join([lead, "", *told]))
