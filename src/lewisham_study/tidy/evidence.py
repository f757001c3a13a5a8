"""Make the tables of evidence: facts with printed values and periods typed, conflicts, dated events, sources."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.paths import shorten
from lewisham_study.raw.facts import read_facts
from lewisham_study.raw.sources import parse_published, read_sources
from lewisham_study.releases.sentences import LONGEST_QUOTE
from lewisham_study.tidy.parsing.numbers import Token, TokenError, parse_token
from lewisham_study.tidy.parsing.periods import Period, Published, parse_period
from lewisham_study.tidy.parsing.spans import measure_span

VOCABULARY_COLUMNS = ["field", "value", "value_kind", "unit", "description"]
READING_COLUMNS = ["fact_id", "field", "reading", "reason"]
CHOICE_COLUMNS = ["conflict_id", "question", "fact_ids", "disputed_fact_ids", "chosen_fact_id"]
CHOICE_COLUMNS += ["chosen_source_id", "reason", "confidence", "decided", "superseded_by"]
EVENT_COLUMNS = ["event_id", "la_code", "date_start", "date_end", "precision", "kind", "title", "fact_ids", "source_id"]
ARRANGEMENT_COLUMNS = ["arrangement_id", "la_code", "arrangement", "name", "start", "end"]
ARRANGEMENT_COLUMNS += ["source_id", "locator", "quote", "note"]
DOCUMENT_COLUMNS = ["source_id", "extent", "reason"]
Kind = tuple[str, str]
Readings = dict[tuple[str, str], str]
Problem = tuple[str, str, str]


def tidy_facts(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `facts`: values and periods parsed from what is printed, or from `fact_readings.csv`.

    Status is disputed if a current choice goes against the fact, repeat if another fact states the same first, and
    accepted otherwise. A token that cannot be parsed is an error with its row and the forms that can be.
    """
    facts = read_facts(raw)
    kinds, readings = read_kinds(coding, facts), read_readings(coding, facts)
    published = read_sources(raw).set_index("source_id")["published"].map(parse_published)
    rows = facts.to_dict("records")
    typed = [type_fact(fact, kinds[fact["measure"]], readings, published[fact["source_id"]]) for fact in rows]
    disputed = " ".join(select_standing(read_choices(coding))["disputed_fact_ids"]).split()
    status = pd.Series("accepted", facts.index).mask(facts["same_as"] != "", "repeat")
    status = status.mask(facts["fact_id"].isin(disputed), "disputed")
    facts = facts.rename(columns={"coder_note": "note"}).assign(status=status)
    return facts.join(pd.DataFrame(typed, index=facts.index))


def read_kinds(coding: Path, facts: pd.DataFrame) -> dict[str, Kind]:
    """Read each measure's kind of value and unit; an unknown claim type, area or measure is an error."""
    vocabulary = read_csv(coding / "fact_vocabulary.csv", VOCABULARY_COLUMNS, ["field", "value"])
    for field in ("claim_type", "area", "measure"):
        known = vocabulary.loc[vocabulary["field"] == field, "value"]
        unknown = facts[(facts[field] != "") & ~facts[field].isin(known)]
        if len(unknown):
            fact, expected = unknown.iloc[0], f"a known {field}"
            hint = "use a word of data/coding/fact_vocabulary.csv, or add it there with its meaning"
            raise DataError(fact["file"], expected, repr(fact[field]), row=fact["row"], hint=hint)
    measures = vocabulary[vocabulary["field"] == "measure"].set_index("value")
    return dict(zip(measures.index, zip(measures["value_kind"], measures["unit"], strict=True), strict=True))


def read_readings(coding: Path, facts: pd.DataFrame) -> Readings:
    """Read our readings of printed tokens whose meaning depends on context, by fact and field (value or period)."""
    path = coding / "fact_readings.csv"
    readings = read_csv(path, READING_COLUMNS, ["fact_id", "field"])
    fields = {"value": "value_as_stated", "period": "period_as_stated"}
    printed = facts.set_index("fact_id")
    for number, row in enumerate(readings.to_dict("records"), start=2):
        fact_id, field = row["fact_id"], fields.get(row["field"])
        if field is None or fact_id not in printed.index or not printed.loc[fact_id, field]:
            found, hint = repr(f"{fact_id} {row['field']}"), "a reading needs a fact with something printed there"
            raise DataError(shorten(path), "a fact_id, and value or period", found, row=number, hint=hint)
    keys = zip(readings["fact_id"], readings["field"], strict=True)
    return dict(zip(keys, readings["reading"], strict=True))


