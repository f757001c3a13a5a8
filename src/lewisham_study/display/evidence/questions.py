"""Questions that a scrutiny committee can ask, with the figure that raises each."""

from __future__ import annotations

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.questions import choose_questions
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count


def show_questions(case: Case) -> TableExhibit | Prose:
    """Show the questions that the authority's figures raise, in the order of the report."""
    chosen = choose_questions(case)
    if chosen.empty:
        return Prose(f"{case.opening} was abolished, so there is no committee to ask.")
    names = {"topic": "On", "question": "Question", "reason": "What raises it"}
    every = case.tables["questions"]
    sources = {"ofsted-2025", "dfe-workforce-2025", "dfe-lait-2026"} & set(case.tables["sources"]["source_id"])
    return TableExhibit(
        chosen[list(names)].rename(columns=names),
        "tbl-questions",
        f"{format_count(len(chosen))} questions that the figures raise for {case.spoken}",
        f"Chosen by rules from {len(every)} questions. No question says that something is wrong, or why. "
        f"{credit(cite_releases(sources))}.",
    )
