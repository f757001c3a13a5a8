"""Make the tables of evidence: conflicts between facts with our choices, dated events, silences and sources."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.paths import shorten
from lewisham_study.raw.facts import read_facts
from lewisham_study.raw.sources import read_sources
from lewisham_study.releases.sentences import LONGEST_QUOTE
from lewisham_study.tidy.parsing.spans import measure_span

CHOICE_COLUMNS = ["conflict_id", "question", "fact_ids", "disputed_fact_ids", "chosen_fact_id"]
CHOICE_COLUMNS += ["chosen_source_id", "reason", "confidence", "decided", "superseded_by"]
EVENT_COLUMNS = ["event_id", "la_code", "date_start", "date_end", "precision", "kind", "title", "fact_ids", "source_id"]
ARRANGEMENT_COLUMNS = ["arrangement_id", "la_code", "arrangement", "name", "start", "end"]
ARRANGEMENT_COLUMNS += ["source_id", "locator", "quote", "note"]
SILENCE_COLUMNS = ["silence_id", "la_code", "area", "not_said", "consequence"]
QUESTION_COLUMNS = ["question_id", "topic", "condition", "wording", "reason"]
DOCUMENT_COLUMNS = ["source_id", "extent", "reason"]


def read_choices(coding: Path) -> pd.DataFrame:
    """Read the choices between rival facts, all text; refuse a choice or dispute of a fact that is not a rival.

    A choice that was made again is kept, with the later choice in `superseded_by`.
    """
    path = coding / "choices.csv"
    choices = read_csv(path, CHOICE_COLUMNS, ["conflict_id"])
    for row, choice in enumerate(choices.to_dict("records"), start=2):
        rivals, disputed = choice["fact_ids"].split(), choice["disputed_fact_ids"].split()
        chosen, source = choice["chosen_fact_id"], choice["chosen_source_id"]
        foreign = [fact for fact in [*disputed, chosen] if fact and fact not in rivals]
        if foreign or chosen in disputed:
            found = f"{foreign[0]!r}, which is not one" if foreign else f"{chosen!r} as both"
            hint = "name every rival in fact_ids, and dispute those that are not chosen"
            raise DataError(shorten(path), "chosen and disputed facts among fact_ids", found, row=row, hint=hint)
        if chosen and source:
            found, hint = f"{chosen!r} and {source!r}", "leave one of them empty"
            raise DataError(shorten(path), "a chosen fact or a chosen source, not both", found, row=row, hint=hint)
    check_superseded(choices, shorten(path))
    return choices


def check_superseded(choices: pd.DataFrame, file: str) -> None:
    """Refuse a choice without a day, or one superseded by a choice that is not current or not later."""
    current = select_standing(choices).set_index("conflict_id")["decided"].to_dict()
    for row, choice in enumerate(choices.to_dict("records"), start=2):
        try:
            date.fromisoformat(choice["decided"])
        except ValueError as error:
            hint = "write the day of the decision as year-month-day"
            raise DataError(file, "a day in decided", str(error), row=row, hint=hint) from None
        later = choice["superseded_by"]
        if later and current.get(later, "") <= choice["decided"]:
            hint = "name the current choice, decided later"
            raise DataError(file, "a later, current choice in superseded_by", repr(later), row=row, hint=hint)


def select_standing(choices: pd.DataFrame) -> pd.DataFrame:
    """Select the choices, or the conflicts, that no later one supersedes."""
    return choices[choices["superseded_by"].fillna("") == ""]


def tidy_conflicts(coding: Path) -> pd.DataFrame:
    """Make the table `conflicts`: each contradiction between facts with the choice made."""
    return read_choices(coding).drop(columns="disputed_fact_ids")


def tidy_events(coding: Path) -> pd.DataFrame:
    """Make the table `events`: the dated timeline.

    An impossible date or order is an error, and so is a precision finer than the dates; an event of several days
    may have the precision `day`.
    """
    path = coding / "events.csv"
    events = read_csv(path, EVENT_COLUMNS, ["event_id"])
    for row, event in enumerate(events.to_dict("records"), start=2):
        try:
            start, end = (date.fromisoformat(event[column]) for column in ("date_start", "date_end"))
        except ValueError as error:
            hint = "write it as year-month-day"
            raise DataError(shorten(path), "days such as 2019-08-19", str(error), row=row, hint=hint) from None
        if end < start:
            hint = "date_start is the first day it may have been, date_end the last"
            raise DataError(shorten(path), f"a date_end from {start} on", str(end), row=row, hint=hint)
        precision = measure_span(start, end).precision
        if event["precision"] not in ("day", precision):
            found, hint = repr(event["precision"]), f"{start} to {end} is known to the {precision}"
            raise DataError(shorten(path), f"the precision {precision} or day", found, row=row, hint=hint)
    return events


def tidy_arrangements(coding: Path) -> pd.DataFrame:
    """Make the table `arrangements`: who runs an authority's services for it or with it, as inspection reports state.

    A long quote is an error: the reports are not in the project.
    """
    path = coding / "arrangements.csv"
    arrangements = read_csv(path, ARRANGEMENT_COLUMNS, ["arrangement_id"])
    refuse_long_quotes(arrangements["quote"], shorten(path))
    return arrangements


def refuse_long_quotes(quotes: pd.Series, file: str) -> None:
    """Refuse a quote of a report with more words than `LONGEST_QUOTE`; the first row of the file is its header."""
    for row, quote in enumerate(quotes, start=2):
        if len(quote.split()) > LONGEST_QUOTE:
            found = f"{len(quote.split())} words"
            raise DataError(file, f"a quote of at most {LONGEST_QUOTE} words", found, row=row, hint="shorten it")


def tidy_silences(coding: Path) -> pd.DataFrame:
    """Make the table `silences`: what the documents on an authority do not say, and the consequence for the study."""
    return read_csv(coding / "silences.csv", SILENCE_COLUMNS, ["silence_id"])


def tidy_questions(coding: Path) -> pd.DataFrame:
    """Make the table `questions`: what a committee can ask, the rule that chooses it, and why it arises."""
    return read_csv(coding / "questions.csv", QUESTION_COLUMNS, ["question_id"])


def tidy_groups(coding: Path) -> pd.DataFrame:
    """Make the table `groups`: named groups of authorities to compare with."""
    return read_csv(coding / "groups.csv", ["group", "la_code", "reason"], ["group", "la_code"])


def tidy_sources(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `sources`: the register, with how much of each text is coded.

    A document that only one of `coded_documents.csv` and the files of facts has is an error.
    """
    path, sources = coding / "coded_documents.csv", read_sources(raw)
    documents = read_csv(path, DOCUMENT_COLUMNS, ["source_id"])
    different = set(read_facts(raw)["source_id"]) ^ set(documents["source_id"])
    if different:
        found, hint = f"{sorted(different)} in one of the two", "name each document with its extent, whole or part"
        raise DataError(shorten(path), "the documents in data/raw/facts", found, hint=hint)
    return sources.assign(coded=sources["source_id"].map(documents.set_index("source_id")["extent"]).fillna(""))
