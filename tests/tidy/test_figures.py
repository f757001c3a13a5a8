"""Typed figures: measure, value and status, period, area."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.analysis.rates import sum_authorities
from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.paths import find_project
from lewisham_study.raw.figures import FIGURE_COLUMNS, figures_path, locate, read_figures, read_status_codes
from lewisham_study.tidy.coding import CORRECTION_COLUMNS
from lewisham_study.tidy.figures import (
    FIGURE_KEY,
    TABLE_COLUMNS,
    attach_areas,
    attach_measures,
    drop_not_existing,
    keep_latest,
    list_areas,
    list_revisions,
    parse_periods,
    parse_values,
    rank_editions,
    settle_figures,
    tidy_measures,
    tidy_population,
    tidy_prices,
    type_figures,
)
from lewisham_study.tidy.schemas import read_tables
from lewisham_study.tidy.tables import type_table

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


PROJECT = find_project()
DECLARED = read_tables(PROJECT.coding)
FUNCTIONS = {
    **{topic: partial(tidy_measures, topic) for topic in ("workforce", "spend", "need")},
    **{"population": tidy_population, "prices": tidy_prices},
}
AUTHORITIES = [152] * 7 + [151] * 2 + [152] * 2 + [153] * 2
"""How many existed in the middle of each year from 2012."""
COUNTS = ["inpost_fte", "starters_fte", "leavers_fte", "vacancy_fte", "agency_fte", "cases", "case_holders_fte"]
CATEGORIES = ["looked_after", "safeguarding", "family_support", "young_people", "youth_justice", "sure_start", "other"]
EARLIER = ["strategy", "asylum", "child_trust_fund", "commissioning"]
"""Categories of their own before 2012-13."""
PROVIDERS = ["own", "private", "public", "voluntary", "own_or_public"]
YEARS = [f"{year}-{year % 100 + 1}" for year in range(2011, 2025)]
ABOLISHED = ["835", "836", "837", "909", "928"]


@cache
def make(table: str) -> pd.DataFrame:
    return type_table(FUNCTIONS[table](PROJECT.raw, PROJECT.coding), DECLARED[table])


@cache
def type_editions(topic: str) -> pd.DataFrame:
    return type_figures(read_figures(PROJECT.raw, topic), topic, PROJECT.coding)


def pick(frame: pd.DataFrame, **values: str) -> pd.DataFrame:
    for column, value in values.items():
        frame = frame[frame[column] == value]
    return frame


def make_local(table: str) -> pd.DataFrame:
    return pick(make(table), geographic_level="local_authority")


def widen(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.pivot(index=["new_la_code", "time_period"], columns="measure", values="value")


def count_local(table: str) -> pd.DataFrame:
    """Count the authorities of each measure and period."""
    return make_local(table).groupby(["measure", "time_period"]).size().unstack("time_period")


@pytest.mark.parametrize("table", FUNCTIONS)
def test_a_table_has_its_declared_columns_and_one_row_for_each_key_in_order(table: str) -> None:
    frame, key = make(table), list(DECLARED[table].key)
    assert not frame.duplicated(key).any()
    if set(key) == set(FIGURE_KEY):
        assert frame[FIGURE_KEY].equals(frame[FIGURE_KEY].sort_values(FIGURE_KEY, ignore_index=True))
        assert frame["value"].dtype == float


def test_workforce_has_every_measure_of_every_authority_that_existed() -> None:
    expected = [152] * 4 + [151] * 2 + [152] * 2 + [153] * 3
    counts = count_local("workforce")
    assert {year: set(counts[year].dropna()) for year in counts} == {
        str(2015 + place): {count} for place, count in enumerate(expected)
    }


def test_workforce_has_the_published_caseload_of_lewisham() -> None:
    caseload = pick(make("workforce"), la_code="209", series="caseload_2017_on").set_index("time_period")["value"]
    assert caseload.to_dict() == {
        **{"2017": 15.9, "2018": 14.4, "2019": 14.5, "2020": 15.3, "2021": 15.1, "2022": 14.8},
        **{"2023": 13.7, "2024": 13.6, "2025": 14.2},
    }


def test_no_workforce_series_crosses_the_change_of_collection() -> None:
    years = make("workforce").groupby("series")["time_period"].agg(["min", "max"])
    assert ((years["max"] <= "2016") | (years["min"] >= "2017")).all()
    assert years.loc["caseload_2016"].tolist() == ["2016", "2016"]


def test_there_is_no_caseload_before_2016() -> None:
    assert pick(make("workforce"), measure="caseload_fte")["time_period"].min() == "2016"
    assert set(pick(make("workforce"), measure="children_in_need_per_social_worker")["time_period"]) == {"2015"}


def test_caseload_is_cases_over_case_holders() -> None:
    workforce = make("workforce")
    wide = widen(workforce[workforce["time_period"] >= "2017"])
    wide = wide.dropna(subset=["cases", "case_holders_fte", "caseload_fte"])
    ratio = wide["cases"] / wide["case_holders_fte"]
    rounding = 0.05 + ratio / wide["case_holders_fte"] * 0.05 + 1e-9
    assert len(wide) > 1450
    assert ((ratio - wide["caseload_fte"]).abs() <= rounding).all()


def test_caseload_of_2016_is_cases_over_case_holders_and_agency_workers() -> None:
    wide = widen(pick(make_local("workforce"), time_period="2016"))
    ratio = (wide["cases"] / (wide["case_holders_fte"] + wide["agency_fte"])).dropna()
    both = ratio.index.intersection(wide["caseload_fte"].dropna().index)
    assert len(both) == 133
    assert (ratio[both] - wide.loc[both, "caseload_fte"]).abs().max() <= 0.06


def test_workforce_of_authorities_adds_up_to_england() -> None:
    workforce = make("workforce")
    counts = workforce[workforce["measure"].isin(COUNTS) & (workforce["time_period"] >= "2017")]
    england = pick(counts, geographic_level="national")
    pairs = england.merge(sum_authorities(counts), on=["time_period", "measure", "series"], suffixes=("", "_summed"))
    difference = pairs["value"] - pairs["value_summed"]
    whole = pairs["missing"] == 0
    assert len(pairs) == 7 * 9
    assert whole.sum() == 40
    # The figures are rounded to 0.1, so the sum of 152 can differ from their total by little more than 1.
    assert difference[whole].abs().max() <= 1.5
    # England includes the authorities whose figures are missing.
    assert difference[~whole].min() >= -1.5


def test_a_joint_return_is_repeated_for_each_member_and_counted_once() -> None:
    cases = pick(make("workforce"), measure="cases", time_period="2022")
    joint = pick(cases, status="joint_return").set_index("la_code")
    assert joint["joint_la_codes"].to_dict() == {
        **dict.fromkeys(["314", "318"], "314 318"),
        **dict.fromkeys(["940", "941"], "940 941"),
    }
    assert joint["value"].to_dict() == {"314": 1491, "318": 1491, "940": 4209, "941": 4209}
    assert sum_authorities(cases)["value"].tolist() == [335563]


def test_false_zeros_have_no_value() -> None:
    turnover = pick(make_local("workforce"), measure="turnover_rate_fte")
    false = pick(turnover, status="implausible")
    assert set(zip(false["la_name"], false["time_period"], strict=True)) == {
        ("Lewisham", "2022"),
        ("Manchester", "2022"),
        ("Oldham", "2022"),
        ("Kingston upon Hull, City of", "2017"),
        ("Derby", "2017"),
        ("East Sussex", "2017"),
    }
    assert set(false["value_as_published"]) == {"0"}
    assert false["value"].isna().all()
    zeros = turnover[turnover["value"] == 0]
    assert set(zeros["la_name"]) == {"City of London", "Isles of Scilly"}, "all of a few workers may have stayed"


@pytest.mark.parametrize(
    ("la_name", "year", "status"),
    [
        ("Brent", "2017", "not_available"),
        ("Suffolk", "2018", "not_available"),
        ("Birmingham", "2024", "low_reliability"),
        ("Westminster", "2025", "not_available"),
        ("Brent", "2016", "not_available"),
        ("Wigan", "2016", "suppressed"),
        ("Isle of Wight", "2016", "implausible"),
    ],
)
def test_a_missing_caseload_has_a_reason(la_name: str, year: str, status: str) -> None:
    row = pick(make_local("workforce"), measure="caseload_fte", la_name=la_name, time_period=year)
    assert row["status"].tolist() == [status]
    assert row["value"].isna().all()


@pytest.mark.parametrize("table", ["workforce", "need"])
def test_a_figure_has_a_value_only_if_its_status_says_so(table: str) -> None:
    frame = make(table)
    assert frame["value"].notna().equals(frame["status"].isin(["published", "joint_return"]))
    assert frame["value"].min() == 0


@cache
def list_workforce_revisions() -> pd.DataFrame:
    existing = drop_not_existing(type_editions("workforce"), PROJECT.coding)
    return list_revisions(existing, "workforce", PROJECT.coding)


# If joined on ONS codes, which change, one revised turnover rate of the 92 is lost.
@pytest.mark.parametrize(("measure", "alone", "joint"), [("caseload_fte", 36, 1), ("turnover_rate_fte", 92, 1)])
def test_the_latest_edition_has_the_known_revisions(measure: str, alone: int, joint: int) -> None:
    revised = pick(list_workforce_revisions(), measure=measure, geographic_level="local_authority")
    revised = revised.dropna(subset="change")
    assert revised["joint_la_codes"].isna().sum() == alone
    assert revised["joint_la_codes"].dropna().nunique() == joint


def test_westminster_2020_was_revised() -> None:
    row = pick(list_workforce_revisions(), la_name="Westminster", time_period="2020", measure="caseload_fte")
    assert row[["value_superseded", "value_standing"]].to_numpy().tolist() == [[10.1, 9.4]]


def test_every_workforce_figure_has_the_locator_of_its_cell() -> None:
    workforce = make("workforce")
    figures = read_csv(figures_path(PROJECT.raw, "workforce"), FIGURE_COLUMNS)
    texts = figures.assign(locator=locate(figures)).set_index(["source_id", "locator"])["value_as_published"]
    cells = pd.MultiIndex.from_frame(workforce[["source_id", "locator"]])
    assert (texts.loc[cells].to_numpy() == workforce["value_as_published"].to_numpy()).all()


def test_spend_has_every_measure_of_every_authority_that_existed() -> None:
    counts = count_local("spend")[YEARS]
    expected = dict.fromkeys(YEARS, 152) | {"2019-20": 151, "2020-21": 151, "2023-24": 153, "2024-25": 153}
    assert {year: set(counts[year].dropna()) for year in YEARS} == {year: {n} for year, n in expected.items()}
    gross = [f"{name}_gross" for name in (*CATEGORIES, "total")]
    assert counts.loc[gross].notna().all(axis=None)
    net = counts.loc[["total_net"], :"2018-19"]
    assert net.notna().all(axis=None)
    assert counts.loc["ro3_gross"].isna()[lambda absent: absent].index.tolist() == ["2021-22"]


def test_spend_before_2011_has_every_authority_of_the_panel() -> None:
    counts = count_local("spend").loc[["total_gross", "total_net", "looked_after_private"], :"2010-11"]
    assert counts.columns.tolist() == ["2008-09", "2009-10", "2010-11"]
    assert (counts == [148, 152, 152]).all(axis=None), "Bedfordshire and Cheshire were abolished in April 2009"


def test_spend_of_lewisham_is_as_published() -> None:
    lewisham = widen(pick(make_local("spend"), la_code="209")).loc["E09000023"] / 1e6
    gross = lewisham.loc["2012-13":"2021-22", "total_gross"].round(1).tolist()
    assert gross == [57.5, 68.7, 64.4, 67.9, 62.4, 67.4, 79.4, 88.0, 81.9, 82.8]
    assert lewisham.loc["2018-19", ["total_net", "ro3_net"]].round(1).tolist() == [62.6, 75.2]
    assert lewisham.loc[["2013-14"], "total_net"].round(3).tolist() == [64.008]
    assert lewisham.loc[["2011-12", "2012-13"], "looked_after_gross"].round(3).tolist() == [28.435, 28.775]


@pytest.mark.parametrize("kind", ["gross", "net"])
def test_categories_of_spend_add_up_to_the_total(kind: str) -> None:
    local = make_local("spend")
    wide = widen(local[local["series"].str.startswith("s251")])
    wide = wide[wide[f"total_{kind}"].notna()]
    # Categories come and go before 2012-13; one that a year does not have is missing, not zero.
    parts = wide[[f"{name}_{kind}" for name in (*CATEGORIES, *EARLIER)]]
    assert parts.iloc[:, : len(CATEGORIES)].loc[wide.index.get_level_values(1) >= "2010-11"].notna().all(axis=None)
    difference = parts.sum(axis=1) - wide[f"total_{kind}"]
    assert len(wide) == 148 + 152 * 2 + (152 * 8 if kind == "net" else 2123)
    assert difference.abs().max() <= 10


@pytest.mark.parametrize("category", ["looked_after", "safeguarding"])
def test_spend_by_provider_adds_up_to_the_category(category: str) -> None:
    wide = widen(make_local("spend"))
    parts = wide.reindex(columns=[f"{category}_{provider}" for provider in PROVIDERS]).dropna(how="all")
    filled = parts.notna().sum(axis=1).groupby("time_period").agg(["min", "max"])
    assert filled.loc["2008-09"].tolist() == [3, 3]
    assert filled.loc["2009-10":].eq(4).all(axis=None)
    assert filled.index[-1] == "2018-19"
    assert len(parts) == 148 + 152 * 10
    assert (parts.sum(axis=1) - wide.loc[parts.index, f"{category}_gross"]).abs().max() <= 10


def test_spend_by_provider_is_below_zero_only_where_it_is_published_so() -> None:
    spend = make_local("spend")
    below = spend[(spend["value"] < 0) & ~spend["measure"].str.endswith("_net")]
    assert set(zip(below["la_name"], below["time_period"], below["measure"], strict=True)) == {
        ("Bolton", "2012-13", "safeguarding_public"),
        ("Bradford", "2010-11", "ro3_strategy_gross"),
        ("Derbyshire", "2010-11", "child_trust_fund_gross"),
        ("Hertfordshire", "2018-19", "safeguarding_private"),
        ("Trafford", "2012-13", "safeguarding_voluntary"),
        ("Wakefield", "2010-11", "looked_after_public"),
        ("West Berkshire", "2010-11", "ro3_strategy_gross"),
        ("Wolverhampton", "2013-14", "looked_after_public"),
    }


def test_older_and_other_spend_of_lewisham_is_as_published() -> None:
    lewisham = widen(pick(make_local("spend"), la_code="209")).loc["E09000023"] / 1e6
    assert lewisham.loc["2008-09":"2010-11", "total_gross"].round(1).tolist() == [70.0, 58.9, 74.2]
    assert lewisham.loc[["2008-09", "2018-19"], "looked_after_private"].round(1).tolist() == [20.4, 29.2]
    assert lewisham.loc["2011-12", ["ro3_gross", "ro3_net"]].round(3).tolist() == [55.897, 52.029]
    assert lewisham.loc["2010-11", ["ro3_strategy_gross", "ro3_asylum_gross", "ro3_other_gross"]].tolist() == [
        0.362,
        0.846,
        64.016,
    ]
    assert lewisham.loc["2024-25", ["service_total_gross", "service_total_net"]].round(1).tolist() == [990.2, 777.9]


def test_childrens_social_care_is_a_part_of_all_services() -> None:
    wide = widen(make_local("spend")).xs("2024-25", level="time_period")
    share = (wide["ro3_gross"] / wide["service_total_gross"]).dropna()
    assert len(share) == 150
    assert share.between(0.002, 0.45).all()


@pytest.mark.slow
@pytest.mark.parametrize("lait", ["dfe-lait-2025", "dfe-lait-2026"])
def test_lait_repeats_the_outturn_except_for_one_revision(lait: str) -> None:
    editions = pick(type_editions("spend"), geographic_level="local_authority")
    outturn = editions[editions["source_id"].str.startswith("dfe-s251")].set_index(FIGURE_KEY)
    repeated = pick(editions, source_id=lait).set_index(FIGURE_KEY)["value"].dropna()
    both = outturn.index.intersection(repeated.index)
    assert len(both) == 152 * 8 * (4 if lait == "dfe-lait-2025" else 3)
    difference = repeated[both] - outturn.loc[both, "value"]
    odd = difference[difference.abs() > 0.51]
    assert odd.to_dict() == {("E06000039", "2017-18", "total_gross", "s251"): -855_316}


def test_spend_of_authorities_adds_up_to_england() -> None:
    spend = make("spend")
    england = pick(spend, geographic_level="national")
    pairs = england.merge(sum_authorities(spend), on=["time_period", "measure", "series"], suffixes=("", "_summed"))
    difference = (pairs["value"] - pairs["value_summed"]).set_axis(pairs["measure"] + " " + pairs["time_period"])
    assert len(pairs) == 8 * 10
    odd = difference[difference.abs() > 10].round(-1)
    # In 2017-18 DfE's North East, and so England, has 60,000,000 pounds for looked-after children that no authority
    # has; and England's total includes the revision of Slough.
    assert odd.to_dict() == {"looked_after_gross 2017-18": 60_000_000, "total_gross 2017-18": 59_144_680}


def test_spend_of_england_is_as_published() -> None:
    spend = make("spend")
    england = widen(pick(spend, geographic_level="national")).loc["E92000001"] / 1e6
    published = {"2016-17": 9158.40, "2018-19": 9854.91, "2021-22": 11885.29, "2024-25": 16012.36}
    assert england.loc[list(published), "total_gross"].round(2).to_dict() == published
    summed = sum_authorities(spend).set_index(["measure", "time_period"])["value"] / 1e6
    assert summed["total_net", "2016-17"].round(2) == 8422.43
    assert summed["looked_after_gross", "2013-14"].round(3) == 3661.327


def test_the_outturn_and_the_check_series_of_spend_are_separate() -> None:
    spend = make("spend")
    assert set(spend.loc[spend["measure"].str.startswith("ro3"), "series"]) == {
        *("ro3_2010_11", "ro3_2011_12"),
        *("ro3_to_2013_14", "ro3_2014_15_on"),
    }
    years = spend.groupby("series")["time_period"].agg(["min", "max"])
    assert years.loc["ro3_to_2013_14", "max"] == "2013-14"
    assert years.loc["ro3_2014_15_on", "min"] == "2014-15"
    for year in ("2008-09", "2009-10", "2010-11", "2011-12"):
        assert years.loc[f"s251_{year.replace('-', '_')}"].tolist() == [year, year]
    assert set(pick(spend, series="s251")["measure"]) == {"total_gross", "total_net"}
    assert set(pick(spend, measure="total_gross")["series"]) == {"s251", "s251_2008_09", "s251_2009_10", "s251_2010_11"}
    assert set(pick(spend, series="rsx")["measure"]) == {"service_total_gross", "service_total_net"}


def test_withheld_spend_has_a_status_and_no_value() -> None:
    withheld = pick(make_local("spend"), status="withheld")
    assert withheld["value"].isna().all()
    counts = withheld.groupby(["time_period", "la_name"]).size()
    assert counts.to_dict() == {
        ("2022-23", "Luton"): 2,
        ("2023-24", "Cumberland"): 8,
        ("2023-24", "Westmorland and Furness"): 8,
        ("2024-25", "Middlesbrough"): 8,
        ("2024-25", "Wandsworth"): 8,
    }


def test_spend_is_not_available_only_if_no_return_was_made() -> None:
    local = make_local("spend")
    missing = pick(local, status="not_available")
    assert set(missing["measure"]) == {"ro3_gross", "ro3_net", "service_total_gross", "service_total_net"}
    assert missing.groupby("time_period")["la_code"].nunique().to_dict() == {
        **{"2016-17": 1, "2020-21": 3, "2022-23": 4, "2023-24": 11, "2024-25": 3}
    }
    assert local["value"].notna().equals(local["status"] == "published")


def pick_need(la_name: str, time_period: str, measure: str) -> pd.Series:
    chosen = pick(make("need"), la_name=la_name, time_period=time_period, measure=measure)
    assert len(chosen) == 1
    return chosen.iloc[0]


@pytest.mark.parametrize(
    ("time_period", "measure", "value", "source_id", "locator"),
    [
        ("2012", "looked_after", 498, "dfe-looked-after-2012", "E22"),
        ("2016", "looked_after", 463, "dfe-looked-after-2016", "E22"),
        ("2020", "looked_after", 473, "dfe-looked-after-2022", "M1440"),
        ("2022", "looked_after", 462, "dfe-looked-after-2025", "M1932"),
        ("2012", "children_in_need", 2377, "dfe-children-in-need-2012", "G11"),
        ("2012", "on_protection_plan", 198, "dfe-children-in-need-2012", "FD11"),
        ("2022", "children_in_need", 2776, "dfe-children-in-need-2025-b1", "R635"),
    ],
)
def test_need_in_lewisham_is_as_published_in_the_latest_edition(
    time_period: str, measure: str, value: int, source_id: str, locator: str
) -> None:
    row = pick_need("Lewisham", time_period, measure)
    expected = (value, source_id, locator, "published")
    assert (row["value"], row["source_id"], row["locator"], row["status"]) == expected


def test_superseded_editions_of_need_are_kept_with_the_figures() -> None:
    ranked = rank_editions(type_editions("need"), "need", PROJECT.coding)
    assert pick(ranked, la_code="209", time_period="2022", measure="looked_after")["value"].tolist() == [462, 465]


@pytest.mark.parametrize(
    ("la_name", "time_period", "status"),
    [
        ("Hackney", "2021", "not_available"),
        ("Hackney", "2022", "not_available"),
        ("Cornwall", "2014", "not_available"),
        ("Norfolk", "2013", "not_available"),
        ("Hampshire", "2024", "low_reliability"),
        ("Newham", "2012", "not_available"),
        ("Havering", "2012", "not_available"),
        ("Isles of Scilly", "2014", "suppressed"),
    ],
)
def test_missing_children_in_need_have_a_status_and_no_value(la_name: str, time_period: str, status: str) -> None:
    row = pick_need(la_name, time_period, "children_in_need")
    assert row["status"] == status
    assert pd.isna(row["value"])


def test_need_has_every_authority_that_existed() -> None:
    assert set(make("need")["period_kind"]) == {"31_march"}
    counts = count_local("need")
    expected = [152] * 8 + [151] * 2 + [152] * 2 + [153] * 2
    assert counts.loc["children_in_need"].tolist() == expected
    assert counts.loc["on_protection_plan"].tolist() == expected
    # The files of 2012 to 2016 leave out the Isles of Scilly.
    assert counts.loc["looked_after"].tolist() == [151] * 5 + expected[5:]


def test_england_and_the_isle_of_wight_have_one_number_in_2012_and_are_told_apart() -> None:
    assert pick_need("England", "2012", "children_in_need")["value"] == 369_400
    assert pick_need("Isle of Wight", "2012", "children_in_need")["value"] < 2_000


def test_need_of_authorities_adds_up_to_england() -> None:
    """England is rounded to 10 (100 in 2012) and estimates missing authorities: only complete years must agree."""
    key = ["measure", "series", "time_period"]
    local = make_local("need")
    total, missing = local.groupby(key)["value"].sum(), local["value"].isna().groupby([local[k] for k in key]).sum()
    england = pick(make("need"), geographic_level="national").set_index(key)["value"]
    difference = (total - england).reindex(england.index)
    complete = missing == 0
    assert complete.sum() >= 34
    assert difference[complete].abs().max() <= 5
    assert difference[~complete].max() <= 5


def test_children_looked_after_in_regions_add_up_to_england() -> None:
    looked_after = pick(make("need"), measure="looked_after")
    regions = looked_after[looked_after["new_la_code"].str.startswith("E12")]
    total = regions.groupby("time_period")["value"].sum()
    england = pick(looked_after, geographic_level="national").set_index("time_period")["value"]
    assert regions.groupby("time_period").size().eq(9).all()
    assert (total - england).abs().max() <= 50


def test_population_of_lewisham_is_as_published() -> None:
    children = pick(make("population"), la_code="209").set_index("time_period")["value"]
    assert children[["2012", "2020", "2021", "2024"]].tolist() == [64_514, 65_999, 64_443, 62_052]


def test_population_has_every_authority_that_existed() -> None:
    assert make_local("population").groupby("time_period").size().tolist() == AUTHORITIES


def test_population_is_missing_only_for_authorities_abolished_in_2019() -> None:
    population = make("population")
    missing = population[population["value"].isna()]
    assert set(missing["la_code"]) == {"835", "836", "837"}
    assert set(missing["time_period"]) == {str(year) for year in range(2012, 2019)}
    assert set(missing["status"]) == {"not_available"}


def test_population_of_authorities_adds_up_to_england() -> None:
    england = pick(make("population"), geographic_level="national").set_index("time_period")["value"]
    short = england - make_local("population").groupby("time_period")["value"].sum()
    assert (short[short.index >= "2019"] == 0).all()
    assert short[short.index < "2019"].between(138_000, 141_000).all()


def test_prices_are_as_published() -> None:
    prices = make("prices")
    sizes = {"cpi": 25, "cpih": 25, "gdp_deflator": 31, "gdp_deflator_calendar": 35}
    assert prices.groupby("index_name").size().to_dict() == sizes
    deflator = pick(prices, index_name="gdp_deflator").set_index("time_period")["value"]
    assert deflator[["2012-13", "2021-22", "2024-25"]].tolist() == [71.5454, 85.3036, 100.0]


def test_forecast_prices_are_marked() -> None:
    forecasts = make("prices")[make("prices")["forecast"]]
    assert set(forecasts["index_name"]) == {"gdp_deflator"}
    assert forecasts["time_period"].min() == "2025-26"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("gdp_deflator,71.5454", "gdp_deflator,n/a", "a number in a known column, found gdp_deflator 'n/a'"),
        ("gdp_deflator,71.5454", "rpi,71.5454", "a number in a known column, found rpi '71.5454'"),
        ("2012-13,gdp_deflator", "2012-14,gdp_deflator", "a year or financial year"),
    ],
)
def test_an_unknown_index_or_period_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    (tmp_path / "figures").mkdir()
    text = figures_path(PROJECT.raw, "prices").read_text()
    assert old in text
    figures_path(tmp_path, "prices").write_text(text.replace(old, new))
    with pytest.raises(DataError, match=message):
        tidy_prices(tmp_path, PROJECT.coding)


def test_a_repeated_index_is_refused(tmp_path: Path) -> None:
    path = Path(shutil.copy(PROJECT.coding / "price_indices.csv", tmp_path))
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[-1]]) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=rf"price_indices\.csv, row {len(lines) + 1}: expected a new .* again"):
        tidy_prices(PROJECT.raw, tmp_path)
