"""Words of inspectors beside counts: levels of documents, shares with intervals, directions, themes, agreement."""

from __future__ import annotations

import pandas as pd
import pytest

import lewisham_study as study
from lewisham_study.analysis.statements import (
    choose_direction,
    choose_level,
    compare_next,
    cross_directions,
    describe_documents,
    grade_documents,
    list_asked,
    list_counts,
    list_points,
    measure_agreement,
    share_by_count,
    share_heavy,
    summarise_levels,
)
from lewisham_study.errors import UsageError

DOCUMENTS = pd.DataFrame(
    {
        "inspection_id": list("abcdef"),
        "level": ["high", "uneven", "manageable", "manageable", "none", "low"],
        "direction": ["rising", "falling", "falling", "none", "steady", "none"],
        "counted": [20.0, 19.0, 13.0, 14.0, 15.0, None],
        "change": [1.0, -1.0, 0.2, None, -0.5, 0.6],
        "region": ["London", "London", "London", "South East", "South East", "South East"],
    }
)


@pytest.fixture(scope="module")
def tables() -> study.Tables:
    return study.Tables()


@pytest.mark.parametrize(
    ("levels", "chosen"),
    [
        (["high", "none"], "high"),
        (["manageable", "low"], "manageable"),
        (["manageable", "high"], "uneven"),
        (["low", "uneven"], "uneven"),
        (["none"], "none"),
    ],
)
def test_the_level_of_a_document(levels: list[str], chosen: str) -> None:
    assert choose_level(pd.Series(levels)) == chosen


def test_a_document_with_two_directions_has_none() -> None:
    assert choose_direction(pd.Series(["rising", "falling"])) == "none"
    assert choose_direction(pd.Series(["rising", "none"])) == "rising"


def test_shares_leave_out_documents_without_a_level() -> None:
    shares = share_heavy(DOCUMENTS, "region")
    assert shares.loc["London", ["heavy", "of"]].tolist() == [2, 3]
    assert shares.loc["South East", ["heavy", "of"]].tolist() == [0, 2]
    assert shares.loc["South East", "low"] == 0


def test_shares_by_count_leave_out_documents_without_a_count() -> None:
    bands = share_by_count(DOCUMENTS)
    assert bands["of"].tolist() == [1, 1, 0, 1, 1]


def test_levels_have_quartiles_of_the_counts() -> None:
    assert summarise_levels(DOCUMENTS).loc["manageable", ["median", "documents"]].tolist() == [13.5, 2]


def test_directions_against_counts_take_half_a_case_as_no_change() -> None:
    table = cross_directions(DOCUMENTS)
    assert table.loc["rising"].tolist() == [1, 0, 0]
    assert table.loc["falling"].tolist() == [0, 1, 1]
    assert table.loc["steady"].tolist() == [0, 1, 0]
    assert table.loc["none"].tolist() == [1, 0, 0]


def test_kappa_is_that_of_a_published_example() -> None:
    # 50 proposals read by two readers: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no gives 0.40.
    first = pd.DataFrame({"code": ["yes"] * 25 + ["no"] * 25})
    second = pd.DataFrame({"code": ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15})
    assert measure_agreement(first, second, ["code"])["kappa"].iloc[0] == pytest.approx(0.4)


def test_statements_of_an_authority_are_selected_by_code(tables: study.Tables) -> None:
    said = study.statements("Lewisham", who="social_workers", level="manageable", tables=tables)
    assert set(said["la_code"]) == {"209"}
    assert "2021-08-31" in said["published_date"].astype(str).tolist()
    assert said["published_date"].is_monotonic_increasing
    with pytest.raises(UsageError, match="no authority"):
        study.statements("Atlantis", tables=tables)


def test_the_count_is_that_of_the_last_30_september_before(tables: study.Tables) -> None:
    documents = describe_documents(tables).set_index("inspection_id")
    visit = documents[(documents["la_code"] == "209") & (documents["published_date"] == "2021-08-31")].iloc[0]
    assert (visit["year"], visit["counted"]) == (2020, list_counts(tables)["209", 2020])


def test_counts_under_a_caution_are_left_out(tables: study.Tables) -> None:
    cautions = tables["cautions"]
    about = cautions[(cautions["table"] == "workforce") & (cautions["measure"] == "caseload_fte")]
    doubtful = {(code, int(year)) for code, year in about[["la_code", "time_period"]].dropna().to_numpy()}
    assert doubtful
    assert not doubtful & set(list_counts(tables).index)


def test_every_graded_inspection_counts_once(tables: study.Tables) -> None:
    graded = grade_documents(tables)
    assert graded["inspection_id"].is_unique
    assert graded["level"].isin(["high", "uneven", "manageable", "low", "none"]).all()


def test_next_moves_follow_the_order_of_inspections(tables: study.Tables) -> None:
    asked = list_asked(tables).set_index("inspection_id")
    lewisham = asked[asked["la_code"] == "209"].sort_values("published_date")
    assert lewisham["next"].tolist() == ["rose", ""]
    compared = compare_next(tables)
    below = asked[asked["grade"].isin(["requires_improvement", "inadequate"]) & (asked["next"] != "")]
    assert compared["of_rose"].iloc[0] + compared["of_other"].iloc[0] == len(below)


def test_points_are_those_of_the_last_inspections(tables: study.Tables) -> None:
    case = study.open_case(tables, "Lewisham")
    points = list_points(case, 1)
    assert points["published_date"].nunique() == 1
    assert points["paragraph"].tolist() == ["1", "2", "3", "4"]
