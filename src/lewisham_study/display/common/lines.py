"""Lines over years, broken at gaps and breaks in series, with labels at their ends."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from lewisham_study.display.common.style import (
    FAINT,
    HERE,
    INK,
    MUTED,
    SMALLEST,
    measure_text,
    measure_ticks,
    set_margins,
)

EDGE = 0.06
"""Inches between the last letters and a figure's edge."""
PATCH = {"facecolor": "white", "alpha": 0.65, "lw": 0, "pad": 0.4}
"""Behind a label that crosses lines."""


@dataclass(frozen=True)
class End:
    """A line's label and where the line ends."""

    name: str
    x: float
    y: float
    colour: str = INK
    weight: str = "normal"


def split_runs(figures: pd.DataFrame, value: str = "value") -> list[pd.DataFrame]:
    """Split rows of year, series and value into runs that may be joined: one series, consecutive years."""
    return [figures.iloc[run] for run in find_runs(figures, value)]


def find_runs(figures: pd.DataFrame, value: str) -> list[np.ndarray]:
    """Find the places of the rows of each run, see `split_runs`."""
    years, series = figures["year"].to_numpy(), figures["series"].to_numpy()
    known = np.flatnonzero(figures[value].notna().to_numpy())
    places = known[np.argsort(years[known], kind="stable")]
    series, years = series[places], years[places]
    starts = np.flatnonzero((series[1:] != series[:-1]) | (years[1:] != years[:-1] + 1)) + 1
    return [run for run in np.split(places, starts) if len(run)]


def draw_line(axes: Axes, figures: pd.DataFrame, value: str = "value", *, alone: str = "o", **look: Any) -> None:
    """Draw a line run by run; a run of one year is a point of the shape `alone`."""
    years, values = figures["year"].to_numpy(), figures[value].to_numpy()
    for run in find_runs(figures, value):
        point = {"marker": alone, "markersize": 4} if len(run) == 1 and not look.get("marker") else {}
        axes.plot(years[run], values[run], **{**look, **point})


def draw_band(axes: Axes, spread: pd.DataFrame, low: str, high: str, **look: Any) -> None:
    """Draw the band between two columns run by run; a run of one year is a bar."""
    for run in split_runs(spread, low):
        if len(run) == 1:
            axes.bar(run["year"], run[high] - run[low], bottom=run[low], width=0.34, **{"lw": 0, **look})
        else:
            axes.fill_between(run["year"], run[low], run[high], **{"lw": 0, **look})


def mark_break(axes: Axes, place: float, before: str, after: str) -> None:
    """Mark a break in series by a dotted line with the names of both sides above it."""
    axes.axvline(place, color=MUTED, lw=0.9, ls=(0, (1, 1.5)), zorder=2.6)
    for text, side, shift in ((f"{before} ◂", "right", -3), (f"▸ {after}", "left", 3)):
        at: Any = (place, 1.0)
        above: dict[str, Any] = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points", "ha": side}
        axes.annotate(text, at, (shift, 2), fontsize=SMALLEST, color=MUTED, **above)


def write_near(axes: Axes, text: str, at: Any, shift: tuple[float, float] = (0, 0), **look: Any) -> None:
    """Write a small text at a place on the axes' scales (or `xycoords`), moved right and up by so many points."""
    axes.annotate(text, at, shift, textcoords="offset points", **{"fontsize": SMALLEST, **look})


def shade_after(axes: Axes, end: pd.Timestamp, last: pd.Timestamp) -> bool:
    """Hatch the time from the window's end to the last day drawn, if it is more than four months; return whether."""
    after = last > end + pd.DateOffset(months=4)
    if after:
        axes.axvspan(date2num(end), date2num(last), facecolor="none", edgecolor=FAINT, hatch="////", lw=0, zorder=0.5)
        axes.axvline(date2num(end), color=INK, lw=1, ls=(0, (4, 2)), zorder=1)
    return after


def label_ends(
    axes: Axes, ends: Iterable[End], size: float = SMALLEST, *, letters: int = 24, fit: bool = False
) -> None:
    """Label lines at their last points, so many letters a line, spaced at the right edge so that no labels overlap.

    The label of a line that ends earlier is above or below the lines that go on near it.
    Call it when the axes have their final limits and height; `fit` gives a single panel the right margin for them.
    """
    ordered = sorted(ends, key=lambda end: end.y)
    if not ordered:
        return
    low, high = axes.get_ylim()
    figure: Any = axes.figure
    inches = figure.get_figheight() * axes.get_position().height
    names = [textwrap.fill(end.name, letters, break_on_hyphens=False) for end in ordered]
    right = max(end.x for end in ordered)
    last = [(end, 1 + name.count("\n")) for end, name in zip(ordered, names, strict=True) if end.x == right]
    line = (high - low) * size * 1.22 / 72 / inches
    gaps = [line * (below + above) / 2 for (_, below), (_, above) in pairwise(last)]
    heights = dict(zip([end for end, _ in last], spread_apart([end.y for end, _ in last], gaps), strict=True))
    for end, name in zip(ordered, names, strict=True):
        at = (end.x, heights.get(end, end.y))
        place: dict[str, Any] = {"textcoords": "offset points", "va": "center", "ha": "left", "fontsize": size}
        rise = choose_rise(axes, end, line) if end.x < right else 0
        patch = PATCH if end.x < right else None
        axes.annotate(name, at, (3 if rise else 9, rise), color=end.colour, weight=end.weight, bbox=patch, **place)
    if fit:
        fit_right(axes, [(end.x, measure_end(end, size, letters)) for end in ordered])


