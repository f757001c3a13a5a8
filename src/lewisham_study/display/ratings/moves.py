"""Moves from one framework’s grades to the next, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.moves import count_moves, estimate_moves, pair_frameworks
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, TableExhibit
from lewisham_study.display.common.style import (
    GRADE_COLOURS,
    INK,
    PAGE_WIDTH,
    SMALLEST,
    choose_ink,
    clear_axes,
    draw_key,
    drawing,
)
from lewisham_study.vocabulary import GRADE_LETTERS, GRADE_NAMES


@dataclass(frozen=True)
class Step:
    """One move between frameworks: which, over which strands, and what to call it."""

    first: str
    second: str
    strands: tuple[str, str]
    name: str


STEPS = {
    "slac-sif": Step("SLAC", "SIF", ("safeguarding", "overall"), "SLAC safeguarding → first SIF, overall"),
    "sif-ilacs": Step("SIF", "ILACS", ("overall", "overall"), "First SIF → first ILACS, overall"),
    "ilacs-ilacs": Step("ILACS", "ILACS", ("overall", "overall"), "First ILACS → second ILACS, overall"),
}
SOURCES = ["ofsted-2023", "ofsted-2025"]


def show_moves(case: Case, key: str) -> TableExhibit:
    """Show the matrix behind one panel: counts, and each one's share of its row with a Jeffreys interval.

    Parameters
    ----------
    case : the case under study.
    key : slac-sif, sif-ilacs or ilacs-ilacs.
    """
    step = STEPS[key]
    return TableExhibit(
        arrange_moves(pair_step(case, step)),
        f"tbl-moves-{key}",
        f"{step.name}: authorities by grade before (rows) and after (columns)",
        "In brackets each count’s share of its row and its 95% Jeffreys interval: what a process that gave these "
        f"counts may be. Under ten authorities a share says little. {credit(cite_releases(SOURCES))}.",
    )


def arrange_moves(pairs: pd.DataFrame) -> pd.DataFrame:
    """Arrange the counts, shares and intervals as a matrix to read, best grade first."""
    moves = estimate_moves(count_moves(pairs))
    cell = [
        f"{count} ({share:.0%}, {100 * low:.0f}–{high:.0%})" if count else "0"
        for count, share, low, high in zip(
            moves["authorities"], moves["share"], moves["low"], moves["high"], strict=True
        )
    ]
    wide = moves.assign(cell=cell).pivot(index=["grade_from", "of"], columns="grade_to", values="cell").reset_index()
    order = list(GRADE_NAMES)
    wide = wide.sort_values("grade_from", key=lambda column: column.map(order.index), kind="stable")
    columns = [grade for grade in order if grade in wide.columns]
    table = wide[["grade_from", *columns, "of"]].rename(columns={**GRADE_NAMES, "grade_from": "From", "of": "All"})
    return table.assign(From=table["From"].map(GRADE_NAMES)).reset_index(drop=True)


def pair_step(case: Case, step: Step) -> pd.DataFrame:
    """Pair the judgements of one step."""
    return pair_frameworks(case.tables, step.first, step.second, step.strands)


def find_move(pairs: pd.DataFrame, case: Case) -> tuple[str, str] | None:
    """Find the authority's own move, if it was judged under both."""
    own = pairs[pairs["la_code"] == case.la_code]
    return None if own.empty else (str(own["grade_from"].iloc[0]), str(own["grade_to"].iloc[0]))


def tabulate_moves(pairs: pd.DataFrame) -> pd.DataFrame:
    """Give the counts, shares and intervals as a table to read."""
    moves = estimate_moves(count_moves(pairs))
    moves = moves.sort_values("grade_from", key=lambda column: column.map(list(GRADE_NAMES).index), kind="stable")
    return pd.DataFrame(
        {
            "From": moves["grade_from"].map(GRADE_NAMES),
            "To": moves["grade_to"].map(GRADE_NAMES),
            "Authorities": moves["authorities"],
            "Of": moves["of"],
            "Share": moves["share"].map("{:.0%}".format),
            "95% interval": [f"{low:.0%}–{high:.0%}" for low, high in zip(moves["low"], moves["high"], strict=True)],
        }
    ).reset_index(drop=True)


WIDTH, SPACE = 0.13, 3.0


def draw_flows(case: Case) -> FigureExhibit:
    """Draw the moves between the frameworks, with the authority's own moves outlined.

    Returns
    -------
    FigureExhibit
        Three panels; heights are counts of authorities judged under both. Its table is all the counts.
    """
    pairs = {key: pair_step(case, step) for key, step in STEPS.items()}
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.7), layout="constrained")
        panels = figure.subplots(1, 3, sharey=True)
        for axes, (key, step) in zip(panels, STEPS.items(), strict=True):
            draw_flow(axes, count_moves(pairs[key]), find_move(pairs[key], case))
            name = step.name.replace(" → ", " →\n")
            axes.set_title(f"{name}\n({len(pairs[key])} authorities)", fontsize=7.5)
        most = max(len(pair) for pair in pairs.values())
        panels[0].set_ylim(-most - SPACE * 3.5, SPACE * 2.5)
        draw_key(
            figure, [grade for pair in pairs.values() for side in ("grade_from", "grade_to") for grade in pair[side]]
        )
    return FigureExhibit(
        figure,
        "fig-rating-flows",
        title_flows(case, pairs),
        "Heights are counts of authorities judged under both, on one scale; numbers from six up; the outlined flow "
        f"{'holds' if any(find_move(pair, case) for pair in pairs.values()) else 'would hold'} {case.spoken}. "
        "The two sides of a panel are different standards, so a flow down is not by itself a decline. "
        f"{credit(cite_releases(SOURCES))}.",
        describe_flows(case, pairs),
        pd.concat(
            [tabulate_moves(pairs[key]).assign(Step=step.name) for key, step in STEPS.items()], ignore_index=True
        ),
    )


