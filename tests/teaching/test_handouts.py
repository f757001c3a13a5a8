"""Hand-outs: the press claims shown on a day come from articles alone, each once."""

from __future__ import annotations

from datetime import date

from lewisham_study.analysis.case import open_case
from lewisham_study.teaching.handouts import show_claims
from lewisham_study.tidy.as_of import load_known_tables


def test_a_claim_of_the_press_is_not_answered_by_the_letter_that_it_quotes() -> None:
    day = date(2019, 8, 31)
    case = open_case(load_known_tables(day), "Lewisham", 2012, day.year, comparators="London", basis="published")
    table = show_claims(case, ["grade", "inspection_date"]).table
    assert table[["Document", "Printed", "Place"]].to_numpy().tolist() == [
        ["News Shopper, 2018", "early 2019", "p1"],
        ["News Shopper, 2018", "good", "p2"],
        ["News Shopper, 2018", "in May", "p5"],
        ["News Shopper, 2019", "in the next few weeks", "p1"],
        ["News Shopper, 2019", "requires improvement", "p1"],
        ["News Shopper, 2019", "before the end of the school term", "p2"],
        ["News Shopper, 2019", "2012", "p12"],
        ["News Shopper, 2019", "outstanding", "p12"],
        ["News Shopper, 2019", "good", "p12"],
    ]
