"""The figures and tables of an executed notebook: checked, and written as Markdown with their files."""

from __future__ import annotations

import base64
import binascii
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
    "figure": (("title", "alt"), ("image/svg+xml", "image/png", "text/csv")),
    "table": (("title",), ("text/markdown", "text/csv")),
}
FENCE = ":" * 12


@dataclass(frozen=True)
class Place:
    """A cell of a notebook."""

    notebook: str
    cell: int

    def error(self, what: str, mend: str) -> StudyError:
        """Make the error that says what is wrong here and how to mend it."""
        return StudyError(f"{self.notebook}, cell {self.cell}: {what}; {mend}")

    def scope_notes(self, markdown: str) -> str:
        """Make the names of footnotes differ from those of other notebooks, which stand in one book with this one.

        Examples
        --------
        >>> Place("notebooks/01-ratings.ipynb", 2).scope_notes("As judged.[^1]")
        'As judged.[^01-ratings-1]'
        """
        return re.sub(r"\[\^(?=[^\]\s]+\])", f"[^{slugify(PurePath(self.notebook).stem)}-", markdown)


@dataclass(frozen=True)
class Exhibit:
    """A figure or table.

    Parameters
    ----------
    kind : ``figure`` or ``table``.
    label : its name, such as ``fig-steps``.
    title, alt : plain text; a table has no alt.
    caption : sources and notes, as Markdown.
    table : the table as it is shown, in Markdown; empty for a figure.
    files : its contents by file name: ``fig-steps.svg``, ``fig-steps.png``, ``fig-steps.csv``.
    """

    kind: str
    label: str
    title: str
    alt: str
    caption: str
    table: str = field(repr=False)
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def csv(self) -> bytes:
        """The numbers behind it."""
        return self.files[f"{self.label}.csv"]

    @property
    def markdown(self) -> str:
        """A fenced div that the filter knows: title, body and caption."""
        return "\n".join(
            [
                f'{FENCE}: {{#{self.label} .exhibit .{self.kind} alt="{quote(self.alt)}"}}',
                f"{FENCE}:: title\n{escape_markdown(self.title)}\n{FENCE}::\n",
                f"{FENCE}:: body\n{self.table or f'![]({self.label}.svg)'}\n{FENCE}::\n",
                f"{FENCE}:: caption\n{self.caption}\n{FENCE}::\n",
                f"{FENCE}:",
            ]
        )


def read_exhibit(details: Mapping[str, str], data: Mapping[str, Any], place: Place) -> Exhibit:
    """Read a figure or table from the output that shows it.

    Parameters
    ----------
    details : what the output's metadata say of it.
    data : its forms by media type.
    place : the cell, for messages.

    Raises
    ------
    StudyError
        Where its label is no plain name, or a text or form that it needs is missing.
    """
    kind, label = details["kind"], str(details.get("label", ""))
    if not re.fullmatch(rf"{PREFIXES[kind]}(-[a-z0-9]+)+", label):
        raise place.error(f"the {kind}'s label is {label!r}", f"write it like {PREFIXES[kind]}-words-in-lower-case")
    texts, forms = NEEDED[kind]
    for name in texts:
        if not str(details.get(name, "")).strip():
            raise place.error(f"{label} has no {name} text", f"give {name}=... to the exhibit")
    for form in forms:
        if not isinstance(data.get(form), str):
            raise place.error(f"{label} comes without its {form}", "show it as an exhibit of lewisham_study.display")
    files = {f"{label}.csv": data["text/csv"].encode("utf-8")}
    if kind == "figure":
        files[f"{label}.svg"] = data["image/svg+xml"].encode("utf-8")
        try:
            files[f"{label}.png"] = base64.b64decode(data["image/png"])
        except binascii.Error:
            raise place.error(f"{label} has a broken image/png", "run the notebook again") from None
    caption = place.scope_notes(str(details.get("caption", "")))
    table = data["text/markdown"] if kind == "table" else ""
    return Exhibit(kind, label, str(details["title"]), str(details.get("alt", "")), caption, table, files)


def quote(text: str) -> str:
    """Write plain text as the value of an attribute, without the quotes round it."""
    return re.sub(r'([\\"&])', r"\\\1", " ".join(text.split()))
