"""What happened to other authorities, with those still waiting; older rules where nobody was judged again."""

from __future__ import annotations

from datetime import date
from functools import cache

import pandas as pd
import pytest

from lewisham_study.teaching import council
from lewisham_study.teaching.council import introduce
from lewisham_study.teaching.forecasts import PARTS
from lewisham_study.teaching.others import find_next, show_next, summarise_position

open_known = cache(council.open_known)


@pytest.mark.slow
def test_what_came_next_counts_those_still_waiting() -> None:
    case = open_known("Lewisham", PARTS["B"].isoformat())
    table = show_next(case, PARTS["B"]).table.set_index("Next grade")["Authorities"].astype(int)
    assert table.to_dict() == {
        "Outstanding": 1,
        "Good": 17,
        "Requires improvement": 18,
        "Inadequate": 11,
        "Not inspected again yet": 29,
    }
    years = show_next(case, PARTS["B"]).table.set_index("Next grade")["Years between the reports"]
    assert years[["Outstanding", "Good"]].tolist() == ["4.2", "1.6 to 5.5"]
    assert table.sum() == 76


@pytest.mark.slow
def test_older_rules_are_shown_where_nobody_was_judged_again_under_the_new_ones() -> None:
    day = date(2019, 8, 27)
    case = open_known("Medway", day.isoformat())
    shown = show_next(case, day, day)
    assert "were once judged inadequate under the single inspection" in shown.title
    assert "Good" in shown.table["Next grade"].tolist()
    later = date(2023, 9, 11)
    known = show_next(open_known("Medway", later.isoformat()), later, day)
    assert known.title == "26 authorities were once judged inadequate under the rules of 2018; what came next"


def test_the_rules_of_the_case_are_kept_where_no_rules_have_a_later_judgement() -> None:
    one = {"la_code": "1", "era": "x", "grade": "good", "published_date": pd.Timestamp(2019, 1, 1)}
    alike, after = find_next(pd.DataFrame([one]), pd.Series(one))
    assert (list(alike.index), len(after)) == (["1"], 0)


@pytest.mark.slow
def test_a_region_is_named_as_in_a_sentence() -> None:
    case = open_known("Medway", "2019-08-27")
    assert "19 of 19 in the South East" in summarise_position(case, date(2019, 8, 27)).markdown
    assert "**Medway**, in the South East." in introduce(case, "2019-08-27").markdown
