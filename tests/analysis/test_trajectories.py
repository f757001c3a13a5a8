"""Paths through the grades: counts on the real data, and distances on small cases."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.ratings import trace_path, trace_shares, trace_states
from lewisham_study.analysis.trajectories import (
    GONE,
    Falls,
    count_falls,
    count_moves,
    estimate_moves,
    join_namesakes,
    list_compared,
    list_patterns,
    match_pattern,
    measure_distances,
    pair_frameworks,
    trace_annual_states,
    trace_region,
)
from lewisham_study.errors import UsageError
from lewisham_study.tidy.tables import Tables
from lewisham_study.vocabulary import GRADES

YEARS = range(2012, 2023)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables()


@pytest.fixture(scope="module")
def patterns(tables: Tables) -> pd.DataFrame:
    return list_patterns(tables["judgements"])


@pytest.fixture(scope="module")
def states(tables: Tables) -> pd.DataFrame:
    return trace_annual_states(tables["judgements"], tables["authorities"], YEARS)


def test_who_fell_depends_on_who_is_counted(tables: Tables, patterns: pd.DataFrame) -> None:
    authorities = tables["authorities"]
    present = authorities.loc[authorities["valid_to"].isna(), "la_code"]
    joined = list_patterns(join_namesakes(tables["judgements"], authorities))
    assert count_falls(patterns) == Falls(150, 60, 33, 19)
    assert count_falls(patterns[patterns.index.isin(present)]) == Falls(147, 59, 32, 18)
    assert count_falls(joined[joined.index.isin(present)]) == Falls(148, 60, 33, 18)


def test_dorset_alone_has_a_successor_of_its_name(tables: Tables) -> None:
    judgements = tables["judgements"]
    joined = join_namesakes(judgements, tables["authorities"])
    changed = judgements["la_code"] != joined["la_code"]
    assert set(judgements.loc[changed, "la_code"]) == {"835"}
    assert set(joined.loc[changed, "la_code"]) == {"838"}


def test_of_five_outstanding_none_stayed_so_and_four_fell(patterns: pd.DataFrame) -> None:
    best = patterns.dropna()[lambda rows: rows["SLAC"] == "outstanding"]
    assert sorted(best.index) == ["208", "209", "840", "925", "929"]
    assert (best["SIF"] != "outstanding").all()
    assert int((best["SIF"] != "good").sum()) == 4


def test_lewisham_shares_its_pattern_with_durham_alone(patterns: pd.DataFrame) -> None:
    assert match_pattern(patterns, "209") == match_pattern(patterns, 209) == ["840"]
    assert match_pattern(patterns, "000") == []


def test_only_stages_with_a_grade_are_compared() -> None:
    grades = {"SLAC": [None, "good", "adequate"], "SIF": ["good", "good", None]}
    patterns = pd.DataFrame(grades, index=["208", "209", "210"])
    assert match_pattern(patterns, "208") == ["209"]
    assert match_pattern(patterns, "209") == []


def test_a_name_is_refused_where_a_code_is_expected(patterns: pd.DataFrame, states: pd.DataFrame) -> None:
    with pytest.raises(UsageError, match="la_code: expected three digits, found 'Leeds'; find_authority gives"):
        match_pattern(patterns, "Leeds")
    with pytest.raises(UsageError, match="la_code: expected three digits, found 'Leeds'"):
        measure_distances(states, "Leeds")
    with pytest.raises(UsageError, match="expected an authority in the states, found '000'"):
        measure_distances(states, "000")


def test_states_are_those_of_the_ratings(tables: Tables, states: pd.DataFrame) -> None:
    """The grade in force at the end of a year is also that of the authority's path, which is traced in another way."""
    for strand in ("overall", "safeguarding"):
        expected = trace_states(tables["judgements"], tables["authorities"], YEARS, strand=strand)
        graded = expected[expected.isin(GRADES)].stack().dropna()
        found = states.stack().reindex(graded.index)
        same = found == strand + " " + graded
        assert same.all() if strand == "overall" else (same | found.str.startswith("overall ")).all()
        for la_code in expected.index:
            path = trace_path(tables["judgements"], la_code, strand=strand)
            for year in YEARS:
                end = pd.Timestamp(year, 12, 31)
                here = path[(path["date"] <= end) & ~(path["until"] <= end)]["grade"].tolist()[-1:]
                known = expected.loc[la_code, year]
                assert here == ([known] if known in GRADES else []) or pd.isna(known), (la_code, year)


