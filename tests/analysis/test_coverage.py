"""How far the ledger reaches, on small ledgers and on the real one."""

from __future__ import annotations

import pandas as pd
import pytest

from lewisham_study.analysis.evidence import FIGURE_TABLES, count_holdings, count_shared, cover_places
from lewisham_study.paths import find_project
from lewisham_study.raw.documents import split_text
from lewisham_study.tidy.tables import Tables

TABLES = Tables()
DOCUMENTS = find_project().root.parent / "shared" / "sources"


def make_facts(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    facts = pd.DataFrame(rows, columns=["fact_id", "locator", "value_as_stated", "same_as"])
    return facts.assign(source_id=facts["fact_id"].str[0], period_basis="none")


def test_a_gap_counts_from_the_beginning():
    cover = cover_places(make_facts(("a-1", "p4", "x", None), ("a-2", "p5", "x", None), ("a-3", "p5", "x", None)))
    assert cover.loc[0, ["kind", "last", "coded", "gap"]].tolist() == ["p", 5, 2, 3]
    assert cover.loc[0, ["stated", "inferred", "none"]].tolist() == [0, 0, 3]


def test_every_paragraph_and_most_lines_are_coded():
    cover = cover_places(TABLES["facts"]).set_index("source_id")
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
    for cover in cover_places(TABLES["facts"]).to_dict("records"):
        text = (DOCUMENTS / files[cover["source_id"]]).read_text(encoding="utf-8")
        places = split_text(text, cover["kind"])
        spoken = [number for number, place in enumerate(places, start=1) if place]
        assert spoken[-1] - cover["last"] <= (0 if cover["kind"] == "p" else 1)


def test_claims_shared_by_two_documents_are_counted_per_pair():
    facts = make_facts(
        ("a-1", "p1", "£15.6m", None),
        ("a-2", "p2", "two years", None),
        ("b-1", "p1", "£15.6m,", "a-1"),
        ("b-2", "p2", "minimum of two years", "a-2"),
        ("b-3", "p3", "two years", "b-2"),
    )
    assert count_shared(facts).to_dict("records") == [{"one": "a", "other": "b", "shared": 2, "same_words": 1}]


def test_the_two_articles_on_the_overspend_share_its_words():
    shared = count_shared(TABLES["facts"]).set_index(["one", "other"])
    pair = shared.loc[("news-shopper-2018", "news-shopper-2019")]
    assert pair["shared"] >= 4
    assert pair["same_words"] == pair["shared"]


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
