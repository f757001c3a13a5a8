"""Moves from one framework’s grades to the next, as one table of counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.trajectories import count_moves, estimate_moves, pair_frameworks, rank_judgements
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import FigureExhibit
from lewisham_study.display.common.style import INK, PAGE_WIDTH, SMALLEST, choose_ink, clear_axes, drawing, set_margins
from lewisham_study.vocabulary import GOOD_OR_BETTER, GRADE_LETTERS, GRADE_NAMES

SHADES = ["#FFFFFF", "#E3EDF6", "#A5C3DD", "#3B6A98", "#12436D"]
"""The shade of a cell by the quarter of its row that it holds; the count itself is written in the cell."""


@dataclass(frozen=True)
class Step:
    """A move between two frameworks: the strands compared and the names of its sides."""

    first: str
    second: str
    strands: tuple[str, str]
    before: str
    after: str


STEPS = {
    "slac-sif": Step("SLAC", "SIF", ("safeguarding", "overall"), "SLAC, safeguarding", "first SIF, overall"),
    "sif-ilacs": Step("SIF", "ILACS", ("overall", "overall"), "first SIF, overall", "first ILACS, overall"),
    "ilacs-ilacs": Step("ILACS", "ILACS", ("overall", "overall"), "first ILACS, overall", "second ILACS, overall"),
}


def cite_steps(case: Case, *steps: Step) -> str:
    """Cite the releases with the judgements that the steps pair."""
    sources: set[str] = set()
    for step in steps:
        wanted = 2 if step.first == step.second else 1
        for framework, strand in zip((step.first, step.second), step.strands, strict=True):
            ranked = rank_judgements(case.tables["judgements"], framework, strand)
            sources |= set(ranked.loc[ranked["rank"] <= wanted, "source_id"])
    return credit(cite_releases(sources))


def estimate_step(pairs: pd.DataFrame) -> pd.DataFrame:
    """Estimate the shares of a step's moves, best grade first."""
    moves = estimate_moves(count_moves(pairs))
    return moves.sort_values("grade_from", key=lambda grades: grades.map(list(GRADE_NAMES).index), kind="stable")


def tabulate_moves(pairs: pd.DataFrame, step: Step) -> pd.DataFrame:
    """Arrange counts, shares and their Jeffreys intervals as a table with a row for each move."""
    moves = estimate_step(pairs)
    return pd.DataFrame(
        {
            "From": step.before,
            "Grade before": moves["grade_from"].map(GRADE_NAMES),
            "To": step.after,
            "Grade after": moves["grade_to"].map(GRADE_NAMES),
            "Authorities": moves["authorities"],
            "Authorities with that grade before": moves["of"],
            "Share, %": moves["share"] * 100,
            "95% interval from, %": moves["low"] * 100,
            "95% interval to, %": moves["high"] * 100,
        }
    ).round(1)


def draw_moves(case: Case) -> FigureExhibit:
    """Draw a table of counts for each step between frameworks, with the authority's own moves outlined."""
    pairs = {key: pair_frameworks(case.tables, step.first, step.second, step.strands) for key, step in STEPS.items()}
    grades = ["grade_from", "grade_to"]
    own = {key: pair.loc[pair["la_code"] == case.la_code, grades].to_numpy().tolist() for key, pair in pairs.items()}
    with drawing():
        figure = Figure(figsize=(PAGE_WIDTH, 2.2))
        panels = figure.subplots(1, 3)
        set_margins(figure, left=0.36, right=0.06, bottom=0.06, top=0.34, gaps=(0.42, 0))
        for axes, (key, step) in zip(panels, STEPS.items(), strict=True):
            draw_step(axes, count_moves(pairs[key]), own[key], step)
    outlined = " Outlined: its own." if any(own.values()) else ""
    return FigureExhibit(
        figure,
        "fig-rating-moves",
        title_moves(pairs["slac-sif"]),
        "Sides are different standards: a lower grade after is not by itself a decline. Darker: more of the row."
        f"{outlined} {cite_steps(case, *STEPS.values())}.",
        describe_moves(case, pairs, own),
        pd.concat([tabulate_moves(pairs[key], step) for key, step in STEPS.items()], ignore_index=True),
    )


def draw_step(axes: Axes, moves: pd.DataFrame, own: list[list[str]], step: Step) -> None:
    """Draw one step: grades before in rows, grades after in columns, the count in each cell."""
    for row, grade_from in enumerate(moves.index):
        total = float(moves.loc[grade_from].sum())
        for column, grade_to in enumerate(moves.columns):
            count = int(moves.loc[grade_from, grade_to])
            shade = SHADES[0 if not count else min(int(count / total * 4), 3) + 1]
            look: dict[str, Any] = {"facecolor": shade, "edgecolor": "white", "lw": 1.5}
            axes.add_patch(Rectangle((column, row), 1, 1, **look))
            text = str(count) if count else "·"
            centred: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": 8}
            axes.text(column + 0.5, row + 0.5, text, color=choose_ink(shade), **centred)
    for grade_from, grade_to in own:
        corner = (list(moves.columns).index(grade_to), list(moves.index).index(grade_from))
        axes.add_patch(Rectangle(corner, 1, 1, facecolor="none", edgecolor=INK, lw=2, zorder=5))
    axes.set_xlim(-0.05, len(moves.columns) + 0.05)
    axes.set_ylim(len(moves.index) + 0.05, -0.05)
    axes.set_aspect("equal")
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xticks([place + 0.5 for place in range(len(moves.columns))], [GRADE_LETTERS[g] for g in moves.columns])
    axes.set_yticks([place + 0.5 for place in range(len(moves.index))], [GRADE_LETTERS[g] for g in moves.index])
    axes.set_xlabel(f"{step.after} →", fontsize=SMALLEST)
    axes.set_ylabel(f"← {step.before}", fontsize=SMALLEST)
    clear_axes(axes)


def title_moves(pairs: pd.DataFrame) -> str:
    """State how many authorities with good or outstanding safeguarding under SLAC fell below good under SIF."""
    good = pairs[pairs["grade_from"].isin(GOOD_OR_BETTER)]
    below = int(good["grade_to"].isin(["requires_improvement", "inadequate"]).sum())
    return (
        f"Of {len(good)} authorities good or outstanding for safeguarding under SLAC, "
        f"{below} were below good overall at their first SIF"
    )


def describe_moves(case: Case, pairs: dict[str, pd.DataFrame], own: dict[str, list[list[str]]]) -> str:
    """Describe the counts of every step, and the authority's own moves."""
    parts = []
    for key, step in STEPS.items():
        moved = estimate_step(pairs[key]).query("authorities > 0").to_dict("records")
        counts = [
            f"{GRADE_NAMES[row['grade_from']]} to {GRADE_NAMES[row['grade_to']]} {row['authorities']}" for row in moved
        ]
        mine = [f"; {case.label}: {GRADE_NAMES[before]} to {GRADE_NAMES[after]}" for before, after in own[key]]
        parts.append(f"{step.before} to {step.after}: {', '.join(counts)}{''.join(mine)}")
    return "Counts of authorities by grade before and after. " + ". ".join(parts) + "."
