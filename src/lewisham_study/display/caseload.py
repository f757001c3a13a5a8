"""Caseload, shown: everything the caseload notebook asks for."""

from lewisham_study.display.caseload_rates import draw_workforce
from lewisham_study.display.caseload_returns import tell_returns
from lewisham_study.display.caseload_revisions import show_revisions
from lewisham_study.display.caseload_series import draw_caseload
from lewisham_study.display.caseload_split import draw_split
from lewisham_study.display.caseload_spread import draw_spread
from lewisham_study.display.caseload_words import show_words, tell_caseload

__all__ = [
    "draw_caseload",
    "draw_split",
    "draw_spread",
    "draw_workforce",
    "show_revisions",
    "show_words",
    "tell_caseload",
    "tell_returns",
]
