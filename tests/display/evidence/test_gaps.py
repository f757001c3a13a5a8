"""The parts of the overspend."""

from __future__ import annotations

from lewisham_study.analysis.case import open_case
from lewisham_study.display.evidence.gaps import format_million, show_overspend, summarise_overspend
from lewisham_study.tidy.tables import Tables

AMOUNTS = ["Amount, £ million", "At least, £ million", "At most, £ million", "Share, %"]
CASE = open_case(Tables(), "Lewisham")


def test_the_remainder_of_the_overspend_is_given_with_its_bounds():
    exhibit = show_overspend(CASE)
    assert exhibit.title == "The printed parts leave £1.1m of the £15.6m over: £0.85m to £1.35m with rounding"
    table = exhibit.table.set_index("Part")
    assert table.loc["Left over", AMOUNTS].tolist() == [1.1, 0.85, 1.35, 7.1]
    assert table.loc["Other placements", "Basis"] == "no amount printed"
    assert table.loc["Other placements", ["Amount, £ million", "Share, %"]].isna().all()
    assert "£7.0m (44.9%) on named placements and £7.5m (48.1%)" in summarise_overspend(CASE).markdown


def test_pounds_are_formatted_in_millions():
    assert (format_million(1_100_000.0), format_million(850_000.0, 2)) == ("1.1", "0.85")
