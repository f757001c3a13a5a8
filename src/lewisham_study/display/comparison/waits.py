"""Time from a first SIF below good to good: a band, because the day lies between two graded inspections."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.models.intervals import Waits, bound_share, estimate_waits, find_median, find_quantile
from lewisham_study.display.common.citations import cite_ratings, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.phrases import format_count, format_day
from lewisham_study.display.common.style import FAINT, HERE, INK, PAGE_WIDTH, THIRD, drawing
from lewisham_study.vocabulary import GRADE_NAMES, GRADES, NO_OVERALL_SINCE

LAST_YEAR = 11
LANE = -0.16
"""The bottom of the lane, below the shares, in which the authority's own time to good is drawn."""
OFFSET: dict[str, Any] = {"textcoords": "offset points", "fontsize": 7}


def draw_waits(case: Case) -> FigureExhibit:
    """Draw the share of authorities that had become good, by years since a first SIF below good."""
    found = estimate_waits(case.tables, case.basis)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.2), layout="constrained")
        axes = figure.subplots()
        draw_curves(axes, found)
        mark_half(axes, found)
        axes.set_xlim(0, LAST_YEAR)
        axes.set_ylim(0, 1)
        mark_own(axes, found, case)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
        axes.set_xlabel("Years since the first SIF inspection")
        axes.set_title("Share that had become good or outstanding", loc="left")
    return FigureExhibit(
        figure,
        "fig-comparison-waits",
        title_waits(found),
        caption_waits(case, found),
        describe_waits(found),
        tabulate_waits(found),
    )


def draw_curves(axes: Axes, found: Waits) -> None:
    """Draw the interval-censored estimate as a band, and the Kaplan-Meier curve."""
    times = np.arange(0, LAST_YEAR + 0.01, 0.01)
    bounds, curve = bound_share(found.band, times), found.curve
    axes.fill_between(times, bounds["least"], bounds["greatest"], step="post", color="#A9C8EC", lw=0)
    axes.step(times, bounds["least"], where="post", color=HERE, lw=1.2)
    axes.step(times, bounds["greatest"], where="post", color=HERE, lw=1.2)
    ends = [*curve["time"], LAST_YEAR], [*curve["share"], curve["share"].iloc[-1]]
    axes.step(*ends, where="post", color=THIRD, lw=1.3, ls=(0, (4, 1.5)))
    axes.axhline(0.5, color=INK, lw=0.7, ls=(0, (1, 1.5)))
    axes.annotate("half", (0.05, 0.5), (0, 2), **OFFSET)
    band = "interval-censored (Turnbull);\nshaded: anywhere fits the data"
    axes.annotate(band, (0.12, 0.31), fontsize=7, color=HERE)
    naive = "Kaplan–Meier: counts each as good\nfrom the inspection that says so"
    axes.annotate(naive, (6.5, 0.26), fontsize=7, color=THIRD)


def mark_half(axes: Axes, found: Waits) -> None:
    """Mark the times by which half may have become good."""
    low, high = found.half[0], min(found.half[1], LAST_YEAR)
    axes.plot([low, high], [0.5, 0.5], color=INK, lw=3.2, solid_capstyle="butt", zorder=4)
    look: dict[str, Any] = {"ha": "center", "weight": "bold", **OFFSET, "fontsize": 7.5}
    axes.annotate(f"half after {format_half(found)}", ((low + high) / 2, 0.5), (0, -11), **look)


def mark_own(axes: Axes, found: Waits, case: Case) -> None:
    """Mark the authority's own time to good in a lane below the shares, clear of the curves."""
    own = find_own(found, case)
    if own is None:
        return
    end, style = (own["upper"], "-") if own["reached"] else (LAST_YEAR, (0, (2, 1)))
    axes.set_ylim(LANE, 1)
    axes.axhline(0, color=FAINT, lw=0.8, zorder=0.5)
    height = 0.75 * LANE
    axes.plot([own["lower"], end], [height, height], color=INK, lw=2.4, ls=style, solid_capstyle="butt")
    words = f"good {format_wait(own)}"
    if not own["reached"] and own["lower"]:
        words = f"below good at its last overall grade, after {own['lower']:.1f} years"
    elif not own["reached"]:
        words = "below good, with no later overall grade"
    right = own["lower"] > LAST_YEAR / 2
    place, side = (end if right else own["lower"], height), "right" if right else "left"
    axes.annotate(f"{case.label}: {words}", place, (0, 4), ha=side, **OFFSET)


def find_own(found: Waits, case: Case) -> pd.Series | None:
    """Return the authority's own time to good; None if its first SIF was good, or it had none."""
    own = found.waits[found.waits["la_code"] == case.la_code]
    return None if own.empty else own.iloc[0]


def format_wait(own: pd.Series) -> str:
    """Format how long after its first SIF an authority became good: `between 3.7 and 8.1 years later`."""
    if own["lower"]:
        return f"between {own['lower']:.1f} and {own['upper']:.1f} years later"
    return f"within {own['upper']:.1f} years"


