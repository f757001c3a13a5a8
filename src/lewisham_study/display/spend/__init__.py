"""Figures, tables and sentences about spend."""

from lewisham_study.display.spend.accounts import (
    draw_accounts,
    show_accounts,
    show_england,
    show_income,
    summarise_accounts,
    summarise_england,
    summarise_income,
)
from lewisham_study.display.spend.growth import show_deflators, show_growth
from lewisham_study.display.spend.mix import draw_mix
from lewisham_study.display.spend.overspend import draw_overspend, summarise_overspend
from lewisham_study.display.spend.provision import (
    draw_prevention,
    draw_providers,
    show_providers,
    summarise_prevention,
    summarise_providers,
)
from lewisham_study.display.spend.series import draw_cash, draw_per_child, summarise_cautions, summarise_spend

__all__ = [
    "draw_accounts",
    "draw_cash",
    "draw_mix",
    "draw_overspend",
    "draw_per_child",
    "draw_prevention",
    "draw_providers",
    "show_accounts",
    "show_deflators",
    "show_england",
    "show_growth",
    "show_income",
    "show_providers",
    "summarise_accounts",
    "summarise_cautions",
    "summarise_england",
    "summarise_income",
    "summarise_overspend",
    "summarise_prevention",
    "summarise_providers",
    "summarise_spend",
]
