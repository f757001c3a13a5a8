"""What inspectors write of caseloads, and ask to be improved: list the sentences to code, and register the codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pandas as pd

from lewisham_study.errors import DataError, UsageError
from lewisham_study.files import lock_data, read_csv, write_csv
from lewisham_study.paths import Project, shorten
from lewisham_study.raw.figures import read_figures
from lewisham_study.raw.sources import read_sources, refuse_row
from lewisham_study.releases.pdf import read_pdf_pages
from lewisham_study.releases.sentences import (
    LOAD,
    cut_quote,
    find_caseload_sentences,
    find_improvement_points,
    list_lines,
)

PLACE_COLUMNS = ["source_id", "document", "page", "line", "paragraph", "quote"]
CODES = {"statements": ["who", "level", "direction", "voice"], "improvements": ["theme"]}
"""What a reader codes of each kind of sentence; the values allowed are in data/coding."""
KEYS = {"statements": "statement_id", "improvements": "improvement_id"}
LISTED = ["document", "page", "line", "paragraph", "before", "sentence", "after"]
INDEX = "ofsted-report-texts"
"""The source that lists the texts of reports and letters."""
THEME_COLUMNS = ["theme", "title", "description"]
CODE_COLUMNS = ["code", "value", "rule"]
DOCUMENT = re.compile(r"(?P<la_code>\d{3})_(?P<published>20\d\d-\d\d-\d\d)(?:_(?P<kind>[a-z-]+))?")
"""The name of a report's file: the authority's number, the day of publication, the kind of document."""


def list_for_coding(
    kind: str, paths: Sequence[Path], progress: Callable[[Sequence[Path]], Iterable[Path]] = iter
) -> tuple[pd.DataFrame, int]:
    """List the sentences of reports to be coded, and count the reports; codes and a reason to drop one are empty.

    Reports are PDFs, or texts with a form feed between pages, named as `DOCUMENT` says; a folder stands for its files.
    """
    files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
    files = [file for file in files if file in paths or file.suffix in {".pdf", ".txt"}]
    missing = [file for file in files if not file.is_file()]
    if missing or not files:
        raise UsageError(f"there is no report {shorten(missing[0] if missing else paths[0])}")
    found = []
    for file in progress(files):
        if not DOCUMENT.fullmatch(file.stem):
            expected = "a file name such as 209_2024-01-31_inspection.pdf: number of the authority, day published"
            raise DataError(shorten(file), expected, file.name, hint="rename the file")
        pages = read_pages(file)
        sentences = find_caseload_sentences(pages) if kind == "statements" else find_improvement_points(pages)
        found.append(sentences.assign(document=file.stem))
    everything = pd.concat(found, ignore_index=True).reindex(columns=LISTED).fillna("")
    return everything.assign(**dict.fromkeys([*CODES[kind], "drop"], "")), len(files)


def read_pages(file: Path) -> list[str]:
    """Read the pages of a report."""
    return read_pdf_pages(file) if file.suffix == ".pdf" else file.read_text(encoding="utf-8").split("\f")


@lock_data
def import_codes(project: Project, kind: str, file: Path) -> str:
    """Register coded sentences: their places, codes and a short quote, never the sentences themselves.

    A document that is coded again replaces what was held of it. A row without a code, or with one that is not in the
    codebook, is refused, and then nothing is written.
    """
    coded = read_csv(file, [*LISTED, *CODES[kind], "drop"])
    kept = coded[coded["drop"] == ""]
    refuse_outside_codebook(kept, kind, project.coding, shorten(file), "code the row, or give a reason in drop")
    kept = kept.assign(source_id=name_sources(kept["document"], project, file))
    pattern = LOAD if kind == "statements" else None
    kept = kept.assign(quote=[cut_quote(sentence, pattern) for sentence in kept["sentence"]])
    number = kept.groupby("document").cumcount() + 1
    rows = kept.assign(**{KEYS[kind]: kept["document"] + "-" + number.astype(str).str.zfill(2)})
    held = read_codes(project.raw, kind)
    others = held[~held["document"].isin(set(coded["document"]))]
    everything = pd.concat([others, rows[held.columns]], ignore_index=True).sort_values(KEYS[kind], ignore_index=True)
    write_csv(everything, project.raw / f"{kind}.csv")
    dropped = len(coded) - len(kept)
    return f"{len(rows)} {kind} of {coded['document'].nunique()} documents registered, {dropped} sentences dropped"


def read_codes(raw: Path, kind: str) -> pd.DataFrame:
    """Read the registered statements or improvements, all text; none if there is no file yet."""
    columns = [KEYS[kind], *PLACE_COLUMNS, *CODES[kind]]
    path = raw / f"{kind}.csv"
    return read_csv(path, columns, [KEYS[kind]]) if path.is_file() else pd.DataFrame(columns=columns, dtype=str)


def list_values(kind: str, coding: Path) -> dict[str, list[str]]:
    """List the values that each code may have, from the codebooks in data/coding."""
    if kind == "improvements":
        return {"theme": read_csv(coding / "improvement_themes.csv", THEME_COLUMNS, ["theme"])["theme"].tolist()}
    codes = read_csv(coding / "statement_codes.csv", CODE_COLUMNS, ["code", "value"])
    return {str(code): rows["value"].tolist() for code, rows in codes.groupby("code", sort=False)}


def refuse_outside_codebook(coded: pd.DataFrame, kind: str, coding: Path, file: str, hint: str = "") -> None:
    """Refuse a code that is not in the codebook, with its row."""
    for column, values in list_values(kind, coding).items():
        refuse_row(coded.loc[~coded[column].isin(values), column], file, f"{column}: {', '.join(values)}", hint)


def name_sources(documents: pd.Series, project: Project, file: Path) -> pd.Series:
    """Name the registered source of each document: its own, or the register of texts that lists it."""
    listed = set(read_figures(project.raw, "reports")["sheet"].str.removesuffix(".txt"))
    own = set(read_sources(project.raw)["source_id"])
    parts = documents.str.extract(DOCUMENT.pattern)
    single = "ofsted-ilacs-" + parts["la_code"] + "-" + parts["published"]
    names = single.mask(documents.isin(listed), INDEX)
    hint = "import the report first: `lewisham-study import reports`"
    refuse_row(documents[~names.isin(own)], shorten(file), "a document of a registered source", hint)
    return names


def find_quotes(project: Project, kind: str, folders: Sequence[Path]) -> list[DataError]:
    """Find each registered quote on its page of the report's text; return an error for each that is not there."""
    held = read_codes(project.raw, kind)
    texts = {path.stem: path for folder in folders for path in folder.glob("*.txt")}
    problems = []
    for document, rows in held.groupby("document"):
        name = str(document)
        if name not in texts:
            continue
        pages = texts[name].read_text(encoding="utf-8").split("\f")
        plain = squash("".join(pages))
        lines = (
            ""
            if all(squash(quote) in plain for quote in rows["quote"])
            else squash(" ".join(line.text for line in list_lines(pages)))
        )
        for number, row in rows.iterrows():
            page, quote = int(row["page"]), squash(row["quote"])
            if quote not in squash("".join(pages[page - 1 : page + 1])) and quote not in lines:
                expected = f"the quote on page {page} of {name}"
                place = f"data/raw/{kind}.csv"
                problems.append(DataError(place, expected, repr(row["quote"]), row=int(str(number)) + 2))
    return problems


def squash(text: str) -> str:
    """Leave only letters and digits, so that line breaks and furniture of a page do not part a quote."""
    return re.sub(r"\W+", "", text).casefold()


def read_again(raw: Path, kind: str) -> pd.DataFrame:
    """Read a sample as two readers coded it independently (…_first, …_second), with how each difference was settled."""
    columns = [f"{code}_{reader}" for reader in ("first", "second") for code in CODES[kind]]
    return read_csv(raw / f"{kind}_again.csv", [KEYS[kind], *columns, "settled"], [KEYS[kind]])
