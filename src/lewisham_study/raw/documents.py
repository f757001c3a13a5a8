"""Check the source documents: each is the file that was coded, and holds each fact at its locator."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError, StudyError, UsageError
from lewisham_study.files import lock_data
from lewisham_study.paths import Project, shorten
from lewisham_study.raw.anchors import FACTS, are_anchored, find_changes, read_rows, write_anchors
from lewisham_study.raw.facts import normalise_text, parse_locator, plain_words, read_facts
from lewisham_study.raw.sources import read_sources

# Kinds of source whose claims are coded; of the others only figures are held.
CODED_KINDS = ["news", "letter"]
# The list of the texts that were read from PDFs, by the checksum of the PDF.
INDEX = "index.csv"
# Lines over which a quote may continue, and within which its value must be, in a document that is cited by lines.
NEAR = 3


def verify_documents(raw: Path, folders: Sequence[Path], without: Sequence[str] = ()) -> list[DataError]:
    """Check the coded facts against the texts in the folders: named in `sources.csv`, or listed in an `index.csv`.

    A document without facts or with another checksum is a problem, and so is a quote that does not begin at its
    locator, a value that is not near it (same paragraph, or within three lines), or a period not in the document.
    The documents that `list_unread` or `without` names are left out.
    """
    facts, register, texts = read_facts(raw), read_sources(raw), index_texts(folders)
    problems = list_uncoded(register, facts, shorten(raw / "sources.csv"))
    sources, unread = register.set_index("source_id"), [*list_unread(raw, folders), *without]
    for source_id, coded in facts[~facts["source_id"].isin(unread)].groupby("source_id"):
        file, sha256 = (str(sources.loc[str(source_id), column]) for column in ("file", "sha256"))
        path, characters = texts.get(sha256, (find_file(folders, file), None))
        wrong = check_text(path, characters) if characters else check_document(path, sha256, str(source_id))
        if wrong:
            problems.append(wrong)
            continue
        text = path.read_text(encoding="utf-8")
        problems += [error for _, fact in coded.iterrows() for error in check_fact(fact, text)]
    return problems


@lock_data
def import_facts(project: Project, folders: Sequence[Path]) -> list[str]:
    """Anchor the coded facts that were checked in their documents; a fact that is not there is an error.

    The facts of documents without a text in the folders stay as they were anchored, if they are; other documents must
    be there. Returns a line for each document.
    """
    missing = [folder for folder in folders if not folder.is_dir()]
    if missing:
        raise UsageError(f"there is no folder {shorten(missing[0])} of documents")
    held = read_rows(project.raw, FACTS)
    absent = [name for name in list_absent(project.raw, folders) if are_anchored(project.raw, FACTS, name)]
    # A folder with none of them is the wrong one.
    absent = absent if len(absent) < len(held) else []
    problems = verify_documents(project.raw, folders, absent)
    if problems:
        raise StudyError("\n".join([f"{len(problems)} problems found; nothing is written", *map(str, problems)]))
    unread = list(dict.fromkeys([*list_unread(project.raw, folders), *absent]))
    for error in find_changes(project.raw, [FACTS], without=sorted(set(held) - set(unread))):
        raise error
    read = [name for name in held if name not in unread]
    as_held = {name: are_anchored(project.raw, FACTS, name) for name in read}
    if not all(as_held.values()):
        write_anchors(project.raw, FACTS, read)
    lines = [f"{name}: {len(held[name].lines)} facts, {'as held' if as_held[name] else 'checked'}" for name in read]
    return [*lines, *(f"{name}: not in the folders, left as it was" for name in unread)]


def list_unread(raw: Path, folders: Sequence[Path]) -> list[str]:
    """List the coded documents held as PDFs among the official files, if no folder has their texts."""
    if any((folder / INDEX).is_file() for folder in folders):
        return []
    sources, coded = read_sources(raw), read_facts(raw)["source_id"]
    return list(sources.loc[sources["source_id"].isin(coded) & sources["file"].str.contains("/"), "source_id"])


def list_absent(raw: Path, folders: Sequence[Path]) -> list[str]:
    """List the coded documents of which the folders have neither the file nor the text."""
    sources, texts = read_sources(raw), index_texts(folders)
    coded = sources[sources["source_id"].isin(read_facts(raw)["source_id"])]
    return [
        source["source_id"]
        for source in coded.to_dict("records")
        if source["sha256"] not in texts and not find_file(folders, source["file"]).is_file()
    ]


def index_texts(folders: Sequence[Path]) -> dict[str, tuple[Path, int]]:
    """Return the texts that the folders' indexes list: path and number of characters, by checksum of the PDF."""
    texts = {}
    for index in (folder / INDEX for folder in folders):
        if index.is_file():
            for row in pd.read_csv(index, dtype=str).to_dict("records"):
                texts[row["pdf_sha256"]] = index.parent / row["file"], int(row["characters"])
    return texts


def find_file(folders: Sequence[Path], file: str) -> Path:
    """Return the path of a file in the first folder that has it, or in the first folder if none has."""
    paths = [folder / Path(file).name for folder in folders]
    return next((path for path in paths if path.is_file()), paths[0])


def check_text(path: Path, characters: int) -> DataError | None:
    """Return an error if a text is missing or is not as long as its index says."""
    found = len(path.read_bytes().decode("utf-8")) if path.is_file() else "no file"
    if found == characters:
        return None
    hint = "restore the text that the index lists"
    return DataError(shorten(path), f"{characters} characters, as {INDEX} says", str(found), hint=hint)


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


def check_fact(fact: pd.Series, text: str) -> Iterator[DataError]:
    """Yield an error for what a fact expects of the text and does not find, with the likely fix."""

    def miss(expected: str, hint: str) -> DataError:
        return DataError(fact["file"], expected, "none", row=fact["row"], hint=hint)

    locator = str(fact["locator"])
    scheme, first, last = parse_locator(locator)
    run = NEAR if scheme == "l" else 0
    places = split_text(text, scheme)
    begins = find_quote(str(fact["quote"]), places, run)
    if not any(first <= place <= last for place in begins):
        found = " or ".join(f"{scheme}{place}" for place in begins)
        hint = f"the quote begins at {found}" if found else "copy the quote from the document"
        yield miss(f"the quote {fact['quote']!r} at {locator}", hint)
    near = " ".join(places[max(first - 1 - run, 0) : last + run])
    if not holds_token(near, str(fact["value_as_stated"])):
        expected = f"the value {fact['value_as_stated']!r} near {locator}"
        yield miss(expected, "copy the value as printed, or fix the locator")
    if not holds_token(" ".join(places), str(fact["period_as_stated"])):
        yield miss(f"the period {fact['period_as_stated']!r} in the document", "copy the period as printed")


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
