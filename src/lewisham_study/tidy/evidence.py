"""Make the tables of evidence: conflicts between facts with our choices, dated events, and silences."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.paths import shorten
from lewisham_study.tidy.parsing.spans import measure_span

CHOICE_COLUMNS = ["conflict_id", "question", "fact_ids", "disputed_fact_ids", "chosen_fact_id"]
CHOICE_COLUMNS += ["chosen_source_id", "reason", "confidence"]
EVENT_COLUMNS = ["event_id", "la_code", "date_start", "date_end", "precision", "kind", "title", "fact_ids", "source_id"]
SILENCE_COLUMNS = ["silence_id", "la_code", "area", "not_said", "consequence"]


def read_choices(coding: Path) -> pd.DataFrame:
    """Read the choices between rival facts, all text; refuse a choice or dispute of a fact that is not a rival."""
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
    return choices


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


def tidy_silences(coding: Path) -> pd.DataFrame:
    """Make the table `silences`: what the documents on an authority do not say, and the consequence for the study."""
    return read_csv(coding / "silences.csv", SILENCE_COLUMNS, ["silence_id"])
