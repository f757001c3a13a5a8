"""The ten awkward facts, read as the ledger reads them, and shown without the reading."""

from __future__ import annotations

from lewisham_study.teaching.answers import (
    DATES,
    MONEY,
    NUMBERS,
    RIVALS,
    list_choices,
    read_facts,
    show_printed,
    show_rivals,
)
from lewisham_study.tidy.tables import Tables

TABLES = Tables()


def test_ten_facts_are_read_with_their_bounds() -> None:
    assert len({*MONEY, *DATES, *NUMBERS}) == 10
    assert list(read_facts(TABLES["facts"], MONEY).values()) == [(15.6e6, 15.6e6), (2e6, 2e6), (None, None)]
    days = [("2020-01-23", "2020-01-23"), ("2019-07-01", "2019-07-31"), ("2023-12-01", "2023-12-31")]
    assert list(read_facts(TABLES["facts"], DATES).values()) == days
    bounds = [(200.0, None), (600.0, None), (2.0, None), (0.8, 0.8)]
    assert list(read_facts(TABLES["facts"], NUMBERS).values()) == bounds


def test_what_is_shown_holds_no_answer() -> None:
    shown = show_printed(TABLES, [*MONEY, *DATES, *NUMBERS])
    assert list(shown) == ["fact_id", "quote", "value_as_stated", "period_as_stated", "published"]
    rivals = show_rivals(TABLES)
    assert "reason" not in rivals
    for conflict, choice in list_choices(TABLES["conflicts"]).items():
        offered = set(rivals.loc[rivals["conflict"] == conflict, "claim_or_source"])
        assert choice is None or choice in offered
        assert len(offered) > 1
    assert list(list_choices(TABLES["conflicts"])) == RIVALS
