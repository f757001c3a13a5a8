"""How figures look: grades, sizes, type; legible in grey and to the colour-blind, never by colour alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from lewisham_study.vocabulary import GRADE_LETTERS, GRADE_NAMES, GRADES, NOT_YET_JUDGED

PAGE_WIDTH = 6.3
"""Inches: the width of the text on an A4 page."""

GRADE_COLOURS = {
    "outstanding": "#0B2559",
    "good": "#4A8BD0",
    "requires_improvement": "#DB8A2B",
    "adequate": "#DB8A2B",
    "inadequate": "#7F2704",
    "not_yet_judged": "#FFFFFF",
    "no_longer_judged": "#FFFFFF",
}
INK, MUTED, FAINT = "#1F1F1F", "#5A5A5A", "#D9D9D9"
HERE, REFERENCE, SECOND, THIRD = "#12436D", "#5A5A5A", "#1B7A72", "#801650"
"""The authority under study, and what it is compared with (palette of the UK Analysis Function; its turquoise
darkened, so that names written in it can be read)."""

SMALLEST = 7
"""Points: the smallest type in a figure at the size it is printed."""

SETTINGS: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "text.hinting": "none",  # else a name is wider in the SVG than the layout, at another resolution, left room for
    "text.parse_math": False,  # what stands between two dollars in the data is no formula
    "figure.constrained_layout.w_pad": 0.06,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "legend.fontsize": 7.5,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "hatch.linewidth": 0.5,
    "figure.facecolor": "white",
    "figure.dpi": 110,
    "savefig.facecolor": "white",
}


@contextmanager
def drawing() -> Iterator[None]:
    """Draw in the study's style, whatever the user's own settings are; nothing is shown twice."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        yield


def format_day(day: pd.Timestamp) -> str:
    """Write a day as a reader of English expects it.

    Examples
    --------
    >>> format_day(pd.Timestamp("2016-01-20"))
    '20 January 2016'
    """
    return f"{day.day} {day:%B %Y}"


def format_start(start: pd.Timestamp, precision: str) -> str:
    """Write a first day on site as finely as it is known; empty where it is not.

    Examples
    --------
    >>> format_start(pd.Timestamp("2012-02-01"), "month")
    'February 2012'
    """
    if pd.isna(start):
        return ""
    return f"{start:%B %Y}" if precision == "month" else format_day(start)


def format_month(day: pd.Timestamp) -> str:
    """Write a month and year in short.

    Examples
    --------
    >>> format_month(pd.Timestamp("2016-01-20"))
    'Jan 2016'
    """
    return f"{day:%b %Y}"


def begin_sentence(text: str) -> str:
    """Write the first letter large and leave the others as they are.

    Examples
    --------
    >>> begin_sentence("on 24 March 2025")
    'On 24 March 2025'
    """
    return text[:1].upper() + text[1:]


def format_count(count: int) -> str:
    """Write a small number as a word, to begin a sentence with.

    Examples
    --------
    >>> format_count(2), format_count(14)
    ('Two', '14')
    """
    words = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"]
    return words[count] if count < len(words) else str(count)


def list_words(words: list[str]) -> str:
    """Join words as a sentence does.

    Examples
    --------
    >>> list_words(["overall", "leadership", "care leavers"])
    'overall, leadership and care leavers'
    >>> list_words(["help and protection", "children in care"])
    'help and protection, and children in care'
    """
    last = ", and " if any(" and " in word for word in words) else " and "
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + last + words[-1]


def choose_ink(colour: str) -> str:
    """Give black or white, whichever reads better on a colour.

    Examples
    --------
    >>> choose_ink("#0B2559"), choose_ink("#DB8A2B")
    ('white', 'black')
    """
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return "white" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.4 else "black"


def clear_axes(axes: Axes) -> None:
    """Take away an axes' frame and ticks, where the marks themselves are labelled."""
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


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
