"""Rates of need: per 10,000 children or per cent of another measure, never of fewer than five."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.case import open_case
from lewisham_study.analysis.rates import MEASURES, SHARES, gather_need, measure_need
from lewisham_study.tidy.tables import Tables
from lewisham_study.vocabulary import FEWEST

TABLES = Tables()


def make_need(**counts: float) -> dict[str, pd.DataFrame]:
    rows = [
        {"new_la_code": "E1", "time_period": "2022", "measure": measure, "value": value, "series": measure}
        for measure, value in counts.items()
    ]
    population = pd.DataFrame({"new_la_code": ["E1"], "time_period": ["2021"], "value": [20_000.0]})
    return {"need": pd.DataFrame(rows), "population": population}


def test_rates_and_shares_have_their_own_base() -> None:
    rates = measure_need(make_need(looked_after=100, referrals=400, rereferrals=80)).set_index("measure")["rate"]
    assert rates.to_dict() == {"looked_after": 50.0, "referrals": 200.0, "rereferrals": 20.0}


def test_fewer_than_five_give_no_rate_and_no_share() -> None:
    rates = measure_need(make_need(looked_after=FEWEST - 1, referrals=FEWEST - 1, rereferrals=2)).set_index("measure")[
        "rate"
    ]
    assert rates.isna().all()
    assert measure_need(make_need(looked_after=FEWEST))["rate"].tolist() == [2.5]


def test_lewisham_has_the_published_rate_of_children_looked_after() -> None:
    need = {one.measure: one for one in gather_need(open_case(TABLES, "Lewisham"))}
    assert list(need) == MEASURES
    last = need["looked_after"].known.iloc[-1]
    assert (last["value"], round(last["rate"], 1)) == (462, 71.7)
    assert need["looked_after"].england.set_index("year")["rate"].round()[2022] == 70


def test_a_share_is_of_the_same_year() -> None:
    rates = measure_need(TABLES)
    for share, base in SHARES.items():
        rows = rates[(rates["measure"] == share) & (rates["geographic_level"] == "national")]
        bases = rates[(rates["measure"] == base) & (rates["geographic_level"] == "national")].set_index("year")["value"]
        assert rows["rate"].tolist() == pytest.approx((rows["value"] / rows["year"].map(bases) * 100).tolist())
        assert rows["rate"].between(10, 40).all()
