"""What happens in the years around a judgement: a stacked comparison with authorities judged good.

Authorities judged inadequate, or requires improvement, at their first inspection under a framework are compared with
those judged good or better at theirs, in the same calendar years, as long as these have no lower grade. A judgement
has a date, but is not random: a difference after it is no effect of it, and the years before show whether the two
groups were moving apart already.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lewisham_study.analysis.caseload import CASELOAD, COMPARABLE
from lewisham_study.analysis.cautions import select_cautions
from lewisham_study.analysis.models.association import FIRST_POPULATION
from lewisham_study.analysis.models.rank_tests import correct_holm
from lewisham_study.analysis.rates import find_children, look_up, mark_listed, rate_per_10000, to_real_terms
from lewisham_study.analysis.ratings import date_judgements
from lewisham_study.analysis.spend import SPEND_SERIES, list_rate_sources
from lewisham_study.tidy.tables import Frames, once
from lewisham_study.vocabulary import FEWEST, GOOD_OR_BETTER

FRAMEWORKS = ("SIF", "ILACS")
GRADES = ("inadequate", "requires_improvement")
"""The judgements studied."""
OFFSETS = (-4, -3, -2, 0, 1, 2, 3, 4)
"""Years from the judgement; all are compared with the last year before it, −1."""
BEFORE, AFTER = (-4, -3, -2), (1, 2, 3)
"""The years of the test of a difference before, and of the average after."""
NEVER = pd.Timestamp("2200-01-01")


@dataclass(frozen=True)
class Outcome:
    """A yearly measure: the end of its year (month), and whether differences are relative (log) or in its unit."""

    name: str
    table: str
    measure: str
    month: int
    relative: bool


OUTCOMES = (
    Outcome("spend", "spend", "total_gross", 3, True),
    Outcome("looked_after", "need", "looked_after", 3, True),
    Outcome("children_in_need", "need", "children_in_need", 3, True),
    Outcome("caseload", "workforce", CASELOAD, 9, False),
    Outcome("agency", "workforce", "agency_rate_fte", 9, False),
)


@dataclass(frozen=True)
class Comparison:
    """Estimates by year (offset), their covariance, and the authorities judged and good behind each."""

    estimates: pd.Series
    covariance: np.ndarray
    given: pd.Series
    good: pd.Series


@dataclass(frozen=True)
class EventStudy:
    """The estimates by grade, outcome and year, their summary, and the changes of each judged authority."""

    estimates: pd.DataFrame
    summary: pd.DataFrame
    changes: pd.DataFrame


@once
def list_first_judgements(tables: Frames) -> pd.DataFrame:
    """List each authority's first overall judgement under each framework, by the day of publication.

    Columns are la_code, framework, grade, date, good, previous (the overall grade before), and until: the day of its
    next judgement below good.
    """
    judgements = tables["judgements"]
    overall = date_judgements(judgements[judgements["strand"] == "overall"], "published")
    overall = overall.assign(good=overall["grade"].isin(GOOD_OR_BETTER))
    worse = overall["date"].where(~overall["good"])
    until = worse.groupby(overall["la_code"]).bfill().groupby(overall["la_code"]).shift(-1)
    overall = overall.assign(until=until, previous=overall.groupby("la_code")["grade"].shift(1))
    firsts = overall[overall["framework"].isin(FRAMEWORKS)].drop_duplicates(["la_code", "framework"])
    columns = ["la_code", "framework", "grade", "date", "good", "previous", "until", "source_id"]
    return firsts[columns].reset_index(drop=True)


def select_figures(tables: Frames, outcome: Outcome) -> pd.DataFrame:
    """Select the figures of an outcome that can be compared over years, with the year in which their period ends.

    Figures under a caution, joint returns and workforce figures before 2017 are left out.
    """
    rows = tables[outcome.table]
    rows = rows[(rows["measure"] == outcome.measure) & (rows["geographic_level"] == "local_authority")]
    rows = rows.dropna(subset=["value", "la_code"])
    if outcome.table == "spend":
        rows = rows[rows["series"] == SPEND_SERIES]
    if outcome.table == "workforce":
        rows = rows[rows["series"].str.endswith(COMPARABLE) & rows["joint_la_codes"].isna()]
    cautions = select_cautions(tables["cautions"], outcome.table)
    cautions = cautions[cautions["measure"].isna() | (cautions["measure"] == outcome.measure)]
    rows = rows[~mark_listed(rows, cautions, ["la_code", "time_period"])]
    return rows.assign(year=rows["time_period"].str[:4].astype(int) + (outcome.table == "spend"))


def list_values(tables: Frames, outcome: Outcome) -> pd.DataFrame:
    """List an outcome by la_code and year: spend is real and per child, needs are per 10,000 children."""
    rows = select_figures(tables, outcome)
    value = rows["value"]
    if outcome.table == "spend":
        begins = (rows["year"] - 1).clip(lower=FIRST_POPULATION)
        children = find_children(rows["new_la_code"], begins, tables["population"])
        value = to_real_terms(rows, tables["prices"])["real_value"] / children
    if outcome.table == "need":
        value = rate_per_10000(rows, tables["population"])["rate_per_10000"]
    values = rows[["la_code", "year"]].assign(value=value).dropna()
    return values[values["value"] > 0] if outcome.relative else values


@once
def list_event_sources(tables: Frames) -> set[str]:
    """List the sources of the judgements and of every outcome."""
    rows = [list_first_judgements(tables), *(select_figures(tables, outcome) for outcome in OUTCOMES)]
    return {*pd.concat([part["source_id"] for part in rows]), *list_rate_sources(tables, "gdp_deflator")}


def find_year(dates: pd.Series, month: int) -> pd.Series:
    """Return the year of the first end of a period (the end of a month) on or after each date."""
    years: pd.Series = dates.dt.year + (dates.dt.month > month)
    return years


def trace_changes(events: pd.DataFrame, values: pd.DataFrame, grade: str, outcome: Outcome) -> pd.DataFrame:
    """List the change of each authority between the year before a judgement and each other year, in stacks.

    A stack is a framework and a year in which authorities were given the grade: those, and every authority judged good
    under that framework, in the years before it was given a lower grade. Columns are la_code, stack, offset, given
    (1 for the grade, 0 for good), change, framework and date.
    """
    level = values.set_index(["la_code", "year"])["value"]
    level = np.log(level) if outcome.relative else level
    own = find_year(events["date"], outcome.month)
    last = find_year(events["until"].fillna(NEVER), outcome.month) - 1
    events = events[["la_code", "framework", "grade", "good", "date"]].assign(own=own, last=last)
    stacks = events.loc[events["grade"] == grade, ["framework", "own"]].drop_duplicates()
    stacks = stacks.rename(columns={"own": "year"}).assign(stack=stacks["framework"] + " " + stacks["own"].astype(str))
    rows = stacks.merge(events, on="framework").merge(pd.DataFrame({"offset": OFFSETS}), "cross")
    given = (rows["grade"] == grade) & (rows["own"] == rows["year"])
    lapsed = rows["last"] < rows["year"] + rows["offset"].clip(lower=-1)
    now, before = (look_up(level, rows["la_code"], rows["year"] + offset) for offset in (rows["offset"], -1))
    rows = rows.assign(given=given.astype(float), change=now - before)
    rows = rows[given | (rows["good"] & ~lapsed)].dropna(subset="change")
    both = rows.groupby(["stack", "offset"])["given"].transform("nunique") == 2
    columns = ["stack", "framework", "date", "offset", "given", "change", "la_code"]
    return rows.loc[both, columns].reset_index(drop=True)


def compare_changes(changes: pd.DataFrame) -> Comparison:
    """Estimate, for each year, the mean change of the judged authorities less that of the good ones of their stacks.

    Each stack counts by its judged authorities. This is least squares with a constant for each stack, in which the
    good authorities of a stack weigh as much together as the judged ones. The covariance is clustered by authority over
    all stacks and years, each residual divided by one less its leverage (HC3; MacKinnon and White 1985, Journal of
    Econometrics 29: 305-325), because stacks are small.
    """
    offsets, place = np.unique(changes["offset"], return_inverse=True)
    codes, authority = np.unique(changes["la_code"].to_numpy(dtype=object), return_inverse=True)
    given, change = changes["given"].to_numpy(), changes["change"].to_numpy()
    stack = pd.factorize(changes["stack"])[0]
    shape = (stack.max() + 1, len(offsets))
    cell = stack * len(offsets) + place
    sizes = [np.bincount(cell, given == side, shape[0] * shape[1]) for side in (0, 1)]
    with np.errstate(invalid="ignore"):
        good, judged = (np.bincount(cell, change * (given == side), sizes[side].size) / sizes[side] for side in (0, 1))
    totals = sizes[1].reshape(shape).sum(axis=0)
    estimates = np.nansum(((judged - good) * sizes[1]).reshape(shape), axis=0) / totals
    constant = (judged[cell] - estimates[place] + good[cell]) / 2
    residual = change - constant - estimates[place] * given
    weight = np.where(given == 1, 1, -sizes[1][cell] / sizes[0][cell].clip(min=1))
    leverage = np.abs(weight) * (1 / sizes[1][cell].clip(min=1) + 1 / totals[place]) / 2
    residual = residual / (1 - leverage.clip(max=0.99))
    scores = np.zeros((len(codes), len(offsets)))
    np.add.at(scores, (authority, place), weight * residual / totals[place])
    covariance = scores.T @ scores * len(codes) / max(len(codes) - 1, 1)
    index = pd.Index(offsets, name="offset")
    present = np.unique(np.column_stack([place, given == 1, authority]), axis=0)
    counted = [np.bincount(present[present[:, 1] == side, 0], minlength=len(offsets)) for side in (1, 0)]
    given_count, good_count = (pd.Series(count, index=index) for count in counted)
    return Comparison(pd.Series(estimates, index=index), covariance, given_count, good_count)


def draw_limits(comparison: Comparison) -> pd.DataFrame:
    """Return the estimate of each year with its 95% interval and the authorities behind it, where there are enough.

    The interval is of Student's t with as many degrees of freedom as judged authorities, less one.
    """
    table = pd.DataFrame({"estimate": comparison.estimates, "given": comparison.given, "good": comparison.good})
    half = find_t(table["given"]) * np.sqrt(np.diag(comparison.covariance))
    table = table.assign(low=table["estimate"] - half, high=table["estimate"] + half)
    return table[table[["given", "good"]].min(axis=1) >= FEWEST].rename_axis("offset").reset_index()


def find_t(given: pd.Series) -> np.ndarray:
    """Return the 97.5% quantile of Student's t for a number of judged authorities."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit((given - 1).clip(lower=1).to_numpy(dtype=float), 0.975))


