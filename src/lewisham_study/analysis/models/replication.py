"""Claims that others published, each computed again from the tables of this study."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from lewisham_study.analysis.models.association import SPECIFICATIONS, build_sample, estimate_all, rank_deprivation
from lewisham_study.analysis.models.event_study import estimate_events
from lewisham_study.analysis.models.headlines import compute_headline
from lewisham_study.analysis.models.persistence import count_reinspected
from lewisham_study.analysis.models.prediction import compare_agency, estimate_downgrades
from lewisham_study.analysis.models.provision import TEN, compare_provision, trace_prevention
from lewisham_study.analysis.models.rank_tests import compare_ranks, compare_spend, list_spend_by_grade
from lewisham_study.tidy.parsing.numbers import write_minus
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import GRADES_SINCE_2013

SECOND_INSPECTIONS = ("X023", "X024", "X025", "X022")
"""Published headlines: authorities that improved, stayed good, declined, and all inspected twice."""
HALF_UP = 1e-9


@once
def replicate_claims(tables: Frames) -> pd.DataFrame:
    """Compute every published claim again: the rows of `replications`, with `ours` (missing where it cannot be)."""
    claims = tables["replications"]
    ours = [RECIPES[key](tables) if isinstance(key, str) and key else None for key in claims["key"]]
    return claims.assign(ours=pd.Series(ours, index=claims.index, dtype=object))


def format_ratio(middle: float, low: float, high: float, decimals: int = 2) -> str:
    """Format a ratio with its interval."""
    middle, low, high = (value + HALF_UP for value in (middle, low, high))
    return f"{middle:.{decimals}f} ({low:.{decimals}f}–{high:.{decimals}f})"


def format_percents(values: Sequence[float], decimals: int = 0) -> str:
    """Format three shares as changes: `−16% (−26% to −6%)`."""
    texts = [write_minus(f"{100 * value:+.{decimals}f}%") for value in values]
    return f"{texts[0]} ({texts[1]} to {texts[2]})"


def pick_row(rows: pd.DataFrame, **keys: str | int) -> pd.Series:
    """Return the first row that has some values."""
    return rows[(rows[list(keys)] == list(keys.values())).all(axis=1)].iloc[0]


def find_odds(tables: Frames, term: str) -> tuple[float, float, float]:
    """Return the odds ratio of a term in the published version of the model, by mixed logit."""
    row = pick_row(estimate_all(tables), specification="published", estimator="mixed logit", term=term)
    return float(row["odds_ratio"]), float(row["low"]), float(row["high"])


def odds_of_deprivation(tables: Frames) -> str:
    """Give the change of the odds for a decile more deprived."""
    return format_percents([value - 1 for value in find_odds(tables, "deprivation")])


def find_hazard(tables: Frames, measure: str) -> str:
    """Give the hazard ratio of a lower grade of one measure."""
    row = pick_row(estimate_downgrades(tables), measure=measure)
    return format_ratio(row["hazard_ratio"], row["low"], row["high"], 3)


def count_second_inspections(tables: Frames) -> str:
    """Count the authorities inspected twice under ILACS by what the second inspection gave."""
    headlines = tables["headlines"].set_index("headline_id", drop=False)
    rows = headlines.loc[list(SECOND_INSPECTIONS)].to_dict("records")
    counts = [f"{compute_headline(row, tables):.0f}" for row in rows]
    return f"{', '.join(counts[:2])} and {counts[2]} of {counts[3]}"


def agency_by_grade(tables: Frames) -> str:
    """Give the mean agency rate of each grade, best first."""
    means = compare_agency(tables).set_index("grade")["mean"]
    return ", ".join(f"{means[grade] + HALF_UP:.1f}%" for grade in GRADES_SINCE_2013)


def share_of_prevention(tables: Frames) -> str:
    """Give prevention's share of spend in England in 2010-11 and 2017-18."""
    rows = trace_prevention(tables)
    shares = rows[rows["reading"] == "prevention"].set_index("time_period")["value"]
    return f"{shares['2010-11']:.0%} to {shares['2017-18']:.0%}"


