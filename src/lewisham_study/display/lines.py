"""Lines over years: broken where a series breaks or a year is missing, and named where they end."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from lewisham_study.display.style import HERE, INK, MUTED, SMALLEST


@dataclass(frozen=True)
class End:
    """The name of a line, to be written where the line ends."""

    name: str
    x: float
    y: float
    colour: str = INK
    weight: str = "normal"


def split_runs(figures: pd.DataFrame, value: str = "value") -> list[pd.DataFrame]:
    """Split a line into the runs that may be joined: one series, years one after the other, no gap.

    Parameters
    ----------
    figures : year, series and the value, one row a year.
    value : the column drawn.

    Examples
    --------
    >>> rows = pd.DataFrame({"year": [2016, 2017, 2018, 2020], "series": ["a", "b", "b", "b"], "value": 1.0})
    >>> [run["year"].tolist() for run in split_runs(rows)]
    [[2016], [2017, 2018], [2020]]
    """
    known = figures.dropna(subset=value).sort_values("year")
    series, year = known["series"].to_numpy(), known["year"].to_numpy()
    starts = np.flatnonzero((series[1:] != series[:-1]) | (year[1:] != year[:-1] + 1)) + 1
    edges = [0, *starts, len(known)]
    return [known.iloc[first:end] for first, end in pairwise(edges) if end > first]


def draw_line(axes: Axes, figures: pd.DataFrame, value: str = "value", *, alone: str = "o", **look: Any) -> None:
    """Draw a line run by run; a year that stands alone becomes a point of the shape `alone`."""
    for run in split_runs(figures, value):
        point = {"marker": alone, "markersize": 4} if len(run) == 1 and not look.get("marker") else {}
        axes.plot(run["year"], run[value], **{**look, **point})


def draw_band(axes: Axes, spread: pd.DataFrame, low: str, high: str, **look: Any) -> None:
    """Draw the band between two columns, run by run; a year that stands alone becomes a bar."""
    for run in split_runs(spread, low):
        if len(run) == 1:
            axes.bar(run["year"], run[high] - run[low], bottom=run[low], width=0.34, **{"lw": 0, **look})
        else:
            axes.fill_between(run["year"], run[low], run[high], **{"lw": 0, **look})


def mark_break(axes: Axes, place: float, before: str, after: str) -> None:
    """Mark a break between series: a dotted line, with what stands on either side of it written above."""
    axes.axvline(place, color=MUTED, lw=0.9, ls=(0, (1, 1.5)), zorder=2.6)
    for text, side, shift in ((f"{before} ◂", "right", -3), (f"▸ {after}", "left", 3)):
        at: Any = (place, 1.0)
        above: dict[str, Any] = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points", "ha": side}
        axes.annotate(text, at, (shift, 2), fontsize=SMALLEST, color=MUTED, **above)


def label_ends(axes: Axes, ends: Iterable[End], size: float = SMALLEST) -> None:
    """Name lines beside their last points; at the right edge, moved apart so that no name lies on another.

    Call it when the axes have their final limits and size.
    """
    ordered = sorted(ends, key=lambda end: end.y)
    if not ordered:
        return
    low, high = axes.get_ylim()
    figure: Any = axes.figure
    inches = figure.get_figheight() * axes.get_position().height
    names = [textwrap.fill(end.name, 24) for end in ordered]
    lines = 1 + max(name.count("\n") for name in names) / 2
    gap = (high - low) * (size * lines + 1.8) / 72 / inches
    right = max(end.x for end in ordered)
    last = [end for end in ordered if end.x == right]
    heights = dict(zip(last, spread_apart([end.y for end in last], gap), strict=True))
    for end, name in zip(ordered, names, strict=True):
        at = (end.x, heights.get(end, end.y))
        place: dict[str, Any] = {"textcoords": "offset points", "va": "center", "ha": "left", "fontsize": size}
        axes.annotate(name, at, (9, 0), color=end.colour, weight=end.weight, **place)


def label_first_last(axes: Axes, figures: pd.DataFrame, value: str, write: Callable[[float], str]) -> None:
    """Write the first and the last known value of a line, clear of the line."""
    known = figures.dropna(subset=value).sort_values("year")
    if known.empty:
        return
    rises = len(known) > 1 and known[value].iloc[1] > known[value].iloc[0]
    falls = len(known) > 1 and known[value].iloc[-1] < known[value].iloc[-2]
    sides = [("left", -3, -11 if rises else 5), ("right", 3, -11 if falls else 5)]
    sides = sides if len(known) > 1 else [("center", 0, 5)]
    ends = known.iloc[[0, -1][: len(sides)]].to_dict("records")
    for row, (side, right, up) in zip(ends, sides, strict=True):
        place: dict[str, Any] = {"textcoords": "offset points", "ha": side, "fontsize": SMALLEST, "zorder": 5}
        axes.annotate(write(row[value]), (row["year"], row[value]), (right, up), color=HERE, weight="bold", **place)


def spread_apart(heights: list[float], gap: float) -> list[float]:
    """Move ordered heights as little as may be (least squares), so that each is a gap above the one before.

    Examples
    --------
    >>> spread_apart([1.0, 1.0, 5.0], 1.0)
    [0.5, 1.5, 5.0]
    """
    blocks: list[tuple[float, int]] = []
    for number, height in enumerate(heights):
        mean, size = height - number * gap, 1
        while blocks and blocks[-1][0] > mean:
            before, many = blocks.pop()
            mean, size = (before * many + mean * size) / (many + size), many + size
        blocks.append((mean, size))
    level = [mean for mean, size in blocks for _ in range(size)]
    return [mean + number * gap for number, mean in enumerate(level)]
