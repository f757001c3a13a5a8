"""The register of sources as references that a text can cite by their source_id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lewisham_study.csvfiles import parse_rows, read_text
from lewisham_study.errors import DataError
from lewisham_study.paths import Project, shorten

COLUMNS = ("source_id", "kind", "publisher", "title", "published", "published_basis", "url", "licence", "vintage")
TYPES = {
    "news": "article-newspaper",
    "letter": "personal_communication",
    "inspection_report": "report",
    "statistics": "dataset",
    "minutes": "report",
}


def write_references(project: Project) -> bytes:
    """Write the registered sources as CSL JSON; their keys are the source_ids.

    Raises
    ------
    DataError
        Where the register is missing, or lacks a column.
    """
    path = project.raw / "sources.csv"
    header, *rows = parse_rows(path, read_text(path))
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        raise DataError(shorten(path), f"columns {', '.join(COLUMNS)}", f"no {', '.join(missing)}", row=1)
    sources = [dict(zip(header, row, strict=True)) for row in rows]
    return json.dumps([describe_source(source) for source in sources], ensure_ascii=False).encode("utf-8")


def find_bibliographies(project: Project) -> list[Path]:
    """Find the literature that texts may cite beside the sources: ``reports/references.bib`` or ``.json``."""
    return [path for path in sorted(project.reports.glob("references.*")) if path.suffix in {".bib", ".json"}]


def describe_source(source: dict[str, str]) -> dict[str, Any]:
    """Describe a source as an item of CSL.

    Examples
    --------
    >>> row = dict.fromkeys(COLUMNS, "") | {"source_id": "ofsted-2025", "published": "2025-09-25", "vintage": "2025"}
    >>> item = describe_source(row)
    >>> item["id"], item["issued"], item["note"]
    ('ofsted-2025', {'date-parts': [[2025, 9, 25]]}, 'Edition 2025')
    """
    notes = [
        f"Edition {source['vintage']}" if source["vintage"] else "",
        "Date inferred" if source["published_basis"] == "inferred" else "",
        f"Licence {source['licence']}" if source["licence"] else "",
    ]
    moments = [[int(part) for part in day.split("-")] for day in source["published"].split("/")]
    return {
        "id": source["source_id"],
        "type": TYPES.get(source["kind"], "document"),
        "author": [{"literal": source["publisher"]}],
        "title": source["title"],
        "issued": {"date-parts": moments},
        "URL": source["url"],
        "note": ". ".join(note for note in notes if note),
    }
