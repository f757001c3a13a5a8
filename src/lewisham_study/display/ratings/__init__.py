"""Figures, tables and sentences of the ratings notebook."""

from lewisham_study.display.ratings.asked import draw_themes, show_asked, show_next, summarise_themes
from lewisham_study.display.ratings.moves import draw_moves
from lewisham_study.display.ratings.path import draw_areas, draw_path
from lewisham_study.display.ratings.shares import (
    draw_shares,
    show_headlines,
    show_leadership,
    summarise_headlines,
    summarise_leadership,
)
from lewisham_study.display.ratings.strip import draw_strip
from lewisham_study.display.ratings.words import summarise_grades, summarise_path

__all__ = [
    "draw_areas",
    "draw_moves",
    "draw_path",
    "draw_shares",
    "draw_strip",
    "draw_themes",
    "show_asked",
    "show_headlines",
    "show_leadership",
    "show_next",
    "summarise_grades",
    "summarise_headlines",
    "summarise_leadership",
    "summarise_path",
    "summarise_themes",
]
