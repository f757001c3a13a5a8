"""Citations with their locators, and of runs of editions the first and last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import reduce
from itertools import groupby
from operator import itemgetter

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.analysis.ratings import list_graded_sources

MANY = 4
"""From this many consecutive editions on, only the first and last are cited."""
REPORT = re.compile(r"ofsted-ilacs-\d{3}-(?P<day>\d{4}-\d{2}-\d{2})")
"""The source of one inspection report; of many, the first and last by day are cited."""
LINE = re.compile(r"(?P<page>p\. \d+), line (?P<line>\d+)")
"""The locator of a judgement in a report."""
CELL = re.compile(r"(?:.+!)?[A-Z]{1,3}[0-9]+")
"""A cell's locator: sheet (if the file has several), column and row."""


def cite(rows: pd.DataFrame, most: int = 3) -> str:
    """Cite the sources of rows (source_id, locator), with at most so many locators a source; see `join_editions`.

    Examples
    --------
    >>> cite(pd.DataFrame({"source_id": "ofsted-2023", "locator": ["H!F78", "H!H78", "H!G78", "H!V78"]}))
    '[@ofsted-2023, H!F78:H78, V78]'
    """
    return cite_places(zip(rows["source_id"], rows["locator"], strict=True), most)


def cite_places(places: Iterable[tuple[str, str]], most: int = 3) -> str:
    """Cite sources, each given with a locator, with at most so many locators a source; see `cite`."""
    cited = {}
    for source, group in groupby(sorted(places, key=itemgetter(0)), key=itemgetter(0)):
        found = join_cells(locator for _, locator in group)
        more = " and elsewhere" if len(found) > most else ""
        cited[source] = f"@{source}, {', '.join(name_sheets(found[:most]))}{more}"
    return join_editions(cited)


def list_rating_sources(case: Case, until: pd.Timestamp | None = None) -> set[str]:
    """List the releases behind every authority's grades, and behind the first days on site if these count.

    Grades count up to a day, that of the window's end unless given.
    """
    return list_graded_sources(case.tables, case.basis, case.window_end if until is None else until)


def cite_ratings(case: Case, until: pd.Timestamp | None = None) -> str:
    """Cite the releases behind every authority's grades; see `list_rating_sources`."""
    return cite_releases(list_rating_sources(case, until))


def join_lines(places: list[str]) -> list[str]:
    """Join the lines of each page to one range; other places are unchanged.

    Examples
    --------
    >>> join_lines(["p. 1, line 15", "p. 1, line 6", "p. 2, line 3"])
    ['p. 1, lines 6 to 15', 'p. 2, line 3']
    """
    pages: dict[str, list[int]] = {}
    for found in filter(None, map(LINE.fullmatch, places)):
        pages.setdefault(found["page"], []).append(int(found["line"]))
    joined = {page: f"{page}, lines {min(on)} to {max(on)}" for page, on in pages.items() if len(on) > 1}
    named = {place: joined.get(place.partition(", line ")[0], place) for place in places}
    return list(dict.fromkeys(named.values()))


def join_cells(locators: Iterable[str]) -> list[str]:
    """Join adjacent cells of a row, or else of a column, to ranges; see `join_lines` for those of a report."""
    places = join_lines(list(dict.fromkeys(locators)))
    cells = {place: read_cell(place) for place in places if CELL.fullmatch(place)}
    across = join_runs(cells)
    down = join_runs({place: (sheet, col, row) for place, (sheet, row, col) in cells.items() if place not in across})
    ranges = across | down
    return list(dict.fromkeys(ranges.get(place, place) for place in places))


def read_cell(locator: str) -> tuple[str, int, int]:
    """Read the sheet, row and column of a cell."""
    sheet, _, cell = locator.rpartition("!")
    letters = cell.rstrip("0123456789")
    column = reduce(lambda total, letter: total * 26 + ord(letter) - ord("A") + 1, letters, 0)
    return sheet, int(cell.removeprefix(letters)), column


def join_runs(cells: Mapping[str, tuple[str, int, int]]) -> dict[str, str]:
    """Map each cell (sheet, line, position in the line) that has an adjacent one to the range of its run."""
    ordered = enumerate(sorted(cells, key=lambda one: cells[one]))
    # In a run, position and rank both increase by one.
    runs = groupby(ordered, key=lambda one: (*cells[one[1]][:2], cells[one[1]][2] - one[0]))
    joined: dict[str, str] = {}
    for _, run in runs:
        places = [place for _, place in run]
        if len(places) > 1:
            joined |= dict.fromkeys(places, f"{places[0]}:{places[-1].rpartition('!')[2]}")
    return joined


def name_sheets(places: list[str]) -> list[str]:
    """Drop the sheet from a locator if the one before has the same."""
    sheets = [place.rpartition("!")[0] for place in places]
    return [
        place.removeprefix(f"{sheet}!") if sheet == before else place
        for place, sheet, before in zip(places, sheets, ["", *sheets], strict=False)
    ]


def cite_releases(source_ids: Iterable[str]) -> str:
    """Cite whole releases; of many consecutive editions, the first and last."""
    return join_editions({source: f"@{source}" for source in source_ids})


def join_editions(cited: Mapping[str, str]) -> str:
    """Join the citations of sources; of many consecutive editions or inspection reports, the first and last."""
    dated = sorted((found["day"], source) for source in cited if (found := REPORT.fullmatch(source)))
    if len(dated) >= MANY:
        reports = f"{len(dated)} inspection reports from [@{dated[0][1]}] to [-@{dated[-1][1]}]"
        rest = {source: text for source, text in cited.items() if not REPORT.fullmatch(source)}
        return f"{join_editions(rest)}, {reports}" if rest else reports
    runs = list_runs(cited)
    single = [cited[source] for run in runs for source in run if len(run) < MANY]
    ends = [(cited[run[0]], cited[run[-1]]) for run in runs if len(run) >= MANY]
    whole = [f"each edition from [{first}]{',' * (', ' in first)} to [-{last}]" for first, last in ends]
    return ", ".join([f"[{'; '.join(single)}]", *whole] if single else whole)


def credit(citation: str) -> str:
    """Put "Source:" or "Sources:" before the citation at the end of a caption."""
    return f"{'Sources' if citation.count('@') > 1 else 'Source'}: {citation}"


def credit_releases(source_ids: Iterable[str]) -> str:
    """Cite whole releases in a sentence at the end of a caption; see `cite_releases`.

    Examples
    --------
    >>> credit_releases(["ofsted-2023"]), credit_releases(["ofsted-2023", "dfe-need"])
    ('Source: [@ofsted-2023].', 'Sources: [@dfe-need; @ofsted-2023].')
    """
    return f"{credit(cite_releases(source_ids))}."


def list_runs(source_ids: Iterable[str]) -> list[list[str]]:
    """List sources in order, consecutive yearly editions of one release together."""
    runs = groupby(enumerate(sorted(set(source_ids))), key=lambda one: name_run(*one))
    return [[source for _, source in run] for _, run in runs]


def name_run(rank: int, source: str) -> tuple[str, int]:
    """Return a key that is the same for consecutive ranks of consecutive editions."""
    parts = re.fullmatch(r"(.+)-(\d{4})(?:-\d{2})?", source)
    return (parts[1], int(parts[2]) - rank) if parts else (source, 0)


def link(text: str, address: object) -> str:
    """Link a text to an address in Markdown, if it is known."""
    return f"[{text}]({address})" if isinstance(address, str) and address else text
