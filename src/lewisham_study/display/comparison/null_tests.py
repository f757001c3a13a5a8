"""Is there any difference in spend between the grades? Tests of none, with how many were made."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.cautions import mark_cautioned
from lewisham_study.analysis.models.rank_tests import CATEGORIES, SHUFFLES, compare_spend, list_spend_by_grade
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count
from lewisham_study.vocabulary import GRADE_NAMES, GRADES

SOURCES = ["ofsted-2023", "ons-population-2024", "hmt-deflator-2026-03"]
SOURCES += [f"dfe-s251-{year}-{year % 100 + 1}" for year in range(2013, 2018)]


def show_nulls(case: Case) -> TableExhibit:
    """Show the median spend per child by grade of the first SIF, and the tests of no difference."""
    spend = list_spend_by_grade(case.tables)
    tests = compare_spend(case.tables)
    count = int(tests["authorities"].max())
    grades = [grade for grade in GRADES if grade in set(spend["grade"])]
    known = spend.dropna(subset=list(CATEGORIES))["grade"].value_counts()
    medians = spend.groupby("grade")[list(CATEGORIES)].median()
    columns = {
        f"{GRADE_NAMES[grade]} ({known[grade]})": medians.loc[grade].map("£{:,.0f}".format).to_numpy()
        for grade in grades
    }
    table = pd.DataFrame(
        {
            "Spend per child on": tests["category"],
            **columns,
            "Kruskal–Wallis p": tests["chance"].map(format_chance),
            "Shuffled p": tests["shuffled"].map(format_chance),
            "Holm": tests["adjusted"].map(format_chance),
        }
    )
    return TableExhibit(
        table,
        "tbl-comparison-nulls",
        f"Spend per child by grade of the first SIF: {count_found(tests)} of "
        f"{format_count(len(tests)).lower()} categories {agree(tests, 'differ')}",
        f"Medians, gross, prices of 2021-22, in the financial year of the first SIF report; {count} authorities, "
        f"those without a population left out. Shuffled: {SHUFFLES} times, grades among authorities reported on in "
        f"the same year. Holm: corrected for {len(tests)} tests. {summarise_cautioned(case, spend)} "
        f"{credit(cite_releases(SOURCES))}.",
    )


def summarise_cautioned(case: Case, spend: pd.DataFrame) -> str:
    """Tell how many of the authorities' returns stand under a caution; they are counted as published."""
    count = int(mark_cautioned(spend, case.tables["cautions"]).sum())
    told = "return stands" if count < 2 else "returns stand"
    return f"{format_count(count)} {told} under a caution{', counted as published' if count else ''}."


def count_found(tests: pd.DataFrame) -> str:
    """Count the tests that find a difference at 5 per cent after the correction, as a word."""
    word = format_count(int((tests["adjusted"] < 0.05).sum())).lower()
    return "none" if word == "no" else word


def agree(tests: pd.DataFrame, verb: str) -> str:
    """Make a verb agree with the number of tests that find a difference; none and one are singular."""
    return verb if (tests["adjusted"] < 0.05).sum() > 1 else f"{verb}s"


def format_chance(chance: float) -> str:
    """Write a p-value.

    Examples
    --------
    >>> format_chance(0.0581), format_chance(0.0004)
    ('0.06', '<0.01')
    """
    return "<0.01" if chance < 0.01 else f"{chance:.2f}"


def summarise_nulls(case: Case) -> Prose:
    """Tell what the tests found, and why that does not contradict the model with the year."""
    tests = compare_spend(case.tables)
    least = tests.sort_values("shuffled", kind="stable").iloc[0]
    return Prose(
        f"Of {format_count(len(tests)).lower()} tests **{count_found(tests)}** {agree(tests, 'find')} a difference in "
        f"spend between the grades; the nearest is {str(least['category']).lower()} spend "
        f"(p\u00a0{format_chance(least['shuffled'])}, after correction "
        f"{format_chance(least['adjusted'])}). The National Audit Office (2016, 2019) and Wilkins and Antonopoulou "
        "(2020) found no link either. That is another question than the model’s: it asks about total spend at one "
        "inspection, without deprivation; the model asks about preventative spend among authorities equally deprived. "
        "A test that finds nothing does not show that there is nothing."
    )
