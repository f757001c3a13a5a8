"""Conflicts between rival facts with what was chosen, and the dated events that facts tell of."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.paths import shorten
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
]
EVENT_COLUMNS = ["event_id", "la_code", "date_start", "date_end", "precision", "kind", "title", "fact_ids", "source_id"]


def read_choices(coding: Path) -> pd.DataFrame:
    """Read the choices between rival facts.

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
        chosen; it names file and row.
    """
    path = coding / "choices.csv"
    choices = read_csv(path, CHOICE_COLUMNS, ["conflict_id"])
    for row, choice in enumerate(choices.to_dict("records"), start=2):
        rivals, disputed = choice["fact_ids"].split(), choice["disputed_fact_ids"].split()
        foreign = [fact for fact in [*disputed, choice["chosen_fact_id"]] if fact and fact not in rivals]
        if foreign or choice["chosen_fact_id"] in disputed:
            got = f"{foreign[0]!r} beside them" if foreign else f"{choice['chosen_fact_id']!r} as both"
            hint = "name every rival in fact_ids, and dispute those that are not chosen"
            raise DataError(shorten(path), "the chosen and the disputed among fact_ids", got, row=row, hint=hint)
        if choice["chosen_fact_id"] and choice["chosen_source_id"]:
            got, hint = f"{choice['chosen_fact_id']!r} and {choice['chosen_source_id']!r}", "empty one of them"
            raise DataError(shorten(path), "a fact or a source chosen, not both", got, row=row, hint=hint)
    return choices


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
            raise DataError(shorten(path), "days such as 2019-08-19", str(error), row=row, hint="mend it") from None
        if end < start:
            hint = "date_start is the first day it may have been, date_end the last"
            raise DataError(shorten(path), f"a date_end from {start} on", str(end), row=row, hint=hint)
        precision = measure_span(start, end).precision
        if event["precision"] not in ("day", precision):
            got, hint = repr(event["precision"]), f"{start} to {end} is known to the {precision}"
            raise DataError(shorten(path), f"the precision {precision} or day", got, row=row, hint=hint)
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
