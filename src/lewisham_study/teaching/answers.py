"""Answers to the exercises, computed for any authority: none is typed into a check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pandas as pd

from lewisham_study.analysis.case import Case, list_comparators, open_case
from lewisham_study.analysis.caseload import (
    CASELOAD,
    compute_median,
    measure_place,
    select_authorities,
    select_measure,
    select_others,
    trace_caseload,
)
from lewisham_study.analysis.ratings import state_at, trace_path
from lewisham_study.analysis.spend import (
    Prices,
    compare_accounts,
    express,
    list_years,
    select_spend,
    split_income,
    tabulate_growth,
)
from lewisham_study.analysis.trajectories import list_patterns, match_pattern, measure_distances, trace_annual_states
from lewisham_study.authorities import find_authority
from lewisham_study.errors import UsageError
from lewisham_study.raw.sources import select_known
from lewisham_study.tidy.known_tables import select_inspections
from lewisham_study.tidy.tables import Tables
from lewisham_study.vocabulary import ERA, SCALE, Basis

LATEST_CASELOAD = 2022
"""The year of the caseloads compared."""
Bounds = tuple[object, object]
MONEY = ["news-shopper-2018-004", "news-shopper-2018-008", "news-shopper-2018-010"]
DATES = ["news-shopper-2020-002", "news-shopper-2020-003", "london-news-online-2024-011"]
NUMBERS = ["news-shopper-2019-007", "ofsted-letter-2021-048", "news-shopper-2020-001", "news-shopper-2020-020"]
"""The ten awkward facts of the exercise: sums of money, dates, and numbers with bounds."""
RIVALS = ["C1", "C11", "C12"]
"""The conflicts of the exercise."""
DATED = ("workforce", "spend", "need", "population", "prices")
"""Tables of figures by period."""


def load_exercise(day: str, tables: Mapping[str, pd.DataFrame] | None = None) -> dict[str, pd.DataFrame]:
    """Load the tables of an exercise: grades and documents public on a day, figures of periods published by then.

    Figures are from the latest edition, as prices and populations are held in no other.
    """
    whole, today = tables or Tables(), date.fromisoformat(day)
    known = set(select_known(whole["sources"], today)["source_id"])
    inspections = select_inspections(whole["inspections"], known, today)
    judgements, last = whole["judgements"], str(min(today.year - 1, LATEST_CASELOAD))
    cut = {name: whole[name][whole[name]["time_period"].str[:4] <= last].reset_index(drop=True) for name in DATED}
    return cut | {
        "inspections": inspections.reset_index(drop=True),
        "judgements": judgements[judgements["inspection_id"].isin(inspections["inspection_id"])].reset_index(drop=True),
        "facts": whole["facts"][whole["facts"]["source_id"].isin(known)].reset_index(drop=True),
        "conflicts": whole["conflicts"][whole["conflicts"]["conflict_id"].isin(RIVALS)].reset_index(drop=True),
        **{name: whole[name] for name in ("authorities", "sources", "neighbours", "arrangements")},
    }


def open_exercise(tables: Mapping[str, pd.DataFrame], authority: str) -> Case:
    """Open the case of an exercise; refuse an authority with too little history, caseload or spend to ask about."""
    case = open_case(tables, authority)
    find_gap_day(case)
    if len(list_caseload(case)) < 2 or len(express_spend(case).dropna(subset="real_per_child")) < 2:
        raise UsageError(f"too few years of data for {case.spoken}; choose another authority")
    return case


def count_inspections(case: Case) -> int:
    """Count the inspections of the authority that gave a grade."""
    return int(case.own("inspections")["graded"].sum())


def find_gap_day(case: Case) -> pd.Timestamp:
    """Return a day on which the last overall judgement had been made but not yet published: midway between the two."""
    own = case.own("judgements")
    overall = own[own["strand"] == "overall"].sort_values("published_date", kind="stable")
    dated = overall.dropna(subset=["start_date", "published_date"])
    if dated.empty:
        raise UsageError(f"no overall judgement of {case.spoken} has a known first day; choose another authority")
    last = dated.iloc[-1]
    return pd.Timestamp(last["start_date"] + (last["published_date"] - last["start_date"]) / 2).normalize()


def read_grade(case: Case, day: pd.Timestamp, basis: Basis) -> str:
    """Return the overall grade of the authority on a day, as inspected by then or as published by then."""
    states = state_at(case.tables["judgements"], case.tables["authorities"], day, basis=basis)
    return str(states.set_index("la_code").loc[case.la_code, "grade"])


def list_overall(case: Case) -> pd.DataFrame:
    """List the judgements that summarise a history: the first of each scale, then the latest overall, by publication.

    Safeguarding is used where no overall grade was given.
    """
    own = case.own("judgements")
    own = own[own["strand"].isin(["overall", "safeguarding"])]
    ordered = own.assign(era=own["framework"].map(ERA)).sort_values("published_date", kind="stable")
    firsts = ordered.drop_duplicates("era")
    return pd.concat([firsts, ordered[ordered["strand"] == "overall"].tail(1)], ignore_index=True)


def list_steps(case: Case) -> pd.DataFrame:
    """List the steps of the authority's history by strand and date, without the answers."""
    steps = trace_path(case.tables["judgements"], case.la_code)
    return steps[["strand", "framework", "grade", "date", "published_date"]]


