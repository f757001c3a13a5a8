"""Typed figures: measure, value and status, period, area."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.paths import find_project
from lewisham_study.raw.figures import FIGURE_COLUMNS, read_status_codes
from lewisham_study.tidy.coding import CORRECTION_COLUMNS
from lewisham_study.tidy.figures import (
    TABLE_COLUMNS,
    attach_areas,
    attach_measures,
    drop_not_existing,
    keep_latest,
    list_areas,
    list_revisions,
    parse_periods,
    parse_values,
    settle_figures,
    type_figures,
)

CODING = find_project().coding


def make_figures(**columns: list[str]) -> pd.DataFrame:
    """Return rows of Lewisham's caseload in the 2025 release, with the named columns changed."""
    usual = {
        "source_id": "dfe-workforce-2025",
        "sha256": "9e058bac193c",
        "sheet": "",
        "row": "5",
        "column": "AD",
        "area_code": "209",
        "area_name": "Lewisham",
        "time_period": "2022",
        "measure": "caseload_fte",
        "value_as_published": "14.8",
    }
    return pd.DataFrame({**usual, **columns}, index=range(len(next(iter(columns.values())))))[FIGURE_COLUMNS]


@pytest.mark.parametrize(
    ("text", "value"),
    [("14.8", 14.8), (" 14.8 ", 14.8), ("1,741", 1741), ("1,234,567.5", 1234567.5), ("-855316", -855316), ("0", 0)],
)
def test_a_number_is_published(text: str, value: float) -> None:
    parsed = parse_values(make_figures(value_as_published=[text]), read_status_codes(CODING))
    assert parsed.to_dict("list") == {"value": [value], "status": ["published"]}


@pytest.mark.parametrize(
    ("code", "status"),
    [("x", "not_available"), ("u", "low_reliability"), ("z", "not_applicable"), ("c", "suppressed")],
)
def test_a_code_becomes_a_status_and_never_zero(code: str, status: str) -> None:
    parsed = parse_values(make_figures(value_as_published=[code]), read_status_codes(CODING))
    assert parsed["status"].tolist() == [status]
    assert parsed["value"].isna().all()


def test_a_code_has_the_meaning_of_its_release() -> None:
    figures = make_figures(source_id=["dfe-workforce-2016", "dfe-workforce-2025"], value_as_published=["x", "x"])
    assert parse_values(figures, read_status_codes(CODING))["status"].tolist() == ["suppressed", "not_available"]


def test_a_code_that_rounds_to_zero_is_zero() -> None:
    parsed = parse_values(make_figures(value_as_published=["low"]), read_status_codes(CODING))
    assert parsed.to_dict("list") == {"value": [0.0], "status": ["published"]}


@pytest.mark.parametrize("text", ["", "-", "..", "n/a", "12.3.4", "1,74", "14,8", "£3", "nan", "inf", "1 741", "14.8*"])
def test_other_text_than_a_number_or_code_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="cell AD5: expected a number or a known code"):
        parse_values(make_figures(value_as_published=[text]), read_status_codes(CODING))


@pytest.mark.parametrize("text", ["22", "2021-23", "2021-2022", "202123", "2022 (provisional)", ""])
def test_a_period_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="a year or financial year"):
        parse_periods(make_figures(time_period=[text]))


def test_the_turn_of_the_century_is_a_financial_year() -> None:
    assert parse_periods(make_figures(time_period=["1999-00"])).tolist() == ["1999-00"]


def test_a_factor_that_is_not_a_number_is_refused_with_its_row(tmp_path: Path) -> None:
    shutil.copy(CODING / "workforce_measures.csv", tmp_path)
    path = tmp_path / "workforce_measures.csv"
    path.write_text(path.read_text().replace("caseload_fte,cases_per_fte,1,", "caseload_fte,cases_per_fte,one,", 1))
    row = next(number for number, line in enumerate(path.read_text().splitlines(), 1) if ",one," in line)
    with pytest.raises(DataError, match=f"workforce_measures.csv, row {row}: expected a number in factor, found 'one'"):
        attach_measures(make_figures(measure=["caseload_fte"]), "workforce", tmp_path)


