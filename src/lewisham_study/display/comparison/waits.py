"""How long it took from below good to good, in words: a band, for nobody saw the day."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.models.intervals import UNTIL, Waits, bound_share, estimate_waits, find_median
from lewisham_study.display.common.citations import cite_ratings, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose
from lewisham_study.display.common.phrases import format_day
from lewisham_study.display.common.style import FAINT, HERE, INK, PAGE_WIDTH, THIRD, drawing
from lewisham_study.vocabulary import GRADE_NAMES, GRADES

LAST_YEAR = 11


def find_own(found: Waits, case: Case) -> pd.Series | None:
    """Find the authority's own wait; None where its first SIF was good, or it had none."""
    own = found.waits[found.waits["la_code"] == case.la_code]
    return None if own.empty else own.iloc[0]


def format_wait(own: pd.Series) -> str:
    """Write within what time after its first SIF an authority became good.

    Examples
    --------
    >>> format_wait(pd.Series({"lower": 3.7, "upper": 8.1})), format_wait(pd.Series({"lower": 0.0, "upper": 3.1}))
    ('between 3.7 and 8.1 years later', 'within 3.1 years')
    """
    if own["lower"]:
        return f"between {own['lower']:.1f} and {own['upper']:.1f} years later"
    return f"within {own['upper']:.1f} years"


def title_waits(found: Waits) -> str:
    """State the finding: within what band half had reached good, and what the naive curve says."""
    low, high = found.half
    return (
        f"Half of {len(found.waits)} authorities below good at their first SIF had reached good after {low:.1f} to "
        f"{high:.1f} years; read naively, after {find_median(found.curve):.1f}"
    )


def caption_waits(case: Case, found: Waits) -> str:
    """Say how the band came about and what it assumes."""
    day = "first day on site" if case.basis == "inspected" else "day of publication"
    return (
        f"Estimated. {int(found.waits['reached'].sum())} of {len(found.waits)} authorities had been found good by "
        f"{format_day(UNTIL)} ({day}); each became good somewhere between two inspections. The band is the "
        "non-parametric maximum likelihood estimate (Turnbull 1976), the bar the times for which its likelihood is "
        "within 5% of the best. Both curves take the time of inspections to tell nothing, which is doubtful: "
        "authorities judged inadequate are seen again sooner, and none were between March 2020 and April 2021. A wait "
        "ends at the last inspection, or at an abolition: successors do not go on with it. "
        f"{credit(cite_ratings(case))}."
    )


def describe_waits(found: Waits) -> str:
    """Describe the curves at whole years."""
    bounds = bound_share(found.band, list(range(1, LAST_YEAR + 1)))
    rows = zip(bounds["time"], bounds["least"], bounds["greatest"], strict=True)
    told = [f"year {time:.0f} {format_range(least, greatest)}" for time, least, greatest in rows]
    return f"Share that had reached good, by year since the first SIF, least to greatest: {', '.join(told)}."


def format_range(low: float, high: float) -> str:
    """Write two shares as one range.

    Examples
    --------
    >>> format_range(0.2, 0.2), format_range(0.0, 0.202)
    ('20%', '0% to 20%')
    """
    return f"{low:.0%}" if f"{low:.0%}" == f"{high:.0%}" else f"{low:.0%} to {high:.0%}"


def tabulate_waits(found: Waits) -> pd.DataFrame:
    """Give both estimates at whole years."""
    years = list(range(LAST_YEAR + 1))
    bounds = bound_share(found.band, years)
    curve = found.curve
    naive = [curve.loc[curve["time"] <= year, "share"].iloc[-1] for year in years]
    return pd.DataFrame(
        {
            "Years since first SIF": [str(year) for year in years],
            "Reached good, least": bounds["least"].map("{:.0%}".format),
            "Reached good, greatest": bounds["greatest"].map("{:.0%}".format),
            "Naive Kaplan–Meier": [f"{share:.0%}" for share in naive],
        }
    )


def summarise_waits(case: Case) -> Prose:
    """Tell the authority's own wait beside that of all."""
    found = estimate_waits(case.tables, case.basis)
    own = find_own(found, case)
    low, high = found.half
    every = (
        f"Of {len(found.waits)} authorities below good at their first SIF, {int(found.waits['reached'].sum())} had "
        f"been found good by {format_day(UNTIL)}. Half of all had reached good after a time that the data place "
        f"**anywhere from {low:.1f} to {high:.1f} years**; the naive median is {find_median(found.curve):.1f} years."
    )
    if own is None:
        return Prose(f"{summarise_no_wait(case)} {every}")
    start = f"{case.opening} was judged {GRADE_NAMES[own['grade']]} at its first SIF ({format_day(own['start'])})"
    if own["reached"]:
        return Prose(f"{start}; it became good {format_wait(own)}. {every}")
    if not own["lower"]:
        return Prose(f"{start}, and was not inspected again in the years that count here. {every}")
    return Prose(f"{start} and was still below good when last inspected, {own['lower']:.1f} years later. {every}")


def summarise_no_wait(case: Case) -> str:
    """Say why the authority has no wait: its first SIF was good, or it had none."""
    judgements = case.tables["judgements"]
    mine = (
        (judgements["la_code"] == case.la_code)
        & (judgements["framework"] == "SIF")
        & (judgements["strand"] == "overall")
    )
    if judgements.loc[mine, "grade"].isin(GRADES).any():
        return f"{case.opening} was good or better at its first SIF, so it is not among those that waited."
    return f"{case.opening} had no inspection under the SIF, so it is not among those that waited."


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
    words = f"{case.label}: good {format_wait(own)}"
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
