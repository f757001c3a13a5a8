"""Ratings, caseload and spend compared: everything the comparison notebook asks for."""

from lewisham_study.display.comparison_estimates import gather_estimates, tell_forest
from lewisham_study.display.comparison_falls import show_falls, tell_best
from lewisham_study.display.comparison_forest import draw_forest
from lewisham_study.display.comparison_models import show_models, tell_neighbours
from lewisham_study.display.comparison_neighbours import draw_neighbours
from lewisham_study.display.comparison_nulls import show_nulls, tell_nulls
from lewisham_study.display.comparison_panel import draw_panel
from lewisham_study.display.comparison_panel_words import tell_panel
from lewisham_study.display.comparison_paths import draw_paths, tell_paths
from lewisham_study.display.comparison_waits import tell_waits
from lewisham_study.display.comparison_waits_figure import draw_waits

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
