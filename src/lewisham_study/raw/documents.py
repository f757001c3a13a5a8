"""The documents themselves: whether each is the one that was coded, and each fact stands where it says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from lewisham_study.paths import shorten
from lewisham_study.raw.facts import parse_locator, read_facts
from lewisham_study.raw.sources import read_sources
from lewisham_study.raw.wording import normalise_text, plain_words

PROBLEM_COLUMNS = ["file", "row", "expected", "got", "mend"]
# Kinds of source whose claims are coded; of the others only figures are held.
CODED_KINDS = ["news", "letter"]
# Lists the texts that were read from PDFs, by the checksum of the PDF.
INDEX = "index.csv"
# Lines on which a quote may run on, and within which its value must stand, where a document is cited by lines.
NEAR = 3


def verify_documents(raw: Path, folders: Sequence[Path]) -> pd.DataFrame:
    """Hold the coded facts against the texts of the documents.

    Parameters
    ----------
    raw : the folder `data/raw`.
    folders : where the texts are: under the name in column `file` of `sources.csv`, or listed in an
        `index.csv` by the checksum of the PDF they were read from.

    Returns
    -------
    pandas.DataFrame
        `PROBLEM_COLUMNS`, one row per problem; `row` is a whole number, or None for a whole document.
        There is none when every registered document has facts and is the one that was coded (sha256), every
        quote begins at its locator, every value stands near it (in the same paragraph, or within three
        lines), and every period stands in the document. Those that `list_unread` names are not looked at.
    """
    facts, register, texts = read_facts(raw), read_sources(raw), index_texts(folders)
    problems = list_uncoded(register, facts, shorten(raw / "sources.csv"))
    sources, unread = register.set_index("source_id"), list_unread(raw, folders)
    for source_id, coded in facts[~facts["source_id"].isin(unread)].groupby("source_id"):
        file, sha256 = (str(sources.loc[str(source_id), column]) for column in ("file", "sha256"))
        path, characters = texts.get(sha256, (find_file(folders, file), None))
        wrong = check_text(path, characters) if characters else check_document(path, sha256, str(source_id))
        problems += [wrong] if wrong else check_facts(coded, path.read_text(encoding="utf-8"))
    return pd.DataFrame(problems, columns=PROBLEM_COLUMNS, dtype=object)


def list_unread(raw: Path, folders: Sequence[Path]) -> list[str]:
    """Name the coded documents that are kept as PDFs among the official files, where no folder has their texts."""
    if any((folder / INDEX).is_file() for folder in folders):
        return []
    sources, coded = read_sources(raw), read_facts(raw)["source_id"]
    return list(sources.loc[sources["source_id"].isin(coded) & sources["file"].str.contains("/"), "source_id"])


def index_texts(folders: Sequence[Path]) -> dict[str, tuple[Path, int]]:
    """Find the texts that the folders' indexes list: path and number of characters, by checksum of the PDF."""
    texts = {}
    for index in (folder / INDEX for folder in folders):
        if index.is_file():
            for row in pd.read_csv(index, dtype=str).to_dict("records"):
                texts[row["pdf_sha256"]] = index.parent / row["file"], int(row["characters"])
    return texts


def find_file(folders: Sequence[Path], file: str) -> Path:
    """Find a file in the first folder that has it; in the first of all, if none has."""
    paths = [folder / Path(file).name for folder in folders]
    return next((path for path in paths if path.is_file()), paths[0])


def check_text(path: Path, characters: int) -> dict[str, object] | None:
    """Give the problem of a text that is missing or not as long as its index says; None if it is."""
    found = len(path.read_bytes().decode("utf-8")) if path.is_file() else "no file"
    if found == characters:
        return None
    mend = "restore the text that the index lists"
    return describe_problem(shorten(path), None, f"{characters} characters, as {INDEX} says", str(found), mend)


