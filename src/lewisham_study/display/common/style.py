"""How figures look: colours, sizes and type, legible in greyscale and to colour-blind readers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Patch
from matplotlib.textpath import text_to_path

from lewisham_study.vocabulary import GRADE_LETTERS, GRADE_NAMES, GRADES, NO_OVERALL, NOT_YET_JUDGED

PAGE_WIDTH = 6.3
"""Inches: the width of the text on an A4 page."""
PHONE_WIDTH = 3.7
"""Inches: the width of a figure drawn for a phone (390 pixels)."""
SMALLEST = 7
"""Points: the smallest type in a figure at its printed size."""

GRADE_COLOURS = {
    "outstanding": "#0B2559",
    "good": "#4A8BD0",
    "requires_improvement": "#DB8A2B",
    "adequate": "#DB8A2B",
    "inadequate": "#7F2704",
    "not_yet_judged": "#FFFFFF",
    "no_longer_judged": "#FFFFFF",
    "no_overall_grade": "#FFFFFF",
}
INK, MUTED, FAINT = "#1F1F1F", "#5A5A5A", "#D9D9D9"
HERE, REFERENCE, SECOND, THIRD = "#12436D", "#5A5A5A", "#1B7A72", "#801650"
"""The authority under study and its comparators (palette of the UK Analysis Function; its turquoise
darkened so that names can be read in it)."""
UNJUDGED: dict[str, dict[str, Any]] = {
    NO_OVERALL: {"hatch": "----", "edgecolor": "#8C8C8C"},
    NOT_YET_JUDGED: {"hatch": "////", "edgecolor": "#BBBBBB"},
}
"""Hatching for authorities without a grade, over the white of their colour."""

SETTINGS: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "text.hinting": "none",  # with hinting, names in the SVG are wider than the layout allowed for
    "text.parse_math": False,  # text of the data between two dollar signs is no formula
    "figure.constrained_layout.w_pad": 0.06,
    "axes.titlesize": 8.5,
    "axes.titley": 1.0,  # else every title measures the labels of the axis to its left
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
    """Use the study's style, whatever the user's own settings."""
    style, settings = list_style(), cast("dict[str, Any]", mpl.rcParams)
    with mpl.rc_context():
        # Values already checked: to check all of them again, for every figure, would take longer than to draw a panel.
        dict.update(settings, style)
        yield


@cache
def list_style() -> dict[str, Any]:
    """List every setting of the study's style: matplotlib's defaults, and our own."""
    with mpl.rc_context():
        before = mpl.rcParams.copy()
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        reset = [name for name in mpl.rcParamsDefault if not name.startswith(("backend", "interactive", "toolbar"))]
        return {name: dict.__getitem__(mpl.rcParams, name) for name in reset if name in before}


def choose_ink(colour: str) -> str:
    """Return black or white, whichever is easier to read on a colour."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return "white" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.4 else "black"


def choose_edge(grade: str) -> str:
    """Return the colour of a grade's outline: its own, or grey for white."""
    return str(UNJUDGED[grade]["edgecolor"]) if grade in UNJUDGED else GRADE_COLOURS[grade]


def clear_axes(axes: Axes) -> None:
    """Hide spines and tick marks."""
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def draw_key(figure: Figure, grades: Collection[str], columns: int = 6) -> float:
    """Draw the key to the grades shown above a figure, best first; return the inches from the top that it takes."""
    shown = [grade for grade in [*GRADES, NO_OVERALL, NOT_YET_JUDGED] if grade in set(grades)]
    names = [f"{GRADE_LETTERS[grade]} {GRADE_NAMES[grade].removesuffix(' any more')}" for grade in shown]
    names = [GRADE_NAMES[grade] if grade == NOT_YET_JUDGED else name for grade, name in zip(shown, names, strict=True)]
    samples = [Patch(facecolor=GRADE_COLOURS[grade], lw=0.4, **UNJUDGED.get(grade, {})) for grade in shown]
    look: dict[str, Any] = {"handlelength": 1.6, "handleheight": 0.9, "handletextpad": 0.5}
    look["columnspacing"] = 1.3 if len(shown) < 6 else 0.8
    figure.legend(samples, names, loc="outside upper left", ncols=columns, fontsize=SMALLEST, borderpad=0, **look)
    return 0.09 + 0.14 * -(-len(shown) // columns)


def set_margins(
    figure: Figure,
    *,
    left: float,
    right: float,
    bottom: float,
    top: float,
    between: tuple[float, float] = (0, 0),
    gaps: tuple[float, float] | None = None,
) -> None:
    """Place a figure's panels by margins in inches, and the space between them: shares of a panel, or gaps in inches.

    A constrained layout, which measures every text twice, costs as much as drawing the figure.
    """
    width, height = figure.get_size_inches()
    edges = left / width, bottom / height, 1 - right / width, 1 - top / height
    if gaps:
        grid: Any = figure.axes[0].get_gridspec()
        rows, columns = grid.get_geometry()
        wide = (width - left - right - gaps[0] * (columns - 1)) / columns
        high = (height - bottom - top - gaps[1] * (rows - 1)) / rows
        between = gaps[0] / wide, gaps[1] / high
    figure.subplots_adjust(*edges, *between)


def measure_text(text: str, size: float = SMALLEST, weight: str = "normal") -> float:
    """Measure the widest line of a text in inches."""
    font = FontProperties(size=size, weight=weight)
    lines = [text_to_path.get_text_width_height_descent(line, font, ismath=False) for line in text.splitlines()]
    return float(max(width for width, _, _ in lines)) / 72


def measure_ticks(axes: Axes) -> float:
    """Measure in inches what the widest label of a y axis takes, with its tick."""
    low, high = sorted(axes.get_ylim())
    places = [place for place in axes.get_yticks() if low <= place <= high]
    texts = [text for text in axes.yaxis.get_major_formatter().format_ticks(places) if text]
    return 0.1 + max((measure_text(text, SETTINGS["ytick.labelsize"]) for text in texts), default=0)