def format_best(found: Waits) -> str:
    """Format the best estimate of the time by which half had become good, to a year."""
    first, last = find_quantile(found.band)
    return f"about {(first + last) / 2:.0f} years" if np.isfinite(last) else f"more than {first:.0f} years"


def format_half(found: Waits) -> str:
    """Format the times by which half may have become good: `3.7 to 7.4 years`."""
    low, high = found.half
    return f"{low:.1f} to {high:.1f} years" if np.isfinite(high) else f"{low:.1f} years on"


def title_waits(found: Waits) -> str:
    """State after how many years half had become good."""
    return (
        f"Half of {len(found.waits)} authorities below good at their first SIF had become good after "
        f"{format_best(found)}; anything from {format_half(found)} fits the data"
    )


def caption_waits(case: Case, found: Waits) -> str:
    """State the count, the cut-off and the sources."""
    day = "first day on site" if case.basis == "inspected" else "day of publication"
    return (
        f"Estimated. {int(found.waits['reached'].sum())} of {len(found.waits)} were judged good by "
        f"{format_day(found.until)} ({day}). Bar: times whose likelihood is within 5% of the best. {count_ended(found)}"
        f"{credit(cite_ratings(case, found.until))}."
    )


def count_ended(found: Waits) -> str:
    """Count the waits left open because the next inspection gave no overall grade; empty if there are none."""
    ended = int(found.waits["ended"].notna().sum())
    if not ended:
        return ""
    below = "authority below good was" if ended == 1 else "authorities below good were"
    return (
        f"{format_count(ended)} {below} next inspected from {NO_OVERALL_SINCE:%B %Y} on, without an overall grade: the "
        "wait is left open from the last overall grade. "
    )


def describe_waits(found: Waits) -> str:
    """Describe the band at whole years."""
    bounds = bound_share(found.band, list(range(1, LAST_YEAR + 1)))
    rows = zip(bounds["time"], bounds["least"], bounds["greatest"], strict=True)
    years = [f"year {time:.0f} {format_range(least, greatest)}" for time, least, greatest in rows]
    return f"Share that had become good, by year since the first SIF, least to greatest: {', '.join(years)}."


def format_range(low: float, high: float) -> str:
    """Format two shares as one range: `20%`, `0% to 20%`."""
    return f"{low:.0%}" if f"{low:.0%}" == f"{high:.0%}" else f"{low:.0%} to {high:.0%}"


def tabulate_waits(found: Waits) -> pd.DataFrame:
    """Return both estimates at whole years."""
    years = list(range(LAST_YEAR + 1))
    bounds, curve = bound_share(found.band, years), found.curve
    observed = [curve.loc[curve["time"] <= year, "share"].iloc[-1] for year in years]
    return pd.DataFrame(
        {
            "Years since first SIF": [str(year) for year in years],
            "Good by then, least": bounds["least"].map("{:.0%}".format),
            "Good by then, greatest": bounds["greatest"].map("{:.0%}".format),
            "Kaplan–Meier": [f"{share:.0%}" for share in observed],
        }
    )


def summarise_waits(case: Case) -> Prose:
    """Summarise the authority's own time to good, and that of all."""
    found = estimate_waits(case.tables, case.basis)
    own, median = find_own(found, case), find_median(found.curve)
    ended = f" {count_ended(found)}".rstrip()
    naive = f"gives {median:.1f} years" if np.isfinite(median) else "does not reach half"
    every = (
        f"Of {len(found.waits)} authorities below good at their first SIF, {int(found.waits['reached'].sum())} were "
        f"judged good by {format_day(found.until)}. Half had become good after **{format_best(found)}** (best "
        f"estimate); anything from {format_half(found)} fits the data. Kaplan–Meier, which assumes that the change "
        f"came on the day of the inspection, {naive}.{ended}"
    )
    if own is None:
        return Prose(f"{summarise_no_wait(case)} {every}")
    start = f"{case.opening} was judged {GRADE_NAMES[own['grade']]} at its first SIF ({format_day(own['start'])})"
    if own["reached"]:
        return Prose(f"{start}; it became good {format_wait(own)}. {every}")
    if not own["lower"]:
        return Prose(f"{start} and had no later overall grade.{describe_ended(own)} {every}")
    last = f"was still below good at its last overall grade, {own['lower']:.1f} years later"
    return Prose(f"{start} and {last}.{describe_ended(own)} {every}")


def describe_ended(own: pd.Series) -> str:
    """Say, of an authority below good, that it was inspected when overall grades were no longer given."""
    if pd.isna(own["ended"]):
        return ""
    return f" Its inspection of {own['ended']:%B %Y} gave no overall grade, so whether it is good by now is not known."


def summarise_no_wait(case: Case) -> str:
    """Explain why the authority is not counted: its first SIF was good, or it had none."""
    own = case.own("judgements")
    grades = own.loc[(own["framework"] == "SIF") & (own["strand"] == "overall"), "grade"]
    if grades.isin(GRADES).any():
        return f"{case.opening} was good or better at its first SIF, so it is not counted here."
    return f"{case.opening} had no inspection under the SIF, so it is not counted here."