def draw_flow(axes: Axes, moves: pd.DataFrame, own: tuple[str, str] | None) -> None:
    """Draw one step: a stack of grades on either side, and a band for each count between them."""
    tops_from, tops_to = stack_grades(axes, moves.sum(axis=1), 0.0), stack_grades(axes, moves.sum(axis=0), 1 - WIDTH)
    for grade_from in moves.index:
        for grade_to in moves.columns:
            count = int(moves.loc[grade_from, grade_to])
            if not count:
                continue
            left, right = tops_from[grade_from], tops_to[grade_to]
            mine = own == (grade_from, grade_to)
            draw_band(axes, left, right, count, GRADE_COLOURS[grade_from], outlined=mine)
            if count >= 6 or mine:
                height, side = (left - count / 2, "center_baseline") if count >= 6 else (left + 0.6, "bottom")
                axes.text(WIDTH + 0.02, height, str(count), va=side, fontsize=SMALLEST, color=INK, zorder=6)
            tops_from[grade_from] -= count
            tops_to[grade_to] -= count
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([])
    axes.set_yticks([])
    clear_axes(axes)


def stack_grades(axes: Axes, totals: pd.Series, place: float) -> dict[str, float]:
    """Stack the grades of one side, best on top; give the top of each."""
    tops: dict[str, float] = {}
    height = 0.0
    for grade, total in totals.items():
        tops[str(grade)] = height
        colour = GRADE_COLOURS[str(grade)]
        axes.add_patch(Rectangle((place, height - total), WIDTH, total, facecolor=colour, lw=0, zorder=4))
        label = f"{GRADE_LETTERS[str(grade)]}\n{total}" if total >= 15 else GRADE_LETTERS[str(grade)]
        centred: dict[str, Any] = {
            "ha": "center",
            "va": "center",
            "fontsize": SMALLEST,
            "linespacing": 1.0,
            "zorder": 5,
        }
        if total >= 7:
            axes.text(place + WIDTH / 2, height - total / 2, label, color=choose_ink(colour), **centred)
        else:
            axes.text(place + WIDTH / 2, height + 0.8, f"{label} {total}", color=INK, **{**centred, "va": "bottom"})
        height -= total + SPACE
    return tops


def draw_band(axes: Axes, left: float, right: float, count: int, colour: str, *, outlined: bool) -> None:
    """Draw the band of one move, as thick as its count."""
    start, end = WIDTH, 1 - WIDTH
    corners = np.array(
        [
            (start, left),
            (0.5, left),
            (0.5, right),
            (end, right),
            (end, right - count),
            (0.5, right - count),
            (0.5, left - count),
            (start, left - count),
            (start, left),
        ]
    )
    curve = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    edge: dict[str, Any] = {"edgecolor": INK, "lw": 1.3, "zorder": 3} if outlined else {"lw": 0, "zorder": 2}
    fill = mix_white(colour, 0.62 if outlined else 0.38)
    axes.add_patch(PathPatch(Path(corners, curve), facecolor=fill, **edge))


def mix_white(colour: str, part: float) -> tuple[float, float, float]:
    """Mix a colour with white: opaque, since PDF/A readers treat transparency unevenly.

    Examples
    --------
    >>> mix_white("#000000", 0.5)
    (0.5, 0.5, 0.5)
    """
    red, green, blue = (1 - part * (1 - int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return red, green, blue


def title_flows(case: Case, pairs: dict[str, pd.DataFrame]) -> str:
    """State the finding: where those that were good or outstanding safeguarding in the first framework went."""
    moves = count_moves(pairs["slac-sif"])
    top = moves.loc[[grade for grade in ("outstanding", "good") if grade in moves.index]]
    below = top[[grade for grade in ("requires_improvement", "inadequate") if grade in top.columns]].to_numpy().sum()
    return (
        f"Of {int(top.to_numpy().sum())} authorities good or outstanding for safeguarding under SLAC, "
        f"{int(below)} were below good overall at their first SIF"
    )


def describe_flows(case: Case, pairs: dict[str, pd.DataFrame]) -> str:
    """Describe the flows: the counts of every step, and the authority's own moves."""
    told = []
    for key, step in STEPS.items():
        moves = estimate_moves(count_moves(pairs[key]))
        moves = moves[moves["authorities"] > 0]
        parts = [
            f"{GRADE_NAMES[a]} to {GRADE_NAMES[b]} {n}"
            for a, b, n in zip(moves["grade_from"], moves["grade_to"], moves["authorities"], strict=True)
        ]
        own = find_move(pairs[key], case)
        mine = f"; {case.label}: {GRADE_NAMES[own[0]]} to {GRADE_NAMES[own[1]]}" if own else ""
        told.append(f"{step.name}: {', '.join(parts)}{mine}")
    return "Flows of authorities between grades. " + ". ".join(told) + "."
