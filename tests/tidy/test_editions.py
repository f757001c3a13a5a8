"""The choice between editions of a figure, and the list of revisions."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.paths import find_project
from lewisham_study.tidy.coding import CORRECTION_COLUMNS
from lewisham_study.tidy.editions import drop_not_existing, keep_latest, list_revisions, settle_figures
from lewisham_study.tidy.figures import TABLE_COLUMNS

CODING = find_project().coding


def make_typed(**columns: Sequence[object]) -> pd.DataFrame:
    """Return typed rows of Lewisham's caseload, with the named columns changed."""
    usual = {
        "la_code": "209",
        "new_la_code": "E09000023",
        "la_name": "Lewisham",
        "geographic_level": "local_authority",
        "time_period": "2020",
        "period_kind": "30_september",
        "measure": "caseload_fte",
        "value": 15.3,
        "unit": "cases_per_fte",
        "status": "published",
        "value_as_published": "15.3",
        "series": "caseload_2017_on",
        "source_id": "dfe-workforce-2025",
        "locator": "AD5",
        "joint_la_codes": None,
    }
    frame = pd.DataFrame({**usual, **columns}, index=range(len(next(iter(columns.values())))))
    return frame[[*TABLE_COLUMNS, "joint_la_codes"]]


@pytest.fixture
def coding(tmp_path: Path) -> Path:
    """Copy the decisions, without corrections."""
    shutil.copytree(CODING, tmp_path / "coding")
    (tmp_path / "coding" / "corrections.csv").write_text(",".join(CORRECTION_COLUMNS) + "\n")
    return tmp_path / "coding"


def correct(coding: Path, key: str, was: str, becomes: str) -> None:
    row = ["a", "workforce", key, "status", was, becomes, "reason", "dfe-workforce-2025"]
    pd.DataFrame([row], columns=CORRECTION_COLUMNS).to_csv(coding / "corrections.csv", index=False)
    assert len(read_csv(coding / "corrections.csv", CORRECTION_COLUMNS)) == 1


EDITIONS: dict[str, Sequence[object]] = {
    "source_id": ["dfe-workforce-2022", "dfe-workforce-2025"],
    "value": [10.1, 9.4],
}


def test_the_latest_edition_is_used_in_any_order_of_rows() -> None:
    typed = make_typed(**EDITIONS)
    for rows in (typed, typed.iloc[::-1]):
        assert keep_latest(rows, "workforce", CODING)["value"].tolist() == [9.4]


def test_the_latest_edition_is_used_even_without_a_value() -> None:
    typed = make_typed(source_id=EDITIONS["source_id"], value=[10.1, None], status=["published", "not_available"])
    assert keep_latest(typed, "workforce", CODING)["value"].isna().tolist() == [True]


def test_the_outturn_takes_precedence_over_lait() -> None:
    typed = make_typed(
        source_id=["dfe-lait-2026", "dfe-s251-2017-18", "dfe-lait-2025"],
        value=[1.0, 2.0, 3.0],
        time_period=["2017-18"] * 3,
    )
    assert keep_latest(typed, "spend", CODING)["source_id"].tolist() == ["dfe-s251-2017-18"]


@pytest.mark.parametrize(
    "source_ids", [["dfe-workforce-2016", "dfe-workforce-2025"], ["dfe-workforce-2025", "dfe-workforce-2025"]]
)
def test_rivals_without_a_decision_are_refused(source_ids: list[str]) -> None:
    with pytest.raises(DataError, match=r"add the release that takes precedence to data/coding/precedence\.csv"):
        keep_latest(make_typed(source_id=source_ids), "workforce", CODING)


def test_a_revision_has_the_superseded_figure_and_the_one_in_use() -> None:
    revisions = list_revisions(make_typed(**EDITIONS), "workforce", CODING)
    assert revisions[["value_superseded", "value_standing"]].to_numpy().tolist() == [[10.1, 9.4]]
    assert revisions["change"].tolist() == [pytest.approx(-0.7)]


@pytest.mark.parametrize(("values", "tolerance"), [([9.4, 9.4], 0.0), ([None, None], 0.0), ([100.4, 100.0], 0.5)])
def test_the_same_figure_is_not_a_revision(values: list[object], tolerance: float) -> None:
    typed = make_typed(source_id=EDITIONS["source_id"], value=values)
    assert list_revisions(typed, "workforce", CODING, tolerance).empty


def test_a_figure_gained_or_lost_is_a_revision() -> None:
    gained = make_typed(source_id=EDITIONS["source_id"], value=[None, 9.4])
    assert list_revisions(gained, "workforce", CODING)["change"].isna().tolist() == [True]


@pytest.mark.parametrize(
    ("la_code", "period", "kind", "exists"),
    [
        ("837", "2018-19", "financial_year", True),
        ("837", "2019-20", "financial_year", False),
        ("839", "2018-19", "financial_year", False),
        ("839", "2019", "30_september", True),
        ("940", "2020-21", "financial_year", False),
        ("940", "2021", "31_march", False),
        ("940", "2021", "30_september", True),
        ("928", "2021", "31_march", True),
    ],
)
def test_an_authority_has_rows_only_while_it_exists(la_code: str, period: str, kind: str, exists: bool) -> None:
    typed = make_typed(la_code=[la_code], time_period=[period], period_kind=[kind], value=[None])
    assert len(drop_not_existing(typed, CODING)) == exists


def test_a_figure_for_an_authority_that_did_not_exist_is_refused() -> None:
    with pytest.raises(
        DataError, match=r"no figure for an authority that did not exist, found 15\.3 for Lewisham 2018"
    ):
        drop_not_existing(make_typed(la_code=["839"], time_period=["2018"]), CODING)


def test_regions_always_exist() -> None:
    assert len(drop_not_existing(make_typed(la_code=[None], value=[None]), CODING)) == 1


def test_an_implausible_figure_keeps_its_text_but_not_its_value(coding: Path) -> None:
    correct(coding, "la_code=209; time_period=2020; value_as_published=15.3", "published", "implausible")
    settled = settle_figures(make_typed(time_period=["2020", "2021"]), "workforce", coding)
    assert settled["status"].tolist() == ["implausible", "published"]
    assert settled["value"].isna().tolist() == [True, False]
    assert settled["value_as_published"].tolist() == ["15.3", "15.3"]


@pytest.mark.parametrize(("was", "key"), [("suppressed", "la_code=209"), ("published", "value_as_published=0")])
def test_a_correction_of_a_changed_value_is_refused(coding: Path, was: str, key: str) -> None:
    correct(coding, key, was, "implausible")
    with pytest.raises(DataError, match="the release has changed: check it"):
        settle_figures(make_typed(value=[15.3]), "workforce", coding)
