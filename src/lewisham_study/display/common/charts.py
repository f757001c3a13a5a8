"""What line charts share: named lines, the names at their ends, their table and their alternative text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lewisham_study.display.common.lines import End, draw_line, label_ends
from lewisham_study.display.common.style import FAINT, HERE, REFERENCE, SECOND, SMALLEST, THIRD

Looks = Mapping[str, Mapping[str, Any]]
LOOKS: Looks = {
    "own": {"color": HERE, "lw": 2.2, "marker": "o", "markersize": 4, "zorder": 4},
    "England": {"color": REFERENCE, "lw": 1.3, "ls": (0, (6, 1.5, 1, 1.5)), "alone": "s", "zorder": 3},
    "region": {"color": THIRD, "lw": 1.3, "ls": (0, (1, 1.2)), "alone": "^", "zorder": 3},
    "median": {"color": SECOND, "lw": 1.3, "ls": (0, (4, 1.5)), "alone": "D", "zorder": 3},
    "other": {"color": FAINT, "lw": 0.9, "zorder": 1},
}


@dataclass(frozen=True)
class NamedLine:
    """A line over years with its name, and its role: a key of `LOOKS`, or of a figure's own looks."""

    name: str
    role: str
    figures: pd.DataFrame
    value: str = "value"


def draw_named_lines(axes: Axes, lines: list[NamedLine], looks: Looks = LOOKS) -> None:
    """Draw the lines, the first of them last."""
    for line in reversed(lines):
        draw_line(axes, line.figures, line.value, **looks[line.role])


def label_lines(
    axes: Axes,
    lines: list[NamedLine],
    write: Callable[[float], str],
    letters: int = 24,
    looks: Looks = LOOKS,
    *,
    fit: bool = False,
) -> None:
    """Write the names of the lines, if any, and their last values at their last points, see `label_ends`."""
    label_ends(axes, name_ends(lines, write, looks), letters=letters, fit=fit)


def name_ends(lines: list[NamedLine], write: Callable[[float], str], looks: Looks = LOOKS) -> list[End]:
    """Name the lines' ends: the name, if any, and the last value."""
    return [
        End(
            f"{line.name} {write(last[line.value])}".lstrip(),
            last["year"],
            last[line.value],
            looks[line.role]["color"],
            weight,
        )
        for line, weight in zip(lines, ["bold", *["normal"] * len(lines)], strict=False)
        for last in line.figures.dropna(subset=line.value).sort_values("year", kind="stable").tail(1).to_dict("records")
    ]


def draw_legend(
    figure: Figure, entries: Mapping[str, Artist | Mapping[str, Any]], columns: int, length: float = 3
) -> float:
    """Name what panels show above them, each with a sample or a line's look; return the inches that this takes."""
    samples = [entry if isinstance(entry, Artist) else sample_line(**entry) for entry in entries.values()]
    look: dict[str, Any] = {"fontsize": SMALLEST, "borderpad": 0, "handlelength": length}
    figure.legend(samples, list(entries), loc="outside upper left", ncols=columns, **look)
    return 0.04 + 0.14 * -(-len(samples) // columns)


def sample_line(*, alone: str = "", **look: Any) -> Line2D:
    """Return a sample of a line, in which `alone`, the shape of a single point, is not shown."""
    return Line2D([], [], **look)


def tabulate_lines(lines: list[NamedLine], heading: str, unit: str) -> pd.DataFrame:
    """Return the lines as a table: a row a period, a column a line with its unit, and where the first is printed."""
    columns = {f"{line.name}, {unit}": line.figures.set_index("time_period")[line.value] for line in lines}
    own = lines[0].figures.set_index("time_period")
    if {"source_id", "locator"} <= set(own):
        columns[f"Source, {lines[0].name}"] = own["source_id"] + ", " + own["locator"]
    return pd.DataFrame(columns).sort_index().rename_axis(heading).reset_index()


def describe_table(table: pd.DataFrame, unit: str = "") -> str:
    """Write the known values of a table by column, each after its row's first cell, for an alternative text.

    A unit that ends every heading is left out.

    Examples
    --------
    >>> describe_table(pd.DataFrame({"Year": ["2016", "2017"], "Change": [None, -0.5], "Cases": [1000, 2000]}))
    'Change: 2017 −0.5; Cases: 2016 1,000, 2017 2,000.'
    """
    rows = table.set_index(table.columns[0]).rename(columns=lambda name: name.removesuffix(f", {unit}"))
    texts = []
    for name in rows.columns:
        known = rows[name].dropna()
        values = known.map(lambda value: f"{value + 0:,.10g}".replace("-", "−"))
        texts += [f"{name}: {', '.join(known.index + ' ' + values)}"] if len(known) else []
    return f"{'; '.join(texts)}."
