"""Outliers among the published figures, and the cautions that explain them."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.cautions import (
    find_jumps,
    find_rifts,
    find_shifts,
    list_shifts,
    list_spikes,
    list_uncautioned,
    list_unusual,
    mark_explained,
    pick_measure,
    select_sound,
)
from lewisham_study.tidy.tables import Tables


def make_rows(measure: str, values: dict[str, float], **columns: str) -> pd.DataFrame:
    usual = {"la_code": "1", "la_name": "A", "geographic_level": "local_authority", "series": "s", "measure": measure}
    return pd.DataFrame({"time_period": list(values), "value": list(values.values()), **usual, **columns})


def test_an_outlier_differs_from_both_years_or_from_the_year_before() -> None:
    peak = make_rows("cases", {"2017": 10, "2018": 16, "2019": 10, "2020": 14, "2021": 18})
    assert find_jumps(pick_measure(peak, "cases"))["time_period"].tolist() == ["2018"]
    step = make_rows("cases", {"2017": 10, "2018": 20, "2019": 21})
    found = find_jumps(pick_measure(step, "cases"))
    assert found[["time_period", "rule"]].to_numpy().tolist() == [["2018", "year before"]]
    back = make_rows("cases", {"2017": 10, "2018": 4, "2019": 10})
    assert find_jumps(pick_measure(back, "cases"))["time_period"].tolist() == ["2018"]


def test_years_across_a_gap_or_a_break_are_not_compared() -> None:
    gap = make_rows("cases", {"2017": 10, "2019": 40, "2020": 41})
    assert find_jumps(pick_measure(gap, "cases")).empty
    other = pd.concat([make_rows("cases", {"2016": 10}, series="r"), make_rows("cases", {"2017": 40, "2018": 41})])
    assert find_jumps(pick_measure(other, "cases")).empty


def test_the_other_account_is_compared_only_from_2014_15() -> None:
    years = {"2013-14": 30.0, "2014-15": 30.0, "2015-16": 30.0}
    ro3 = make_rows("ro3_gross", {"2013-14": 10.0, "2014-15": 10.0})
    spend = pd.concat([make_rows("total_gross", years), ro3], ignore_index=True)
    assert find_rifts(spend)["time_period"].tolist() == ["2014-15"]


def test_the_outliers_of_the_data_and_their_cautions() -> None:
    tables = Tables()
    spikes = list_spikes(tables)
    explained = mark_explained(spikes, tables["cautions"])
    total = spikes["measure"] == "total_gross"
    both = spikes[total & (spikes["rule"] == "both years")]
    assert both["la_name"].tolist() == ["Southwark", "Salford"]
    assert explained.all()
    assert not mark_explained(spikes, tables["cautions"].iloc[:0]).any()


def test_a_new_level_is_kept_by_the_next_year() -> None:
    def find(values: dict[str, float]) -> list[list[str]]:
        found = find_shifts(pick_measure(make_rows("cases", values), "cases"))
        return [list(pair) for pair in zip(found["time_period"], found["rule"], strict=True)]

    assert find({"2017": 10, "2018": 10, "2019": 16, "2020": 17, "2021": 17}) == [["2019", "kept"]]
    assert find({"2017": 10, "2018": 10, "2019": 16, "2020": 11, "2021": 11}) == []
    assert find({"2017": 16, "2018": 16, "2019": 10, "2020": 10, "2021": 10}) == [["2019", "kept"]]


def test_a_change_at_the_edge_is_compared_with_those_of_all_authorities() -> None:
    years = ["2012-13", "2013-14", "2014-15", "2015-16"]
    flat = [
        make_rows("total_gross", dict.fromkeys(years, 100.0), la_code=str(number), la_name=str(number))
        for number in range(40)
    ]
    early = make_rows("total_gross", dict(zip(years, [100, 120, 118, 119], strict=True)), la_code="a")
    late = make_rows("total_gross", dict(zip(years, [100, 100, 100, 80], strict=True)), la_code="b")
    brief = make_rows("total_gross", dict(zip(years, [100, 120, 105, 100], strict=True)), la_code="c")
    small = make_rows("total_gross", dict(zip(years, [100, 114, 114, 114], strict=True)), la_code="d")
    rows = pd.concat([*flat, early, late, brief, small], ignore_index=True)
    found = find_shifts(pick_measure(rows, "total_gross"))
    assert found[["la_code", "time_period", "rule"]].to_numpy().tolist() == [
        ["a", "2013-14", "edge"],
        ["b", "2015-16", "edge"],
    ]


def test_level_shifts_of_the_data() -> None:
    tables = Tables()
    shifts = list_shifts(tables)
    found = set(zip(shifts["la_name"], shifts["time_period"], shifts["measure"], strict=True))
    assert ("Lewisham", "2013-14", "total_gross") in found
    assert ("Liverpool", "2025", "caseload_fte") in found
    assert ("Nottinghamshire", "2015", "children_in_need") in found
    assert ("Lancashire", "2023", "inpost_fte") in found
    assert len(shifts) == 131


@pytest.mark.slow
def test_every_outlier_and_level_shift_of_the_data_has_a_caution() -> None:
    tables = Tables()
    cautions = tables["cautions"]
    assert list_uncautioned(tables, cautions) == []
    without = cautions[cautions["caution_id"] != "workforce-oldham-2022-caseload"]
    (problem,) = list_uncautioned(tables, without)
    assert "a caution on Oldham 2022 caseload_fte, found 26.9, before 17.2, after 16.4 (both years)" in str(problem)
    assert len(list_unusual(tables)) == 172


def test_a_few_people_more_are_no_new_level() -> None:
    small = make_rows("looked_after", {"2017": 10, "2018": 10, "2019": 20, "2020": 24})
    assert find_shifts(pick_measure(small, "looked_after")).empty
    assert find_jumps(pick_measure(small, "looked_after")).empty
    large = make_rows("looked_after", {"2017": 100, "2018": 100, "2019": 200, "2020": 240})
    assert find_shifts(pick_measure(large, "looked_after"))["time_period"].tolist() == ["2019"]


def test_growth_is_between_sure_years_behind_the_last_level_shift() -> None:
    row = {"table": "spend", "status": "published", "la_code": "1", "measure": "total_gross"}
    years = ["2012-13", "2013-14", "2014-15", "2015-16"]
    figures = pd.DataFrame({"time_period": years, "value": 1.0})
    for kind, when, ends in (
        ("figure", "2012-13", ["2013-14", "2015-16"]),
        ("figure", "2014-15", ["2012-13", "2015-16"]),
        ("figure", "2015-16", ["2012-13", "2014-15"]),
        ("level", "2014-15", ["2014-15", "2015-16"]),
        ("level", "2015-16", ["2015-16", "2015-16"]),
        ("level", "2012-13", ["2012-13", "2015-16"]),
        ("accounts", "2014-15", ["2012-13", "2015-16"]),
    ):
        cautions = pd.DataFrame([row | {"kind": kind, "time_period": when}])
        sound = select_sound(cautions, "1", figures)["time_period"]
        assert [sound.iloc[0], sound.iloc[-1]] == ends, (kind, when)
        assert len(select_sound(cautions, "2", figures)) == 4
    assert select_sound(cautions, "1", figures.assign(value=None)).empty
