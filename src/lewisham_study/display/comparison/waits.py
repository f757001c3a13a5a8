"""Time from a first SIF below good to good: a band, because the day lies between two graded inspections."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.models.intervals import (
    REGION_SPREAD,
    WAIT_TERMS,
    YEARS,
    Waits,
    bound_share,
    estimate_waits,
    find_quantile,
    find_time,
    model_waits,
)
from lewisham_study.analysis.models.replication import format_ratio
from lewisham_study.display.common.citations import cite_ratings, cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, Prose, TableExhibit
from lewisham_study.display.common.lines import PATCH, write_near
from lewisham_study.display.common.phrases import begin_sentence, format_count, format_day
from lewisham_study.display.common.style import FAINT, HERE, INK, PAGE_WIDTH, SMALLEST, THIRD, drawing, set_margins
from lewisham_study.display.comparison.estimates import is_clear
from lewisham_study.tidy.tables import Frames
from lewisham_study.vocabulary import GRADE_NAMES, GRADES, NO_OVERALL_SINCE

LAST_YEAR = YEARS[-1]
LANE = -0.16
"""The bottom of the lane, below the shares, in which the authority's own time to good is drawn."""


def draw_waits(case: Case) -> FigureExhibit:
    """Draw the share of authorities that had become good, by years since a first SIF below good."""
    found = estimate_waits(case.tables, case.basis)
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.2))
        axes = figure.subplots()
        set_margins(figure, left=0.5, right=0.1, bottom=0.42, top=0.26)
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
    limits = found.limits[found.limits["time"] < LAST_YEAR]
    look: dict[str, Any] = {"color": HERE, "lw": 0.9, "zorder": 3.5}
    axes.vlines(limits["time"], limits["low"], limits["high"], **look)
    for end in ("low", "high"):
        axes.plot(limits["time"], limits[end], marker="_", ls="", markersize=5, **look)
    axes.axhline(0.5, color=INK, lw=0.7, ls=(0, (1, 1.5)))
    write_near(axes, "half", (LAST_YEAR - 0.05, 0.5), (0, 2), ha="right")
    band = "interval-censored (Turnbull);\nshaded: no best value within;\nbars: 95% limits"
    axes.text(0.12, 0.68, band, fontsize=SMALLEST, color=HERE)
    naive = "Kaplan–Meier: counts each as good\nfrom the inspection that says so"
    axes.text(6.5, 0.26, naive, fontsize=SMALLEST, color=THIRD)


def mark_half(axes: Axes, found: Waits) -> None:
    """Mark the times by which half may have become good."""
    low, high = found.half[0], min(found.half[1], LAST_YEAR)
    axes.plot([low, high], [0.5, 0.5], color=INK, lw=3.2, solid_capstyle="butt", zorder=4)
    look: dict[str, Any] = {"ha": "center", "weight": "bold", "fontsize": 7.5, "bbox": PATCH, "zorder": 5}
    write_near(axes, f"half after {format_half(found)}", ((low + high) / 2, 0.5), (0, -11), **look)


def mark_own(axes: Axes, found: Waits, case: Case) -> None:
    """Mark the authority's own time to good in a lane below the shares, clear of the curves."""
    own = find_own(found, case)
    if own is None:
        why = "good or better at its first SIF" if was_good(case) else "no first SIF"
        write_near(axes, f"{case.label} is not counted: {why}", (LAST_YEAR - 0.05, 0.02), (0, 2), ha="right")
        return
    style: Any = (0, (2, 1))
    end, words = LAST_YEAR, "below good, with no later overall grade"
    if own["reached"]:
        end, style, words = own["upper"], "-", f"good {format_wait(own)}"
    elif own["lower"]:
        words = f"below good at its last overall grade, after {own['lower']:.1f} years"
    axes.set_ylim(LANE, 1)
    axes.axhline(0, color=FAINT, lw=0.8, zorder=0.5)
    height = 0.75 * LANE
    axes.plot([own["lower"], end], [height, height], color=INK, lw=2.4, ls=style, solid_capstyle="butt")
    right = own["lower"] > LAST_YEAR / 2
    place, side = (end if right else own["lower"], height), "right" if right else "left"
    write_near(axes, f"{case.label}: {words}", place, (0, 4), ha=side)


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
        f"{format_day(found.until)} ({day}). Thick bar: likelihood within 5% of the best. "
        f"{credit(cite_ratings(case, found.until))}."
    )


def count_ended(found: Waits) -> str:
    """Count the waits left open because the next inspection gave no overall grade, after a space; empty if none."""
    ended = int(found.waits["ended"].notna().sum())
    if not ended:
        return ""
    below = "authority below good was" if ended == 1 else "authorities below good were"
    return (
        f" {format_count(ended)} {below} next inspected from {NO_OVERALL_SINCE:%B %Y} on, without an overall grade: "
        "the wait is left open from the last overall grade."
    )


def describe_waits(found: Waits) -> str:
    """Describe the band at whole years."""
    years = [f"year {year} {best} ({limits})" for year, (best, limits) in list_shares(found).items()]
    return f"Share that had become good, by year since the first SIF, with 95% limits: {', '.join(years)}."


def tabulate_waits(found: Waits) -> pd.DataFrame:
    """Return both estimates at whole years, in per cent."""
    bounds, curve = bound_share(found.band, YEARS), found.curve
    shares = {
        "Good by then, least": bounds["least"],
        "Good by then, greatest": bounds["greatest"],
        "95% limits, low": found.limits["low"],
        "95% limits, high": found.limits["high"],
        "Kaplan–Meier": pd.Series([curve.loc[curve["time"] <= year, "share"].iloc[-1] for year in YEARS]),
    }
    percent = {f"{name} (per cent)": (100 * share).round() for name, share in shares.items()}
    return pd.DataFrame({"Years since first SIF": list(YEARS), **percent})


