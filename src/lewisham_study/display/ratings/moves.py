"""Moves from one framework’s grades to the next, as matrices and flows."""

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
from lewisham_study.analysis.moves import count_moves, estimate_moves, pair_frameworks, rank_judgements
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit, TableExhibit
from lewisham_study.display.common.phrases import note_ungraded
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
from lewisham_study.vocabulary import GOOD_OR_BETTER, GRADE_LETTERS, GRADE_NAMES, NO_OVERALL_FRAMEWORKS

WIDTH, SPACE = 0.13, 3.0
"""Width of a stack; space between its grades, in authorities."""


@dataclass(frozen=True)
class Step:
    """A move between two frameworks: the strands compared and its heading."""

    first: str
    second: str
    strands: tuple[str, str]
    name: str


STEPS = {
    "slac-sif": Step("SLAC", "SIF", ("safeguarding", "overall"), "SLAC safeguarding → first SIF, overall"),
    "sif-ilacs": Step("SIF", "ILACS", ("overall", "overall"), "First SIF → first ILACS, overall"),
    "ilacs-ilacs": Step("ILACS", "ILACS", ("overall", "overall"), "First ILACS → second ILACS, overall"),
}


def show_moves(case: Case, key: str) -> TableExhibit:
    """Show the counts of one step (slac-sif, sif-ilacs or ilacs-ilacs) with shares of rows and Jeffreys intervals."""
    step = STEPS[key]
    return TableExhibit(
        arrange_moves(pair_step(case, step)),
        f"tbl-moves-{key}",
        f"{step.name}: authorities by grade before (rows) and after (columns)",
        "In brackets: share of the row and its 95% Jeffreys interval. Shares of rows under ten say little. "
        f"{note_ended(case, step)}{cite_steps(case, step)}.",
    )


def cite_steps(case: Case, *steps: Step) -> str:
    """Cite the releases with the judgements that the steps pair."""
    sources: set[str] = set()
    for step in steps:
        wanted = 2 if step.first == step.second else 1
        for framework, strand in zip((step.first, step.second), step.strands, strict=True):
            ranked = rank_judgements(case.tables["judgements"], framework, strand)
            sources |= set(ranked.loc[ranked["rank"] <= wanted, "source_id"])
    return credit(cite_releases(sources))


def note_ended(case: Case, step: Step) -> str:
    """Explain, if the step could go on, that inspections give no overall grade any more."""
    ended = case.tables["judgements"]["framework"].isin(NO_OVERALL_FRAMEWORKS).any()
    return note_ungraded(shown=bool(ended) and step.first == step.second)


def pair_step(case: Case, step: Step) -> pd.DataFrame:
    """Pair the judgements of one step."""
    return pair_frameworks(case.tables, step.first, step.second, step.strands)


def estimate_step(pairs: pd.DataFrame) -> pd.DataFrame:
    """Estimate the shares of a step's moves, best grade first."""
    moves = estimate_moves(count_moves(pairs))
    return moves.sort_values("grade_from", key=lambda grades: grades.map(list(GRADE_NAMES).index), kind="stable")


def arrange_moves(pairs: pd.DataFrame) -> pd.DataFrame:
    """Arrange counts, shares and intervals as a matrix to read, best grade first."""
    counts, moves = count_moves(pairs), estimate_step(pairs)
    estimates = zip(moves["authorities"], moves["share"], moves["low"], moves["high"], strict=True)
    cells = [
        f"{count} ({share:.0%}, {100 * low:.0f}–{high:.0%})" if count else "0" for count, share, low, high in estimates
    ]
    wide = moves.assign(cell=cells).pivot(index="grade_from", columns="grade_to", values="cell")
    table = wide.loc[counts.index, counts.columns].assign(All=counts.sum(axis=1))
    named = table.rename(index=GRADE_NAMES, columns=GRADE_NAMES)
    return named.rename_axis(index="From", columns=None).reset_index()


def tabulate_moves(pairs: pd.DataFrame) -> pd.DataFrame:
    """Arrange counts, shares and intervals as a table with a row for each move."""
    moves = estimate_step(pairs)
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


def find_move(pairs: pd.DataFrame, case: Case) -> tuple[str, str] | None:
    """Return the authority's own move, or None if it was not judged under both frameworks."""
    own = pairs[pairs["la_code"] == case.la_code]
    return None if own.empty else (str(own["grade_from"].iloc[0]), str(own["grade_to"].iloc[0]))


