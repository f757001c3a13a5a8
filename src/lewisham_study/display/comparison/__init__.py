"""Exhibits of the comparison notebook: one time axis, neighbours, paths, time to good, spend and grades."""

from lewisham_study.display.comparison.answers import show_answers
from lewisham_study.display.comparison.claims import (
    show_claims,
    show_nulls,
    show_promise,
    summarise_claims,
    summarise_nulls,
)
from lewisham_study.display.comparison.curve import draw_curve, show_steps, summarise_curve
from lewisham_study.display.comparison.estimates import draw_forest, gather_estimates, summarise_forest
from lewisham_study.display.comparison.events import draw_events, show_events, summarise_events
from lewisham_study.display.comparison.neighbours import draw_neighbours, show_models, summarise_neighbours
from lewisham_study.display.comparison.panel import draw_panel, summarise_panel
from lewisham_study.display.comparison.paths import draw_paths, show_falls, summarise_best, summarise_paths
from lewisham_study.display.comparison.persistence import draw_persistence, summarise_persistence
from lewisham_study.display.comparison.prediction import draw_prediction, draw_prediction_odds, summarise_prediction
from lewisham_study.display.comparison.starts import compare_starts, draw_starts, summarise_starts
from lewisham_study.display.comparison.waits import (
    draw_waits,
    show_wait_model,
    summarise_wait_model,
    summarise_waits,
)

__all__ = [
    "compare_starts",
    "draw_curve",
    "draw_events",
    "draw_forest",
    "draw_neighbours",
    "draw_panel",
    "draw_paths",
    "draw_persistence",
    "draw_prediction",
    "draw_prediction_odds",
    "draw_starts",
    "draw_waits",
    "gather_estimates",
    "show_answers",
    "show_claims",
    "show_events",
    "show_falls",
    "show_models",
    "show_nulls",
    "show_promise",
    "show_steps",
    "show_wait_model",
    "summarise_best",
    "summarise_claims",
    "summarise_curve",
    "summarise_events",
    "summarise_forest",
    "summarise_neighbours",
    "summarise_nulls",
    "summarise_panel",
    "summarise_paths",
    "summarise_persistence",
    "summarise_prediction",
    "summarise_starts",
    "summarise_wait_model",
    "summarise_waits",
]