def mark_comparable(steps: pd.DataFrame) -> list[bool]:
    """Mark the steps that follow another one in the same strand and on the same scale.

    Examples
    --------
    >>> steps = pd.DataFrame({"strand": "overall", "framework": ["SIF", "SIF_REINSPECTION", "ILACS", "ILACS"]})
    >>> mark_comparable(steps)
    [False, True, False, True]
    """
    scale = steps["framework"].map(SCALE)
    return [bool(same) for same in scale == scale.groupby(steps["strand"]).shift()]


def count_visits(case: Case) -> int:
    """Count the visits to the authority that gave no grade."""
    return int((~case.own("inspections")["graded"]).sum())


def count_missing(case: Case) -> dict[str, int]:
    """Count the authority's workforce figures without a value, by reason."""
    workforce = case.own("workforce")
    return {str(one): int(n) for one, n in workforce.loc[workforce["value"].isna(), "status"].value_counts().items()}


def list_caseload(case: Case) -> pd.DataFrame:
    """List the authority's caseloads that were counted in the same way: from 2017 to the end of the window."""
    series = trace_caseload(case.tables["workforce"], [case.la_code])
    counted = series["series"].str.endswith("2017_on") & (series["date"] <= case.window_end)
    return series[counted].dropna(subset="value").reset_index(drop=True)


def measure_change(case: Case) -> float | None:
    """Return the change of the caseload from the first to the last comparable year; None with fewer than two."""
    values = list_caseload(case)["value"]
    return float(values.iloc[-1] - values.iloc[0]) if len(values) > 1 else None


def measure_england(case: Case) -> float:
    """Return England's caseload of 2022: all cases over all workers who hold them."""
    place = measure_place(case.tables["workforce"], "England", LATEST_CASELOAD, LATEST_CASELOAD)
    return float(place["value"].iloc[0])


def average_returns(case: Case) -> float:
    """Return the plain mean of the caseloads of 2022, with joint returns counted once; England's caseload differs."""
    caseload = select_measure(case.tables["workforce"], CASELOAD, LATEST_CASELOAD, LATEST_CASELOAD)
    return float(select_authorities(caseload)["value"].mean())


def express_spend(case: Case) -> pd.DataFrame:
    """Return the authority's gross spend over the window: in cash, in real terms and per child."""
    years = list_years(case.start_year, case.end_year)
    figures = select_spend(case.own("spend"), "total_gross", years).dropna(subset="value")
    return express(figures, case.tables["population"], Prices(case.tables["prices"], case.price_base, case.deflator))


def measure_growths(case: Case) -> dict[str, float]:
    """Return the growth of gross spend over the window: in cash, in real terms, and in real terms per child."""
    columns = {"value": "cash", "real_value": "real", "real_per_child": "real_per_child"}
    growth = tabulate_growth(express_spend(case), columns)
    return {str(name): float(total) for name, total in zip(growth["amount"], growth["total"], strict=True)}


def find_income(case: Case) -> tuple[str, float] | None:
    """Return the last year with both gross and net spend, and the income between them in pounds, or None."""
    years = list_years(case.start_year, case.end_year)
    split = split_income(case.tables["spend"], case.la_code, years)
    total = split[split["category"] == "total"].sort_values("year", kind="stable")
    return (str(total["time_period"].iloc[-1]), float(total["income"].iloc[-1])) if len(total) else None


