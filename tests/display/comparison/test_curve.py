"""The specification curve and the steps between the first rebuilding and the printed estimate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lewisham_study.analysis.case import open_case
from lewisham_study.display.comparison.curve import GROUPS, OPTIONS, draw_curve, show_steps, summarise_curve
from lewisham_study.tidy.tables import Tables


def test_the_summary_gives_finding_doubt_and_limits(show: Callable[..., Any], read: Any) -> None:
    (text,) = read(show(summarise_curve))
    assert "Of 432 versions of the model, 276 find clearly better grades" in text
    assert "and none clearly worse" in text
    assert "clear in none of 96" in text
    assert "Of 1,000 arrangements at random, the observed one included, 0.1% have as high a median" in text


def test_the_figure_marks_the_choices_of_every_version(show: Callable[..., Any], read: Any) -> None:
    exhibit = show(draw_curve)
    read(exhibit)
    bottom = exhibit.figure.axes[1]
    names = [label.get_text() for label in bottom.get_yticklabels()]
    assert names == [name for options in OPTIONS.values() for name in options.values()]
    assert len(exhibit.table) == 432
    pairs = [(GROUPS[choice], name) for choice, options in OPTIONS.items() for name in options.values()]
    for line, (heading, name) in zip(bottom.lines, pairs, strict=True):
        assert len(line.get_xdata()) == 3 * (exhibit.table[heading] == name).sum()
    assert len(exhibit.caption.partition(" Source")[0].split()) <= 25


def test_the_steps_end_at_the_printed_estimate(read: Any) -> None:
    exhibit = show_steps(open_case(Tables(), "209"))
    read(exhibit)
    table = exhibit.table
    assert table["Inspections"].tolist() == [328, 334, 373, 373, 373, 374]
    assert table["£100 more preventative spend"].iloc[-1] == "1.69 (1.28–2.24)"
    assert table["A decile more deprived"].iloc[2] == "0.84 (0.74–0.94)"
    assert "no count of Bournemouth’s children" in exhibit.caption
    assert table["Change"].tolist()[1:] == ["+8%", "−12%", "−5%", "+0%", "−4%"]
