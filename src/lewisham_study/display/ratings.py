"""Ratings, shown: everything the ratings notebook asks for."""

from lewisham_study.display.headlines import show_headlines, tell_headlines
from lewisham_study.display.rating_areas import draw_areas
from lewisham_study.display.rating_flows import draw_flows
from lewisham_study.display.rating_moves import show_moves
from lewisham_study.display.rating_path import draw_path
from lewisham_study.display.rating_shares import draw_shares
from lewisham_study.display.rating_strip import draw_strip
from lewisham_study.display.rating_words import tell_path

__all__ = [
    "draw_areas",
    "draw_flows",
    "draw_path",
    "draw_shares",
    "draw_strip",
    "show_headlines",
    "show_moves",
    "tell_headlines",
    "tell_path",
]
