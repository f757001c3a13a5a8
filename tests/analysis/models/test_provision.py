"""Private provision next to grades, and prevention's share of spend."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.analysis.models.provision import (
    ADDED,
    compare_provision,
    list_provision,
    select_prevention,
    share_prevention,
    share_private,
    trace_prevention,
)
from lewisham_study.tidy.tables import Tables


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables()


def write_spend(**amounts: float | None) -> pd.DataFrame:
    rows = pd.DataFrame({"measure": list(amounts), "value": pd.Series(list(amounts.values()), dtype=float)})
    return rows.assign(
        la_code="209", time_period="2015-16", geographic_level="local_authority", series="s251", source_id="one"
    )


def test_the_private_share_is_of_all_providers() -> None:
    parts = {"own": 50.0, "public": 10.0, "private": 30.0, "voluntary": 10.0}
    spend = write_spend(**{f"looked_after_{name}": value for name, value in parts.items()})
    assert share_private(spend, "looked_after")[["year", "share"]].to_numpy().tolist() == [[2016, 0.3]]
    assert share_private(spend[1:], "looked_after").empty


def test_prevention_is_missing_where_a_line_is() -> None:
    lines = {"family_support_gross": 10.0, "sure_start_gross": 10.0, "young_people_gross": 5.0, "total_gross": 100.0}
    assert share_prevention(write_spend(**lines))["value"].tolist() == [0.25]
    assert share_prevention(write_spend(**lines | {"sure_start_gross": None}))["value"].isna().all()


def test_englands_share_falls_as_the_audit_office_found(tables: Tables) -> None:
    share = trace_prevention(tables).pivot(index="time_period", columns="reading", values="value")
    assert list(share.columns) == sorted(ADDED)
    assert share.loc[["2010-11", "2017-18"], "prevention"].round(3).tolist() == [0.373, 0.232]
    assert share.loc[["2010-11", "2017-18"], "with_justice"].round(3).tolist() == [0.418, 0.261]
    assert share.loc[["2010-11", "2017-18"], "with_other"].round(3).tolist() == [0.416, 0.242]
    assert share.index.min() == "2010-11"


def test_a_level_shift_begins_a_series_of_its_own(tables: Tables) -> None:
    own = select_prevention(open_case(tables, "209")).set_index("time_period")
    assert own.loc["2012-13", "series"] != own.loc["2013-14", "series"] == own.loc["2020-21", "series"]
    assert own.index[own["unsure"]].tolist() == ["2018-19", "2024-25"]


def test_spend_is_of_the_year_before_the_report(tables: Tables) -> None:
    every = list_provision(tables)
    shares = share_private(tables["spend"], "looked_after").set_index(["la_code", "time_period"])["share"]
    lewisham = every[every["la_code"] == "209"].set_index("framework")["looked_after"]
    assert lewisham["SIF"] == shares["209", "2014-15"]
    assert lewisham["ILACS"] == shares["209", "2018-19"]
    assert every["framework"].value_counts().to_dict() == {"SIF": 152, "ILACS": 96}


def test_private_provision_goes_with_lower_odds_of_good(tables: Tables) -> None:
    found = compare_provision(tables).set_index(["service", "framework"])
    both = found.loc["looked_after", "both"]
    assert both[["odds_ratio", "low", "high"]].astype(float).round(2).tolist() == [0.8, 0.69, 0.93]
    assert both["adjusted"] < 0.05
    assert (found["adjusted"] >= found["p_value"]).all()
    assert (found["odds_ratio"] < 1).all()


def test_the_estimate_is_that_of_statsmodels(tables: Tables) -> None:
    import statsmodels.api as sm

    sample = list_provision(tables).query("framework == 'SIF'").dropna(subset=["deprivation"])
    years = pd.get_dummies(sample["year"], drop_first=True, dtype=float)
    design = pd.DataFrame({"share": sample["looked_after"] * 10, "decile": sample["deprivation"], "one": 1.0})
    kinds = {"groups": pd.factorize(sample["la_code"])[0], "use_correction": False}
    fit = sm.Logit(sample["good"], design.join(years)).fit(disp=False, cov_type="cluster", cov_kwds=kinds)
    own = compare_provision(tables).set_index(["service", "framework"]).loc["looked_after", "SIF"]
    factor = len(sample) / (len(sample) - 1)
    assert np.log(own["odds_ratio"]) == pytest.approx(fit.params["share"])
    assert np.log(own["high"] / own["low"]) / 2 / 1.959964 == pytest.approx(fit.bse["share"] * np.sqrt(factor))
