"""Preventative spend and grades: our estimates beside those of others, in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lewisham_study.analysis.association import SPECIFICATIONS, estimate_all
from lewisham_study.analysis.case import Case
from lewisham_study.display.exhibits import Prose
from lewisham_study.display.style import write_count

THEIRS = "others"
WORDS = {THEIRS: "from others’ data", "mixed logit": "ours, mixed logit", "logit": "ours, logit"}
HALF_UP = 1e-9
"""Added before rounding, so that the published 1.275 becomes 1.28, not 1.27."""


def gather_estimates(case: Case) -> pd.DataFrame:
    """Put our estimates and those of others in one table; the same for every authority.

    Returns
    -------
    pandas.DataFrame
        specification, estimator (`others` for theirs), term, odds_ratio, low, high, inspections.
    """
    columns = ["specification", "estimator", "term", "odds_ratio", "low", "high", "inspections", "note"]
    theirs = case.tables["estimates"].assign(estimator=THEIRS)
    ours = estimate_all(case.tables)
    both = pd.concat([theirs[columns].astype({"inspections": float}), ours.reindex(columns=columns)])
    order = [specification.name for specification in SPECIFICATIONS]
    place = both["specification"].map(order.index) * 10 + both["estimator"].map(list(WORDS).index)
    return both.assign(place=place).sort_values(["term", "place"], ignore_index=True)


def name_row(specification: str, estimator: str) -> str:
    """Name an estimate: of those of others one alone was printed.

    Examples
    --------
    >>> name_row("published", "others"), name_row("ilacs", "others")
    ('as published', 'from others’ data')
    """
    return "as published" if (specification, estimator) == ("published", THEIRS) else WORDS[estimator]


def pick(estimates: pd.DataFrame, specification: str, estimator: str, term: str = "prevention") -> dict[str, Any]:
    """Pick one estimate."""
    chosen = estimates[
        (estimates["specification"] == specification)
        & (estimates["estimator"] == estimator)
        & (estimates["term"] == term)
    ]
    return {str(name): value for name, value in chosen.iloc[0].items()}


def write_odds(row: Any) -> str:
    """Write an odds ratio with its interval, where one is known.

    Examples
    --------
    >>> write_odds({"odds_ratio": 1.69, "low": 1.275, "high": 2.24})
    '1.69 (1.28–2.24)'
    >>> write_odds({"odds_ratio": 1.26, "low": float("nan"), "high": float("nan")})
    '1.26'
    """
    middle, low, high = (f"{row[name] + HALF_UP:.2f}" for name in ("odds_ratio", "low", "high"))
    return middle if pd.isna(row["low"]) else f"{middle} ({low}–{high})"


def tell_forest(estimates: pd.DataFrame) -> Prose:
    """Tell how near the replication comes, in what it differs, and how fragile the estimate is."""
    ours, theirs = (pick(estimates, "published", name) for name in ("mixed logit", THEIRS))
    decile, published = (pick(estimates, "published", name, "deprivation") for name in ("mixed logit", THEIRS))
    alone, without = pick(estimates, "ilacs", "logit"), pick(estimates, "no_year", "logit")
    near = "each estimate lies within the other’s interval"
    if not (
        theirs["low"] <= ours["odds_ratio"] <= theirs["high"] and ours["low"] <= theirs["odds_ratio"] <= ours["high"]
    ):
        near = "the estimates lie outside each other’s intervals"
    open_ended = ", an interval with 1 in it: it settles nothing" if alone["low"] <= 1 <= alone["high"] else ""
    return Prose(
        f"Webb, Bennett and Bywaters printed an odds ratio of {write_odds(theirs)} per £100 of preventative spend and "
        f"a change of {write_change(published['odds_ratio'])} per decile of deprivation. Rebuilt from official data "
        f"they are **{write_odds(ours)}** and **{write_change(decile['odds_ratio'])}**; {near}. Three things differ. "
        "Deprivation is the share of children in low-income families (mean of the years ending March 2015 to 2019, so "
        "after many of the inspections), not the index of multiple deprivation, which is not among the releases held. "
        f"Spend begins in 2011-12, so the inspections of 2010-11 are not in: {ours['inspections']:.0f} of "
        f"{theirs['inspections']:.0f}. And which lines count as preventative is our reading. The estimate leans on the "
        f"control for the year: without it {without['odds_ratio']:.2f}. The first ILACS alone "
        f"({alone['inspections']:.0f} inspections) give {write_odds(alone)}{open_ended}. {tell_cautioned(estimates)}"
    )


def tell_cautioned(estimates: pd.DataFrame) -> str:
    """Tell how many inspections' spend is of returns under a caution, and what the estimate is without them."""
    ours, without = (pick(estimates, name, "mixed logit") for name in ("published", "uncautioned"))
    count = int(ours["inspections"] - without["inspections"])
    if not count:
        return "No return of spend among them stands under a caution."
    rest, them = ("rests", "it") if count == 1 else ("rest", "them")
    same = " still" if f"{without['odds_ratio']:.2f}" == f"{ours['odds_ratio']:.2f}" else ""
    return (
        f"{write_count(count)} of the {ours['inspections']:.0f} {rest} on a return of spend to lean on lightly, taken "
        f"as published; without {them} the estimate is{same} {write_odds(without)}."
    )


def write_change(odds: float) -> str:
    """Write an odds ratio as a change.

    Examples
    --------
    >>> write_change(0.84), write_change(1.2)
    ('−16%', '+20%')
    """
    return f"{odds - 1:+.0%}".replace("-", "−")