def test_an_unknown_heading_is_refused() -> None:
    with pytest.raises(
        DataError, match=r"workforce_measures.csv: expected a row for dfe-workforce-2025, found 'morale'"
    ):
        attach_measures(make_figures(measure=["morale"]), "workforce", CODING)


def test_a_heading_coded_as_no_measure_is_left_out(tmp_path: Path) -> None:
    coding = tmp_path / "coding"
    shutil.copytree(CODING, coding)
    measures = coding / "workforce_measures.csv"
    measures.write_text(measures.read_text() + "dfe-workforce-2025,inpost_headcount,,,,,\n")
    figures = make_figures(measure=["inpost_headcount", "caseload_fte"])
    assert attach_measures(figures, "workforce", coding)["measure"].tolist() == ["caseload_fte"]


def test_a_joint_return_becomes_a_row_for_each_authority() -> None:
    figures = make_figures(area_code=["314 / 318", "209"], area_name=["Kingston / Richmond", "Lewisham"]).assign(
        status="published"
    )
    areas = attach_areas(figures, CODING)
    assert areas["la_name"].tolist() == ["Kingston upon Thames", "Richmond upon Thames", "Lewisham"]
    assert areas["status"].tolist() == ["joint_return", "joint_return", "published"]
    assert areas["joint_la_codes"].fillna("").tolist() == ["314 318", "314 318", ""]


def test_a_joint_return_without_a_value_keeps_its_status() -> None:
    areas = attach_areas(
        make_figures(area_code=["940 / 941"], area_name=["Northamptonshires"]).assign(status="suppressed"), CODING
    )
    assert areas["status"].tolist() == ["suppressed", "suppressed"]


def test_the_empty_row_of_a_joint_return_is_left_out() -> None:
    figures = make_figures(
        source_id=["dfe-workforce-2022"] * 2,
        row=["160", "163"],
        area_code=["314", "318"],
        area_name=["Kingston upon Thames", "Richmond upon Thames"],
    ).assign(status=["published", "not_applicable"])
    areas = attach_areas(figures, CODING)
    assert areas["la_code"].tolist() == ["314", "318"]
    assert areas["status"].tolist() == ["joint_return", "joint_return"]


def test_a_region_has_no_la_code_and_an_authority_its_latest_ons_code() -> None:
    figures = make_figures(
        area_code=["E12000007", "E92000001", "E10000027"], area_name=["London", "England", "Somerset"]
    ).assign(status="published")
    areas = attach_areas(figures, CODING)
    assert areas["la_code"].fillna("").tolist() == ["", "", "933"]
    assert areas["new_la_code"].tolist() == ["E12000007", "E92000001", "E06000066"]
    assert areas["geographic_level"].tolist() == ["region", "national", "local_authority"]


def test_each_area_is_listed_once() -> None:
    areas = list_areas(CODING)
    assert areas["area"].is_unique
    assert areas["new_la_code"].is_unique


def test_thousands_of_pounds_become_pounds() -> None:
    figures = make_figures(
        source_id=["mhclg-ro3-2018-19"],
        time_period=["2018-19"],
        measure=["TOTAL CHILDREN SOCIAL CARE | Net Current Expenditure (C7 = C3 - C6)"],
        value_as_published=["1.005"],
    )
    typed = type_figures(figures, "spend", CODING)
    assert list(typed.columns) == [*TABLE_COLUMNS, "joint_la_codes"]
    assert typed["value"].tolist() == [1005]
    assert typed[["unit", "series", "locator"]].to_numpy().tolist() == [["pounds", "ro3_2014_15_on", "AD5"]]


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
