"""The coded documents: their names and dates, how much of them is coded, what was known when, which share claims."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.evidence import count_shared, cover_places, known_by
from lewisham_study.display.common.citations import cite_releases, credit_releases
from lewisham_study.display.common.exhibit import Prose, TableExhibit
from lewisham_study.display.common.phrases import format_count, format_day, list_names, list_words
from lewisham_study.errors import UsageError
from lewisham_study.files import escape_markdown
from lewisham_study.raw.sources import parse_published
from lewisham_study.tidy.evidence import select_standing
from lewisham_study.vocabulary import GRADE_NAMES

PLACES = {"p": "paragraphs", "l": "lines"}
KIND_NAMES = {"letter": " letter", "inspection_report": " report"}
"""What follows the publisher in the short name of a document."""


def has_documents(case: Case) -> bool:
    """Return whether any coded document is about the authority."""
    return not case.own("events").empty


def list_documents(case: Case) -> pd.DataFrame:
    """List the coded documents in order of publication.

    The rows of `sources` with coded claims, plus `name` (short), `first` and `last` (the days between which each was
    published). `coded` is whole or part.
    """
    sources = case.tables["sources"]
    documents = sources[sources["source_id"].isin(case.tables["facts"]["source_id"])]
    spans = [parse_published(published) for published in documents["published"]]
    named = documents["publisher"] + documents["kind"].map(KIND_NAMES).fillna("")
    documents = documents.assign(
        name=named + " " + documents["published"].str[:4],
        first=[pd.Timestamp(first) for first, _ in spans],
        last=[pd.Timestamp(last) for _, last in spans],
    )
    return documents.sort_values("first", ignore_index=True, kind="stable")


def format_span(first: date, last: date) -> str:
    """Format a day or a date range as briefly as possible.

    Examples
    --------
    >>> format_span(date(2018, 10, 1), date(2018, 12, 31)), format_span(date(2020, 1, 24), date(2020, 1, 24))
    ('Oct–Dec 2018', '24 Jan 2020')
    >>> format_span(date(2019, 7, 8), date(2019, 7, 19)), format_span(date(2019, 1, 15), date(2019, 2, 10))
    ('8–19 Jul 2019', '15 Jan – 10 Feb 2019')
    >>> format_span(date(2018, 7, 1), date(2019, 7, 31)), format_span(date(2024, 1, 1), date(2024, 1, 31))
    ('Jul 2018 – Jul 2019', 'Jan 2024')
    """
    whole = first.day == 1 and (pd.Timestamp(last) + pd.Timedelta(days=1)).day == 1
    if whole and (first.year, first.month) == (last.year, last.month):
        return f"{first:%b %Y}"
    if whole:
        return f"{first:%b}–{last:%b %Y}" if first.year == last.year else f"{first:%b %Y} – {last:%b %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{last.day} {last:%b %Y}" if first == last else f"{first.day}–{last.day} {last:%b %Y}"
    start = f"{first.day} {first:%b}" if first.year == last.year else f"{first.day} {first:%b %Y}"
    return f"{start} – {last.day} {last:%b %Y}"


def format_name(name: str) -> str:
    """Format a name of the coding vocabulary as words.

    Examples
    --------
    >>> format_name("children_in_care"), format_name("it_systems"), format_name("semi_independent")
    ('children in care', 'IT systems', 'semi-independent')
    """
    return re.sub(r"\bit\b", "IT", name.replace("semi_", "semi-").replace("_", " "))


def summarise_evidence(case: Case) -> Prose:
    """Summarise which documents are coded and how many claims they make; or that there are none on this authority."""
    documents, facts = list_documents(case), case.tables["facts"]
    whole = documents["coded"] == "whole"
    five, others = (cite_releases(documents.loc[chosen, "source_id"]) for chosen in (whole, ~whole))
    names = f"{format_count(whole.sum()).lower()} documents {five}"
    if not has_documents(case):
        subject = list_words(list_names(case, list(case.tables["events"]["la_code"].unique())))
        return Prose(
            f"The {names} that this study codes claim by claim are about {subject} only. No document on {case.spoken} "
            "is coded, so there are no claims to compare. This chapter shows the dated record of its inspections, and "
            "what the official releases hold on it."
        )
    counts, added = facts["status"].value_counts(), facts["source_id"].isin(documents.loc[~whole, "source_id"]).sum()
    return Prose(
        f"The {names} are coded claim by claim. From {format_count((~whole).sum()).lower()} other Ofsted reports "
        f"and letters {others} come {added} claims that date something or settle a conflict. Of the "
        f"**{len(facts)} claims**, {counts.get('repeat', 0)} repeat another and {counts.get('disputed', 0)} are "
        f"disputed; {counts.get('accepted', 0)} are accepted. "
        f"{format_count(len(select_standing(case.tables['conflicts'])))} contradictions and tensions, among the "
        "documents or with the official record, are listed below, each with the choice made and the reason for it."
    )


def summarise_independence(case: Case) -> Prose | None:
    """Summarise which documents share claims, and so are not independent evidence for them."""
    if not has_documents(case):
        return None
    names = list_documents(case).set_index("source_id")["name"].map(escape_markdown)
    lines = []
    for pair in count_shared(case.tables["facts"]).to_dict("records"):
        noun = "claim" if pair["shared"] == 1 else "claims"
        alike = "all" if pair["same_words"] == pair["shared"] > 1 else f"{pair['same_words']} of them"
        words = f", {alike} in the same words" if pair["same_words"] else ""
        lines.append(f"- {names[pair['one']]} and {names[pair['other']]}: {pair['shared']} {noun}{words}.")
    return Prose(
        "### Documents that share claims\n\nA claim that two documents share is counted once. It is not independent "
        "evidence: one may have it from the other, or both from a third.\n\n" + "\n".join(lines)
    )


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
        f"{summarise_last_grade(known)} {credit_releases(documents['source_id'])}",
    )


def summarise_last_grade(known: pd.DataFrame) -> str:
    """State the last overall grade in the known claims, and where it is stated."""
    grades = known[(known["measure"] == "grade") & (known["area"] == "overall") & (known["status"] != "disputed")]
    grades = grades[grades["period_start"].notna()].sort_values(["period_start", "source_id"])
    if grades.empty:
        return "No claim known by then gives a dated overall grade."
    last = grades.to_dict("records")[-1]
    when = format_span(last["period_start"], last["period_end"])
    return f"The last overall grade in them is {GRADE_NAMES[last['value']]}, for {when}."


def show_coverage(case: Case) -> TableExhibit | None:
    """Show at how many places of each document a claim begins, and how the periods of claims are known."""
    if not has_documents(case):
        return None
    documents = list_documents(case).query("coded == 'whole'")
    cover = cover_places(case.tables["facts"]).set_index("source_id").loc[documents["source_id"]].reset_index()
    table = pd.DataFrame(
        {
            "Document": documents["name"].to_numpy(),
            "Places": cover["last"].astype(str) + " " + cover["kind"].map(PLACES),
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
        f"{credit_releases(documents['source_id'])}",
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
        f"{credit_releases(documents['source_id'])}",
    )
