"""Sources as a reader sees them: a citation with its place, and the list of editions used."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

RATING_SOURCES = ["ofsted-2023", "ofsted-2025", "ofsted-report-dates"]
"""The releases that every count of grades over all authorities rests on."""
MANY = 4
"""So many editions of one release in a row are cited by the first and the last."""


def cite(rows: pd.DataFrame, most: int = 3) -> str:
    """Cite the sources of some rows, with the place of each source's first rows.

    Parameters
    ----------
    rows : a tidy table's rows, with source_id and locator.
    most : how many places to name for each source.

    Returns
    -------
    str
        Pandoc citations; the keys are those of `sources.csv`.

    Examples
    --------
    >>> cite(pd.DataFrame({"source_id": ["ofsted-2023", "ofsted-2023"], "locator": ["H!F78", "H!G78"]}))
    '[@ofsted-2023, H!F78, H!G78]'
    """
    parts = []
    for source, group in rows.groupby("source_id", sort=True):
        places = list(dict.fromkeys(group["locator"]))
        more = " and elsewhere" if len(places) > most else ""
        parts.append(f"@{source}, {', '.join(places[:most])}{more}")
    return f"[{'; '.join(parts)}]"


def cite_releases(source_ids: Iterable[str]) -> str:
    """Cite whole releases; of many editions in a row, the first and the last.

    Examples
    --------
    >>> cite_releases(["ofsted-2025", "ofsted-2023"])
    '[@ofsted-2023; @ofsted-2025]'
    >>> cite_releases(f"dfe-s251-{year}-{year - 1999}" for year in range(2012, 2018))
    'each edition from [@dfe-s251-2012-13] to [-@dfe-s251-2017-18]'
    """
    runs = list_runs(source_ids)
    single = [f"@{source}" for run in runs for source in run if len(run) < MANY]
    whole = [f"each edition from [@{run[0]}] to [-@{run[-1]}]" for run in runs if len(run) >= MANY]
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
