"""Spend, shown: everything the spend notebook asks for."""

from lewisham_study.display.spend_accounts import draw_accounts, show_accounts
from lewisham_study.display.spend_children import draw_per_child
from lewisham_study.display.spend_deflators import show_deflators
from lewisham_study.display.spend_england import show_england
from lewisham_study.display.spend_growth import draw_measures, show_growth
from lewisham_study.display.spend_income import draw_income
from lewisham_study.display.spend_index import draw_index
from lewisham_study.display.spend_mix import draw_mix
from lewisham_study.display.spend_overspend import draw_overspend, tell_overspend
from lewisham_study.display.spend_words import tell_cautions, tell_spend

__all__ = [
    "draw_accounts",
    "draw_income",
    "draw_index",
    "draw_measures",
    "draw_mix",
    "draw_overspend",
    "draw_per_child",
    "show_accounts",
    "show_deflators",
    "show_england",
    "show_growth",
    "tell_cautions",
    "tell_overspend",
    "tell_spend",
]
