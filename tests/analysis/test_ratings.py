"""The grade in force at a date, and what is counted from it."""

import pandas as pd
import pytest

from lewisham_study.analysis import moves as rating_moves
from lewisham_study.analysis import ratings
from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Tables


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables()


def state_of(tables, la_code, date, **choices) -> str:
    state = ratings.state_at(tables["judgements"], tables["authorities"], date, **choices)
    return state.set_index("la_code")["grade"].get(la_code, "absent")


@pytest.mark.parametrize(
    ("date", "basis", "grade"),
    [
        ("2015-10-25", "inspected", "not_yet_judged"),
        ("2015-10-26", "inspected", "requires_improvement"),
        ("2016-01-19", "published", "not_yet_judged"),
        ("2016-01-20", "published", "requires_improvement"),
        ("2022-12-31", "inspected", "requires_improvement"),
        ("2023-12-03", "inspected", "requires_improvement"),
        ("2023-12-04", "inspected", "good"),
        ("2024-01-30", "published", "requires_improvement"),
        ("2024-01-31", "published", "good"),
    ],
)
def test_lewisham_changes_on_the_day(tables, date, basis, grade):
    assert state_of(tables, "209", date, basis=basis) == grade


def test_a_visit_without_grade_changes_nothing(tables):
    for day in ("2018-09-30", "2021-07-22", "2021-12-31"):
        assert state_of(tables, "209", day) == "requires_improvement"


def test_strands_end_with_their_framework(tables):
    assert state_of(tables, "209", "2012-03-01", strand="safeguarding") == "outstanding"
    assert state_of(tables, "209", "2016-01-01", strand="safeguarding") == "no_longer_judged"
    assert state_of(tables, "209", "2018-01-01", strand="care_leavers") == "good"
    assert state_of(tables, "209", "2019-07-08", strand="care_leavers") == "no_longer_judged"
    assert state_of(tables, "209", "2023-12-04", strand="care_leavers") == "good"


def test_abolished_authorities_leave_and_successors_inherit_nothing(tables):
    assert state_of(tables, "928", "2021-03-31") == "inadequate"
    assert state_of(tables, "928", "2021-04-01") == "absent"
    assert state_of(tables, "940", "2021-03-31") == "absent"
    assert state_of(tables, "940", "2021-04-01") == "not_yet_judged"
    assert state_of(tables, "835", "2019-04-01") == "absent"
    assert state_of(tables, "838", "2019-04-01") == "not_yet_judged"


def test_denominators(tables):
    judged = []
    for year in range(2019, 2026):
        cut = f"{year}-05-31" if year >= 2024 else f"{year}-04-30"
        days = {"date": f"{year}-03-31", "published_by": cut}
        state = ratings.state_at(tables["judgements"], tables["authorities"], **days)
        judged.append(int(state["grade"].isin(ratings.GRADES).sum()))
    assert judged == [152, 149, 149, 150, 152, 151, 153]


def test_nothing_published_later_is_known(tables):
    judgements = tables["judgements"]
    for day in pd.date_range("2012-06-30", "2025-06-30", freq="180D"):
        past = judgements[judgements["published_date"] <= day]
        whole = ratings.state_at(judgements, tables["authorities"], day, basis="published")
        only = ratings.state_at(past, tables["authorities"], day, basis="published")
        pd.testing.assert_frame_equal(whole, only)


def test_no_authority_has_two_states(tables):
    for day in pd.date_range("2012-03-31", "2025-03-31", freq="YE"):
        state = ratings.state_at(tables["judgements"], tables["authorities"], day)
        assert state["la_code"].is_unique


def test_steps_of_a_strand_do_not_overlap(tables):
    for la_code in tables["authorities"]["la_code"]:
        steps = ratings.trace_path(tables["judgements"], la_code)
        for _, strand in steps.groupby("strand"):
            until = strand["until"].iloc[:-1].reset_index(drop=True)
            assert (until <= strand["date"].iloc[1:].reset_index(drop=True)).all()


def test_first_sif(tables):
    judgements = tables["judgements"]
    first = judgements[(judgements["framework"] == "SIF") & (judgements["strand"] == "overall")]
    assert first["grade"].value_counts().to_dict() == {
        "requires_improvement": 65,
        "good": 51,
        "inadequate": 33,
        "outstanding": 3,
    }


def test_moves_count_each_authority_once(tables):
    pairs = rating_moves.pair_judgements(tables["judgements"], "SIF", "ILACS", strands=("overall", "overall"))
    moves = rating_moves.count_moves(pairs)
    assert pairs["la_code"].is_unique
    assert int(moves.to_numpy().sum()) == len(pairs) == 150
    assert (pairs["date_from"] < pairs["date_to"]).all()


def test_second_inspections_pair_the_first_two(tables):
    pairs = rating_moves.pair_judgements(tables["judgements"], "ILACS", "ILACS", strands=("overall", "overall"))
    own = pairs.set_index("la_code").loc["209"]
    assert (own["grade_from"], own["grade_to"]) == ("requires_improvement", "good")


def test_intervals_hold_their_shares_and_end_at_the_ends():
    moves = pd.DataFrame(
        {"good": [0, 5], "inadequate": [5, 0]}, index=pd.Index(["good", "adequate"], name="grade_from")
    )
    estimates = rating_moves.estimate_moves(moves)
    assert ((estimates["low"] <= estimates["share"]) & (estimates["share"] <= estimates["high"])).all()
    assert estimates.loc[estimates["share"] == 0, "low"].eq(0).all()
    assert estimates.loc[estimates["share"] == 1, "high"].eq(1).all()


def test_what_would_be_misread_is_refused(tables):
    with pytest.raises(UsageError, match="year, month, day"):
        state_of(tables, "359", "06/05/2022")
    with pytest.raises(UsageError, match="find_authority"):
        ratings.trace_path(tables["judgements"], "Wigan")