def find_widest_gap(case: Case) -> str | None:
    """Return the financial year in which the two accounts of spend differ most; None if no year has both."""
    years = list_years(case.start_year, case.end_year)
    both = compare_accounts(case.tables["spend"], case.la_code, years).dropna(subset="difference")
    order = both["difference"].abs().sort_values(kind="stable")
    return None if both.empty else str(both["time_period"][order.index[-1]])


def list_peers(case: Case) -> list[str]:
    """List the authorities to compare with: statistical neighbours or, if the model has none, the region."""
    return list_comparators(case) or list_comparators(replace(case, comparators="region"))


def measure_peers(case: Case) -> float:
    """Return the median caseload of the peers in 2022: joint returns count once, the authority's own is left out."""
    returns = select_others(trace_caseload(case.tables["workforce"], list_peers(case)), case.la_code)
    medians = compute_median(returns[returns["date"].dt.year == LATEST_CASELOAD])
    return float(medians["value"].iloc[0])


def list_same_path(case: Case) -> list[str]:
    """List the names of authorities with the same first grade under each framework."""
    codes = match_pattern(list_patterns(case.tables["judgements"]), case.la_code)
    names = case.tables["authorities"].set_index("la_code")["la_name"]
    return sorted(str(names[code]) for code in codes)


def measure_apart(case: Case, names: list[str]) -> dict[str, int]:
    """Count the years of the window in which other authorities were in another state than the case."""
    authorities, years = case.tables["authorities"], range(case.start_year, case.end_year + 1)
    states = trace_annual_states(case.tables["judgements"], authorities, years)
    distances = measure_distances(states, case.la_code).set_index("la_code")["differing"]
    codes = {name: str(find_authority(authorities, name)["la_code"]) for name in names}
    return {name: int(distances[code]) for name, code in codes.items()}


def name_companions(case: Case) -> list[str]:
    """Name two of Durham, Lambeth and Lewisham to compare with the case."""
    return [name for name in ("County Durham", "Lambeth", "Lewisham") if name != case.la_name][:2]


def read_facts(facts: pd.DataFrame, fact_ids: list[str]) -> dict[str, Bounds]:
    """Return the lowest and highest value of each fact: pounds, days (ISO) or numbers; None for an open side.

    Examples
    --------
    >>> facts = pd.DataFrame({"fact_id": ["a"], "unit": ["cases"], "value_low": [200.0], "value_high": [None]})
    >>> read_facts(facts, ["a"])
    {'a': (200.0, None)}
    """
    rows = facts.set_index("fact_id")
    pairs = {
        name: ("period_start", "period_end") if name in DATES else ("value_low", "value_high") for name in fact_ids
    }
    return {name: (to_answer(rows[low][name]), to_answer(rows[high][name])) for name, (low, high) in pairs.items()}


def to_answer(value: object) -> object:
    """Convert a value to the form of an answer: a day to ISO text, a missing value to None."""
    if pd.isna(value):  # type: ignore[call-overload]
        return None
    return str(value.date()) if isinstance(value, pd.Timestamp) else float(str(value))


def show_printed(tables: Mapping[str, pd.DataFrame], fact_ids: list[str]) -> pd.DataFrame:
    """Show facts as printed, with the date of the document and without our readings."""
    facts = tables["facts"].set_index("fact_id").loc[fact_ids].reset_index()
    published = facts["source_id"].map(tables["sources"].set_index("source_id")["published"])
    return facts[["fact_id", "quote", "value_as_stated", "period_as_stated"]].assign(published=published)


def show_rivals(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Show the rival claims of the exercise's conflicts, and the official source on each, without a verdict."""
    shown = []
    for name, row in tables["conflicts"].set_index("conflict_id").loc[RIVALS].iterrows():
        claims = tables["facts"].set_index("fact_id").loc[str(row["fact_ids"]).split()]
        shown += [[name, row["question"], fact, str(claim["value_as_stated"])] for fact, claim in claims.iterrows()]
        if pd.notna(row["chosen_source_id"]):
            shown.append([name, row["question"], row["chosen_source_id"], "the official record"])
    return pd.DataFrame(shown, columns=["conflict", "question", "claim_or_source", "printed"])


def list_choices(conflicts: pd.DataFrame) -> dict[str, str | None]:
    """Return the source or claim chosen for each conflict of the exercise; None if none can be chosen."""
    rows = conflicts.set_index("conflict_id").loc[RIVALS]
    chosen = rows["chosen_source_id"].fillna(rows["chosen_fact_id"])
    return {str(name): None if pd.isna(one) else str(one) for name, one in chosen.items()}
