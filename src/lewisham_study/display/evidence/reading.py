"""How to read the report: what the authority's own figures need, beyond what every report says."""

from __future__ import annotations

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.caseload import CASELOAD, select_window
from lewisham_study.analysis.questions import list_unsure
from lewisham_study.display.common.cautions import name_partners
from lewisham_study.display.common.exhibit import Prose
from lewisham_study.display.common.phrases import format_day, list_words


def summarise_reading(case: Case) -> Prose:
    """List the cautions on the authority's own figures; say so where there is none."""
    parts = [note_life(case), note_joint_return(case), note_unsure(case), note_accounts(case), note_missing(case)]
    known = [f"- {part}" for part in parts if part]
    if not known:
        return Prose(f"No figure of {case.spoken} in this window carries a caution.")
    return Prose("\n".join([f"For {case.spoken}:", "", *known]))


def note_life(case: Case) -> str:
    """Say that the authority was created or abolished, where it was."""
    created = f"created on {format_day(case.valid_from)}" if case.valid_from is not None else ""
    ended = f"abolished on {format_day(case.valid_to)}" if case.valid_to is not None else ""
    life = " and ".join(part for part in (created, ended) if part)
    return f"It was {life}; figures do not carry over from or to other authorities." if life else ""


def note_joint_return(case: Case) -> str:
    """Say with whom it sends one return of its workforce, if with anyone."""
    rows = select_window(case, CASELOAD)
    partners = name_partners(case, rows[rows["la_code"] == case.la_code])
    return f"Workforce figures cover {partners} too, in one return." if partners else ""


def note_unsure(case: Case) -> str:
    """Name the years of caseload and spend to treat with caution, drawn hollow."""
    named = [
        f"{name} {list_words(years)}"
        for name, years in (
            ("caseload", list_unsure(case, "workforce", CASELOAD)),
            ("spend", list_unsure(case, "spend", "total_gross")),
        )
        if years
    ]
    return f"Treat with caution (drawn hollow; reasons in the annex): {'; '.join(named)}." if named else ""


def note_accounts(case: Case) -> str:
    """Name the years by which two official accounts of spend moved apart."""
    years = list_unsure(case, "spend", "total_gross", accounts=True)
    return (
        f"Two official accounts of its spend moved apart to {list_words(years)}: the chapter on spend has both."
        if years
        else ""
    )


def note_missing(case: Case) -> str:
    """Name the years without a caseload."""
    rows = select_window(case, CASELOAD)
    own = rows[rows["la_code"] == case.la_code]
    lacking = own.loc[own["value"].isna(), "time_period"].tolist()
    return f"No caseload was published for {list_words(lacking)}." if lacking else ""