def draw_flows(case: Case) -> FigureExhibit:
    """Draw the moves between frameworks in three panels, with the authority's own moves outlined."""
    pairs = {key: pair_step(case, step) for key, step in STEPS.items()}
    own = {key: find_move(pair, case) for key, pair in pairs.items()}
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 3.7), layout="constrained")
        panels = figure.subplots(1, 3, sharey=True)
        for axes, (key, step) in zip(panels, STEPS.items(), strict=True):
            draw_step(axes, count_moves(pairs[key]), own[key])
            name = step.name.replace(" → ", " →\n")
            axes.set_title(f"{name}\n({len(pairs[key])} authorities)", fontsize=7.5)
        most = max(len(pair) for pair in pairs.values())
        panels[0].set_ylim(-most - SPACE * 3.5, SPACE * 2.5)
        draw_key(figure, [grade for pair in pairs.values() for grade in [*pair["grade_from"], *pair["grade_to"]]])
    outlined = f" Outlined: {case.spoken}." if any(own.values()) else ""
    tables = {key: tabulate_moves(pairs[key]).assign(Step=step.name) for key, step in STEPS.items()}
    return FigureExhibit(
        figure,
        "fig-rating-flows",
        title_flows(pairs["slac-sif"]),
        f"Heights count authorities judged under both.{outlined} The two sides are different standards, so a flow "
        f"down is not by itself a decline. {note_ended(case, STEPS['ilacs-ilacs'])}"
        f"{cite_steps(case, *STEPS.values())}.",
        describe_flows(case, tables, own),
        pd.concat(tables.values(), ignore_index=True),
    )


def draw_step(axes: Axes, moves: pd.DataFrame, own: tuple[str, str] | None) -> None:
    """Draw one step: a stack of grades on either side, and a band for each count between them."""
    tops_from, tops_to = stack_grades(axes, moves.sum(axis=1), 0.0), stack_grades(axes, moves.sum(axis=0), 1 - WIDTH)
    for grade_from in moves.index:
        for grade_to in moves.columns:
            count = int(moves.loc[grade_from, grade_to])
            if not count:
                continue
            left, right = tops_from[grade_from], tops_to[grade_to]
            mine = own == (grade_from, grade_to)
            draw_flow(axes, left, right, count, GRADE_COLOURS[grade_from], outlined=mine)
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
    """Stack the grades of one side, best on top, and return the top of each."""
    tops: dict[str, float] = {}
    height, middle = 0.0, place + WIDTH / 2
    look: dict[str, Any] = {"ha": "center", "fontsize": SMALLEST, "linespacing": 1.0, "zorder": 5}
    for grade, total in totals.items():
        tops[str(grade)] = height
        colour, label = GRADE_COLOURS[str(grade)], GRADE_LETTERS[str(grade)]
        axes.add_patch(Rectangle((place, height - total), WIDTH, total, facecolor=colour, lw=0, zorder=4))
        if total >= 7:
            text = f"{label}\n{total}" if total >= 15 else label
            axes.text(middle, height - total / 2, text, color=choose_ink(colour), va="center", **look)
        else:
            axes.text(middle, height + 0.8, f"{label} {total}", color=INK, va="bottom", **look)
        height -= total + SPACE
    return tops


def draw_flow(axes: Axes, left: float, right: float, count: int, colour: str, *, outlined: bool) -> None:
    """Draw the band of one move, as thick as its count."""
    start, end = WIDTH, 1 - WIDTH
    top = [(start, left), (0.5, left), (0.5, right), (end, right)]
    corners = np.array([*top, *[(x, y - count) for x, y in reversed(top)], (start, left)])
    curve = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    edge: dict[str, Any] = {"edgecolor": INK, "lw": 1.3, "zorder": 3} if outlined else {"lw": 0, "zorder": 2}
    fill = mix_white(colour, 0.62 if outlined else 0.38)
    axes.add_patch(PathPatch(Path(corners, curve), facecolor=fill, **edge))


def mix_white(colour: str, part: float) -> tuple[float, float, float]:
    """Mix a colour with white; opaque because PDF/A readers treat transparency differently."""
    red, green, blue = (1 - part * (1 - int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return red, green, blue


def title_flows(pairs: pd.DataFrame) -> str:
    """State how many authorities with good or outstanding safeguarding under SLAC fell below good under SIF."""
    good = pairs[pairs["grade_from"].isin(GOOD_OR_BETTER)]
    below = int(good["grade_to"].isin(["requires_improvement", "inadequate"]).sum())
    return (
        f"Of {len(good)} authorities good or outstanding for safeguarding under SLAC, "
        f"{below} were below good overall at their first SIF"
    )


def describe_flows(case: Case, tables: dict[str, pd.DataFrame], own: dict[str, tuple[str, str] | None]) -> str:
    """Describe the counts of every step, and the authority's own moves."""
    parts = []
    for key, table in tables.items():
        moved = table[table["Authorities"] > 0].to_dict("records")
        counts = ", ".join(f"{row['From']} to {row['To']} {row['Authorities']}" for row in moved)
        move = own[key]
        mine = f"; {case.label}: {GRADE_NAMES[move[0]]} to {GRADE_NAMES[move[1]]}" if move else ""
        parts.append(f"{STEPS[key].name}: {counts}{mine}")
    return "Flows of authorities between grades. " + ". ".join(parts) + "."
