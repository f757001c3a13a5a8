"""Real spend as an index from a common start."""

from lewisham_study.display.common.style import MUTED
from lewisham_study.display.spend.index import draw_index


def test_a_comparator_with_a_caution_has_an_open_mark(show):
    exhibit = show(draw_index, "Wigan", comparators="Salford, Bolton")
    assert "a comparator’s figure to treat with caution (Salford 2019-20)" in exhibit.caption
    assert any(line.get_markeredgecolor() == MUTED for line in exhibit.figure.axes[0].lines)


def test_a_caution_on_the_base_year_moves_the_whole_line(show):
    exhibit = show(draw_index, comparators="Southwark, Lambeth")
    assert "That of Southwark in 2012-13 moves the whole line." in exhibit.caption
    last = exhibit.table.iloc[-1]
    moved = f"without it the 2021-22 median is {last['Lambeth']:.0f}, not {last['Median of comparators']:.0f}."
    assert moved in exhibit.caption
