"""Conflicts between rival facts with what was chosen, and the dated events that facts tell of."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.paths import shorten
from lewisham_study.raw.facts import read_facts
from lewisham_study.raw.sources import read_sources
from lewisham_study.tidy.parsing.spans import measure_span

CHOICE_COLUMNS = [
    "conflict_id",
    "question",
    "fact_ids",
    "disputed_fact_ids",
    "chosen_fact_id",
    "chosen_source_id",
    "reason",
    "confidence",
    "decided",
    "superseded_by",
]
EVENT_COLUMNS = ["event_id", "la_code", "date_start", "date_end", "precision", "kind", "title", "fact_ids", "source_id"]


def read_choices(coding: Path) -> pd.DataFrame:
    """Read the choices between rival facts; one that was decided again stays, and names the choice that supersedes it.

    Parameters
    ----------
    coding : the folder `data/coding`.

    Returns
    -------
    pandas.DataFrame
        `CHOICE_COLUMNS`, all text; ids with spaces between.

    Raises
    ------
    DataError
        Where a fact is chosen or disputed that is no rival, or one is both, or a fact and a source are both
        chosen, or a choice is superseded by one that does not stand or is no later; it names file and row.
    """
    path = coding / "choices.csv"
    choices = read_csv(path, CHOICE_COLUMNS, ["conflict_id"])
    for row, choice in enumerate(choices.to_dict("records"), start=2):
        rivals, disputed = choice["fact_ids"].split(), choice["disputed_fact_ids"].split()
        foreign = [fact for fact in [*disputed, choice["chosen_fact_id"]] if fact and fact not in rivals]
        if foreign or choice["chosen_fact_id"] in disputed:
            got = f"{foreign[0]!r} beside them" if foreign else f"{choice['chosen_fact_id']!r} as both"
            mend = "name every rival in fact_ids, and dispute those that are not chosen"
            raise DataError(shorten(path), "the chosen and the disputed among fact_ids", got, row=row, mend=mend)
        if choice["chosen_fact_id"] and choice["chosen_source_id"]:
            got, mend = f"{choice['chosen_fact_id']!r} and {choice['chosen_source_id']!r}", "empty one of them"
            raise DataError(shorten(path), "a fact or a source chosen, not both", got, row=row, mend=mend)
    check_superseded(choices, shorten(path))
    return choices


def check_superseded(choices: pd.DataFrame, file: str) -> None:
    """Refuse a choice without a day, or superseded by one that does not stand or is no later."""
    standing = select_standing(choices).set_index("conflict_id")["decided"].to_dict()
    for row, choice in enumerate(choices.to_dict("records"), start=2):
        try:
            date.fromisoformat(choice["decided"])
        except ValueError as error:
            mend = "give the day of the decision"
            raise DataError(file, "a day in decided", str(error), row=row, mend=mend) from None
        later = choice["superseded_by"]
        if later and standing.get(later, "") <= choice["decided"]:
            mend = "name the choice that stands now, decided later"
            raise DataError(file, "a later choice that stands, in superseded_by", repr(later), row=row, mend=mend)


def select_standing(choices: pd.DataFrame) -> pd.DataFrame:
    """Select the choices, or the conflicts, that no later one supersedes."""
    return choices[choices["superseded_by"].fillna("") == ""]


def tidy_conflicts(coding: Path) -> pd.DataFrame:
    """Give each contradiction between facts with the choice made: the table `conflicts`."""
    return read_choices(coding).drop(columns="disputed_fact_ids")


def tidy_events(coding: Path) -> pd.DataFrame:
    """Give the dated timeline: the table `events`.

    Raises
    ------
    DataError
        Where a date does not exist, an event ends before it begins, or its precision is finer than its
        dates are; the precision `day` may span an event of several days.
    """
    path = coding / "events.csv"
    events = read_csv(path, EVENT_COLUMNS, ["event_id"])
    for row, event in enumerate(events.to_dict("records"), start=2):
        try:
            start, end = (date.fromisoformat(event[column]) for column in ("date_start", "date_end"))
        except ValueError as error:
            raise DataError(shorten(path), "days such as 2019-08-19", str(error), row=row, mend="mend it") from None
        if end < start:
            mend = "date_start is the first day it may have been, date_end the last"
            raise DataError(shorten(path), f"a date_end from {start} on", str(end), row=row, mend=mend)
        precision = measure_span(start, end).precision
        if event["precision"] not in ("day", precision):
            got, mend = repr(event["precision"]), f"{start} to {end} is known to the {precision}"
            raise DataError(shorten(path), f"the precision {precision} or day", got, row=row, mend=mend)
    return events


SILENCE_COLUMNS = ["silence_id", "la_code", "area", "not_said", "consequence"]


def tidy_silences(coding: Path) -> pd.DataFrame:
    """Give what the documents do not say, and what follows for the study.

    Parameters
    ----------
    coding : the folder `data/coding`.

    Returns
    -------
    pandas.DataFrame
        The table `silences` of the data dictionary, all text; `la_code` is the authority that the documents speak of.

    Examples
    --------
    >>> from lewisham_study.paths import find_project
    >>> silences = tidy_silences(find_project().coding)
    >>> silences.loc[silences["area"] == "Cost of failing", "consequence"].item()
    'No sum is put on it.'
    """
    return read_csv(coding / "silences.csv", SILENCE_COLUMNS, ["silence_id"])


DOCUMENT_COLUMNS = ["source_id", "extent", "reason"]


def tidy_sources(raw: Path, coding: Path) -> pd.DataFrame:
    """Give the register of sources, with how far each text is coded: the table `sources`.

    Raises
    ------
    DataError
        Where `coded_documents.csv` and the files of facts name different documents.
    """
    documents = read_csv(coding / "coded_documents.csv", DOCUMENT_COLUMNS, ["source_id"])
    coded, listed = set(read_facts(raw)["source_id"]), set(documents["source_id"])
    if coded != listed:
        got = f"{sorted(coded ^ listed)} in one of the two"
        mend = "name each document with its extent, whole or part"
        raise DataError(shorten(coding / "coded_documents.csv"), "the documents in data/raw/facts", got, mend=mend)
    sources = read_sources(raw)
    return sources.assign(coded=sources["source_id"].map(documents.set_index("source_id")["extent"]).fillna(""))
