"""The sources as references that a document can cite: CSL JSON, one entry per row of the register."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

TYPES = {
    "news": "article-newspaper",
    "letter": "report",
    "inspection_report": "report",
    "statistics": "dataset",
    "minutes": "report",
}


def write_references(sources: pd.DataFrame) -> str:
    """Write the register as CSL JSON, keyed by `source_id`, so that a notebook cites `[@ofsted-2025]`.

    Parameters
    ----------
    sources : the tidy table.

    Returns
    -------
    str
        A JSON list in the order of the register; the same register gives the same text.
    """
    entries = [describe_source(row) for row in sources.fillna("").to_dict("records")]
    return json.dumps(entries, ensure_ascii=False, indent=1) + "\n"


def describe_source(row: dict[Any, str]) -> dict[str, Any]:
    """Describe one source as a CSL entry; an uncertain date is a range.

    Examples
    --------
    >>> row = {"source_id": "ns", "kind": "news", "publisher": "News Shopper", "title": "T", "url": "", "vintage": ""}
    >>> describe_source({**row, "published": "2018-10/2018-12"})["issued"]
    {'date-parts': [[2018, 10], [2018, 12]], 'circa': True}
    """
    parts = [[int(part) for part in day.split("-")] for day in row["published"].split("/")]
    entry: dict[str, Any] = {
        "id": row["source_id"],
        "type": TYPES[row["kind"]],
        "author": [{"literal": row["publisher"]}],
        "title": row["title"],
        "issued": {"date-parts": parts, **({"circa": True} if len(parts) > 1 else {})},
    }
    if row["url"]:
        entry["URL"] = row["url"]
    if row["vintage"] and row["kind"] == "statistics":
        entry["version"] = row["vintage"]
    if row.get("licence"):
        entry["license"] = row["licence"]
    return entry
