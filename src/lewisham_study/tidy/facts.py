"""Make the table `facts`: every coded claim with its printed value and period typed, and its status."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.paths import shorten
from lewisham_study.raw.facts import read_facts
from lewisham_study.raw.sources import parse_published, read_sources
from lewisham_study.tidy.evidence import read_choices
from lewisham_study.tidy.parsing.numbers import Token, TokenError, parse_token
from lewisham_study.tidy.parsing.periods import Period, Published, parse_period

VOCABULARY_COLUMNS = ["field", "value", "value_kind", "unit", "description"]
READING_COLUMNS = ["fact_id", "field", "reading", "reason"]
TIDY_COLUMNS = ["fact_id", "source_id", "locator", "quote", "claim_type", "area", "measure", "value_as_stated"]
TIDY_COLUMNS += ["value", "value_low", "value_high", "unit", "qualifier", "period_as_stated", "period_start"]
TIDY_COLUMNS += ["period_end", "period_basis", "speaker", "certainty", "status", "same_as", "note"]
Kind = tuple[str, str]
Readings = dict[tuple[str, str], str]


def tidy_facts(raw: Path, coding: Path) -> pd.DataFrame:
    """Make the table `facts`: values and periods parsed from what is printed, or from `fact_readings.csv`.

    Status is disputed if a choice goes against the fact, repeat if another fact states the same first, and
    accepted otherwise. A token that cannot be parsed is an error with its row and the forms that can be.
    """
    facts = read_facts(raw)
    kinds, readings = read_kinds(coding, facts), read_readings(coding, facts)
    published = read_sources(raw).set_index("source_id")["published"].map(parse_published)
    rows = facts.to_dict("records")
    typed = [type_fact(fact, kinds[fact["measure"]], readings, published[fact["source_id"]]) for fact in rows]
    disputed = " ".join(read_choices(coding)["disputed_fact_ids"]).split()
    status = pd.Series("accepted", facts.index).mask(facts["same_as"] != "", "repeat")
    status = status.mask(facts["fact_id"].isin(disputed), "disputed")
    facts = facts.rename(columns={"coder_note": "note"}).assign(status=status)
    return facts.join(pd.DataFrame(typed, index=facts.index))[TIDY_COLUMNS]


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