def list_uncoded(register: pd.DataFrame, facts: pd.DataFrame, file: str) -> list[dict[str, object]]:
    """Give a problem for each document of the register of which no fact is coded."""
    coded = set(facts["source_id"])
    mend = "code it, as docs/coding-manual.md says, or take it out of the register"
    return [
        describe_problem(file, row, f"facts of {source_id} in data/raw/facts/{source_id}.csv", "none", mend)
        for row, (source_id, kind) in enumerate(zip(register["source_id"], register["kind"], strict=True), start=2)
        if kind in CODED_KINDS and source_id not in coded
    ]


def check_document(path: Path, sha256: str, source_id: str) -> dict[str, object] | None:
    """Give the problem of a document that is missing or is not the one that was coded; None if it is."""
    expected = f"the document {source_id} with sha256 {sha256}"
    if not path.is_file():
        return describe_problem(shorten(path), None, expected, "no file", "is this the folder of the documents?")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found == sha256:
        return None
    return describe_problem(shorten(path), None, expected, f"sha256 {found}", "fetch the document as it was coded")


def check_facts(coded: pd.DataFrame, text: str) -> list[dict[str, object]]:
    """Give the problems of the facts coded from one text, in their order."""
    problems = []
    for _, fact in coded.iterrows():
        for expected, mend in check_fact(fact, text):
            problems.append(describe_problem(fact["file"], fact["row"], expected, "none", mend))
    return problems


def check_fact(fact: pd.Series, text: str) -> Iterator[tuple[str, str]]:
    """Give what a fact says of the text that is not so, and the likely mend."""
    locator = str(fact["locator"])
    scheme, first, last = parse_locator(locator)
    run = NEAR if scheme == "l" else 0
    places = split_text(text, scheme)
    begins = find_quote(str(fact["quote"]), places, run)
    if not any(first <= place <= last for place in begins):
        found = " or ".join(f"{scheme}{place}" for place in begins)
        mend = f"the quote begins at {found}" if found else "copy the quote from the document"
        yield f"the quote {fact['quote']!r} at {locator}", mend
    near = " ".join(places[max(first - 1 - run, 0) : last + run])
    if not holds_token(near, str(fact["value_as_stated"])):
        yield f"the value {fact['value_as_stated']!r} near {locator}", "copy the value as printed, or mend the locator"
    if not holds_token(" ".join(places), str(fact["period_as_stated"])):
        yield f"the period {fact['period_as_stated']!r} in the document", "copy the period as printed"


def split_text(text: str, scheme: str) -> list[str]:
    r"""Split a text into the places that locators count: paragraphs (p), which are its non-empty lines, or lines (l).

    Examples
    --------
    >>> split_text("Dear Pinaki\n\n◼ Focused visit", "p"), len(split_text("Dear Pinaki\n\nFocused", "l"))
    (['Dear Pinaki', 'Focused visit'], 3)
    """
    lines = [normalise_text(line) for line in text.split("\n")]
    return [line for line in lines if line or scheme == "l"]


def find_quote(quote: str, places: list[str], run: int) -> list[int]:
    """Give the numbers, from 1, of the places where a quote begins; it may run on over so many more.

    Examples
    --------
    >>> find_quote("minimum of two years", ["a minimum", "of two years, or", "a minimum of two years"], run=1)
    [1, 3]
    """
    wanted = normalise_text(quote)
    texts = (normalise_text(" ".join(places[place : place + run + 1])) for place in range(len(places)))
    return [place for place, text in enumerate(texts, 1) if 0 <= text.find(wanted) < len(places[place - 1])]


def holds_token(text: str, token: str) -> bool:
    """Tell whether a token stands in a text as whole words; quotes and capitals do not matter.

    Examples
    --------
    >>> holds_token("a 2020 programme and 20 roles", "20"), holds_token("a 2020 programme", "20")
    (True, False)
    """
    wanted = re.escape(plain_words(token))
    return not wanted or re.search(rf"(?<![\w£])(?<!\d[.,]){wanted}(?!\w)(?![.,]\d)", plain_words(text)) is not None


def describe_problem(file: str, row: object, expected: str, got: str, mend: str) -> dict[str, object]:
    """Give one row of problems."""
    return dict(zip(PROBLEM_COLUMNS, (file, row, expected, got, mend), strict=True))
