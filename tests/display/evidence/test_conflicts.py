"""Conflicting claims and gaps: headings, rival claims, choices, and the parts of the overspend."""

from __future__ import annotations

import re

from lewisham_study.analysis.case import open_case
from lewisham_study.display.evidence.conflicts import (
    format_million,
    show_overspend,
    summarise_conflicts,
    summarise_overspend,
)
from lewisham_study.tidy.evidence import select_standing
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
CASE = open_case(TABLES, "Lewisham")
TEXT = summarise_conflicts(CASE).markdown


def read_section(conflict_id: str) -> str:
    return TEXT.partition(f"### {conflict_id}. ")[2].partition("### ")[0]


def test_every_conflict_has_its_heading_rivals_and_confidence():
    conflicts, facts = TABLES["conflicts"], TABLES["facts"].set_index("fact_id")
    headings = re.findall(r"^### (C\d+)\. ", TEXT, re.MULTILINE)
    standing = select_standing(conflicts)
    assert headings == [f"C{number}" for number in range(1, len(standing) + 1)]
    assert TEXT.count("*Confidence: ") == len(conflicts)
    for conflict in standing.to_dict("records"):
        section = read_section(conflict["conflict_id"])
        for fact in facts.loc[conflict["fact_ids"].split()].to_dict("records"):
            assert re.search(rf"@{fact['source_id']}, [^@\]]*\b{fact['locator']}\b", section)
            assert section.count("**(disputed)**") <= len(conflict["fact_ids"].split())


def test_the_article_of_2018_is_disputed_and_ofsted_chosen():
    section = read_section("C1")
    assert "| ‘good’ **(disputed)** | grade, overall; ‘currently’ | [@news-shopper-2018, p2] |" in section
    assert "**Chosen:** @ofsted-2023." in section


def test_nothing_is_chosen_between_two_wordings_of_caseload():
    section = read_section("C12")
    assert "**Chosen" not in section
    assert "[@news-shopper-2020, p6]" in section
    assert "[@ofsted-letter-2021, l126]" in section


def test_a_superseded_choice_stands_below_the_one_that_replaced_it():
    section = read_section("C11")
    now, _, before = section.partition("*Superseded (C11a, decided on 23 November 2026).*")
    assert "**Chosen:** ‘5 and 6 September 2018’." in now
    assert "[@ofsted-letter-2018, l21]" in now
    assert "**Chosen:** @ofsted-lewisham-2019." in before
    assert "Did caseloads fall from too big in 2019" in read_section("C12").partition("*Superseded (C12a")[2]
    assert len(re.findall(r"\*Superseded \(C\d+a, ", TEXT)) == TABLES["conflicts"]["superseded_by"].notna().sum() == 5
    assert "28 conflicts: " in TEXT
    assert "Five were decided again" in TEXT


AMOUNTS = ["Amount, £ million", "At least, £ million", "At most, £ million", "Share, %"]


def test_the_remainder_of_the_overspend_is_given_with_its_bounds():
    exhibit = show_overspend(CASE)
    assert exhibit.title == "The printed parts leave £1.1m of the £15.6m over: £0.85m to £1.35m with rounding"
    table = exhibit.table.set_index("Part")
    assert table.loc["Left over", AMOUNTS].tolist() == [1.1, 0.85, 1.35, 7.1]
    assert table.loc["Other placements", "Basis"] == "no amount printed"
    assert table.loc["Other placements", ["Amount, £ million", "Share, %"]].isna().all()
    assert "£7.0m (44.9%) on named placements and £7.5m (48.1%)" in summarise_overspend(CASE).markdown


def test_pounds_are_formatted_in_millions():
    assert (format_million(1_100_000.0), format_million(850_000.0, 2)) == ("1.1", "0.85")
