"""Tests of no difference in spend between grades, with how many were made."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.cautions import mark_cautioned
from lewisham_study.analysis.models.association import list_sources
from lewisham_study.analysis.models.rank_tests import CATEGORIES, SHUFFLES, compare_spend, list_spend_by_grade
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count
from lewisham_study.display.common.shared_exhibits import make_once
from lewisham_study.tidy.parsing.numbers import write_minus
from lewisham_study.vocabulary import GRADE_NAMES, GRADES


@make_once
def show_nulls(case: Case) -> TableExhibit:
    """Show the median spend per child by grade of the first SIF, and the tests of no difference."""
    spend, tests = list_spend_by_grade(case.tables), compare_spend(case.tables)
    known = spend.dropna(subset=list(CATEGORIES))["grade"].value_counts()
    medians = spend.groupby("grade")[list(CATEGORIES)].median()
    grades = {
        f"{GRADE_NAMES[grade].capitalize()} ({known[grade]})": medians.loc[grade].map("£{:,.0f}".format).to_numpy()
        for grade in GRADES
        if grade in medians.index
    }
    rows = pd.DataFrame(
        {
            **grades,
            "Kruskal–Wallis p": tests["p_value"].map("{:.3f}".format).to_numpy(),
            "Shuffled p": tests["shuffled"].map("{:.3f}".format).to_numpy(),
            "Shuffled p, Holm": tests["adjusted"].map("{:.3f}".format).to_numpy(),
            "Trend (ρ)": tests["trend"].map("{:+.2f}".format).map(write_minus).to_numpy(),
            "Trend p": tests["trend_shuffled"].map("{:.3f}".format).to_numpy(),
            "Trend p, Holm": tests["trend_adjusted"].map("{:.3f}".format).to_numpy(),
        },
        index=tests["category"].to_numpy(),
    )
    table = rows.T.rename_axis("Grade or test").reset_index()
    return TableExhibit(
        table,
        "tbl-comparison-nulls",
        title_nulls(tests),
        f"Medians, prices of 2021-22; {int(tests['authorities'].max())} authorities. Shuffled {SHUFFLES} times within "
        f"each year. Holm: corrected for {2 * len(tests)} tests. "
        f"{summarise_cautioned(case, spend)} {credit(cite_releases(list_null_sources(case, spend)))}.",
    )


def list_null_sources(case: Case, spend: pd.DataFrame) -> set[str]:
    """List the sources of the grades and of the spend tested."""
    measures = [measure for names in CATEGORIES.values() for measure in names]
    years = spend["year"].min(), spend["year"].max()
    return {*spend["source_id"], *list_sources(case.tables, measures, years, "gdp_deflator")}


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
