"""Claims that others published, each next to the number computed here, and the promise of January 2020."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.models.event_study import list_event_sources
from lewisham_study.analysis.models.intervals import DAYS_A_YEAR
from lewisham_study.analysis.models.persistence import (
    LOWER_BOUND,
    TARGET,
    USUAL_START,
    Promise,
    check_promise,
    count_good,
    find_last_day,
    list_spells,
    select_same_start,
)
from lewisham_study.analysis.models.replication import replicate_claims
from lewisham_study.display.common.citations import cite, cite_ratings, cite_releases, credit
from lewisham_study.display.common.exhibit import Prose, TableExhibit, part_numbers
from lewisham_study.display.common.phrases import begin_sentence, format_count, format_day
from lewisham_study.display.common.shared_exhibits import make_once
from lewisham_study.display.comparison.starts import format_interval
from lewisham_study.vocabulary import GRADE_NAMES

VERDICTS = {
    "matches": "matches",
    "close": "close",
    "same_direction": "same direction",
    "differs": "differs",
    "not_reproduced": "not reproduced",
}


@make_once
def show_claims(case: Case) -> TableExhibit:
    """Show every published claim with its number, ours, and the reason for any difference."""
    claims = replicate_claims(case.tables)
    table = pd.DataFrame(
        {
            "Who": claims["source_title"],
            "Claim": claims["claim"],
            "Published": claims["published"],
            "Here": claims["ours"],
            "Verdict": claims["verdict"].map(VERDICTS),
            "Why": claims["reason"].map(begin_sentence, na_action="ignore"),
        }
    )
    return TableExhibit(
        table,
        "tbl-comparison-claims",
        title_claims(claims),
        "The same for every authority. Brackets: 95% intervals. The table `replications` has the address of each. "
        f"{credit(cite_releases(list_event_sources(case.tables)))}.",
        file=part_numbers(table, ["Published", "Here"]),
    )


def title_claims(claims: pd.DataFrame) -> str:
    """Count the claims by verdict."""
    counts = claims["verdict"].value_counts()
    words = VERDICTS | {"matches": "match", "differs": "differing"}
    parts = [f"{counts[verdict]} {word}" for verdict, word in words.items() if verdict in counts]
    return f"Of {len(claims)} published claims: {', '.join(parts)}"


def summarise_claims(case: Case) -> Prose:
    """Summarise how many claims come out as published, which differ and which cannot be computed."""
    claims = replicate_claims(case.tables)
    verdicts = claims["verdict"]
    near = int(verdicts.isin(["matches", "close", "same_direction"]).sum())
    apart, lacking = claims[verdicts == "differs"], int((verdicts == "not_reproduced").sum())
    named = "; ".join(
        f"{row['source_title']}: {row['published']}, here {row['ours']}" for row in apart.to_dict("records")
    )
    differ = f" {format_count(len(apart))} differ{'s' if len(apart) == 1 else ''} ({named})." if len(apart) else ""
    cannot = f" {format_count(lacking)} cannot be computed from official data." if lacking else ""
    return Prose(
        f"Of {len(claims)} claims published by others, computed again from the tables of this study, **{near}** match, "
        f"come close or point in the same direction.{differ}{cannot} Computing a claim again does not make it more "
        "than an association."
    )


def show_promise(case: Case) -> TableExhibit | None:
    """Show what was promised, when it could be tested, what others did, and what happened; None for other councils."""
    promise = check_promise(case.tables, case.basis)
    if case.la_code != promise.own["la_code"]:
        return None
    same = select_same_start(list_spells(case.tables, case.basis), USUAL_START)
    others = same[same["la_code"] != case.la_code]
    good, total, low, high = count_good(others)
    own = promise.own
    waited = (own["next_date"] - promise.said).days / DAYS_A_YEAR
    last = find_last_day(case.tables, case.basis)
    facts = case.tables["facts"]
    cited = cite(facts[facts["fact_id"].isin([LOWER_BOUND, TARGET])])
    rows = [
        (
            "What was claimed?",
            f"On {format_day(promise.said)}: a minimum of {format_count(int(promise.years)).lower()} years to "
            f"consistently good services, and good by the end of them, so by {format_day(promise.due)}.",
        ),
        ("When could it be tested at the earliest?", describe_test(promise)),
        (
            "What happened to others with the same start?",
            f"{total} of {len(others)} have been graded again: {good} good or outstanding (95% interval "
            f"{format_interval(low, high)}), after {others.loc[others['inspected'], 'years'].min():.1f} to "
            f"{others.loc[others['inspected'], 'years'].max():.1f} years.",
        ),
        (
            "What happened in Lewisham?",
            f"Inspected on {format_day(own['next_date'])}, {own['years']:.1f} years after its first ILACS: "
            f"{GRADE_NAMES[own['next_grade']]}. Both claims fit this grade, and so would many others: whether it was "
            "good by the day promised was never graded.",
        ),
    ]
    return TableExhibit(
        pd.DataFrame(rows, columns=["Question", "Answer"]),
        "tbl-comparison-promise",
        f"Lewisham’s “minimum of two years” was not tested in time: its next inspection came {waited:.1f} years later",
        f"{credit(cited)}; grades: {cite_ratings(case, last)}.",
    )


def describe_test(promise: Promise) -> str:
    """State when an inspection could have tested the claim, from those that others had."""
    count = "not one" if not promise.inspected_by_due else format_count(promise.inspected_by_due).lower()
    return (
        f"Of the {len(promise.standing)} authorities at requires improvement on that day, {count} was inspected again "
        f"by {format_day(promise.due)} (there were no graded inspections from March 2020 to April 2021). The shortest "
        f"time from any such grade to the next inspection, up to today, is {promise.soonest:.1f} years; for Lewisham "
        f"that would have been {format_day(promise.earliest)}."
    )
