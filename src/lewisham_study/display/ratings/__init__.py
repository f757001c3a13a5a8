"""Figures, tables and sentences of the ratings notebook."""

from lewisham_study.display.ratings.areas import draw_areas
from lewisham_study.display.ratings.moves import draw_flows, show_moves
from lewisham_study.display.ratings.path import draw_path, summarise_path
from lewisham_study.display.ratings.shares import draw_shares, show_headlines, summarise_headlines
from lewisham_study.display.ratings.strip import draw_strip

__all__ = [
    "draw_areas",
    "draw_flows",
    "draw_path",
    "draw_shares",
    "draw_strip",
    "show_headlines",
    "show_moves",
    "summarise_headlines",
    "summarise_path",
]
