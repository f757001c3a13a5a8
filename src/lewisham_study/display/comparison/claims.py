"""Claims that others published next to numbers computed here: tests of no difference, all claims, and a promise."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.cautions import mark_cautioned
from lewisham_study.analysis.models.association import list_sources
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
from lewisham_study.analysis.models.rank_tests import CATEGORIES, SHUFFLES, compare_spend, list_spend_by_grade
from lewisham_study.analysis.models.replication import replicate_claims
from lewisham_study.display.common.citations import cite, cite_ratings, credit, credit_releases
from lewisham_study.display.common.exhibit import Prose, TableExhibit, part_numbers
from lewisham_study.display.common.phrases import begin_sentence, format_count, format_day
from lewisham_study.display.common.shared_exhibits import make_once
from lewisham_study.display.comparison.starts import format_interval
from lewisham_study.tidy.parsing.numbers import write_minus
from lewisham_study.vocabulary import GRADE_NAMES, GRADES

VERDICTS = {
    "matches": "matches",
    "close": "close",
    "same_direction": "same direction",
    "differs": "differs",
    "not_reproduced": "not reproduced",
}
TESTS = {
    "Kruskal–Wallis p": ("p_value", "{:.3f}"),
    "Shuffled p": ("shuffled", "{:.3f}"),
    "Shuffled p, Holm": ("adjusted", "{:.3f}"),
    "Trend (ρ)": ("trend", "{:+.2f}"),
    "Trend p": ("trend_shuffled", "{:.3f}"),
    "Trend p, Holm": ("trend_adjusted", "{:.3f}"),
}
"""The rows of the table of tests, with the column of each and how its numbers are written."""


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
        f"{credit_releases(list_event_sources(case.tables))}",
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
    named = "; ".join(f"{one['source_title']}: {one['published']}, here {one['ours']}" for _, one in apart.iterrows())
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
    own, years = promise.own, others.loc[others["inspected"], "years"]
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
            f"{format_interval(low, high)}), after {years.min():.1f} to {years.max():.1f} years.",
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


@make_once
def show_nulls(case: Case) -> TableExhibit:
    """Show the median spend per child by grade of the first SIF, and the tests of no difference."""
    spend, tests = list_spend_by_grade(case.tables), compare_spend(case.tables)
    known = spend.dropna(subset=list(CATEGORIES))["grade"].value_counts()
    medians = spend.groupby("grade")[list(CATEGORIES)].median()
    by_category = tests.set_index("category")
    rows = {
        f"{GRADE_NAMES[grade].capitalize()} ({known[grade]})": medians.loc[grade].map("£{:,.0f}".format)
        for grade in GRADES
        if grade in medians.index
    }
    rows |= {head: by_category[name].map(form.format).map(write_minus) for head, (name, form) in TESTS.items()}
    table = pd.DataFrame(rows).T.rename_axis("Grade or test").rename_axis(columns=None).reset_index()
    measures = [measure for names in CATEGORIES.values() for measure in names]
    years = spend["year"].min(), spend["year"].max()
    sources = {*spend["source_id"], *list_sources(case.tables, measures, years, "gdp_deflator")}
    return TableExhibit(
        table,
        "tbl-comparison-nulls",
        title_nulls(tests),
        f"Medians, prices of 2021-22; {int(tests['authorities'].max())} authorities. Shuffled {SHUFFLES} times within "
        f"each year. Holm: corrected for {2 * len(tests)} tests. "
        f"{summarise_cautioned(case, spend)} {credit_releases(sources)}",
    )


def summarise_cautioned(case: Case, spend: pd.DataFrame) -> str:
    """State how many of the returns carry a caution; they are counted as published."""
    count = int(mark_cautioned(spend, case.tables["cautions"]).sum())
    carry = "return carries" if count < 2 else "returns carry"
    return f"{format_count(count)} {carry} a caution{' (counted as published)' if count else ''}."


def title_nulls(tests: pd.DataFrame) -> str:
    """State how many categories differ between the grades, and which follows their order most clearly."""
    differ, clearest = int((tests["adjusted"] < 0.05).sum()), find_clearest(tests)
    return (
        f"Spend per child by grade of the first SIF: {name_count(differ)} of {format_count(len(tests)).lower()} "
        f"categories {'differ' if differ > 1 else 'differs'} between the grades; the clearest trend over their order "
        f"is in {str(clearest['category']).lower()} spend ({state_p(clearest['trend_adjusted'])} after correction)"
    )


def find_clearest(tests: pd.DataFrame) -> pd.Series:
    """Find the test with the clearest trend over the order of the grades."""
    return tests.sort_values("trend_shuffled", kind="stable").iloc[0]


def name_count(count: int) -> str:
    """Name a count within a sentence; nothing is `none`."""
    return format_count(count).lower() if count else "none"


def format_p(p_value: float) -> str:
    """Format a p-value: 0.06, or <0.01."""
    return "<0.01" if p_value < 0.01 else f"{p_value:.2f}"


def state_p(p_value: float) -> str:
    """State a p-value: p = 0.06, or p < 0.01."""
    return f"p = {format_p(p_value)}".replace("= <", "< ")


def describe_trend(tests: pd.DataFrame) -> str:
    """State which spend follows the order of the grades most clearly; a test of any difference ignores the order."""
    row = find_clearest(tests)
    side = "higher" if row["trend"] > 0 else "lower"
    size = write_minus(f"{row['trend']:+.2f}")
    return (
        "These tests ignore the order of the grades; a test that uses it is clearest for "
        f"{str(row['category']).lower()} spend, which was {side} at higher grades (rank correlation {size}; "
        f"{state_p(row['trend_shuffled'])}, or {format_p(row['trend_adjusted'])} after correction for "
        f"{2 * len(tests)} tests)."
    )


def summarise_nulls(case: Case) -> Prose:
    """Summarise what the tests found, and how that compares with the model with controls."""
    tests = compare_spend(case.tables)
    least, found = tests.sort_values("shuffled", kind="stable").iloc[0], int((tests["adjusted"] < 0.05).sum())
    return Prose(
        f"Of {format_count(len(tests)).lower()} tests **{name_count(found)}** {'find' if found > 1 else 'finds'} any "
        f"difference in spend between the grades; the lowest p-value is for {str(least['category']).lower()} spend "
        f"({format_p(least['shuffled'])}; {format_p(least['adjusted'])} after correction). {describe_trend(tests)} The "
        "National Audit Office (2016, 2019) and Wilkins and Antonopoulou (2020) found no link with all spend. The "
        "model of preventative spend asks a different question: these tests compare spend at one inspection and "
        "ignore deprivation; the model compares preventative spend among equally deprived authorities. A test that "
        "finds no difference does not show that there is none."
    )
