"""Outliers among the published figures, and the cautions that explain them."""

from __future__ import annotations

import pandas as pd

from lewisham_study.analysis.cautions import find_jumps, find_rifts, list_spikes, mark_explained, pick_measure
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
    spikes = list_spikes(tables["spend"], tables["workforce"])
    explained = mark_explained(spikes, tables["cautions"])
    total = spikes["measure"] == "total_gross"
    both = spikes[total & (spikes["rule"] == "both years")]
    assert both["la_name"].tolist() == ["Southwark", "Salford"]
    assert set(spikes.loc[~explained, "la_name"]) == {"Isles of Scilly", "Hillingdon", "Liverpool", "Oldham"}
    assert not mark_explained(spikes, tables["cautions"].iloc[:0]).any()
