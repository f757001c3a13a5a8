"""Figures, tables and sentences of the summary, which is also the briefing."""

from lewisham_study.display.summary.grades import draw_grades
from lewisham_study.display.summary.group import (
    compare_asked,
    compare_numbers,
    compare_places,
    list_group_cautions,
    summarise_group,
)
from lewisham_study.display.summary.group_grades import compare_grades
from lewisham_study.display.summary.multiples import compare_changes
from lewisham_study.display.summary.numbers import draw_changes, show_numbers
from lewisham_study.display.summary.words import list_cautions, summarise_asked, summarise_position

__all__ = [
    "compare_asked",
    "compare_changes",
    "compare_grades",
    "compare_numbers",
    "compare_places",
    "draw_changes",
    "draw_grades",
    "list_cautions",
    "list_group_cautions",
    "show_numbers",
    "summarise_asked",
    "summarise_group",
    "summarise_position",
]