def summarise_comparison(comparison: Comparison) -> dict[str, float]:
    """Return the average of the years `AFTER` with its interval and p-value, and the p-value of the years `BEFORE`.

    The first is a t-test, the second an F-test that all differences before are zero; missing without enough years.
    """
    from scipy.special import fdtrc, stdtr

    estimates, offsets = comparison.estimates.to_numpy(), comparison.estimates.index
    enough = (comparison.given >= FEWEST).to_numpy()
    after, before = offsets.isin(AFTER) & enough, offsets.isin(BEFORE) & enough
    result = dict.fromkeys(("estimate", "low", "high", "p_after", "p_before", "given", "good"), np.nan)
    if after.any():
        mean = after / after.sum()
        error = float(np.sqrt(mean @ comparison.covariance @ mean))
        given = comparison.given[after].min()
        middle, half = float(mean @ estimates), float(find_t(pd.Series([given]))[0]) * error
        result |= {"estimate": middle, "low": middle - half, "high": middle + half}
        result |= {"p_after": float(2 * stdtr(given - 1, -abs(middle) / error))}
        result |= {"given": float(given), "good": float(comparison.good[after].min())}
    if before.any():
        block = comparison.covariance[np.ix_(before, before)]
        wald = float(estimates[before] @ np.linalg.solve(block, estimates[before])) / before.sum()
        result["p_before"] = float(fdtrc(before.sum(), comparison.given[before].min() - 1, wald))
    return result


