"""Questions a scrutiny committee can ask, chosen by rules from what the data show: never advice, never causes.

Each rule looks at a case and returns the values to fill in, or None where the question does not arise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import (
    CASELOAD,
    WORKERS,
    gather_caseloads,
    list_partners,
    select_measure,
    select_window,
)
from lewisham_study.analysis.caseload import CASES as CASES_HELD
from lewisham_study.analysis.rates import find_rate, gather_need
from lewisham_study.analysis.ratings import trace_path
from lewisham_study.analysis.spend import (
    ACCOUNTS,
    SAME_SCOPE,
    choose_prices,
    compare_accounts,
    compare_movements,
    gather_amounts,
    list_window,
)
from lewisham_study.tidy.parsing.numbers import write_minus
from lewisham_study.tidy.tables import once
from lewisham_study.vocabulary import FEWEST, GOOD_OR_BETTER, GRADE_NAMES, GRADES, NO_OVERALL_FRAMEWORKS, STRAND_NAMES

Values = dict[str, Any]
LONG = 4
"""Years since the latest graded inspection that make it one long ago."""
CASES, POINTS, CHANGE = 1.0, 5.0, 0.15
"""Differences worth a question: cases per worker, points of per cent, a share of a rate or of spend."""
RISEN = 4 / 3
"""Times the first rate that make a rise worth a question."""


def choose_questions(case: Case) -> pd.DataFrame:
    """Return the questions that arise: question_id, topic, question and reason; none for an abolished authority."""
    rows = []
    for row in case.tables["questions"].to_dict("records") if case.valid_to is None else []:
        values = RULES[row["condition"]](case)
        if values is not None:
            texts = [fill_in(row[column], values) for column in ("wording", "reason")]
            rows.append([row["question_id"], row["topic"], *texts])
    return pd.DataFrame(rows, columns=["question_id", "topic", "question", "reason"])


def keep_if(values: Values | None, test: Callable[[Values], bool]) -> Values | None:
    """Return values, if there are any, where they pass a test."""
    return values if values and test(values) else None


def fill_in(text: str, values: Values) -> str:
    """Fill values in, with a minus sign before a negative one.

    Examples
    --------
    >>> fill_in("changed by {change:+.0%} from {start}", {"change": -0.35, "start": "2014-15"})
    'changed by −35% from 2014-15'
    """
    return write_minus(text.format(**values))


def join_words(words: list[str]) -> str:
    """Join words as a sentence does."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0] if words else ""


@once
def find_latest(case: Case) -> pd.DataFrame:
    """Return the grades of the authority's latest graded inspection, whatever the window."""
    path = trace_path(case.tables["judgements"], case.la_code, basis=case.basis)
    last = path.sort_values("date", kind="stable")["inspection_id"].tail(1)
    latest: pd.DataFrame = path[path["inspection_id"].isin(last)]
    return latest


def find_overall(case: Case) -> Values | None:
    """Return the overall grade of the latest inspection, by name, and its month; None where it gave none."""
    latest = find_latest(case)
    overall = latest[latest["strand"] == "overall"]
    if overall.empty:
        return None
    row = overall.iloc[0]
    return {"key": row["grade"], "grade": GRADE_NAMES[row["grade"]], "month": f"{row['date']:%B %Y}"}


def ask_overall_grade_ended(case: Case) -> Values | None:
    """Ask where the latest inspection gave no overall grade any more."""
    latest = find_latest(case)
    ended = latest[latest["framework"].isin(NO_OVERALL_FRAMEWORKS)]
    return {"month": f"{ended['date'].iloc[0]:%B %Y}"} if len(ended) else None


def ask_strand_below_overall(case: Case) -> Values | None:
    """Ask where a strand of the latest inspection was graded below its overall grade."""
    latest, overall = find_latest(case), find_overall(case)
    if overall is None:
        return None
    worse = latest[latest["grade"].map(GRADES.index) > GRADES.index(overall["key"])]
    names = [STRAND_NAMES[strand].lower() for strand in worse["strand"] if strand != "lscb"]
    return {"strands": join_words(names), "month": overall["month"], "overall": overall["grade"]} if names else None


def ask_inspected_long_ago(case: Case) -> Values | None:
    """Ask where the latest graded inspection held is `LONG` years old or more at the last report held of any."""
    latest = find_latest(case)
    if latest.empty:
        return None
    years = (case.tables["judgements"]["published_date"].max() - latest["date"].iloc[0]).days / 365.25
    return {"month": f"{latest['date'].iloc[0]:%B %Y}", "years": years} if years >= LONG else None


