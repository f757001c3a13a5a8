"""Sentences about trusts, companies and partnerships that run services."""

import pytest

from lewisham_study.display.caseload.returns import summarise_returns
from lewisham_study.display.common.arrangements import describe_arrangements
from lewisham_study.display.spend.series import summarise_cautions


def test_each_arrangement_of_the_window_has_its_dates_and_source(show):
    trust, company = show(describe_arrangements, "Slough")
    assert trust.startswith(
        "According to inspection reports, children’s services in Slough were run by Slough Children’s Services Trust "
        "from 1 October 2015 until April 2021 or before [@ofsted-report-texts, 871_2016-02-17_inspection.txt, page 6]"
    )
    assert "are run by Slough Children First (a company) since April 2021 [@" in company
    assert show(describe_arrangements, "Slough", 2012, 2014) == []
    assert show(describe_arrangements, "Leeds") == []


@pytest.mark.parametrize(
    ("authority", "name"),
    [
        ("Slough", "Slough Children’s Services Trust"),
        ("Birmingham", "Birmingham Children’s Trust"),
        ("Richmond upon Thames", "Achieving for Children"),
        ("Kingston upon Thames", "Achieving for Children"),
    ],
)
def test_those_that_the_review_named_are_coded_and_said_where_spend_has_holes(show, authority, name):
    assert name in " ".join(show(describe_arrangements, authority))
    assert name in show(summarise_cautions, authority).markdown


def test_a_partnership_and_a_start_that_no_report_states(show):
    (partnership,) = show(describe_arrangements, "Isle of Wight")
    assert "were run in partnership with Hampshire County Council from July 2013 until January 2024" in partnership
    (company,) = show(describe_arrangements, "Kingston upon Thames")
    assert "Achieving for Children (a company); no report held states since when [@" in company


def test_returns_and_spend_name_the_arrangement(show):
    assert "run by Sandwell Children’s Trust since April 2018" in show(summarise_returns, "Sandwell").markdown
    assert "run by Sandwell Children’s Trust since April 2018" in show(summarise_cautions, "Sandwell").markdown
