"""Exhibits of the evidence notebook: claims, conflicts, events and official holdings."""

from lewisham_study.display.evidence.conflicts import (
    show_overspend,
    show_silences,
    summarise_conflicts,
    summarise_overspend,
    summarise_silences,
)
from lewisham_study.display.evidence.documents import (
    show_coverage,
    show_dates,
    show_known,
    summarise_evidence,
    summarise_independence,
)
from lewisham_study.display.evidence.holdings import draw_holdings, show_releases
from lewisham_study.display.evidence.ledger import draw_ledger, show_standing
from lewisham_study.display.evidence.reading import show_questions, summarise_reading
from lewisham_study.display.evidence.timeline import draw_timeline

__all__ = [
    "draw_holdings",
    "draw_ledger",
    "draw_timeline",
    "show_coverage",
    "show_dates",
    "show_known",
    "show_overspend",
    "show_questions",
    "show_releases",
    "show_silences",
    "show_standing",
    "summarise_conflicts",
    "summarise_evidence",
    "summarise_independence",
    "summarise_overspend",
    "summarise_reading",
    "summarise_silences",
]
