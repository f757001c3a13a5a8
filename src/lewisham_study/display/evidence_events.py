"""The events of one authority: those coded from documents, or else its inspections as Ofsted dates them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.display.evidence_words import has_documents
from lewisham_study.display.style import FRAMEWORK_NAMES, GRADE_NAMES, STRAND_NAMES, list_words

LANES = {
    "inspection": "Inspections",
    "report": "Ofsted’s reports",
    "letter": "Ofsted’s reports",
    "focused_visit": "Ungraded visits",
    "monitoring_visit": "Ungraded visits",
    "overspend_reported": "Council",
    "programme_start": "Council",
    "appointment": "Council",
    "committee": "Council",
    "article": "Articles",
}
"""The lane in which each kind of event is drawn, from top to bottom."""
INSPECTION_NAMES = {**FRAMEWORK_NAMES, "CPRI": "Second child protection", "TLAC": "Targeted looked-after"}
"""What stands before "inspection" or "report"."""
VISITS = {"focused_visit": "Focused visit", "monitoring_visit": "Monitoring visit"}
COLUMNS = ["date_start", "date_end", "precision", "kind", "title", "source_id", "places"]


def list_events(case: Case) -> pd.DataFrame:
    """List the dated events of the authority.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`: the first and last day it may have been, how finely that is known, its kind (a key of
        `LANES`), what happened, its source, and the places that tell of it.
    """
    events = case.tables["events"]
    if not has_documents(case):
        return list_inspections(case)
    events = events[events["la_code"] == case.la_code]
    facts = case.tables["facts"].set_index("fact_id")
    spoken = facts["source_id"] + ", " + facts["locator"]
    told = [[str(spoken[fact]) for fact in ids.split()] for ids in events["fact_ids"].fillna("")]
    places = [
        "; ".join(
            dict.fromkeys([*([] if any(place.startswith(f"{source},") for place in group) else [source]), *group])
        )
        for source, group in zip(events["source_id"], told, strict=True)
    ]
    return events.assign(places=places)[COLUMNS]


def list_inspections(case: Case) -> pd.DataFrame:
    """List the inspections, visits and reports that Ofsted's releases date."""
    inspections, judgements = (case.tables[name] for name in ("inspections", "judgements"))
    rows = []
    for inspection in inspections[inspections["la_code"] == case.la_code].to_dict("records"):
        grades = judgements[judgements["inspection_id"] == inspection["inspection_id"]]
        rows += date_inspection(inspection, grades)
    return pd.DataFrame(rows, columns=COLUMNS)


def date_inspection(inspection: dict[Any, Any], grades: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the events of one inspection: the days on site or of the visit, and the report."""
    framework = INSPECTION_NAMES[inspection["framework"]]
    shared = {"source_id": inspection["source_id"], "places": f"{inspection['source_id']}, {inspection['locator']}"}
    visit = VISITS.get(inspection["kind"])
    events = []
    if pd.notna(inspection["start_date"]):
        start, precision = inspection["start_date"], inspection["start_precision"]
        end = inspection["end_date"] if pd.notna(inspection["end_date"]) else start
        end = end + pd.offsets.MonthEnd(0) if precision == "month" else end
        name = framework if framework.endswith("inspection") else f"{framework} inspection"
        title = f"{visit}, ungraded" if visit else f"{name} on site"
        kind = inspection["kind"] if visit else "inspection"
        events.append({"date_start": start, "date_end": end, "precision": precision, "kind": kind, "title": title})
    if not visit and pd.notna(inspection["published_date"]):
        day, title = inspection["published_date"], f"{framework} report: {tell_grades(grades)}"
        events.append({"date_start": day, "date_end": day, "precision": "day", "kind": "report", "title": title})
    return [event | shared for event in events]


def tell_grades(grades: pd.DataFrame) -> str:
    """Tell the overall grade, or where none was given that of each strand."""
    if grades.empty:
        return "no grade held"
    overall = grades[grades["strand"] == "overall"]
    if not overall.empty:
        return f"{GRADE_NAMES[str(overall['grade'].iloc[0])]} overall"
    return list_words(
        [f"{STRAND_NAMES[row['strand']].lower()} {GRADE_NAMES[row['grade']]}" for row in grades.to_dict("records")]
    )
