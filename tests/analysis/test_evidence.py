"""What the coded facts add up to."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lewisham_study.analysis.case import place_in_window
from lewisham_study.analysis.evidence import count_facts, known_by, reconcile_overspend


def make_facts(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    facts = pd.DataFrame(rows, columns=["source_id", "measure", "value_as_stated", "status"])
    facts["fact_id"] = [f"{source}-{number:03}" for number, source in enumerate(facts["source_id"], 1)]
    return facts.assign(claim_type="spend", area="finance", locator="p4", value="as text, never used")


def test_facts_are_counted_by_source_type_and_standing() -> None:
    facts = make_facts(("a", "overspend", "", "accepted"), ("a", "overspend", "", "repeat"), ("b", "x", "", "disputed"))
    counts = count_facts(facts).set_index("source_id")
    assert count_facts(facts.head(1))[["accepted", "disputed", "repeat"]].iloc[0].tolist() == [1, 0, 0]
    assert counts.loc["a", ["facts", "accepted", "disputed", "repeat"]].tolist() == [2, 1, 0, 1]
    assert counts.loc["b", ["facts", "accepted", "disputed", "repeat"]].tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize(("day", "known"), [("2018-12-30", []), ("2018-12-31", ["a"]), ("2020-01-24", ["a", "b"])])
def test_nothing_is_known_before_it_was_surely_published(day: str, known: list[str]) -> None:
    facts = make_facts(("a", "overspend", "", "accepted"), ("b", "overspend", "", "repeat"))
    sources = pd.DataFrame({"source_id": ["a", "b", "c"], "published": ["2018-10/2018-12", "2020-01-24", "2011"]})
    assert known_by(facts, sources, date.fromisoformat(day))["source_id"].tolist() == known


def test_the_window_moves_with_its_years() -> None:
    starts = pd.Series(pd.to_datetime(["2011-12-31", "2012-01-01", "2022-12-31", "2023-12-04", None]))
    assert place_in_window(starts, 2012, 2022).tolist() == ["before", "within", "within", "after", "undated"]
    assert place_in_window(starts, 2010, 2024).tolist() == ["within"] * 4 + ["undated"]


def test_a_part_without_an_amount_stays_missing_and_the_residual_is_derived() -> None:
    facts = make_facts(
        ("a", "overspend", "£10.0m", "accepted"),
        ("b", "overspend", "£10.0m", "repeat"),
        ("a", "overspend_component", "£6m", "accepted"),
        ("a", "overspend_component", "", "accepted"),
        ("a", "overspend_component", "£900k", "accepted"),
    )
    parts = reconcile_overspend(facts)
    assert parts["part"].tolist() == ["total", "component", "component", "component", "residual"]
    assert parts["basis"].tolist() == ["printed", "printed", "missing", "printed", "derived"]
    assert pd.isna(parts.loc[2, "value"]) and pd.isna(parts.loc[2, "share"])
    residual = parts.iloc[-1]
    assert (residual["value"], residual["low"], residual["high"]) == (3_100_000, 2_549_500, 3_650_500)
    assert residual["share"] == pytest.approx(0.31)


@pytest.mark.parametrize("amounts", [[], ["£1m", "£2m"]])
def test_no_overspend_or_two_cannot_be_reconciled(amounts: list[str]) -> None:
    facts = make_facts(*(("a", "overspend", amount, "accepted") for amount in amounts), ("a", "x", "", "accepted"))
    with pytest.raises(ValueError, match=f"state {len(amounts)} overspends"):
        reconcile_overspend(facts)


@settings(deadline=None)
@given(st.lists(st.integers(0, 200), max_size=6), st.integers(0, 50))
def test_the_residual_lies_between_its_bounds(tenths: list[int], rest: int) -> None:
    total = sum(tenths) + rest
    components = [("a", "overspend_component", f"£{tenth / 10:.1f}m", "accepted") for tenth in tenths]
    residual = reconcile_overspend(make_facts(("a", "overspend", f"£{total / 10:.1f}m", "accepted"), *components)).iloc[
        -1
    ]
    assert residual["value"] == pytest.approx(rest * 1e5, abs=1e-3)
    assert residual["high"] - residual["low"] == pytest.approx((len(tenths) + 1) * 1e5, abs=1e-3)
    assert residual["low"] < residual["value"] < residual["high"]
