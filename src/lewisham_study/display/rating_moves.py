"""Moves from one framework’s grades to the next, as tables."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.rating_country import pair_frameworks
from lewisham_study.analysis.rating_moves import count_moves, estimate_moves
from lewisham_study.display.exhibits import TableExhibit
from lewisham_study.display.sources import cite_releases, credit
from lewisham_study.display.style import (
    GRADE_NAMES,
)


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
