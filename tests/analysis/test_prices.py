"""Real terms."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.rates import to_real_terms
from lewisham_study.errors import UsageError

PRICES = pd.DataFrame(
    {
        "index_name": ["gdp_deflator"] * 3 + ["cpi"] * 2,
        "time_period": ["2012-13", "2021-22", "2022-23", "2012-13", "2021-22"],
        "value": [80.0, 100.0, 110.0, 50.0, 100.0],
    }
)
SPEND = pd.DataFrame({"time_period": ["2012-13", "2021-22", "2022-23"], "value": [8.0, 8.0, None]})


def test_base_year_is_unchanged_and_earlier_pounds_are_worth_more() -> None:
    real = to_real_terms(SPEND, PRICES)
    assert real["real_value"].tolist()[:2] == [10.0, 8.0]
    assert set(real["price_base"]) == {"2021-22"}
    assert set(real["price_index"]) == {"gdp_deflator"}
    assert real["value"].equals(SPEND["value"])


def test_missing_stays_missing() -> None:
    assert pd.isna(to_real_terms(SPEND, PRICES).loc[2, "real_value"])


def test_another_base_and_index() -> None:
    early = SPEND.head(2)
    assert to_real_terms(early, PRICES, base="2012-13")["real_value"].tolist() == [8.0, 6.4]
    assert to_real_terms(early, PRICES, index="cpi")["real_value"].tolist() == [16.0, 8.0]


def test_unknown_index_is_refused() -> None:
    with pytest.raises(UsageError, match="no price index is called 'rpi'; there are: gdp_deflator, cpi"):
        to_real_terms(SPEND, PRICES, index="rpi")


def test_a_year_or_base_without_an_index_is_refused() -> None:
    with pytest.raises(UsageError, match="cpi has no value for 2022-23"):
        to_real_terms(SPEND, PRICES, index="cpi")
    with pytest.raises(UsageError, match="gdp_deflator has no value for 1999-00"):
        to_real_terms(SPEND, PRICES, base="1999-00")
