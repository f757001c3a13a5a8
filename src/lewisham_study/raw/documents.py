"""Check the source documents: each is the file that was coded, and holds each fact at its locator."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.paths import shorten
from lewisham_study.raw.facts import parse_locator, read_facts
from lewisham_study.raw.sources import read_sources
from lewisham_study.raw.wording import normalise_text, plain_words

# Kinds of source whose claims are coded; of the others only figures are held.
CODED_KINDS = ["news", "letter"]
# Lines over which a quote may continue, and within which its value must be, in a document that is cited by lines.
NEAR = 3


def verify_documents(raw: Path, documents: Path) -> list[DataError]:
    """Check the coded facts against the texts in the folder `documents`, which `sources.csv` names.

    A document without facts or with another checksum is a problem, and so is a quote that does not begin at its
    locator, a value that is not near it (same paragraph, or within three lines), or a period not in the document.
    """
    facts, register = read_facts(raw), read_sources(raw)
    problems = list_uncoded(register, facts, shorten(raw / "sources.csv"))
    sources = register.set_index("source_id")
    for source_id, coded in facts.groupby("source_id"):
        path = documents / str(sources.loc[str(source_id), "file"])
        wrong = check_document(path, str(sources.loc[str(source_id), "sha256"]), str(source_id))
        problems += [wrong] if wrong else check_facts(coded, path.read_text(encoding="utf-8"))
    return problems


def list_uncoded(register: pd.DataFrame, facts: pd.DataFrame, file: str) -> list[DataError]:
    """Return an error for each registered document without coded facts."""
    hint = "code it, as docs/coding-manual.md says, or remove it from the register"
    uncoded = register[register["kind"].isin(CODED_KINDS) & ~register["source_id"].isin(facts["source_id"])]
    return [
        DataError(file, f"facts of {name} in data/raw/facts/{name}.csv", "none", row=int(str(row)) + 2, hint=hint)
        for row, name in uncoded["source_id"].items()
    ]


def check_document(path: Path, sha256: str, source_id: str) -> DataError | None:
    """Return an error if a document is missing or is not the one that was coded."""
    expected = f"the document {source_id} with sha256 {sha256}"
    if not path.is_file():
        return DataError(shorten(path), expected, "no file", hint="is this the folder of the documents?")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found == sha256:
        return None
    return DataError(shorten(path), expected, f"sha256 {found}", hint="fetch the document as it was coded")


def check_facts(coded: pd.DataFrame, text: str) -> list[DataError]:
    """Return the errors in the facts coded from one text, in their order."""
    return [
        DataError(fact["file"], expected, "none", row=fact["row"], hint=hint)
        for _, fact in coded.iterrows()
        for expected, hint in check_fact(fact, text)
    ]


def check_fact(fact: pd.Series, text: str) -> Iterator[tuple[str, str]]:
    """Yield what a fact expects of the text and does not find, with the likely fix."""
    locator = str(fact["locator"])
    scheme, first, last = parse_locator(locator)
    run = NEAR if scheme == "l" else 0
    places = split_text(text, scheme)
    begins = find_quote(str(fact["quote"]), places, run)
    if not any(first <= place <= last for place in begins):
        found = " or ".join(f"{scheme}{place}" for place in begins)
        hint = f"the quote begins at {found}" if found else "copy the quote from the document"
        yield f"the quote {fact['quote']!r} at {locator}", hint
    near = " ".join(places[max(first - 1 - run, 0) : last + run])
    if not holds_token(near, str(fact["value_as_stated"])):
        yield f"the value {fact['value_as_stated']!r} near {locator}", "copy the value as printed, or fix the locator"
    if not holds_token(" ".join(places), str(fact["period_as_stated"])):
        yield f"the period {fact['period_as_stated']!r} in the document", "copy the period as printed"


def split_text(text: str, scheme: str) -> list[str]:
    """Split a text into the places that locators count: paragraphs (p), which are its non-empty lines, or lines (l)."""
    lines = [normalise_text(line) for line in text.split("\n")]
    return [line for line in lines if line or scheme == "l"]


def find_quote(quote: str, places: list[str], run: int) -> list[int]:
    """Return the numbers, from 1, of the places where a quote begins; it may continue over `run` more.

    Examples
    --------
    >>> find_quote("minimum of two years", ["a minimum", "of two years, or", "a minimum of two years"], run=1)
    [1, 3]
    """
    wanted = normalise_text(quote)
    texts = (normalise_text(" ".join(places[place : place + run + 1])) for place in range(len(places)))
    return [place for place, text in enumerate(texts, 1) if 0 <= text.find(wanted) < len(places[place - 1])]


def holds_token(text: str, token: str) -> bool:
    """Return whether a text holds a token as whole words, in any case and with any quotation marks.

    Examples
    --------
    >>> holds_token("a 2020 programme and 20 roles", "20"), holds_token("a 2020 programme", "20")
    (True, False)
    """
    wanted = re.escape(plain_words(token))
    return not wanted or re.search(rf"(?<![\w£])(?<!\d[.,]){wanted}(?!\w)(?![.,]\d)", plain_words(text)) is not None
