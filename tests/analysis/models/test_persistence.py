"""What followed a grade: types of path, extremes, spells, those with the same start, the promise of January 2020."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.models.intervals import find_time
from lewisham_study.analysis.models.persistence import (
    STAGES,
    TYPES,
    USUAL_START,
    check_promise,
    count_good,
    count_next,
    count_reinspected,
    count_types,
    find_start,
    follow_gaps,
    list_spells,
    list_stages,
    measure_persistence,
    name_types,
    select_same_start,
)
from lewisham_study.analysis.trajectories import pair_frameworks
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
BOURNEMOUTH, LEEDS, LEWISHAM, LIVERPOOL, CUMBERLAND = "837", "383", "209", "341", "942"
SIDES = {"G": "good", "B": "requires_improvement"}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("GGG", "steadily good"), ("BBB", "steadily below"), ("BGG", "improved"), ("BBG", "improved"),
        ("GBB", "fell"), ("GGB", "fell"), ("GBG", "up and down"), ("BGB", "up and down"),
    ],
)  # fmt: skip
def test_every_path_has_one_type(path: str, kind: str) -> None:
    stages = pd.DataFrame([[SIDES[side] for side in path]], columns=list(STAGES))
    assert name_types(stages).tolist() == [kind]


def test_a_path_with_a_missing_stage_has_no_type() -> None:
    stages = pd.DataFrame([["good", None, "good"]], columns=list(STAGES), index=["209"])
    assert name_types(stages).empty


def test_unrelated_grades_are_expected_as_often_as_they_were_made() -> None:
    """All eight paths once: half are good at each stage, so one in eight is expected of each path."""
    paths = [
        [first, second, third] for first in SIDES.values() for second in SIDES.values() for third in SIDES.values()
    ]
    table = count_types(pd.DataFrame(paths, columns=list(STAGES))).set_index("type")
    assert table["authorities"].to_dict() == dict(zip(TYPES, [1, 2, 2, 1, 2], strict=True))
    assert table["unrelated"].tolist() == pytest.approx([1 / 8, 2 / 8, 2 / 8, 1 / 8, 2 / 8])


def test_counts_over_the_three_inspections() -> None:
    table = count_types(list_stages(TABLES)).set_index("type")
    assert table["authorities"].to_dict() == dict(zip(TYPES, [36, 57, 9, 28, 14], strict=True))
    assert table["unrelated"].sum() == pytest.approx(1)
    assert name_types(list_stages(TABLES))["209"] == "improved"


def test_two_fifths_of_the_differences_last() -> None:
    found = measure_persistence(TABLES)
    assert found.authorities == 158
    assert found.fit.shares() == pytest.approx((0.41, 0.29, 0.52), abs=0.01)
    returns = found.returns.set_index(["step", "grade"])
    first = returns.loc[("SIF to ILACS 1", "inadequate")]
    assert (first["moved"], first["inspections"]) == (33, 33)
    assert first["expected"] == pytest.approx(0.73, abs=0.01)


def test_two_thirds_improved_at_re_inspection_as_ofsted_said() -> None:
    improved, every, low, high = count_reinspected(TABLES)
    assert (improved, every) == (14, 21)
    assert improved / every == pytest.approx(2 / 3)
    assert low < 2 / 3 < high


@pytest.fixture(scope="module")
def spells() -> pd.DataFrame:
    return list_spells(TABLES, "inspected")


def test_second_inspections_are_those_that_ofsted_counted(spells: pd.DataFrame) -> None:
    """Ofsted, March 2024: of 65 inspected twice 26 improved, 15 kept good or outstanding and 12 declined."""
    first = spells[(spells["framework"] == "ILACS") & (spells["rank"] == 1)]
    pairs = pair_frameworks(TABLES, "ILACS", "ILACS", ("overall", "overall"))
    both = first.merge(pairs, on="la_code")
    assert len(both) == len(pairs)
    assert (both["next_grade"] == both["grade_to"]).all()
    assert (both["next_date"] == both["date_to"]).all()
    until = first[first["next_date"] <= "2024-03-31"]
    rank = ["outstanding", "good", "requires_improvement", "inadequate"].index
    steps = until["next_grade"].map(rank) - until["grade"].map(rank)
    good = until["next_grade"].isin(["good", "outstanding"])
    found = [len(until), int((steps < 0).sum()), int(((steps == 0) & good).sum()), int((steps > 0).sum())]
    assert found == [65, 26, 15, 12]


def test_of_23_with_lewishams_start_22_were_graded_again_and_10_were_good(spells: pd.DataFrame) -> None:
    same = select_same_start(spells, USUAL_START)
    good, total, low, high = count_good(same)
    assert (len(same), total, good) == (23, 22, 10)
    assert (low, high) == pytest.approx((0.263, 0.657), abs=0.001)
    counts = count_next(same).set_index("next_grade")["authorities"]
    assert counts.to_dict() == {"outstanding": 1, "good": 9, "requires_improvement": 6, "inadequate": 6}


def test_a_start_needs_both_first_grades(spells: pd.DataFrame) -> None:
    assert find_start(spells, LEWISHAM) == USUAL_START
    assert find_start(spells, LEEDS) == ("good", "outstanding")
    assert find_start(spells, CUMBERLAND) is None


def test_a_spell_ends_with_the_authority_or_the_data(spells: pd.DataFrame) -> None:
    ilacs = spells[spells["framework"] == "ILACS"].set_index("la_code")
    assert not ilacs.loc[BOURNEMOUTH, "inspected"]
    assert ilacs.loc[BOURNEMOUTH, "years"] == pytest.approx(0.71, abs=0.01)
    last = ilacs.loc[LIVERPOOL].iloc[-1]
    assert last["next_grade"] == "no_overall_grade"
    assert last["inspected"]


def test_times_to_the_next_inspection() -> None:
    spells = pd.DataFrame({"years": [1.0, 2.0, 2.0, 4.0], "inspected": [True, True, False, True]})
    assert follow_gaps(spells)["share"].tolist() == [0, 0.25, 0.5, 1]
    assert (find_time(follow_gaps(spells)), find_time(follow_gaps(spells), 0.9)) == (2, 4)
    assert find_time(follow_gaps(spells.assign(inspected=False))) == float("inf")


def test_no_requires_improvement_was_inspected_again_within_two_and_a_half_years(spells: pd.DataFrame) -> None:
    below = spells[(spells["framework"] == "ILACS") & (spells["grade"] == "requires_improvement")]
    assert (len(below), int(below["inspected"].sum())) == (80, 54)
    assert below.loc[below["inspected"], "years"].min() == pytest.approx(2.61, abs=0.005)
    assert find_time(follow_gaps(below)) == pytest.approx(4.01, abs=0.005)


@pytest.mark.parametrize("basis", ["inspected", "published"])
def test_the_promise_could_not_be_tested_by_its_day(basis: str) -> None:
    promise = check_promise(TABLES, basis)  # type: ignore[arg-type]
    assert (promise.said, promise.due) == (pd.Timestamp("2020-01-24"), pd.Timestamp("2022-01-24"))
    assert (len(promise.standing), promise.inspected_by_due) == (32, 0)
    assert promise.earliest > promise.due
    assert promise.own["next_grade"] == "good"


def test_the_promise_is_about_the_council_of_its_article() -> None:
    events = TABLES["events"]
    named = events["la_code"].mask(events["source_id"] == "news-shopper-2020", "204")
    tables = {name: TABLES[name] for name in ("facts", "judgements", "authorities")}
    moved = check_promise(tables | {"events": events.assign(la_code=named)}, "inspected")
    assert (check_promise(TABLES, "inspected").own["la_code"], moved.own["la_code"]) == ("209", "204")
