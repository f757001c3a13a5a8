"""Time to good when the day is unknown: interval censoring (Turnbull), and Kaplan-Meier for comparison.

An authority becomes good at some time between two graded inspections. Focused and monitoring visits in between
give no grade, so they do not narrow the interval. Nor does an inspection since April 2026, which gives no overall
grade: a wait that had not ended by then stays open from its last overall grade on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from lewisham_study.analysis.models.regression import SHAPES, Floats, TimeFit, fit_times
from lewisham_study.analysis.rates import score_deprivation
from lewisham_study.analysis.ratings import date_judgements
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import GOOD_OR_BETTER, NO_OVERALL_FRAMEWORKS, Basis

MOST_STEPS = 100_000
DECIMALS = 10
"""Decimals of a share that do not depend on the processor's order of addition."""
DAYS_A_YEAR = 365.25
YEARS = tuple(range(1, 12))
"""The years since the first SIF at which shares are printed."""
LIMIT_STEPS = 60


@dataclass(frozen=True)
class Turnbull:
    """The distribution of interval-censored times: intervals in order, and the share of times in each.

    `right` may be infinite. Where a time falls within its interval is not identified. `holds` is 1 where a time
    (row) may fall in an interval (column), else 0.
    """

    left: Floats
    right: Floats
    mass: Floats
    holds: Floats


def estimate_turnbull(lower: ArrayLike, upper: ArrayLike, tolerance: float = 1e-6) -> Turnbull:
    """Estimate by maximum likelihood the distribution of times in `lower < time <= upper`.

    An infinite `upper` means not seen yet; equal ends, seen exactly. With exact and right-censored times alone this is
    the Kaplan-Meier estimate. Mass lies in the innermost intervals and is found by self-consistency, an EM algorithm
    (Turnbull 1976, JRSS B 38: 290-295); at the maximum no interval's score exceeds 1 (Gentleman and Geyer 1994,
    Biometrika 81: 618-623), and `tolerance` is the excess allowed.
    """
    low, high = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
    if not low.size or (low > high).any():
        raise ValueError("every interval needs a lower end that is not above its upper end")
    left, right = find_innermost(low, high)
    begun = (left > low[:, None]) | ((left == low[:, None]) & ((left < right) | (low == high)[:, None]))
    holds = (begun & (right <= high[:, None])).astype(float)
    mass = np.full(left.size, 1 / left.size)
    for _ in range(MOST_STEPS):
        score = holds.T @ (1 / (holds @ mass)) / low.size
        mass = mass * score
        if score.max() <= 1 + tolerance:
            break
    return Turnbull(left, right, (mass / mass.sum()).round(DECIMALS), holds)