def list_shares(found: Waits) -> dict[int, tuple[str, str]]:
    """Return the best estimate at each whole year and its limits, as text: `20%`, `0% to 20%`."""
    bounds, limits = bound_share(found.band, YEARS), found.limits
    pairs = [zip(bounds["least"], bounds["greatest"], strict=True), zip(limits["low"], limits["high"], strict=True)]
    texts = [[" to ".join(dict.fromkeys([f"{low:.0%}", f"{high:.0%}"])) for low, high in ends] for ends in pairs]
    return dict(zip(YEARS, zip(*texts, strict=True), strict=True))


def show_wait_model(case: Case) -> TableExhibit:
    """Show how much longer or shorter the time to good was by grade at the start, deprivation and region."""
    model = model_waits(case.tables, case.basis)
    terms = model.terms
    names = terms["term"].map(WAIT_TERMS).fillna(terms["term"]).map(begin_sentence)
    own = terms["term"] == case.region
    table = pd.DataFrame(
        {
            "Compared": names.where(~own, names + f" (with {case.spoken})"),
            "Model": terms["group"].replace("region", "with regions"),
            "Authorities": terms["n"].astype(str),
            "Times as long": terms["ratio"].map("{:.2f}".format),
            "95% interval": terms["low"].map("{:.2f}–".format) + terms["high"].map("{:.2f}".format),
        }
    )
    return TableExhibit(
        table,
        "tbl-comparison-wait-model",
        title_model(terms),
        f"Estimated: {model.fit.shape.capitalize()} times in intervals; regions against their average, drawn towards "
        f"it (prior spread {REGION_SPREAD}). {len(terms)} intervals, none adjusted for their number. "
        f"{credit(cite_ratings(case, estimate_waits(case.tables, case.basis).until))}; deprivation: "
        f"{cite_releases(list_deprivation_sources(case.tables))}.",
    )


def title_model(terms: pd.DataFrame) -> str:
    """State how the time to good differs with deprivation, with and without regions."""
    plain, adjusted = (find_ratio(terms, group, "deprivation") for group in ("without regions", "with regions"))
    return (
        f"One standard deviation more deprived goes with {plain} times as long to good among all authorities, "
        f"{adjusted} times among those of one region"
    )


def summarise_wait_model(case: Case) -> Prose:
    """State what the time to good goes with, how sure that is, and what it does not show."""
    model = model_waits(case.tables, case.basis)
    grade, poor = (find_ratio(model.terms, "with regions", term) for term in WAIT_TERMS)
    plain = find_ratio(model.terms, "without regions", "deprivation")
    count = int(is_clear(model.terms).sum())
    return Prose(
        f"**What was found.** Authorities inadequate at the start took **{grade}** times as long to become good as "
        f"those at requires improvement. Those one standard deviation more deprived (IDACI) took **{plain}** times as "
        f"long, or {poor} times among authorities of one region.\n\n"
        f"**How sure.** Of {len(model.terms)} intervals, {format_count(count).lower()} "
        f"{'excludes' if count == 1 else 'exclude'} 1, and with so many one may do so by chance. The model’s curve "
        f"lies within the 95% limits of the estimate without a model at {model.within} of {len(YEARS)} whole years, "
        f"and another shape fits about as well (log-likelihood lower by {model.rival:.1f}).\n\n"
        f"**What it does not show.** Why deprived authorities took longer: {model.terms['n'].max()} waits cannot "
        "separate deprivation from what else differs between places."
    )


def find_ratio(terms: pd.DataFrame, group: str, term: str) -> str:
    """Find the ratio of one term and format it with its interval: `1.25 (1.03–1.51)`."""
    row = terms[(terms["group"] == group) & (terms["term"] == term)].iloc[0]
    return format_ratio(row["ratio"], row["low"], row["high"])


def list_deprivation_sources(tables: Frames) -> set[str]:
    """List the sources of the index of deprivation that authorities are scored by."""
    deprivation = tables["deprivation"]
    return set(deprivation.loc[deprivation["measure"] == "idaci_average_score", "source_id"])


def summarise_waits(case: Case) -> Prose:
    """Summarise the authority's own time to good, and that of all."""
    found = estimate_waits(case.tables, case.basis)
    own, median = find_own(found, case), find_time(found.curve)
    ended = count_ended(found)
    naive = f"gives {median:.1f} years" if np.isfinite(median) else "does not reach half"
    best, limits = list_shares(found)[5]
    every = (
        f"Of {len(found.waits)} authorities below good at their first SIF, {int(found.waits['reached'].sum())} were "
        f"judged good by {format_day(found.until)}. Half had become good after **{format_best(found)}** (best "
        f"estimate); anything from {format_half(found)} fits the data. After five years the best estimate is {best} "
        f"(95% limits {limits}). Kaplan–Meier, which "
        f"assumes that the change came on the day of the inspection, {naive}.{ended}"
    )
    if own is None:
        why = "was good or better at its first SIF" if was_good(case) else "had no inspection under the SIF"
        return Prose(f"{case.opening} {why}, so it is not counted here. {every}")
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


def was_good(case: Case) -> bool:
    """Return whether an authority that is not counted has a SIF grade, so that its first was good or better."""
    own = case.own("judgements")
    return bool(own.loc[(own["framework"] == "SIF") & (own["strand"] == "overall"), "grade"].isin(GRADES).any())
