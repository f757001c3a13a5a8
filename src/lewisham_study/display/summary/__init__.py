"""Figures, tables and sentences of the summary, which is also the briefing."""

from lewisham_study.display.summary.changes import draw_changes
from lewisham_study.display.summary.grades import draw_grades
from lewisham_study.display.summary.numbers import show_numbers
from lewisham_study.display.summary.words import list_cautions, summarise_position

__all__ = ["draw_changes", "draw_grades", "list_cautions", "show_numbers", "summarise_position"]
