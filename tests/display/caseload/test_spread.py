"""The caseloads of all authorities in one year."""

import pytest

from lewisham_study.display.caseload.spread import draw_spread


def test_a_joint_return_is_one_dot_and_its_partner_no_comparator(show):
    table = show(draw_spread, "Kingston upon Thames").table
    marked = table[table["Marked as"] == "under study"]
    assert marked["Authority"].tolist() == ["Kingston upon Thames and Richmond upon Thames"]


def test_returns_of_fewer_than_five_workers_are_no_dots(show):
    exhibit = show(draw_spread)
    assert "Isles of Scilly" not in set(exhibit.table["Authority"])
    assert "Left out, under 5 workers: Isles of Scilly (9 cases, 1 worker)." in exhibit.caption
    title = show(draw_spread, "Isles of Scilly").title
    assert title.endswith("the Isles of Scilly had too few workers for an average")


def test_returns_with_a_caution_are_named(show):
    exhibit = show(draw_spread, "Lewisham", 2012, 2021, comparators="Medway, Kent")
    marked = exhibit.table.set_index("Authority")["Caution"]
    assert (marked["Medway"], marked["Kent"]) == ("treat with caution", "")


def test_the_highest_caseload_of_2022_stands_in_every_report_with_its_caution(show):
    last = show(draw_spread, "Lewisham").table.iloc[-1]
    assert (last["Authority"], last["Caution"]) == ("Oldham", "treat with caution")


@pytest.mark.parametrize(("side", "lines"), [("figure", 1), ("narrow", 2)])
def test_the_quartiles_take_two_lines_on_a_phone(show, side, lines):
    texts = [text.get_text() for text in getattr(show(draw_spread), side).axes[0].texts]
    assert [text.count("\n") + 1 for text in texts if "middle half" in text] == [lines]
