"""The teaching case, shown: everything its hand-outs ask for."""

from lewisham_study.display.evidence.gaps import show_overspend
from lewisham_study.teaching.grades import draw_known, draw_outlook
from lewisham_study.teaching.resources import draw_resources, summarise_resources
from lewisham_study.teaching.tables import (
    show_best,
    show_claims,
    show_companions,
    show_events,
    show_position,
    summarise_position,
)

__all__ = [
    "draw_known",
    "draw_outlook",
    "draw_resources",
    "show_best",
    "show_claims",
    "show_companions",
    "show_events",
    "show_overspend",
    "show_position",
    "summarise_position",
    "summarise_resources",
]
