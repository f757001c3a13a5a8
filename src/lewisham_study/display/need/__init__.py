"""Figures and sentences about need."""

from lewisham_study.display.need.panels import draw_need, summarise_missing, summarise_need

__all__ = ["draw_need", "summarise_missing", "summarise_need"]