def measure_end(end: End, size: float = SMALLEST, letters: int = 24) -> float:
    """Measure how many inches a label reaches to the right of its line's end."""
    return 9 / 72 + measure_text(textwrap.fill(end.name, letters, break_on_hyphens=False), size, end.weight)


def fit_right(axes: Axes, reaches: Iterable[tuple[float, float]]) -> None:
    """Give a figure the right margin for texts that begin at places on its x axis and reach so many inches."""
    figure: Any = axes.figure
    low, high = axes.get_xlim()
    width = figure.get_figwidth()
    inner = width * (1 - figure.subplotpars.left)
    shares = [((high - place) / (high - low), reach) for place, reach in reaches]
    beyond = [(reach - inner * share) / (1 - share) for share, reach in shares if share < 1]
    figure.subplots_adjust(right=1 - (max([0.0, *beyond]) + EDGE) / width)


def choose_rise(axes: Axes, end: End, line: float) -> int:
    """Choose by how many points a label next to a line's end is raised or lowered, clear of lines that go on near it.

    `line` is the height of a line of text on the axes' scale.
    """
    drawn = [np.asarray(one.get_xydata()) for one in axes.lines if one.get_transform() == axes.transData]
    points = np.concatenate([np.empty((0, 2)), *drawn])
    later = points[points[:, 0] > end.x, 1]
    near = later[np.abs(later - end.y) < line]
    return 0 if not len(near) else 9 if near.mean() <= end.y else -9


def label_first_last(
    axes: Axes,
    figures: pd.DataFrame,
    value: str,
    write: Callable[[float], str],
    *,
    last: bool = True,
    near: int = 1,
) -> None:
    """Label the first and (if `last`) the last known value of a line, above or below its `near` next points."""
    known = figures.dropna(subset=value).sort_values("year", kind="stable")[value]
    if known.empty or (len(known) == 1 and not last):
        return
    sides = [("left", 0, known.iloc[: near + 1])]
    sides += [("right", 3, known.iloc[-near - 1 :])] if last else []
    sides = sides if len(known) > 1 else [("center", 0, known)]
    for (side, right, points), place in zip(sides, (0, -1), strict=False):
        year, end = figures["year"].loc[known.index[place]], known.iloc[place]
        below = is_higher(points, end)
        at = (year, points.min() if below else points.max())
        look: dict[str, Any] = {"textcoords": "offset points", "ha": side, "fontsize": SMALLEST, "zorder": 5}
        axes.annotate(write(end), at, (right, -11 if below else 5), color=HERE, weight="bold", bbox=PATCH, **look)


def is_higher(points: pd.Series, end: float) -> bool:
    """Return True if the points near an end rise further above it than they fall below it."""
    return bool(points.max() - end > end - points.min())


def spread_apart(heights: list[float], gaps: float | list[float]) -> list[float]:
    """Move sorted heights as little as possible (least squares) so that neighbours have a gap between them."""
    apart = gaps if isinstance(gaps, list) else [gaps] * (len(heights) - 1)
    offsets = np.cumsum([0.0, *apart])[: len(heights)]
    return [float(height) for height in pool_neighbours(heights - offsets) + offsets]


def pool_neighbours(values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return the closest numbers (least squares) that never fall; `scipy.optimize`, which has it, is slow to import.

    Examples
    --------
    >>> pool_neighbours([1.0, 4.0, 2.0, 3.0, 9.0]).tolist()
    [1.0, 3.0, 3.0, 3.0, 9.0]
    """
    pools: list[tuple[float, int]] = []
    for value in values:
        total, count = float(value), 1
        while pools and pools[-1][0] / pools[-1][1] >= total / count:
            before = pools.pop()
            total, count = before[0] + total, before[1] + count
        pools.append((total, count))
    return np.array([total / count for total, count in pools for _ in range(count)])


def set_panels(figure: Figure, *, bottom: float, top: float, between: float) -> None:
    """Place panels, once drawn, by margins in inches, so that the labels at their lines' ends and their ticks fit."""
    texts = [text for axes in figure.axes for text in axes.texts]
    ends = [9 / 72 + measure_text(text.get_text(), weight=str(text.get_fontweight())) for text in texts]
    ticks, reach = max(measure_ticks(axes) for axes in figure.axes), max(ends, default=0)
    set_margins(
        figure,
        left=ticks + EDGE,
        right=reach + EDGE,
        bottom=bottom,
        top=top,
        gaps=(ticks + reach + 2 * EDGE, between),
    )