def find_after(tables: Frames, outcome: str) -> pd.Series:
    """Return the average difference of an outcome in the three years after an inadequate judgement."""
    return pick_row(estimate_events(tables).summary, outcome=outcome, grade="inadequate", part="all")


def spend_after_inadequate(tables: Frames) -> str:
    """Give the average difference of spend per child after an inadequate judgement."""
    row = find_after(tables, "spend")
    return format_percents([float(np.expm1(row[name])) for name in ("estimate", "low", "high")], 1)


def agency_after_inadequate(tables: Frames) -> str:
    """Give the average difference of the share of agency workers after an inadequate judgement, in points."""
    row = find_after(tables, "agency")
    texts = [write_minus(f"{row[name]:+.1f}") for name in ("estimate", "low", "high")]
    return f"{texts[0]} points ({texts[1]} to {texts[2]})"


def need_at_inadequate(tables: Frames) -> str:
    """Give the difference of children in need in the year of an inadequate judgement."""
    row = pick_row(estimate_events(tables).estimates, outcome="children_in_need", grade="inadequate", offset=0)
    return format_percents([float(np.expm1(row[name])) for name in ("estimate", "low", "high")], 1)


def spend_by_grade(tables: Frames) -> str:
    """Give the lowest p-value of the tests of spend by grade, corrected for their number."""
    tests = compare_spend(tables)
    return f"{len(tests)} tests, lowest p {tests['adjusted'].min():.2f}"


def deprivation_by_grade(tables: Frames) -> str:
    """Give the p-values of tests of deprivation and of all spend by grade of the first SIF."""
    spend = list_spend_by_grade(tables)
    decile = spend["la_code"].map(rank_deprivation(tables["deprivation"]))
    known = decile.notna()
    _, p_value = compare_ranks(decile[known].to_numpy(), pd.factorize(spend.loc[known, "grade"])[0])
    lowest = compare_spend(tables)["p_value"].min()
    return f"p {p_value:.3f}, lowest of spend {lowest:.3f}"


def share_improved(tables: Frames) -> str:
    """Give the share of inadequate authorities that improved at their SIF re-inspection."""
    improved, every, low, high = count_reinspected(tables)
    return f"{improved} of {every} ({low:.0%}–{high:.0%})"


def odds_of_private_spend(tables: Frames) -> str:
    """Give the odds ratio of good or better per point of looked-after spend paid to private providers."""
    row = pick_row(compare_provision(tables), service="looked_after", framework="both")
    middle, low, high = (float(row[name]) ** (0.01 / TEN) for name in ("odds_ratio", "low", "high"))
    return f"{format_ratio(middle, low, high, 3)} a point"


RECIPES: dict[str, Callable[[Frames], str]] = {
    "odds_of_prevention": lambda tables: format_ratio(*find_odds(tables, "prevention")),
    "odds_of_safeguarding": lambda tables: format_ratio(*find_odds(tables, "safeguarding")),
    "odds_of_deprivation": odds_of_deprivation,
    "count_first_inspections": lambda tables: str(len(build_sample(tables, SPECIFICATIONS[0]))),
    "hazard_of_caseload": lambda tables: find_hazard(tables, "caseload_fte"),
    "hazard_of_agency": lambda tables: find_hazard(tables, "agency_rate_fte"),
    "hazard_of_turnover": lambda tables: find_hazard(tables, "turnover_rate_fte"),
    "count_second_inspections": count_second_inspections,
    "agency_by_grade": agency_by_grade,
    "share_of_prevention": share_of_prevention,
    "spend_after_inadequate": spend_after_inadequate,
    "agency_after_inadequate": agency_after_inadequate,
    "need_at_inadequate": need_at_inadequate,
    "spend_by_grade": spend_by_grade,
    "deprivation_by_grade": deprivation_by_grade,
    "share_improved": share_improved,
    "odds_of_private_spend": odds_of_private_spend,
}
"""How each claim is computed, by the key in data/coding/replications.csv."""