def type_fact(fact: dict[Hashable, Any], kind: Kind, readings: Readings, published: Published) -> dict[str, object]:
    """Return the typed cells of one fact."""
    ahead = fact["certainty"] == "forecast"
    texts = {field: readings.get((fact["fact_id"], field), fact[f"{field}_as_stated"]) for field in ("value", "period")}
    try:
        token = parse_value(texts["value"], kind, published, ahead)
        period = parse_period(texts["period"], published, ahead)
    except TokenError as error:
        hint = "code it as printed, or add a reading of it to data/coding/fact_readings.csv"
        hint += f"; the forms are {error.forms}" if error.forms else ""
        raise DataError(fact["file"], error.expected, error.found, row=fact["row"], hint=hint) from None
    if (fact["fact_id"], "period") in readings:
        period = replace(period, basis="inferred")
    return format_token(token) | format_period(period)


def parse_value(text: str, kind: Kind, published: Published, ahead: bool) -> Token:
    """Parse a value; a date is relative to the document's own, and a forecast number is `expected`."""
    name, unit = kind
    if name == "date":
        period = parse_period(text, published, ahead)
        token = Token(format_interval(period), unit="date", qualifier="exact") if period.basis != "none" else Token()
    else:
        token = parse_token(text, name)
    if token.unit == "number" and unit:
        token = replace(token, unit=unit)
    forecast = ahead and name not in ("word", "grade", "direction") and token.qualifier == "exact"
    return replace(token, low=None, high=None, qualifier="expected") if forecast else token


def format_interval(period: Period) -> str:
    """Format a period as a day or an interval (EDTF), with `..` for an open side."""
    days = [str(day) if day else ".." for day in (period.start, period.end)]
    return days[0] if days[0] == days[1] else "/".join(days)


def format_token(token: Token) -> dict[str, object]:
    """Format a token as cells, numbers without exponent or trailing zeros."""
    cells = {"value": token.value, "value_low": token.low, "value_high": token.high}
    numbers = {
        name: f"{cell.normalize():f}" if isinstance(cell, Decimal) else cell or "" for name, cell in cells.items()
    }
    return {**numbers, "unit": token.unit, "qualifier": token.qualifier or ""}


def format_period(period: Period) -> dict[str, object]:
    """Format a period as cells; an open side is missing."""
    cells = {"period_start": str(period.start or ""), "period_end": str(period.end or "")}
    return {**cells, "period_basis": period.basis}


def read_choices(coding: Path) -> pd.DataFrame:
    """Read the choices between rival facts, all text: the table `conflicts`, and the facts that a choice disputes.

    A choice or dispute of a fact that is not a rival is refused. A choice that was made again is kept, with the later
    one, which must be current, in `superseded_by`.
    """
    path = coding / "choices.csv"
    choices = read_csv(path, CHOICE_COLUMNS, ["conflict_id"])
    current = select_standing(choices).set_index("conflict_id")["decided"].to_dict()
    for row, choice in enumerate(choices.to_dict("records"), start=2):
        if problem := find_wrong_rival(choice) or find_wrong_day(choice, current):
            expected, found, hint = problem
            raise DataError(shorten(path), expected, found, row=row, hint=hint)
    return choices


def find_wrong_rival(choice: dict[Hashable, str]) -> Problem | None:
    """Return what was expected and found, and the fix, if a choice is not of the facts between which it decides."""
    rivals, disputed = choice["fact_ids"].split(), choice["disputed_fact_ids"].split()
    chosen, source = choice["chosen_fact_id"], choice["chosen_source_id"]
    foreign = [fact for fact in [*disputed, chosen] if fact and fact not in rivals]
    if foreign or chosen in disputed:
        found = f"{foreign[0]!r}, which is not one" if foreign else f"{chosen!r} as both"
        hint = "name every rival in fact_ids, and dispute those that are not chosen"
        return "chosen and disputed facts among fact_ids", found, hint
    if chosen and source:
        return "a chosen fact or a chosen source, not both", f"{chosen!r} and {source!r}", "leave one of them empty"
    return None


def find_wrong_day(choice: dict[Hashable, str], current: dict[Hashable, str]) -> Problem | None:
    """Return the same if a choice has no day, or is superseded by one that is not current or not later."""
    try:
        date.fromisoformat(choice["decided"])
    except ValueError as error:
        return "a day in decided", str(error), "write the day of the decision as year-month-day"
    later = choice["superseded_by"]
    if later and current.get(later, "") <= choice["decided"]:
        return "a later, current choice in superseded_by", repr(later), "name the current choice, decided later"
    return None


def select_standing(choices: pd.DataFrame) -> pd.DataFrame:
    """Select the choices, or the conflicts, that no later one supersedes."""
    return choices[choices["superseded_by"].fillna("") == ""]


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