def find_innermost(lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """Find the intervals that begin at a lower end, end at an upper end, and have no other end between.

    At one time an exact lower end sorts first, then upper ends, then lower ends of `lower < time`.
    """
    exact = lower == upper
    ends = np.concatenate([lower, upper])
    order = np.concatenate([np.where(exact, 0, 2), np.ones(upper.size)])
    begins = np.concatenate([np.ones(lower.size, dtype=bool), np.zeros(upper.size, dtype=bool)])
    ranked = np.lexsort([order, ends])
    ends, begins = ends[ranked], begins[ranked]
    first = np.flatnonzero(begins[:-1] & ~begins[1:])
    return ends[first], ends[first + 1]


def bound_share(estimate: Turnbull, times: ArrayLike) -> pd.DataFrame:
    """Return the least and the greatest share reached by each time; the data cannot say where between them it lies."""
    when = np.asarray(times, dtype=float)[:, None]
    ended = estimate.right <= when
    begun = ended | (estimate.left < when)
    shares = {"least": (ended @ estimate.mass).round(DECIMALS), "greatest": (begun @ estimate.mass).round(DECIMALS)}
    return pd.DataFrame({"time": when[:, 0], **shares})


def find_quantile(estimate: Turnbull, share: float = 0.5) -> tuple[float, float]:
    """Return the interval in which the estimate reaches a share."""
    column = int((estimate.mass.cumsum() >= share - 10.0**-DECIMALS).argmax())
    return float(estimate.left[column]), float(estimate.right[column])


def bound_quantile(estimate: Turnbull, share: float = 0.5, closeness: float = 0.95) -> tuple[float, float]:
    """Return the earliest and the latest time at which a share may have been reached; infinite if never.

    It is not a confidence interval: it holds the times whose likelihood is at least `closeness` of the maximum.
    """
    least = compute_likelihood(estimate, estimate.mass) + np.log(closeness)
    allowed = [column for column in range(estimate.mass.size) if allow_quantile(estimate, column, share, least)]
    return float(estimate.left[allowed[0]]), float(estimate.right[allowed[-1]])


def allow_quantile(estimate: Turnbull, column: int, share: float, least: float) -> bool:
    """Return whether a share may be reached in one interval with a log-likelihood of at least `least`."""
    before = np.arange(estimate.mass.size) < column
    mass, reached = estimate.mass, estimate.mass[before].sum()
    if reached > share:
        mass = fit_constrained(estimate, before, share)
    elif reached + estimate.mass[column] < share:
        mass = fit_constrained(estimate, np.arange(estimate.mass.size) <= column, share)
    return compute_likelihood(estimate, mass) >= least


def fit_constrained(
    estimate: Turnbull, first: NDArray[np.bool_], share: float, start: Floats | None = None, steps: int = 400
) -> Floats:
    """Fit the mass under the constraint that the first intervals hold a given share of it."""
    mass = (estimate.mass if start is None else start) + 1e-3
    if not first.any() or first.all():
        return np.zeros_like(mass)
    for _ in range(steps):
        mass = mass * (estimate.holds.T @ (1 / (estimate.holds @ mass)))
        mass[first] *= share / mass[first].sum()
        mass[~first] *= (1 - share) / mass[~first].sum()
    return mass


LIMIT = 1.920729
"""Half the 95% quantile of a chi-squared variable with one degree of freedom."""


def limit_share(estimate: Turnbull, times: ArrayLike) -> pd.DataFrame:
    """Return the 95% likelihood limits of the share reached by each time, below and above the band of `bound_share`.

    A limit is the share at which the best likelihood, with the share fixed there, is 1.92 below the maximum.
    Inspections are few, so the limits are rather too wide than too narrow (see docs/reference/simulations.csv).
    """
    when = np.asarray(times, dtype=float)
    best = compute_likelihood(estimate, estimate.mass)
    rows, known = [], {}
    for time in when:
        ended = estimate.right <= time
        begun = ended | (estimate.left < time)
        ends = []
        for first, upward in ((ended, False), (begun, True)):
            key = (first.tobytes(), upward)
            if key not in known:
                known[key] = find_limit(estimate, first, best, upward=upward)
            ends.append(known[key])
        rows.append((time, *ends))
    return pd.DataFrame(rows, columns=["time", "low", "high"])


def find_limit(estimate: Turnbull, first: NDArray[np.bool_], best: float, *, upward: bool) -> float:
    """Find the least or the greatest share that the first intervals may hold, by halving the step to it."""
    near = float(estimate.mass[first].sum())
    far = 1.0 if upward else 0.0
    if not first.any() or first.all() or abs(near - far) < 10.0**-DECIMALS:
        return far if first.any() != first.all() else near
    mass = estimate.mass
    for _ in range(9):
        trial = (near + far) / 2
        tried = fit_constrained(estimate, first, trial, mass, LIMIT_STEPS)
        if compute_likelihood(estimate, tried) >= best - LIMIT:
            near, mass = trial, tried
        else:
            far = trial
    return round((near + far) / 2, 4)


def compute_likelihood(estimate: Turnbull, mass: Floats) -> float:
    """Return the log-likelihood of a mass; minus infinity where it gives a time no interval."""
    with np.errstate(divide="ignore"):
        return float(np.log(estimate.holds @ mass).sum())


@dataclass(frozen=True)
class Waits:
    """Time from a first SIF below good to good, over all authorities, estimated in two ways.

    `waits` is from `list_waits`, `until` the last day counted, `band` the interval-censored estimate, `curve` the
    Kaplan-Meier estimate, `half` the earliest and latest time (years) at which half may have become good, and
    `limits` the 95% limits of the share at each of `YEARS`.
    """

    waits: pd.DataFrame
    until: pd.Timestamp
    band: Turnbull
    curve: pd.DataFrame
    half: tuple[float, float]
    limits: pd.DataFrame


@once
def estimate_waits(tables: Frames, basis: Basis) -> Waits:
    """Estimate the time from a first SIF below good to good, over all authorities."""
    until = find_cutoff(tables["judgements"], basis)
    waits = list_waits(tables["judgements"], until, basis=basis)
    band = estimate_turnbull(waits["lower"], waits["upper"])
    return Waits(waits, until, band, follow_waits(waits), bound_quantile(band), limit_share(band, YEARS))


def find_cutoff(judgements: pd.DataFrame, basis: Basis) -> pd.Timestamp:
    """Return the last day for which overall grades are held: the end of the month of the last one.

    Ofsted's releases are drawn up as at the end of a month, and overall grades ended with March 2026.
    """
    last: pd.Timestamp = date_judgements(judgements[judgements["strand"] == "overall"], basis)["date"].max()
    return last + pd.offsets.MonthEnd(0)


def list_waits(judgements: pd.DataFrame, until: str | pd.Timestamp, basis: Basis = "inspected") -> pd.DataFrame:
    """List the authorities whose first overall grade under the SIF was below good, and when they were judged good.

    Returns la_code, start (day), grade (at the start), lower (years to the last inspection below good), upper (years
    to the first inspection judged good; infinite if none by `until`), reached, and ended (the first day on which an
    authority that was not yet good was inspected without an overall grade). A successor does not continue the wait of
    an abolished authority.
    """
    dated = date_judgements(judgements, basis)
    overall = dated[(dated["strand"] == "overall") & (dated["date"] <= pd.Timestamp(until))]
    first = overall[overall["framework"] == "SIF"].drop_duplicates("la_code")
    first = first[~first["grade"].isin(GOOD_OR_BETTER)].rename(columns={"date": "start", "grade": "grade_first"})
    seen = overall.merge(first[["la_code", "start", "grade_first"]], on="la_code")
    seen = seen[seen["date"] >= seen["start"]]
    seen["years"] = (seen["date"] - seen["start"]).dt.days / DAYS_A_YEAR
    good = seen[seen["grade"].isin(GOOD_OR_BETTER)].groupby("la_code")["years"].min()
    upper = seen["la_code"].map(good).fillna(np.inf)
    waits = first.set_index("la_code")[["start", "grade_first"]].rename(columns={"grade_first": "grade"})
    waits["lower"] = seen[seen["years"] < upper].groupby("la_code")["years"].max()
    waits["upper"] = good.reindex(waits.index).fillna(np.inf)
    waits["reached"] = np.isfinite(waits["upper"])
    since = dated[dated["framework"].isin(NO_OVERALL_FRAMEWORKS)].groupby("la_code")["date"].min()
    waits["ended"] = since.reindex(waits.index).where(~waits["reached"])
    return waits.reset_index()


def follow_waits(waits: pd.DataFrame) -> pd.DataFrame:
    """Estimate the waits as if each ended on the day of the inspection that judged the authority good.

    The rows of `estimate_kaplan_meier` without those at which none was. A wait without an end is censored at its last
    inspection.
    """
    curve = estimate_kaplan_meier(waits["upper"].where(waits["reached"], waits["lower"]), waits["reached"])
    return curve[(curve["reached"] > 0) | (curve.index == 0)].reset_index(drop=True)


def estimate_kaplan_meier(times: pd.Series, ended: pd.Series) -> pd.DataFrame:
    """Estimate the share that has ended by each time: time, at_risk, reached (counts) and share, from time 0."""
    seen = ended.groupby(times.astype(float)).agg(reached="sum", left="size")
    at_risk = seen["left"][::-1].cumsum()[::-1]
    curve = seen.assign(at_risk=at_risk, share=1 - (1 - seen["reached"] / at_risk).cumprod()).rename_axis("time")
    begin = pd.DataFrame({"time": [0.0], "at_risk": [len(times)], "reached": [0], "share": [0.0]})
    return pd.DataFrame(pd.concat([begin, curve.reset_index()[list(begin)]], ignore_index=True))


def find_time(curve: pd.DataFrame, share: float = 0.5) -> float:
    """Return the first time at which a share had ended; infinite if it never had."""
    past = curve[curve["share"] >= share - 1e-12]
    return float(past["time"].iloc[0]) if len(past) else np.inf


REGION_SPREAD = 0.5
"""The standard deviation, on the log scale, that regions are assumed to have before the data are seen."""
WAIT_TERMS = {"inadequate": "inadequate at the start", "deprivation": "one standard deviation more deprived"}


@dataclass(frozen=True)
class WaitModel:
    """Time to good by the grade at the start, deprivation and region.

    `terms` has a row for each term: term, group (`without regions`, `with regions` or `region`), ratio, low, high and n
    (authorities); a ratio of 1.2 means a time a fifth longer. `years` and `share` are the model's curve over all
    authorities, `limits` those of the estimate without a model, and `rival` the log-likelihood that another shape
    lacks.
    """

    terms: pd.DataFrame
    fit: TimeFit
    rival: float
    years: Floats
    share: Floats
    limits: pd.DataFrame

    @property
    def within(self) -> int:
        """The number of whole years at which the model's share lies within the limits of the estimate without one."""
        return int(self.limits["low"].le(self.share).mul(self.limits["high"].ge(self.share)).sum())


@once
def model_waits(tables: Frames, basis: Basis) -> WaitModel:
    """Fit the time from a first SIF below good to good, by grade, deprivation and region.

    The shape (Weibull or log-logistic) with the higher likelihood is used. Regions have a prior, so that one with few
    authorities stays near the average; the other terms have none.
    """
    found = estimate_waits(tables, basis)
    waits = found.waits
    deprivation = score_deprivation(tables["deprivation"])
    region = waits["la_code"].map(tables["authorities"].set_index("la_code")["region"])
    columns = {"inadequate": waits["grade"] == "inadequate", "deprivation": waits["la_code"].map(deprivation)}
    regions = pd.get_dummies(region)
    table = pd.DataFrame({"constant": 1.0, **columns}).join(regions).astype(float)
    design = table.to_numpy()
    penalty = np.array([0.0] * 3 + [REGION_SPREAD**-2] * regions.shape[1])
    best, rival = sorted(
        (fit_times(waits["lower"], waits["upper"], design, shape, penalty) for shape in SHAPES),
        key=lambda fit: -fit.likelihood,
    )
    plain = fit_times(waits["lower"], waits["upper"], design[:, :3], best.shape)
    rows = [(name, "without regions", *plain.ratio(place), len(waits)) for place, name in enumerate(WAIT_TERMS, 1)]
    rows += [(name, "with regions", *best.ratio(place), len(waits)) for place, name in enumerate(WAIT_TERMS, 1)]
    counts = regions.sum().items()
    rows += [(str(name), "region", *best.ratio(place), int(count)) for place, (name, count) in enumerate(counts, 3)]
    years = np.array(YEARS, dtype=float)
    terms = pd.DataFrame(rows, columns=["term", "group", "ratio", "low", "high", "n"])
    rounded = terms.round({"ratio": 4, "low": 4, "high": 4})
    share = best.share(years, design)
    return WaitModel(rounded, best, best.likelihood - rival.likelihood, years, share, found.limits)