def compare_caseload(case: Case) -> Values | None:
    """Return the last comparable caseload and its comparators' median; None where either is missing or unsure."""
    series = gather_caseloads(case)
    if series.comparable.empty or not has_workers(case):
        return None
    last = series.comparable.iloc[-1]
    median = series.median.loc[series.median["year"] == last["year"], "value"]
    if median.empty or str(last["year"]) in list_unsure(case, "workforce", CASELOAD):
        return None
    return {"year": last["year"], "value": last["value"], "other": median.iloc[0]}


def ask_caseload_moved(case: Case) -> Values | None:
    """Ask where the caseload rose or fell by 15% or more over the comparable years, none of them unsure."""
    rows = gather_caseloads(case).comparable
    if len(rows) < 2 or not has_workers(case) or list_unsure(case, "workforce", CASELOAD, CASES_HELD, WORKERS):
        return None
    first, last = rows.iloc[0], rows.iloc[-1]
    values = {"first": first["value"], "start": first["year"], "value": last["value"], "year": last["year"]}
    return values if abs(last["value"] / first["value"] - 1) >= CHANGE else None


def ask_joint_return(case: Case) -> Values | None:
    """Ask where the authority sends one return with others."""
    partners = list_partners(find_own(case, CASELOAD), case.la_code)
    names = [str(name) for name in case.labels.loc[partners]]
    return {"partners": join_words(names)} if names else None


def find_workers(case: Case) -> Values | None:
    """Return the last known number of full-time equivalents in post, and its year."""
    known = find_own(case, "inpost_fte").dropna(subset="value")
    return {"year": known["year"].iloc[-1], "value": known["value"].iloc[-1]} if len(known) else None


def has_workers(case: Case) -> bool:
    """Return whether the authority had at least `FEWEST` full-time equivalents in post in its last known year."""
    return keep_if(find_workers(case), lambda found: found["value"] >= FEWEST) is not None


def find_own(case: Case, measure: str) -> pd.DataFrame:
    """Select the authority's own rows of a workforce measure within the window."""
    return select_measure(case.own("workforce"), measure, case.start_year, case.end_year)


def compare_rate(case: Case, measure: str) -> Values | None:
    """Return the last rate of the workforce that is known, and England's of the same year, if that is higher."""
    rows, own = select_window(case, measure), find_own(case, measure).dropna(subset="value")
    if own.empty or not has_workers(case):
        return None
    last = own.iloc[-1]
    england = rows[(rows["geographic_level"] == "national") & (rows["year"] == last["year"])]["value"].dropna()
    if england.empty or last["value"] - england.iloc[0] < POINTS:
        return None
    return {"year": last["year"], "value": last["value"], "other": england.iloc[0]}


def ask_rate_missing(case: Case) -> Values | None:
    """Ask where a workforce rate of the last year is missing though the authority has workers."""
    names = {"agency_rate_fte": "agency workers", "turnover_rate_fte": "turnover"}
    names |= {"vacancy_rate_fte": "vacancies", "absence_rate_fte": "absence"}
    own = {name: find_own(case, measure) for measure, name in names.items()}
    if not has_workers(case):
        return None
    year = max(int(rows["year"].max()) for rows in own.values() if len(rows))
    lacking = [name for name, rows in own.items() if rows.loc[rows["year"] == year, "value"].isna().any()]
    return {"rates": join_words(lacking), "year": year} if lacking else None


def compare_need(case: Case, measure: str) -> Values | None:
    """Return the last rate of a measure of need, its first, and England's last."""
    one = next(one for one in gather_need(case) if one.measure == measure)
    if one.known.empty:
        return None
    first, last = one.known.iloc[0], one.known.iloc[-1]
    england = find_rate(one.england, int(last["year"]))
    if england is None:
        return None
    values = {"year": last["year"], "value": last["rate"], "other": england}
    return values | {"first": first["rate"], "start": first["year"]}


def compare_quarter(case: Case, part: float) -> Values | None:
    """Return spend per child in the last year with any, and a quartile of all authorities; None where it is unsure."""
    amounts = gather_amounts(case)
    known = amounts.own.dropna(subset="real_per_child")
    if known.empty or known["time_period"].iloc[-1] in list_unsure(case, "spend", "total_gross"):
        return None
    last = known.iloc[-1]
    every = amounts.every.loc[amounts.every["time_period"] == last["time_period"], "real_per_child"]
    return {"year": last["time_period"], "value": last["real_per_child"], "other": every.quantile(part)}


