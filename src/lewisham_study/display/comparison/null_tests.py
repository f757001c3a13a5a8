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
from lewisham_study.vocabulary import GRADE_NAMES, GRADES


def show_nulls(case: Case) -> TableExhibit:
    """Show the median spend per child by grade of the first SIF, and the tests of no difference."""
    spend, tests = list_spend_by_grade(case.tables), compare_spend(case.tables)
    known = spend.dropna(subset=list(CATEGORIES))["grade"].value_counts()
    medians = spend.groupby("grade")[list(CATEGORIES)].median()
    columns = {
        f"{GRADE_NAMES[grade]} ({known[grade]})": medians.loc[grade].map("£{:,.0f}".format).to_numpy()
        for grade in GRADES
        if grade in medians.index
    }
    table = pd.DataFrame(
        {
            "Spend per child on": tests["category"],
            **columns,
            "Kruskal–Wallis p": tests["p_value"].map(format_p),
            "Shuffled p": tests["shuffled"].map(format_p),
            "Holm": tests["adjusted"].map(format_p),
        }
    )
    return TableExhibit(
        table,
        "tbl-comparison-nulls",
        f"Spend per child by grade of the first SIF: {count_found(tests)} of "
        f"{format_count(len(tests)).lower()} categories {agree(tests, 'differ')}",
        f"Medians, prices of 2021-22; {int(tests['authorities'].max())} authorities with a population estimate. "
        f"Shuffled: {SHUFFLES} times within the year of the report. Holm: corrected for {len(tests)} tests. "
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


def count_found(tests: pd.DataFrame) -> str:
    """Count the tests that find a difference at 5% after the correction, as a word."""
    word = format_count(int((tests["adjusted"] < 0.05).sum())).lower()
    return "none" if word == "no" else word


def agree(tests: pd.DataFrame, verb: str) -> str:
    """Inflect a verb for the number of tests that find a difference; none and one are singular."""
    return verb if (tests["adjusted"] < 0.05).sum() > 1 else f"{verb}s"


def format_p(p_value: float) -> str:
    """Format a p-value: 0.06, or <0.01."""
    return "<0.01" if p_value < 0.01 else f"{p_value:.2f}"


def summarise_nulls(case: Case) -> Prose:
    """Summarise what the tests found, and why that does not contradict the model with controls."""
    tests = compare_spend(case.tables)
    least = tests.sort_values("shuffled", kind="stable").iloc[0]
    return Prose(
        f"Of {format_count(len(tests)).lower()} tests **{count_found(tests)}** {agree(tests, 'find')} a difference in "
        f"spend between the grades; the lowest p-value is for {str(least['category']).lower()} spend "
        f"({format_p(least['shuffled'])}; {format_p(least['adjusted'])} after correction). The National Audit Office "
        "(2016, 2019) and Wilkins and Antonopoulou (2020) found no link either. The model above asks a different "
        "question: these tests compare spend at one inspection and ignore deprivation; the model compares preventative "
        "spend among equally deprived authorities. A test that finds no difference does not show that there is none."
    )
