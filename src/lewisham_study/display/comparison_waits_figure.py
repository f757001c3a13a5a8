"""The share of authorities that had reached good, drawn: a band beside the naive curve."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.turnbull import bound_share
from lewisham_study.analysis.waiting import Waits, estimate_waits
from lewisham_study.display.comparison_waits import (
    LAST_YEAR,
    caption_waits,
    describe_waits,
    find_own,
    tabulate_waits,
    title_waits,
    write_wait,
)
from lewisham_study.display.exhibits import FigureExhibit
from lewisham_study.display.style import FAINT, HERE, INK, PAGE_WIDTH, THIRD, drawing

LANE = -0.16
"""The foot of the lane below the shares in which the authority's own wait is drawn."""


def draw_waits(case: Case) -> FigureExhibit:
    """Draw the share of authorities that had reached good, year by year since a first SIF below good.

    Returns
    -------
    FigureExhibit
        A band within which the data cannot tell, the naive curve beside it, and the authority's own wait.
    """
    found = estimate_waits(case.tables, case.basis)
    times = np.arange(0, LAST_YEAR + 0.01, 0.01)
    bounds = bound_share(found.band, times)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.2), layout="constrained")
        axes = figure.subplots()
        axes.fill_between(times, bounds["least"], bounds["greatest"], step="post", color="#A9C8EC", lw=0)
        axes.step(times, bounds["least"], where="post", color=HERE, lw=1.2)
        axes.step(times, bounds["greatest"], where="post", color=HERE, lw=1.2)
        curve = found.curve
        ends = [*curve["time"], LAST_YEAR], [*curve["share"], curve["share"].iloc[-1]]
        axes.step(*ends, where="post", color=THIRD, lw=1.3, ls=(0, (4, 1.5)))
        axes.axhline(0.5, color=INK, lw=0.7, ls=(0, (1, 1.5)))
        axes.annotate("half", (0.05, 0.5), (0, 2), textcoords="offset points", fontsize=7)
        axes.annotate(
            "interval-censored estimate (Turnbull);\nshaded where it cannot tell", (0.12, 0.31), fontsize=7, color=HERE
        )
        axes.annotate(
            "naive Kaplan–Meier: each wait ends\nwhen an inspection sees it", (6.5, 0.26), fontsize=7, color=THIRD
        )
        mark_half(axes, found)
        axes.set_xlim(0, LAST_YEAR)
        axes.set_ylim(0, 1)
        mark_own(axes, found, case)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        axes.set_xlabel("Years since the first SIF inspection")
        axes.set_title("Share that had reached good or outstanding", loc="left")
    return FigureExhibit(
        figure,
        "fig-comparison-waits",
        title_waits(found),
        caption_waits(case, found),
        describe_waits(found),
        tabulate_waits(found),
    )


def mark_half(axes: Axes, found: Waits) -> None:
    """Mark the times by which half may have reached good."""
    low, high = found.half
    axes.plot([low, min(high, LAST_YEAR)], [0.5, 0.5], color=INK, lw=3.2, solid_capstyle="butt", zorder=4)
    axes.annotate(
        f"half by {low:.1f} to {high:.1f} years",
        ((low + min(high, LAST_YEAR)) / 2, 0.5),
        (0, -11),
        textcoords="offset points",
        ha="center",
        fontsize=7.5,
        weight="bold",
    )


def mark_own(axes: Axes, found: Waits, case: Case) -> None:
    """Mark the authority's own wait in a lane below the shares, clear of the curves."""
    own = find_own(found, case)
    if own is None:
        return
    end = own["upper"] if own["reached"] else LAST_YEAR
    look = "-" if own["reached"] else (0, (2, 1))
    axes.set_ylim(LANE, 1)
    axes.axhline(0, color=FAINT, lw=0.8, zorder=0.5)
    height = 0.75 * LANE
    axes.plot([own["lower"], end], [height, height], color=INK, lw=2.4, ls=look, solid_capstyle="butt")
    words = f"{case.label}: good {write_wait(own)}"
    if not own["reached"]:
        words = f"{case.label}: still below good when last inspected, after {own['lower']:.1f} years"
        words = words if own["lower"] > 0 else f"{case.label}: below good, and not inspected again"
    right = own["lower"] > LAST_YEAR / 2
    axes.annotate(
        words,
        (end if right else own["lower"], height),
        (0, 4),
        textcoords="offset points",
        fontsize=7,
        ha="right" if right else "left",
    )
