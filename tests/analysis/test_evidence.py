"""Totals of the coded claims, on small ledgers and on the real one."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lewisham_study.analysis.case import place_in_window
from lewisham_study.analysis.evidence import (
    FIGURE_TABLES,
    count_facts,
    count_holdings,
    count_shared,
    cover_places,
    known_by,
    normalise_words,
    reconcile_overspend,
)
from lewisham_study.paths import find_project
from lewisham_study.raw.documents import split_text
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
DOCUMENTS = find_project().root.parent / "shared" / "sources"
SOURCES = TABLES["sources"]
WHOLE = TABLES["facts"][TABLES["facts"]["source_id"].isin(SOURCES.loc[SOURCES["coded"] == "whole", "source_id"])]


def make_facts(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    facts = pd.DataFrame(rows, columns=["source_id", "measure", "value_as_stated", "status"])
    facts["fact_id"] = [f"{source}-{number:03}" for number, source in enumerate(facts["source_id"], 1)]
    return facts.assign(claim_type="spend", area="finance", locator="p4", value="as text, never used")


def test_facts_are_counted_by_source_type_and_status() -> None:
    facts = make_facts(("a", "overspend", "", "accepted"), ("a", "overspend", "", "repeat"), ("b", "x", "", "disputed"))
    counts = count_facts(facts).set_index("source_id")
    assert count_facts(facts.head(1))[["accepted", "disputed", "repeat"]].iloc[0].tolist() == [1, 0, 0]
    assert counts.loc["a", ["facts", "accepted", "disputed", "repeat"]].tolist() == [2, 1, 0, 1]
    assert counts.loc["b", ["facts", "accepted", "disputed", "repeat"]].tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize(("day", "known"), [("2018-12-30", []), ("2018-12-31", ["a"]), ("2020-01-24", ["a", "b"])])
def test_nothing_is_known_before_it_was_certainly_published(day: str, known: list[str]) -> None:
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


@pytest.mark.slow
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


def make_claims(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    facts = pd.DataFrame(rows, columns=["fact_id", "locator", "value_as_stated", "same_as"])
    return facts.assign(source_id=facts["fact_id"].str[0], period_basis="none")


def test_a_gap_counts_from_the_beginning():
    cover = cover_places(make_claims(("a-1", "p4", "x", None), ("a-2", "p5", "x", None), ("a-3", "p5", "x", None)))
    assert cover.loc[0, ["kind", "last", "coded", "gap"]].tolist() == ["p", 5, 2, 3]
    assert cover.loc[0, ["stated", "inferred", "none"]].tolist() == [0, 0, 3]


def test_every_paragraph_and_most_lines_are_coded():
    cover = cover_places(WHOLE).set_index("source_id")
    assert len(cover) == 5
    articles = cover[cover["kind"] == "p"]
    assert (articles["coded"] == articles["last"]).all()
    letter = cover.loc["ofsted-letter-2021"]
    assert letter["coded"] / letter["last"] > 0.8
    assert letter["gap"] <= 3


@pytest.mark.skipif(
    not DOCUMENTS.is_dir(), reason="no documents in ../shared/sources: data/raw/sources.csv says who published each"
)
def test_the_last_place_coded_is_the_last_of_the_document():
    files = TABLES["sources"].set_index("source_id")["file"]
    for cover in cover_places(WHOLE).to_dict("records"):
        text = (DOCUMENTS / files[cover["source_id"]]).read_text(encoding="utf-8")
        places = split_text(text, cover["kind"])
        spoken = [number for number, place in enumerate(places, start=1) if place]
        assert spoken[-1] - cover["last"] <= (0 if cover["kind"] == "p" else 1)


def test_claims_shared_by_two_documents_are_counted_per_pair():
    facts = make_claims(
        ("a-1", "p1", "£15.6m", None),
        ("a-2", "p2", "two years", None),
        ("b-1", "p1", "£15.6m,", "a-1"),
        ("b-2", "p2", "minimum of two years", "a-2"),
        ("b-3", "p3", "two years", "b-2"),
    )
    assert count_shared(facts).to_dict("records") == [{"one": "a", "other": "b", "shared": 2, "same_words": 1}]


def test_words_are_compared_without_capitals_and_punctuation():
    assert normalise_words("Director, Sara Williams") == "director sara williams"


def test_the_two_articles_on_the_overspend_share_its_words():
    shared = count_shared(TABLES["facts"]).set_index(["one", "other"])
    pair = shared.loc[("news-shopper-2018", "news-shopper-2019")]
    assert pair["shared"] >= 4
    assert pair["same_words"] == pair["shared"]


def test_the_article_of_2018_shares_six_claims_with_the_letter_that_it_quotes():
    shared = count_shared(TABLES["facts"]).set_index(["one", "other"])
    assert shared.loc[("news-shopper-2018", "ofsted-letter-2018")].tolist() == [6, 6]
    assert shared.loc[("news-shopper-2019", "ofsted-lewisham-2016")].tolist() == [6, 6]


def test_holdings_count_every_row_once():
    held = count_holdings(TABLES, "209").groupby("table")["rows"].sum()
    for name in [*FIGURE_TABLES, "judgements"]:
        assert held[name] == (TABLES[name]["la_code"] == "209").sum()


def test_missing_figures_are_rows_without_value():
    held = count_holdings(TABLES, "420")
    assert (held["valued"] <= held["rows"]).all()
    assert held["valued"].sum() < held["rows"].sum()


def test_an_unknown_authority_has_nothing():
    assert count_holdings(TABLES, "000").empty