def test_an_authority_has_states_while_it_exists(states: pd.DataFrame) -> None:
    assert (states.loc["837", 2012:2018] != GONE).all()
    assert (states.loc["837", 2019:] == GONE).all()
    assert (states.loc["942"] == GONE).all()


def test_distance_counts_years_in_which_it_existed(states: pd.DataFrame) -> None:
    lewisham, bournemouth = (measure_distances(states, code).set_index("la_code") for code in ("209", "837"))
    assert lewisham.loc["840", ["differing", "of"]].tolist() == [2, 11]
    assert "837" not in lewisham.index
    assert set(bournemouth["of"]) == {7}
    assert (
        lewisham.loc["208", "differing"]
        == measure_distances(states, "208").set_index("la_code").loc["209", "differing"]
    )


def test_grades_of_two_frameworks_are_two_states() -> None:
    states = pd.DataFrame({2013: ["safeguarding good", "overall good"]}, index=["208", "209"])
    assert measure_distances(states, "208")["differing"].tolist() == [1]


def test_a_grade_of_the_last_day_of_a_year_is_that_year_s() -> None:
    judgements = pd.DataFrame(
        {
            "la_code": "209",
            "strand": "overall",
            "framework": "SIF",
            "grade": "good",
            "start_date": [pd.Timestamp("2014-12-31")],
            "published_date": [pd.Timestamp("2015-02-01")],
            "inspection_id": "a",
        }
    )
    lewisham = {"la_code": "209", "la_name": "Lewisham", "region": "London", "valid_from": pd.NaT, "valid_to": pd.NaT}
    authorities = pd.DataFrame([lewisham])
    states = trace_annual_states(judgements, authorities, range(2013, 2016))
    assert states.loc["209"].tolist() == ["not_yet_judged", "overall good", "overall good"]


def test_the_end_of_overall_grades_is_a_state_and_its_year_is_not_compared(tables: Tables) -> None:
    states = trace_annual_states(tables["judgements"], tables["authorities"], range(2024, 2027))
    assert states.loc["851"].tolist() == ["overall good", "overall good", "no_overall_grade"]
    assert (states[2026] == "no_overall_grade").sum() == 11
    assert list_compared(states) == [2024, 2025]
    distances = measure_distances(states, "851").set_index("la_code")
    assert set(distances["of"]) == {2}


TABLES = Tables()


def test_moves_count_each_authority_once() -> None:
    pairs = pair_frameworks(TABLES, "SIF", "ILACS", ("overall", "overall"))
    assert pairs["la_code"].is_unique
    assert int(count_moves(pairs).to_numpy().sum()) == len(pairs) == 150
    assert (pairs["date_from"] < pairs["date_to"]).all()


def test_second_inspections_pair_the_first_two() -> None:
    pairs = pair_frameworks(TABLES, "ILACS", "ILACS", ("overall", "overall"))
    own = pairs.set_index("la_code").loc["209"]
    assert (own["grade_from"], own["grade_to"]) == ("requires_improvement", "good")


def test_intervals_contain_their_shares_and_end_at_0_and_1() -> None:
    moves = pd.DataFrame(
        {"good": [0, 5], "inadequate": [5, 0]}, index=pd.Index(["good", "adequate"], name="grade_from")
    )
    estimates = estimate_moves(moves)
    assert ((estimates["low"] <= estimates["share"]) & (estimates["share"] <= estimates["high"])).all()
    assert estimates.loc[estimates["share"] == 0, "low"].eq(0).all()
    assert estimates.loc[estimates["share"] == 1, "high"].eq(1).all()


@pytest.mark.parametrize("region", ["South West", "East Midlands"])
def test_a_region_is_counted_from_its_own_authorities_alone(region: str) -> None:
    chosen = TABLES["authorities"][TABLES["authorities"]["region"] == region]
    assert len(chosen)
    days = [pd.Timestamp(year, 3, 31) for year in (2018, 2019, 2020)]
    alone = trace_shares(TABLES["judgements"], chosen, days, basis="published")
    pd.testing.assert_frame_equal(trace_region(TABLES, region, 2018, 2020, "published"), alone)
