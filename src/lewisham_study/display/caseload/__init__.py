"""Figures, tables and sentences about caseload."""

from lewisham_study.display.caseload.returns import show_revisions, summarise_returns
from lewisham_study.display.caseload.said import (
    draw_levels,
    show_directions,
    show_levels_by_grade,
    show_levels_by_place,
    show_words,
    summarise_said,
    summarise_words,
    summarise_words_and_counts,
)
from lewisham_study.display.caseload.series import draw_caseload, summarise_caseload
from lewisham_study.display.caseload.split import draw_split, summarise_split
from lewisham_study.display.caseload.spread import draw_spread
from lewisham_study.display.caseload.workforce import draw_workforce, summarise_missing_rates, summarise_workforce

__all__ = [
    "draw_caseload",
    "draw_levels",
    "draw_split",
    "draw_spread",
    "draw_workforce",
    "show_directions",
    "show_levels_by_grade",
    "show_levels_by_place",
    "show_revisions",
    "show_words",
    "summarise_caseload",
    "summarise_missing_rates",
    "summarise_returns",
    "summarise_said",
    "summarise_split",
    "summarise_words",
    "summarise_words_and_counts",
    "summarise_workforce",
]
