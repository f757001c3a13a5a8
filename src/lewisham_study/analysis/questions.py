"""Questions a scrutiny committee can ask, chosen by rules from what the data show: never advice, never causes.

A rule finds the values to fill in, if there are any, and tests whether they make the question arise.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import (
    CASELOAD,
    RETURNED,
    gather_caseloads,
    list_partners,
    select_measure,
    select_window,
)
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
MORE_CASES, POINTS, CHANGE = 1.0, 5.0, 0.15
"""Differences worth a question: cases per worker, points of per cent, a share of a rate or of spend."""
RISEN = 4 / 3
"""Times the first rate that make a rise worth a question."""


def choose_questions(case: Case) -> pd.DataFrame:
    """Return the questions that arise: question_id, topic, question and reason; none for an abolished authority."""
    rows = []
    for row in case.tables["questions"].to_dict("records") if case.valid_to is None else []:
        find, arises = RULES[row["condition"]]
        values = find(case)
        if values is not None and arises(values):
            texts = [fill_in(row[column], values) for column in ("wording", "reason")]
            rows.append([row["question_id"], row["topic"], *texts])
    return pd.DataFrame(rows, columns=["question_id", "topic", "question", "reason"])


def fill_in(text: str, values: Values) -> str:
    """Fill values in, with a minus sign before a negative one."""
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


def find_end_of_overall(case: Case) -> Values | None:
    """Return the month of the latest inspection if it gave no overall grade any more."""
    latest = find_latest(case)
    ended = latest[latest["framework"].isin(NO_OVERALL_FRAMEWORKS)]
    return {"month": f"{ended['date'].iloc[0]:%B %Y}"} if len(ended) else None


def find_worse_strands(case: Case) -> Values | None:
    """Return the strands of the latest inspection that were graded below its overall grade."""
    latest, overall = find_latest(case), find_overall(case)
    if overall is None:
        return None
    worse = latest[latest["grade"].map(GRADES.index) > GRADES.index(overall["key"])]
    names = [STRAND_NAMES[strand].lower() for strand in worse["strand"] if strand != "lscb"]
    return {"strands": join_words(names), "month": overall["month"], "overall": overall["grade"]} if names else None


def find_age(case: Case) -> Values | None:
    """Return the month of the latest graded inspection, and its age in years at the last report held of any."""
    latest = find_latest(case)["date"].head(1)
    last = case.tables["judgements"]["published_date"].max()
    return next(({"month": f"{day:%B %Y}", "years": (last - day).days / 365.25} for day in latest), None)


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


def follow_caseload(case: Case) -> Values | None:
    """Return the first and the last of the comparable caseloads; None where there are no two, or any is unsure."""
    rows = gather_caseloads(case).comparable
    if len(rows) < 2 or not has_workers(case) or list_unsure(case, "workforce", *RETURNED):
        return None
    first, last = rows.iloc[0], rows.iloc[-1]
    return {"first": first["value"], "start": first["year"], "value": last["value"], "year": last["year"]}


def find_partners(case: Case) -> Values | None:
    """Return the authorities that send one return with this one."""
    partners = list_partners(find_own(case, CASELOAD), case.la_code)
    names = [str(name) for name in case.labels.loc[partners]]
    return {"partners": join_words(names)} if names else None


def find_workers(case: Case) -> Values | None:
    """Return the last known number of full-time equivalents in post, and its year."""
    known = find_own(case, "inpost_fte").dropna(subset="value")
    return {"year": known["year"].iloc[-1], "value": known["value"].iloc[-1]} if len(known) else None


def has_workers(case: Case) -> bool:
    """Return whether the authority had at least `FEWEST` full-time equivalents in post in its last known year."""
    found = find_workers(case)
    return found is not None and found["value"] >= FEWEST


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


def find_missing_rates(case: Case) -> Values | None:
    """Return the workforce rates of the last year that are missing though the authority has workers."""
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
    return {
        "first": first["rate"],
        "start": first["year"],
        "value": last["rate"],
        "year": last["year"],
        "other": england,
    }


compare_looked_after = partial(compare_need, measure="looked_after")


def compare_quarter(case: Case, part: float) -> Values | None:
    """Return spend per child in the last year with any, and a quartile of all authorities; None where it is unsure."""
    amounts = gather_amounts(case)
    known = amounts.own.dropna(subset="real_per_child")
    if known.empty or known["time_period"].iloc[-1] in list_unsure(case, "spend", "total_gross"):
        return None
    last = known.iloc[-1]
    every = amounts.every.loc[amounts.every["time_period"] == last["time_period"], "real_per_child"]
    return {"year": last["time_period"], "value": last["real_per_child"], "other": every.quantile(part)}


def follow_spend(case: Case) -> Values | None:
    """Return the change of real spend per child; None where there are no two years, or any is unsure."""
    known = gather_amounts(case).own.dropna(subset="real_per_child")
    if len(known) < 2 or list_unsure(case, "spend", "total_gross"):
        return None
    first, last = known.iloc[0], known.iloc[-1]
    change = last["real_per_child"] / first["real_per_child"] - 1
    return {"change": change, "start": first["time_period"], "year": last["time_period"]}


def find_opposed_accounts(case: Case) -> Values | None:
    """Return how the two accounts of spend moved over the years of one scope, if in opposite directions."""
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


RULES: dict[str, tuple[Callable[[Case], Values | None], Callable[[Values], bool]]] = {
    "graded_below_good": (find_overall, lambda found: found["key"] not in GOOD_OR_BETTER),
    "graded_good": (find_overall, lambda found: found["key"] in GOOD_OR_BETTER),
    "overall_grade_ended": (find_end_of_overall, bool),
    "strand_below_overall": (find_worse_strands, bool),
    "inspected_long_ago": (find_age, lambda found: found["years"] >= LONG),
    "caseload_above_peers": (compare_caseload, lambda found: found["value"] - found["other"] >= MORE_CASES),
    "caseload_below_peers": (compare_caseload, lambda found: found["other"] - found["value"] >= MORE_CASES),
    "caseload_moved": (follow_caseload, lambda found: abs(found["value"] / found["first"] - 1) >= CHANGE),
    "joint_return": (find_partners, bool),
    "agency_above_england": (partial(compare_rate, measure="agency_rate_fte"), bool),
    "vacancies_above_england": (partial(compare_rate, measure="vacancy_rate_fte"), bool),
    "turnover_above_england": (partial(compare_rate, measure="turnover_rate_fte"), bool),
    "rate_missing": (find_missing_rates, bool),
    "few_workers": (find_workers, lambda found: found["value"] < FEWEST),
    "looked_after_above_england": (compare_looked_after, lambda found: found["value"] >= (1 + CHANGE) * found["other"]),
    "looked_after_below_england": (compare_looked_after, lambda found: found["value"] <= (1 - CHANGE) * found["other"]),
    "referred_again_above_england": (
        partial(compare_need, measure="rereferrals"),
        lambda found: found["value"] - found["other"] >= POINTS,
    ),
    "plans_risen": (
        partial(compare_need, measure="on_protection_plan"),
        lambda found: found["value"] >= RISEN * found["first"],
    ),
    "spend_in_highest_quarter": (partial(compare_quarter, part=0.75), lambda found: found["value"] > found["other"]),
    "spend_in_lowest_quarter": (partial(compare_quarter, part=0.25), lambda found: found["value"] < found["other"]),
    "spend_moved": (follow_spend, lambda found: abs(found["change"]) >= CHANGE),
    "accounts_opposed": (find_opposed_accounts, bool),
    "spend_under_caution": (find_unsure, bool),
    "always": (lambda case: {"year": case.end_year}, bool),
}
"""By the key that a row of data/coding/questions.csv names: what finds the values, and when they make it arise."""
