"""Ratings, caseload and spend compared: everything the comparison notebook asks for."""

from lewisham_study.display.comparison.estimates import draw_forest, gather_estimates, tell_forest
from lewisham_study.display.comparison.neighbours import draw_neighbours, show_models, tell_neighbours
from lewisham_study.display.comparison.null_tests import show_nulls, tell_nulls
from lewisham_study.display.comparison.panel import draw_panel, tell_panel
from lewisham_study.display.comparison.paths import draw_paths, show_falls, tell_best, tell_paths
from lewisham_study.display.comparison.waits import draw_waits, tell_waits

__all__ = [
    "draw_forest",
    "draw_neighbours",
    "draw_panel",
    "draw_paths",
    "draw_waits",
    "gather_estimates",
    "show_falls",
    "show_models",
    "show_nulls",
    "tell_best",
    "tell_forest",
    "tell_neighbours",
    "tell_nulls",
    "tell_panel",
    "tell_paths",
    "tell_waits",
]
