"""From executed notebooks to one Markdown document with its figures and tables as files.

What a notebook may hold, and what becomes of it:

- The first cell is text and begins with the title, ``# Title``; other headings are ``##`` and below.
- Text cells are pandoc's Markdown: footnotes, maths, ``@key`` for a reference, and ``@fig-steps`` or
  ``@tbl-flows`` for the figure or table of that label, which becomes "Figure 3" with a link.
- Code is folded; its outputs are exhibits (see `lewisham_study.display.exhibits`). Other output has no form here.
- A cell tagged ``hide`` is left out with its outputs; so are the cells of the parameters.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from lewisham_study.errors import StudyError
from lewisham_study.paths import slugify
from lewisham_study.report.execute import number_cells

if TYPE_CHECKING:
    from nbformat import NotebookNode

LABELS = {"figure": re.compile(r"fig-[a-z0-9]+(-[a-z0-9]+)*"), "table": re.compile(r"tbl-[a-z0-9]+(-[a-z0-9]+)*")}
HIDDEN = {"hide", "parameters", "injected-parameters"}
FENCE, TICKS = ":" * 12, "`" * 12


@dataclass(frozen=True)
class Chapter:
    """One executed notebook as Markdown.

    Parameters
    ----------
    notebook : its path, for messages.
    title : its title, plain text.
    markdown : its text, each cell in a fenced div that carries the notebook's name and the cell's number.
    files : what the text refers to, by file name: ``fig-steps.svg``, ``fig-steps.png``, ``fig-steps.csv``.
    """

    notebook: str
    title: str
    markdown: str
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def tables(self) -> dict[str, bytes]:
        """The data behind the figures and tables, as CSV, by label."""
        return {name.removesuffix(".csv"): data for name, data in self.files.items() if name.endswith(".csv")}


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


def read_chapter(notebook: NotebookNode, name: str) -> Chapter:
    """Turn an executed notebook into a chapter.

    Parameters
    ----------
    notebook : the executed notebook.
    name : its path, for messages.

    Raises
    ------
    StudyError
        Where it has no title, an output has no form, a figure lacks its alternative text, or a label
        is malformed or taken: with notebook, cell and mend.
    """
    cells = [(n, cell) for n, cell in number_cells(notebook) if not HIDDEN & set(cell.metadata.get("tags", []))]
    title = read_title(cells, name)
    files: dict[str, bytes] = {}
    parts: list[str] = []
    for number, cell in cells:
        place = Place(name, number)
        if cell.cell_type == "markdown":
            text = place.scope_notes(cell.source.partition("\n")[2] if not parts else cell.source)
        elif cell.cell_type == "code":
            text = write_code_cell(cell, place, files)
        else:
            raise place.error("a raw cell has no form in a report", "make it a text cell or delete it")
        parts.append(f'{FENCE} {{.cell notebook="{quote(name)}" cell="{number}"}}\n{text.strip()}\n{FENCE}\n')
    return Chapter(name, title, "\n".join(parts), files)


def read_title(cells: Sequence[tuple[int, NotebookNode]], name: str) -> str:
    """Read the title, the level-1 heading with which the first cell begins."""
    number, first = cells[0] if cells else (1, None)
    line = first.source.partition("\n")[0] if first is not None and first.cell_type == "markdown" else ""
    if not line.startswith("# ") or not line[2:].strip():
        raise Place(name, number).error("a report needs a title", "begin the first text cell with `# Title`")
    return str(line[2:].strip())


def write_code_cell(cell: NotebookNode, place: Place, files: dict[str, bytes]) -> str:
    """Write a code cell: its code, then what it shows."""
    code = f"{FENCE}: {{.code}}\n{TICKS}{{.python}}\n{cell.source}\n{TICKS}\n{FENCE}:\n"
    shown = [write_output(output, place, files) for output in cell.outputs]
    return "\n\n".join([code, *shown])


def write_output(output: NotebookNode, place: Place, files: dict[str, bytes]) -> str:
    """Write one output; only exhibits and Markdown have a form."""
    data = output.get("data", {})
    exhibit = output.get("metadata", {}).get("exhibit", {})
    if exhibit.get("kind") in LABELS:
        return write_exhibit(exhibit, data, place, files)
    if "text/markdown" in data:
        return place.scope_notes(data["text/markdown"])
    what = output.get("name") or ", ".join(data) or output.output_type
    raise place.error(
        f"an output ({what}) has no form in a report",
        "show a FigureExhibit, TableExhibit or Prose, end the line with `;`, or tag the cell `hide`",
    )


def write_exhibit(exhibit: Mapping[str, str], data: Mapping[str, Any], place: Place, files: dict[str, bytes]) -> str:
    """Write a figure or table with its title and caption, and keep its files."""
    kind, label = exhibit["kind"], exhibit.get("label", "")
    if not LABELS[kind].fullmatch(label):
        pattern = f"{kind[:3] if kind == 'figure' else 'tbl'}-words-in-lower-case"
        raise place.error(f"the {kind}'s label is {label!r}", f"write it like {pattern}")
    if f"{label}.csv" in files:
        raise place.error(f"the label {label} is taken", "give each figure and table a label of its own")
    for needed in ("title", "alt")[: 2 if kind == "figure" else 1]:
        if not exhibit.get(needed, "").strip():
            raise place.error(f"{label} has no {needed} text", f"give {needed}=... to the exhibit")
    files[f"{label}.csv"] = data["text/csv"].encode("utf-8")
    if kind == "figure":
        files[f"{label}.svg"] = data["image/svg+xml"].encode("utf-8")
        files[f"{label}.png"] = base64.b64decode(data["image/png"])
    body = f"![]({label}.svg)" if kind == "figure" else data["text/markdown"]
    alt = quote(exhibit.get("alt", ""))
    return "\n".join(
        [
            f'{FENCE}: {{#{label} .exhibit .{kind} alt="{alt}"}}',
            f"{FENCE}:: title\n{escape(exhibit['title'])}\n{FENCE}::\n",
            f"{FENCE}:: body\n{body}\n{FENCE}::\n",
            f"{FENCE}:: caption\n{place.scope_notes(exhibit.get('caption', ''))}\n{FENCE}::\n",
            f"{FENCE}:",
        ]
    )


def escape(text: str) -> str:
    r"""Write plain text so that Markdown leaves it as it is.

    Examples
    --------
    >>> escape("a *b* [c] <d>")
    'a \\*b\\* \\[c\\] \\<d\\>'
    """
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~^$@&])", r"\\\1", " ".join(text.split()))


def quote(text: str) -> str:
    """Write plain text as the value of an attribute, without the quotes round it."""
    return re.sub(r'([\\"&])', r"\\\1", " ".join(text.split()))
