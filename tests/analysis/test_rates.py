"""Pounds per child and counts per 10,000 children."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.rates import per_child, rate_per_10000
from lewisham_study.paths import find_project
from lewisham_study.tidy.measures import tidy_measures, tidy_population

POPULATION = pd.DataFrame(
    {
        "new_la_code": ["E1", "E1", "E2"],
        "time_period": ["2012", "2013", "2012"],
        "value": [1_000.0, 2_000.0, None],
    }
)


def test_financial_year_goes_with_the_middle_of_its_first_year() -> None:
    spend = pd.DataFrame({"new_la_code": ["E1", "E1"], "time_period": ["2012-13", "2013-14"], "value": [5_000.0] * 2})
    result = per_child(spend, POPULATION)
    assert result["children"].tolist() == [1_000.0, 2_000.0]
    assert result["value_per_child"].tolist() == [5.0, 2.5]


def test_any_column_of_amounts_can_be_divided() -> None:
    spend = pd.DataFrame({"new_la_code": ["E1"], "time_period": ["2012-13"], "real_value": [7_000.0]})
    assert per_child(spend, POPULATION, "real_value")["real_value_per_child"].tolist() == [7.0]


def test_31_march_goes_with_the_middle_of_the_year_before() -> None:
    need = pd.DataFrame({"new_la_code": ["E1", "E1"], "time_period": ["2013", "2014"], "value": [10.0, 10.0]})
    result = rate_per_10000(need, POPULATION)
    assert result["rate_per_10000"].tolist() == [100.0, 50.0]
    assert result["children"].tolist() == [1_000.0, 2_000.0]


def test_without_children_there_is_no_rate() -> None:
    need = pd.DataFrame(
        {"new_la_code": ["E2", "E1", "E3"], "time_period": ["2013", "2012", "2013"], "value": [1.0] * 3}
    )
    result = rate_per_10000(need, POPULATION)
    assert result["children"].isna().all()
    assert result["rate_per_10000"].isna().all()
    assert len(result) == 3


def test_rows_keep_their_order_and_labels() -> None:
    need = pd.DataFrame(
        {"new_la_code": ["E1", "E1"], "time_period": ["2014", "2013"], "value": [2.0, 1.0]}, index=[7, 3]
    )
    result = rate_per_10000(need, POPULATION)
    assert result.index.tolist() == [7, 3]
    assert result["rate_per_10000"].tolist() == [10.0, 10.0]


def test_an_area_and_year_twice_is_refused() -> None:
    need = pd.DataFrame({"new_la_code": ["E1"], "time_period": ["2013"], "value": [1.0]})
    with pytest.raises(ValueError, match="twice"):
        rate_per_10000(need, pd.concat([POPULATION, POPULATION]))


def test_rates_agree_with_those_published_beside_the_same_populations() -> None:
    """DfE's 2025 edition: looked after per 10,000 in Lewisham 72 in 2022 and 71 in 2025, in England 67 in 2025."""
    project = find_project()
    need = tidy_measures("need", project.raw, project.coding)
    rates = rate_per_10000(need, tidy_population(project.raw, project.coding))
    looked_after = rates[rates["measure"] == "looked_after"].set_index(["la_name", "time_period"])["rate_per_10000"]
    chosen = [("Lewisham", "2021"), ("Lewisham", "2022"), ("Lewisham", "2025"), ("England", "2025")]
    assert looked_after[chosen].round().tolist() == [71, 72, 71, 67]