@once
def estimate_events(tables: Frames) -> EventStudy:
    """Estimate every outcome around both judgements; p-values after are corrected for their number (Holm)."""
    events = list_first_judgements(tables)
    found, summaries, traced = [], [], []
    for outcome in OUTCOMES:
        values = list_values(tables, outcome)
        for grade in GRADES:
            key = {"outcome": outcome.name, "grade": grade}
            changes = trace_changes(events, values, grade, outcome)
            found.append(draw_limits(compare_changes(changes)).assign(**key))
            traced.append(measure_own(changes).assign(**key))
            level = {"level_before": find_level(events[events["grade"] == grade], values, outcome)}
            parts = select_parts(changes, events) if outcome.name == "spend" else {"all": changes}
            summaries += [
                {**key, "part": name, **summarise_comparison(compare_changes(part)), **level}
                for name, part in parts.items()
            ]
    summary = pd.DataFrame(summaries)
    tested = summary["p_after"].notna() & (summary["part"] == "all")
    summary.loc[tested, "adjusted"] = correct_holm(summary.loc[tested, "p_after"].to_numpy())
    return EventStudy(pd.concat(found, ignore_index=True), summary, pd.concat(traced, ignore_index=True))


def find_level(judged: pd.DataFrame, values: pd.DataFrame, outcome: Outcome) -> float:
    """Return the mean of an outcome over judged authorities in the last year before the judgement."""
    last = find_year(judged["date"], outcome.month) - 1
    return float(look_up(values.set_index(["la_code", "year"])["value"], judged["la_code"], last).mean())


def select_parts(changes: pd.DataFrame, events: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Select from the changes of judged authorities those of one framework, and those to whom the grade was new."""
    again = mark_listed(changes, events[events["grade"] == events["previous"]], ["la_code", "framework"])
    fresh = changes[~again | (changes["given"] == 0)]
    kept = fresh.groupby(["stack", "offset"])["given"].transform("nunique") == 2
    parts = {"all": changes, "new": fresh[kept]}
    return parts | {name: changes[changes["framework"] == name] for name in FRAMEWORKS}


def measure_own(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the change of each judged authority less the mean change of the good ones of its stack."""
    keys = ["stack", "offset"]
    rows = changes[["la_code", "framework", "date", *keys, "change", "given"]]
    good = rows[rows["given"] == 0].groupby(keys)["change"].mean()
    judged = rows[rows["given"] == 1]
    gap = judged["change"] - look_up(good, judged["stack"], judged["offset"])
    return judged[["la_code", "framework", "date", "offset"]].assign(gap=gap)
