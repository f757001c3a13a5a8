"""Figures and tables from an executed notebook: checked, and formatted as Markdown with their files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from lewisham_study.errors import StudyError
from lewisham_study.files import escape_markdown
from lewisham_study.paths import slugify

PREFIXES = {"figure": "fig", "table": "tbl"}
NEEDED = {
    "figure": (("title", "alt"), ("image/svg+xml", "text/csv")),
    "table": (("title",), ("text/markdown", "text/csv")),
}
"""Texts and media types that each kind of exhibit must have."""
FENCE = ":" * 12


@dataclass(frozen=True)
class Place:
    """A cell of a notebook."""

    notebook: str
    cell: int

    def error(self, problem: str, hint: str) -> StudyError:
        """Return an error that names this cell, the problem and how to fix it."""
        return StudyError(f"{self.notebook}, cell {self.cell}: {problem}; {hint}")

    def scope_notes(self, markdown: str) -> str:
        """Prefix footnote labels with the notebook's name, to keep them unique in a book.

        Examples
        --------
        >>> Place("notebooks/01-ratings.ipynb", 2).scope_notes("As judged.[^1]")
        'As judged.[^01-ratings-1]'
        """
        return re.sub(r"\[\^(?=[^\]\s]+\])", f"[^{slugify(PurePath(self.notebook).stem)}-", markdown)


@dataclass(frozen=True)
class Exhibit:
    """A figure, without a `table` in Markdown, or a table, without an `alt`."""

    kind: str
    label: str
    title: str
    alt: str
    caption: str
    table: str = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def csv(self) -> bytes:
        """The data behind it."""
        return self.files[f"{self.label}.csv"]

    @property
    def markdown(self) -> str:
        """A fenced div with title, body and caption, for filter.lua."""
        phone = " .phone" if f"{self.label}.narrow" in self.files else ""
        return "\n".join(
            [
                f'{FENCE}: {{#{self.label} .exhibit .{self.kind}{phone} alt="{quote(self.alt)}"}}',
                f"{FENCE}:: title\n{escape_markdown(self.title)}\n{FENCE}::\n",
                f"{FENCE}:: body\n{self.table or f'![]({self.label}.svg)'}\n{FENCE}::\n",
                f"{FENCE}:: caption\n{self.caption}\n{FENCE}::\n",
                f"{FENCE}:",
            ]
        )


def read_exhibit(details: Mapping[str, Any], data: Mapping[str, Any], place: Place) -> Exhibit:
    """Read an exhibit from an output's metadata and its data by media type."""
    kind, label = details["kind"], str(details.get("label", ""))
    if not re.fullmatch(rf"{PREFIXES[kind]}(-[a-z0-9]+)+", label):
        raise place.error(f"the {kind}'s label is {label!r}", f"write it like {PREFIXES[kind]}-words-in-lower-case")
    texts, media = NEEDED[kind]
    for name in texts:
        if not str(details.get(name, "")).strip():
            raise place.error(f"{label} has no {name} text", f"give {name}=... to the exhibit")
    for name in media:
        if not isinstance(data.get(name), str):
            raise place.error(f"{label} has no {name}", "show it as an exhibit of lewisham_study.display")
    files = {f"{label}.csv": data["text/csv"].encode("utf-8")}
    if kind == "figure":
        files[f"{label}.svg"] = data["image/svg+xml"].encode("utf-8")
        if details.get("narrow"):
            files[f"{label}.narrow"] = str(details["narrow"]).encode("utf-8")
    return Exhibit(
        kind=kind,
        label=label,
        title=str(details["title"]),
        alt=str(details.get("alt", "")),
        caption=place.scope_notes(str(details.get("caption", ""))),
        table=data["text/markdown"] if kind == "table" else "",
        files=files,
    )


def quote(text: str) -> str:
    """Escape plain text for the value of an attribute in double quotes."""
    return re.sub(r'([\\"&])', r"\\\1", " ".join(text.split()))
