"""Draw one small picture of each kind of band in the study into docs/pictures/bands; `python docs/bands.py` runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lewisham_study.display.common.exhibit import draw_svg, settle_layout
from lewisham_study.display.common.style import GRADE_COLOURS, HERE, INK, MUTED, THIRD, clear_axes, drawing

PLACE = Path(__file__).parent / "pictures" / "bands"
LIGHT = "#A9C8EC"


def draw_count(axes: Axes) -> None:
    """A counted share: a bar without an interval."""
    axes.barh(0, 45, height=0.5, color=HERE)
    axes.barh(0, 55, left=45, height=0.5, color=LIGHT)


def draw_share(axes: Axes) -> None:
    """A share of a few authorities, with its Jeffreys interval."""
    axes.plot([23, 62], [0, 0], color=HERE, lw=1.6)
    axes.plot([41], [0], marker="o", color=HERE, markersize=6)


def draw_open(axes: Axes) -> None:
    """A step with a shaded part where no value is better than another, and limits at whole years."""
    axes.fill_between([0, 40], [-1, -1], [-0.2, -0.2], color=LIGHT, lw=0)
    axes.step([0, 40, 70, 100], [-1, -0.2, 0.4, 0.4], where="post", color=HERE, lw=1.4)
    axes.vlines([20, 55, 85], [-1, -0.7, -0.1], [0.1, 0.35, 0.8], color=HERE, lw=1)


def draw_half(axes: Axes) -> None:
    """The times by which half may have got there: a thick bar on the line of one half."""
    axes.axhline(0, color=INK, lw=0.7, ls=(0, (1, 1.5)))
    axes.plot([35, 70], [0, 0], color=INK, lw=4, solid_capstyle="butt")


def draw_ratio(axes: Axes) -> None:
    """An odds, time or hazard ratio with its interval, and the line of no association."""
    axes.axvline(50, color=INK, lw=0.9)
    for height, middle, low, high in ((0.45, 72, 60, 84), (-0.45, 58, 40, 76)):
        axes.plot([low, high], [height] * 2, color=HERE, lw=1.6)
        axes.plot([middle], [height], marker="o", color=HERE, markersize=6)


def draw_spread(axes: Axes) -> None:
    """How much authorities differ: the middle half of them, and a circle at the mean."""
    axes.barh(0, 40, left=30, height=0.5, color=GRADE_COLOURS["good"])
    axes.plot([48], [0], marker="o", markersize=7, markerfacecolor="white", markeredgecolor=INK)


def draw_chance(axes: Axes) -> None:
    """What chance alone would give: a purple mark beside the count."""
    axes.barh(0, 60, height=0.5, color=LIGHT)
    axes.plot([45, 74], [0, 0], color=INK, lw=1)
    axes.plot([32, 32], [-0.5, 0.5], color=THIRD, lw=2.4)


def draw_caution(axes: Axes) -> None:
    """A figure to treat with caution: a hollow dot on a line."""
    axes.plot([10, 50, 90], [-0.4, 0.5, -0.2], color=HERE, lw=1.6)
    axes.plot([10, 90], [-0.4, -0.2], ls="", marker="o", color=HERE, markersize=6)
    axes.plot([50], [0.5], ls="", marker="o", markersize=6, markerfacecolor="white", markeredgecolor=HERE)


def draw_break(axes: Axes) -> None:
    """A break: the line ends, and begins again on the other side of a dotted line."""
    axes.plot([5, 40], [0.2, 0.5], color=HERE, lw=1.6)
    axes.plot([55, 95], [-0.5, -0.1], color=HERE, lw=1.6)
    axes.axvline(47, color=MUTED, lw=0.9, ls=(0, (1, 1.5)))


PICTURES: tuple[Callable[[Axes], None], ...] = (
    draw_count,
    draw_share,
    draw_open,
    draw_half,
    draw_ratio,
    draw_spread,
    draw_chance,
    draw_caution,
    draw_break,
)


def main() -> None:
    """Write every picture; the same code gives the same bytes."""
    PLACE.mkdir(parents=True, exist_ok=True)
    for draw in PICTURES:
        with drawing():
            figure = Figure(figsize=(1.5, 0.5), layout="constrained")
            axes = figure.subplots()
            draw(axes)
            axes.set(xlim=(0, 100), ylim=(-1.05, 1.05), xticks=[], yticks=[])
            clear_axes(axes)
            settle_layout(figure)
            name = draw.__name__.removeprefix("draw_")
            (PLACE / f"{name}.svg").write_text(draw_svg(figure), encoding="utf-8")


if __name__ == "__main__":
    main()
