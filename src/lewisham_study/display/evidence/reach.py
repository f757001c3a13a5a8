"""How far the documents reach: what was known when, how they are dated, how much of them is coded."""

from __future__ import annotations

from datetime import date

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.evidence import cover_places, known_by
from lewisham_study.display.common.citations import cite_releases, credit
from lewisham_study.display.common.exhibit import TableExhibit
from lewisham_study.display.common.phrases import format_count, format_day, list_words
from lewisham_study.display.evidence.words import format_span, has_documents, list_documents
from lewisham_study.errors import UsageError
from lewisham_study.vocabulary import GRADE_NAMES

KINDS = {"p": "paragraphs", "l": "lines"}


def show_known(case: Case, day: str) -> TableExhibit | None:
    """Show which claims were public by a day such as 2022-12-31, document by document."""
    try:
        known_day = date.fromisoformat(day)
    except ValueError:
        raise UsageError(f"known_by: expected a day such as 2022-12-31, found {day!r}") from None
    if not has_documents(case):
        return None
    documents, facts = list_documents(case), case.tables["facts"]
    known = known_by(facts, case.tables["sources"], known_day)
    claims, public = facts["source_id"].value_counts(), known["source_id"].value_counts()
    published = documents["last"] <= pd.Timestamp(known_day)
    table = pd.DataFrame(
        {
            "Document": documents["name"],
            "Published by": documents["last"].map(format_day),
            "Claims": documents["source_id"].map(claims),
            "Known": documents["source_id"].map(public).fillna(0).astype(int),
            "Status": published.map({True: "known", False: "not yet published"}),
        }
    )
    later = list(documents.loc[~published, "name"])
    unknown = f"; {list_words(later)} {'was' if len(later) == 1 else 'were'} not yet published" if later else ""
    return TableExhibit(
        table,
        "tbl-evidence-known",
        f"By {format_day(pd.Timestamp(known_day))}, {len(known)} of {len(facts)} claims were known{unknown}",
        "A document dated by a range counts from its last possible day. "
        f"{summarise_last_grade(known)} {credit(cite_releases(documents['source_id']))}.",
    )


def summarise_last_grade(known: pd.DataFrame) -> str:
    """State the last overall grade in the known claims, and where it is stated."""
    grades = known[(known["measure"] == "grade") & (known["area"] == "overall") & (known["status"] != "disputed")]
    grades = grades[grades["period_start"].notna()].sort_values(["period_start", "source_id"])
    if grades.empty:
        return "No claim known by then gives a dated overall grade."
    last = grades.iloc[[-1]]
    grade, start, end = (last[column].iloc[0] for column in ("value", "period_start", "period_end"))
    return f"The last overall grade in them is {GRADE_NAMES[str(grade)]}, for {format_span(start, end)}."


def show_coverage(case: Case) -> TableExhibit | None:
    """Show at how many places of each document a claim begins, and how the periods of claims are known."""
    if not has_documents(case):
        return None
    documents = list_documents(case).query("coded == 'whole'")
    cover = cover_places(case.tables["facts"]).set_index("source_id").loc[documents["source_id"]].reset_index()
    table = pd.DataFrame(
        {
            "Document": documents["name"].to_numpy(),
            "Places": cover["last"].astype(str) + " " + cover["kind"].map(KINDS),
            "Coded": cover["coded"],
            "Share, %": (cover["coded"] / cover["last"] * 100).round(0).astype(int),
            "Longest gap": cover["gap"],
            "Printed": cover["stated"],
            "Inferred": cover["inferred"],
            "Not given": cover["none"],
        }
    )
    articles = cover[cover["kind"] == "p"]
    whole = "every paragraph" if (articles["coded"] == articles["last"]).all() else "most paragraphs"
    gap = int(cover.loc[cover["kind"] == "l", "gap"].max())
    return TableExhibit(
        table,
        "tbl-evidence-coverage",
        f"Claims are coded from {whole} of the articles, and from the letter with gaps of at most {gap} lines",
        "Places up to the last coded one. The last three columns count claims by how their period is known. "
        f"{credit(cite_releases(documents['source_id']))}.",
    )


def show_dates(case: Case) -> TableExhibit | None:
    """Show when each document was published, and how that is known."""
    if not has_documents(case):
        return None
    documents = list_documents(case)
    table = pd.DataFrame(
        {
            "Document": documents["name"],
            "Published": [format_span(*days) for days in zip(documents["first"], documents["last"], strict=True)],
            "How it is known": documents["published_basis"],
            "Reasoning": documents["note"],
        }
    )
    inferred = documents[documents["published_basis"] == "inferred"]
    dated = int((inferred["first"] == inferred["last"]).sum())
    exact = format_count(dated).lower() if dated else "none"
    undated = "No document prints its own date. " if len(inferred) == len(documents) else ""
    return TableExhibit(
        table,
        "tbl-evidence-dates",
        f"{format_count(len(inferred))} documents are dated by inference, {exact} of them to the day",
        f"{undated}A date range means the exact date is unknown; its middle is no more likely than its ends. "
        f"{credit(cite_releases(documents['source_id']))}.",
    )
