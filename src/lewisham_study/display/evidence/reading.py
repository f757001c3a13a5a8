"""How to read the report: cautions on the authority's own figures, and questions that a committee can ask."""

from __future__ import annotations

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import CASELOAD, select_own_measure
from lewisham_study.analysis.questions import choose_questions, list_unsure
from lewisham_study.display.common.cautions import name_partners
from lewisham_study.display.common.citations import credit_releases
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count, format_day, list_words


def summarise_reading(case: Case) -> Prose:
    """List the cautions on the authority's own figures; say so where there is none."""
    caseload = select_own_measure(case, CASELOAD)
    unsure = {"caseload": list_unsure(case, "workforce", CASELOAD), "spend": list_unsure(case, "spend", "total_gross")}
    named = "; ".join(f"{name} {list_words(years)}" for name, years in unsure.items() if years)
    apart = list_unsure(case, "spend", "total_gross", accounts=True)
    lacking = caseload.loc[caseload["value"].isna(), "time_period"].tolist()
    life, partners = describe_life(case), name_partners(case, caseload)
    parts = [
        f"It was {life}; figures do not carry over from or to other authorities." if life else "",
        f"Workforce figures cover {partners} too, in one return." if partners else "",
        f"Treat with caution (drawn hollow; reasons in the annex): {named}." if named else "",
        f"Two official accounts of its spend moved apart to {list_words(apart)}: the chapter on spend has both."
        if apart
        else "",
        f"No caseload was published for {list_words(lacking)}." if lacking else "",
    ]
    known = [f"- {part}" for part in parts if part]
    if not known:
        return Prose(f"No figure of {case.spoken} in this window carries a caution.")
    return Prose("\n".join([f"For {case.spoken}:", "", *known]))


def describe_life(case: Case) -> str:
    """Say when the authority was created or abolished; empty if it neither was."""
    days = {"created": case.valid_from, "abolished": case.valid_to}
    return " and ".join(f"{word} on {format_day(day)}" for word, day in days.items() if day is not None)


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
        f"{credit_releases(sources)}",
    )
