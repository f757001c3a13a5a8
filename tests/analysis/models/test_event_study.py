"""The years around a judgement: who is compared, the estimates against statsmodels, and the real data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lewisham_study.analysis.models.event_study import (
    OUTCOMES,
    EventStudy,
    Outcome,
    compare_changes,
    draw_limits,
    estimate_events,
    find_year,
    list_first_judgements,
    list_values,
    summarise_comparison,
    trace_changes,
)
from lewisham_study.tidy.tables import Tables

LEVEL = Outcome("level", "need", "level", 3, False)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables()


@pytest.fixture(scope="module")
def found(tables: Tables) -> EventStudy:
    return estimate_events(tables)


def write_events(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    events = pd.DataFrame(rows, columns=["la_code", "grade", "date", "until"]).assign(framework="SIF")
    days = {name: pd.to_datetime(events[name]).astype("datetime64[us]") for name in ("date", "until")}
    return events.assign(good=events["grade"] == "good", **days)


def write_values(values: dict[str, list[float]], first: int) -> pd.DataFrame:
    wide = pd.DataFrame(values).assign(year=lambda frame: frame.index + first)
    return wide.melt("year", var_name="la_code", value_name="value")


def make_changes(seed: int = 3) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    events = write_events(
        *[(f"1{n:02d}", "inadequate", f"{2014 + n % 3}-10-01", None) for n in range(12)],
        *[(f"2{n:02d}", "good", "2015-10-01", "2018-01-01" if n < 4 else None) for n in range(15)],
    )
    values = write_values({code: list(random.normal(10, 1, 12)) for code in events["la_code"]}, 2010)
    return trace_changes(events, values, "inadequate", LEVEL)


def test_a_judgement_counts_from_the_next_end_of_a_period() -> None:
    days = pd.Series(pd.to_datetime(["2016-03-31", "2016-04-01", "2016-09-30", "2016-10-01"]))
    assert find_year(days, 3).tolist() == [2016, 2017, 2017, 2017]
    assert find_year(days, 9).tolist() == [2016, 2016, 2016, 2017]


def test_the_difference_is_of_changes_and_needs_no_equal_levels() -> None:
    events = write_events(("1", "inadequate", "2014-01-01", None), ("2", "good", "2015-01-01", None))
    values = write_values({"1": [5.0, 5, 8, 9], "2": [1.0, 1, 2, 2]}, 2012)
    changes = trace_changes(events, values, "inadequate", LEVEL)
    estimates = compare_changes(changes).estimates
    assert estimates.to_dict() == {-2: 0.0, 0: 2.0, 1: 3.0}


def test_a_good_authority_counts_until_the_period_of_its_lower_grade() -> None:
    events = write_events(("1", "inadequate", "2014-01-01", None), ("2", "good", "2013-01-01", "2015-06-01"))
    values = write_values({"1": [1.0] * 6, "2": [1.0] * 6}, 2012)
    changes = trace_changes(events, values, "inadequate", LEVEL)
    assert sorted(changes.loc[changes["given"] == 0, "offset"]) == [-2, 0, 1]


def test_a_missing_figure_is_left_out_and_never_zero() -> None:
    events = write_events(("1", "inadequate", "2014-01-01", None), ("2", "good", "2013-01-01", None))
    values = write_values({"1": [1.0, 1, np.nan, 4], "2": [1.0] * 4}, 2012).dropna()
    assert compare_changes(trace_changes(events, values, "inadequate", LEVEL)).estimates.to_dict() == {-2: 0.0, 1: 3.0}


@pytest.mark.parametrize("offset", [-2, 0, 2])
def test_the_estimate_and_its_error_are_those_of_statsmodels(offset: int) -> None:
    import statsmodels.api as sm

    changes = make_changes()
    comparison = compare_changes(changes)
    one = changes[changes["offset"] == offset]
    sizes = one.groupby(["stack", "given"])["change"].transform("size")
    judged = one["given"].groupby(one["stack"]).transform("sum")
    weights = np.where(one["given"] == 1, 1, judged / sizes)
    design = np.column_stack([one["given"], pd.get_dummies(one["stack"], dtype=float)])
    fit = sm.WLS(one["change"].to_numpy(), design, weights=weights).fit()
    assert comparison.estimates[offset] == pytest.approx(fit.params[0])
    # HC3 within clusters, from the parts that statsmodels gives.
    leverage = (fit.model.wexog * fit.model.pinv_wexog.T).sum(axis=1)
    scores = fit.model.wexog * (fit.wresid / (1 - leverage))[:, None]
    summed = pd.DataFrame(scores).groupby(one["la_code"].to_numpy()).sum().to_numpy()
    bread = np.linalg.inv(fit.model.wexog.T @ fit.model.wexog)
    clusters = changes["la_code"].nunique()
    expected = (bread @ summed.T @ summed @ bread)[0, 0] * clusters / (clusters - 1)
    place = list(comparison.estimates.index).index(offset)
    assert comparison.covariance[place, place] == pytest.approx(expected)
    # Without the leverage it is the usual clustered error.
    usual = fit.get_robustcov_results("cluster", groups=one["la_code"].to_numpy(), use_correction=False).bse[0] ** 2
    assert 1 < comparison.covariance[place, place] / usual < 1.6


def test_few_authorities_give_no_estimate() -> None:
    changes = make_changes()
    few = changes[(changes["given"] == 0) | (changes["la_code"] < "104")]
    assert draw_limits(compare_changes(few)).empty
    assert np.isnan(summarise_comparison(compare_changes(few))["estimate"])


def test_the_groups_are_those_of_first_judgements(tables: Tables) -> None:
    events = list_first_judgements(tables)
    counts = events.groupby(["framework", "grade"]).size()
    assert counts["SIF"].to_dict() == {"good": 51, "inadequate": 33, "outstanding": 3, "requires_improvement": 65}
    lewisham = events[events["la_code"] == "209"]
    assert lewisham["date"].dt.strftime("%Y-%m-%d").tolist() == ["2016-01-20", "2019-08-19"]
    assert lewisham["until"].dt.year.tolist()[0] == 2019


def test_spend_rises_after_an_inadequate_judgement_as_hood_and_goldacre_found(found: EventStudy) -> None:
    summary = found.summary.set_index(["outcome", "grade", "part"])
    spend = summary.loc["spend", "inadequate", "all"]
    assert spend[["estimate", "low", "high"]].astype(float).round(3).tolist() == [0.112, 0.07, 0.154]
    assert spend["adjusted"] < 0.01
    assert spend["p_before"] > 0.05
    assert summary.loc["agency", "inadequate", "all"]["estimate"] > 5
    assert summary["adjusted"].notna().sum() == 10


def test_no_cautioned_or_joint_figure_counts(tables: Tables) -> None:
    values = {outcome.name: list_values(tables, outcome) for outcome in OUTCOMES}
    assert not {"314", "318"} & set(values["caseload"]["la_code"])
    assert values["caseload"]["year"].min() == 2017
    oldham = values["caseload"][values["caseload"]["la_code"] == "353"]
    assert 2022 not in set(oldham["year"])
    assert values["spend"]["year"].min() == 2012
