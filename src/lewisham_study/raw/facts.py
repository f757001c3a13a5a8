"""Read the facts coded from the documents, as printed: one file per document, one row per claim; compare wording."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError
from lewisham_study.files import read_csv
from lewisham_study.paths import shorten
from lewisham_study.raw.sources import read_sources

FACT_COLUMNS = ["fact_id", "locator", "quote", "claim_type", "area", "measure", "value_as_stated"]
FACT_COLUMNS += ["period_as_stated", "speaker", "certainty", "same_as", "coder_note"]
CERTAINTIES = ["stated_fact", "attributed_claim", "forecast", "opinion"]
LOCATOR = r"(p|l)([1-9][0-9]*)(?:-\1?([1-9][0-9]*))?"
LONGEST_QUOTE = 12
QUOTES = dict.fromkeys("‘’‚‛`´′", "'") | dict.fromkeys("“”„‟«»″", '"')
DASHES = dict.fromkeys("‐‑‒–—−", "-")
# Bullets and invisible characters carry no wording.
DROPPED = dict.fromkeys("◼■▪•●◦‣·", " ") | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
PLAIN = str.maketrans({**QUOTES, **DASHES, **DROPPED, "…": "..."})


def read_facts(raw: Path) -> pd.DataFrame:
    """Read the facts of all documents: `source_id`, `FACT_COLUMNS`, and the `file` and `row` that hold each.

    Each file in `facts` has the `source_id` of a registered document for a name; a row that breaks a rule of the
    coding manual is an error.
    """
    known = set(read_sources(raw)["source_id"])
    files = sorted((raw / "facts").glob("*.csv"))
    if not files:
        raise DataError(shorten(raw / "facts"), "a file of facts per document", "none", hint="restore it from git")
    for path in files:
        if path.stem not in known:
            hint = "add the document to data/raw/sources.csv, or correct the name of the file"
            raise DataError(shorten(path), "a file named by a source_id", repr(path.stem), hint=hint)
    facts = pd.concat([read_document(path) for path in files], ignore_index=True)
    check_rules(facts)
    check_repeats(facts)
    check_order(facts)
    return facts


def read_document(path: Path) -> pd.DataFrame:
    """Read the facts of one document."""
    facts = read_csv(path, FACT_COLUMNS)
    facts.insert(0, "source_id", path.stem)
    return facts.assign(file=shorten(path), row=range(2, len(facts) + 2))


def check_rules(facts: pd.DataFrame) -> None:
    """Refuse a fact with a cell that breaks a rule of the coding manual."""
    ids = zip(facts["fact_id"], facts["source_id"], strict=True)
    numbers = pd.Series([fact_id.removeprefix(f"{source}-") for fact_id, source in ids])
    words = facts["quote"].map(count_words)
    rules = [
        (numbers.str.fullmatch("[0-9]{3}"), "fact_id", "the source_id, a hyphen and three digits"),
        (facts["locator"].str.fullmatch(LOCATOR), "locator", "a paragraph (p4), a line (l126) or lines (l126-l128)"),
        (words.between(1, LONGEST_QUOTE), "quote", f"one to {LONGEST_QUOTE} words"),
        (facts["claim_type"] != "", "claim_type", "a kind of claim"),
        (facts["measure"] != "", "measure", "a measure"),
        (facts["certainty"].isin(CERTAINTIES), "certainty", f"one of {', '.join(CERTAINTIES)}"),
    ]
    for kept, column, expected in rules:
        refuse_fact(facts[~kept], column, expected, f"correct {column}, as docs/coding-manual.md says")


def check_repeats(facts: pd.DataFrame) -> None:
    """Refuse a fact whose number is taken, and a repeat of something other than a first statement."""
    taken = facts[facts["fact_id"].duplicated()]
    if len(taken):
        free = find_free_id(facts, taken["source_id"].iloc[0])
        refuse_fact(taken, "fact_id", "an unused number", f"the next free number is {free}; or delete one of the rows")
    first = facts.loc[facts["same_as"] == "", "fact_id"]
    dangling = (facts["same_as"] != "") & ~facts["same_as"].isin(first)
    hint = "name the fact that states it first, which repeats no other"
    refuse_fact(facts[dangling], "same_as", "the fact_id of a first statement", hint)


def check_order(facts: pd.DataFrame) -> None:
    """Refuse a row that is not in the order of the document, and a number that leaves a gap."""
    place = facts["locator"].map(lambda locator: parse_locator(locator)[1])
    early = place < place.groupby(facts["source_id"]).cummax()
    hint = "move the row to where the document has the claim; keep its fact_id"
    refuse_fact(facts[early], "locator", "a place not before that of the row above", hint)
    number, count = facts["fact_id"].str[-3:].astype(int), facts.groupby("source_id")["fact_id"].transform("size")
    beyond = facts[number > count]
    if len(beyond):
        free = find_free_id(facts, beyond["source_id"].iloc[0])
        hint = f"number the new fact {free}, or restore the row with that number"
        refuse_fact(beyond, "fact_id", f"no number above {free}, which is free,", hint)


def find_free_id(facts: pd.DataFrame, source_id: str) -> str:
    """Return the id for the next fact of a document, with the lowest number that is free."""
    taken = set(facts.loc[facts["source_id"] == source_id, "fact_id"].str[-3:].astype(int))
    return f"{source_id}-{min(set(range(1, len(taken) + 2)) - taken):03d}"


def refuse_fact(wrong: pd.DataFrame, column: str, expected: str, hint: str) -> None:
    """Raise an error for the first wrong fact, if there is one."""
    if len(wrong):
        fact = wrong.iloc[0]
        raise DataError(fact["file"], f"{expected} in {column}", repr(fact[column]), row=fact["row"], hint=hint)


def parse_locator(locator: str) -> tuple[str, int, int]:
    """Return what a locator counts, paragraphs (p) or lines (l), and its first and last number.

    Examples
    --------
    >>> parse_locator("p4"), parse_locator("l124-l126")
    (('p', 4, 4), ('l', 124, 126))
    """
    match = re.fullmatch(LOCATOR, locator)
    if match is None:
        raise ValueError(f"{locator!r} is not a locator")
    return match[1], int(match[2]), int(match[3] or match[2])


def normalise_text(text: str) -> str:
    r"""Return a text with plain quotes, dashes and single spaces, without bullets, line wraps and page breaks.

    Examples
    --------
    >>> normalise_text("\u25fc a “minimum of\u00a0two\n years”\u00a0")
    'a "minimum of two years"'
    """
    composed = unicodedata.normalize("NFKC", text.translate(PLAIN))
    return " ".join(composed.translate(PLAIN).split())


def strip_quotes(text: str) -> str:
    """Return a normalised text without the quotation marks and punctuation at its ends."""
    return re.sub(r"^[\s'\"]+|[\s'\".,;:]+$", "", normalise_text(text))


def drop_quotes(text: str) -> str:
    """Return a normalised text without quotation marks, at its ends or inside it, but with its apostrophes."""
    return " ".join(re.sub(r"\"|(?<!\w)'|'(?!\w)", "", strip_quotes(text)).split())


def plain_words(text: str) -> str:
    """Return a text in lower case without quotation marks, as tokens are compared."""
    return " ".join(drop_quotes(text).lower().split())


def count_words(text: str) -> int:
    """Count the words of a text, which spaces separate."""
    return len(normalise_text(text).split())
