"""The key that figures of grades carry: each grade's colour with its letter and its name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from lewisham_study.analysis.ratings import GRADES, NOT_YET_JUDGED
from lewisham_study.display.style import GRADE_COLOURS, GRADE_LETTERS, GRADE_NAMES, SMALLEST

UNJUDGED: dict[str, Any] = {"hatch": "////", "edgecolor": "#BBBBBB"}
"""How authorities without a grade are drawn: hatched, in the white that their state has."""


def draw_key(figure: Figure, grades: Collection[str]) -> None:
    """Draw the key above a figure's panels, best grade first.

    Parameters
    ----------
    figure : a figure with a constrained layout.
    grades : those that the figure shows.

    Examples
    --------
    >>> figure = Figure(layout="constrained")
    >>> draw_key(figure, ["good", "adequate"])
    >>> [text.get_text() for text in figure.legends[0].get_texts()]
    ['G good', 'A adequate']
    """
    shown = [grade for grade in [*GRADES, NOT_YET_JUDGED] if grade in set(grades)]
    names = [f"{GRADE_LETTERS[grade]} {GRADE_NAMES[grade]}".removeprefix("– ") for grade in shown]
    samples = [
        Patch(facecolor=GRADE_COLOURS[grade], lw=0.4, **(UNJUDGED if grade == NOT_YET_JUDGED else {}))
        for grade in shown
    ]
    look: dict[str, Any] = {"handlelength": 1.6, "handleheight": 0.9, "handletextpad": 0.5, "columnspacing": 1.3}
    figure.legend(samples, names, loc="outside upper left", ncols=6, fontsize=SMALLEST, borderpad=0, **look)
