"""Sources as a reader sees them: a citation with its place, and the list of editions used."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

RATING_SOURCES = ["ofsted-2023", "ofsted-2025", "ofsted-report-dates"]
"""The releases that every count of grades over all authorities rests on."""


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
    """Cite whole releases.

    Examples
    --------
    >>> cite_releases(["ofsted-2025", "ofsted-2023"])
    '[@ofsted-2023; @ofsted-2025]'
    """
    return "[" + "; ".join(f"@{source}" for source in sorted(set(source_ids))) + "]"