def ask_spend_moved(case: Case) -> Values | None:
    """Ask where real spend per child changed by 15% or more, with no unsure figure in the window."""
    known = gather_amounts(case).own.dropna(subset="real_per_child")
    if len(known) < 2 or list_unsure(case, "spend", "total_gross"):
        return None
    first, last = known.iloc[0], known.iloc[-1]
    change = last["real_per_child"] / first["real_per_child"] - 1
    values = {"change": change, "start": first["time_period"], "year": last["time_period"]}
    return values if abs(change) >= CHANGE else None


def ask_accounts_opposed(case: Case) -> Values | None:
    """Ask where the two accounts of spend moved in opposite directions over the years of one scope."""
    own, years = case.own("spend"), [year for year in list_window(case) if year >= SAME_SCOPE]
    both = compare_accounts(own, case.la_code, years).dropna(subset=list(ACCOUNTS))["time_period"].tolist()
    if len(both) < 2:
        return None
    moves = compare_movements(own, case.tables["population"], choose_prices(case), both[0], both[-1])
    opposed = moves[moves["opposed"]]
    return {"start": both[0], "year": both[-1], **opposed.iloc[0][list(ACCOUNTS)]} if len(opposed) else None


def list_unsure(case: Case, table: str, *measures: str, accounts: bool = False) -> list[str]:
    """List the periods of the window in which the authority's own figure carries a caution.

    If asked for, instead those in which two accounts of the figure move apart.
    """
    cautions = case.tables["cautions"]
    own = cautions[(cautions["la_code"] == case.la_code) & (cautions["table"] == table)]
    own = own[own["measure"].isna() | own["measure"].isin(measures)]
    own = own[(own["status"] == "published") & ((own["kind"] == "accounts") == accounts)]
    periods = set(own["time_period"].dropna())
    inside = list_window(case) if table == "spend" else map(str, range(case.start_year, case.end_year + 1))
    return [period for period in inside if period in periods]


def find_unsure(case: Case) -> Values | None:
    """Return the years of the window in which the total spend carries a caution."""
    years = list_unsure(case, "spend", "total_gross")
    return {"years": join_words(years)} if years else None


RULES: dict[str, Callable[[Case], Values | None]] = {
    "graded_below_good": lambda case: keep_if(find_overall(case), lambda found: found["key"] not in GOOD_OR_BETTER),
    "graded_good": lambda case: keep_if(find_overall(case), lambda found: found["key"] in GOOD_OR_BETTER),
    "overall_grade_ended": ask_overall_grade_ended,
    "strand_below_overall": ask_strand_below_overall,
    "inspected_long_ago": ask_inspected_long_ago,
    "caseload_above_peers": lambda case: keep_if(
        compare_caseload(case), lambda found: found["value"] - found["other"] >= CASES
    ),
    "caseload_below_peers": lambda case: keep_if(
        compare_caseload(case), lambda found: found["other"] - found["value"] >= CASES
    ),
    "caseload_moved": ask_caseload_moved,
    "joint_return": ask_joint_return,
    "agency_above_england": lambda case: compare_rate(case, "agency_rate_fte"),
    "vacancies_above_england": lambda case: compare_rate(case, "vacancy_rate_fte"),
    "turnover_above_england": lambda case: compare_rate(case, "turnover_rate_fte"),
    "rate_missing": ask_rate_missing,
    "few_workers": lambda case: keep_if(find_workers(case), lambda found: found["value"] < FEWEST),
    "looked_after_above_england": lambda case: keep_if(
        compare_need(case, "looked_after"), lambda found: found["value"] >= (1 + CHANGE) * found["other"]
    ),
    "looked_after_below_england": lambda case: keep_if(
        compare_need(case, "looked_after"), lambda found: found["value"] <= (1 - CHANGE) * found["other"]
    ),
    "referred_again_above_england": lambda case: keep_if(
        compare_need(case, "rereferrals"), lambda found: found["value"] - found["other"] >= POINTS
    ),
    "plans_risen": lambda case: keep_if(
        compare_need(case, "on_protection_plan"), lambda found: found["value"] >= RISEN * found["first"]
    ),
    "spend_in_highest_quarter": lambda case: keep_if(
        compare_quarter(case, 0.75), lambda found: found["value"] > found["other"]
    ),
    "spend_in_lowest_quarter": lambda case: keep_if(
        compare_quarter(case, 0.25), lambda found: found["value"] < found["other"]
    ),
    "spend_moved": ask_spend_moved,
    "accounts_opposed": ask_accounts_opposed,
    "spend_under_caution": find_unsure,
    "always": lambda case: {"year": case.end_year},
}
"""The rules by the key that a row of data/coding/questions.csv names."""
