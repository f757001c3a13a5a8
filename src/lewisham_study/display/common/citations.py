"""Sources as a reader sees them: a citation with its place, and the list of editions used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

import pandas as pd

RATING_SOURCES = ["ofsted-2023", "ofsted-2025", "ofsted-report-dates"]
"""The releases that every count of grades over all authorities rests on."""
MANY = 4
"""So many editions of one release in a row are cited by the first and the last."""
CELL = re.compile(r"(?:.+!)?[A-Z]{1,3}[0-9]+")
"""The locator of a figure: sheet, where the file has some, column and row."""


def cite(rows: pd.DataFrame, most: int = 3) -> str:
    """Cite the sources of some rows, with the place of each source's first rows; see `join_editions`.

    Parameters
    ----------
    rows : a tidy table's rows, with source_id and locator.
    most : how many places to name for each source; cells that lie side by side are one.

    Returns
    -------
    str
        Pandoc citations; the keys are those of `sources.csv`.

    Examples
    --------
    >>> cite(pd.DataFrame({"source_id": "ofsted-2023", "locator": ["H!F78", "H!H78", "H!G78", "H!V78"]}))
    '[@ofsted-2023, H!F78:H78, V78]'
    """
    cited = {}
    for source, group in rows.groupby("source_id", sort=True):
        places = join_cells(group["locator"])
        more = " and elsewhere" if len(places) > most else ""
        cited[str(source)] = f"@{source}, {', '.join(name_sheets(places[:most]))}{more}"
    return join_editions(cited)


def join_cells(locators: Iterable[str]) -> list[str]:
    """Join the cells of a sheet that lie side by side, in one row or else one column, to ranges as spreadsheets do.

    Each range stands where the first of its cells stood, and holds no other cell; what is no cell stays as it is.

    Examples
    --------
    >>> join_cells(["H!Z7", "H!AA7", "p. 4", "E5", "E6", "H!B2", "Z8"])
    ['H!Z7:AA7', 'p. 4', 'E5:E6', 'H!B2', 'Z8']
    """
    places = list(dict.fromkeys(locators))
    cells = {place: read_cell(place) for place in places if CELL.fullmatch(place)}
    across = join_runs(cells)
    down = join_runs({place: (sheet, col, row) for place, (sheet, row, col) in cells.items() if place not in across})
    ranges = across | down
    return list(dict.fromkeys(ranges.get(place, place) for place in places))


def read_cell(locator: str) -> tuple[str, int, int]:
    """Read the sheet, row and column of a cell.

    Examples
    --------
    >>> read_cell("Table_A1!AB17"), read_cell("E5")
    (('Table_A1', 17, 28), ('', 5, 5))
    """
    sheet, _, cell = locator.rpartition("!")
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return sheet, int(cell.removeprefix(letters)), column


def join_runs(cells: Mapping[str, tuple[str, int, int]]) -> dict[str, str]:
    """Give each cell that has a neighbour in its line the range of all that follow each other there.

    Parameters
    ----------
    cells : of each its sheet, its line, and its place in the line.
    """
    ordered = enumerate(sorted(cells, key=lambda one: cells[one]))
    # Where cells follow each other, place and rank grow alike.
    runs = groupby(ordered, key=lambda one: (*cells[one[1]][:2], cells[one[1]][2] - one[0]))
    joined: dict[str, str] = {}
    for _, run in runs:
        places = [place for _, place in run]
        if len(places) > 1:
            joined |= dict.fromkeys(places, f"{places[0]}:{places[-1].rpartition('!')[2]}")
    return joined


def name_sheets(places: list[str]) -> list[str]:
    """Name the sheet of cells once where it is that of the cells before.

    Examples
    --------
    >>> name_sheets(["H!F78:H78", "H!V78", "K!B2", "E5"])
    ['H!F78:H78', 'V78', 'K!B2', 'E5']
    """
    sheets = [place.rpartition("!")[0] for place in places]
    return [
        place.removeprefix(f"{sheet}!") if sheet == before else place
        for place, sheet, before in zip(places, sheets, ["", *sheets], strict=False)
    ]


def cite_releases(source_ids: Iterable[str]) -> str:
    """Cite whole releases; of many editions in a row, the first and the last.

    Examples
    --------
    >>> cite_releases(["ofsted-2025", "ofsted-2023"])
    '[@ofsted-2023; @ofsted-2025]'
    >>> cite_releases(f"dfe-s251-{year}-{year - 1999}" for year in range(2012, 2018))
    'each edition from [@dfe-s251-2012-13] to [-@dfe-s251-2017-18]'
    """
    return join_editions({source: f"@{source}" for source in source_ids})


def join_editions(cited: Mapping[str, str]) -> str:
    """Join what is cited of each source; of many editions in a row, the first and the last.

    Examples
    --------
    >>> join_editions({f"dfe-s251-{year}-{year - 1999}": f"@dfe, K{year}" for year in range(2012, 2018)})
    'each edition from [@dfe, K2012], to [-@dfe, K2017]'
    """
    runs = list_runs(cited)
    single = [cited[source] for run in runs for source in run if len(run) < MANY]
    ends = [(cited[run[0]], cited[run[-1]]) for run in runs if len(run) >= MANY]
    whole = [f"each edition from [{first}]{',' * (', ' in first)} to [-{last}]" for first, last in ends]
    return ", ".join([f"[{'; '.join(single)}]", *whole] if single else whole)


def credit(citation: str) -> str:
    """Begin a citation at the end of a caption: of one source or of several.

    Examples
    --------
    >>> credit("[@ofsted-2025]"), credit("[@ofsted-2023; @ofsted-2025]")
    ('Source: [@ofsted-2025]', 'Sources: [@ofsted-2023; @ofsted-2025]')
    """
    return f"{'Sources' if citation.count('@') > 1 else 'Source'}: {citation}"


def list_runs(source_ids: Iterable[str]) -> list[list[str]]:
    """List the releases in order, the editions of one that follow each other year by year together.

    Examples
    --------
    >>> list_runs(["ofsted-2024", "ofsted-2023", "dfe-s251-2012-13", "dfe-s251-2014-15"])
    [['dfe-s251-2012-13'], ['dfe-s251-2014-15'], ['ofsted-2023', 'ofsted-2024']]
    """
    runs: list[list[str]] = []
    for source in sorted(set(source_ids)):
        if runs and follows(runs[-1][-1], source):
            runs[-1].append(source)
        else:
            runs.append([source])
    return runs


def follows(before: str, source: str) -> bool:
    """Tell whether a release is the next year's edition of another."""
    parts = [re.fullmatch(r"(.+)-(\d{4})(?:-\d{2})?", name) for name in (before, source)]
    if not (parts[0] and parts[1]):
        return False
    return parts[0][1] == parts[1][1] and int(parts[1][2]) == int(parts[0][2]) + 1
